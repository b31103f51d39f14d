/* event.h: one thing that a visitor did, as it is validated, stored, exported and measured.
 *
 * A plain struct, with the names and ranges of the public contract. Texts are already redacted when
 * an event reaches the store. */
#ifndef DEFLECT_STORE_EVENT_H
#define DEFLECT_STORE_EVENT_H

#include "base/error.h"
#include "base/mem.h"
#include "base/slice.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_type {
    EVENT_SEARCH,
    EVENT_VIEW,
    EVENT_READ,
    EVENT_VOTE,
    EVENT_SOLVED,
    EVENT_CONTACT,
    EVENT_TICKET,
};
enum event_arm { ARM_SUGGEST, ARM_HOLDOUT };
enum event_place { PLACE_FORM, PLACE_SEARCH };
enum event_source { SOURCE_WIDGET, SOURCE_HELP, SOURCE_AGENT_LINK, SOURCE_REPLY, SOURCE_OTHER };
enum event_part { PART_ARTICLE, PART_PASSAGE };
enum event_value { VALUE_NONE, VALUE_UP, VALUE_DOWN };
/* How sure the search was of what it showed first. */
enum event_confidence { SURE_UNKNOWN, SURE_LOW, SURE_MEDIUM, SURE_HIGH };

/* Why an event stands in no figure: bits, set when it is written. */
enum event_mark { MARK_STAFF = 1, MARK_ROBOT = 2, MARK_CAPPED = 4 };

struct event {
    int64_t sequence; /* order of arrival, given by the store; 0: not stored yet */
    int64_t at_ms;
    enum event_type type;
    enum event_arm arm;
    double holdout; /* share of hold-out in force when it was written, 0 to 0.5 */
    unsigned marks;
    char *id;
    char *session;
    char *contact_hash; /* NULL: not known */
    char *article;      /* NULL where the type has none, here and below */
    char *query_id;
    int rank; /* from 1; 0: not given */
    enum event_source source;
    enum event_part part;
    enum event_place place;
    char *lang;
    char *query;    /* of a search: what was asked */
    char **results; /* of a search: ids shown, in order */
    enum event_confidence confidence; /* of a search: of the first of them */
    int64_t ms;     /* of a read: visible time */
    double scroll;  /* of a read: 0 to 1; negative: not given */
    enum event_value value;
    char *comment;
    char *ticket; /* external id */
    char *ref;
    char *subject;
    char *body;
    bool withdrawn; /* taken back: the request was not sent after all, and counts nowhere */
};

/* Empties EVENT: frees what it owns. */
void event_done(struct event *event);
#define _cleanup_event_ _cleanup_(event_done)

/* Frees the array EVENTS with all COUNT events in it; returns NULL. NULL is fine. */
struct event *events_free(struct event *events, size_t count);

/* The name that stands in JSON ("search", "holdout", …); never NULL. Of VALUE_NONE: "". */
const char *event_type_name(enum event_type type);
const char *event_arm_name(enum event_arm arm);
const char *event_place_name(enum event_place place);
const char *event_source_name(enum event_source source);
const char *event_part_name(enum event_part part);
const char *event_value_name(enum event_value value);
const char *event_confidence_name(enum event_confidence confidence); /* of SURE_UNKNOWN: "" */

/* True where TEXT can be the id of a session or an event: 1 to 128 of A-Za-z0-9._:- */
bool event_id_valid(struct slice text);

/* True where TEXT can be a contact's hash: 64 lower-case hexadecimal digits. */
bool event_contact_hash_valid(struct slice text);

/* Reads what a page may say of one event: `id`, `at` and the fields of its type, each checked;
 * fills EVENT (zeroed by the caller, who calls event_done also after an error), leaving `id` NULL
 * and `at_ms` -1 where they are missing. Unknown fields are ignored; a longer comment, subject,
 * body or query is cut. What only the server knows
 * (`session`, `arm`, `holdout`, `marks`, `contact_hash`) is never taken from here. Does not redact.
 * Errors: UNPROCESSABLE with the reason to show ("field ms must be 0 to 86400000"), OUT_OF_MEMORY.
 */
enum status event_from_json(const json_t *object, struct event *event, struct error *err);

/* As event_from_json, and with what an export adds: `session`, `arm` (default: suggest), `holdout`,
 * `marks`, `confidence`, `contact_hash`. For files of the operator only: a page could claim to be anybody. */
enum status event_from_export(const json_t *object, struct event *event, struct error *err);

/* Refuses what a page cannot have seen: `at_ms` more than 5 minutes after NOW_MS or 30 days before.
 * Imports know no such bound. Errors: UNPROCESSABLE. */
enum status event_check_time(const struct event *event, int64_t now_ms, struct error *err);

/* Removes personal data from the free texts (query, comment, subject, body), before an event is
 * stored. Errors: OUT_OF_MEMORY; what could not be redacted is gone then. */
enum status event_redact(struct event *event, struct error *err);

/* The event as one JSON object, as `export events` writes it. Owns: the caller; NULL when memory is
 * short. */
json_t *event_to_json(const struct event *event);

/* The names of the set bits of MARKS ("staff", "robot", "capped"); owns as above. */
json_t *event_marks_to_json(unsigned marks);

#endif
