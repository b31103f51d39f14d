/* listen.h: the socket that is listened on. */
#ifndef DEFLECT_HTTP_LISTEN_H
#define DEFLECT_HTTP_LISTEN_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Listens on TEXT ("127.0.0.1:8080", "[::1]:8080", "localhost:0"; ":8080": all addresses). *RET: a non-blocking socket.
 * Errors: UNPROCESSABLE (no such form), UNAVAILABLE (taken, or not ours: says so), IO. Owns: the caller closes it. */
enum status listen_open(const char *text, int *ret_fd, struct error *err);

/* The port and the address of socket FD as a browser writes it ("http://127.0.0.1:8080", https with TLS;
 * http://localhost:… for all addresses) into URL. Errors: IO. */
#define LISTEN_URL_SIZE 80
enum status listen_describe(int fd, bool tls, uint16_t *ret_port, char url[LISTEN_URL_SIZE], struct error *err);

/* Raises the limit of open files to what the system allows and returns how many connections fit below it, at most WANTED. */
unsigned listen_capacity(unsigned wanted);

#endif
