/* page_article.c: one article, with its contents, its translations and what is related. */
#include "http/pages/pages.h"

#include "app/content.h"
#include "base/clock.h"
#include "base/str.h"
#include "http/pages/insights_words.h"
#include "http/settings.h"
#include "http/strings.h"

enum { RELATED = 4, CONTENTS_FROM = 3 };

static const char *text_of(const json_t *object, const char *field)
{
    return json_string_value(json_object_get(object, field));
}

/* The headings of level 2 and 3, where there are enough to be worth a list. */
static json_t *contents_of(const json_t *article)
{
    json_t *contents = json_array(), *section;
    size_t i;
    json_array_foreach (json_object_get(article, "sections"), i, section) {
        json_int_t level = json_integer_value(json_object_get(section, "level"));
        if ((level == 2 || level == 3) && !str_empty(text_of(section, "anchor")))
            (void)json_array_append(contents, section);
    }
    if (json_array_size(contents) < CONTENTS_FROM)
        (void)json_array_clear(contents);
    return contents;
}

static void set_updated(struct page *page, const json_t *article)
{
    const char *updated = text_of(article, "updated");
    char day[CLOCK_TEXT_SIZE];
    int64_t time_ms;
    if (!updated || !clock_parse(slice_of(updated), &time_ms))
        return;
    clock_format_day(time_ms, day);
    page_set_text(page, "updated_day", day);
    page_take_text(page, "updated", strings_date(page->texts, time_ms));
}

/* The other languages of the article, each with its own name. */
static void set_translations(struct page *page, const char *id)
{
    json_t *translations = NULL, *one;
    size_t i;
    if (service_translations_json(page->request->service, id, &translations, NULL) != STATUS_OK)
        return;
    json_array_foreach (translations, i, one) {
        const struct strings *strings = page->request->settings->strings;
        const char *lang = text_of(one, "lang");
        const char *key = strings_language(strings, lang, NULL);
        json_t *name = json_object_get(strings_texts(strings, key), "name");
        (void)json_object_set_new(one, "name",
                                  lang && str_starts(lang, key) ? json_incref(name)
                                                                : json_string(lang ? lang : ""));
    }
    page_set_list(page, "translations", translations);
}

/* The article and its translations for search engines, which want full addresses and the page itself among them. */
static void set_alternates(struct page *page, const json_t *article)
{
    const char *origin = service_public_url(page->request->service);
    const json_t *translations = json_object_get(page->model, "translations");
    json_t *alternates = json_array(), *one;
    size_t i;
    if (json_array_size(translations) > 0)
        (void)json_array_append_new(alternates, json_pack("{s:O?, s:O?}", "lang", json_object_get(article, "lang"),
                                                          "url", json_object_get(article, "url")));
    json_array_foreach (translations, i, one) {
        const char *url = text_of(one, "url");
        (void)json_array_append_new(alternates, json_pack("{s:O?, s:o}", "lang", json_object_get(one, "lang"), "url",
                                                          json_sprintf("%s%s", url && *url == '/' ? origin : "",
                                                                       url ? url : "")));
    }
    page_set(page, "alternates", alternates);
}

static void set_related(struct page *page, const char *id)
{
    json_t *related = NULL;
    if (service_related_json(page->request->service, id, RELATED, &related, NULL) == STATUS_OK)
        page_set_list(page, "related", related);
}

void page_set_edit_url(struct page *page, const json_t *article)
{
    const char *pattern = service_config(page->request->service)->edit_url;
    const char *path = text_of(article, "path"), *place = pattern ? strstr(pattern, "{path}") : NULL;
    _cleanup_buf_ struct buf url = BUF_INIT(4096);
    if (!place || !path)
        return;
    buf_add(&url, pattern, (size_t)(place - pattern));
    buf_add_url(&url, slice_of(path), "/");
    buf_add_str(&url, place + strlen("{path}"));
    page_take_text(page, "edit_url", buf_take(&url));
}

/* What an article on privacy says by itself while a hold-out runs. */
static void set_holdout(struct page *page, const json_t *article)
{
    const double share = service_holdout(page->request->service);
    const json_t *texts = json_object_get(page->texts, "article");
    json_t *tag, *values = json_pack("{s:f}", "share", 100 * share);
    size_t i;
    json_array_foreach (json_object_get(article, "tags"), i, tag)
        if (share > 0 && str_equal(json_string_value(tag), "privacy"))
            page_take_text(page, "holdout", insights_fill(texts, "holdout", values));
    json_decref(values);
}

/* For staff: what became of the tickets that agents sent it for. */
static void set_sent(struct page *page, const json_t *article)
{
    const json_t *sent = json_object_get(article, "sent");
    json_int_t tickets = json_integer_value(json_object_get(sent, "tickets"));
    if (tickets == 0)
        return;
    page_take_text(page, "sent_tickets", mem_printf("%lld", (long long)tickets));
    page_take_text(page, "sent_returned",
                   mem_printf("%lld", (long long)json_integer_value(json_object_get(sent, "returned"))));
}

static void set_article(struct page *page, json_t *article)
{
    const char *category = text_of(article, "category"), *id = text_of(article, "id");
    static const char *const same[] = {"id", "html"};
    for (size_t i = 0; i < ARRAY_LENGTH(same); i++)
        page_set(page, same[i], json_incref(json_object_get(article, same[i])));
    page_set_text(page, "title", text_of(article, "title"));
    page_set_text(page, "heading", text_of(article, "title"));
    page_set_text(page, "description", text_of(article, "summary"));
    page_set_text(page, "article_lang", text_of(article, "lang"));
    page_set_text(page, "canonical", text_of(article, "url"));
    if (!str_empty(category)) {
        page_set_text(page, "category", category);
        page_take_text(page, "category_url", page_category_url(page, category));
    }
    page_set_list(page, "contents", contents_of(article));
    set_updated(page, article);
    set_translations(page, id);
    set_alternates(page, article);
    set_related(page, id);
    set_holdout(page, article);
    set_sent(page, article);
    if (page->request->staff)
        page_set_edit_url(page, article);
}

enum status page_article(struct request *request, struct error *err)
{
    struct content_reader_rights rights = {.agents = request->token.role >= ROLE_AGENT};
    _cleanup_page_ struct page page = {0};
    _cleanup_json_ json_t *article = NULL;
    enum status status = service_article_json(request->service, request->rest, rights, &article, err);
    if (status == STATUS_NOT_FOUND)
        return page_unknown(request, err);
    if (status == STATUS_OK)
        status = page_begin(request, &page, err);
    if (status != STATUS_OK)
        return status;
    set_article(&page, article);
    return page_reply(&page, 200, "article.html", err);
}
