/* flavour.c: brings the Markdown of documentation tools down to CommonMark. */
#include "article/flavour.h"

#include "base/limits.h"
#include "base/str.h"

#define MAX_LINE 4096 /* more of a title or a summary is never shown */

enum status flavour_to_commonmark(struct slice text, bool mdx, struct buf *out, struct error *err)
{
    _cleanup_buf_ struct buf inlines = BUF_INIT(LIMIT_ARTICLE_FILE * 8);
    flavour_inlines(text, mdx, &inlines);
    if (!inlines.failed)
        flavour_blocks((struct slice){buf_str(&inlines), inlines.length}, out);
    if (!inlines.failed && !out->failed)
        return STATUS_OK;
    if (inlines.length > LIMIT_ARTICLE_FILE * 4 || out->length > out->cap / 2)
        return error_set(err, STATUS_TOO_LARGE, "the text is too large");
    return error_memory(err);
}

void flavour_line(struct slice text, struct buf *out)
{
    bool gap = false;
    size_t start = out->length;
    text.length = utf8_cut(text, MAX_LINE);
    for (size_t i = 0; i < text.length; i++) {
        static const char *const pairs[][2] = {{"{%", "%}"}, {"{{<", ">}}"}, {"{{%", "%}}"}};
        struct slice rest = {text.ptr + i, text.length - i};
        const char *end = NULL;
        for (size_t j = 0; j < sizeof pairs / sizeof *pairs && !end; j++)
            if (slice_starts(rest, slice_of(pairs[j][0])) &&
                (end = memmem(rest.ptr, rest.length, pairs[j][1], strlen(pairs[j][1]))))
                end += strlen(pairs[j][1]) - 1;
        if (end)
            i = (size_t)(end - text.ptr);
        if (end || (unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == '\x7f') {
            gap = true;
            continue;
        }
        if (gap && out->length > start)
            buf_add_char(out, ' ');
        gap = false;
        buf_add_char(out, text.ptr[i]);
    }
}
