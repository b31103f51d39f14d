/* request.h: the words of a ticket: what it is grouped by, and what is shown of it. */
#ifndef DEFLECT_MEASURE_REQUEST_H
#define DEFLECT_MEASURE_REQUEST_H

#include "measure/episodes.h"

/* A ticket's words; all borrowed. */
struct request_words {
    const char *subject, *body; /* NULL: none */
    const char *lang;           /* NULL: not known */
};

/* The words of TICKET, which ended EPISODE: its own, or else the last question before it. False
 * where there are none. */
bool request_words_of(const struct episode *episode, const struct event *ticket,
                      struct request_words *ret);

/* Subject and the beginning of the body (what comes after is greetings and quotes) in a fresh
 * string; NULL when memory is short. */
char *request_text(const struct request_words *words);

/* What is shown: the subject, or the first line of the body, in a fresh string; NULL when memory is
 * short. */
char *request_title(const struct request_words *words);

#endif
