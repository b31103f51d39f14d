/* figures.c: the figures of one episode after another. */
#include "measure/figures.h"

#include "measure/returning.h"
#include "measure/seen.h"
#include "measure/votes.h"

#include <string.h>

struct figures {
    figure_fn *each;
    void *arg;
    struct seen seen;
    struct votes *votes;
    struct returning *returning;
};

struct figures *figures_new(int64_t now_ms, figure_fn *each, void *arg)
{
    _cleanup_(figures_freep) struct figures *figures = mem_zero(1, sizeof *figures);
    if (!figures || !(figures->votes = votes_new()) ||
        !(figures->returning = returning_new(now_ms)))
        return NULL;
    figures->each = each;
    figures->arg = arg;
    return steal_pointer(&figures);
}

struct figures *figures_free(struct figures *figures)
{
    if (!figures)
        return NULL;
    seen_done(&figures->seen);
    votes_free(figures->votes);
    returning_free(figures->returning);
    return mem_free(figures);
}

/* A figure of EPISODE's day and language. */
static struct figure figure_of(const struct episode *episode, enum figure_kind kind,
                               const char *article)
{
    return (struct figure){.kind = kind,
                           .day = figure_day(episode->first_ms),
                           .lang = episode->lang ? episode->lang : "",
                           .article = article};
}

static bool add_itself(struct figures *figures, const struct episode *episode)
{
    struct figure figure = figure_of(episode, FIGURE_EPISODES, "");
    if (!episode->counted && !episode->searched)
        return true; /* a view alone, a ticket alone: in no figure */
    figure.counted = episode->counted;
    figure.identified = episode->identified;
    figure.arm = episode->arm;
    figure.share = episode->holdout;
    figure.outcome = episode->open ? FIGURE_OPEN : (int)episode->outcome;
    figure.counts[0] = 1;
    return figures->each(figures->arg, &figure);
}

static bool add_article(struct figures *figures, const struct episode *episode,
                        const struct seen_article *article)
{
    const bool failed = article->viewed && episode->outcome == EPISODE_TICKET;
    const struct figure_read read = {article->read_ms, 1};
    struct figure figure = figure_of(episode, FIGURE_ARTICLE, article->article);
    figure.counts[FIGURE_SHOWN] = article->shown;
    figure.counts[FIGURE_VIEWED] = article->viewed;
    figure.counts[FIGURE_FAILED] = failed;
    figure.counts[FIGURE_FAILED_LAST] = failed && article->last;
    figure.counts[FIGURE_SOLVED] =
        article->viewed && article->solved && episode->outcome == EPISODE_SOLVED;
    figure.reads = &read;
    figure.read_count = article->read;
    return figures->each(figures->arg, &figure);
}

/* The day of the last view of ARTICLE in EPISODE. */
static int64_t view_day(const struct episode *episode, const char *article)
{
    for (size_t i = episode->count; i-- > 0;) {
        const struct event *event = episode->events[i];
        if (event->type == EVENT_VIEW && event->part == PART_ARTICLE && event->article &&
            strcmp(event->article, article) == 0)
            return figure_day(event->at_ms);
    }
    return figure_day(episode->first_ms);
}

static bool add_view(struct figures *figures, const struct episode *episode,
                     const struct seen_article *article)
{
    const bool failed = episode->outcome == EPISODE_TICKET;
    struct figure figure = figure_of(episode, FIGURE_VIEWS, article->article);
    if (!article->viewed)
        return true;
    figure.day = view_day(episode, article->article);
    figure.counts[FIGURE_VIEWS_ALL] = 1;
    figure.counts[FIGURE_VIEWS_FAILED] = failed;
    figure.counts[FIGURE_VIEWS_FAILED_LAST] = failed && article->last;
    figure.counts[FIGURE_VIEWS_SOLVED] = article->solved && episode->outcome == EPISODE_SOLVED;
    return figures->each(figures->arg, &figure);
}

bool figures_add(void *arg, const struct episode *episode)
{
    struct figures *figures = arg;
    if (!add_itself(figures, episode) || !votes_add(figures->votes, episode) ||
        !returning_add(figures->returning, episode))
        return false;
    if (!episode->counted || episode->open)
        return true;
    if (!seen_episode(&figures->seen, episode))
        return false;
    for (size_t i = 0; i < figures->seen.count; i++) {
        if (!add_article(figures, episode, &figures->seen.articles[i]) ||
            !add_view(figures, episode, &figures->seen.articles[i]))
            return false;
    }
    return true;
}

bool figures_add_left_out(void *arg, int64_t first_ms, unsigned marks)
{
    struct figures *figures = arg;
    struct figure figure = {
        .kind = FIGURE_LEFT_OUT, .day = figure_day(first_ms), .lang = "", .article = ""};
    figure.counts[marks & MARK_STAFF ? 0 : marks & MARK_ROBOT ? 1 : 2] = 1;
    return figures->each(figures->arg, &figure);
}

bool figures_finish(struct figures *figures)
{
    return votes_each(figures->votes, figures->each, figures->arg) &&
           returning_each(figures->returning, figures->each, figures->arg);
}

bool figures_of(const struct figures_options *options, struct event *events, size_t count,
                figure_fn *each, void *arg)
{
    _cleanup_(figures_freep) struct figures *figures = figures_new(options->now_ms, each, arg);
    const struct episodes_options episodes = {
        .window_ms = options->window_ms,
        .now_ms = options->now_ms,
        .article_lang = options->article_lang,
        .article_lang_arg = options->article_lang_arg,
        .each = figures_add,
        .left_out = figures_add_left_out,
        .arg = figures,
    };
    return figures && episodes_of(&episodes, events, count) && figures_finish(figures);
}
