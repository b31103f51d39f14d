/* desk.h: what the agents' side keeps in memory: the words of past tickets. For src/app/ alone. */
#ifndef DEFLECT_APP_DESK_H
#define DEFLECT_APP_DESK_H

#include "app/service.h"
#include "app/ticket/similar.h"
#include "store/ticket.h"

struct desk;

/* Errors: OUT_OF_MEMORY. Owns: the service. */
enum status desk_new(const char *default_lang, struct desk **ret, struct error *err);
struct desk *desk_free(struct desk *desk);

/* The tickets to compare with; read from the store at the first call. Borrowed. */
enum status desk_similar(struct service *service, struct similar **ret, struct error *err);

/* TICKET was stored: remembers its words, or forgets it where it is merged or spam. */
enum status desk_note_ticket(struct service *service, const struct ticket *ticket,
                             struct error *err);

#endif
