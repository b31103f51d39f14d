/* page.c: what every page has: its language, its frame, the filled template as reply. */
#include "http/pages/pages.h"

#include "app/languages.h"
#include "app/send/forward.h"
#include "base/limits.h"
#include "base/str.h"
#include "http/embedded.h"
#include "http/settings.h"
#include "http/strings.h"
#include "http/template.h"

#include <stdio.h>

static struct slice find_template(const char *name)
{
    _cleanup_free_ char *path = mem_printf("templates/%s", name);
    const struct embedded_file *file = path ? embedded_find(path) : NULL;
    return file ? (struct slice){(const char *)file->bytes, file->length} : (struct slice){NULL, 0};
}

void page_set(struct page *page, const char *field, json_t *value)
{
    if (value)
        (void)json_object_set_new(page->model, field, value);
}

void page_set_text(struct page *page, const char *field, const char *value)
{
    if (value)
        page_set(page, field, json_string(value));
}

void page_take_text(struct page *page, const char *field, char *value)
{
    page_set_text(page, field, value);
    mem_free(value);
}

void page_set_list(struct page *page, const char *field, json_t *value)
{
    _cleanup_free_ char *flag = mem_printf("has_%s", field);
    if (flag && json_array_size(value) > 0)
        page_set(page, flag, json_true());
    page_set(page, field, value);
}

const char *page_language(const struct request *request)
{
    const struct strings *strings = request->settings->strings;
    const char *offered[32] = {NULL};
    const char *fallback = strings_language(strings, service_config(request->service)->default_lang, NULL);
    size_t count = 0;
    const char *key;
    json_t *value;
    json_object_foreach (strings_languages(strings), key, value) {
        (void)value;
        if (count + 1 < ARRAY_LENGTH(offered))
            offered[count++] = key;
    }
    return request_negotiate(request, offered, fallback);
}

static json_t *asset_urls(void)
{
    static const struct {
        const char *name, *file;
    } assets[] = {{"site_css", "assets/site.css"},
                  {"site_js", "assets/site.js"},
                  {"theme_js", "assets/theme.js"},
                  {"desk_css", "assets/desk.css"},
                  {"desk_js", "assets/desk.js"},
                  {"insights_css", "assets/insights.css"},
                  {"insights_js", "assets/insights.js"},
                  {"icon", "assets/icon.svg"}};
    json_t *urls = json_object();
    for (size_t i = 0; i < ARRAY_LENGTH(assets); i++) {
        const struct embedded_file *file = embedded_find(assets[i].file);
        if (file)
            (void)json_object_set_new(urls, assets[i].name, json_string(file->url));
    }
    return urls;
}

/* Where "contact us" leads; NULL where nobody can be reached from here. */
static char *contact_url(const struct page *page)
{
    const struct config *config = service_config(page->request->service);
    if (config->contact_url)
        return mem_strdup(config->contact_url);
    return config->demo || forward_enabled(config) ? mem_printf("/contact%s", page->lang_query) : NULL;
}

/* The footer's list of the languages that the articles are written in. */
static json_t *language_links(const struct page *page)
{
    _cleanup_json_ json_t *spoken = NULL;
    json_t *links = json_array(), *lang;
    size_t i;
    if (service_languages_json(page->request->service, &spoken, NULL) != STATUS_OK || json_array_size(spoken) < 2)
        return links;
    json_array_foreach (spoken, i, lang) {
        const char *key = strings_language(page->request->settings->strings, json_string_value(lang), NULL);
        const json_t *texts = strings_texts(page->request->settings->strings, key);
        if (str_starts(json_string_value(lang), key))
            (void)json_array_append_new(
                links, json_pack("{s:O, s:o, s:o*, s:b}", "lang", lang, "url",
                                 json_sprintf("/?lang=%s", json_string_value(lang)), "name",
                                 json_incref(json_object_get(texts, "name")), "current",
                                 strcmp(key, page->lang) == 0));
    }
    return links;
}

enum status page_begin(struct request *request, struct page *ret, struct error *err)
{
    const struct config *config = service_config(request->service);
    *ret = (struct page){.request = request, .lang = page_language(request)};
    ret->texts = strings_texts(request->settings->strings, ret->lang);
    ret->model = json_object();
    if (!ret->model)
        return error_memory(err);
    if (request_param(request, "lang"))
        (void)snprintf(ret->lang_query, sizeof ret->lang_query, "?lang=%s", ret->lang);
    page_set_text(ret, "lang", ret->lang);
    page_set(ret, "t", json_incref((json_t *)ret->texts));
    page_set(ret, "asset", asset_urls());
    page_set_text(ret, "site_name",
                  config->site_name ? config->site_name
                                    : json_string_value(json_object_get(json_object_get(ret->texts, "site"),
                                                                        "help_centre")));
    page_set_text(ret, "lang_query", ret->lang_query);
    page_set(ret, "lang_given", json_boolean(*ret->lang_query));
    page_set_list(ret, "languages", language_links(ret));
    page_take_text(ret, "contact_url", contact_url(ret));
    return STATUS_OK;
}

void page_done(struct page *page)
{
    json_decref(page->model);
    page->model = NULL;
}

char *page_category_url(const struct page *page, const char *category)
{
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    buf_add_str(&url, "/search?category=");
    buf_add_url(&url, slice_of(category), "");
    if (*page->lang_query)
        buf_printf(&url, "&lang=%s", page->lang);
    return buf_take(&url);
}

enum status page_reply(struct page *page, unsigned status, const char *name, struct error *err)
{
    _cleanup_buf_ struct buf html = BUF_INIT(LIMIT_HTTP_RESPONSE);
    enum status result = template_render(find_template, name, page->model, &html, err);
    return result == STATUS_OK ? reply_html(page->request, status, &html, err) : result;
}
