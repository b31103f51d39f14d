/* fence.h: where fenced code starts and ends, for what looks at Markdown line by line. */
#ifndef DEFLECT_ARTICLE_FENCE_H
#define DEFLECT_ARTICLE_FENCE_H

#include "base/slice.h"

#include <stdbool.h>

struct fence {
    char character;  /* '`' or '~'; '\0' outside of code */
    size_t length;   /* of the opening run */
    unsigned quotes; /* block quotes around it */
};

/* Takes the next LINE (without its end) and says whether it belongs to fenced code, its fences
 * included. */
bool fence_line(struct fence *fence, struct slice line);

#endif
