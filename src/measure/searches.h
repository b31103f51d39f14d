/* searches.h: what a search of an episode came to; shared by the reports about questions. */
#ifndef DEFLECT_MEASURE_SEARCHES_H
#define DEFLECT_MEASURE_SEARCHES_H

#include "measure/episodes.h"

/* True where the event at INDEX is a search that stands for itself: any search of the help centre;
 * of the searches while a form was filled in, the last of each visit (a `contact` of the same
 * session begins a visit). */
bool search_counts(const struct episode *episode, size_t index);

/* True where nothing was shown for it on purpose. */
bool search_held_out(const struct event *search);

/* True where it was answered with nothing, and not on purpose. */
bool search_empty(const struct event *search);

/* The first view that came of the search at INDEX (by its query_id; where either names none, of one
 * of its results, before the same session's next search); NULL where there is none. */
const struct event *search_view(const struct episode *episode, size_t index);

#endif
