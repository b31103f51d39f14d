/* report_words.c: plain words for the figures, and for what they cannot tell. */
#include "app/report/report_words.h"

#include "app/report/report_auto.h"
#include "app/report/report_table.h"

#include <math.h>

static int64_t count_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static double member(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void rate_line(const char *label, const json_t *rate, int64_t n, const char *meaning,
                      struct buf *out)
{
    buf_printf(out, "  %s ", label);
    report_rate_words(rate, n, out);
    buf_printf(out, ": %s\n", meaning);
}

static void needed_words(const json_t *holdout, struct buf *out)
{
    if (json_is_null(json_object_get(holdout, "needed")))
        buf_add_str(out, "  Hold-out    none: only a hold-out shows what suggestions caused "
                         "(config key holdout)\n");
    else
        buf_printf(out, "  Hold-out    too few to say: %lld more held-out episodes are needed\n",
                   (long long)count_of(holdout, "needed"));
}

static void holdout_words(const json_t *holdout, struct buf *out)
{
    const json_t *lift = json_object_get(holdout, "lift"),
                 *avoided = json_object_get(holdout, "tickets_avoided");
    if (!json_is_true(json_object_get(holdout, "enough"))) {
        needed_words(holdout, out);
        return;
    }
    buf_printf(out,
               "  Hold-out    without suggestions %.0f points more tickets, likely %.0f to %.0f\n",
               member(lift, "value") * 100, member(lift, "low") * 100, member(lift, "high") * 100);
    buf_printf(out, "  Avoided     %.0f tickets, likely %.0f to %.0f", member(avoided, "value"),
               member(avoided, "low"), member(avoided, "high"));
    buf_add_str(out, member(avoided, "low") <= 0 ? "; that may be none at all\n" : "\n");
}

static void known_words(const json_t *report, struct buf *out)
{
    const json_t *after = json_object_get(json_object_get(report, "known_contacts"), "7");
    const json_t *unseen = json_object_get(json_object_get(report, "channels"), "unseen");
    if (json_is_object(after)) {
        buf_add_str(out, "  After a week");
        buf_add_char(out, ' ');
        report_percent(member(after, "value"), out);
        buf_printf(out,
                   ", likely %.0f–%.0f %%: potential rate of known contacts who did not write "
                   "within 7 days either\n",
                   member(after, "low") * 100, member(after, "high") * 100);
    }
    if (json_is_object(unseen)) {
        buf_add_str(out, "  Unseen      ");
        report_percent(member(unseen, "value"), out);
        buf_add_str(out, " of the desk's tickets came another way than a form with suggestions\n");
    }
}

static void confidence_words(const json_t *confidence, struct buf *out)
{
    const json_t *right = json_object_get(confidence, "right");
    if (!json_is_object(right))
        return;
    buf_add_str(out, "  Sure        ");
    report_rate_words(right, count_of(confidence, "judged"), out);
    buf_add_str(out, ": of first results shown as sure, those that visitors or agents found right\n");
    if (count_of(confidence, "raised") > 0)
        buf_printf(out,
                   "              fewer than 80 %% were right, so it takes an estimated chance of %.0f "
                   "%% to be sure since %.10s\n",
                   member(confidence, "threshold") * 100,
                   json_string_value(json_object_get(confidence, "since")));
}

static void left_out_words(const json_t *left_out, struct buf *out)
{
    const int64_t staff = count_of(left_out, "staff"), robots = count_of(left_out, "robots"),
                  capped = count_of(left_out, "capped");
    if (staff + robots + capped > 0)
        buf_printf(
            out,
            "  Left out    sessions of staff %lld, of robots %lld, with too many events %lld\n",
            (long long)staff, (long long)robots, (long long)capped);
}

void report_deflection_words(const json_t *report, struct buf *out)
{
    const json_t *totals = json_object_get(report, "totals"),
                 *searches = json_object_get(report, "searches");
    const int64_t closed = count_of(totals, "closed"), open = count_of(totals, "open");
    buf_printf(out, "%lld requests begun and closed", (long long)closed);
    if (open > 0)
        buf_printf(out, "; %lld more are still open and in no rate", (long long)open);
    buf_add_char(out, '\n');
    rate_line("Confirmed  ", json_object_get(report, "confirmed_rate"), closed,
              "said that it answered their question, and filed no ticket", out);
    rate_line("Potential  ", json_object_get(report, "potential_rate"), closed,
              "that, or read something and filed no ticket", out);
    holdout_words(json_object_get(report, "holdout"), out);
    rate_line("Known      ", json_object_get(report, "identified"), closed,
              "left an address, so that a ticket by e-mail would be seen", out);
    known_words(report, out);
    if (count_of(searches, "closed") > 0)
        buf_printf(out,
                   "  Help centre %lld visits that only searched, counted apart: %lld solved, %lld "
                   "read, %lld left\n",
                   (long long)count_of(searches, "closed"), (long long)count_of(searches, "solved"),
                   (long long)count_of(searches, "read"), (long long)count_of(searches, "left"));
    report_auto_reply_words(json_object_get(report, "auto_reply"), out);
    confidence_words(json_object_get(report, "confidence"), out);
    left_out_words(json_object_get(report, "left_out"), out);
}

void report_articles_words(const json_t *report, struct buf *out)
{
    int64_t viewed = 0;
    size_t index;
    const json_t *row;
    json_array_foreach(json_object_get(report, "rows"), index, row)
    {
        if (!json_is_true(json_object_get(row, "contact_expected")))
            viewed += count_of(row, "viewed");
    }
    rate_line("Base rate", json_object_get(report, "base_rate"), viewed,
              "of all articles' readings ended in a ticket", out);
    buf_add_str(
        out,
        "  Excess is how many tickets more than that an article's readers filed, after allowing "
        "for chance.\n"
        "  It says where readers still needed help, not why: some came with a ticket in mind.\n");
}
