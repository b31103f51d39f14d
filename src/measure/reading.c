/* reading.c: copies the events that a writer wants to read. */
#include "measure/reading.h"

#include "base/str.h"
#include "measure/event_copy.h"

#include <stdlib.h>

/* Keeps a copy of EVENT in LIST (READING_KEPT places, made on first use), in place of the oldest
 * where it is full. */
static bool keep(struct event ***list, size_t *count, const struct event *event)
{
    if (!*list && !(*list = mem_zero(READING_KEPT, sizeof **list)))
        return false;
    size_t place = *count;
    if (*count == READING_KEPT) {
        place = 0;
        for (size_t i = 1; i < READING_KEPT; i++) {
            if (episodes_order((*list)[i], (*list)[place]) < 0)
                place = i;
        }
        if (episodes_order(event, (*list)[place]) < 0)
            return true;
    }
    struct event *copy = event_copy(event);
    if (!copy)
        return false;
    if (place == *count)
        (*count)++;
    else
        mem_free((*list)[place]);
    (*list)[place] = copy;
    return true;
}

bool reading_add(void *arg, const struct episode *episode)
{
    struct reading *reading = arg;
    bool viewed = false;
    if (episode->first_ms < reading->from_ms || episode->first_ms >= reading->to_ms ||
        !episodes_lang_fits(episode->lang, reading->lang))
        return true;
    for (size_t i = 0; i < episode->count; i++) {
        const struct event *event = episode->events[i];
        if (event->type == EVENT_TICKET && viewed &&
            !keep(&reading->tickets, &reading->ticket_count, event))
            return false;
        if (!str_equal(event->article, reading->article) || !event->article)
            continue;
        reading->seen = true;
        viewed = viewed || (event->type == EVENT_VIEW && event->part == PART_ARTICLE);
        if (event->type == EVENT_VOTE && !str_empty(event->comment) &&
            !keep(&reading->comments, &reading->comment_count, event))
            return false;
    }
    return true;
}

static int compare(const void *a, const void *b)
{
    return episodes_order(*(struct event *const *)a, *(struct event *const *)b);
}

void reading_finish(struct reading *reading)
{
    if (reading->comment_count > 0)
        qsort(reading->comments, reading->comment_count, sizeof *reading->comments, compare);
    if (reading->ticket_count > 0)
        qsort(reading->tickets, reading->ticket_count, sizeof *reading->tickets, compare);
}

void reading_done(struct reading *reading)
{
    for (size_t i = 0; i < reading->comment_count; i++)
        mem_free(reading->comments[i]);
    for (size_t i = 0; i < reading->ticket_count; i++)
        mem_free(reading->tickets[i]);
    reading->comments = mem_free(reading->comments);
    reading->tickets = mem_free(reading->tickets);
    reading->comment_count = reading->ticket_count = 0;
}
