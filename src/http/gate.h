/* gate.h: what must be right before a handler runs: address, route, rate, origin, role, type and length of the body. */
#ifndef DEFLECT_HTTP_GATE_H
#define DEFLECT_HTTP_GATE_H

#include "http/request.h"

/* Finds sender and route of REQUEST, whose headers have arrived. True: its handler may run once the body is there.
 * False: the reply stands already (a refusal, or the answer to OPTIONS). */
bool gate_pass(struct request *request);

/* Refuses a body that turned out too long. */
void gate_refuse_length(struct request *request);

/* The length that Content-Length tells; 0 where there is none. */
uint64_t gate_body_length(const struct request *request);

#endif
