/* ticket_json.c: objects in documents, fields in objects. */
#include "app/ticket/ticket_json.h"

#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 128, DEPTH_MOST = 3 };

/* ---- Documents ---- */

/* How far the object or array that TEXT begins with reaches, brackets within strings left out;
 * *RET_WHOLE is false where it never ends, or up to where another one begins that cannot stand
 * there. Cuts before parsing, so that a broken one does not take the others with it. */
static size_t span(struct slice text, bool *ret_whole)
{
    size_t depth = 0;
    bool quoted = false;
    char before = ',';
    *ret_whole = false;
    for (size_t i = 0; i < text.length; i++) {
        const char c = text.ptr[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (quoted && c == '\n')
            quoted = false; /* JSON's strings end on their line: a quote was forgotten */
        else if (!quoted && c == '{' && !strchr(",:[", before))
            return i;
        else if (!quoted && (c == '{' || c == '['))
            depth++;
        else if (!quoted && (c == '}' || c == ']') && --depth == 0) {
            *ret_whole = true;
            return i + 1;
        }
        if (!strchr(" \t\r\n", c))
            before = c;
    }
    return text.length;
}

static size_t lines_of(struct slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += text.ptr[i] == '\n';
    return count;
}

/* What desks wrap their tickets in. */
static const char *const wrappers[] = {"tickets", "conversations", "results", "data", "records"};

/* The wrapper's name; NULL: OBJECT is a ticket itself. */
static const char *wrapper_of(const json_t *object)
{
    const json_t *embedded = json_object_get(object, "_embedded");
    const json_t *inside = json_object_get(embedded, "conversations") ? embedded : object;
    for (size_t i = 0; i < ARRAY_LENGTH(wrappers); i++)
        if (json_is_array(json_object_get(inside, wrappers[i])) &&
            !json_object_get(inside, "subject") && !json_object_get(inside, "title"))
            return wrappers[i];
    return NULL;
}

/* Where the list called NAME begins in TEXT: at its bracket; TEXT's length where there is none. */
static size_t list_start(struct slice text, const char *name)
{
    char quoted[NAME_SIZE];
    const char *found;
    size_t i;
    (void)snprintf(quoted, sizeof quoted, "\"%s\"", name);
    if (!(found = memmem(text.ptr, text.length, quoted, strlen(quoted))))
        return text.length;
    for (i = (size_t)(found - text.ptr) + strlen(quoted);
         i < text.length && strchr(" \t\r\n:", text.ptr[i]); i++)
        ;
    return i < text.length && text.ptr[i] == '[' ? i : text.length;
}

/* A ticket in a shell of its own: {"helpdesk_ticket": {…}}. */
static const json_t *unwrapped(const json_t *object)
{
    const json_t *inside = json_object_get(object, "helpdesk_ticket");
    if (!inside && json_object_size(object) == 1)
        inside = json_object_get(object, "ticket");
    return json_is_object(inside) ? inside : object;
}

static enum status each_from(const struct ticket_json_walk *walk, struct slice rest, size_t line,
                             struct error *err);

/* The list called NAME in TEXT, item by item, so that each has its line. */
static enum status take_list(const struct ticket_json_walk *walk, struct slice text,
                             const char *name, size_t line, struct error *err)
{
    const size_t start = list_start(text, name);
    bool whole;
    struct slice list = {text.ptr + start, text.length - start};
    line += lines_of((struct slice){text.ptr, start});
    list.length = list.length ? span(list, &whole) : 0;
    return list.length ? each_from(walk, list, line, err) : STATUS_OK;
}

/* A page that is broken may still have tickets that are not. A list behind a subject is a ticket's
 * own. */
static enum status take_broken(const struct ticket_json_walk *walk, struct slice text, size_t line,
                               const char *reason, struct error *err)
{
    const char *subject = memmem(text.ptr, text.length, "\"subject\"", strlen("\"subject\""));
    const size_t end = subject ? (size_t)(subject - text.ptr) : text.length;
    for (size_t i = 0; i < ARRAY_LENGTH(wrappers); i++)
        if (list_start(text, wrappers[i]) < end)
            return take_list(walk, text, wrappers[i], line, err);
    walk->reject(walk->reject_arg, line, reason);
    return STATUS_OK;
}

static enum status take_text(const struct ticket_json_walk *walk, struct slice text, size_t line,
                             struct error *err)
{
    _cleanup_json_ json_t *value = NULL;
    struct error problem;
    enum status status = json_read(text, &value, &problem);
    if (status == STATUS_INVALID)
        return take_broken(walk, text, line, problem.message, err);
    if (status)
        return error_memory(err);
    if (json_is_array(value))
        return each_from(walk, text, line, err);
    const char *wrapper = wrapper_of(value);
    return wrapper ? take_list(walk, text, wrapper, line, err)
                   : walk->object(walk->arg, unwrapped(value), line, err);
}

/* Moves *REST to the next object or array at its level, counting lines; false: there is none. What
 * else stands there is named. */
static bool next_value(const struct ticket_json_walk *walk, struct slice *rest, size_t *line)
{
    bool named = false;
    while (rest->length && *rest->ptr != '{' && *rest->ptr != '[') {
        const char c = *rest->ptr;
        if (c == '\n') {
            *line += 1;
            named = false;
        } else if (!strchr(" \t\r,]", c) && !named) {
            walk->reject(walk->reject_arg, *line, "a ticket must be an object");
            named = true;
        }
        *rest = (struct slice){rest->ptr + 1, rest->length - 1};
    }
    return rest->length > 0;
}

/* Behind a value that never ends: the next line. */
static void skip_line(struct slice *rest, size_t *line)
{
    struct slice skipped;
    (void)slice_split(rest, '\n', &skipped);
    *line += 1;
}

static enum status each_from(const struct ticket_json_walk *walk, struct slice rest, size_t line,
                             struct error *err)
{
    enum status status = STATUS_OK;
    if (rest.length && *rest.ptr == '[') /* its items one by one */
        rest = (struct slice){rest.ptr + 1, rest.length - 1};
    while (!status && next_value(walk, &rest, &line)) {
        bool whole;
        const size_t length = span(rest, &whole);
        const struct slice value = {rest.ptr, length};
        if (whole)
            status = take_text(walk, value, line, err);
        else
            walk->reject(walk->reject_arg, line, "not JSON: it has no end");
        if (!whole && length == rest.length) {
            skip_line(&rest, &line);
            continue;
        }
        rest = (struct slice){rest.ptr + length, rest.length - length};
        line += lines_of(value);
    }
    return status;
}

enum status ticket_json_each(const struct ticket_json_walk *walk, struct slice text,
                             struct error *err)
{
    const struct slice trimmed = slice_trim(text);
    return each_from(walk, trimmed,
                     1 + lines_of((struct slice){text.ptr, (size_t)(trimmed.ptr - text.ptr)}), err);
}

/* ---- Objects ---- */

struct flattening {
    char *const *maps;
    enum status (*each)(void *arg, const char *name, struct error *err);
    void *arg;
    struct ticket_json *ret;
    unsigned ranks[TICKET_FIELDS];
};

static void put(struct flattening *flattening, enum ticket_field field, unsigned rank,
                const json_t *value)
{
    struct ticket_json *ret = flattening->ret;
    struct slice text = {json_string_value(value), json_string_length(value)};
    char number[sizeof ret->numbers[0]];
    if (json_is_integer(value)) {
        (void)snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        text = slice_of(number);
    }
    text = slice_trim(text);
    if (text.length == 0 || (ret->fields[field].length && flattening->ranks[field] <= rank))
        return;
    if (json_is_integer(value)) {
        memcpy(ret->numbers[field], number, sizeof number);
        text.ptr = ret->numbers[field];
    }
    ret->fields[field] = text;
    flattening->ranks[field] = rank;
}

static bool is_true_false(const json_t *value, bool wanted)
{
    return json_is_boolean(value) && json_is_true(value) == wanted;
}

/* Whether the message is no customer's: an agent's, or not meant for the customer at all. */
static bool is_inside(const json_t *message)
{
    const char *type = json_string_value(json_object_get(message, "type"));
    const char *sender = json_string_value(json_object_get(message, "sender"));
    return str_equal(type, "note") || str_equal(type, "lineitem") || str_equal(type, "message") ||
           str_equal(sender, "Agent") || str_equal(sender, "System") ||
           is_true_false(json_object_get(message, "public"), false) ||
           is_true_false(json_object_get(message, "incoming"), false) ||
           is_true_false(json_object_get(message, "private"), true) ||
           is_true_false(json_object_get(message, "internal"), true);
}

/* The first message that a customer wrote is the body, where the ticket has none of its own. */
static void take_messages(struct flattening *flattening, const json_t *list)
{
    static const char *const names[] = {"plain_body", "body_text", "body", "text"};
    const json_t *message;
    size_t i;
    json_array_foreach(list, i, message)
    {
        for (size_t n = 0; n < ARRAY_LENGTH(names) && !is_inside(message); n++) {
            const json_t *text = json_object_get(message, names[n]);
            if (!json_is_string(text))
                continue;
            put(flattening, FIELD_BODY, 50, text); /* behind every column that can be guessed */
            return;
        }
    }
}

static bool is_messages(const char *name)
{
    return str_equal(name, "comments") || str_equal(name, "threads") ||
           str_equal(name, "articles") || str_equal(name, "conversations");
}

static enum status flatten(struct flattening *flattening, const json_t *object, const char *prefix,
                           unsigned depth, struct error *err)
{
    const char *key;
    json_t *value;
    enum status status = STATUS_OK;
    json_object_foreach((json_t *)object, key, value)
    {
        char name[NAME_SIZE];
        unsigned rank;
        /* "_embedded.threads" is what "threads" is elsewhere. */
        const bool shell = str_equal(key, "_embedded");
        (void)snprintf(name, sizeof name, "%s%s%s", prefix, *prefix && !shell ? "." : "",
                       shell ? "" : key);
        if (status)
            break;
        if (json_is_object(value)) {
            status =
                depth < DEPTH_MOST ? flatten(flattening, value, name, depth + 1, err) : STATUS_OK;
        } else if (json_is_array(value)) {
            if (is_messages(key))
                take_messages(flattening, value);
        } else if (!(status = flattening->each(flattening->arg, name, err))) {
            const enum ticket_field field = ticket_field_of(flattening->maps, name, &rank);
            if (field != TICKET_FIELDS)
                put(flattening, field, rank, value);
        }
    }
    return status;
}

enum status ticket_json_read(const json_t *object, char *const *maps,
                             enum status (*each)(void *arg, const char *name, struct error *err),
                             void *arg, struct ticket_json *ret, struct error *err)
{
    struct flattening flattening = {.maps = maps, .each = each, .arg = arg, .ret = ret};
    memset(ret, 0, sizeof *ret);
    return flatten(&flattening, object, "", 0, err);
}
