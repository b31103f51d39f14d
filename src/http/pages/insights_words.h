/* insights_words.h: figures of the reports in plain words, for the insights pages. */
#ifndef DEFLECT_HTTP_INSIGHTS_WORDS_H
#define DEFLECT_HTTP_INSIGHTS_WORDS_H

#include <jansson.h>
#include <stdbool.h>

/* "38 %" of a rate {"value","low","high"}; "–" where nothing was seen. Owns: the caller, here and below; NULL when
 * memory is short. */
char *insights_percent(const json_t *rate);

/* "31–45 %", its interval. */
char *insights_bounds(const json_t *rate);

/* "likely 31–45 %, of 187", by the template of words "range" in TEXTS; NULL where nothing was seen. */
char *insights_range(const json_t *texts, const json_t *rate, json_int_t count);

/* "+12 %" against the period before; NULL where that had nothing. */
char *insights_change(json_int_t now, json_int_t before);

/* "+3.4" or "−0.6", with a true minus sign. */
char *insights_signed(double value);

/* The text NAME of TEXTS with "{name}" placeholders replaced by the fields of VALUES (strings and whole numbers). */
char *insights_fill(const json_t *texts, const char *name, const json_t *values);

#endif
