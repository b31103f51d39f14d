/* population.c: the table's words → events. */
#include "unit.h"

#include "population.h"

#include "base/clock.h"
#include "base/str.h"
#include "measure/figures.h"

#include <stdio.h>

#define DAY_ZERO INT64_C(1772323200000) /* 2026-03-01T00:00:00Z */

int64_t population_day(int64_t day)
{
    return DAY_ZERO + day * MS_PER_DAY;
}

static char *copy(struct slice text)
{
    return mem_strndup(text.ptr, text.length);
}

static int choose(const char *const *names, size_t count, struct slice word)
{
    for (size_t i = 0; i < count; i++) {
        if (slice_equal(slice_of(names[i]), word))
            return (int)i;
    }
    fail_msg("population: unknown word '%.*s'", (int)word.length, word.ptr);
    return 0;
}

#define CHOOSE(word, ...)                                                                          \
    choose((const char *const[]){__VA_ARGS__}, ARRAY_LENGTH(((const char *const[]){__VA_ARGS__})), \
           word)

static char *with_spaces(struct slice text)
{
    char *query = copy(text);
    for (char *c = query; *c; c++) {
        if (*c == '_')
            *c = ' ';
    }
    return query;
}

static void set_field(struct event *event, struct slice key, struct slice value)
{
    int64_t number = 0;
    const char *name = copy(key);
    if (str_equal(name, "contact"))
        event->contact_hash = copy(value);
    else if (str_equal(name, "arm"))
        event->arm = (enum event_arm)CHOOSE(value, "suggest", "holdout");
    else if (str_equal(name, "holdout"))
        assert_true(str_to_double(value, &event->holdout));
    else if (str_equal(name, "place"))
        event->place = (enum event_place)CHOOSE(value, "form", "search");
    else if (str_equal(name, "part"))
        event->part = (enum event_part)CHOOSE(value, "article", "passage");
    else if (str_equal(name, "source"))
        event->source =
            (enum event_source)CHOOSE(value, "widget", "help", "agent_link", "reply", "other");
    else if (str_equal(name, "value"))
        event->value = (enum event_value)CHOOSE(value, "none", "up", "down");
    else if (str_equal(name, "mark"))
        event->marks = 1u << CHOOSE(value, "staff", "robot", "capped");
    else if (str_equal(name, "withdrawn"))
        assert_true(str_to_bool(value, &event->withdrawn));
    else if (str_equal(name, "lang"))
        event->lang = copy(value);
    else if (str_equal(name, "id"))
        event->id = copy(value);
    else if (str_equal(name, "query_id"))
        event->query_id = copy(value);
    else if (str_equal(name, "query"))
        event->query = with_spaces(value);
    else if (str_equal(name, "subject"))
        event->subject = with_spaces(value);
    else if (str_equal(name, "comment"))
        event->comment = with_spaces(value);
    else if (str_equal(name, "ms") && str_to_int64(value, &number))
        event->ms = number;
    else if (str_equal(name, "results")) {
        for (struct slice item; slice_split(&value, ',', &item);)
            assert_true(strv_append(&event->results, item));
    } else
        fail_msg("population: '%s' is no field or has a bad value", name);
    free((void *)(uintptr_t)name);
}

static void read_line(struct slice line, struct event *event)
{
    struct slice word;
    int64_t day = 0, hour = 0, minute = 0;
    assert_true(slice_split(&line, ' ', &word) && str_to_int64(word, &day));
    assert_true(slice_split(&line, ' ', &word) && word.length == 5);
    assert_true(str_to_int64((struct slice){word.ptr, 2}, &hour));
    assert_true(str_to_int64((struct slice){word.ptr + 3, 2}, &minute));
    event->at_ms = population_day(day) + hour * MS_PER_HOUR + minute * MS_PER_MINUTE;
    event->scroll = -1;
    assert_true(slice_split(&line, ' ', &word));
    if (!slice_equal(word, SLICE_LITERAL("-")))
        event->session = copy(word);
    assert_true(slice_split(&line, ' ', &word));
    event->type = (enum event_type)CHOOSE(word, "search", "view", "read", "vote", "solved",
                                          "contact", "ticket");
    while (slice_split(&line, ' ', &word)) {
        const char *equals = word.length > 0 ? memchr(word.ptr, '=', word.length) : NULL;
        if (word.length == 0)
            continue;
        if (!equals) {
            event->article = copy(word);
            continue;
        }
        const size_t key = (size_t)(equals - word.ptr);
        set_field(event, (struct slice){word.ptr, key},
                  (struct slice){equals + 1, word.length - key - 1});
    }
}

struct population population_read(const char *table)
{
    struct population population = {0};
    size_t capacity = 0;
    struct slice rest = slice_of(table), line;
    while (slice_split(&rest, '\n', &line)) {
        line = slice_trim(line);
        if (line.length == 0 || line.ptr[0] == '#')
            continue;
        assert_int_equal(
            mem_grow(&population.events, &capacity, population.count, sizeof(struct event)), 0);
        struct event *event = &population.events[population.count++];
        *event = (struct event){.sequence = (int64_t)population.count};
        read_line(line, event);
    }
    return population;
}

void population_measure(const struct population *population, int64_t now, figure_fn *each,
                        void *arg)
{
    const struct figures_options options = {.window_ms = MS_PER_DAY, .now_ms = population_day(now)};
    assert_true(figures_of(&options, population->events, population->count, each, arg));
}

void population_done(struct population *population)
{
    for (size_t i = 0; i < population->count; i++) {
        struct event *event = &population->events[i];
        char *texts[] = {event->id,      event->session,  event->contact_hash,
                         event->article, event->query_id, event->lang,
                         event->query,   event->comment,  event->subject};
        for (size_t t = 0; t < ARRAY_LENGTH(texts); t++)
            mem_free(texts[t]);
        strv_free(event->results);
    }
    population->events = mem_free(population->events);
    population->count = 0;
}
