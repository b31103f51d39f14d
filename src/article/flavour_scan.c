/* flavour_scan.c: the scanner that the files of flavour_inlines.c share. */
#include "article/flavour_scan.h"

#include "article/flavour.h"

struct slice scan_line_start(const struct scan *s, size_t i, size_t limit)
{
    size_t length = s->in.length - i < limit ? s->in.length - i : limit;
    const char *end = memchr(s->in.ptr + i, '\n', length);
    return (struct slice){s->in.ptr + i, end ? (size_t)(end - s->in.ptr) - i : length};
}

size_t scan_find(struct scan *s, size_t i, const char *word)
{
    size_t slot = 0;
    while (slot + 1 < ARRAY_LENGTH(s->finds) && s->finds[slot].word && s->finds[slot].word != word)
        slot++;
    if (s->finds[slot].word == word && s->finds[slot].from <= i && i <= s->finds[slot].at)
        return s->finds[slot].at;
    const char *found =
        i < s->in.length ? memmem(s->in.ptr + i, s->in.length - i, word, strlen(word)) : NULL;
    size_t at = found ? (size_t)(found - s->in.ptr) : s->in.length;
    s->finds[slot].word = word;
    s->finds[slot].from = i;
    s->finds[slot].at = at;
    return at;
}

void scan_newline(struct scan *s)
{
    buf_add_char(s->out, '\n');
    s->out_line = s->out_blank = s->out->length;
}

void scan_copy(struct scan *s, size_t end)
{
    while (s->pos < end) {
        size_t start = s->pos;
        for (char c; s->pos < end; s->pos++)
            if ((c = s->in.ptr[s->pos]) == '\n' || c == FLAVOUR_OPEN || c == FLAVOUR_CLOSE)
                break;
        buf_add(s->out, s->in.ptr + start, s->pos - start);
        if (s->pos == end)
            return;
        if (s->in.ptr[s->pos++] == '\n')
            scan_newline(s);
        else
            buf_add_char(s->out, ' '); /* one of our own marks, which the file may not use */
    }
}

void scan_drop(struct scan *s, size_t end)
{
    for (; s->pos < end; s->pos++)
        if (s->in.ptr[s->pos] == '\n')
            scan_newline(s);
}

bool scan_at_line_start(struct scan *s)
{
    while (s->out_blank < s->out->length && strchr(" \t>\1\2", s->out->data[s->out_blank]))
        s->out_blank++;
    return s->out_blank == s->out->length;
}

bool scan_on_heading(const struct scan *s)
{
    return s->out->length > s->out_line && s->out->data[s->out_line] == '#';
}

char scan_last(const struct scan *s)
{
    return s->out->length > s->out_line ? s->out->data[s->out->length - 1] : '\n';
}

void scan_gap(struct scan *s)
{
    if (!strchr(" \n\t", scan_last(s)))
        buf_add_char(s->out, ' ');
}

size_t scan_paragraph_end(struct scan *s)
{
    if (s->paragraph_end > s->pos)
        return s->paragraph_end;
    size_t i = s->pos;
    struct slice line = scan_line_at(s, i);
    do {
        i += line.length + 1;
        if (i >= s->in.length)
            break;
        line = scan_line_at(s, i);
    } while (slice_trim(line).length);
    s->paragraph_end = i < s->in.length ? i : s->in.length;
    return s->paragraph_end;
}

bool scan_comment(struct scan *s, const char *end_mark)
{
    size_t end = scan_find(s, s->pos, end_mark);
    if (end < s->in.length)
        scan_drop(s, end + strlen(end_mark));
    return end < s->in.length;
}
