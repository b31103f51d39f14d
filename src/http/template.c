/* template.c: the template language of template.h, by one pass over the text. */
#include "http/template.h"

#include "base/str.h"

enum { DEEPEST = 32, DEEPEST_PARTIAL = 16 };

/* One rendering: the objects whose names are in scope, innermost last. */
struct scope {
    template_find_fn *find;
    const json_t *stack[DEEPEST];
    size_t depth;
    size_t partials;
    struct buf *out;
    struct error *err;
};

/* A tag as written: its kind ('v' value, '&' raw, '#', '^', '/', '>', '!') and its name. */
struct tag {
    char kind;
    struct slice name;
    const char *before; /* where its braces start */
    const char *after;  /* what follows them */
};

static enum status render(struct scope *scope, struct slice text);

static const char *find_text(struct slice text, const char *wanted)
{
    return text.length ? memmem(text.ptr, text.length, wanted, strlen(wanted)) : NULL;
}

/* Finds the next tag of TEXT: 1 found, 0 none left, -1 never closed. */
static int next_tag(struct slice text, struct tag *ret)
{
    const char *open = find_text(text, "{{"), *close, *name;
    const char *end = text.ptr + text.length;
    bool raw;
    if (!open)
        return 0;
    raw = open + 2 < end && open[2] == '{';
    name = open + (raw ? 3 : 2);
    close = find_text((struct slice){name, (size_t)(end - name)}, raw ? "}}}" : "}}");
    if (!close)
        return -1;
    ret->before = open;
    ret->after = close + (raw ? 3 : 2);
    ret->name = slice_trim((struct slice){name, (size_t)(close - name)});
    ret->kind = raw ? '&' : 'v';
    if (!raw && ret->name.length && strchr("#^/>!&", ret->name.ptr[0])) {
        ret->kind = ret->name.ptr[0];
        ret->name = slice_trim((struct slice){ret->name.ptr + 1, ret->name.length - 1});
    }
    return 1;
}

static const json_t *field(const json_t *object, struct slice name)
{
    return json_is_object(object) ? json_object_getn(object, name.ptr, name.length) : NULL;
}

/* Looks NAME ("a.b", ".") up: its first part in the innermost object that has it. */
static const json_t *lookup(const struct scope *scope, struct slice name)
{
    const json_t *value = NULL;
    struct slice rest = name, part;
    if (slice_equal(name, SLICE_LITERAL(".")))
        return scope->stack[scope->depth - 1];
    if (!slice_split(&rest, '.', &part))
        return NULL;
    for (size_t i = scope->depth; i > 0 && !value; i--)
        value = field(scope->stack[i - 1], part);
    while (value && slice_split(&rest, '.', &part))
        value = field(value, part);
    return value;
}

static bool is_truthy(const json_t *value)
{
    if (!value || json_is_null(value) || json_is_false(value))
        return false;
    if (json_is_array(value))
        return json_array_size(value) > 0;
    if (json_is_string(value))
        return json_string_length(value) > 0;
    return true;
}

static void put_value(struct scope *scope, const json_t *value, bool raw)
{
    if (json_is_string(value)) {
        struct slice text = {json_string_value(value), json_string_length(value)};
        if (raw)
            buf_add_slice(scope->out, text);
        else
            buf_add_html(scope->out, text);
    } else if (json_is_integer(value)) {
        buf_printf(scope->out, "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        buf_printf(scope->out, "%.6g", json_real_value(value));
    }
}

/* Finds the end of the section NAME that starts at *REST; moves *REST behind it. */
static enum status section_body(struct scope *scope, struct slice name, struct slice *rest,
                                struct slice *ret)
{
    const char *start = rest->ptr, *end = rest->ptr + rest->length;
    size_t nested = 0;
    struct tag tag;
    while (next_tag(*rest, &tag) == 1) {
        *rest = (struct slice){tag.after, (size_t)(end - tag.after)};
        if (!slice_equal(tag.name, name))
            continue;
        if (tag.kind == '#' || tag.kind == '^') {
            nested++;
        } else if (tag.kind == '/' && nested-- == 0) {
            *ret = (struct slice){start, (size_t)(tag.before - start)};
            return STATUS_OK;
        }
    }
    return error_set(scope->err, STATUS_INVALID, "template section %.*s is never closed",
                     (int)name.length, name.ptr);
}

static enum status render_with(struct scope *scope, const json_t *value, struct slice body)
{
    enum status status;
    if (scope->depth == DEEPEST)
        return error_set(scope->err, STATUS_INVALID, "template sections nest too deep");
    scope->stack[scope->depth++] = value;
    status = render(scope, body);
    scope->depth--;
    return status;
}

static enum status render_section(struct scope *scope, const struct tag *tag, struct slice body)
{
    const json_t *value = lookup(scope, tag->name), *item;
    enum status status = STATUS_OK;
    size_t i;
    if (is_truthy(value) == (tag->kind == '^'))
        return STATUS_OK;
    if (tag->kind == '^')
        return render(scope, body);
    if (!json_is_array(value))
        return render_with(scope, value, body);
    json_array_foreach (value, i, item)
        if (status == STATUS_OK)
            status = render_with(scope, item, body);
    return status;
}

static enum status render_partial(struct scope *scope, struct slice name)
{
    char copy[64];
    struct slice text;
    enum status status;
    if (name.length >= sizeof copy || scope->partials == DEEPEST_PARTIAL)
        return error_set(scope->err, STATUS_INVALID, "template partials nest too deep at %.*s",
                         (int)name.length, name.ptr);
    memcpy(copy, name.ptr, name.length);
    copy[name.length] = '\0';
    text = scope->find(copy);
    if (!text.ptr)
        return error_set(scope->err, STATUS_NOT_FOUND, "there is no template %s", copy);
    scope->partials++;
    status = render(scope, text);
    scope->partials--;
    return status;
}

static enum status render_tag(struct scope *scope, const struct tag *tag, struct slice *rest)
{
    struct slice body = {NULL, 0};
    enum status status;
    switch (tag->kind) {
    case '!':
        return STATUS_OK;
    case '>':
        return render_partial(scope, tag->name);
    case '#':
    case '^':
        status = section_body(scope, tag->name, rest, &body);
        return status == STATUS_OK ? render_section(scope, tag, body) : status;
    case '/':
        return error_set(scope->err, STATUS_INVALID, "template section %.*s ends but never starts",
                         (int)tag->name.length, tag->name.ptr);
    default:
        put_value(scope, lookup(scope, tag->name), tag->kind == '&');
        return STATUS_OK;
    }
}

static enum status render(struct scope *scope, struct slice text)
{
    const char *end = text.ptr + text.length;
    enum status status = STATUS_OK;
    struct tag tag;
    int found = 0;
    while (status == STATUS_OK && (found = next_tag(text, &tag)) > 0) {
        buf_add(scope->out, text.ptr, (size_t)(tag.before - text.ptr));
        text = (struct slice){tag.after, (size_t)(end - tag.after)};
        status = render_tag(scope, &tag, &text);
    }
    if (found < 0)
        return error_set(scope->err, STATUS_INVALID, "template tag is never closed");
    if (status == STATUS_OK)
        buf_add_slice(scope->out, text);
    return status;
}

enum status template_render(template_find_fn *find, const char *name, const json_t *model,
                            struct buf *out, struct error *err)
{
    struct scope scope = {.find = find, .stack = {model}, .depth = 1, .out = out, .err = err};
    unsigned long failures = mem_failures();
    enum status status = render_partial(&scope, slice_of(name));
    if (status == STATUS_OK && out->failed)
        status = mem_failures() != failures ? error_memory(err)
                                            : error_set(err, STATUS_TOO_LARGE, "page %s is too large", name);
    return status;
}
