/* event_copy.h: a whole event in one block of memory. */
#ifndef DEFLECT_MEASURE_EVENT_COPY_H
#define DEFLECT_MEASURE_EVENT_COPY_H

#include "store/event.h"

/* A deep copy of EVENT that mem_free alone frees; NULL when memory is short. Owns: the caller. */
struct event *event_copy(const struct event *event);

#endif
