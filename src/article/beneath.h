/* beneath.h: opening what lies below a folder without ever leaving it. */
#ifndef DEFLECT_ARTICLE_BENEATH_H
#define DEFLECT_ARTICLE_BENEATH_H

#include "base/slice.h"

#include <stdbool.h>

/* Opens PATH (relative, no "..") below the open folder ROOT_FD for reading. Links are followed as
 * long as they stay below it; on kernels without openat2 (before Linux 5.6) none is. Returns the
 * descriptor, or -1 with errno: EXDEV or ELOOP for a link that leads out or is not followed. */
int beneath_open(int root_fd, const char *path);

/* False for names that are passed over: hidden ones, node_modules, and _deflect, which holds the team's own words for pages and
 * replies. */
bool beneath_is_shown(const char *name);

/* True when PATH is relative, has no ".." and no part that is passed over. */
bool beneath_is_path(const char *path);

#endif
