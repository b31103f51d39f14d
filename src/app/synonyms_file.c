/* synonyms_file.c: reads synonyms.yaml. */
#include "app/synonyms_file.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"

#include <yaml.h>

struct reading {
    const struct reindex_listener *listener;
    yaml_document_t *document;
    struct synonyms_file *synonyms;
};

static void tell(const struct reading *reading, yaml_mark_t mark, const char *message)
{
    const struct reindex_listener *listener = reading->listener;
    if (listener && listener->problem)
        listener->problem(listener->arg, SYNONYMS_FILE, mark.line + 1, false, message);
}

static bool add_words(char ***group, struct slice text)
{
    struct slice word;
    while (slice_split(&text, ',', &word)) {
        word = slice_trim(word);
        if (word.length > 0 && word.length <= LIMIT_TERM && !strv_append(group, word))
            return false;
    }
    return true;
}

/* The words of one item into GROUP. False when memory is short. */
static bool read_item(const struct reading *reading, const yaml_node_t *node, char ***group)
{
    if (node->type == YAML_SCALAR_NODE)
        return add_words(group, (struct slice){(const char *)node->data.scalar.value,
                                               node->data.scalar.length});
    if (node->type != YAML_SEQUENCE_NODE)
        return true;
    for (yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top; item++)
        if (!read_item(reading, yaml_document_get_node(reading->document, *item), group))
            return false;
    return true;
}

static bool add_group(struct synonyms_file *synonyms, char **group)
{
    char ***grown = mem_resize(synonyms->groups, synonyms->count + 2, sizeof *grown);
    if (!grown)
        return false;
    synonyms->groups = grown;
    grown[synonyms->count++] = group;
    grown[synonyms->count] = NULL;
    return true;
}

static enum status read_list(const struct reading *reading, const yaml_node_t *list,
                             struct error *err)
{
    for (yaml_node_item_t *item = list->data.sequence.items.start;
         item < list->data.sequence.items.top; item++) {
        const yaml_node_t *node = yaml_document_get_node(reading->document, *item);
        _cleanup_strv_ char **group = NULL;
        if (!read_item(reading, node, &group))
            return error_memory(err);
        if (strv_length(group) < 2) {
            tell(reading, node->start_mark,
                 "a group needs two words or more: - [sign in, log in]");
            continue;
        }
        if (!add_group(reading->synonyms, group))
            return error_memory(err);
        (void)steal_pointer(&group);
    }
    return STATUS_OK;
}

static enum status read_yaml(struct reading *reading, struct slice text, struct error *err)
{
    yaml_parser_t parser;
    yaml_document_t document;
    enum status status = STATUS_OK;
    if (!yaml_parser_initialize(&parser))
        return error_memory(err);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.length);
    if (yaml_parser_load(&parser, &document)) {
        const yaml_node_t *root = yaml_document_get_root_node(&document);
        reading->document = &document;
        if (root && root->type == YAML_SEQUENCE_NODE)
            status = read_list(reading, root, err);
        else if (root)
            tell(reading, root->start_mark, "expected a list of groups: - [sign in, log in]");
        yaml_document_delete(&document);
    } else if (parser.error == YAML_MEMORY_ERROR || parser.error == YAML_NO_ERROR) {
        status = error_memory(err);
    } else {
        tell(reading, parser.problem_mark, parser.problem ? parser.problem : "not YAML");
    }
    yaml_parser_delete(&parser);
    return status;
}

enum status synonyms_file_read(const char *articles, const struct reindex_listener *listener,
                               struct synonyms_file *ret, struct error *err)
{
    struct reading reading = {.listener = listener, .synonyms = ret};
    _cleanup_free_ char *path = file_join(articles, SYNONYMS_FILE);
    _cleanup_free_ char *text = NULL;
    char digest[DIGEST_HEX_SIZE] = "";
    size_t length = 0;
    enum status status;
    *ret = (struct synonyms_file){.groups = NULL};
    if (!path)
        return error_memory(err);
    status = file_read(path, LIMIT_ARTICLE_FILE, &text, &length, err);
    if (status == STATUS_OUT_OF_MEMORY)
        return status;
    if (status == STATUS_OK) {
        digest_sha256_hex((struct slice){text, length}, digest);
        status = read_yaml(&reading, (struct slice){text, length}, err);
    } else if (status != STATUS_NOT_FOUND) {
        tell(&reading, (yaml_mark_t){.line = 0}, "the file cannot be read");
        status = STATUS_OK;
    } else {
        status = STATUS_OK;
    }
    ret->digest = mem_strdup(digest);
    if (!status && !ret->digest)
        status = error_memory(err);
    if (status)
        synonyms_file_done(ret);
    return status;
}

void synonyms_file_done(struct synonyms_file *synonyms)
{
    for (size_t i = 0; i < synonyms->count; i++)
        strv_free(synonyms->groups[i]);
    mem_free(synonyms->groups);
    mem_free(synonyms->digest);
    *synonyms = (struct synonyms_file){.groups = NULL};
}
