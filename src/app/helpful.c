/* helpful.c: reads the articles report of the last 30 days for what helped. */
#include "app/helpful.h"

#include "app/report/report.h"
#include "base/clock.h"
#include "base/json.h"

enum { HELPED_LEAST = 3, LISTED_MOST = 60 };

struct helped {
    json_t *id; /* borrowed of the report */
    json_int_t times;
};

static json_int_t count_of(const json_t *row, const char *name)
{
    return json_integer_value(json_object_get(row, name));
}

static json_int_t times_helped(const json_t *row)
{
    return count_of(row, "solved") + count_of(row, "up") - count_of(row, "down");
}

/* Puts ROW into its place among the COUNT best; returns how many there are now. */
static size_t rank_row(struct helped *best, size_t count, const json_t *row)
{
    const struct helped helped = {json_object_get(row, "article"), times_helped(row)};
    size_t place = count;
    if (helped.times < HELPED_LEAST)
        return count;
    while (place > 0 && best[place - 1].times < helped.times)
        place--;
    if (place == LISTED_MOST)
        return count;
    if (count == LISTED_MOST)
        count--;
    memmove(best + place + 1, best + place, (count - place) * sizeof *best);
    best[place] = helped;
    return count + 1;
}

static json_t *ids_of(const json_t *report)
{
    struct helped best[LISTED_MOST];
    size_t count = 0, i;
    json_t *ids = json_array(), *row;
    json_array_foreach(json_object_get(report, "rows"), i, row)
    {
        count = rank_row(best, count, row);
    }
    for (i = 0; ids && i < count; i++) {
        if (json_array_append(ids, best[i].id) < 0) {
            json_decref(ids);
            return NULL;
        }
    }
    return ids;
}

enum status helpful_articles(struct service *service, json_t **ret, struct error *err)
{
    _cleanup_json_ json_t *report = NULL;
    struct report_request request = {.kind = "articles"};
    enum status status;
    report_default_range(clock_now_ms(), &request.from_ms, &request.to_ms);
    status = service_report_value(service, &request, &report, err);
    if (status)
        return status;
    *ret = ids_of(report);
    return *ret ? STATUS_OK : error_memory(err);
}
