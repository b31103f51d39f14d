/* fuzz_redact.c: any text through redaction, twice. What must hold: UTF-8 stays UTF-8, it does not grow without
 * bound. */
#include "base/limits.h"
#include "base/str.h"
#include "text/redact.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_pass(struct slice text, struct buf *out)
{
    redact_text(text, out);
    if (out->failed || out->length > 8 * text.length + 16 || !utf8_valid((struct slice){out->data, out->length}))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    _cleanup_buf_ struct buf once = BUF_INIT(LIMIT_HTTP_BODY_LARGE), twice = BUF_INIT(LIMIT_HTTP_BODY_LARGE);
    if (size == 0 || size > LIMIT_BODY_TEXT || !utf8_valid(text))
        return 0;
    check_pass(text, &once);
    check_pass(slice_of(buf_str(&once)), &twice);
    return 0;
}
