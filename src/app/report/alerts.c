/* alerts.c: finds what is worth telling, and sends what was not told yet. */
#include "app/report/alerts.h"

#include "app/report/digest.h"
#include "app/report/report.h"
#include "app/report/tasks.h"
#include "app/send/sender.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "store/mark.h"

#include <stdio.h>

enum { REMEMBERED_DAYS = 60, FLOW_DAYS = 28, SPIKE_DAYS = 28, RUN_DAYS = 3 };

static const char mail_scheme[] = "mailto:";

static json_t *field(const json_t *object, const char *name)
{
    return json_object_get(object, name);
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(field(object, name));
    return text ? text : "";
}

static long long count_of(const json_t *object, const char *name)
{
    return (long long)json_integer_value(field(object, name));
}

bool alerts_kind_valid(struct slice name)
{
    static const char *const kinds[] = {"digest", "spike", "edit", "flow"};
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
        if (slice_equal(name, slice_of(kinds[i])))
            return true;
    return false;
}

/* ---- What holds now ---- */

struct alerts {
    struct service *service;
    int64_t today_ms;
    json_t *list;
};

static bool wanted(const struct alerts *alerts, const char *kind)
{
    return strv_contains(service_config(alerts->service)->alerts, kind);
}

/* ID and TEXT are stolen. */
static enum status add(const struct alerts *alerts, const char *kind, char *id, char *text,
                       struct error *err)
{
    bool sent = false;
    enum status status = id && text ? store_alert_was_sent(service_store(alerts->service), id,
                                                           &sent, err)
                                    : error_memory(err);
    if (status == STATUS_OK)
        (void)json_array_append_new(alerts->list, json_pack("{s:s, s:s, s:s, s:b}", "alert", id,
                                                            "kind", kind, "text", text, "sent", sent));
    mem_free(id);
    mem_free(text);
    return status;
}

static enum status read_report(const struct alerts *alerts, const char *kind, int days,
                               json_t **ret, struct error *err)
{
    const struct report_request request = {.kind = kind,
                                           .from_ms = alerts->today_ms - days * MS_PER_DAY,
                                           .to_ms = alerts->today_ms};
    return service_report_value(alerts->service, &request, ret, err);
}

/* The week that ended with the last Monday's start. */
static enum status add_digest(const struct alerts *alerts, struct error *err)
{
    const int64_t day = alerts->today_ms / MS_PER_DAY; /* 1970-01-01 was a Thursday */
    const int64_t monday_ms = alerts->today_ms - (day + 3) % 7 * MS_PER_DAY;
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_HTTP_BODY);
    char name[CLOCK_TEXT_SIZE];
    const enum status status =
        service_digest(alerts->service, monday_ms, DIGEST_TEXT, &text, err);
    clock_format_day(monday_ms, name);
    return status != STATUS_OK
               ? status
               : add(alerts, "digest", mem_printf("digest:%s", name), buf_take(&text), err);
}

static enum status add_spikes(const struct alerts *alerts, struct error *err)
{
    _cleanup_json_ json_t *topics = NULL;
    enum status status = read_report(alerts, "topics", SPIKE_DAYS, &topics, err);
    size_t i;
    json_t *row;
    json_array_foreach(field(topics, "rows"), i, row)
    {
        if (status == STATUS_OK && json_is_true(field(row, "spike")))
            status = add(alerts, "spike", mem_printf("spike:%s", text_of(row, "topic")),
                         mem_printf("A topic spikes: “%s”, %lld tickets in seven days, %lld in the "
                                    "seven before.\n%s/insights#topics",
                                    text_of(row, "label"), count_of(row, "last_week"),
                                    count_of(row, "week_before"),
                                    service_public_url(alerts->service)),
                         err);
    }
    return status;
}

static enum status add_edits(const struct alerts *alerts, struct error *err)
{
    _cleanup_json_ json_t *answer = NULL;
    enum status status = service_tasks_json(alerts->service, NULL, &answer, err);
    size_t i;
    json_t *task;
    json_array_foreach(field(answer, "tasks"), i, task)
    {
        if (status == STATUS_OK && str_equal(text_of(task, "kind"), "check"))
            status = add(alerts, "edit", mem_printf("edit:%s", text_of(task, "task")),
                         mem_printf("“%s”: more readers wrote after the edit of %s than before, and "
                                    "than among articles that nobody edited.\n%s/insights/articles/%s",
                                    text_of(task, "title"), text_of(field(task, "about"), "day"),
                                    service_public_url(alerts->service), text_of(task, "article")),
                         err);
    }
    return status;
}

/* The days on end, up to yesterday, on which more came in than went out; *RET_FIRST: their first. */
static size_t run_of_inflow(const json_t *days, const char **ret_first)
{
    size_t run = 0;
    for (size_t i = json_array_size(days); i-- > 0; run++) {
        const json_t *day = json_array_get(days, i);
        if (!json_is_integer(field(day, "out")) || count_of(day, "in") <= count_of(day, "out"))
            break;
        *ret_first = text_of(day, "day");
    }
    return run;
}

static enum status add_flow(const struct alerts *alerts, struct error *err)
{
    _cleanup_json_ json_t *flow = NULL;
    const enum status status = read_report(alerts, "flow", FLOW_DAYS, &flow, err);
    const char *first = "";
    size_t run;
    if (status != STATUS_OK || (run = run_of_inflow(field(flow, "days"), &first)) < RUN_DAYS)
        return status;
    return add(alerts, "flow", mem_printf("flow:%s", first),
               mem_printf("More tickets come in than go out, %zu days running; %lld are "
                          "open.\n%s/insights#flow",
                          run, count_of(flow, "backlog"), service_public_url(alerts->service)),
               err);
}

enum status service_alerts_json(struct service *service, json_t **ret, struct error *err)
{
    _cleanup_json_ json_t *list = json_array();
    const struct alerts alerts = {service, clock_day_start(clock_now_ms()), list};
    enum status status = STATUS_OK;
    if (wanted(&alerts, "spike"))
        status = add_spikes(&alerts, err);
    if (status == STATUS_OK && wanted(&alerts, "edit"))
        status = add_edits(&alerts, err);
    if (status == STATUS_OK && wanted(&alerts, "flow"))
        status = add_flow(&alerts, err);
    if (status == STATUS_OK && wanted(&alerts, "digest"))
        status = add_digest(&alerts, err);
    if (status == STATUS_OK)
        *ret = steal_pointer(&list);
    return status;
}

/* ---- Sending ---- */

static enum status send_by_mail(const struct config *config, const json_t *alert,
                                const atomic_bool *stop, struct error *err)
{
    const struct send_mail_server server = {.url = config->mail_server,
                                            .user = config->mail_user,
                                            .password = config->mail_password,
                                            .stop = stop};
    const char *text = text_of(alert, "text");
    _cleanup_free_ char *subject = mem_strndup(text, strcspn(text, "\n"));
    _cleanup_buf_ struct buf id = BUF_INIT(LIMIT_QUERY);
    buf_add_str(&id, "alert-");
    for (const char *c = text_of(alert, "alert"); *c; c++)
        buf_add_char(&id, strchr(":/", *c) ? '.' : *c);
    const struct mail mail = {.id = buf_str(&id),
                              .from = config->mail_from,
                              .to = config->alert_url + strlen(mail_scheme),
                              .subject = subject,
                              .text = slice_of(text),
                              .at_ms = clock_now_ms(),
                              .automatic = true};
    if (!config->mail_server || !config->mail_from)
        return error_set(err, STATUS_UNPROCESSABLE,
                         "alert_url is an address of mail: mail_server and mail_from must be set");
    return subject && !id.failed ? send_mail(&server, &mail, err) : error_memory(err);
}

static enum status send_by_http(const struct config *config, const json_t *alert,
                                const atomic_bool *stop, struct error *err)
{
    _cleanup_json_ json_t *payload =
        json_pack("{s:O, s:O, s:O}", "text", field(alert, "text"), "kind", field(alert, "kind"),
                  "alert", field(alert, "alert"));
    _cleanup_free_ char *body = json_text(payload);
    const struct send_call call = {
        .url = config->alert_url, .body = slice_of(body), .stop = stop};
    return body ? send_json(&call, NULL, err) : error_memory(err);
}

static enum status send_alert(struct service *service, const json_t *alert,
                              const atomic_bool *stop, struct error *err)
{
    const struct config *config = service_config(service);
    const int64_t now_ms = clock_now_ms();
    const enum status status = str_starts(config->alert_url, mail_scheme)
                                   ? send_by_mail(config, alert, stop, err)
                                   : send_by_http(config, alert, stop, err);
    return status != STATUS_OK
               ? status
               : store_note_alert(service_store(service), text_of(alert, "alert"), now_ms,
                                  now_ms - REMEMBERED_DAYS * MS_PER_DAY, err);
}

enum status service_send_alerts(struct service *service, const atomic_bool *stop,
                                size_t *ret_count, struct error *err)
{
    _cleanup_json_ json_t *list = NULL;
    enum status status = STATUS_OK;
    size_t i, count = 0;
    json_t *alert;
    if (ret_count)
        *ret_count = 0;
    if (!service_config(service)->alert_url)
        return STATUS_OK;
    status = service_alerts_json(service, &list, err);
    json_array_foreach(list, i, alert)
    {
        if (status == STATUS_OK && json_is_false(field(alert, "sent")) &&
            !(stop && atomic_load(stop))) {
            status = send_alert(service, alert, stop, err);
            count += status == STATUS_OK;
        }
    }
    if (ret_count)
        *ret_count = count;
    return status;
}
