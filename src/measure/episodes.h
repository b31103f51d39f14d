/* episodes.h: from events to episodes, the unit in which every figure counts.
 *
 * An episode is what one session, or one identified contact across its sessions, does until it
 * files a ticket or an event comes `window` or more after the one before. The public contract
 * (reports) is the definition; this is the pure recount of it, and the oracle for every faster way
 * to the same figures.
 *
 * Two passes over the events, because a contact's hash claims what its session did before it was
 * named:
 *
 *     episodes_note   every event: who is who, who is left out, which tickets were taken back
 *     episodes_add    every event again
 *     episodes_finish the rest
 *
 * both in the log's order: by time, then arrival, a ticket last at equal time (episodes_order).
 * Episodes are handed out as they end, so that only those still running are held. A help desk's
 * ticket is an EVENT_TICKET without a session and with the contact's hash. Not safe to share
 * between threads. */
#ifndef DEFLECT_MEASURE_EPISODES_H
#define DEFLECT_MEASURE_EPISODES_H

#include "store/event.h"

/* The first that fits: a ticket was filed; the visitor said that it was solved; something was read;
 * nothing of these. */
enum episode_outcome { EPISODE_TICKET, EPISODE_SOLVED, EPISODE_READ, EPISODE_LEFT };
#define EPISODE_OUTCOMES 4
const char *episode_outcome_name(enum episode_outcome outcome);

struct episode {
    int64_t first_ms, last_ms;
    enum event_arm arm;           /* of its first event */
    double holdout;               /* share held out when it began */
    bool identified;              /* it belongs to a contact, not to a session alone */
    bool counted;                 /* holds a `contact` or a search of place form */
    const char *contact;          /* its hash; NULL where it is not identified */
    bool searched;                /* holds a search of place search */
    bool open;                    /* the window since its last event has not passed yet */
    enum episode_outcome outcome; /* so far, where it is open */
    char *lang; /* of its first search, else of the first article viewed; NULL: not known */
    struct event **events; /* in order; `withdrawn` tickets are not among them */
    size_t count;
};

/* Called with each episode; borrowed. False stops everything: memory is short. */
typedef bool episode_fn(void *arg, const struct episode *episode);

/* Called with each session that stands in no figure: the time of its first event, and why (all its
 * enum event_mark). False stops everything, too. */
typedef bool episodes_left_out_fn(void *arg, int64_t first_ms, unsigned marks);

struct episodes_options {
    int64_t window_ms; /* > 0 */
    int64_t now_ms;
    /* The language of an article; NULL, also as result: not known. */
    const char *(*article_lang)(void *arg, const char *article);
    void *article_lang_arg;
    episode_fn *each;
    episodes_left_out_fn *left_out; /* NULL: nobody wants to know */
    void *arg;                      /* of both */
};

struct episodes;

/* OPTIONS is copied. Owns: the caller. NULL when memory is short. */
struct episodes *episodes_new(const struct episodes_options *options);
struct episodes *episodes_free(struct episodes *episodes);
static inline void episodes_freep(struct episodes **episodes)
{
    *episodes = episodes_free(*episodes);
}

/* The two passes and their end. EVENT is borrowed during the call. False when memory is short or
 * `each` said stop. */
bool episodes_note(struct episodes *episodes, const struct event *event)
    __attribute__((warn_unused_result));
bool episodes_add(struct episodes *episodes, const struct event *event)
    __attribute__((warn_unused_result));
bool episodes_finish(struct episodes *episodes) __attribute__((warn_unused_result));

/* Less than, equal to or greater than 0: by time, a ticket last, then by arrival. */
int episodes_order(const struct event *a, const struct event *b);

/* All three steps over COUNT events, which are put in order first. */
bool episodes_of(const struct episodes_options *options, struct event *events, size_t count)
    __attribute__((warn_unused_result));

/* True where LANG is wanted or a regional form of it ("es" takes "es-MX"); WANTED NULL takes
 * everything. */
bool episodes_lang_fits(const char *lang, const char *wanted);

#endif
