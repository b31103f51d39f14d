/* draft.c: from a request to a reply that an agent can send after reading it. */
#include "app/agent/draft.h"

#include "app/agent/draft_parts.h"
#include "app/agent/draft_template.h"
#include "app/answer.h"
#include "app/suggest.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"

enum { CANDIDATES = 3, DRAFT_BYTES = 256 * 1024 };

/* A second answer this close to the first may be the right one as well. */
static const double RIVAL_SHARE = 0.9;

struct drafting {
    struct service *service;
    struct slice question; /* subject and body */
    struct index_results results;
    char *passages[CANDIDATES]; /* of each hit, NULL beyond */
    bool sections[CANDIDATES];  /* whether the passage is of the section found, and the link leads there */
    const char *lang;           /* of the customer */
};

/* What the article of hit I answers; the passage shown where it has no text. */
static enum status read_passage(struct drafting *drafting, struct index_reader *reader, size_t i,
                                struct error *err)
{
    const struct index_hit *hit = &drafting->results.hits[i];
    _cleanup_buf_ struct buf text = BUF_INIT(DRAFT_BYTES);
    struct index_article stored = {0};
    enum status status = index_get(reader, hit->id, &stored, err);
    if (status)
        return status;
    status = draft_answer(stored.article, hit->anchor, drafting->question, &text,
                          &drafting->sections[i], err);
    if (text.length == 0)
        buf_add_str(&text, hit->snippet);
    index_article_done(&stored);
    if (status)
        return status;
    drafting->passages[i] = buf_take(&text);
    return drafting->passages[i] ? STATUS_OK : error_memory(err);
}

static enum status read_passages(struct drafting *drafting, struct error *err)
{
    struct index_reader *reader = NULL;
    enum status status = service_take_reader(drafting->service, &reader, err);
    if (status)
        return status;
    for (size_t i = 0; i < drafting->results.count && i < CANDIDATES && !status; i++)
        status = read_passage(drafting, reader, i, err);
    service_give_reader(drafting->service, reader);
    return status;
}

static bool same_language(const char *a, const char *b)
{
    return slice_equal((struct slice){a, strcspn(a, "-")}, (struct slice){b, strcspn(b, "-")});
}

/* Sure enough to be sent: see the header. */
static bool may_send(const struct drafting *drafting)
{
    const struct index_hit *hits = drafting->results.hits;
    if (hits[0].confidence != CONFIDENCE_HIGH || !same_language(hits[0].lang, drafting->lang))
        return false;
    for (size_t i = 1; i < drafting->results.count && i < CANDIDATES; i++) {
        bool close = hits[i].score >= RIVAL_SHARE * hits[0].score;
        bool likely = hits[i].confidence == CONFIDENCE_HIGH;
        if ((likely && close) ||
            ((likely || close) && draft_disagree(drafting->passages[0], drafting->passages[i])))
            return false;
    }
    return true;
}

/* TEXT of the template with its places filled. */
static void fill(const char *text, const char *passage, const char *link, struct buf *out)
{
    while (*text) {
        const char *brace = strchr(text, '{');
        if (!brace) {
            buf_add_str(out, text);
            return;
        }
        buf_add(out, text, (size_t)(brace - text));
        text = brace + 1;
        if (str_starts(text, "passage}")) {
            buf_add_str(out, passage);
            text += strlen("passage}");
        } else if (str_starts(text, "link}")) {
            buf_add_str(out, link);
            text += strlen("link}");
        } else {
            buf_add_char(out, '{');
        }
    }
}

static json_t *used_articles(const struct drafting *drafting)
{
    const struct index_hit *hit = &drafting->results.hits[0];
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    answer_address(&url, hit->id, hit->url, drafting->sections[0] ? hit->anchor : NULL);
    return json_pack("[{s:s, s:s, s:s, s:s, s:s}]", "article", hit->id, "title", hit->title, "url",
                     buf_str(&url), "section",
                     drafting->sections[0] && hit->section ? hit->section : "", "lang",
                     hit->lang ? hit->lang : "");
}

static enum status write(struct drafting *drafting, json_t **ret, struct error *err)
{
    _cleanup_free_ char *template = NULL;
    _cleanup_buf_ struct buf text = BUF_INIT(DRAFT_BYTES), html = BUF_INIT(4 * DRAFT_BYTES);
    _cleanup_buf_ struct buf link = BUF_INIT(LIMIT_QUERY);
    const struct index_hit *best = drafting->results.hits;
    enum status status =
        draft_template(service_config(drafting->service)->articles, drafting->lang, &template, err);
    if (status)
        return status;
    if (!paste_address(&(struct paste_article){.id = best->id,
                                               .url = best->url,
                                               .anchor = drafting->sections[0] ? best->anchor : NULL},
                       service_public_url(drafting->service), &link))
        return error_set(err, STATUS_INTERNAL, "the system gives no random bytes");
    fill(template, drafting->passages[0], buf_str(&link), &text);
    draft_html(buf_str(&text), &html);
    if (text.failed || html.failed || link.failed)
        return error_memory(err);
    *ret = json_pack("{s:b, s:s, s:s, s:s, s:o, s:s}", "send", may_send(drafting), "confidence",
                     index_confidence_name(best->confidence), "text", buf_str(&text), "html",
                     buf_str(&html), "articles", used_articles(drafting), "lang", drafting->lang);
    return *ret ? STATUS_OK : error_memory(err);
}

enum status service_draft(struct service *service, const struct draft_request *request,
                          json_t **ret, struct error *err)
{
    const struct suggest_request question = {.subject = request->subject,
                                             .body = request->body,
                                             .lang = request->lang,
                                             .limit = CANDIDATES,
                                             .final = true};
    _cleanup_buf_ struct buf words = BUF_INIT(2 * LIMIT_HTTP_BODY_LARGE);
    struct drafting drafting = {.service = service};
    enum status status = service_search(service, &question, &drafting.results, err);
    if (status)
        return status;
    buf_add_slice(&words, request->subject);
    buf_add_char(&words, '\n');
    buf_add_slice(&words, request->body);
    drafting.question = (struct slice){buf_str(&words), words.length};
    drafting.lang = request->lang            ? request->lang
                    : drafting.results.lang ? drafting.results.lang
                                            : service_config(service)->default_lang;
    if (drafting.results.count == 0)
        *ret = json_pack("{s:b, s:s, s:s, s:s, s:[], s:s}", "send", 0, "confidence", "low", "text", "",
                         "html", "", "articles", "lang", drafting.lang);
    else if (!(status = read_passages(&drafting, err)))
        status = write(&drafting, ret, err);
    if (!status && !*ret)
        status = error_memory(err);
    for (size_t i = 0; i < CANDIDATES; i++)
        mem_free(drafting.passages[i]);
    index_results_done(&drafting.results);
    return status;
}
