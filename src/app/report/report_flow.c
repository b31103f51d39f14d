/* report_flow.c: tickets in and out, the backlog, what to expect. */
#include "app/report/report_json.h"
#include "app/report/report_kind.h"
#include "app/report/report_tickets.h"
#include "base/clock.h"
#include "base/json.h"
#include "measure/flow.h"

static const char *const ages[FLOW_AGES] = {"0-3", "4-7", "8-14", "15+"};

/* When TICKET was done with; -1: it is not. A desk that names no time for that says at least when
 * it changed last. */
static int64_t solved_ms(const struct ticket *ticket)
{
    if (ticket->status != TICKET_SOLVED && ticket->status != TICKET_CLOSED)
        return -1;
    if (ticket->solved_ms >= 0)
        return ticket->solved_ms;
    return ticket->updated_ms >= 0 ? ticket->updated_ms : ticket->created_ms;
}

static bool add_ticket(void *arg, const struct ticket *ticket, const char *article)
{
    (void)article;
    flow_add(arg, ticket->created_ms, solved_ms(ticket));
    return true;
}

/* Tickets of the widget, and how many. */
struct widget_tickets {
    struct flow *flow;
    size_t count;
};

static bool add_widget_tickets(void *arg, const struct episode *episode)
{
    struct widget_tickets *tickets = arg;
    for (size_t i = 0; i < episode->count; i++) {
        if (episode->events[i]->type != EVENT_TICKET)
            continue;
        flow_add(tickets->flow, episode->events[i]->at_ms, -1);
        tickets->count++;
    }
    return true;
}

/* Without a help desk only what came in through the widget is known: of the period, and of the
 * months from which the forecast is made. */
static enum status add_widget(struct report_run *run, struct widget_tickets *tickets,
                              struct error *err)
{
    struct report_request wide = *run->request;
    struct report_run wider = *run;
    wider.request = &wide;
    if (tickets->flow->history_ms < wide.from_ms)
        wide.from_ms = tickets->flow->history_ms;
    if (wide.to_ms < tickets->flow->now_ms)
        wide.to_ms = tickets->flow->now_ms;
    return report_recount(&wider, add_widget_tickets, tickets, err);
}

/* ---- JSON ---- */

static json_t *known(bool is_known, int64_t value)
{
    return is_known ? json_integer(value) : json_null();
}

static json_t *days_json(const struct flow *flow, bool desk)
{
    json_t *days = json_array();
    for (size_t i = 0; days && i < flow->day_count; i++) {
        const struct flow_day *day = &flow->days[i];
        (void)json_array_append_new(
            days, json_pack("{s:o, s:I, s:o, s:o}", "day",
                            report_day_json(flow->from_ms + (int64_t)i * MS_PER_DAY), "in",
                            (json_int_t)day->in, "out", known(desk, day->out), "backlog",
                            known(desk, day->backlog)));
    }
    return days;
}

static json_t *ages_json(const struct flow *flow, bool desk)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < FLOW_AGES; i++)
        (void)json_object_set_new(object, ages[i], known(desk, flow->ages[i]));
    return object;
}

static json_t *crossing_json(const struct flow *flow, bool desk)
{
    if (!desk || flow->crossing == FLOW_NEVER)
        return json_null();
    return json_pack("{s:o, s:s}", "day", report_day_json(flow->crossing_ms), "above",
                     flow->crossing == FLOW_IN_ABOVE ? "in" : "out");
}

static json_t *past_json(const struct flow *flow)
{
    if (!flow->past_known)
        return json_null();
    return json_pack("{s:o, s:o, s:I, s:f}", "from",
                     report_day_json(flow->forecast_ms - FLOW_FORECAST_DAYS * MS_PER_DAY), "in",
                     report_estimate_json(flow->past_total), "actual",
                     (json_int_t)flow->past_actual, "error",
                     (double)flow->past_actual / flow->past_total.value - 1);
}

static json_t *forecast_json(const struct flow *flow)
{
    json_t *days = json_array();
    if (!flow->forecast_known) {
        json_decref(days);
        return json_null();
    }
    for (size_t i = 0; days && i < FLOW_FORECAST_DAYS; i++) {
        const int64_t day_ms = flow->forecast_ms + (int64_t)i * MS_PER_DAY;
        (void)json_array_append_new(days, json_pack("{s:o, s:o}", "day", report_day_json(day_ms),
                                                    "in", report_estimate_json(flow->forecast[i])));
    }
    return json_pack("{s:o, s:o, s:o}", "in", report_estimate_json(flow->forecast_total), "days",
                     days, "last_month", past_json(flow));
}

static json_t *flow_json(const struct flow *flow, bool desk)
{
    return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "from",
                     report_day_json(flow->from_ms), "to", report_day_json(flow->to_ms), "source",
                     desk ? "desk" : "widget", "days", days_json(flow, desk), "backlog",
                     known(desk, flow->backlog), "ages", ages_json(flow, desk), "crossing",
                     crossing_json(flow, desk), "forecast", forecast_json(flow));
}

static enum status build(struct report_run *run, json_t **ret, struct error *err)
{
    const struct report_request *request = run->request;
    struct flow flow;
    struct widget_tickets widget = {.flow = &flow};
    size_t tickets = 0;
    enum status status = flow_init(&flow, request->from_ms, request->to_ms, run->now_ms)
                             ? STATUS_OK
                             : error_memory(err);
    if (status == STATUS_OK)
        status = report_each_ticket(run->service, 0, INT64_MAX, add_ticket, &flow, &tickets, err);
    if (status == STATUS_OK && tickets == 0)
        status = add_widget(run, &widget, err);
    if (status == STATUS_OK) {
        flow_finish(&flow);
        /* What no desk tells of is not known: zeros would say that nobody solves anything. Where nothing
         * came at all, nothing went out either. */
        *ret = flow_json(&flow, tickets > 0 || widget.count == 0);
    }
    flow_done(&flow);
    return status;
}

/* ---- Words ---- */

static double member(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void backlog_words(const json_t *report, struct buf *out)
{
    const json_t *by_age = json_object_get(report, "ages"),
                 *crossing = json_object_get(report, "crossing");
    if (json_is_null(json_object_get(report, "backlog"))) {
        buf_add_str(out, "  Only what came through the widget is known: connect the help desk to "
                         "see what goes out\n");
        return;
    }
    buf_printf(out, "  Open        %.0f:", member(report, "backlog"));
    for (size_t i = 0; i < FLOW_AGES; i++)
        buf_printf(out, "%s %.0f of %s days", i > 0 ? "," : "", member(by_age, ages[i]), ages[i]);
    buf_add_char(out, '\n');
    if (json_is_object(crossing))
        buf_printf(out, "  Crossing    since %s more come %s than %s, by weeks\n",
                   json_string_value(json_object_get(crossing, "day")),
                   *json_string_value(json_object_get(crossing, "above")) == 'i' ? "in" : "out",
                   *json_string_value(json_object_get(crossing, "above")) == 'i' ? "out" : "in");
}

static void words(const json_t *report, struct buf *out)
{
    const json_t *forecast = json_object_get(report, "forecast"),
                 *in = json_object_get(forecast, "in"),
                 *past = json_object_get(forecast, "last_month");
    backlog_words(report, out);
    if (!json_is_object(forecast)) {
        buf_add_str(out, "  Forecast    too early to say: it needs four weeks\n");
        return;
    }
    buf_printf(out,
               "  Forecast    %.0f in the next 28 days, likely %.0f to %.0f, if things go on as "
               "they are\n",
               member(in, "value"), member(in, "low"), member(in, "high"));
    if (json_is_object(past))
        buf_printf(out, "  Last month  forecast %.0f, came %.0f (%+.0f %%)\n",
                   member(json_object_get(past, "in"), "value"), member(past, "actual"),
                   member(past, "error") * 100);
}

static const struct report_column columns[] = {
    {"day", "Day", COLUMN_TEXT},
    {"in", "In", COLUMN_COUNT},
    {"out", "Out", COLUMN_COUNT},
    {"backlog", "Backlog", COLUMN_COUNT},
    {0},
};

const struct report_kind report_kind_flow = {
    .name = "flow",
    .title = "Tickets in and out",
    .rows = "days",
    .build = build,
    .words = words,
    .columns = columns,
};
