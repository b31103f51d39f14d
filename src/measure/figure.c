/* figure.c: see figure.h. */
#include "measure/figure.h"

#include "base/clock.h"

int64_t figure_day(int64_t at_ms)
{
    return at_ms >= 0 ? at_ms / MS_PER_DAY : -((-at_ms + MS_PER_DAY - 1) / MS_PER_DAY);
}

bool figure_fits(const struct figure *figure, int64_t from_ms, int64_t to_ms, const char *lang)
{
    const int64_t day_ms = figure->day * MS_PER_DAY;
    return day_ms >= from_ms && day_ms < to_ms &&
           episodes_lang_fits(*figure->lang ? figure->lang : NULL, lang);
}
