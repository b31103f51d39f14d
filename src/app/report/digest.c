/* digest.c: the week's sections, from reports and tasks. */
#include "app/report/digest.h"

#include "app/eval/sample.h"
#include "app/report/digest_write.h"
#include "app/report/report.h"
#include "app/report/report_table.h"
#include "app/report/tasks.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"

#include <math.h>

enum { WEEK_DAYS = 7, TASKS_MOST = 8, TOPIC_DAYS = 28, LINE_BYTES = 4096 };

struct digest {
    struct service *service;
    enum digest_format format;
    int64_t from_ms, to_ms;
    struct buf *out;
};

static json_t *field(const json_t *object, const char *name)
{
    return json_object_get(object, name);
}

static long long count_of(const json_t *object, const char *name)
{
    return (long long)json_integer_value(field(object, name));
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(field(object, name));
    return text ? text : "";
}

static enum status read_report(const struct digest *digest, const char *kind, int64_t from_ms,
                               int64_t to_ms, json_t **ret, struct error *err)
{
    const struct report_request request = {.kind = kind, .from_ms = from_ms, .to_ms = to_ms};
    return service_report_value(digest->service, &request, ret, err);
}

/* ---- How many were answered ---- */

static long long begun(const json_t *deflection)
{
    return count_of(field(deflection, "totals"), "closed") +
           count_of(field(deflection, "totals"), "open");
}

static void write_rate(const struct digest *digest, const char *label, const json_t *deflection,
                       const char *rate, const json_t *before)
{
    _cleanup_buf_ struct buf line = BUF_INIT(LINE_BYTES);
    report_rate_words(field(deflection, rate), count_of(field(deflection, "totals"), "closed"),
                      &line);
    if (json_is_object(field(before, rate))) {
        buf_add_str(&line, "; the week before ");
        report_percent(json_number_value(field(field(before, rate), "value")), &line);
    }
    digest_write_item(digest->format, label, NULL, buf_str(&line), digest->out);
}

static enum status write_figures(const struct digest *digest, json_t **ret, struct error *err)
{
    _cleanup_json_ json_t *now = NULL, *before = NULL;
    _cleanup_buf_ struct buf line = BUF_INIT(LINE_BYTES);
    const int64_t week_ms = digest->to_ms - digest->from_ms;
    enum status status = read_report(digest, "deflection", digest->from_ms, digest->to_ms, &now, err);
    if (status == STATUS_OK)
        status = read_report(digest, "deflection", digest->from_ms - week_ms, digest->from_ms,
                             &before, err);
    if (status != STATUS_OK)
        return status;
    buf_printf(&line, "%lld; the week before %lld. %lld are still open and in no rate.", begun(now),
               begun(before), count_of(field(now, "totals"), "open"));
    digest_write_list(digest->format, digest->out);
    digest_write_item(digest->format, "Requests begun", NULL, buf_str(&line), digest->out);
    write_rate(digest, "Answered, confirmed", now, "confirmed_rate", before);
    write_rate(digest, "Perhaps answered", now, "potential_rate", before);
    digest_write_list_end(digest->format, digest->out);
    *ret = steal_pointer(&now);
    return STATUS_OK;
}

/* ---- What to do ---- */

void digest_task_why(const json_t *task, struct buf *out)
{
    const json_t *about = field(task, "about");
    const char *kind = text_of(task, "kind");
    if (str_equal(kind, "fix"))
        buf_printf(out, "read by %lld, %lld wrote all the same, %.0f would be usual",
                   count_of(about, "viewed"), count_of(about, "failed"),
                   json_number_value(field(about, "usual")));
    else if (str_equal(kind, "check"))
        buf_printf(out, "more readers wrote after the edit of %s", text_of(about, "day"));
    else if (str_equal(kind, "write"))
        buf_printf(out, "asked %lld times, %lld tickets, and no article answers it",
                   count_of(about, "asked"), count_of(about, "tickets"));
    else if (str_equal(kind, "flag"))
        buf_printf(out, "%s, says %s: %s", text_of(about, "kind"), text_of(about, "agent"),
                   text_of(about, "note"));
    else
        buf_printf(out, "nobody has looked at it since %s", text_of(about, "last"));
}

static char *task_url(const struct digest *digest, const json_t *task)
{
    _cleanup_buf_ struct buf url = BUF_INIT(LIMIT_QUERY);
    const char *gap = json_string_value(field(field(task, "about"), "gap"));
    const char *article = json_string_value(field(task, "article"));
    buf_printf(&url, "%s/insights/%s", service_public_url(digest->service),
               gap       ? "gaps/"
               : article ? "articles/"
                         : "tasks");
    buf_add_url(&url, slice_of(gap ? gap : article), "/");
    return buf_take(&url);
}

static void write_task(const struct digest *digest, const json_t *task)
{
    static const struct {
        const char *kind, *label;
    } labels[] = {{"fix", "Fix"}, {"check", "Check"}, {"write", "Write"}, {"flag", "Flagged"},
                  {"review", "Review"}};
    _cleanup_buf_ struct buf why = BUF_INIT(LINE_BYTES), title = BUF_INIT(LINE_BYTES);
    _cleanup_free_ char *url = task_url(digest, task);
    for (size_t i = 0; i < ARRAY_LENGTH(labels); i++)
        if (str_equal(labels[i].kind, text_of(task, "kind")))
            buf_printf(&title, "%s “%s”", labels[i].label, text_of(task, "title"));
    digest_task_why(task, &why);
    digest_write_item(digest->format, buf_str(&title), url, buf_str(&why), digest->out);
}

static enum status write_tasks(const struct digest *digest, struct error *err)
{
    _cleanup_json_ json_t *answer = NULL;
    const enum status status = service_tasks_json(digest->service, "open", &answer, err);
    const json_t *tasks = field(answer, "tasks");
    if (status != STATUS_OK)
        return status;
    digest_write_heading(digest->format, "What to do", digest->out);
    if (json_array_size(tasks) == 0) {
        digest_write_paragraph(digest->format, "Nothing stands out.", digest->out);
        return STATUS_OK;
    }
    digest_write_list(digest->format, digest->out);
    for (size_t i = 0; i < json_array_size(tasks) && i < TASKS_MOST; i++)
        write_task(digest, json_array_get(tasks, i));
    if (json_array_size(tasks) > TASKS_MOST) {
        _cleanup_free_ char *url = mem_printf("%s/insights/tasks", service_public_url(digest->service));
        _cleanup_free_ char *more =
            mem_printf("%zu more", json_array_size(tasks) - TASKS_MOST);
        digest_write_item(digest->format, more, url, NULL, digest->out);
    }
    digest_write_list_end(digest->format, digest->out);
    return STATUS_OK;
}

/* ---- What changed ---- */

static enum status write_changes(const struct digest *digest, struct error *err)
{
    _cleanup_json_ json_t *topics = NULL, *flow = NULL;
    _cleanup_buf_ struct buf line = BUF_INIT(LINE_BYTES);
    long long in = 0, out = 0;
    size_t i;
    json_t *row;
    enum status status = read_report(digest, "topics", digest->to_ms - TOPIC_DAYS * MS_PER_DAY,
                                     digest->to_ms, &topics, err);
    if (status == STATUS_OK)
        status = read_report(digest, "flow", digest->from_ms, digest->to_ms, &flow, err);
    if (status != STATUS_OK)
        return status;
    digest_write_heading(digest->format, "Tickets", digest->out);
    json_array_foreach(field(flow, "days"), i, row)
    {
        in += count_of(row, "in");
        out += count_of(row, "out");
    }
    buf_printf(&line, "%lld came in", in);
    if (json_is_integer(field(flow, "backlog")))
        buf_printf(&line, ", %lld were solved, %lld are open", out, count_of(flow, "backlog"));
    buf_add_str(&line, ".");
    digest_write_paragraph(digest->format, buf_str(&line), digest->out);
    json_array_foreach(field(topics, "rows"), i, row)
    {
        _cleanup_free_ char *why =
            mem_printf("a spike: %lld tickets in seven days, %lld in the seven before",
                       count_of(row, "last_week"), count_of(row, "week_before"));
        if (json_is_true(field(row, "spike")))
            digest_write_item(digest->format, text_of(row, "label"), NULL, why, digest->out);
    }
    return STATUS_OK;
}

/* ---- What it cannot say ---- */

static void write_limits(const struct digest *digest, const json_t *deflection)
{
    const json_t *left_out = field(deflection, "left_out");
    const json_t *unseen = field(field(deflection, "channels"), "unseen");
    _cleanup_buf_ struct buf line = BUF_INIT(LINE_BYTES);
    digest_write_heading(digest->format, "What these figures cannot say", digest->out);
    digest_write_list(digest->format, digest->out);
    digest_write_item(digest->format, NULL, NULL,
                      "People who open an article have harder questions than most: it says where "
                      "to look, not whose fault it is.",
                      digest->out);
    if (json_is_object(unseen)) {
        report_percent(json_number_value(field(unseen, "value")), &line);
        buf_add_str(&line, " of tickets came another way, which no suggestion saw.");
        digest_write_item(digest->format, NULL, NULL, buf_str(&line), digest->out);
        buf_truncate(&line, 0);
    }
    buf_printf(&line,
               "Left out: %lld visits of your own team, %lld that looked like robots, %lld with too "
               "many events.",
               count_of(left_out, "staff"), count_of(left_out, "robots"),
               count_of(left_out, "capped"));
    digest_write_item(digest->format, NULL, NULL, buf_str(&line), digest->out);
    digest_write_list_end(digest->format, digest->out);
}

enum status service_digest(struct service *service, int64_t to_ms, enum digest_format format,
                           struct buf *out, struct error *err)
{
    const struct digest digest = {service, format, to_ms - WEEK_DAYS * MS_PER_DAY, to_ms, out};
    const char *name = service_config(service)->site_name;
    _cleanup_json_ json_t *deflection = NULL;
    _cleanup_free_ char *title = NULL;
    char first[CLOCK_TEXT_SIZE], last[CLOCK_TEXT_SIZE];
    enum status status;
    clock_format_day(digest.from_ms, first);
    clock_format_day(to_ms - MS_PER_DAY, last);
    title = mem_printf("%s, %s to %s", name ? name : "Deflect", first, last);
    if (!title)
        return error_memory(err);
    digest_write_title(format, title, out);
    if (service_has_sample(service))
        digest_write_paragraph(format, "These figures come from made-up visits.", out);
    if ((status = write_figures(&digest, &deflection, err)) != STATUS_OK ||
        (status = write_tasks(&digest, err)) != STATUS_OK ||
        (status = write_changes(&digest, err)) != STATUS_OK)
        return status;
    write_limits(&digest, deflection);
    digest_write_end(format, out);
    return out->failed ? error_memory(err) : STATUS_OK;
}
