/* config_source.c: the configuration from its file (YAML) and from the environment. */
#include "app/config.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"

#include <ctype.h>
#include <stdio.h>
#include <yaml.h>

enum { WHERE_SIZE = 300, NAME_SIZE = 64 };

struct source {
    struct config *config;
    const char *file;
    yaml_document_t *document;
    char **seen; /* keys read so far */
};

static void name_place(const struct source *source, yaml_mark_t mark, char where[WHERE_SIZE])
{
    (void)snprintf(where, WHERE_SIZE, "%s line %zu", source->file, mark.line + 1);
}

static struct slice scalar_text(const yaml_node_t *node)
{
    return (struct slice){(const char *)node->data.scalar.value, node->data.scalar.length};
}

/* The text of a scalar, or the items of a sequence joined by commas. False: neither. */
static bool value_text(struct source *source, const yaml_node_t *node, struct buf *out)
{
    if (node->type == YAML_SCALAR_NODE) {
        struct slice text = scalar_text(node);
        bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        if (!plain || (!slice_equal(text, SLICE_LITERAL("~")) &&
                       !slice_equal(text, SLICE_LITERAL("null"))))
            buf_add_slice(out, text);
        return true;
    }
    if (node->type != YAML_SEQUENCE_NODE)
        return false;
    for (yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top; item++) {
        const yaml_node_t *one = yaml_document_get_node(source->document, *item);
        if (one->type != YAML_SCALAR_NODE)
            return false;
        if (out->length)
            buf_add_char(out, ',');
        buf_add_slice(out, scalar_text(one));
    }
    return true;
}

static enum status read_value(struct source *source, const char *name, const yaml_node_t *node,
                              yaml_mark_t mark, struct error *err)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_CONFIG_FILE);
    char where[WHERE_SIZE];
    name_place(source, mark, where);
    if (strv_contains(source->seen, name))
        return error_set(err, STATUS_UNPROCESSABLE, "%s: %s is set twice", where, name);
    if (!strv_append(&source->seen, slice_of(name)))
        return error_memory(err);
    if (config_find_key(name) && !value_text(source, node, &text))
        return error_set(err, STATUS_UNPROCESSABLE, "%s: %s must be a value or a list of values",
                         where, name);
    if (text.failed)
        return error_memory(err);
    return config_set(source->config, name, buf_str(&text), where, err);
}

static enum status read_mapping(struct source *source, const char *prefix,
                                const yaml_node_t *mapping, struct error *err);

/* `hooks:` with a desk a line, or with nothing behind it. */
static enum status read_hooks(struct source *source, const yaml_node_t *node, const char *where,
                              struct error *err)
{
    if (node->type == YAML_MAPPING_NODE)
        return read_mapping(source, "hooks.", node, err);
    if (node->data.scalar.length == 0)
        return STATUS_OK;
    return error_set(err, STATUS_UNPROCESSABLE, "%s: hooks must hold lines such as `zendesk: SECRET`",
                     where);
}

/* Reads the pairs of MAPPING; keys of a nested one stand behind PREFIX ("hooks."). */
static enum status read_mapping(struct source *source, const char *prefix,
                                const yaml_node_t *mapping, struct error *err)
{
    for (yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
         pair < mapping->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(source->document, pair->key);
        const yaml_node_t *value = yaml_document_get_node(source->document, pair->value);
        char name[NAME_SIZE], where[WHERE_SIZE];
        enum status status;
        name_place(source, key->start_mark, where);
        if (key->type != YAML_SCALAR_NODE)
            return error_set(err, STATUS_UNPROCESSABLE, "%s: a key must be a word", where);
        (void)snprintf(name, sizeof name, "%s%.*s", prefix, (int)key->data.scalar.length,
                       (const char *)key->data.scalar.value);
        if (!*prefix && strcmp(name, "hooks") == 0 && value->type != YAML_SEQUENCE_NODE)
            status = read_hooks(source, value, where, err);
        else
            status = read_value(source, name, value, key->start_mark, err);
        if (status)
            return status;
    }
    return STATUS_OK;
}

static enum status read_document(struct config *config, const char *file, yaml_document_t *document,
                                 struct error *err)
{
    struct source source = {.config = config, .file = file, .document = document};
    const yaml_node_t *root = yaml_document_get_root_node(document);
    enum status status = STATUS_OK;
    if (root && root->type == YAML_MAPPING_NODE)
        status = read_mapping(&source, "", root, err);
    else if (root && !(root->type == YAML_SCALAR_NODE && root->data.scalar.length == 0))
        status = error_set(err, STATUS_UNPROCESSABLE, "%s line 1: expected lines such as `key: value`",
                           file);
    strv_free(source.seen);
    return status;
}

static enum status parse_text(struct config *config, const char *file, const char *text,
                              size_t length, struct error *err)
{
    yaml_parser_t parser;
    yaml_document_t document;
    enum status status;
    if (!yaml_parser_initialize(&parser))
        return error_memory(err);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    if (yaml_parser_load(&parser, &document)) {
        status = read_document(config, file, &document, err);
        yaml_document_delete(&document);
    } else if (parser.error == YAML_MEMORY_ERROR || parser.error == YAML_NO_ERROR) {
        status = error_memory(err);
    } else {
        status = error_set(err, STATUS_INVALID, "%s line %zu: not YAML: %s", file,
                           parser.problem_mark.line + 1,
                           parser.problem ? parser.problem : "cannot be read");
    }
    yaml_parser_delete(&parser);
    return status;
}

enum status config_read_file(struct config *config, const char *file, bool required,
                             struct error *err)
{
    _cleanup_free_ char *text = NULL;
    size_t length;
    enum status status = file_read(file, LIMIT_CONFIG_FILE, &text, &length, err);
    if (status == STATUS_NOT_FOUND && !required)
        return STATUS_OK;
    if (status)
        return status;
    mem_free(config->file);
    config->file = mem_strdup(file);
    if (!config->file)
        return error_memory(err);
    return parse_text(config, file, text, length, err);
}

/* True for what is ours but no key, and for what Kubernetes sets in every container beside a service
 * that is called "deflect". */
static bool is_not_a_key(const char *name)
{
    return strcmp(name, "config") == 0 || strcmp(name, "port") == 0 || str_starts(name, "port_") ||
           strcmp(name, "service_host") == 0 || str_starts(name, "service_port");
}

/* The key that a variable stands for: "HOOKS_ZENDESK" is hooks.zendesk. */
static void key_of_variable(struct slice variable, char name[NAME_SIZE])
{
    static const char hooks[] = "hooks_";
    size_t length = variable.length < NAME_SIZE - 1 ? variable.length : NAME_SIZE - 1;
    for (size_t i = 0; i < length; i++)
        name[i] = (char)tolower((unsigned char)variable.ptr[i]);
    name[length] = '\0';
    if (str_starts(name, hooks))
        name[sizeof hooks - 2] = '.';
}

enum status config_read_environment(struct config *config, char *const *environment,
                                    struct error *err)
{
    static const char prefix[] = "DEFLECT_";
    for (; *environment; environment++) {
        const char *equals = strchr(*environment, '=');
        char name[NAME_SIZE], where[WHERE_SIZE];
        enum status status;
        if (!equals || !str_starts(*environment, prefix))
            continue;
        key_of_variable((struct slice){*environment + sizeof prefix - 1,
                                       (size_t)(equals - *environment) - sizeof prefix + 1},
                        name);
        if (is_not_a_key(name))
            continue;
        (void)snprintf(where, sizeof where, "environment variable %.*s",
                       (int)(equals - *environment), *environment);
        status = config_set(config, name, equals + 1, where, err);
        if (status)
            return status;
    }
    return STATUS_OK;
}
