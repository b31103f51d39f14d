/* wording.c: splits at spaces, sorts, drops repeats. */
#include "wording.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 64
#define LENGTH 32

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

bool sorted_words(void *arg, const char *text, const char *lang, struct buf *out)
{
    char words[WORDS][LENGTH] = {{0}};
    size_t count = 0, length = 0;
    (void)arg;
    (void)lang;
    for (const char *c = text;; c++) {
        if (isalnum((unsigned char)*c) && length < LENGTH - 1) {
            words[count][length++] = (char)tolower((unsigned char)*c);
        } else if (length > 0) {
            words[count++][length] = '\0';
            length = 0;
        }
        if (!*c || count == WORDS)
            break;
    }
    qsort(words, count, sizeof words[0], compare);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(words[i], words[i - 1]) != 0)
            buf_printf(out, "%s%s", i > 0 ? " " : "", words[i]);
    }
    return !out->failed;
}
