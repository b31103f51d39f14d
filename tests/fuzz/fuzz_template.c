/* fuzz_template.c: any template with any model. The first line is the model (JSON), the second the partial "part", the
 * rest the template.
 *
 * What must hold: it comes to an end, and a model cannot bring markup into a template that escapes. */
#include "base/json.h"
#include "http/template.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct slice whole, partial;

static struct slice find(const char *name)
{
    if (strcmp(name, "whole") == 0)
        return whole;
    return strcmp(name, "part") == 0 ? partial : (struct slice){NULL, 0};
}

/* True where TEXT has markup of its own, or a tag that does not escape. */
static bool is_raw(struct slice text)
{
    return text.length && (memchr(text.ptr, '<', text.length) || memchr(text.ptr, '&', text.length) ||
                           memmem(text.ptr, text.length, "{{{", 3));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = {(const char *)data, size}, line;
    _cleanup_json_ json_t *model = NULL;
    _cleanup_buf_ struct buf out = BUF_INIT(64 * 1024);
    if (!size || size > 4096 || !slice_split(&rest, '\n', &line) || json_read(line, &model, NULL) ||
        !slice_split(&rest, '\n', &partial) || !rest.ptr)
        return 0;
    whole = rest;
    enum status status = template_render(find, "whole", model, &out, NULL);
    if (status == STATUS_OK && !is_raw(whole) && !is_raw(partial) && strchr(buf_str(&out), '<'))
        abort();
    return 0;
}
