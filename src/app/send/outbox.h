/* outbox.h: requests that wait to be delivered, one file each in the data folder's `outbox`.
 *
 * The one place that holds personal data unredacted: mode 0600, in no backup and no export, emptied
 * on delivery. A file is written whole, and synced, or not at all. Server and commands may work on
 * it at once: whoever changes something holds the folder's lock. Nothing is sent here
 * (forwarder.h). */
#ifndef DEFLECT_APP_OUTBOX_H
#define DEFLECT_APP_OUTBOX_H

#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"

#include <stdbool.h>
#include <stdint.h>

enum outbox_state {
    OUTBOX_WAITING, /* to be delivered */
    OUTBOX_HELD,    /* looks like spam: kept apart until a person decides */
};

#define OUTBOX_ID_SIZE 25

struct outbox_item {
    char id[OUTBOX_ID_SIZE]; /* hexadecimal */
    enum outbox_state state;
    int64_t created_ms, next_ms; /* when it was put in; when to try next */
    int64_t attempts;
    char *problem;   /* of the last attempt, or why it is held; NULL: none */
    json_t *request; /* what is to be delivered; NULL: the file cannot be read */
};
void outbox_item_done(struct outbox_item *item);
#define _cleanup_outbox_item_ _cleanup_(outbox_item_done)

struct outbox_list {
    struct outbox_item *items; /* by time */
    size_t count;
};
void outbox_list_done(struct outbox_list *list);
#define _cleanup_outbox_list_ _cleanup_(outbox_list_done)

/* The id of a request: the same for the same TEXT. */
void outbox_make_id(struct slice text, char out[OUTBOX_ID_SIZE]);

/* Puts ITEM (id, state, created_ms, request, perhaps problem) into the outbox of data folder DATA.
 * OK means: on disk. One that is there already stays as it is. Of the held the oldest make room for
 * new ones. Errors: UNAVAILABLE (LIMIT_OUTBOX wait already), IO, OUT_OF_MEMORY. */
enum status outbox_put(const char *data, const struct outbox_item *item, struct error *err);

/* All items. Owns: the caller. Errors: IO, OUT_OF_MEMORY; no outbox yet is an empty list. */
enum status outbox_read(const char *data, struct outbox_list *ret, struct error *err);

/* Notes a failed attempt. One that was removed meanwhile stays removed. */
enum status outbox_note_failure(const char *data, const char *id, int64_t next_ms,
                                const char *problem, struct error *err);

/* Makes ID (a waiting or held one) due at once, as if it were new. Errors: NOT_FOUND. */
enum status outbox_retry(const char *data, const char *id, int64_t now_ms, struct error *err);

/* Removes ID for good. Errors: NOT_FOUND. */
enum status outbox_drop(const char *data, const char *id, struct error *err);

/* Removes what CONTACT (any case; NULL: not asked for) or SESSION sent, and what a crash left half
 * written. Adds to *RET_COUNT. */
enum status outbox_erase(const char *data, const char *contact, const char *session,
                         int64_t *ret_count, struct error *err);

#endif
