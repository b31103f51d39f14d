/* reply_links.h: which articles an agent's reply sends a customer to. */
#ifndef DEFLECT_APP_REPLY_LINKS_H
#define DEFLECT_APP_REPLY_LINKS_H

#include "app/service.h"

/* Appends to *IDS (strv, each once) the articles whose address stands in TEXT: on this server, with
 * or without `?via=` and section, under a redirected path, or an article's own `url`. At most
 * LIMIT_REPLY_LINKS. Errors: UNAVAILABLE (no index yet), OUT_OF_MEMORY. */
enum status reply_links(struct service *service, struct slice text, char ***ids,
                        struct error *err);

#endif
