/* report_deflection.c: how many requests ended without a ticket. */
#include "app/report/caution.h"
#include "app/report/report_auto.h"
#include "app/report/report_json.h"
#include "app/report/report_kind.h"
#include "app/report/report_tickets.h"
#include "app/report/report_words.h"
#include "app/service_private.h"
#include "app/suggest.h"
#include "base/json.h"
#include "base/str.h"
#include "measure/names.h"

#include <stdio.h>

/* ---- Tickets by channel: what no suggestion could have seen ---- */

#define CHANNEL_UNKNOWN "unknown"

struct channels {
    struct names *names;
    int64_t *tickets; /* by number in names */
    size_t capacity;
    struct tally unseen; /* tickets that came by another way than a form with the widget */
};

static bool add_channel(void *arg, const struct ticket *ticket, const char *article)
{
    struct channels *channels = arg;
    size_t number;
    const size_t known = names_count(channels->names);
    const char *channel = str_empty(ticket->channel) ? CHANNEL_UNKNOWN : ticket->channel;
    (void)article;
    if (ticket->imported)
        return true; /* from before there were suggestions */
    if (mem_grow(&channels->tickets, &channels->capacity, known, sizeof *channels->tickets) < 0 ||
        !names_add(channels->names, slice_of(channel), &number))
        return false;
    if (number == known)
        channels->tickets[number] = 0;
    channels->tickets[number]++;
    channels->unseen.n++;
    channels->unseen.hits += !ticket->session;
    return true;
}

static json_t *channels_json(const struct channels *channels)
{
    json_t *tickets = json_object();
    for (size_t i = 0; tickets && i < names_count(channels->names); i++)
        (void)json_object_set_new(tickets, names_text(channels->names, i),
                                  json_integer(channels->tickets[i]));
    return json_pack("{s:o, s:o}", "tickets", tickets, "unseen",
                     report_estimate_json(stats_wilson(channels->unseen)));
}

static enum status set_channels(struct report_run *run, json_t *report, struct error *err)
{
    struct channels channels = {.names = names_new()};
    enum status status = channels.names ? STATUS_OK : error_memory(err);
    if (status == STATUS_OK)
        status = report_each_ticket(run->service, run->request->from_ms, run->request->to_ms,
                                    add_channel, &channels, NULL, err);
    if (status == STATUS_OK &&
        json_object_set_new(report, "channels", channels_json(&channels)) < 0)
        status = error_memory(err);
    names_free(channels.names);
    mem_free(channels.tickets);
    return status;
}

/* {"1": rate, "3": rate, "7": rate}: the potential rate of known contacts after so many days. */
static json_t *known_contacts_json(const struct deflection *d)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < RETURNING_SPANS; i++) {
        char days[16];
        (void)snprintf(days, sizeof days, "%d", returning_days[i]);
        (void)json_object_set_new(object, days,
                                  report_estimate_json(stats_wilson(d->returning[i])));
    }
    return object;
}

/* What is known of `high` first results here; null before it was first looked at. */
static enum status set_confidence(struct report_run *run, json_t *report, struct error *err)
{
    json_t *confidence = NULL;
    enum status status = caution_json(service_store(run->service), &confidence, err);
    if (status == STATUS_OK &&
        json_object_set_new(report, "confidence", confidence ? confidence : json_null()) < 0)
        status = error_memory(err);
    return status;
}

static enum status build(struct report_run *run, json_t **ret, struct error *err)
{
    const struct report_request *request = run->request;
    static const enum figure_kind kinds[] = {FIGURE_EPISODES, FIGURE_RETURNING, FIGURE_LEFT_OUT};
    struct deflection d;
    json_t *auto_reply = NULL;
    enum status status =
        deflection_init(&d, request->from_ms, request->to_ms, request->lang)
            ? report_figures(run, kinds, ARRAY_LENGTH(kinds), deflection_add, &d, err)
            : error_memory(err);
    if (status == STATUS_OK) {
        *ret = report_deflection_json(&d, service_holdout(run->service),
                                      service_config(run->service)->min_lift);
        if (json_object_set_new(*ret, "known_contacts", known_contacts_json(&d)) < 0)
            status = error_memory(err);
    }
    if (status == STATUS_OK)
        status = set_channels(run, *ret, err);
    if (status == STATUS_OK)
        status = set_confidence(run, *ret, err);
    if (status == STATUS_OK)
        status = report_auto_reply(run->service, request->from_ms, request->to_ms, &auto_reply, err);
    if (status == STATUS_OK && json_object_set_new(*ret, "auto_reply", auto_reply) < 0)
        status = error_memory(err);
    deflection_done(&d);
    return status;
}

static const struct report_column columns[] = {
    {"day", "Day", COLUMN_TEXT},
    {"ticket", "Ticket", COLUMN_COUNT},
    {"solved", "Solved", COLUMN_COUNT},
    {"read", "Read", COLUMN_COUNT},
    {"left", "Left", COLUMN_COUNT},
    {"open", "Open", COLUMN_COUNT},
    {"closed", NULL, COLUMN_COUNT},
    {"confirmed_rate", "Confirmed", COLUMN_RATE},
    {"potential_rate", "Potential", COLUMN_RATE},
    {0},
};

/* ---- What stands beside the rates, as tables ---- */

static json_t *channel_rows(const json_t *report)
{
    json_t *rows = json_array(), *count;
    const char *channel;
    json_object_foreach(json_object_get(json_object_get(report, "channels"), "tickets"), channel, count)
        (void)json_array_append_new(rows, json_pack("{s:s, s:O}", "channel", channel, "tickets", count));
    return rows;
}

static const struct report_column channel_columns[] = {
    {"channel", NULL, COLUMN_TEXT},
    {"tickets", NULL, COLUMN_COUNT},
    {0},
};

static json_t *known_contact_rows(const json_t *report)
{
    json_t *rows = json_array(), *rate;
    const char *days;
    json_object_foreach(json_object_get(report, "known_contacts"), days, rate)
        (void)json_array_append_new(rows, json_pack("{s:s, s:O}", "days", days, "potential_rate", rate));
    return rows;
}

static const struct report_column known_contact_columns[] = {
    {"days", NULL, COLUMN_TEXT},
    {"potential_rate", NULL, COLUMN_RATE},
    {0},
};

/* One row, or none before the first review. */
static json_t *confidence_rows(const json_t *report)
{
    json_t *rows = json_array(), *confidence = json_object_get(report, "confidence");
    if (json_is_object(confidence))
        (void)json_array_append(rows, confidence);
    return rows;
}

static const struct report_column confidence_columns[] = {
    {"as_of", NULL, COLUMN_TEXT},     {"threshold", NULL, COLUMN_NUMBER}, {"shown", NULL, COLUMN_COUNT},
    {"judged", NULL, COLUMN_COUNT},   {"right", NULL, COLUMN_RATE},       {"confirmed", NULL, COLUMN_RATE},
    {"linked_other", NULL, COLUMN_RATE}, {0},
};

static const struct report_side_table side_tables[] = {
    {"channels", channel_rows, channel_columns},
    {"known_contacts", known_contact_rows, known_contact_columns},
    {"confidence", confidence_rows, confidence_columns},
    {0},
};

const struct report_kind report_kind_deflection = {
    .name = "deflection",
    .title = "Deflection",
    .rows = "days",
    .build = build,
    .words = report_deflection_words,
    .columns = columns,
    .side_tables = side_tables,
};
