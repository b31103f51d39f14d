/* audit_view.c: what the figures of an audit mean, in sentences. */
#include "app/report/audit_view.h"

#include "app/report/report_table.h"
#include "base/clock.h"
#include "base/str.h"

#include <stdarg.h>

enum { LINE_BYTES = 1000, TOPICS_SHOWN = 15, DRIVERS = 10 };

static int64_t count_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static double percent_of(const json_t *rate)
{
    return 100 * json_number_value(json_object_get(rate, "value"));
}

/* ---- Building blocks ---- */

static void add_line(json_t *section, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void add_line(json_t *section, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length > 0)
        (void)json_array_append_new(json_object_get(section, "lines"),
                                    json_stringn(line, utf8_cut(slice_of(line), LINE_BYTES)));
}

static json_t *add_section(json_t *view, const char *title)
{
    json_t *section = json_pack("{s:s, s:[]}", "title", title, "lines");
    (void)json_array_append_new(json_object_get(view, "sections"), section);
    return section;
}

static json_t *cell(const char *text, bool number)
{
    return json_pack("{s:s, s:b}", "text", text, "number", number);
}

static json_t *count_cell(int64_t count)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)count);
    return cell(text, true);
}

/* A rate, with a bar beside it where there is room for one. */
static json_t *share_cell(const json_t *rate)
{
    struct buf text = BUF_INIT(LINE_BYTES);
    json_t *value;
    if (json_is_object(rate))
        report_percent(json_number_value(json_object_get(rate, "value")), &text);
    else
        buf_add_str(&text, "–");
    value = cell(buf_str(&text), true);
    if (json_is_object(rate))
        (void)json_object_set_new(value, "share", json_sprintf("%.1f", percent_of(rate)));
    buf_done(&text);
    return value;
}

/* HEADS: apart by '|'; those that begin with '#' are numbers. */
static json_t *add_table(json_t *section, const char *heads)
{
    json_t *table = json_pack("{s:[], s:[]}", "head", "rows");
    struct slice rest = slice_of(heads), head;
    while (slice_split(&rest, '|', &head)) {
        const bool number = *head.ptr == '#';
        char text[LINE_BYTES];
        (void)snprintf(text, sizeof text, "%.*s", (int)head.length - number, head.ptr + number);
        (void)json_array_append_new(json_object_get(table, "head"), cell(text, number));
    }
    (void)json_object_set_new(section, "table", table);
    return json_object_get(table, "rows");
}

static void add_figure(json_t *view, const char *value, const char *label, const char *note)
{
    (void)json_array_append_new(
        json_object_get(view, "figures"),
        json_pack("{s:s, s:s, s:s}", "value", value, "label", label, "note", note));
}

/* A figure from a rate: "38 %" with "likely 31–45 %, of 187" below. */
static void add_rate_figure(json_t *view, const json_t *rate, int64_t n, const char *label)
{
    _cleanup_buf_ struct buf words = BUF_INIT(LINE_BYTES);
    report_rate_words(rate, n, &words);
    char *text = words.data, *comma = text ? strchr(text, ',') : NULL;
    if (comma)
        *comma = '\0';
    add_figure(view, text ? text : "", label, comma ? comma + 2 : "");
}

/* ---- Figures ---- */

static int64_t driver_tickets(const json_t *report)
{
    int64_t sum = 0;
    size_t i;
    const json_t *topic;
    json_array_foreach(json_object_get(report, "topics"), i, topic) sum +=
        i < DRIVERS ? count_of(topic, "tickets") : 0;
    return sum;
}

static void add_figures(json_t *view, const json_t *report)
{
    const int64_t all = count_of(report, "tickets");
    const json_t *found = json_object_get(report, "found"),
                 *duplicates = json_object_get(report, "duplicates");
    const int64_t repeated = count_of(json_object_get(duplicates, "same"), "tickets") +
                             count_of(json_object_get(duplicates, "near"), "tickets");
    char text[64];
    _cleanup_buf_ struct buf share = BUF_INIT(LINE_BYTES);
    (void)snprintf(text, sizeof text, "%lld", (long long)all);
    add_figure(view, text, "tickets", "");
    (void)snprintf(text, sizeof text, "%.0f a week",
                   json_number_value(json_object_get(report, "per_week")));
    (void)json_object_set_new(json_array_get(json_object_get(view, "figures"), 0), "note",
                              json_string(text));
    if (json_is_object(found))
        add_rate_figure(view, json_object_get(json_object_get(found, "high"), "share"),
                        count_of(found, "replayed"),
                        "would have met a sure answer in the present articles");
    report_percent((double)driver_tickets(report) / (double)all, &share);
    add_figure(view, buf_str(&share), "are about the ten largest topics", "");
    buf_truncate(&share, 0);
    report_percent((double)repeated / (double)all, &share);
    add_figure(view, buf_str(&share), "repeat what another ticket said, nearly word for word", "");
}

/* ---- Sections ---- */

/* How else customers put what is wanted of ITEM; NULL: all alike. */
static const char *other_words(const json_t *item)
{
    return json_string_value(json_array_get(json_object_get(item, "phrases"), 1));
}

static bool any_other_words(const json_t *list)
{
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item)
    {
        if (other_words(item))
            return true;
    }
    return false;
}

static void add_write(json_t *view, const json_t *report)
{
    const json_t *list = json_object_get(report, "write"), *item;
    json_t *section = add_section(view, "Write these first"), *rows;
    const bool others = any_other_words(list);
    size_t i;
    if (json_array_size(list) == 0) {
        add_line(section, "No topic of three tickets or more goes without an answer.");
        return;
    }
    add_line(section, "Topics by the tickets that no article answers for sure. “Improve” names an "
                      "article that comes near.");
    rows = add_table(section, others ? "What customers ask|#Tickets|#Unanswered|To do|In other words"
                                     : "What customers ask|#Tickets|#Unanswered|To do");
    json_array_foreach(list, i, item)
    {
        const char *other = other_words(item), *nearest = text_of(item, "nearest_title");
        json_t *cells;
        char todo[LINE_BYTES];
        (void)snprintf(todo, sizeof todo, "%s%s%s", *nearest ? "Improve “" : "Write it", nearest,
                       *nearest ? "”" : "");
        cells = json_pack("[o,o,o,o]", cell(text_of(item, "label"), false),
                          count_cell(count_of(item, "tickets")),
                          count_cell(count_of(item, "unanswered")), cell(todo, false));
        if (others)
            (void)json_array_append_new(cells, cell(other ? other : "", false));
        (void)json_array_append_new(rows, json_pack("{s:o}", "cells", cells));
    }
}

static void add_topics(json_t *view, const json_t *report)
{
    const json_t *list = json_object_get(report, "topics"), *topic;
    json_t *section = add_section(view, "What tickets are about"), *rows;
    size_t i;
    if (json_array_size(list) == 0) {
        add_line(section, "No three tickets are about the same thing.");
        return;
    }
    add_line(section, "Tickets with like words, grouped; named by their commonest subject. ▲ marks "
                      "one that grew in the last week more than chance explains.");
    rows = add_table(section, "Topic|#Tickets|#Share|#Last week|#Week before|#Answered");
    json_array_foreach(list, i, topic)
    {
        const json_t *found = json_object_get(topic, "found");
        char label[LINE_BYTES];
        if (i >= TOPICS_SHOWN)
            break;
        (void)snprintf(label, sizeof label, "%s%s", text_of(topic, "label"),
                       json_is_true(json_object_get(topic, "spike")) ? " ▲" : "");
        (void)json_array_append_new(
            rows, json_pack("{s:[o,o,o,o,o,o]}", "cells", cell(label, false),
                            count_cell(count_of(topic, "tickets")),
                            share_cell(json_object_get(topic, "share")),
                            count_cell(count_of(topic, "last_week")),
                            count_cell(count_of(topic, "week_before")),
                            share_cell(json_object_get(json_object_get(found, "high"), "share"))));
    }
}

static void add_found(json_t *view, const json_t *report)
{
    static const struct {
        const char *level, *meaning;
    } levels[] = {
        {"high", "sure: on our test sets at least four of five such first results are right"},
        {"medium", "likely: worth offering, more often right than not"},
        {"low", "unsure: offered last, seldom right"},
        {"none", "nothing was found"},
    };
    const json_t *found = json_object_get(report, "found");
    json_t *section = add_section(view, "What the present articles would have answered"), *rows;
    const int64_t replayed = count_of(found, "replayed");
    if (!json_is_object(found)) {
        add_line(section,
                 "There is no folder of articles here, so every topic counts as unanswered. Run "
                 "again with --articles DIR to see what is answered already.");
        return;
    }
    add_line(section,
             "%lld of the tickets were asked of the %lld articles as they are today, with the "
             "customers' own words; by how sure the first result is.",
             (long long)replayed, (long long)count_of(report, "articles"));
    rows = add_table(section, "First result|#Tickets|#Share|It means");
    for (size_t i = 0; i < ARRAY_LENGTH(levels); i++) {
        const json_t *level = json_object_get(found, levels[i].level);
        (void)json_array_append_new(rows, json_pack("{s:[o,o,o,o]}", "cells",
                                                    cell(levels[i].level, false),
                                                    count_cell(count_of(level, "tickets")),
                                                    share_cell(json_object_get(level, "share")),
                                                    cell(levels[i].meaning, false)));
    }
    add_line(section, "An answer that is found is not one that is read: this is the most that "
                      "suggestions could do, not what they will.");
}

static void add_duplicates(json_t *view, const json_t *report)
{
    const json_t *duplicates = json_object_get(report, "duplicates"), *group;
    const int64_t all = count_of(report, "tickets");
    json_t *section = add_section(view, "Asked more than once");
    static const struct {
        const char *key, *words;
    } kinds[] = {{"same", "say the same as an earlier ticket"},
                 {"near", "share four fifths of their words or more with an earlier one"},
                 {"same_person", "are one of these, from the same person within a week"}};
    size_t i;
    for (i = 0; i < ARRAY_LENGTH(kinds); i++) {
        const json_t *kind = json_object_get(duplicates, kinds[i].key);
        _cleanup_buf_ struct buf words = BUF_INIT(LINE_BYTES);
        report_percent((double)count_of(kind, "tickets") / (double)all, &words);
        add_line(section, "%lld of %lld (%s) %s.", (long long)count_of(kind, "tickets"),
                 (long long)all, buf_str(&words), kinds[i].words);
    }
    if (json_array_size(json_object_get(duplicates, "groups")) == 0)
        return;
    json_t *rows = add_table(section, "Said most often|#Tickets");
    json_array_foreach(json_object_get(duplicates, "groups"), i, group)(void) json_array_append_new(
        rows, json_pack("{s:[o,o]}", "cells", cell(text_of(group, "label"), false),
                        count_cell(count_of(group, "tickets"))));
}

static void add_categories(json_t *view, const json_t *report)
{
    const json_t *list = json_object_get(report, "categories"), *item;
    size_t i;
    if (json_array_size(list) < 2)
        return;
    json_t *rows =
        add_table(add_section(view, "Categories of the help desk"), "Category|#Tickets|#Share");
    json_array_foreach(list, i, item)
    {
        const char *name = text_of(item, "category");
        (void)json_array_append_new(rows, json_pack("{s:[o,o,o]}", "cells",
                                                    cell(*name ? name : "(none)", false),
                                                    count_cell(count_of(item, "tickets")),
                                                    share_cell(json_object_get(item, "share"))));
    }
}

static void hours_words(double hours, char text[32])
{
    if (hours < 48)
        (void)snprintf(text, 32, "%.1f hours", hours);
    else
        (void)snprintf(text, 32, "%.1f days", hours / 24);
}

static void add_ages(json_t *view, const json_t *report)
{
    const json_t *ages = json_object_get(report, "ages"),
                 *open = json_object_get(ages, "open_days"), *count;
    json_t *section = add_section(view, "How old they get");
    _cleanup_buf_ struct buf words = BUF_INIT(LINE_BYTES);
    char median[32], p90[32];
    const char *days;
    if (count_of(ages, "timed") > 0) {
        hours_words(json_number_value(json_object_get(ages, "median_hours")), median);
        hours_words(json_number_value(json_object_get(ages, "p90_hours")), p90);
        add_line(section,
                 "Half of the %lld tickets with a time of solving were solved within %s, nine of "
                 "ten within %s.",
                 (long long)count_of(ages, "timed"), median, p90);
    }
    json_object_foreach((json_t *)open, days, count)
        buf_printf(&words, "%s%lld of %s days", words.length ? ", " : "",
                   (long long)json_integer_value(count), days);
    add_line(section, "%lld were open at the end: %s.", (long long)count_of(ages, "open"),
             buf_str(&words));
}

static void add_reading(json_t *view, const json_t *report)
{
    json_t *section = add_section(view, "How the file was read");
    _cleanup_buf_ struct buf used = BUF_INIT(LINE_BYTES), unused = BUF_INIT(LINE_BYTES);
    const json_t *item;
    size_t i;
    json_array_foreach(json_object_get(report, "columns"), i, item)
    {
        const char *field = text_of(item, "field");
        struct buf *out = *field ? &used : &unused;
        buf_printf(out, "%s%s%s%s", out->length ? ", " : "", text_of(item, "column"),
                   *field ? " → " : "", field);
    }
    add_line(section, "Columns: %s.", buf_str(&used));
    if (unused.length)
        add_line(section, "Not used: %s.", buf_str(&unused));
    add_line(section,
             "%lld tickets were read, %lld rows could not be, %lld were spam or merged and stand "
             "in no figure.",
             (long long)count_of(report, "tickets"), (long long)count_of(report, "rejected"),
             (long long)count_of(report, "left_out"));
    json_array_foreach(json_object_get(report, "rejects"), i, item) add_line(
        section, "Line %lld: %s", (long long)count_of(item, "line"), text_of(item, "reason"));
    add_line(section,
             "E-mail addresses, telephone numbers, cards, keys and the senders' names were taken "
             "out of all words before anything was counted. Other names may remain.");
}

/* "2026-05-01 to 2026-07-31 (UTC), made 2026-11-22" */
static json_t *period_json(const json_t *report)
{
    char last[CLOCK_TEXT_SIZE] = "";
    int64_t to_ms;
    if (clock_parse_day(slice_of(text_of(report, "to")), &to_ms))
        clock_format_day(to_ms - MS_PER_DAY, last);
    return json_sprintf("%s to %s (UTC), made %.10s", text_of(report, "from"), last,
                        text_of(report, "made"));
}

json_t *audit_view(const json_t *report)
{
    json_t *view = json_pack("{s:o, s:o, s:[], s:[]}", "title",
                             json_sprintf("Audit of %s", text_of(report, "file")), "period",
                             period_json(report), "figures", "sections");
    if (!view)
        return NULL;
    add_figures(view, report);
    add_write(view, report);
    add_topics(view, report);
    add_found(view, report);
    add_duplicates(view, report);
    add_categories(view, report);
    add_ages(view, report);
    add_reading(view, report);
    return view;
}
