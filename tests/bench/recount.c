/* recount.c: do the running totals equal a recount of a million random events?
 *
 * Random in every field that a figure looks at, in random order, some twice, some late, some of
 * them tickets that are taken back; totals are worked out again and again while they come in. Then
 * every figure is compared with a recount of the whole log, as `deflect doctor --recount` does.
 *
 * Usage: recount [EVENTS [SEED]]; 1,000,000 and 1 unless told. Exits 1 where a figure differs. */
#include "random_events.h"

#include "app/report/totals.h"
#include "base/clock.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#define BATCH 1000
#define ROLLS 20 /* times that totals are worked out while events come in */
#define DAYS 90
#define SESSIONS_A_MILLION 200000
#define CONTACTS_A_MILLION 20000

static _Noreturn void give_up(const char *what, const struct error *err)
{
    (void)fprintf(stderr, "recount: %s: %s\n", what, err->message);
    exit(2);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static void append(struct service *service, struct random *random,
                   const struct random_events *options)
{
    static struct random_event drawn[BATCH];
    static struct event events[BATCH];
    struct error err;
    for (size_t i = 0; i < BATCH; i++) {
        /* One in twenty is one that came before. */
        if (i > 0 && random_chance(random, 0.05)) {
            events[i] = events[random_below(random, i)];
            continue;
        }
        random_event_draw(random, options, &drawn[i]);
        events[i] = drawn[i].event;
    }
    if (store_append(service_store(service), events, BATCH, NULL, &err))
        give_up("cannot append", &err);
}

static int compare(struct service *service, size_t events, double seconds)
{
    size_t figures = 0, differences = 0;
    struct error err;
    const int64_t begun_us = clock_monotonic_us();
    if (totals_compare(service, &figures, &differences, &err))
        give_up("cannot compare", &err);
    printf("%zu random events in %.0f s; %zu of %zu figures differ from a recount (%.0f s)\n",
           events, seconds, differences, figures, (double)(clock_monotonic_us() - begun_us) / 1e6);
    return differences > 0;
}

int main(int argc, char **argv)
{
    const size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
    char folder[] = "/tmp/deflect-recount-XXXXXX";
    const struct random_events options = {.from_ms =
                                              clock_day_start(clock_now_ms()) - DAYS * MS_PER_DAY,
                                          .days = DAYS,
                                          .sessions = 1 + count * SESSIONS_A_MILLION / 1000000,
                                          .contacts = 1 + count * CONTACTS_A_MILLION / 1000000,
                                          .articles = 300};
    struct config config;
    struct service *service = NULL;
    struct random random;
    struct error err;
    random_seed(&random, argc > 2 ? strtoul(argv[2], NULL, 10) : 1);
    if (!mkdtemp(folder) || config_init(&config, &err) ||
        config_set(&config, "data", folder, "recount", &err) ||
        service_open(&config, SERVICE_COMMAND, &service, &err))
        give_up("cannot begin", &err);
    const int64_t begun_us = clock_monotonic_us();
    size_t stored = 0, turn = 0;
    for (; stored < count; stored += BATCH) {
        append(service, &random, &options);
        if (stored * ROLLS / count >= turn) {
            turn++;
            if (totals_roll(service, NULL, clock_now_ms(), NULL, &err))
                give_up("cannot work out the totals", &err);
        }
    }
    const int code = compare(service, stored, (double)(clock_monotonic_us() - begun_us) / 1e6);
    (void)service_close(service);
    config_done(&config);
    (void)nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    return code;
}
