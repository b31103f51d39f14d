/* fuzz_front_matter.c: any text as the head of a file. */
#include "article/front_matter.h"
#include "base/str.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_list(char **list)
{
    for (; list && *list; list++)
        if (!**list)
            abort(); /* no empty item */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    struct front_matter front;
    struct article_problems problems = {0};
    size_t body = 0;
    if (size && !utf8_valid(text))
        return 0;
    enum status status = front_matter_read(text, &front, &body, &problems, NULL);
    if (body > size)
        abort();
    if (status != STATUS_OK &&
        (problems.count == 0 || !problems.items[problems.count - 1].is_error))
        abort();
    check_list(front.tags);
    check_list(front.questions);
    check_list(front.redirect_from);
    front_matter_done(&front);
    article_problems_done(&problems);
    return 0;
}
