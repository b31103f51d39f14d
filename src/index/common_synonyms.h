/* common_synonyms.h: words that mean nearly the same to customers of any product; a knowledge base's own synonyms come on top. */
#ifndef DEFLECT_INDEX_COMMON_SYNONYMS_H
#define DEFLECT_INDEX_COMMON_SYNONYMS_H

/* Groups of language LANG in the form that synonyms_read reads, "" where there are none. Static. */
const char *common_synonyms(const char *lang);

#endif
