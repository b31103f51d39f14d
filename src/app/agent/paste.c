/* paste.c: the forms in which an article is copied, and the warnings that go along. */
#include "app/agent/paste.h"

#include "app/answer.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/str.h"

struct paste_rules paste_rules_now(struct service *service)
{
    return (struct paste_rules){service_public_url(service),
                                service_config(service)->review_every_ms, clock_now_ms()};
}

bool paste_address(const struct paste_article *article, const char *public_url, struct buf *out)
{
    char code[DIGEST_ID_SIZE];
    _cleanup_buf_ struct buf page = BUF_INIT(LIMIT_QUERY);
    if (!digest_random_id(code))
        return false;
    answer_address(&page, article->id, article->url, NULL);
    if (!article->url)
        buf_add_str(out, public_url);
    buf_add_str(out, buf_str(&page));
    buf_printf(out, "%cvia=%.10s", strchr(buf_str(&page), '?') ? '&' : '?', code);
    if (!str_empty(article->anchor)) {
        buf_add_char(out, '#');
        buf_add_url(out, slice_of(article->anchor), "");
    }
    return true;
}

static json_t *link_forms(const char *title, const char *address)
{
    _cleanup_buf_ struct buf markdown = BUF_INIT(LIMIT_BODY_TEXT);
    _cleanup_buf_ struct buf html = BUF_INIT(LIMIT_BODY_TEXT);
    buf_add_char(&markdown, '[');
    for (const char *p = title; *p; p++) {
        if (strchr("[]\\`*_<>", *p))
            buf_add_char(&markdown, '\\');
        buf_add_char(&markdown, *p);
    }
    buf_printf(&markdown, "](%s)", address);
    buf_add_str(&html, "<a href=\"");
    buf_add_html(&html, slice_of(address));
    buf_add_str(&html, "\">");
    buf_add_html(&html, slice_of(title));
    buf_add_str(&html, "</a>");
    return json_pack("{s:s, s:s, s:o}", "markdown", buf_str(&markdown), "html", buf_str(&html),
                     "text", json_sprintf("%s: %s", title, address));
}

static json_t *passage_forms(const char *passage)
{
    _cleanup_buf_ struct buf html = BUF_INIT(LIMIT_BODY_TEXT);
    buf_add_str(&html, "<p>");
    buf_add_html(&html, slice_of(passage));
    buf_add_str(&html, "</p>");
    return json_pack("{s:s, s:s, s:s}", "markdown", passage, "html", buf_str(&html), "text",
                     passage);
}

static json_t *forms(const struct paste_article *article, const char *public_url)
{
    _cleanup_buf_ struct buf address = BUF_INIT(LIMIT_QUERY);
    if (article->audience != ARTICLE_PUBLIC || article->status != ARTICLE_PUBLISHED)
        return passage_forms(article->passage ? article->passage : "");
    return paste_address(article, public_url, &address)
               ? link_forms(article->title, buf_str(&address))
               : NULL;
}

static json_t *day_json(int64_t time_ms)
{
    char day[CLOCK_TEXT_SIZE];
    if (time_ms < 0)
        return json_null();
    clock_format_day(time_ms, day);
    return json_string(day);
}

json_t *paste_json(const struct paste_article *article, const struct paste_rules *rules)
{
    int64_t due_ms = article_review_due_ms(article->reviewed_ms, article->review_every_ms,
                                           article->updated_ms, rules->review_every_ms);
    json_t *paste = forms(article, rules->public_url);
    return paste ? json_pack("{s:s, s:s, s:o, s:b, s:o}", "audience",
                             article_audience_name(article->audience), "status",
                             article_status_name(article->status), "review_due", day_json(due_ms),
                             "overdue", due_ms >= 0 && due_ms < rules->now_ms, "paste", paste)
                 : NULL;
}
