/* ticket_row.c: texts in, one ticket out. */
#include "app/ticket/ticket_row.h"

#include "app/import/html_text.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "text/redact.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

enum { TIME_SIZE = 40, STATE_SIZE = 32, NAME_LEAST = 3 };

/* ---- Times ---- */

/* "2026-11-22 02:05:03 +0100" as RFC 3339 has it; false where TEXT is not of this form. */
static bool parse_spaced_offset(const char *text, int64_t *ret_ms)
{
    int year, month, day, hour, minute, second, offset, end = 0;
    char sign, rfc[TIME_SIZE];
    if (sscanf(text, "%4d-%2d-%2d %2d:%2d:%2d %c%4d%n", &year, &month, &day, &hour, &minute,
               &second, &sign, &offset, &end) != 8 ||
        text[end] || (sign != '+' && sign != '-') || offset < 0)
        return false;
    (void)snprintf(rfc, sizeof rfc, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", year, month, day,
                   hour, minute, second, sign, offset / 100, offset % 100);
    return clock_parse(slice_of(rfc), ret_ms);
}

/* "22.11.2026" and "22.11.2026 02:05[:03]". */
static bool parse_dotted(const char *text, int64_t *ret_ms)
{
    int year, month, day, hour = 0, minute = 0, second = 0;
    char iso[TIME_SIZE];
    const int found =
        sscanf(text, "%2d.%2d.%4d %2d:%2d:%2d", &day, &month, &year, &hour, &minute, &second);
    if (found < 3 || found == 4 || year < 1000)
        return false;
    (void)snprintf(iso, sizeof iso, "%04d-%02d-%02d %02d:%02d:%02d", year, month, day, hour, minute,
                   second);
    return clock_parse_loose(slice_of(iso), ret_ms);
}

static bool parse_time(struct slice text, int64_t *ret_ms)
{
    char copy[TIME_SIZE];
    size_t length = text.length < sizeof copy ? text.length : sizeof copy - 1;
    if (clock_parse_loose(text, ret_ms))
        return true;
    memcpy(copy, text.ptr, length);
    copy[length] = '\0';
    if (str_ends(copy, " UTC")) {
        copy[length - 4] = '\0';
        return clock_parse_loose(slice_of(copy), ret_ms);
    }
    return parse_spaced_offset(copy, ret_ms) || parse_dotted(copy, ret_ms);
}

static enum status read_time(const char *name, struct slice text, int64_t *ret_ms,
                             struct error *err)
{
    *ret_ms = -1;
    if (text.length == 0 || parse_time(text, ret_ms))
        return STATUS_OK;
    return error_set(err, STATUS_UNPROCESSABLE,
                     "field %s must be a time such as 2026-11-22 02:05, not \"%.*s\"", name,
                     (int)utf8_cut(text, 40), text.ptr);
}

/* ---- States ---- */

/* What desks call the states that the store knows ("2" to "5" are Freshdesk's); a name ends at its
 * first space ("pending reminder", "waiting on customer"). Of others a past ticket is closed. */
static enum ticket_status read_status(struct slice text, bool solved)
{
    static const struct {
        const char *name;
        enum ticket_status status;
    } names[] = {
        {"new", TICKET_OPEN},     {"active", TICKET_OPEN},     {"2", TICKET_OPEN},
        {"hold", TICKET_PENDING}, {"on-hold", TICKET_PENDING}, {"waiting", TICKET_PENDING},
        {"3", TICKET_PENDING},    {"resolved", TICKET_SOLVED}, {"done", TICKET_SOLVED},
        {"4", TICKET_SOLVED},     {"5", TICKET_CLOSED},        {"deleted", TICKET_SPAM},
    };
    char lower[STATE_SIZE];
    enum ticket_status status;
    size_t length = 0;
    while (length < text.length && length + 1 < sizeof lower && text.ptr[length] != ' ') {
        lower[length] = (char)tolower((unsigned char)text.ptr[length]);
        length++;
    }
    lower[length] = '\0';
    if (length == 0)
        return solved ? TICKET_SOLVED : TICKET_OPEN;
    if (ticket_status_parse(slice_of(lower), &status))
        return status;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (strcmp(names[i].name, lower) == 0)
            return names[i].status;
    return TICKET_CLOSED;
}

/* ---- Texts ---- */

static bool looks_like_html(struct slice text)
{
    for (size_t i = 0; i + 2 < text.length; i++)
        if (text.ptr[i] == '<' &&
            (isalpha((unsigned char)text.ptr[i + 1]) || text.ptr[i + 1] == '!') &&
            memchr(text.ptr + i, '>', text.length - i))
            return true;
    return false;
}

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Appends TEXT with every word that is WORD replaced by "[name]". */
static void hide_word(struct slice text, struct slice word, struct buf *out)
{
    size_t i = 0;
    while (i < text.length) {
        size_t end = i;
        while (end < text.length && in_word(text.ptr[end]))
            end++;
        if (end - i == word.length && word.length > 0 &&
            strncasecmp(text.ptr + i, word.ptr, word.length) == 0)
            buf_add_str(out, "[name]");
        else
            buf_add(out, text.ptr + i, end > i ? end - i : 1);
        i = end > i ? end : i + 1;
    }
}

/* Replaces each word of NAME in *TEXT. */
static bool hide_name(struct slice name, char **text)
{
    size_t start = 0;
    for (size_t i = 0; i <= name.length; i++) {
        if (i < name.length && in_word(name.ptr[i]))
            continue;
        if (i - start >= NAME_LEAST) {
            _cleanup_buf_ struct buf hidden = BUF_INIT(4 * LIMIT_BODY_TEXT);
            hide_word(slice_of(*text), (struct slice){name.ptr + start, i - start}, &hidden);
            char *replaced = buf_take(&hidden);
            if (!replaced)
                return false;
            mem_free(*text);
            *text = replaced;
        }
        start = i + 1;
    }
    return true;
}

/* Of whom the ticket is, where that is told by name. */
static struct slice person(const struct slice fields[TICKET_FIELDS])
{
    const struct slice contact = fields[FIELD_CONTACT];
    if (fields[FIELD_NAME].length)
        return fields[FIELD_NAME];
    return contact.length && !memchr(contact.ptr, '@', contact.length) ? contact
                                                                       : (struct slice){NULL, 0};
}

static enum status keep_text(const struct slice fields[TICKET_FIELDS], enum ticket_field field,
                             size_t most, char **ret, struct error *err)
{
    _cleanup_buf_ struct buf plain = BUF_INIT(LIMIT_HTTP_BODY_LARGE);
    _cleanup_buf_ struct buf redacted = BUF_INIT(2 * LIMIT_BODY_TEXT);
    struct slice text = fields[field];
    if (text.length == 0)
        return STATUS_OK;
    if (looks_like_html(text)) {
        html_to_text((struct slice){text.ptr, utf8_cut(text, LIMIT_HTTP_BODY)}, HTML_PLAIN, &plain);
        text = (struct slice){buf_str(&plain), plain.length};
    }
    redact_text((struct slice){text.ptr, utf8_cut(text, most)}, &redacted);
    *ret = plain.failed ? NULL : buf_take(&redacted);
    return *ret && hide_name(person(fields), ret) ? STATUS_OK : error_memory(err);
}

static enum status check_fields(const struct slice fields[TICKET_FIELDS], struct error *err)
{
    static const enum ticket_field needed[] = {FIELD_ID, FIELD_CREATED};
    for (size_t i = 0; i < TICKET_FIELDS; i++)
        if (fields[i].length && !utf8_valid(fields[i]))
            return error_set(err, STATUS_UNPROCESSABLE, "field %s is not UTF-8",
                             ticket_field_name((enum ticket_field)i));
    for (size_t i = 0; i < ARRAY_LENGTH(needed); i++)
        if (fields[needed[i]].length == 0)
            return error_set(err, STATUS_UNPROCESSABLE, "field %s is missing",
                             ticket_field_name(needed[i]));
    if (fields[FIELD_ID].length > LIMIT_ID)
        return error_set(err, STATUS_UNPROCESSABLE, "field id is longer than %d bytes", LIMIT_ID);
    return STATUS_OK;
}

enum status ticket_row_read(const struct slice fields[TICKET_FIELDS], struct ticket *ret,
                            struct error *err)
{
    enum status status = check_fields(fields, err);
    *ret = (struct ticket){.updated_ms = -1, .solved_ms = -1, .imported = true};
    if (!status)
        status = read_time("created", fields[FIELD_CREATED], &ret->created_ms, err);
    if (!status)
        status = read_time("solved", fields[FIELD_SOLVED], &ret->solved_ms, err);
    if (!status)
        status = keep_text(fields, FIELD_SUBJECT, LIMIT_SUBJECT, &ret->subject, err);
    if (!status)
        status = keep_text(fields, FIELD_BODY, LIMIT_EVENT_TEXT, &ret->body, err);
    if (!status)
        status = keep_text(fields, FIELD_CATEGORY, LIMIT_ID, &ret->category, err);
    ret->status = read_status(fields[FIELD_STATUS], ret->solved_ms >= 0);
    if (!status && !(ret->id = mem_strndup(fields[FIELD_ID].ptr, fields[FIELD_ID].length)))
        status = error_memory(err);
    return status;
}
