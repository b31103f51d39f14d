/* honesty_run.c: simulate, measure, compare. */
#include "honesty_run.h"

#include "base/clock.h"
#include "base/mem.h"
#include "measure/articles.h"
#include "measure/deflection.h"
#include "measure/event_copy.h"
#include "measure/figures.h"
#include "measure/simulate.h"
#include "measure/topics.h"
#include "measure/versions.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FROM_MS INT64_C(1772323200000) /* 2026-03-01T00:00:00Z */
#define WORST 5
#define SEEN_LEAST 10 /* readers, for an article to look bad */
#define EDIT_VISITS                                                                                \
    4 /* times the public of the others: an edit is told by two months of readers                  \
       */

struct log {
    struct event *events; /* each in one block behind `blocks` */
    struct event **blocks;
    size_t count, events_capacity, blocks_capacity;
};

static void log_done(struct log *log)
{
    for (size_t i = 0; i < log->count; i++)
        mem_free(log->blocks[i]);
    mem_free(log->blocks);
    mem_free(log->events);
}

static bool log_event_copy(void *arg, const struct event *event)
{
    struct log *log = arg;
    if (mem_grow(&log->events, &log->events_capacity, log->count, sizeof *log->events) < 0 ||
        mem_grow(&log->blocks, &log->blocks_capacity, log->count, sizeof(struct event *)) < 0 ||
        !(log->blocks[log->count] = event_copy(event)))
        return false;
    log->events[log->count] = *log->blocks[log->count];
    log->events[log->count].sequence = (int64_t)log->count + 1;
    log->count++;
    return true;
}

const char *honesty_row_name(enum honesty_row row)
{
    static const char *const names[HONESTY_ROWS] = {
        "confirmed rate",           "potential rate",
        "hold-out lift, one share", "hold-out lift, two shares",
        "fail rates, n >= 30",      "fail rates, small cells",
        "shrunk fail rates",        "edits that helped",
        "edits of no effect",
    };
    return names[row];
}

double honesty_coverage(const struct honesty *honesty, enum honesty_row row)
{
    return (double)honesty->covered[row] / (double)honesty->intervals[row];
}

static void check(struct honesty *honesty, enum honesty_row row, struct estimate estimate,
                  double truth)
{
    if (!estimate.known)
        return;
    honesty->intervals[row]++;
    honesty->covered[row] += estimate.low <= truth && truth <= estimate.high;
}

/* How often Wilson's interval of N trials holds RATE: the sum over all outcomes. */
static double exact_coverage(int64_t n, double rate)
{
    double coverage = 0;
    for (int64_t hits = 0; hits <= n; hits++) {
        const struct estimate e = stats_wilson((struct tally){hits, n});
        if (e.low <= rate && rate <= e.high)
            coverage += gsl_ran_binomial_pdf((unsigned)hits, rate, (unsigned)n);
    }
    return coverage;
}

/* ---- Deflection ---- */

static void check_deflection(struct honesty *honesty, const struct simulate_options *options,
                             const struct simulate_truth *truth, const struct deflection *d)
{
    double potential = 0;
    for (size_t i = 0; i < options->article_count; i++)
        potential += truth->popularity[i] * options->read_share * (1 - truth->fail[i]);
    potential *= 1 - options->holdout;
    check(honesty, HONESTY_POTENTIAL, deflection_potential(&d->totals), potential);
    check(honesty, HONESTY_CONFIRMED, deflection_confirmed(&d->totals),
          potential * options->solved_share);
    check(honesty, HONESTY_LIFT, deflection_lift(d, options->holdout, 0.1).lift, truth->lift);
}

/* ---- Articles ---- */

struct ranked {
    size_t article;
    double value;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return (x->article > y->article) - (x->article < y->article);
}

/* How many of the first WORST of A are among the first WORST of B. */
static int64_t found(const struct ranked *a, const struct ranked *b)
{
    int64_t count = 0;
    for (size_t i = 0; i < WORST; i++) {
        for (size_t k = 0; k < WORST; k++)
            count += a[i].article == b[k].article;
    }
    return count;
}

static void check_article(struct honesty *honesty, const struct articles_row *row, double fail)
{
    const double n = (double)row->viewed;
    const bool large = row->viewed >= 30 && n * fail >= 5 && n * (1 - fail) >= 5;
    const enum honesty_row cell = large ? HONESTY_FAIL : HONESTY_FAIL_SMALL;
    if (row->viewed == 0)
        return;
    check(honesty, cell, row->fail_rate, fail);
    honesty->exact[cell] += exact_coverage(row->viewed, fail);
    check(honesty, HONESTY_SHRUNK, row->shrunk_rate, fail);
}

static bool check_articles(struct honesty *honesty, const struct simulate_options *options,
                           const struct simulate_truth *truth, const struct articles *articles)
{
    const size_t count = options->article_count;
    _cleanup_free_ struct ranked *lists = mem_zero(3 * count, sizeof *lists);
    if (!lists)
        return false;
    struct ranked *true_excess = lists, *excess = lists + count, *raw = lists + 2 * count;
    double views = 0, fails = 0;
    for (size_t i = 0; i < count; i++) {
        views += truth->popularity[i];
        fails += truth->popularity[i] * truth->fail[i];
        true_excess[i].article = excess[i].article = raw[i].article = i;
        excess[i].value = raw[i].value = -INFINITY;
    }
    for (size_t i = 0; i < count; i++)
        true_excess[i].value = truth->popularity[i] * (truth->fail[i] - fails / views);
    for (size_t i = 0; i < articles_count(articles); i++) {
        const struct articles_row *row = articles_row(articles, i);
        const size_t article = (size_t)strtoul(row->article + sizeof "article-" - 1, NULL, 10) - 1;
        check_article(honesty, row, truth->fail[article]);
        excess[article].value = row->excess_tickets;
        raw[article].value = row->fail_rate.known ? row->fail_rate.value : -INFINITY;
    }
    for (size_t i = 0; i < 3; i++)
        qsort(lists + i * count, count, sizeof *lists, compare_ranked);
    honesty->worst += WORST;
    honesty->worst_by_excess += found(true_excess, excess);
    honesty->worst_by_raw += found(true_excess, raw);
    return true;
}

/* ---- Spikes ---- */

/* The simulation asks for each topic in one and the same way: its words are their own normal form.
 */
static bool own_words(void *arg, const char *text, const char *lang, struct buf *out)
{
    (void)arg;
    (void)lang;
    for (const char *c = text; *c && *c != '\n'; c++)
        buf_add_char(out, *c);
    return !out->failed;
}

/* Whether the topics report of the period shows a spike. */
static bool report_spikes(const struct log *log, int64_t from_ms, int64_t to_ms, bool *ret)
{
    const struct topics_options topics_options = {
        .from_ms = from_ms, .to_ms = to_ms, .wording = own_words};
    _cleanup_(topics_freep) struct topics *topics = topics_new(&topics_options);
    const struct episodes_options options = {.window_ms = MS_PER_DAY,
                                             .now_ms = to_ms + 10 * MS_PER_DAY,
                                             .each = topics_add,
                                             .arg = topics};
    *ret = false;
    if (!topics || !episodes_of(&options, log->events, log->count) || !topics_finish(topics))
        return false;
    for (size_t i = 0; i < topics_count(topics); i++)
        *ret = *ret || topics_row(topics, i)->spike;
    return true;
}

static bool check_spikes(struct honesty *honesty, const struct simulate_options *quiet,
                         const struct log *quiet_log)
{
    const int64_t days_ms = quiet->days * MS_PER_DAY;
    struct simulate_options loud = *quiet;
    struct log log = {0};
    bool spike = false;
    if (!report_spikes(quiet_log, quiet->from_ms, quiet->from_ms + days_ms, &spike))
        return false;
    honesty->quiet++;
    honesty->false_spikes += spike;
    /* One spike falls into the middle: the report ends three days after it began. */
    loud.spikes = 1;
    const bool done =
        simulate_run(&loud, log_event_copy, NULL, &log, NULL) &&
        report_spikes(&log, loud.from_ms, loud.from_ms + (loud.days / 2 + 3) * MS_PER_DAY, &spike);
    honesty->loud += done;
    honesty->found_spikes += done && spike;
    log_done(&log);
    return done;
}

/* ---- Edits ---- */

/* An edit as the simulation tells of it, or as it is made up. */
struct edit {
    char article[32];
    int64_t at_ms; /* 0: there is none */
};

/* What a simulation with an edit is kept in; the log comes first, as log_event_copy takes it. */
struct edited {
    struct log log;
    struct edit edit;
};

static bool note_edit(void *arg, const char *article, const char *version, int64_t at_ms)
{
    struct edited *edited = arg;
    (void)version;
    (void)snprintf(edited->edit.article, sizeof edited->edit.article, "%s", article);
    edited->edit.at_ms = at_ms;
    return true;
}

/* The article with the worst rate before TO_MS, but for the one that is EDITED: what a writer would
 * rewrite. */
static bool find_worst(const struct log *log, const struct simulate_options *options, int64_t to_ms,
                       const char *edited, struct edit *ret)
{
    const struct articles_options before = {.from_ms = options->from_ms, .to_ms = to_ms};
    struct articles *articles = articles_new(&before);
    const struct figures_options all = {.window_ms = MS_PER_DAY, .now_ms = to_ms + 90 * MS_PER_DAY};
    double worst = -1;
    const bool done = articles &&
                      figures_of(&all, log->events, log->count, articles_add, articles) &&
                      articles_finish(articles);
    *ret = (struct edit){.at_ms = 0};
    for (size_t i = 0; done && i < articles_count(articles); i++) {
        const struct articles_row *row = articles_row(articles, i);
        if (row->viewed < SEEN_LEAST || row->fail_rate.value <= worst ||
            strcmp(row->article, edited) == 0)
            continue;
        worst = row->fail_rate.value;
        ret->at_ms = to_ms + MS_PER_DAY / 2;
        (void)snprintf(ret->article, sizeof ret->article, "%s", row->article);
    }
    articles_free(articles);
    return done;
}

/* Has VERSIONS compare the edits among EDITS (COUNT) that there are. */
static bool compare_edits(struct versions *versions, const struct log *log, int64_t from_ms,
                          int64_t end_ms, const struct edit *edits, size_t count)
{
    const struct figures_options all = {.window_ms = MS_PER_DAY,
                                        .now_ms = end_ms + 10 * MS_PER_DAY};
    for (size_t i = 0; i < count; i++) {
        if (edits[i].at_ms > 0 &&
            (!versions_note(versions, edits[i].article, "v1", from_ms) ||
             !versions_note(versions, edits[i].article, "v2", edits[i].at_ms)))
            return false;
    }
    return figures_of(&all, log->events, log->count, versions_add, versions) &&
           versions_finish(versions);
}

static void check_no_edit(struct honesty *honesty, const struct versions_edit *told)
{
    check(honesty, HONESTY_NO_EDIT, told->difference, 0);
    honesty->no_edits++;
    honesty->helped += told->difference.high < 0;
    honesty->helped_plain += stats_subtract(told->after.fail_rate, told->before.fail_rate).high < 0;
}

/* The edits told of, where it is not too early to say: the real one, and the one that did nothing.
 */
static void check_told(struct honesty *honesty, const struct versions *versions, const char *edited,
                       double fail)
{
    for (size_t i = 0; i < versions_count(versions); i++) {
        const struct versions_edit *told = versions_edit(versions, i);
        if (!told->difference.known || told->too_early)
            continue;
        if (strcmp(told->article, edited) == 0)
            check(honesty, HONESTY_EDIT, told->difference, -fail); /* it was twice as much */
        else
            check_no_edit(honesty, told);
    }
}

/* In the middle one edit halves its article's fail rate; and what looked worst by then is
 * rewritten, of which nothing becomes. So much of the public that it shows. */
static bool check_edits(struct honesty *honesty, const struct simulate_options *options)
{
    struct simulate_options many = *options;
    const int64_t middle_ms = options->from_ms + options->days / 2 * MS_PER_DAY,
                  end_ms = options->from_ms + options->days * MS_PER_DAY;
    const struct versions_options all = {
        .from_ms = options->from_ms, .to_ms = end_ms, .closed_ms = end_ms};
    struct simulate_truth truth = {0};
    struct edited edited = {.edit = {.at_ms = 0}};
    struct versions *versions = versions_new(&all);
    struct edit edits[2];
    many.edits = 1;
    many.visits_per_day *= EDIT_VISITS;
    bool done = versions && simulate_run(&many, log_event_copy, note_edit, &edited, &truth) &&
                find_worst(&edited.log, &many, middle_ms, edited.edit.article, &edits[1]);
    edits[0] = edited.edit;
    done = done && compare_edits(versions, &edited.log, options->from_ms, end_ms, edits, 2);
    if (done)
        check_told(honesty, versions, edits[0].article,
                   truth.fail[strtoul(edits[0].article + sizeof "article-" - 1, NULL, 10) - 1]);
    versions_free(versions);
    simulate_truth_done(&truth);
    log_done(&edited.log);
    return done;
}

/* ---- One knowledge base ---- */

struct measured {
    struct deflection *deflection;
    struct articles *articles;
};

static bool add_figure(void *arg, const struct figure *figure)
{
    struct measured *measured = arg;
    return deflection_add(measured->deflection, figure) && articles_add(measured->articles, figure);
}

static bool measure(struct log *log, struct deflection *deflection, struct articles *articles)
{
    struct measured measured = {deflection, articles};
    const struct figures_options options = {.window_ms = MS_PER_DAY,
                                            .now_ms = deflection->to_ms + 10 * MS_PER_DAY};
    return figures_of(&options, log->events, log->count, add_figure, &measured) &&
           articles_finish(articles);
}

/* A second month of the same public with another share held out. */
static bool check_mixed(struct honesty *honesty, const struct simulate_options *options,
                        struct log *log, const struct simulate_truth *truth)
{
    struct simulate_options second = *options;
    struct deflection d;
    second.from_ms += options->days * MS_PER_DAY;
    second.holdout = 0.3;
    /* The same seed deals the same articles; later draws differ with the arms. */
    if (!simulate_run(&second, log_event_copy, NULL, log, NULL))
        return false;
    const bool ready =
        deflection_init(&d, options->from_ms, second.from_ms + options->days * MS_PER_DAY, NULL);
    const struct figures_options all = {.window_ms = MS_PER_DAY,
                                        .now_ms = d.to_ms + 10 * MS_PER_DAY};
    const bool done = ready && figures_of(&all, log->events, log->count, deflection_add, &d);
    if (done)
        check(honesty, HONESTY_LIFT_MIXED, deflection_lift(&d, 0.3, 0.1).lift, truth->lift);
    deflection_done(&d);
    return done;
}

bool honesty_play(struct honesty *honesty, uint64_t seed)
{
    struct simulate_options options = simulate_defaults(seed, FROM_MS);
    struct simulate_truth truth = {0};
    struct log log = {0};
    struct deflection d = {0};
    options.holdout = 0.1;
    options.edits = options.spikes = 0; /* one truth for the whole period */
    options.second_share = 0;           /* a fail rate is then the article's own */
    options.staff_share = options.robot_share = 0;
    const struct articles_options articles_options = {
        .from_ms = options.from_ms, .to_ms = options.from_ms + (options.days + 1) * MS_PER_DAY};
    struct articles *articles = articles_new(&articles_options);
    bool done =
        articles && deflection_init(&d, articles_options.from_ms, articles_options.to_ms, NULL) &&
        simulate_run(&options, log_event_copy, NULL, &log, &truth) && measure(&log, &d, articles);
    if (done) {
        check_deflection(honesty, &options, &truth, &d);
        done = check_articles(honesty, &options, &truth, articles) &&
               check_spikes(honesty, &options, &log) && check_edits(honesty, &options) &&
               check_mixed(honesty, &options, &log, &truth);
    }
    articles_free(articles);
    deflection_done(&d);
    simulate_truth_done(&truth);
    log_done(&log);
    return done;
}
