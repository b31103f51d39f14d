/* event_copy.c: the struct, the list of results, then the texts, one behind the other. */
#include "measure/event_copy.h"

#include "base/str.h"

#include <string.h>

/* Every text of an event. */
static const size_t texts[] = {
    offsetof(struct event, id),           offsetof(struct event, session),
    offsetof(struct event, contact_hash), offsetof(struct event, article),
    offsetof(struct event, query_id),     offsetof(struct event, lang),
    offsetof(struct event, query),        offsetof(struct event, comment),
    offsetof(struct event, ticket),       offsetof(struct event, ref),
    offsetof(struct event, subject),      offsetof(struct event, body),
};

static char **text_at(struct event *event, size_t offset)
{
    return (char **)(void *)((char *)event + offset);
}

/* Copies *TEXT to *FREE_SPACE, points *TEXT there and moves *FREE_SPACE behind it. */
static void move_text(char **text, char **free_space)
{
    if (!*text)
        return;
    const size_t size = strlen(*text) + 1;
    *text = memcpy(*free_space, *text, size);
    *free_space += size;
}

struct event *event_copy(const struct event *event)
{
    struct event source = *event;
    const size_t results = strv_length(event->results);
    size_t size = sizeof source + (event->results ? (results + 1) * sizeof(char *) : 0);
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        const char *text = *text_at(&source, texts[i]);
        size += text ? strlen(text) + 1 : 0;
    }
    for (size_t i = 0; i < results; i++)
        size += strlen(event->results[i]) + 1;

    struct event *copy = mem_alloc(size);
    if (!copy)
        return NULL;
    *copy = source;
    char *free_space = (char *)(copy + 1);
    if (event->results) {
        copy->results = (char **)(void *)free_space;
        free_space += (results + 1) * sizeof(char *);
        memcpy(copy->results, event->results, (results + 1) * sizeof(char *));
        for (size_t i = 0; i < results; i++)
            move_text(&copy->results[i], &free_space);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        move_text(text_at(copy, texts[i]), &free_space);
    return copy;
}
