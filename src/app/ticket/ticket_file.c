/* ticket_file.c: a table's rows or a document's objects, as fields. */
#include "app/ticket/ticket_file.h"

#include "app/ticket/ticket_json.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"

#include <string.h>

enum { COLUMNS_MOST = 200 };

struct reading {
    const struct ticket_file *file;
    char **names; /* columns seen */
};

/* Says once for each name which field it is. */
static enum status note_column(struct reading *reading, const char *name, struct error *err)
{
    unsigned rank;
    if (strv_contains(reading->names, name) || strv_length(reading->names) >= COLUMNS_MOST)
        return STATUS_OK;
    if (!strv_append(&reading->names, slice_of(name)))
        return error_memory(err);
    reading->file->column(reading->file->arg, name,
                          ticket_field_of(reading->file->maps, name, &rank));
    return STATUS_OK;
}

/* ---- CSV ---- */

struct column {
    enum ticket_field field;
    unsigned rank;
};

/* The separator that the first line holds most often. */
static char guess_separator(struct slice text)
{
    static const char separators[] = ",;\t";
    size_t counts[sizeof separators] = {0}, best = 0;
    for (size_t i = 0; i < text.length && text.ptr[i] != '\n'; i++) {
        const char *found = memchr(separators, text.ptr[i], sizeof separators - 1);
        if (found)
            counts[found - separators]++;
    }
    for (size_t i = 1; i < sizeof separators - 1; i++)
        if (counts[i] > counts[best])
            best = i;
    return separators[best];
}

static enum status read_heading(struct reading *reading, char *const *heading,
                                struct column columns[COLUMNS_MOST], struct error *err)
{
    const struct ticket_file *file = reading->file;
    bool found[TICKET_FIELDS + 1] = {false};
    enum status status = ticket_maps_match(file->maps, heading, err);
    for (size_t i = 0; !status && heading && heading[i] && i < COLUMNS_MOST; i++) {
        columns[i].field = ticket_field_of(file->maps, heading[i], &columns[i].rank);
        found[columns[i].field] = true;
        status = note_column(reading, heading[i], err);
    }
    if (!status && (!found[FIELD_ID] || !(found[FIELD_SUBJECT] || found[FIELD_BODY]))) {
        status = error_set(err, STATUS_INVALID,
                           "%s: no column for the id, or none for subject or body", file->path);
        error_hint(err, "say which it is, such as --map \"Ticket no.=id\" --map Text=body");
    }
    return status;
}

static enum status take_record(struct reading *reading, char *const *record, size_t width,
                               const struct column columns[COLUMNS_MOST], size_t line,
                               struct error *err)
{
    const struct ticket_file *file = reading->file;
    struct ticket_row row = {.line = line};
    unsigned ranks[TICKET_FIELDS] = {0};
    if (strv_length(record) > width) {
        file->reject(file->arg, line, "more fields than the heading has");
        return STATUS_OK;
    }
    for (size_t i = 0; record[i] && i < COLUMNS_MOST; i++) {
        const enum ticket_field field = columns[i].field;
        const struct slice text = slice_trim(slice_of(record[i]));
        if (field == TICKET_FIELDS || text.length == 0 ||
            (row.fields[field].length && ranks[field] <= columns[i].rank))
            continue;
        row.fields[field] = text;
        ranks[field] = columns[i].rank;
    }
    return file->row(file->arg, &row, err);
}

/* Behind the line that *REST begins with. */
static void skip_line(struct slice *rest, size_t *line)
{
    struct slice skipped;
    (void)slice_split(rest, '\n', &skipped);
    *line += 1;
}

static enum status read_csv(struct reading *reading, struct slice text, struct error *err)
{
    _cleanup_strv_ char **record = NULL;
    struct column columns[COLUMNS_MOST];
    const char separator = guess_separator(text);
    size_t line = 0, width;
    enum status status = csv_next(&text, separator, &line, &record, err);
    if (!status)
        status = read_heading(reading, record, columns, err);
    width = strv_length(record);
    while (!status) {
        struct slice begun = text;
        size_t at = line;
        while (begun.length && (*begun.ptr == '\n' || *begun.ptr == '\r')) {
            at += *begun.ptr == '\n';
            begun = (struct slice){begun.ptr + 1, begun.length - 1};
        }
        status = csv_next(&text, separator, &line, &record, err);
        if (status == STATUS_INVALID) { /* a quote that never ends: only this line is lost */
            reading->file->reject(reading->file->arg, at + 1, "a quote is not closed");
            text = begun;
            line = at;
            skip_line(&text, &line);
            status = STATUS_OK;
        } else if (!status && !record) {
            break;
        } else if (!status) {
            status = take_record(reading, record, width, columns, at + 1, err);
        }
    }
    return status;
}

/* ---- JSON ---- */

static enum status take_column(void *arg, const char *name, struct error *err)
{
    return note_column(arg, name, err);
}

static enum status take_object(void *arg, const json_t *object, size_t line, struct error *err)
{
    struct reading *reading = arg;
    struct ticket_json fields;
    enum status status =
        ticket_json_read(object, reading->file->maps, take_column, arg, &fields, err);
    if (!status) {
        struct ticket_row row = {.line = line, .object = object};
        memcpy(row.fields, fields.fields, sizeof row.fields);
        status = reading->file->row(reading->file->arg, &row, err);
    }
    return status;
}

static enum status keep_name(void *arg, const char *name, struct error *err)
{
    char ***names = arg;
    if (strv_contains(*names, name) || strv_length(*names) >= COLUMNS_MOST)
        return STATUS_OK;
    return strv_append(names, slice_of(name)) ? STATUS_OK : error_memory(err);
}

static enum status keep_names(void *arg, const json_t *object, size_t line, struct error *err)
{
    struct ticket_json fields;
    (void)line;
    return ticket_json_read(object, NULL, keep_name, arg, &fields, err);
}

static void ignore(void *arg, size_t line, const char *reason)
{
    (void)arg;
    (void)line;
    (void)reason;
}

/* The columns of JSON are known only at its end: looked through first where they are mapped. */
static enum status check_maps(const struct ticket_file *file, struct slice text, struct error *err)
{
    _cleanup_strv_ char **names = NULL;
    const struct ticket_json_walk walk = {.arg = &names, .object = keep_names, .reject = ignore};
    enum status status = file->maps ? ticket_json_each(&walk, text, err) : STATUS_OK;
    return status ? status : ticket_maps_match(file->maps, names, err);
}

static enum status read_json(struct reading *reading, struct slice text, struct error *err)
{
    const struct ticket_json_walk walk = {.arg = reading,
                                          .object = take_object,
                                          .reject = reading->file->reject,
                                          .reject_arg = reading->file->arg};
    enum status status = check_maps(reading->file, text, err);
    return status ? status : ticket_json_each(&walk, text, err);
}

/* ---- Both ---- */

enum status ticket_file_read(const struct ticket_file *file, struct error *err)
{
    _cleanup_free_ char *bytes = NULL;
    struct reading reading = {.file = file};
    struct slice text;
    size_t length;
    enum status status = ticket_maps_check(file->maps, err);
    if (!status)
        status = file_read(file->path, LIMIT_IMPORT_FILE, &bytes, &length, err);
    if (status)
        return status;
    text = (struct slice){bytes, length};
    if (slice_starts(text, SLICE_LITERAL("\xEF\xBB\xBF")))
        text = (struct slice){text.ptr + 3, text.length - 3};
    if (slice_starts(text, SLICE_LITERAL("\xFF\xFE")) ||
        slice_starts(text, SLICE_LITERAL("\xFE\xFF"))) {
        status = error_set(err, STATUS_INVALID, "%s is UTF-16", file->path);
        error_hint(err, "save it as UTF-8, or: iconv -f UTF-16 -t UTF-8 FILE");
        return status;
    }
    const struct slice trimmed = slice_trim(text);
    const bool json = trimmed.length && (*trimmed.ptr == '{' || *trimmed.ptr == '[');
    status = json ? read_json(&reading, text, err) : read_csv(&reading, text, err);
    strv_free(reading.names);
    return status;
}
