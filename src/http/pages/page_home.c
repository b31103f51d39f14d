/* page_home.c: the help centre's first page: a search field, and the articles by category. */
#include "http/pages/pages.h"

#include "app/content.h"
#include "app/eval/sample.h"
#include "http/strings.h"

/* Adds to each category where it leads and how many articles are not shown. */
static void complete_categories(const struct page *page, json_t *categories)
{
    json_t *category;
    size_t i;
    json_array_foreach (categories, i, category) {
        json_int_t more = json_integer_value(json_object_get(category, "more"));
        _cleanup_free_ char *url =
            page_category_url(page, json_string_value(json_object_get(category, "name")));
        _cleanup_free_ char *text =
            more > 0 ? strings_plural(page->texts, page->lang, "home", "more", (size_t)more) : NULL;
        (void)json_object_set_new(category, "url", json_string(url ? url : "/"));
        (void)json_object_set_new(category, "more", text ? json_string(text) : json_null());
    }
}

/* Categories without an article in the reader's language come last, under a heading of their own; a page that has
 * nothing else in its language shows them as usual. */
static void set_categories(struct page *page, const json_t *categories)
{
    json_t *own = json_array(), *foreign = json_array(), *category;
    size_t i;
    json_array_foreach (categories, i, category)
        (void)json_array_append(json_is_true(json_object_get(category, "foreign")) ? foreign : own, category);
    if (json_array_size(own) == 0) {
        (void)json_array_extend(own, foreign);
        (void)json_array_clear(foreign);
    }
    page_set_list(page, "categories", own);
    page_set_list(page, "foreign_categories", foreign);
}

enum status page_home(struct request *request, struct error *err)
{
    _cleanup_page_ struct page page = {0};
    _cleanup_json_ json_t *home = NULL;
    json_t *categories; /* borrowed of HOME */
    enum status status = page_begin(request, &page, err);
    if (status != STATUS_OK)
        return status;
    status = service_home_json(request->service, page.lang, &home, err);
    if (status != STATUS_OK)
        return status;
    categories = json_object_get(home, "categories");
    complete_categories(&page, categories);
    page_set(&page, "is_home", json_true());
    page_set_text(&page, "title", json_string_value(json_object_get(page.model, "site_name")));
    set_categories(&page, categories);
    page_set_list(&page, "helpful", json_incref(json_object_get(home, "helpful")));
    page_set(&page, "sample", json_boolean(service_has_sample(request->service)));
    return page_reply(&page, 200, "home.html", err);
}
