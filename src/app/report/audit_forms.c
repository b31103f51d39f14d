/* audit_forms.c: the page of an audit as text for a terminal and as Markdown. */
#include "app/report/audit_view.h"
#include "app/report/report_table.h"

#include "base/str.h"

enum { COLUMNS_MOST = 8 };

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool is_number(const json_t *cell)
{
    return json_is_true(json_object_get(cell, "number"));
}

/* ---- Text ---- */

/* TEXT cut to REPORT_CELL_WIDTH characters, the last of them "…" where something was cut. */
static struct slice fit(const char *text, bool *ret_cut)
{
    const struct slice whole = slice_of(text);
    size_t position = 0, last = 0, count = 0;
    while (position < whole.length && count < REPORT_CELL_WIDTH) {
        last = position;
        (void)utf8_next(whole, &position);
        count++;
    }
    *ret_cut = position < whole.length;
    return (struct slice){text, *ret_cut ? last : whole.length};
}

static size_t width_of(const char *text)
{
    bool cut;
    return utf8_count(fit(text, &cut)) + cut;
}

static void measure(const json_t *cells, size_t widths[COLUMNS_MOST])
{
    size_t i;
    const json_t *cell;
    json_array_foreach(cells, i, cell)
    {
        const size_t width = width_of(text_of(cell, "text"));
        if (i < COLUMNS_MOST && width > widths[i])
            widths[i] = width;
    }
}

static void pad(size_t count, struct buf *out)
{
    while (count-- > 0)
        buf_add_char(out, ' ');
}

static void text_row(const json_t *cells, const size_t widths[COLUMNS_MOST], struct buf *out)
{
    size_t i;
    const json_t *cell;
    json_array_foreach(cells, i, cell)
    {
        const char *text = text_of(cell, "text");
        const bool last = i + 1 == json_array_size(cells);
        bool cut = false;
        const struct slice fitted = last ? slice_of(text) : fit(text, &cut);
        const size_t room =
            i < COLUMNS_MOST ? widths[i] - width_of(text) : 0; /* what is last is not cut */
        buf_add_str(out, "  ");
        if (is_number(cell))
            pad(room, out);
        buf_add_slice(out, fitted);
        buf_add_str(out, cut ? "…" : "");
        if (!is_number(cell) && !last)
            pad(room, out);
    }
    buf_add_char(out, '\n');
}

static void text_table(const json_t *table, struct buf *out)
{
    size_t widths[COLUMNS_MOST] = {0}, i;
    const json_t *row, *rows = json_object_get(table, "rows");
    measure(json_object_get(table, "head"), widths);
    json_array_foreach(rows, i, row) measure(json_object_get(row, "cells"), widths);
    text_row(json_object_get(table, "head"), widths, out);
    json_array_foreach(rows, i, row) text_row(json_object_get(row, "cells"), widths, out);
}

void audit_view_text(const json_t *view, struct buf *out)
{
    const json_t *item, *line;
    size_t i, k;
    buf_printf(out, "%s\n%s\n\n", text_of(view, "title"), text_of(view, "period"));
    json_array_foreach(json_object_get(view, "figures"), i, item)
        buf_printf(out, "  %s %s%s%s\n", text_of(item, "value"), text_of(item, "label"),
                   *text_of(item, "note") ? ": " : "", text_of(item, "note"));
    json_array_foreach(json_object_get(view, "sections"), i, item)
    {
        buf_printf(out, "\n%s\n", text_of(item, "title"));
        json_array_foreach(json_object_get(item, "lines"), k, line)
            buf_printf(out, "  %s\n", json_string_value(line));
        if (json_object_get(item, "table")) {
            buf_add_char(out, '\n');
            text_table(json_object_get(item, "table"), out);
        }
    }
}

/* ---- Markdown ---- */

/* Nothing of TEXT can be taken for markup. */
static void escape(const char *text, struct buf *out)
{
    for (const char *c = text; *c; c++) {
        if (strchr("\\`*_{}[]<>#|~!&", *c))
            buf_add_char(out, '\\');
        buf_add_char(out, (unsigned char)*c < ' ' ? ' ' : *c);
    }
}

static void markdown_row(const json_t *cells, struct buf *out)
{
    size_t i;
    const json_t *cell;
    json_array_foreach(cells, i, cell)
    {
        buf_add_str(out, "| ");
        escape(text_of(cell, "text"), out);
        buf_add_char(out, ' ');
    }
    buf_add_str(out, "|\n");
}

static void markdown_table(const json_t *table, struct buf *out)
{
    size_t i;
    const json_t *item;
    markdown_row(json_object_get(table, "head"), out);
    json_array_foreach(json_object_get(table, "head"), i, item)
        buf_add_str(out, is_number(item) ? "| --: " : "| --- ");
    buf_add_str(out, "|\n");
    json_array_foreach(json_object_get(table, "rows"), i, item)
        markdown_row(json_object_get(item, "cells"), out);
}

void audit_view_markdown(const json_t *view, struct buf *out)
{
    const json_t *item, *line;
    size_t i, k;
    buf_add_str(out, "# ");
    escape(text_of(view, "title"), out);
    buf_add_str(out, "\n\n");
    escape(text_of(view, "period"), out);
    buf_add_str(out, "\n\n");
    json_array_foreach(json_object_get(view, "figures"), i, item)
    {
        buf_printf(out, "- **%s** ", text_of(item, "value"));
        escape(text_of(item, "label"), out);
        buf_printf(out, "%s%s\n", *text_of(item, "note") ? ": " : "", text_of(item, "note"));
    }
    json_array_foreach(json_object_get(view, "sections"), i, item)
    {
        buf_printf(out, "\n## %s\n\n", text_of(item, "title"));
        json_array_foreach(json_object_get(item, "lines"), k, line)
        {
            escape(json_string_value(line), out);
            buf_add_str(out, "\n\n");
        }
        if (json_object_get(item, "table"))
            markdown_table(json_object_get(item, "table"), out);
    }
}
