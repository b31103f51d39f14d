/* ticket_topic.c: compares the ticket's words with those that make each topic. */
#include "app/ticket/ticket_topic.h"

#include "app/report/report.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "text/words.h"

#define SHARED_LEAST 0.6
#define TICKETS_LEAST 3 /* fewer are no topic yet: one of them would be this ticket */

/* The ticket's words as the topics report forms them: stems, joined by spaces. */
static enum status form_ticket(const struct ticket *ticket, const char *default_lang,
                               struct buf *out, struct error *err)
{
    _cleanup_(words_freep) struct words *words = NULL;
    _cleanup_buf_ struct buf text = BUF_INIT(2 * (LIMIT_SUBJECT + LIMIT_BODY_TEXT));
    struct slice both;
    enum status status = words_new(&words, err);
    buf_printf(&text, "%s\n%s", ticket->subject ? ticket->subject : "",
               ticket->body ? ticket->body : "");
    if (status || text.failed)
        return status ? status : error_memory(err);
    both = (struct slice){text.data, text.length};
    return words_normal_form(words, both, words_guess_language(words, both, default_lang), out,
                             err);
}

static bool has_word(struct slice form, const char *wanted)
{
    struct slice word;
    while (slice_split(&form, ' ', &word))
        if (slice_equal(word, slice_of(wanted)))
            return true;
    return false;
}

/* The share of the topic's words that the ticket has. */
static double share_of(const json_t *topic, struct slice form)
{
    const json_t *words = json_object_get(topic, "words"), *word;
    size_t shared = 0, i;
    json_array_foreach(words, i, word) shared += has_word(form, json_string_value(word));
    return json_array_size(words) ? (double)shared / (double)json_array_size(words) : 0;
}

enum status ticket_topic(struct service *service, const struct ticket *ticket, json_t **ret,
                         struct error *err)
{
    _cleanup_json_ json_t *report = NULL;
    _cleanup_buf_ struct buf form = BUF_INIT(2 * (LIMIT_SUBJECT + LIMIT_BODY_TEXT));
    struct report_request request = {.kind = "topics"};
    const json_t *topic, *best = NULL;
    double share = 0;
    size_t i;
    enum status status;
    report_default_range(clock_now_ms(), &request.from_ms, &request.to_ms);
    status = service_report_value(service, &request, &report, err);
    if (!status)
        status = form_ticket(ticket, service_config(service)->default_lang, &form, err);
    if (status)
        return status;
    json_array_foreach(json_object_get(report, "rows"), i, topic)
    {
        const json_int_t tickets = json_integer_value(json_object_get(topic, "tickets"));
        const double shared = share_of(topic, (struct slice){form.data, form.length});
        if (tickets >= TICKETS_LEAST &&
            shared > share) { /* of equals the larger, which stands first */
            share = shared;
            best = topic;
        }
    }
    *ret = share < SHARED_LEAST
               ? json_null()
               : json_pack("{s:O?, s:O?, s:f}", "topic", json_object_get(best, "topic"), "label",
                           json_object_get(best, "label"), "confidence", share);
    return *ret ? STATUS_OK : error_memory(err);
}
