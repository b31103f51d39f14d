/* fence.c: where fenced code starts and ends.
 *
 * The rules are those of CommonMark 4.5, except that any indentation is taken: code within lists
 * and components is indented, and what is too deep for cmark is indented code there all the same.
 */
#include "article/fence.h"

/* Skips white space and the marks of block quotes. */
static size_t skip_quotes(struct slice line, unsigned *quotes)
{
    size_t i = 0;
    for (*quotes = 0; i < line.length; i++) {
        if (line.ptr[i] == '>')
            ++*quotes;
        else if (line.ptr[i] != ' ' && line.ptr[i] != '\t')
            break;
    }
    return i;
}

/* Skips the mark of a list item, with the space behind it. */
static size_t skip_item(struct slice line, size_t i)
{
    size_t start = i;
    while (i < line.length && line.ptr[i] >= '0' && line.ptr[i] <= '9')
        i++;
    bool mark = i < line.length && (i > start ? line.ptr[i] == '.' || line.ptr[i] == ')'
                                              : strchr("-*+", line.ptr[i]) && line.ptr[i]);
    if (!mark || i + 1 >= line.length || line.ptr[i + 1] != ' ')
        return start;
    for (i++; i < line.length && line.ptr[i] == ' ';)
        i++;
    return i;
}

static size_t run_length(struct slice line, size_t i)
{
    size_t start = i;
    while (i < line.length && line.ptr[i] == line.ptr[start])
        i++;
    return i - start;
}

static bool opens(struct fence *fence, struct slice line)
{
    unsigned quotes;
    size_t i = skip_item(line, skip_quotes(line, &quotes)), length;
    if (i >= line.length || (line.ptr[i] != '`' && line.ptr[i] != '~'))
        return false;
    length = run_length(line, i);
    if (length < 3 ||
        (line.ptr[i] == '`' && memchr(line.ptr + i + length, '`', line.length - i - length)))
        return false;
    *fence = (struct fence){line.ptr[i], length, quotes};
    return true;
}

bool fence_line(struct fence *fence, struct slice line)
{
    unsigned quotes;
    size_t i = skip_quotes(line, &quotes);
    if (fence->character && quotes < fence->quotes)
        fence->character = '\0'; /* its block quote has ended */
    if (!fence->character)
        return opens(fence, line);
    if (i < line.length && line.ptr[i] == fence->character) {
        size_t length = run_length(line, i);
        struct slice rest = {line.ptr + i + length, line.length - i - length};
        if (length >= fence->length && slice_trim(rest).length == 0)
            fence->character = '\0';
    }
    return true;
}
