/* simulate.c: the population that simulate.h states, visitor by visitor. */
#include "measure/simulate.h"

#include "base/clock.h"
#include "measure/random.h"
#include "measure/stats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WORSE_FAIL 0.9
#define SHOWN 5
#define SPIKE_DAYS 3
#define ZIPF 0.8
#define WEEKEND 0.4
#define ZERO_RESULTS 0.5 /* of needs that no article answers */
#define VOTE_DOWN 0.25
#define HELP_VIEW 0.8
#define TEXT 160

/* Needs that no article answers, as customers might write them. */
static const char *const gap_questions[] = {
    "how do I export everything before I cancel",
    "does it work behind a company proxy",
    "can I pay by bank transfer",
    "transfer my account to a colleague",
    "is there a version for tablets",
    "print a list of all orders",
    "which data do you keep about me",
    "why was I charged twice",
    "change the currency on my invoice",
    "connect it to our calendar",
    "undo a deletion",
    "limit what a new colleague can see",
};

struct edit {
    size_t article;
    int day;
};

struct spike {
    size_t topic;
    int day; /* the first of SPIKE_DAYS */
};

struct simulation {
    const struct simulate_options *options;
    simulate_event_fn *each;
    void *arg;
    struct random random;
    size_t topics;     /* the articles, then the gaps */
    double *fail;      /* by article, today */
    double *weight;    /* by topic: share of all needs on a day without spike */
    double *cumulated; /* by topic: of today */
    struct edit *edits;
    struct spike *spikes;
    double sum_suggest, sum_visits; /* of expected tickets and visits, for the truth */
    int64_t visits, events;
};

/* What one visitor's events have in common. */
struct visit {
    struct simulation *simulation;
    struct event event; /* what is the same in all of them */
    char session[TEXT];
    char contact[TEXT];
    char query_id[TEXT];
    size_t topic;
    int64_t now_ms;
};

struct simulate_options simulate_defaults(uint64_t seed, int64_t from_ms)
{
    return (struct simulate_options){
        .seed = seed,
        .from_ms = from_ms,
        .days = 60,
        .visits_per_day = 60,
        .article_count = 40,
        .gaps = 8,
        .gap_share = 0.2,
        .form_share = 0.75,
        .holdout = 0.1,
        .read_share = 0.6,
        .fail_mean = 0.3,
        .fail_rho = 0.1,
        .need = 0.6,
        .solved_share = 0.5,
        .second_share = 0.2,
        .identified_share = 0.5,
        .staff_share = 0.03,
        .robot_share = 0.02,
        .edits = 3,
        .spikes = 1,
        .spike_factor = 6,
    };
}

bool simulate_options_valid(const struct simulate_options *o, const char **ret_name)
{
    const struct {
        const char *name;
        double value, low, high;
    } ranges[] = {
        {"days", o->days, 1, 3650},
        {"visits_per_day", o->visits_per_day, 0, 1e6},
        {"articles", (double)o->article_count, 1, 1e6},
        {"gaps", (double)o->gaps, o->gap_share > 0 ? 1 : 0, 1e6},
        {"gap_share", o->gap_share, 0, 1},
        {"form_share", o->form_share, 0, 1},
        {"holdout", o->holdout, 0, 0.5},
        {"read_share", o->read_share, 0, 1},
        {"fail_mean", o->fail_mean, 0, 1},
        {"fail_rho", o->fail_rho, 0, 0.9},
        {"need", o->need, 0, 1},
        {"solved_share", o->solved_share, 0, 1},
        {"second_share", o->second_share, 0, 1},
        {"identified_share", o->identified_share, 0, 1},
        {"staff_share", o->staff_share, 0, 1},
        {"robot_share", o->robot_share, 0, 1},
        {"edits", o->edits, 0, o->days},
        {"edits_worse", o->edits_worse, 0, o->edits},
        {"spikes", o->spikes, 0, o->days},
        {"spike_factor", o->spike_factor, 1, 1000},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ranges); i++) {
        if (!(ranges[i].value >= ranges[i].low && ranges[i].value <= ranges[i].high)) {
            *ret_name = ranges[i].name;
            return false;
        }
    }
    return true;
}

void simulate_truth_done(struct simulate_truth *truth)
{
    truth->fail = mem_free(truth->fail);
    truth->popularity = mem_free(truth->popularity);
}

/* ---- The population ---- */

/* Weights 1/rank^ZIPF that sum to SHARE, ranks dealt out at random. */
static void deal_weights(struct random *random, double *weight, size_t count, double share)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        weight[i] = pow((double)(i + 1), -ZIPF);
        sum += weight[i];
    }
    for (size_t i = 0; i < count; i++)
        weight[i] *= share / sum;
    for (size_t i = count; i-- > 1;) {
        const size_t other = random_below(random, i + 1);
        const double swapped = weight[i];
        weight[i] = weight[other];
        weight[other] = swapped;
    }
}

static double draw_fail(struct simulation *s)
{
    const struct simulate_options *o = s->options;
    const double u = random_unit(&s->random);
    if (o->fail_rho <= 0 || o->fail_mean <= 0 || o->fail_mean >= 1)
        return o->fail_mean;
    const double m = 1 / o->fail_rho - 1;
    return stats_beta_quantile(u, m * o->fail_mean, m * (1 - o->fail_mean));
}

/* One of the more popular articles: the best of four random ones. */
static size_t popular_article(struct simulation *s)
{
    size_t best = random_below(&s->random, s->options->article_count);
    for (int i = 0; i < 3; i++) {
        const size_t other = random_below(&s->random, s->options->article_count);
        if (s->weight[other] > s->weight[best])
            best = other;
    }
    return best;
}

static size_t most_popular_article(const struct simulation *s)
{
    size_t best = 0;
    for (size_t i = 1; i < s->options->article_count; i++) {
        if (s->weight[i] > s->weight[best])
            best = i;
    }
    return best;
}

/* What is spoilt is popular, so that it shows. */
static void deal_edits(struct simulation *s)
{
    const struct simulate_options *o = s->options;
    for (int i = 0; i < o->edits; i++)
        s->edits[i] = (struct edit){i < o->edits - o->edits_worse ? popular_article(s)
                                                                  : most_popular_article(s),
                                    (i + 1) * o->days / (o->edits + 1)};
}

static void deal(struct simulation *s)
{
    const struct simulate_options *o = s->options;
    const double gap_share = o->gaps > 0 ? o->gap_share : 0;
    deal_weights(&s->random, s->weight, o->article_count, 1 - gap_share);
    deal_weights(&s->random, s->weight + o->article_count, o->gaps, gap_share);
    for (size_t i = 0; i < o->article_count; i++)
        s->fail[i] = draw_fail(s);
    deal_edits(s);
    for (int i = 0; i < o->spikes; i++)
        s->spikes[i] = (struct spike){random_below(&s->random, s->topics),
                                      (2 * i + 1) * o->days / (2 * o->spikes)};
}

/* Today's topics, and what they would bring in tickets. */
static void begin_day(struct simulation *s, int day, double visits)
{
    const struct simulate_options *o = s->options;
    double sum = 0, expected = 0;
    for (size_t topic = 0; topic < s->topics; topic++) {
        double weight = s->weight[topic];
        for (int i = 0; i < o->spikes; i++) {
            if (s->spikes[i].topic == topic && day >= s->spikes[i].day &&
                day < s->spikes[i].day + SPIKE_DAYS)
                weight *= o->spike_factor;
        }
        const double read = topic < o->article_count ? o->read_share : 0;
        expected += weight * (read > 0 ? read * s->fail[topic] + (1 - read) * o->need : o->need);
        s->cumulated[topic] = sum += weight;
    }
    s->sum_suggest += visits * expected / sum;
    s->sum_visits += visits;
}

/* ---- A visit ---- */

static size_t draw_topic(struct simulation *s)
{
    const double x = random_unit(&s->random) * s->cumulated[s->topics - 1];
    size_t low = 0, high = s->topics - 1;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (s->cumulated[middle] > x)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void article_id(const struct simulate_options *o, size_t article, char text[TEXT])
{
    if (o->articles)
        (void)snprintf(text, TEXT, "%s", o->articles[article].id);
    else
        (void)snprintf(text, TEXT, "article-%zu", article + 1);
}

/* How a customer asks for TOPIC. */
static void draw_question(struct simulation *s, size_t topic, char text[TEXT])
{
    const struct simulate_options *o = s->options;
    if (topic >= o->article_count) {
        const size_t gap = topic - o->article_count, known = ARRAY_LENGTH(gap_questions);
        if (gap < known)
            (void)snprintf(text, TEXT, "%s", gap_questions[gap]);
        else
            (void)snprintf(text, TEXT, "%s part %zu", gap_questions[gap % known], gap / known + 1);
        return;
    }
    if (!o->articles) {
        (void)snprintf(text, TEXT, "question %zu", topic + 1);
        return;
    }
    const struct simulate_article *article = &o->articles[topic];
    size_t count = 0;
    while (article->questions && article->questions[count])
        count++;
    (void)snprintf(text, TEXT, "%s",
                   count > 0 ? article->questions[random_below(&s->random, count)]
                             : article->title);
}

static bool emit(struct visit *visit, struct event event, double pause_s)
{
    struct simulation *s = visit->simulation;
    char id[TEXT];
    visit->now_ms += (int64_t)(random_exponential(&s->random, pause_s) * 1000) + 500;
    event.at_ms = visit->now_ms;
    event.session = visit->event.session;
    event.arm = visit->event.arm;
    event.holdout = visit->event.holdout;
    event.marks = visit->event.marks;
    event.scroll = -1;
    (void)snprintf(id, sizeof id, "sim-%llx-e%lld", (unsigned long long)s->options->seed,
                   (long long)s->events++);
    event.id = id;
    return s->each(s->arg, &event);
}

/* Draws the list shown for the visit's topic. Returns the rank of the right article, from 1; 0
 * where it is not shown. */
static int draw_results(struct visit *visit, bool shown, char ids[SHOWN][TEXT],
                        char *list[SHOWN + 1])
{
    struct simulation *s = visit->simulation;
    const struct simulate_options *o = s->options;
    const double u = random_unit(&s->random);
    const bool answered = visit->topic < o->article_count;
    const bool none = !shown || (!answered && random_chance(&s->random, ZERO_RESULTS));
    const size_t count = o->article_count < SHOWN ? o->article_count : SHOWN;
    const size_t right = count < 3 || u < 0.7 ? 0
                         : u < 0.9            ? 1
                                              : 2,
                 start = random_below(&s->random, o->article_count);
    list[none ? 0 : count] = NULL;
    for (size_t i = 0, other = start; !none && i < count; i++) {
        /* Neighbours of a random article, the topic's own left out. */
        if (answered && i == right) {
            article_id(o, visit->topic, ids[i]);
        } else {
            other = (other + 1) % o->article_count;
            other = answered && other == visit->topic ? (other + 1) % o->article_count : other;
            article_id(o, other, ids[i]);
        }
        list[i] = ids[i];
    }
    return none || !answered ? 0 : (int)right + 1;
}

static bool view_and_read(struct visit *visit, char *article, int rank, enum event_source source)
{
    struct simulation *s = visit->simulation;
    const struct event view = {.type = EVENT_VIEW,
                               .article = article,
                               .rank = rank,
                               .query_id = visit->query_id,
                               .source = source};
    const struct event read = {.type = EVENT_READ,
                               .article = article,
                               .ms = 3000 + (int64_t)(random_exponential(&s->random, 30) * 1000)};
    return emit(visit, view, 8) && emit(visit, read, 40);
}

static bool end_with_ticket(struct visit *visit, char *article, char *question)
{
    struct simulation *s = visit->simulation;
    char ticket[TEXT];
    if (article && random_chance(&s->random, VOTE_DOWN)) {
        const struct event vote = {.type = EVENT_VOTE, .article = article, .value = VALUE_DOWN};
        if (!emit(visit, vote, 10))
            return false;
    }
    (void)snprintf(ticket, sizeof ticket, "T%lld", (long long)s->visits);
    const struct event event = {.type = EVENT_TICKET, .ticket = ticket, .subject = question};
    return emit(visit, event, 120);
}

static bool end_well(struct visit *visit, char *article)
{
    if (!article ||
        !random_chance(&visit->simulation->random, visit->simulation->options->solved_share))
        return true;
    const struct event vote = {.type = EVENT_VOTE, .article = article, .value = VALUE_UP};
    const struct event solved = {.type = EVENT_SOLVED, .article = article};
    return emit(visit, vote, 10) && emit(visit, solved, 1);
}

static bool visit_form(struct visit *visit)
{
    struct simulation *s = visit->simulation;
    const struct simulate_options *o = s->options;
    char question[TEXT], ids[SHOWN][TEXT], *list[SHOWN + 1];
    const bool named = random_chance(&s->random, o->identified_share);
    draw_question(s, visit->topic, question);
    const int rank = draw_results(visit, visit->event.arm == ARM_SUGGEST, ids, list);
    const bool reads = rank > 0 && random_chance(&s->random, o->read_share);
    const bool files = random_chance(&s->random, reads ? s->fail[visit->topic] : o->need);
    char *const article = reads ? ids[rank - 1] : NULL;

    const struct event contact = {.type = EVENT_CONTACT,
                                  .contact_hash = named ? visit->contact : NULL};
    const struct event search = {.type = EVENT_SEARCH,
                                 .query = question,
                                 .query_id = visit->query_id,
                                 .results = list,
                                 .place = PLACE_FORM,
                                 .lang = visit->event.lang};
    if (!emit(visit, contact, 5) || !emit(visit, search, 20))
        return false;
    if (reads && !view_and_read(visit, article, rank, SOURCE_WIDGET))
        return false;
    if (reads && list[1] && random_chance(&s->random, o->second_share)) {
        const int second = rank == 1 ? 2 : 1;
        if (!view_and_read(visit, ids[second - 1], second, SOURCE_WIDGET))
            return false;
    }
    return files ? end_with_ticket(visit, article, question) : end_well(visit, article);
}

static bool visit_help(struct visit *visit)
{
    struct simulation *s = visit->simulation;
    char question[TEXT], ids[SHOWN][TEXT], *list[SHOWN + 1];
    draw_question(s, visit->topic, question);
    const int rank = draw_results(visit, true, ids, list);
    const struct event search = {.type = EVENT_SEARCH,
                                 .query = question,
                                 .query_id = visit->query_id,
                                 .results = list,
                                 .place = PLACE_SEARCH,
                                 .lang = visit->event.lang};
    if (!emit(visit, search, 5))
        return false;
    return rank == 0 || !random_chance(&s->random, HELP_VIEW) ||
           view_and_read(visit, ids[rank - 1], rank, SOURCE_HELP);
}

static bool run_visit(struct simulation *s, int64_t day_ms)
{
    const struct simulate_options *o = s->options;
    const unsigned long long seed = o->seed;
    struct visit visit = {.simulation = s, .topic = draw_topic(s)};
    const double kind = random_unit(&s->random);
    s->visits++;
    (void)snprintf(visit.session, sizeof visit.session, "sim-%llx-s%lld", seed,
                   (long long)s->visits);
    (void)snprintf(visit.contact, sizeof visit.contact, "%048llx%016llx", seed,
                   (unsigned long long)s->visits);
    (void)snprintf(visit.query_id, sizeof visit.query_id, "sim-%llx-q%lld", seed,
                   (long long)s->visits);
    visit.event.session = visit.session;
    visit.event.holdout = o->holdout;
    visit.event.arm = random_chance(&s->random, o->holdout) ? ARM_HOLDOUT : ARM_SUGGEST;
    visit.event.marks = kind < o->staff_share                    ? MARK_STAFF
                        : kind < o->staff_share + o->robot_share ? MARK_ROBOT
                                                                 : 0;
    if (visit.topic < o->article_count && o->articles)
        visit.event.lang = (char *)(uintptr_t)o->articles[visit.topic].lang;
    visit.now_ms = day_ms + (int64_t)(random_unit(&s->random) * (double)MS_PER_DAY);
    return random_chance(&s->random, o->form_share) ? visit_form(&visit) : visit_help(&visit);
}

/* ---- Days ---- */

static bool apply_edits(struct simulation *s, int day, int64_t day_ms, simulate_edit_fn *edit)
{
    char id[TEXT], version[TEXT];
    for (int i = 0; i < s->options->edits; i++) {
        if (s->edits[i].day != day)
            continue;
        if (i < s->options->edits - s->options->edits_worse)
            s->fail[s->edits[i].article] /= 2;
        else
            s->fail[s->edits[i].article] = WORSE_FAIL;
        article_id(s->options, s->edits[i].article, id);
        (void)snprintf(version, sizeof version, "%016x", (unsigned)i + 1);
        if (edit && !edit(s->arg, id, version, day_ms))
            return false;
    }
    return true;
}

static bool run_days(struct simulation *s, simulate_edit_fn *edit)
{
    const struct simulate_options *o = s->options;
    for (int day = 0; day < o->days; day++) {
        const int64_t day_ms = o->from_ms + day * MS_PER_DAY;
        const int64_t weekday =
            (day_ms / MS_PER_DAY + 4) % 7; /* 1 January 1970 was a Thursday; 0: Sunday */
        const double mean = o->visits_per_day * (weekday == 0 || weekday == 6 ? WEEKEND : 1);
        if (!apply_edits(s, day, day_ms, edit))
            return false;
        begin_day(s, day, mean);
        for (int64_t left = random_poisson(&s->random, mean); left > 0; left--) {
            if (!run_visit(s, day_ms))
                return false;
        }
    }
    return true;
}

static void tell_truth(struct simulation *s, struct simulate_truth *ret)
{
    const double need = s->options->need;
    const double suggest = s->sum_visits > 0 ? s->sum_suggest / s->sum_visits : need;
    *ret = (struct simulate_truth){suggest, need, need - suggest, steal_pointer(&s->fail),
                                   steal_pointer(&s->weight)};
}

bool simulate_run(const struct simulate_options *options, simulate_event_fn *each,
                  simulate_edit_fn *edit, void *arg, struct simulate_truth *ret_truth)
{
    struct simulation s = {.options = options,
                           .each = each,
                           .arg = arg,
                           .topics = options->article_count + options->gaps};
    random_seed(&s.random, options->seed);
    s.fail = mem_zero(options->article_count, sizeof *s.fail);
    s.weight = mem_zero(s.topics, sizeof *s.weight);
    s.cumulated = mem_zero(s.topics, sizeof *s.cumulated);
    s.edits = mem_zero((size_t)options->edits, sizeof *s.edits);
    s.spikes = mem_zero((size_t)options->spikes, sizeof *s.spikes);
    bool done = s.fail && s.weight && s.cumulated && s.edits && s.spikes;
    if (done) {
        deal(&s);
        done = run_days(&s, edit);
    }
    if (done && ret_truth)
        tell_truth(&s, ret_truth);
    mem_free(s.fail);
    mem_free(s.weight);
    mem_free(s.cumulated);
    mem_free(s.edits);
    mem_free(s.spikes);
    return done;
}
