/* front_matter.c: the keys at the head of a file, read by libyaml.
 *
 * libyaml gives a graph in which an alias is one more reference to the same node: nothing is ever
 * expanded, and only the top level and what hangs directly below it is looked at, so that neither
 * aliases upon aliases nor cycles cost anything. */
#include "article/front_matter.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"

#include <stdio.h>
#include <yaml.h>

void front_matter_done(struct front_matter *front)
{
    char **texts[] = {
        &front->id,       &front->title, &front->summary, &front->lang,      &front->translation_of,
        &front->category, &front->owner, &front->url,     &front->permalink, &front->slug};
    char ***lists[] = {&front->tags, &front->questions, &front->tests, &front->redirect_from,
                       &front->aliases};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        *texts[i] = mem_free(*texts[i]);
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++)
        *lists[i] = strv_free(*lists[i]);
}

/* ---- Where it stands ---- */

enum form { FORM_NONE, FORM_YAML, FORM_TOML };

static bool is_line(struct slice line, const char *mark)
{
    while (line.length && strchr(" \t", line.ptr[line.length - 1]))
        line.length--;
    return slice_equal(line, slice_of(mark));
}

/* Finds the front matter of TEXT: its lines without the marks, and where the body starts. */
static enum form find(struct slice text, struct slice *ret, size_t *ret_body)
{
    struct slice rest = text, line;
    enum form form = FORM_NONE;
    *ret_body = 0;
    if (slice_split(&rest, '\n', &line))
        form = is_line(line, "---") ? FORM_YAML : is_line(line, "+++") ? FORM_TOML : FORM_NONE;
    if (form == FORM_NONE)
        return FORM_NONE;
    ret->ptr = rest.ptr;
    while (slice_split(&rest, '\n', &line)) {
        bool end =
            form == FORM_TOML ? is_line(line, "+++") : is_line(line, "---") || is_line(line, "...");
        if (end) {
            ret->length = (size_t)(line.ptr - ret->ptr);
            size_t body = (size_t)(line.ptr + line.length - text.ptr);
            *ret_body = body < text.length ? body + 1 : body;
            return form;
        }
    }
    return FORM_NONE; /* never closed: a thematic break, and the rest is text */
}

/* ---- What is not quite YAML ---- */

/* The length of "key: " or "- " at the start of LINE, with what indents it; 0 where there is none.
 */
static size_t key_length(struct slice line, char separator)
{
    size_t i = 0, start;
    while (i < line.length && line.ptr[i] == ' ')
        i++;
    if (i + 1 < line.length && line.ptr[i] == '-' && line.ptr[i + 1] == ' ')
        return i + 2;
    start = i;
    while (i < line.length && line.ptr[i] > ' ' && line.ptr[i] != separator &&
           !strchr("\"'#{}[]", line.ptr[i]))
        i++;
    size_t end = i;
    while (separator == '=' && i < line.length && line.ptr[i] == ' ')
        i++;
    if (end == start || i >= line.length || line.ptr[i] != separator)
        return 0;
    for (i++; i < line.length && line.ptr[i] == ' ';)
        i++;
    return i;
}

/* A template where YAML would see a mapping or an error: title: {{ .Title }}, intro: {% data x %}.
 */
static bool is_template(struct slice value)
{
    return slice_starts(value, SLICE_LITERAL("{{")) || slice_starts(value, SLICE_LITERAL("{%"));
}

static void add_quoted(struct buf *out, struct slice value)
{
    buf_add_char(out, '\'');
    for (size_t i = 0; i < value.length; i++) {
        if (value.ptr[i] == '\'')
            buf_add_char(out, '\'');
        buf_add_char(out, value.ptr[i]);
    }
    buf_add_char(out, '\'');
}

/* Line by line, so that line numbers stay: templates put into quotes. */
static void tame_yaml(struct slice text, struct buf *out)
{
    struct slice line;
    while (text.length && slice_split(&text, '\n', &line)) {
        size_t key = key_length(line, ':');
        struct slice value = {line.ptr + key, line.length - key};
        if (key && is_template(value)) {
            buf_add(out, line.ptr, key);
            add_quoted(out, slice_trim(value));
        } else {
            buf_add_slice(out, line);
        }
        buf_add_char(out, '\n');
    }
}

/* A value of TOML that is the same in YAML: a string in quotes, a list of one line, a bare word,
 * number or date. */
static bool is_simple_toml(struct slice value)
{
    char first = value.length ? value.ptr[0] : '\0',
         last = first ? value.ptr[value.length - 1] : '\0';
    if (slice_starts(value, SLICE_LITERAL("\"\"\"")) || slice_starts(value, SLICE_LITERAL("'''")))
        return false;
    if (first == '"' || first == '\'')
        return value.length > 1 && last == first;
    if (first == '[')
        return last == ']';
    for (size_t i = 0; i < value.length; i++)
        if (strchr("{}[]#&*!|>%@`\"'", value.ptr[i]))
            return false;
    return first != '\0';
}

/* The simple lines of TOML before its first table, as YAML. */
static void toml_as_yaml(struct slice text, struct buf *out)
{
    struct slice line;
    bool top = true;
    while (text.length && slice_split(&text, '\n', &line)) {
        size_t key = key_length(line, '=');
        struct slice value = slice_trim((struct slice){line.ptr + key, line.length - key});
        top = top && !slice_starts(slice_trim(line), SLICE_LITERAL("["));
        if (top && key && is_simple_toml(value)) {
            line = slice_trim(line);
            buf_add(out, line.ptr, strcspn(line.ptr, " ="));
            buf_add_str(out, ": ");
            buf_add_slice(out, value);
        }
        buf_add_char(out, '\n');
    }
}

/* ---- Reading values ---- */

struct reading {
    yaml_document_t document;
    struct article_problems *problems;
};

static yaml_node_t *node_at(struct reading *reading, int index)
{
    return yaml_document_get_node(&reading->document, index);
}

static struct slice scalar(const yaml_node_t *node)
{
    if (!node || node->type != YAML_SCALAR_NODE)
        return (struct slice){NULL, 0};
    return slice_trim(
        (struct slice){(const char *)node->data.scalar.value, node->data.scalar.length});
}

static bool is_null(const yaml_node_t *node)
{
    struct slice text = scalar(node);
    return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (text.length == 0 || slice_equal(text, SLICE_LITERAL("~")) ||
            str_equal_ascii_case(text, SLICE_LITERAL("null")));
}

/* The value of KEY in the mapping NODE, the last one where it stands twice; NULL when there is
 * none. */
static yaml_node_t *value_of(struct reading *reading, const yaml_node_t *node, struct slice key)
{
    yaml_node_t *found = NULL;
    if (!node || node->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        yaml_node_t *name = node_at(reading, pair->key), *value = node_at(reading, pair->value);
        if (name && value && name->type == YAML_SCALAR_NODE && slice_equal(scalar(name), key))
            found = is_null(value) ? NULL : value;
    }
    return found;
}

static enum status remark(struct reading *reading, const yaml_node_t *node, const char *kind,
                          const char *format, struct slice value)
{
    size_t shown = utf8_cut(value, 100);
    _cleanup_free_ char *text = mem_strndup(value.length ? value.ptr : "", shown);
    struct article_problem problem = {.line = node->start_mark.line + 2, .kind = kind};
    char message[512];
    if (!text)
        return STATUS_OUT_OF_MEMORY;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)snprintf(message, sizeof message, format,
                   text); /* FORMAT is one of this file's literals */
#pragma GCC diagnostic pop
    return article_problems_add(reading->problems, &problem, message);
}

/* The readers of the table below: each puts NODE into FIELD, unless an earlier key has filled it.
 */

static enum status read_text(struct reading *reading, const yaml_node_t *node, void *field)
{
    char **text = field;
    struct slice value = scalar(node);
    (void)reading;
    if (*text || value.length == 0)
        return STATUS_OK;
    *text = mem_strndup(value.ptr, value.length);
    return *text ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

static enum status add_item(char ***list, struct slice value)
{
    if (value.length == 0 || strv_length(*list) >= LIMIT_FRONT_MATTER_LIST)
        return STATUS_OK;
    for (char **item = *list; item && *item; item++)
        if (slice_equal(slice_of(*item), value))
            return STATUS_OK;
    return strv_append(list, value) ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

static enum status read_items(struct reading *reading, const yaml_node_t *node, char ***list)
{
    enum status status = STATUS_OK;
    for (yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top && status == STATUS_OK; item++) {
        yaml_node_t *value = node_at(reading, *item);
        if (value && value->type == YAML_MAPPING_NODE) { /* Docusaurus: {label: …, permalink: …} */
            value = value_of(reading, value, SLICE_LITERAL("label"));
        }
        if (value && !is_null(value))
            status = add_item(list, scalar(value));
    }
    return status;
}

/* A list, or one text that is its only item. */
static enum status read_list(struct reading *reading, const yaml_node_t *node, void *field)
{
    if (node->type == YAML_SEQUENCE_NODE)
        return read_items(reading, node, field);
    return add_item(field, scalar(node));
}

/* A list, or text with commas between the items. */
static enum status read_tags(struct reading *reading, const yaml_node_t *node, void *field)
{
    struct slice rest = scalar(node), item;
    enum status status = STATUS_OK;
    if (node->type == YAML_SEQUENCE_NODE)
        return read_items(reading, node, field);
    while (status == STATUS_OK && slice_split(&rest, ',', &item))
        status = add_item(field, slice_trim(item));
    return status;
}

/* The first item of a list, or a text. */
static enum status read_first(struct reading *reading, const yaml_node_t *node, void *field)
{
    if (node->type == YAML_SEQUENCE_NODE &&
        node->data.sequence.items.start < node->data.sequence.items.top)
        node = node_at(reading, *node->data.sequence.items.start);
    return node ? read_text(reading, node, field) : STATUS_OK;
}

/* A time; other tools write some ("Jan 5") that we do not know: these are left out without a word.
 */
static enum status read_foreign_time(struct reading *reading, const yaml_node_t *node, void *field)
{
    int64_t *time_ms = field;
    struct slice value = scalar(node), day = {value.ptr, value.length < 10 ? value.length : 10};
    (void)reading;
    if (*time_ms < 0 && !clock_parse_loose(value, time_ms))
        (void)clock_parse_day(day, time_ms);
    return STATUS_OK;
}

static enum status read_time(struct reading *reading, const yaml_node_t *node, void *field)
{
    int64_t *time_ms = field;
    enum status status = read_foreign_time(reading, node, field);
    if (status == STATUS_OK && *time_ms < 0)
        status = remark(reading, node, "date", "\"%s\" is no date: write it as 2026-11-22",
                        scalar(node));
    return status;
}

static enum status read_duration(struct reading *reading, const yaml_node_t *node, void *field)
{
    if (clock_parse_duration(scalar(node), field))
        return STATUS_OK;
    return remark(reading, node, "duration", "\"%s\" is no duration: write it as 90d, 12w or 24h",
                  scalar(node));
}

static enum status read_order(struct reading *reading, const yaml_node_t *node, void *field)
{
    struct front_matter *front = field;
    (void)reading;
    if (!front->has_order)
        front->has_order = str_to_double(scalar(node), &front->order);
    return STATUS_OK;
}

static enum status read_flag(struct reading *reading, const yaml_node_t *node, void *field)
{
    (void)reading;
    (void)str_to_bool(scalar(node), field);
    return STATUS_OK;
}

/* Jekyll's `published: false`. */
static enum status read_published(struct reading *reading, const yaml_node_t *node, void *field)
{
    bool *draft = field, published = true;
    (void)reading;
    if (str_to_bool(scalar(node), &published) && !published)
        *draft = true;
    return STATUS_OK;
}

static enum status read_contact(struct reading *reading, const yaml_node_t *node, void *field)
{
    bool *expected = field;
    (void)reading;
    *expected = str_equal_ascii_case(scalar(node), SLICE_LITERAL("expected"));
    return STATUS_OK;
}

static enum status read_audience(struct reading *reading, const yaml_node_t *node, void *field)
{
    enum article_audience *audience = field;
    struct slice value = scalar(node);
    if (str_equal_ascii_case(value, SLICE_LITERAL("public")))
        return STATUS_OK;
    *audience = ARTICLE_AGENTS;
    if (str_equal_ascii_case(value, SLICE_LITERAL("agents")))
        return STATUS_OK;
    return remark(reading, node, "audience",
                  "unknown audience \"%s\", taken as agents: it is public or agents", value);
}

static enum status read_status(struct reading *reading, const yaml_node_t *node, void *field)
{
    static const char *const names[] = {[ARTICLE_PUBLISHED] = "published",
                                        [ARTICLE_DRAFT] = "draft",
                                        [ARTICLE_ARCHIVED] = "archived"};
    enum article_status *status = field;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (str_equal_ascii_case(scalar(node), slice_of(names[i]))) {
            *status = (enum article_status)i;
            return STATUS_OK;
        }
    }
    return remark(reading, node, "status",
                  "unknown status \"%s\", taken as published: it is published, draft or archived",
                  scalar(node));
}

/* Every key that counts. Where several fill one field the first in this order wins, lists add up.
 * "a.b" is b within a. */
static const struct key {
    const char *name;
    enum status (*read)(struct reading *reading, const yaml_node_t *node, void *field);
    size_t offset;
} keys[] = {
#define FIELD(name) offsetof(struct front_matter, name)
    {"title", read_text, FIELD(title)},
    {"linkTitle", read_text, FIELD(title)},
    {"sidebar_label", read_text, FIELD(title)},
    {"shortTitle", read_text, FIELD(title)},
    {"id", read_text, FIELD(id)},
    {"updated", read_time, FIELD(updated_ms)},
    {"last_updated", read_foreign_time, FIELD(updated_ms)},
    {"lastmod", read_foreign_time, FIELD(updated_ms)},
    {"last_update.date", read_foreign_time, FIELD(updated_ms)},
    {"date", read_foreign_time, FIELD(updated_ms)},
    {"summary", read_text, FIELD(summary)},
    {"description", read_text, FIELD(summary)},
    {"intro", read_text, FIELD(summary)},
    {"excerpt", read_text, FIELD(summary)},
    {"lang", read_text, FIELD(lang)},
    {"translation_of", read_text, FIELD(translation_of)},
    {"audience", read_audience, FIELD(audience)},
    {"status", read_status, FIELD(status)},
    {"draft", read_flag, FIELD(draft)},
    {"published", read_published, FIELD(draft)},
    {"category", read_first, FIELD(category)},
    {"tags", read_tags, FIELD(tags)},
    {"keywords", read_tags, FIELD(tags)},
    {"topics", read_tags, FIELD(tags)},
    {"order", read_order, 0},
    {"weight", read_order, 0},
    {"sidebar_position", read_order, 0},
    {"questions", read_list, FIELD(questions)},
    {"tests", read_list, FIELD(tests)},
    {"contact", read_contact, FIELD(contact_expected)},
    {"owner", read_first, FIELD(owner)},
    {"reviewed", read_time, FIELD(reviewed_ms)},
    {"review_every", read_duration, FIELD(review_every_ms)},
    {"redirect_from", read_list, FIELD(redirect_from)},
    {"aliases", read_list, FIELD(aliases)},
    {"permalink", read_text, FIELD(permalink)},
    {"slug", read_text, FIELD(slug)},
    {"url", read_text, FIELD(url)},
    {"canonical_url", read_text, FIELD(url)},
#undef FIELD
};

static enum status read_keys(struct reading *reading, struct front_matter *ret)
{
    const yaml_node_t *root = yaml_document_get_root_node(&reading->document);
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        struct slice rest = slice_of(keys[i].name), part;
        const yaml_node_t *node = root;
        while (node && slice_split(&rest, '.', &part))
            node = value_of(reading, node, part);
        if (node && keys[i].read(reading, node, (char *)ret + keys[i].offset) != STATUS_OK)
            return STATUS_OUT_OF_MEMORY;
    }
    if (ret->draft)
        ret->status = ARTICLE_DRAFT;
    return STATUS_OK;
}

/* ---- The whole ---- */

static enum status yaml_failed(const yaml_parser_t *parser, struct slice text,
                               struct article_problems *problems, struct error *err)
{
    struct article_problem problem = {.is_error = true, .kind = "unreadable"};
    char message[300];
    size_t line = parser->problem_mark.line;
    if (parser->error == YAML_MEMORY_ERROR || parser->error == YAML_NO_ERROR) /* the loader's own lists */
        return error_memory(err);
    if (parser->error == YAML_READER_ERROR) { /* it tells a byte, not a line */
        line = 0;
        for (size_t i = 0; i < text.length && i < parser->problem_offset; i++)
            line += text.ptr[i] == '\n';
    }
    problem.line = line + 2; /* counted from 0, below the opening mark */
    (void)snprintf(message, sizeof message, "front matter is no valid YAML: %s%s%s",
                   parser->context ? parser->context : "", parser->context ? ", " : "",
                   parser->problem ? parser->problem : "unknown");
    if (article_problems_add(problems, &problem, message) != STATUS_OK)
        return error_memory(err);
    error_set(err, STATUS_INVALID, "line %zu: %s", problem.line, message);
    error_hint(err, "put values that hold a colon, a quote or a brace into quotes");
    return STATUS_INVALID;
}

/* Reads what PARSER is set to. *RET_IS_MAPPING is false where it is something else than a mapping,
 * such as prose between two thematic breaks. */
static enum status read_document(yaml_parser_t *parser, struct slice text, struct front_matter *ret,
                                 bool *ret_is_mapping, struct article_problems *problems,
                                 struct error *err)
{
    struct reading reading = {.problems = problems};
    if (!yaml_parser_load(parser, &reading.document))
        return yaml_failed(parser, text, problems, err);
    const yaml_node_t *root = yaml_document_get_root_node(&reading.document);
    *ret_is_mapping = !root || root->type == YAML_MAPPING_NODE;
    enum status status = read_keys(&reading, ret);
    yaml_document_delete(&reading.document);
    return status == STATUS_OK ? STATUS_OK : error_memory(err);
}

static enum status read_yaml(struct slice text, struct front_matter *ret, bool *ret_is_mapping,
                             struct article_problems *problems, struct error *err)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return error_memory(err);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.length);
    enum status status = read_document(&parser, text, ret, ret_is_mapping, problems, err);
    yaml_parser_delete(&parser);
    return status;
}

/* libyaml's time grows with the square of how deeply braces and brackets are nested. A rough count
 * will do: what it takes for nesting within texts evens out. */
static size_t nesting(struct slice text)
{
    size_t depth = 0, deepest = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.ptr[i];
        if (c == '[' || c == '{')
            depth++;
        else if ((c == ']' || c == '}') && depth > 0)
            depth--;
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

/* Adds the error MESSAGE about the front matter as a whole. */
static enum status refuse_whole(struct article_problems *problems, const char *message,
                                struct error *err)
{
    struct article_problem problem = {.is_error = true, .line = 1, .kind = "unreadable"};
    if (article_problems_add(problems, &problem, message) != STATUS_OK)
        return error_memory(err);
    return error_set(err, STATUS_TOO_LARGE, "line 1: %s", message);
}

enum status front_matter_read(struct slice text, struct front_matter *ret, size_t *ret_body,
                              struct article_problems *problems, struct error *err)
{
    struct slice raw = {NULL, 0};
    bool is_mapping = true;
    *ret = (struct front_matter){.updated_ms = -1, .reviewed_ms = -1, .review_every_ms = -1};
    enum form form = find(text, &raw, ret_body);
    if (form == FORM_NONE)
        return STATUS_OK;
    if (raw.length > LIMIT_FRONT_MATTER)
        return refuse_whole(problems, "the front matter is larger than 128 KiB", err);
    if (nesting(raw) > LIMIT_FRONT_MATTER_NESTING)
        return refuse_whole(problems, "the front matter is nested too deeply", err);
    _cleanup_buf_ struct buf yaml = BUF_INIT(4 * LIMIT_FRONT_MATTER);
    if (form == FORM_YAML)
        tame_yaml(raw, &yaml);
    else
        toml_as_yaml(raw, &yaml);
    if (yaml.failed)
        return error_memory(err);
    enum status status =
        read_yaml((struct slice){buf_str(&yaml), yaml.length}, ret, &is_mapping, problems, err);
    if (!is_mapping)
        *ret_body = 0;
    return status;
}
