/* slug.h: ids, anchors and readable names made from text. */
#ifndef DEFLECT_ARTICLE_SLUG_H
#define DEFLECT_ARTICLE_SLUG_H

#include "base/slice.h"

/* The id that TEXT makes: letters and digits of any script in lower case and NFC, '-' and '/'; a
 * run of anything else is one
 * '-'; no '-' stands at the ends of a part, no part is empty; at most LIMIT_ID bytes. "" when
 * nothing is left; NULL when memory is short. Owns: the caller. Threads: any. */
char *slug_id(struct slice text);

/* GitHub's anchor of a heading: lower case, spaces as '-', everything dropped but letters, marks,
 * digits, '_' and '-' (https://github.com/gjtorikian/html-pipeline, toc_filter.rb). "section" when
 * nothing is left; NULL when memory is short. Owns: the caller. Threads: any. */
char *slug_anchor(struct slice heading);

/* TEXT in lower case and NFC, for telling whether two are the same. NULL when memory is short. Owns: the caller. */
char *slug_folded(struct slice text);

/* "01-getting_started" as "Getting started". NULL when memory is short. Owns: the caller. Threads:
 * any. */
char *slug_readable(struct slice name);

#endif
