/* report_baseline.c: topics matched by id or words, weekly rates compared. */
#include "app/report/report_baseline.h"

#include "app/report/report_json.h"
#include "app/report/report_table.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "measure/topics.h"

#define DAYS_A_WEEK 7.0
#define ALIKE 0.5

/* One side of the comparison. */
struct side {
    const json_t *rows; /* topics */
    double weeks;
};

static int64_t count_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static double weeks_of(const json_t *report)
{
    int64_t from_ms = 0, to_ms = 0;
    if (!clock_parse_day(slice_of(text_of(report, "from")), &from_ms) ||
        !clock_parse_day(slice_of(text_of(report, "to")), &to_ms) || to_ms <= from_ms)
        return 0;
    return (double)(to_ms - from_ms) / (double)MS_PER_DAY / DAYS_A_WEEK;
}

/* ---- Matching ---- */

static bool has_word(const json_t *words, const char *word)
{
    size_t i;
    const json_t *item;
    json_array_foreach(words, i, item)
    {
        if (str_equal(json_string_value(item), word))
            return true;
    }
    return false;
}

/* Jaccard's index of the words of two topics. */
static double alike(const json_t *a, const json_t *b)
{
    const json_t *x = json_object_get(a, "words"), *y = json_object_get(b, "words"), *item;
    size_t shared = 0, i;
    json_array_foreach(x, i, item) shared += has_word(y, json_string_value(item));
    const size_t all = json_array_size(x) + json_array_size(y) - shared;
    return all ? (double)shared / (double)all : 0;
}

/* The topic of ROWS that TOPIC is, and that none has TAKEN; its size: none. */
static size_t match(const json_t *rows, const json_t *topic, const bool *taken)
{
    const size_t count = json_array_size(rows);
    size_t best = count;
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        const double likeness =
            str_equal(text_of(row, "topic"), text_of(topic, "topic")) ? 2 : alike(row, topic);
        if (!taken[i] && likeness >= ALIKE && likeness > most) {
            best = i;
            most = likeness;
        }
    }
    return best;
}

/* ---- Comparison ---- */

static struct estimate rate_change(int64_t then, double then_weeks, int64_t now, double now_weeks)
{
    struct estimate change = topics_change(then, now);
    const double longer = then_weeks / now_weeks;
    if (!change.known)
        return change;
    change.value = (1 + change.value) * longer - 1;
    change.low = (1 + change.low) * longer - 1;
    change.high = (1 + change.high) * longer - 1;
    return change;
}

/* THEN or NOW may be NULL: not among its topics. */
static json_t *compare(const struct side *before, const json_t *then, const struct side *present,
                       const json_t *now)
{
    const json_t *named = now ? now : then;
    const int64_t old_count = count_of(then, "tickets"), new_count = count_of(now, "tickets");
    const struct estimate change =
        then && now ? rate_change(old_count, before->weeks, new_count, present->weeks)
                    : (struct estimate){0};
    return json_pack("{s:s?, s:s?, s:s, s:I, s:I, s:f, s:f, s:o, s:O?}", "topic",
                     text_of(named, "topic"), "label", text_of(named, "label"), "state",
                     !then ? "new"
                     : now ? "both"
                           : "gone",
                     "tickets_then", (json_int_t)old_count, "tickets", (json_int_t)new_count,
                     "per_week_then", (double)old_count / before->weeks, "per_week",
                     (double)new_count / present->weeks, "change", report_estimate_json(change),
                     "documented", json_object_get(now, "documented"));
}

static json_t *rows_json(const struct side *before, const struct side *present, bool *taken)
{
    json_t *rows = json_array();
    size_t i;
    const json_t *topic;
    json_array_foreach(present->rows, i, topic)
    {
        const size_t found = match(before->rows, topic, taken);
        const json_t *then = json_array_get(before->rows, found);
        if (then)
            taken[found] = true;
        (void)json_array_append_new(rows, compare(before, then, present, topic));
    }
    json_array_foreach(before->rows, i, topic)
    {
        if (!taken[i])
            (void)json_array_append_new(rows, compare(before, topic, present, NULL));
    }
    return rows;
}

static enum status compare_reports(const json_t *audit, const json_t *topics, json_t **ret,
                                   struct error *err)
{
    const struct side before = {json_object_get(audit, "topics"), weeks_of(audit)},
                      present = {json_object_get(topics, "rows"), weeks_of(topics)};
    if (!str_equal(text_of(audit, "report"), "audit") || !json_is_array(before.rows) ||
        before.weeks <= 0) {
        (void)error_set(err, STATUS_UNPROCESSABLE, "the baseline is no audit");
        error_hint(err, "write one with: deflect audit FILE --format json > audit.json");
        return STATUS_UNPROCESSABLE;
    }
    _cleanup_free_ bool *taken = mem_zero(json_array_size(before.rows) + 1, sizeof *taken);
    if (!taken)
        return error_memory(err);
    *ret = json_pack(
        "{s:O, s:O, s:{s:O?, s:O, s:O, s:O?}, s:o}", "from", json_object_get(topics, "from"), "to",
        json_object_get(topics, "to"), "baseline", "file", json_object_get(audit, "file"), "from",
        json_object_get(audit, "from"), "to", json_object_get(audit, "to"), "tickets",
        json_object_get(audit, "tickets"), "rows", rows_json(&before, &present, taken));
    return *ret ? STATUS_OK : error_memory(err);
}

/* ---- Forms ---- */

static const struct report_column columns[] = {
    {"topic", NULL, COLUMN_TEXT},
    {"label", "Topic", COLUMN_TEXT},
    {"state", "In", COLUMN_TEXT},
    {"tickets_then", NULL, COLUMN_COUNT},
    {"tickets", "Tickets", COLUMN_COUNT},
    {"per_week_then", "A week then", COLUMN_NUMBER},
    {"per_week", "A week now", COLUMN_NUMBER},
    {"change", "Change", COLUMN_RATE},
    {"documented", "Documented", COLUMN_FLAG},
    {0},
};

static void write_text(const json_t *report, struct buf *out)
{
    const json_t *baseline = json_object_get(report, "baseline");
    buf_printf(
        out,
        "Topics, %s to before %s (UTC), beside those of the audit of %s, %s to before %s\n"
        "  “new” was not among the audit's topics, “gone” is not among today's. A change says "
        "that something changed, not what caused it.\n\n",
        text_of(report, "from"), text_of(report, "to"), text_of(baseline, "file"),
        text_of(baseline, "from"), text_of(baseline, "to"));
    report_table_text(json_object_get(report, "rows"), columns, out);
}

static enum status read_topics(struct service *service, const struct report_request *request,
                               json_t **ret, struct error *err)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_HTTP_RESPONSE);
    struct report_request topics = *request;
    topics.kind = "topics";
    topics.format = REPORT_JSON;
    enum status status = service_report(service, &topics, &text, err);
    return status ? status : json_read((struct slice){buf_str(&text), text.length}, ret, err);
}

enum status service_report_since(struct service *service, const struct report_request *request,
                                 const json_t *audit, struct buf *out, struct error *err)
{
    _cleanup_json_ json_t *topics = NULL, *report = NULL;
    enum status status = read_topics(service, request, &topics, err);
    if (!status)
        status = compare_reports(audit, topics, &report, err);
    if (status)
        return status;
    if (request->format == REPORT_CSV) {
        report_table_csv(json_object_get(report, "rows"), columns, out);
    } else if (request->format == REPORT_TEXT) {
        write_text(report, out);
    } else {
        _cleanup_free_ char *text = json_text(report);
        if (!text)
            return error_memory(err);
        buf_add_str(out, text);
    }
    return out->failed ? error_memory(err) : STATUS_OK;
}
