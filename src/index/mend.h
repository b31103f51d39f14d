/* mend.h: words of a question that no article has, understood all the same: misspelt, split, joined, compound, begun. */
#ifndef DEFLECT_INDEX_MEND_H
#define DEFLECT_INDEX_MEND_H

#include "base/error.h"
#include "index/question.h"
#include "index/reader.h"

/* Gives unknown words of QUESTION's subject the forms that known words have:
 *  - two words that stand closed up in articles ("git hub"), one that stands apart there ("login" for "log in");
 *  - the parts of a compound, in languages that have them;
 *  - the completions of a word that is still being typed, where no title has it;
 *  - the known word nearest to a misspelt one, which takes its place.
 * *RET_CHANGED: the question must be weighed and indexed anew. Words that are known cost nothing. Errors: OUT_OF_MEMORY, MODIFIED. */
enum status mend_question(struct index_reader *reader, struct question *question, bool *ret_changed, struct error *err);

/* The question as corrected: SUBJECT with the words that were replaced; *RET is NULL where none was. Owns: the caller. */
enum status mend_text(const struct question *question, struct slice subject, char **ret, struct error *err);

#endif
