/* response.h: a finished reply as libmicrohttpd sends it, with the headers that every reply carries. */
#ifndef DEFLECT_HTTP_RESPONSE_H
#define DEFLECT_HTTP_RESPONSE_H

#include "http/request.h"

/* Queues the reply of REQUEST, whose buffers the response takes over; CLOSE ends the connection after it. False where
 * memory is short: the connection is then to be dropped. */
bool response_queue(struct request *request, bool close);

#endif
