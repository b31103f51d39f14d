/* redirect.h: the further paths of an article that its front matter names. */
#ifndef DEFLECT_ARTICLE_REDIRECT_H
#define DEFLECT_ARTICLE_REDIRECT_H

#include "article/front_matter.h"

/* The paths of FRONT, for the file PATH: percent-decoded, with a leading '/' and no trailing one,
 * each once. Left out: what has a scheme or starts with "//", patterns of site generators
 * (":title", "*"), the root, aliases without '/'. *RET is NULL when there is none. False when
 * memory is short. Owns: the caller (strv_free). */
bool redirect_list(const struct front_matter *front, const char *path, char ***ret);

#endif
