/* random_events.c: see random_events.h. */
#include "random_events.h"

#include "base/clock.h"

#include <stdio.h>

static const size_t texts_size = sizeof((struct random_event *)NULL)->texts[0];

static void draw_texts(struct random *random, const struct random_events *o, size_t session,
                       struct random_event *ret)
{
    (void)snprintf(ret->texts[0], texts_size, "e%zu",
                   random_below(random, 1600 * o->sessions + 4000));
    (void)snprintf(ret->texts[1], texts_size, "s%zu", session);
    (void)snprintf(ret->texts[2], texts_size, "c%zu", random_below(random, o->contacts));
    (void)snprintf(ret->texts[3], texts_size, "a%zu", random_below(random, o->articles));
    (void)snprintf(ret->texts[4], texts_size, "a%zu", random_below(random, o->articles));
    (void)snprintf(ret->texts[5], texts_size, "de");
    /* Few tickets a session, so that some are taken back. */
    if (ret->event.type == EVENT_TICKET)
        (void)snprintf(ret->texts[0], texts_size, "t%zu", random_below(random, 2));
}

static void draw_search(struct random *random, struct random_event *ret)
{
    ret->event.lang = random_chance(random, 0.5) ? ret->texts[5] : NULL;
    ret->event.query = ret->texts[2];
    ret->event.results = ret->results;
    ret->results[0] = ret->texts[3];
    ret->results[1] = ret->texts[4];
    ret->results[2] = NULL;
}

void random_event_draw(struct random *random, const struct random_events *options,
                       struct random_event *ret)
{
    static const double shares[] = {0, 0, 0.1, 0.5};
    const size_t session = random_below(random, options->sessions);
    struct event *event = &ret->event;
    *event = (struct event){.scroll = -1, .type = (enum event_type)random_below(random, 7)};
    draw_texts(random, options, session, ret);
    event->id = ret->texts[0];
    event->session = ret->texts[1];
    event->contact_hash = random_chance(random, 0.03) ? ret->texts[2] : NULL;
    event->at_ms =
        options->from_ms + (int64_t)(random_unit(random) * options->days * (double)MS_PER_DAY);
    event->arm = session % 3 == 0 ? ARM_HOLDOUT : ARM_SUGGEST;
    event->holdout = shares[session % 4];
    event->marks = session < 3 && random_chance(random, 0.2) ? 1u << session : 0;
    event->place = random_chance(random, 0.7) ? PLACE_FORM : PLACE_SEARCH;
    event->part = random_chance(random, 0.8) ? PART_ARTICLE : PART_PASSAGE;
    event->withdrawn = event->type == EVENT_TICKET && random_chance(random, 0.2);
    event->ms = (int64_t)random_below(random, 100000);
    event->value = random_chance(random, 0.5) ? VALUE_UP : VALUE_DOWN;
    if (event->type == EVENT_SEARCH)
        draw_search(random, ret);
    else if (event->type != EVENT_CONTACT && event->type != EVENT_TICKET)
        event->article = ret->texts[3];
}
