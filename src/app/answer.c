/* answer.c: search results as the JSON of the contract. */
#include "app/answer.h"

#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"

enum { WRAPPING_BYTES = 100 /* names and what else stands around an answer's parts */ };

static void add_field(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, ",\"%s\":", name);
    buf_add_json(out, slice_of(value));
}

void answer_address(struct buf *out, const char *id, const char *url, const char *anchor)
{
    if (url) {
        buf_add_str(out, url);
    } else {
        buf_add_str(out, "/articles/");
        buf_add_url(out, slice_of(id), "/");
    }
    if (!str_empty(anchor) && !(url && strchr(url, '#'))) {
        buf_add_char(out, '#');
        buf_add_url(out, slice_of(anchor), "");
    }
}

static void add_address(struct buf *out, const struct index_hit *hit)
{
    _cleanup_buf_ struct buf address = BUF_INIT(LIMIT_QUERY);
    answer_address(&address, hit->id, hit->url, hit->anchor);
    add_field(out, "url", buf_str(&address));
}

/* What an agent pastes, and is to know before: the fields of paste.h, behind those of everybody. */
static enum status add_paste(struct buf *out, const struct index_hit *hit,
                             const struct paste_rules *rules, struct error *err)
{
    const struct paste_article article = {.id = hit->id,
                                          .title = hit->title,
                                          .url = hit->url,
                                          .anchor = hit->anchor,
                                          .passage = hit->snippet,
                                          .audience = hit->audience,
                                          .status = ARTICLE_PUBLISHED,
                                          .updated_ms = hit->updated_ms,
                                          .reviewed_ms = hit->reviewed_ms,
                                          .review_every_ms = hit->review_every_ms};
    _cleanup_json_ json_t *object = paste_json(&article, rules);
    _cleanup_free_ char *text = object ? json_text(object) : NULL;
    if (!text)
        return error_memory(err);
    buf_printf(out, ",%.*s", (int)strlen(text) - 2, text + 1); /* without the braces */
    return STATUS_OK;
}

static enum status add_hit(struct buf *out, const struct index_hit *hit,
                           const struct paste_rules *agents, struct error *err)
{
    enum status status = STATUS_OK;
    buf_add_str(out, "{\"article\":");
    buf_add_json(out, slice_of(hit->id));
    add_field(out, "title", hit->title);
    add_field(out, "title_html", hit->title_html);
    add_address(out, hit);
    add_field(out, "section", hit->section);
    add_field(out, "anchor", hit->anchor);
    add_field(out, "snippet", hit->snippet);
    add_field(out, "snippet_html", hit->snippet_html);
    add_field(out, "category", hit->category);
    add_field(out, "lang", hit->lang);
    add_field(out, "confidence", index_confidence_name(hit->confidence));
    buf_printf(out, ",\"score\":%.3f", hit->score);
    if (hit->explain) {
        _cleanup_free_ char *explain = json_text(hit->explain);
        if (!explain)
            return error_memory(err);
        buf_printf(out, ",\"explain\":%s", explain);
    }
    if (agents)
        status = add_paste(out, hit, agents, err);
    buf_add_char(out, '}');
    return status;
}

static enum status add_hits(struct buf *out, struct answer *answer,
                            const struct index_results *results,
                            const struct paste_rules *agents, struct error *err)
{
    buf_add_str(out, "\"results\":[");
    for (size_t i = 0; i < results->count; i++) {
        enum status status;
        if (i)
            buf_add_char(out, ',');
        status = add_hit(out, &results->hits[i], agents, err);
        if (status)
            return status;
        if (!strv_append(&answer->articles, slice_of(results->hits[i].id)))
            return error_memory(err);
        answer->bytes += strlen(results->hits[i].id) + 2 * sizeof(char *);
    }
    buf_printf(out, "],\"total\":%zu", results->total);
    return STATUS_OK;
}

enum status answer_new(const struct index_results *results, const struct paste_rules *agents,
                       struct answer **ret, struct error *err)
{
    _cleanup_(answer_dropp) struct answer *answer = mem_zero(1, sizeof *answer);
    _cleanup_buf_ struct buf head = BUF_INIT(LIMIT_HTTP_BODY_LARGE);
    _cleanup_buf_ struct buf tail = BUF_INIT(LIMIT_HTTP_RESPONSE);
    enum status status;
    if (!answer)
        return error_memory(err);
    answer->references = 1;
    if (results->count)
        answer->confidence = (enum event_confidence)(results->hits[0].confidence + SURE_LOW);
    buf_add_str(&head, "\"corrected\":");
    if (results->corrected)
        buf_add_json(&head, slice_of(results->corrected));
    else
        buf_add_str(&head, "null");
    answer->lang = mem_strdup(results->lang ? results->lang : "");
    if (!answer->lang)
        return error_memory(err);
    add_field(&head, "lang", answer->lang);
    status = add_hits(&tail, answer, results, agents, err);
    if (status)
        return status;
    answer->head_length = head.length;
    answer->tail_length = tail.length;
    answer->head = buf_take(&head);
    answer->tail = buf_take(&tail);
    if (!answer->head || !answer->tail)
        return error_memory(err);
    answer->bytes += sizeof *answer + answer->head_length + answer->tail_length;
    *ret = steal_pointer(&answer);
    return STATUS_OK;
}

struct answer *answer_hold(struct answer *answer)
{
    atomic_fetch_add_explicit(&answer->references, 1, memory_order_relaxed);
    return answer;
}

struct answer *answer_drop(struct answer *answer)
{
    if (!answer || atomic_fetch_sub_explicit(&answer->references, 1, memory_order_acq_rel) > 1)
        return NULL;
    mem_free(answer->lang);
    mem_free(answer->head);
    mem_free(answer->tail);
    strv_free(answer->articles);
    return mem_free(answer);
}

void answer_write(const struct answer *answer, const char *query_id, struct slice query,
                  enum event_arm arm, struct buf *out)
{
    /* Most of it is there already; what is doubled, where an odd question needs it, are the rest. */
    (void)buf_reserve(out, answer->head_length + answer->tail_length + query.length + WRAPPING_BYTES);
    buf_add_str(out, "{\"query_id\":\"");
    buf_add_str(out, query_id);
    buf_add_str(out, "\",\"query\":");
    buf_add_json(out, query);
    buf_add_char(out, ',');
    buf_add(out, answer->head, answer->head_length);
    buf_add_str(out, ",\"arm\":\"");
    buf_add_str(out, event_arm_name(arm));
    buf_add_str(out, "\",");
    buf_add(out, answer->tail, answer->tail_length);
    buf_add_char(out, '}');
}
