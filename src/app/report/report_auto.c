/* report_auto.c: follows the tickets that were answered automatically, and those held out. */
#include "app/report/report_auto.h"

#include "app/report/report_json.h"
#include "app/report/report_table.h"
#include "store/auto_reply.h"
#include "store/ticket.h"

struct following {
    struct service *service;
    int64_t now_ms, open, failed;
    struct tally came_back, sent, holdout; /* the latter two: hits needed a person */
    enum status status;
    struct error *err;
};

/* What happened to TICKET after AT_MS. */
static void follow(const struct ticket *ticket, int64_t at_ms, bool *ret_agent, bool *ret_customer)
{
    *ret_agent = *ret_customer = false;
    for (size_t i = 0; i < ticket->reply_count; i++)
        if (ticket->replies[i].at_ms > at_ms)
            *(ticket->replies[i].by == REPLY_BY_AGENT ? ret_agent : ret_customer) = true;
}

static void add(struct following *following, const struct auto_reply *reply,
                const struct ticket *ticket)
{
    struct tally *arm = reply->state == AUTO_REPLY_SENT ? &following->sent : &following->holdout;
    bool agent, customer;
    if (following->now_ms - reply->at_ms < REPORT_AUTO_SETTLED_MS) {
        following->open++;
        return;
    }
    follow(ticket, reply->at_ms, &agent, &customer);
    arm->n++;
    arm->hits += agent || customer;
    if (reply->state == AUTO_REPLY_SENT) {
        following->came_back.n++;
        following->came_back.hits += customer;
    }
}

static bool take(void *arg, const struct auto_reply *reply)
{
    struct following *following = arg;
    _cleanup_ticket_ struct ticket ticket = {.id = NULL};
    following->failed += reply->state == AUTO_REPLY_FAILED || reply->state == AUTO_REPLY_BEGUN;
    if (reply->state != AUTO_REPLY_SENT && reply->state != AUTO_REPLY_HELD_OUT)
        return true;
    following->status =
        store_get_ticket(service_store(following->service), reply->ticket, &ticket, following->err);
    if (following->status == STATUS_NOT_FOUND) /* erased meanwhile */
        following->status = STATUS_OK;
    else if (!following->status && ticket.status != TICKET_MERGED && ticket.status != TICKET_SPAM)
        add(following, reply, &ticket);
    return !following->status;
}

enum status report_auto_reply(struct service *service, int64_t from_ms, int64_t to_ms, json_t **ret,
                              struct error *err)
{
    struct following following = {.service = service, .now_ms = clock_now_ms(), .err = err};
    enum status status =
        store_each_auto_reply(service_store(service), from_ms, to_ms, NULL, take, &following, err);
    if (status || following.status)
        return status ? status : following.status;
    *ret = json_pack("{s:I, s:I, s:I, s:I, s:o, s:{s:o, s:o, s:o}}", "sent",
                     (json_int_t)following.sent.n, "held_out", (json_int_t)following.holdout.n,
                     "open", (json_int_t)following.open, "failed", (json_int_t)following.failed,
                     "came_back", report_estimate_json(stats_wilson(following.came_back)),
                     "needed_person", "sent", report_estimate_json(stats_wilson(following.sent)),
                     "holdout", report_estimate_json(stats_wilson(following.holdout)), "lift",
                     report_estimate_json(stats_difference(following.holdout, following.sent)));
    return *ret ? STATUS_OK : error_memory(err);
}

void report_auto_reply_words(const json_t *auto_reply, struct buf *out)
{
    const json_t *back = json_object_get(auto_reply, "came_back");
    const json_t *lift = json_object_get(json_object_get(auto_reply, "needed_person"), "lift");
    json_int_t sent = json_integer_value(json_object_get(auto_reply, "sent"));
    json_int_t open = json_integer_value(json_object_get(auto_reply, "open"));
    if (sent + open == 0)
        return;
    buf_printf(out, "  Automatic   %lld replies a week old or more", (long long)sent);
    if (json_is_object(back)) {
        buf_add_str(out, ": the customer wrote again after ");
        report_rate_words(back, sent, out);
    }
    buf_printf(out, "; %lld newer ones are in no rate\n", (long long)open);
    if (json_is_object(lift))
        buf_printf(
            out, "              held out, %.0f points more needed a person, likely %.0f to %.0f\n",
            json_number_value(json_object_get(lift, "value")) * 100,
            json_number_value(json_object_get(lift, "low")) * 100,
            json_number_value(json_object_get(lift, "high")) * 100);
}
