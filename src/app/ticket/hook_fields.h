/* hook_fields.h: finding fields in a help desk's JSON, and putting them into a ticket's.
 *
 * For hook_translate.c and hook_desks.c alone. Setters ignore what is missing, so that a desk's
 * translation reads as a list of what stands where. */
#ifndef DEFLECT_APP_HOOK_FIELDS_H
#define DEFLECT_APP_HOOK_FIELDS_H

#include "app/ticket/hook_translate.h"

struct hook_call {
    const struct hook_desk *desk;
    const char *event; /* "" where the desk sends none */
    const json_t *payload;
    char *const *states;
    int64_t now_ms;
    json_t *ticket; /* what is being built */
};

/* The value at PATH ("ticket.customer.email"); NULL where there is none or it is null. Borrowed. */
const json_t *hook_at(const json_t *object, const char *path);

/* The text at PATH, NULL where there is none. Borrowed. */
const char *hook_text(const json_t *object, const char *path);

/* The name at PATH: a text, or an object with a `name` or `email`. Borrowed; NULL: none. */
const char *hook_name(const json_t *object, const char *path);

/* True when EVENT ends with one of the words of LIST, separated by spaces. */
bool hook_event_is(const char *event, const char *list);

/* Copies the text or number at PATH of OBJECT to FIELD of the ticket. */
void hook_copy(struct hook_call *call, const char *field, const json_t *object, const char *path);
void hook_put(struct hook_call *call, const char *field, const char *value);

/* The same, with HTML made plain text. */
void hook_copy_html(struct hook_call *call, const char *field, const json_t *object,
                    const char *path);

/* The same for a time: RFC 3339, "2026-11-22 02:05:03", or unix seconds as text or number. */
void hook_copy_time(struct hook_call *call, const char *field, const json_t *object,
                    const char *path);

/* Sets `status` from the desk's own state at PATH. */
void hook_copy_state(struct hook_call *call, const json_t *object, const char *path);

/* Sets `tags` from an array of texts, or of objects with TEXT_FIELD. */
void hook_copy_tags(struct hook_call *call, const json_t *array, const char *text_field);

/* Adds a reply by AGENT or customer; HTML is made plain. AT may be NULL: now. */
void hook_add_reply(struct hook_call *call, bool agent, const json_t *at, const char *text,
                    bool html);

/* Plain text of HTML, links kept as "text (address)". Owns: the caller; NULL: memory is short. */
char *hook_plain(const char *html);

/* The translations, one a desk; false where the delivery tells of no ticket. */
bool hook_from_zendesk(struct hook_call *call);
bool hook_from_freshdesk(struct hook_call *call);
bool hook_from_zammad(struct hook_call *call);
bool hook_from_chatwoot(struct hook_call *call);
bool hook_from_helpscout(struct hook_call *call);
bool hook_from_freescout(struct hook_call *call);
bool hook_from_github(struct hook_call *call);
bool hook_from_generic(struct hook_call *call);

#endif
