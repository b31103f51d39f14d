/* auto_reply.h: answers sent to tickets without a person, where the search is sure.
 *
 * Off unless config `auto_reply` names the desk, and refused until agents have judged enough sure
 * answers on this knowledge base. A ticket is answered once at most: the intention is on disk
 * before the call, and what came of it is not tried again. */
#ifndef DEFLECT_APP_AUTO_REPLY_H
#define DEFLECT_APP_AUTO_REPLY_H

#include "app/service.h"
#include "app/ticket/hook_signature.h"
#include "base/json.h"
#include "store/auto_reply.h"

/* So many sure answers must have been judged, and this share must not clearly be missed. */
#define AUTO_REPLY_JUDGED 50
#define AUTO_REPLY_RIGHT 0.8

/* Looks whether what CONFIG asks for can be had, and may be. Errors: UNPROCESSABLE saying what is
 * missing, with the count of judged answers; those of the store. */
enum status auto_reply_check(struct store *store, const struct config *config, struct error *err);

/* What was judged on this knowledge base: sure answers to tickets, by the agents who answered them; or
 * what visitors were shown (caution.h), where that is more. Not both together: one person's judgement
 * may be in both. Errors: those of the store. */
enum status auto_reply_count(struct store *store, struct auto_reply_judged *ret, struct error *err);

/* True where so many were judged, and so many of them right, that replies may be sent; else WHY
 * says what is missing. */
bool auto_reply_allowed(const struct auto_reply_judged *judged, char *why, size_t why_size);

/* The address of DESK's API in config `auto_reply`; NULL: off for it. Borrowed. */
const char *auto_reply_url(const struct config *config, const char *desk);

/* A ticket has just come in by a hook for the first time: notes whether there is a sure answer, and
 * has it sent where that is wanted. TICKET: the translated, unredacted one; ID: as stored; PAYLOAD:
 * the hook's own words. Failures are logged: the ticket is taken all the same. */
void auto_reply_consider(struct service *service, const struct hook_desk *desk, const char *id,
                         const json_t *ticket, const json_t *payload);

/* TICKET (fields of the API) without our own reply, which the desk sends back as an agent's: it
 * must teach nothing. *RET: a changed copy, or NULL where there is nothing to leave out. Owns: the
 * caller. */
enum status auto_reply_discount(struct service *service, const char *id, const json_t *ticket,
                                json_t **ret, struct error *err);

#endif
