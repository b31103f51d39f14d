/* report_table.c: one walk over rows and columns for each form. */
#include "app/report/report_table.h"

#include "base/str.h"

#include <math.h>
#include <string.h>

/* Wider intervals than this say nothing that a writer could use. */
#define TOO_WIDE 0.5

#define CELL_BYTES 4096

/* ---- CSV ---- */

static bool looks_like_formula(const char *text)
{
    return *text && strchr("=+-@\t\r", *text) != NULL;
}

static void csv_text(const char *text, struct buf *out)
{
    const bool quote = strpbrk(text, ",\"\n\r") != NULL;
    if (quote)
        buf_add_char(out, '"');
    if (looks_like_formula(text))
        buf_add_char(out, '\'');
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *c);
    }
    if (quote)
        buf_add_char(out, '"');
}

static void csv_number(const json_t *value, struct buf *out)
{
    if (json_is_integer(value))
        buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        buf_printf(out, "%.6g", json_real_value(value));
}

static void join_list(const json_t *list, struct buf *out)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (i > 0)
            buf_add_str(out, "; ");
        buf_add_str(out, text ? text : "");
    }
}

static void csv_rate(const json_t *rate, struct buf *out)
{
    csv_number(json_object_get(rate, "value"), out);
    buf_add_char(out, ',');
    csv_number(json_object_get(rate, "low"), out);
    buf_add_char(out, ',');
    csv_number(json_object_get(rate, "high"), out);
}

static void csv_cell(const json_t *value, enum report_column_type type, struct buf *out)
{
    _cleanup_buf_ struct buf list = BUF_INIT(CELL_BYTES * 16);
    switch (type) {
    case COLUMN_TEXT:
        csv_text(json_is_string(value) ? json_string_value(value) : "", out);
        break;
    case COLUMN_RATE:
        csv_rate(value, out);
        break;
    case COLUMN_LIST:
        join_list(value, &list);
        csv_text(buf_str(&list), out);
        break;
    case COLUMN_FLAG:
        buf_add_str(out, json_is_true(value) ? "true" : json_is_false(value) ? "false" : "");
        break;
    case COLUMN_COUNT:
    case COLUMN_NUMBER:
    case COLUMN_DURATION:
        csv_number(value, out);
        break;
    }
}

void report_table_csv(const json_t *rows, const struct report_column *columns, struct buf *out)
{
    for (const struct report_column *c = columns; c->key; c++) {
        buf_printf(out, "%s%s", c == columns ? "" : ",", c->key);
        if (c->type == COLUMN_RATE)
            buf_printf(out, ",%s_low,%s_high", c->key, c->key);
    }
    buf_add_char(out, '\n');
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        for (const struct report_column *c = columns; c->key; c++) {
            if (c != columns)
                buf_add_char(out, ',');
            csv_cell(json_object_get(row, c->key), c->type, out);
        }
        buf_add_char(out, '\n');
    }
}

/* ---- Text ---- */

void report_percent(double share, struct buf *out)
{
    const double percent = share * 100;
    if (percent > 0 && percent < 0.95)
        buf_printf(out, "%.1f %%", fmax(percent, 0.1));
    else if (percent > 99 && percent < 100)
        buf_printf(out, "%.1f %%", fmin(percent, 99.9));
    else
        buf_printf(out, "%.0f %%", percent);
}

static double member(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static bool too_wide(const json_t *rate)
{
    return member(rate, "high") - member(rate, "low") > TOO_WIDE;
}

void report_rate_words(const json_t *rate, int64_t n, struct buf *out)
{
    if (!json_is_object(rate)) {
        buf_add_str(out, "nothing to count yet");
    } else if (too_wide(rate)) {
        buf_printf(out, "too few to say (%.0f of %lld)", member(rate, "value") * (double)n,
                   (long long)n);
    } else {
        report_percent(member(rate, "value"), out);
        buf_printf(out, ", likely %.0f–%.0f %%, of %lld", member(rate, "low") * 100,
                   member(rate, "high") * 100, (long long)n);
    }
}

static void text_rate(const json_t *rate, struct buf *out)
{
    if (!json_is_object(rate))
        buf_add_str(out, "–");
    else if (too_wide(rate))
        buf_add_str(out, "too few to say");
    else {
        report_percent(member(rate, "value"), out);
        buf_printf(out, " (%.0f–%.0f)", member(rate, "low") * 100, member(rate, "high") * 100);
    }
}

/* Text on one line, cut to the widest cell. */
static void text_text(const char *text, struct buf *out)
{
    const struct slice slice = slice_of(text);
    size_t position = 0, characters = 0;
    while (position < slice.length && characters < REPORT_CELL_WIDTH) {
        const size_t start = position;
        const uint32_t point = utf8_next(slice, &position);
        if (++characters == REPORT_CELL_WIDTH && position < slice.length)
            buf_add_str(out, "…");
        else if (point < ' ' || point == 0x7F)
            buf_add_char(out, ' ');
        else
            buf_add(out, slice.ptr + start, position - start);
    }
}

static void text_cell(const json_t *value, enum report_column_type type, struct buf *out)
{
    _cleanup_buf_ struct buf list = BUF_INIT(CELL_BYTES * 16);
    if (json_is_null(value) || !value) {
        buf_add_str(out, type == COLUMN_TEXT || type == COLUMN_LIST ? "" : "–");
        return;
    }
    switch (type) {
    case COLUMN_TEXT:
        text_text(json_string_value(value), out);
        break;
    case COLUMN_COUNT:
        buf_printf(out, "%.0f", json_number_value(value));
        break;
    case COLUMN_NUMBER:
        /* Adding 0 turns −0.0 into 0.0. */
        buf_printf(out, "%.1f", round(json_number_value(value) * 10) / 10 + 0.0);
        break;
    case COLUMN_RATE:
        text_rate(value, out);
        break;
    case COLUMN_LIST:
        join_list(value, &list);
        text_text(buf_str(&list), out);
        break;
    case COLUMN_FLAG:
        buf_add_str(out, json_is_true(value) ? "yes" : "no");
        break;
    case COLUMN_DURATION:
        buf_printf(out, "%.0f s", json_number_value(value) / 1000);
        break;
    }
}

static bool to_the_left(const struct report_column *column)
{
    return column->type == COLUMN_TEXT || column->type == COLUMN_LIST;
}

static size_t column_width(const json_t *rows, const struct report_column *column)
{
    size_t width = utf8_count(slice_of(column->heading));
    for (size_t i = 0; i < json_array_size(rows); i++) {
        _cleanup_buf_ struct buf cell = BUF_INIT(CELL_BYTES);
        text_cell(json_object_get(json_array_get(rows, i), column->key), column->type, &cell);
        const size_t cell_width = utf8_count(slice_of(buf_str(&cell)));
        width = cell_width > width ? cell_width : width;
    }
    return width;
}

static void pad(const char *cell, size_t width, bool left, struct buf *line)
{
    const size_t used = utf8_count(slice_of(cell));
    const size_t fill = width > used ? width - used : 0;
    if (left)
        buf_add_str(line, cell);
    for (size_t i = 0; i < fill; i++)
        buf_add_char(line, ' ');
    if (!left)
        buf_add_str(line, cell);
}

/* Appends LINE without the blanks at its end. */
static void end_line(struct buf *line, struct buf *out)
{
    size_t length = line->length;
    while (length > 0 && line->data[length - 1] == ' ')
        length--;
    buf_add(out, buf_str(line), length);
    buf_add_char(out, '\n');
}

static void text_line(const json_t *row, const struct report_column *columns, const size_t *widths,
                      struct buf *out)
{
    _cleanup_buf_ struct buf line = BUF_INIT(CELL_BYTES * 8);
    for (size_t i = 0; columns[i].key; i++) {
        _cleanup_buf_ struct buf cell = BUF_INIT(CELL_BYTES);
        if (!columns[i].heading)
            continue;
        if (row)
            text_cell(json_object_get(row, columns[i].key), columns[i].type, &cell);
        else
            buf_add_str(&cell, columns[i].heading);
        if (line.length > 0)
            buf_add_str(&line, "  ");
        pad(buf_str(&cell), widths[i], to_the_left(&columns[i]), &line);
    }
    end_line(&line, out);
}

void report_table_text(const json_t *rows, const struct report_column *columns, struct buf *out)
{
    size_t count = 0;
    while (columns[count].key)
        count++;
    _cleanup_free_ size_t *widths = mem_zero(count, sizeof *widths);
    if (!widths) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++)
        widths[i] = columns[i].heading ? column_width(rows, &columns[i]) : 0;
    text_line(NULL, columns, widths, out);
    for (size_t i = 0; i < json_array_size(rows); i++)
        text_line(json_array_get(rows, i), columns, widths, out);
}
