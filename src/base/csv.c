/* csv.c: comma-separated values. */
#include "base/csv.h"

#include "base/limits.h"
#include "base/str.h"

void csv_add(struct buf *out, struct slice text)
{
    bool formula = text.length && memchr("=+-@\t\r", text.ptr[0], 6);
    bool quote = false;
    for (size_t i = 0; i < text.length && !quote; i++)
        quote = memchr(",;\"\n\r", text.ptr[i], 5) != NULL;
    if (quote)
        buf_add_char(out, '"');
    if (formula)
        buf_add_char(out, '\'');
    for (size_t i = 0; i < text.length; i++) {
        if (text.ptr[i] == '"')
            buf_add_char(out, '"');
        buf_add_char(out, text.ptr[i]);
    }
    if (quote)
        buf_add_char(out, '"');
}

/* Reads a quoted field behind its opening quote. False where the text ends first. */
static bool read_quoted(struct slice *rest, size_t *line, struct buf *field)
{
    while (rest->length) {
        char c = *rest->ptr++;
        rest->length--;
        *line += c == '\n';
        if (c != '"') {
            buf_add_char(field, c);
        } else if (rest->length && *rest->ptr == '"') {
            buf_add_char(field, '"');
            rest->ptr++;
            rest->length--;
        } else {
            return true;
        }
    }
    return false;
}

/* Reads one field; *RET_LAST: it ended its record. */
static enum status read_field(struct slice *rest, char separator, size_t *line, struct buf *field,
                              bool *ret_last, struct error *err)
{
    size_t begun = *line + 1;
    if (rest->length && *rest->ptr == '"') {
        rest->ptr++;
        rest->length--;
        if (!read_quoted(rest, line, field))
            return error_set(err, STATUS_INVALID, "line %zu: a quote is not closed", begun);
    }
    while (rest->length) {
        char c = *rest->ptr++;
        rest->length--;
        if (c == separator)
            return STATUS_OK;
        if (c == '\n')
            break;
        if (c != '\r')
            buf_add_char(field, c);
    }
    *line += 1;
    *ret_last = true;
    return STATUS_OK;
}

enum status csv_next(struct slice *rest, char separator, size_t *line, char ***ret,
                     struct error *err)
{
    bool last = false;
    *ret = strv_free(*ret);
    while (rest->length && (*rest->ptr == '\n' || *rest->ptr == '\r')) {
        *line += *rest->ptr == '\n';
        rest->ptr++;
        rest->length--;
    }
    if (!rest->length)
        return STATUS_OK;
    while (!last) {
        _cleanup_buf_ struct buf field = BUF_INIT(LIMIT_IMPORT_LINE);
        enum status status = read_field(rest, separator, line, &field, &last, err);
        if (status)
            return status;
        if (field.failed || !strv_append(ret, slice_of(buf_str(&field))))
            return error_memory(err);
    }
    return STATUS_OK;
}
