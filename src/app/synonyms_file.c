/* synonyms_file.c: reads synonyms.yaml; what is wrong in it costs no other line. */
#include "app/synonyms_file.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"

#include <string.h>
#include <yaml.h>

struct reading {
    const struct reindex_listener *listener;
    yaml_document_t *document;
    struct synonyms_file *synonyms;
    size_t first_line; /* of the part of the file that is being read, from 0 */
    size_t bytes;      /* of all groups so far */
};

/* LINE: from 0, within the part that is being read. */
static void tell(const struct reading *reading, size_t line, const char *message)
{
    const struct reindex_listener *listener = reading->listener;
    if (listener && listener->problem)
        listener->problem(listener->arg, SYNONYMS_FILE, reading->first_line + line + 1, false, message);
}

static size_t count_words(struct slice text)
{
    struct slice word;
    size_t count = 0;
    while (slice_split(&text, ' ', &word))
        count += word.length > 0;
    return count;
}

_Static_assert(LIMIT_SYNONYM_WORDS == 8 && LIMIT_TERM == 200, "as the message says");

/* The words and phrases of TEXT, which stands in LINE, into GROUP. False when memory is short. */
static bool add_words(const struct reading *reading, size_t line, struct slice text, char ***group)
{
    struct slice phrase;
    while (slice_split(&text, ',', &phrase)) {
        phrase = slice_trim(phrase);
        if (phrase.length > LIMIT_TERM || count_words(phrase) > LIMIT_SYNONYM_WORDS)
            tell(reading, line, "a phrase is too long and left out: 8 words, 200 bytes at most");
        else if (phrase.length && !strv_append(group, phrase))
            return false;
    }
    return true;
}

/* The words of one item into GROUP. False when memory is short. */
static bool read_item(const struct reading *reading, const yaml_node_t *node, char ***group)
{
    if (node->type == YAML_SCALAR_NODE)
        return add_words(reading, node->start_mark.line,
                         (struct slice){(const char *)node->data.scalar.value, node->data.scalar.length}, group);
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

/* Takes GROUP's bytes, with what parts them, from what all groups may have. */
static bool has_room(struct reading *reading, char *const *group)
{
    for (; *group; group++)
        reading->bytes += strlen(*group) + 1;
    return reading->bytes <= LIMIT_SYNONYMS;
}

static enum status read_list(struct reading *reading, const yaml_node_t *list,
                             struct error *err)
{
    for (yaml_node_item_t *item = list->data.sequence.items.start;
         item < list->data.sequence.items.top; item++) {
        const yaml_node_t *node = yaml_document_get_node(reading->document, *item);
        _cleanup_strv_ char **group = NULL;
        if (!read_item(reading, node, &group))
            return error_memory(err);
        if (strv_length(group) < 2) {
            tell(reading, node->start_mark.line, "a group needs two words or more: - [sign in, log in]");
            continue;
        }
        if (!has_room(reading, group)) {
            tell(reading, node->start_mark.line, "the synonyms are too many: from here on they are left out");
            return STATUS_OK;
        }
        if (!add_group(reading->synonyms, group))
            return error_memory(err);
        (void)steal_pointer(&group);
    }
    return STATUS_OK;
}

/* Reads TEXT as YAML; *RET_BROKEN where it is none. */
static enum status read_yaml(struct reading *reading, struct slice text, bool *ret_broken, struct error *err)
{
    yaml_parser_t parser;
    yaml_document_t document;
    enum status status = STATUS_OK;
    if (!yaml_parser_initialize(&parser))
        return error_memory(err);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.length);
    *ret_broken = !yaml_parser_load(&parser, &document);
    if (!*ret_broken) {
        const yaml_node_t *root = yaml_document_get_root_node(&document);
        reading->document = &document;
        if (root && root->type == YAML_SEQUENCE_NODE)
            status = read_list(reading, root, err);
        else if (root)
            tell(reading, root->start_mark.line, "expected a list of groups: - [sign in, log in]");
        reading->document = NULL;
        yaml_document_delete(&document);
    } else if (parser.error == YAML_MEMORY_ERROR || parser.error == YAML_NO_ERROR) {
        status = error_memory(err);
    }
    yaml_parser_delete(&parser);
    return status;
}

/* The column of LINE's dash; SIZE_MAX where it begins no item. */
static size_t dash_column(struct slice line)
{
    size_t at = 0;
    while (at < line.length && line.ptr[at] == ' ')
        at++;
    return at < line.length && line.ptr[at] == '-' ? at : SIZE_MAX;
}

/* Cuts the next item of the list off *TEXT: up to the next line with a dash as far left as its own; what stands before the first dash
 * is an item too. *LINES: how many it has. */
static struct slice next_item(struct slice *text, size_t *lines)
{
    struct slice item = *text, rest = *text, line;
    size_t column = SIZE_MAX;
    *lines = 0;
    while (slice_split(&rest, '\n', &line)) {
        size_t dash = dash_column(line);
        if (*lines && dash != SIZE_MAX && dash <= column)
            break;
        if (!*lines)
            column = dash;
        ++*lines;
        item.length = rest.ptr ? (size_t)(rest.ptr - item.ptr) : text->length;
    }
    *text = (struct slice){item.ptr + item.length, text->length - item.length};
    return item;
}

/* A file that is no YAML as a whole: each item on its own, so that one that is wrong costs no other. */
static enum status read_items(struct reading *reading, struct slice text, struct error *err)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && text.length) {
        size_t lines;
        struct slice item = next_item(&text, &lines);
        bool broken;
        status = read_yaml(reading, item, &broken, err);
        if (status == STATUS_OK && broken)
            tell(reading, 0, "not YAML; a group looks like this: - [sign in, log in]");
        reading->first_line += lines;
    }
    return status;
}

static enum status read_text(struct reading *reading, struct slice text, struct error *err)
{
    bool broken;
    enum status status = read_yaml(reading, text, &broken, err);
    return status == STATUS_OK && broken ? read_items(reading, text, err) : status;
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
        status = read_text(&reading, (struct slice){text, length}, err);
    } else if (status != STATUS_NOT_FOUND) {
        tell(&reading, 0, "the file cannot be read");
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
