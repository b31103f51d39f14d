/* supervisor.c: takes the socket, tells the state. */
#include "cli/supervisor.h"

#include "base/clock.h"
#include "base/str.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST_FD = 3 /* SD_LISTEN_FDS_START */ };

/* The number in variable NAME; -1: none. */
static int64_t read_number(const char *name)
{
    const char *text = getenv(name); /* NOLINT(concurrency-mt-unsafe): set before the program began */
    int64_t number;
    return text && str_to_int64(slice_of(text), &number) ? number : -1;
}

static bool is_listening(int fd)
{
    int yes = 0, type = 0;
    socklen_t length = sizeof yes, type_length = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &length) == 0 && yes &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_length) == 0 && type == SOCK_STREAM;
}

enum status supervisor_take_socket(int *ret_fd, struct error *err)
{
    int64_t count = read_number("LISTEN_FDS");
    *ret_fd = -1;
    if (count < 1 || read_number("LISTEN_PID") != getpid())
        return STATUS_OK;
    if (count > 1) {
        (void)error_set(err, STATUS_UNPROCESSABLE, "%" PRId64 " sockets were handed over; one is served", count);
        error_hint(err, "leave one ListenStream= in the socket unit; [::]:8080 takes IPv4 and IPv6");
        return STATUS_UNPROCESSABLE;
    }
    if (!is_listening(FIRST_FD)) {
        (void)error_set(err, STATUS_UNPROCESSABLE, "what was handed over is no listening stream socket");
        error_hint(err, "use ListenStream= and Accept=no in the socket unit");
        return STATUS_UNPROCESSABLE;
    }
    (void)fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC);
    *ret_fd = FIRST_FD;
    return STATUS_OK;
}

void supervisor_tell(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET"); /* NOLINT(concurrency-mt-unsafe) */
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = path ? strlen(path) : 0;
    int fd;
    if ((length < 2 || length >= sizeof address.sun_path) || (*path != '/' && *path != '@'))
        return;
    memcpy(address.sun_path, path, length);
    if (*path == '@')
        address.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
    (void)close(fd);
}

void supervisor_tell_reloading(void)
{
    char state[80];
    (void)snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_monotonic_us());
    supervisor_tell(state);
}

int64_t supervisor_watchdog_ms(void)
{
    int64_t period_us = read_number("WATCHDOG_USEC"), pid = read_number("WATCHDOG_PID");
    if (period_us <= 0 || (pid >= 0 && pid != getpid()))
        return 0;
    return period_us / 2000 > 0 ? period_us / 2000 : 1; /* twice as often as it must be */
}
