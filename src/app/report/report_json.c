/* report_json.c: see the public contract, section on reports, for every field. */
#include "app/report/report_json.h"

#include "base/clock.h"
#include "base/json.h"

#include <math.h>
#include <string.h>

/* More digits than that are noise; null for what has no bound. */
static json_t *number(double value)
{
    return !isfinite(value) ? json_null() : json_real(round(value * 1e6) / 1e6);
}

json_t *report_estimate_json(struct estimate estimate)
{
    if (!estimate.known)
        return json_null();
    return json_pack("{s:o, s:o, s:o}", "value", number(estimate.value), "low",
                     number(estimate.low), "high", number(estimate.high));
}

json_t *report_day_json(int64_t time_ms)
{
    char day[CLOCK_TEXT_SIZE];
    clock_format_day(time_ms, day);
    return json_string(day);
}

json_t *report_texts_json(const char *const *texts, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < count && texts[i]; i++)
        (void)json_array_append_new(list, json_string(texts[i]));
    return list;
}

static json_t *counts_json(const struct deflection_counts *counts)
{
    json_t *object = json_pack("{s:I}", "closed", (json_int_t)deflection_closed(counts));
    for (int i = 0; object && i < EPISODE_OUTCOMES; i++) {
        const enum episode_outcome outcome = (enum episode_outcome)i;
        (void)json_object_set_new(object, episode_outcome_name(outcome),
                                  json_integer(counts->outcomes[i]));
    }
    (void)json_object_set_new(object, "open", json_integer(counts->open));
    return object;
}

static json_t *days_json(const struct deflection *d)
{
    json_t *days = json_array();
    for (size_t i = 0; days && i < d->day_count; i++) {
        json_t *day = counts_json(&d->days[i]);
        (void)json_object_set_new(day, "day",
                                  report_day_json(d->from_ms + (int64_t)i * MS_PER_DAY));
        (void)json_object_set_new(day, "confirmed_rate",
                                  report_estimate_json(deflection_confirmed(&d->days[i])));
        (void)json_object_set_new(day, "potential_rate",
                                  report_estimate_json(deflection_potential(&d->days[i])));
        if (json_array_append_new(days, day) < 0) {
            json_decref(days);
            return NULL;
        }
    }
    return days;
}

static json_t *arm_json(struct tally tally)
{
    return json_pack("{s:I, s:I, s:o}", "closed", (json_int_t)tally.n, "ticket",
                     (json_int_t)tally.hits, "ticket_rate",
                     report_estimate_json(stats_wilson(tally)));
}

static json_t *lift_json(const struct deflection_lift *lift, double share)
{
    json_t *needed = lift->power.needed < 0 ? json_null() : json_integer(lift->power.needed);
    return json_pack("{s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "lift",
                     report_estimate_json(lift->lift), "tickets_avoided",
                     report_estimate_json(lift->tickets_avoided), "enough", lift->power.enough,
                     "needed", needed, "share", number(share), "holdout", arm_json(lift->holdout),
                     "suggest", arm_json(lift->suggest));
}

json_t *report_deflection_json(const struct deflection *d, double share, double min_lift)
{
    const struct deflection_lift lift = deflection_lift(d, share, min_lift);
    const struct tally identified = {d->identified, deflection_closed(&d->totals)};
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:{s:I, s:I, s:I}}", "from",
                     report_day_json(d->from_ms), "to", report_day_json(d->to_ms), "days",
                     days_json(d), "totals", counts_json(&d->totals), "confirmed_rate",
                     report_estimate_json(deflection_confirmed(&d->totals)), "potential_rate",
                     report_estimate_json(deflection_potential(&d->totals)), "holdout",
                     lift_json(&lift, share), "searches", counts_json(&d->searches), "identified",
                     report_estimate_json(stats_wilson(identified)), "left_out", "staff",
                     (json_int_t)d->left_out.staff, "robots", (json_int_t)d->left_out.robots,
                     "capped", (json_int_t)d->left_out.capped);
}

static json_t *article_json(const struct articles_row *row, const char *title)
{
    json_t *median =
        row->read_ms_median < 0 ? json_null() : json_integer(llround(row->read_ms_median));
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:o, s:o, s:o, s:b}",
                     "article", row->article, "title", title, "shown", (json_int_t)row->shown,
                     "viewed", (json_int_t)row->viewed, "failed", (json_int_t)row->failed,
                     "failed_last", (json_int_t)row->failed_last, "solved", (json_int_t)row->solved,
                     "up", (json_int_t)row->up, "down", (json_int_t)row->down, "read_ms_median",
                     median, "linked", (json_int_t)row->linked, "fail_rate",
                     report_estimate_json(row->fail_rate), "shrunk_rate",
                     report_estimate_json(row->shrunk_rate), "excess_tickets",
                     number(row->excess_tickets), "contact_expected", row->contact_expected);
}

static json_t *side_json(const struct versions_side *side)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:o, s:o}", "viewed", (json_int_t)side->viewed, "failed",
                     (json_int_t)side->failed, "failed_last", (json_int_t)side->failed_last,
                     "solved", (json_int_t)side->solved, "fail_rate",
                     report_estimate_json(side->fail_rate), "shrunk_rate",
                     report_estimate_json(side->shrunk_rate));
}

static json_t *edit_json(const struct versions_edit *edit)
{
    char at[CLOCK_TEXT_SIZE];
    clock_format(edit->at_ms, at);
    return json_pack(
        "{s:s, s:s, s:I, s:o, s:o, s:o, s:{s:I, s:o}, s:o, s:b}", "version", edit->version, "at",
        at, "span_days", (json_int_t)edit->span_days, "before", side_json(&edit->before), "after",
        side_json(&edit->after), "change", report_estimate_json(edit->change), "others", "articles",
        (json_int_t)edit->others, "change", report_estimate_json(edit->others_change), "difference",
        report_estimate_json(edit->difference), "too_early", edit->too_early);
}

static json_t *edits_json(const struct versions *versions, const char *article)
{
    json_t *edits = json_array();
    for (size_t i = 0; edits && i < versions_count(versions); i++) {
        const struct versions_edit *edit = versions_edit(versions, i);
        if (strcmp(edit->article, article) != 0)
            continue;
        if (json_array_append_new(edits, edit_json(edit)) < 0) {
            json_decref(edits);
            return NULL;
        }
    }
    return edits;
}

json_t *report_articles_json(const struct articles *articles, const struct versions *versions,
                             int64_t from_ms, int64_t to_ms,
                             const char *(*title)(void *arg, const char *article), void *arg)
{
    _cleanup_json_ json_t *rows = json_array();
    for (size_t i = 0; rows && i < articles_count(articles); i++) {
        const struct articles_row *row = articles_row(articles, i);
        json_t *object = article_json(row, title(arg, row->article));
        if (json_object_set_new(object, "versions", edits_json(versions, row->article)) < 0 ||
            json_array_append_new(rows, object) < 0)
            return NULL;
    }
    return json_pack("{s:o, s:o, s:o, s:O}", "from", report_day_json(from_ms), "to",
                     report_day_json(to_ms), "base_rate",
                     report_estimate_json(articles_base_rate(articles)), "rows", rows);
}
