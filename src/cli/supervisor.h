/* supervisor.h: what a service manager gives to the program it starts, and wants to hear of it.
 *
 * The protocols of systemd (sd_listen_fds(3), sd_notify(3), sd_watchdog_enabled(3)), which others speak too: three
 * environment variables and a datagram socket. Without a service manager all of it does nothing. */
#ifndef DEFLECT_CLI_SUPERVISOR_H
#define DEFLECT_CLI_SUPERVISOR_H

#include "base/error.h"

#include <stdint.h>

/* The listening socket that was handed over; *RET_FD -1 where none was. Call once, before there is a second thread.
 * Errors: UNPROCESSABLE (several, or no listening socket). Owns: the caller closes it. */
enum status supervisor_take_socket(int *ret_fd, struct error *err);

/* Tells STATE, lines of VARIABLE=VALUE such as "READY=1". */
void supervisor_tell(const char *state);

/* The configuration is being read again: to be followed by READY=1. */
void supervisor_tell_reloading(void);

/* How often "WATCHDOG=1" is to be told, in milliseconds; 0: never. */
int64_t supervisor_watchdog_ms(void);

#endif
