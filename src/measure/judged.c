/* judged.c: one verdict a session. */
#include "measure/judged.h"

#include "base/mem.h"
#include "base/str.h"
#include "measure/names.h"

#include <gsl/gsl_cdf.h>

#define LEVEL 0.001
#define GOOD_ENOUGH 0.9

enum verdict { SAYS_NOTHING, VOTED_DOWN, CONFIRMED, LINKED_SAME, LINKED_OTHER };

struct session {
    size_t article; /* number in `articles` */
    enum verdict verdict;
};

struct judged {
    struct names *names, *articles;
    struct session *sessions; /* by number in `names` */
    size_t capacity;
};

struct tally judged_right(const struct judged_counts *counts)
{
    const int64_t right = counts->confirmed + counts->linked_same;
    return (struct tally){right, right + counts->voted_down + counts->linked_other};
}

int judged_verdict(struct tally right)
{
    const unsigned n = (unsigned)right.n, hits = (unsigned)right.hits;
    if (n == 0)
        return 0;
    if (gsl_cdf_binomial_P(hits, JUDGED_WANTED, n) < LEVEL)
        return 1;
    /* Q is P(X > hits − 1). */
    return hits > 0 && gsl_cdf_binomial_Q(hits - 1, GOOD_ENOUGH, n) < LEVEL ? -1 : 0;
}

struct judged *judged_new(void)
{
    _cleanup_(judged_freep) struct judged *judged = mem_zero(1, sizeof *judged);
    if (!judged || !(judged->names = names_new()) || !(judged->articles = names_new()))
        return NULL;
    return steal_pointer(&judged);
}

struct judged *judged_free(struct judged *judged)
{
    if (!judged)
        return NULL;
    names_free(judged->names);
    names_free(judged->articles);
    mem_free(judged->sessions);
    return mem_free(judged);
}

static bool add_search(struct judged *judged, const struct event *event)
{
    const size_t known = names_count(judged->names);
    size_t number, article;
    if (mem_grow(&judged->sessions, &judged->capacity, known, sizeof *judged->sessions) < 0 ||
        !names_add(judged->names, slice_of(event->session), &number) ||
        !names_add(judged->articles, slice_of(event->results[0]), &article))
        return false;
    judged->sessions[number] = (struct session){article, SAYS_NOTHING};
    return true;
}

static struct session *session_of(const struct judged *judged, const char *name)
{
    size_t number;
    return name && names_find(judged->names, slice_of(name), &number) ? &judged->sessions[number]
                                                                      : NULL;
}

static bool is_about(const struct judged *judged, const struct session *session,
                     const char *article)
{
    return str_equal(names_text(judged->articles, session->article), article);
}

bool judged_add(struct judged *judged, const struct event *event)
{
    struct session *session;
    if (event->marks || event->arm != ARM_SUGGEST)
        return true;
    if (event->type == EVENT_SEARCH && event->confidence == SURE_HIGH && event->results &&
        event->results[0])
        return add_search(judged, event);
    session = session_of(judged, event->session);
    if (!session || !event->article || !is_about(judged, session, event->article))
        return true;
    if (event->type == EVENT_SOLVED || (event->type == EVENT_VOTE && event->value == VALUE_UP))
        session->verdict = CONFIRMED;
    else if (event->type == EVENT_VOTE && session->verdict != CONFIRMED)
        session->verdict = VOTED_DOWN;
    return true;
}

void judged_add_link(struct judged *judged, const char *session_name, const char *article)
{
    struct session *session = session_of(judged, session_name);
    if (session)
        session->verdict = is_about(judged, session, article) ? LINKED_SAME : LINKED_OTHER;
}

struct judged_counts judged_count(const struct judged *judged)
{
    struct judged_counts counts = {.shown = (int64_t)names_count(judged->names)};
    for (int64_t i = 0; i < counts.shown; i++) {
        const enum verdict verdict = judged->sessions[i].verdict;
        counts.confirmed += verdict == CONFIRMED;
        counts.voted_down += verdict == VOTED_DOWN;
        counts.linked_same += verdict == LINKED_SAME;
        counts.linked_other += verdict == LINKED_OTHER;
    }
    return counts;
}
