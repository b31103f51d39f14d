/* article_source.c: what stands where in the JSON of each knowledge base. */
#include "app/import/article_source.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdio.h>

enum { KEY_SIZE = 64, DEPTH_MOST = 8 };

static const char *text_at(const json_t *object, const char *field)
{
    return json_string_value(json_object_get(object, field));
}

/* The first of FIELDS (separated by spaces) that OBJECT has as a text. */
static const char *first_text(const json_t *object, const char *fields)
{
    struct slice rest = slice_of(fields), field;
    while (slice_split(&rest, ' ', &field)) {
        char key[KEY_SIZE];
        const char *text;
        (void)snprintf(key, sizeof key, "%.*s", (int)field.length, field.ptr);
        text = text_at(object, key);
        if (!str_empty(text))
            return text;
    }
    return NULL;
}

/* An id as text, be it a number or a text there. */
static bool id_key(const json_t *value, char key[KEY_SIZE])
{
    if (json_is_integer(value))
        (void)snprintf(key, KEY_SIZE, "%lld", (long long)json_integer_value(value));
    else if (json_is_string(value) && json_string_length(value) < KEY_SIZE)
        (void)snprintf(key, KEY_SIZE, "%s", json_string_value(value));
    else
        return false;
    return true;
}

static const char *name_of(const json_t *names, const json_t *id)
{
    char key[KEY_SIZE];
    return id_key(id, key) ? text_at(names, key) : NULL;
}

static bool has_text(const json_t *object)
{
    return first_text(object, "body description text") && first_text(object, "title name");
}

/* ---- Names ---- */

static void take_name(const json_t *object, json_t *names)
{
    char key[KEY_SIZE];
    const char *name = first_text(object, "name title");
    const json_t *id = json_object_get(object, "category_id"); /* of Zammad's translations */
    bool translation = json_object_get(object, "kb_locale_id") != NULL;
    if (name && !json_object_get(object, "body") && !json_object_get(object, "text") &&
        !json_object_get(object, "status") &&
        id_key(translation ? id : json_object_get(object, "id"), key))
        (void)json_object_set_new(names, key, json_string(name));
}

static void walk_names(const json_t *value, json_t *names, unsigned depth)
{
    const json_t *item;
    const char *key;
    size_t i;
    if (depth > DEPTH_MOST)
        return;
    json_array_foreach(value, i, item) walk_names(item, names, depth + 1);
    if (!json_is_object(value))
        return;
    take_name(value, names);
    json_object_foreach((json_t *)value, key, item) walk_names(item, names, depth + 1);
}

void source_names(const json_t *page, json_t *names)
{
    walk_names(page, names, 0);
}

/* ---- Articles ---- */

static int64_t read_time(const json_t *value)
{
    int64_t time_ms;
    if (json_is_integer(value))
        return json_integer_value(value) * MS_PER_SECOND;
    return clock_parse_loose(slice_of(json_string_value(value)), &time_ms) ? time_ms : -1;
}

static int64_t count_at(const json_t *object, const char *field)
{
    const json_t *value = json_object_get(object, field);
    return json_is_integer(value) && json_integer_value(value) >= 0 ? json_integer_value(value) : -1;
}

/* Votes: Freshdesk counts both sides, Zendesk the sum and the number of both. */
static void read_votes(const json_t *object, struct source_article *ret)
{
    const json_t *sum = json_object_get(object, "vote_sum");
    int64_t all = count_at(object, "vote_count");
    ret->up = count_at(object, "thumbs_up");
    ret->down = count_at(object, "thumbs_down");
    if (ret->up < 0 && json_is_integer(sum) && all >= 0) {
        ret->up = (all + json_integer_value(sum)) / 2;
        ret->down = all - ret->up;
    }
}

static bool is_draft(const json_t *object)
{
    const char *state = first_text(object, "state status");
    const json_t *status = json_object_get(object, "status");
    return json_is_true(json_object_get(object, "draft")) || str_equal(state, "draft") ||
           str_equal(state, "notpublished") ||
           (json_is_integer(status) && json_integer_value(status) == 1); /* Freshdesk */
}

static const char *category_of(const json_t *object, const json_t *names)
{
    static const char *const fields[] = {"section_id", "folder_id", "parent_id", "category_id"};
    const char *name = NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(fields) && !name; i++)
        name = name_of(names, json_object_get(object, fields[i]));
    if (!name)
        name = name_of(names, json_array_get(json_object_get(object, "categories"), 0));
    return name ? name : first_text(object, "folder_name category_name");
}

static const json_t *first_array(const json_t *object, const char *a, const char *b, const char *c)
{
    const json_t *array = json_object_get(object, a);
    if (!json_is_array(array))
        array = json_object_get(object, b);
    return json_is_array(array) ? array : json_object_get(object, c);
}

static bool take_article(const json_t *object, const json_t *names, source_article_fn *each,
                         void *arg)
{
    struct source_article article = {
        .title = first_text(object, "title name"),
        .html = first_text(object, "body text description"),
        .lang = first_text(object, "locale language_code default_locale"),
        .url = first_text(object, "html_url publicUrl url"),
        .category = category_of(object, names),
        .tags = first_array(object, "label_names", "keywords", "tags"),
        .draft = is_draft(object),
        .updated_ms = -1,
    };
    static const char *const times[] = {"edited_at", "updated_at", "updatedAt"};
    for (size_t i = 0; i < ARRAY_LENGTH(times) && article.updated_ms < 0; i++)
        article.updated_ms = read_time(json_object_get(object, times[i]));
    if (article.html == text_at(object, "body")) /* Intercom has a short description beside */
        article.summary = text_at(object, "description");
    read_votes(object, &article);
    return each(arg, &article);
}

/* Zammad keeps title and text of an answer apart: translations by id, contents by id. */
static bool each_zammad(const json_t *assets, const json_t *names, source_article_fn *each,
                        void *arg)
{
    const json_t *contents = json_object_get(assets, "KnowledgeBaseAnswerTranslationContent");
    const json_t *answers = json_object_get(assets, "KnowledgeBaseAnswer");
    const char *key;
    json_t *translation;
    json_object_foreach(json_object_get(assets, "KnowledgeBaseAnswerTranslation"), key, translation)
    {
        char id[KEY_SIZE] = "", answer[KEY_SIZE] = "";
        const json_t *content, *parent;
        struct source_article article = {.up = -1, .down = -1};
        (void)id_key(json_object_get(translation, "content_id"), id);
        (void)id_key(json_object_get(translation, "answer_id"), answer);
        content = json_object_get(contents, *id ? id : key);
        parent = json_object_get(answers, answer);
        article.title = text_at(translation, "title");
        article.html = text_at(content, "body");
        article.category = name_of(names, json_object_get(parent, "category_id"));
        article.updated_ms = read_time(json_object_get(translation, "updated_at"));
        article.draft = parent && json_is_null(json_object_get(parent, "published_at"));
        if (article.title && article.html && !each(arg, &article))
            return false;
    }
    return true;
}

static bool walk_articles(const json_t *value, const json_t *names, source_article_fn *each,
                          void *arg, unsigned depth)
{
    const json_t *item;
    const char *key;
    size_t i;
    if (depth > DEPTH_MOST)
        return true;
    json_array_foreach(value, i, item)
    {
        if (!walk_articles(item, names, each, arg, depth + 1))
            return false;
    }
    if (!json_is_object(value))
        return true;
    if (json_object_get(value, "KnowledgeBaseAnswerTranslation"))
        return each_zammad(value, names, each, arg);
    if (has_text(value) && !str_equal(text_at(value, "type"), "collection") &&
        (json_object_get(value, "body") || json_object_get(value, "text") ||
         json_object_get(value, "folder_id")))
        return take_article(value, names, each, arg);
    json_object_foreach((json_t *)value, key, item)
    {
        if (!walk_articles(item, names, each, arg, depth + 1))
            return false;
    }
    return true;
}

void source_each(const json_t *page, const json_t *names, source_article_fn *each, void *arg)
{
    (void)walk_articles(page, names, each, arg, 0);
}
