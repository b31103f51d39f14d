/* event_names.h: the tables of names behind event.h, shared by what reads and writes events as
 * text. */
#ifndef DEFLECT_STORE_EVENT_NAMES_H
#define DEFLECT_STORE_EVENT_NAMES_H

enum {
    EVENT_TYPES = 7,
    EVENT_ARMS = 2,
    EVENT_PLACES = 2,
    EVENT_SOURCES = 5,
    EVENT_PARTS = 2,
    EVENT_VALUES = 3, /* VALUE_NONE, "", included */
    EVENT_CONFIDENCES = 4, /* SURE_UNKNOWN, "", included */
    EVENT_MARKS = 3,  /* name i stands for bit i */
};

extern const char *const event_type_names[EVENT_TYPES];
extern const char *const event_arm_names[EVENT_ARMS];
extern const char *const event_place_names[EVENT_PLACES];
extern const char *const event_source_names[EVENT_SOURCES];
extern const char *const event_part_names[EVENT_PARTS];
extern const char *const event_value_names[EVENT_VALUES];
extern const char *const event_confidence_names[EVENT_CONFIDENCES];
extern const char *const event_mark_names[EVENT_MARKS];

#endif
