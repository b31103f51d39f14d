/* listen.c: opens and describes listening sockets. */
#include "http/listen.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "http/address.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BACKLOG = 1024, SPARE_FILES = 256 /* for index, store, articles, and some air */ };

static enum status bad_form(const char *text, struct error *err)
{
    (void)error_set(err, STATUS_UNPROCESSABLE, "listen: \"%s\" is no address with port", text);
    error_hint(err, "write ADDRESS:PORT such as 127.0.0.1:8080 or [::1]:8080; port 0 picks a free one");
    return STATUS_UNPROCESSABLE;
}

/* Splits "HOST:PORT"; HOST without brackets, "" for all addresses. */
static enum status split(const char *text, char **ret_host, const char **ret_port, struct error *err)
{
    const char *colon = strrchr(text, ':');
    struct slice host;
    int64_t port;
    if (!colon || !str_to_int64(slice_of(colon + 1), &port) || port < 0 || port > UINT16_MAX)
        return bad_form(text, err);
    host = (struct slice){text, (size_t)(colon - text)};
    if (host.length >= 2 && host.ptr[0] == '[' && host.ptr[host.length - 1] == ']')
        host = (struct slice){host.ptr + 1, host.length - 2};
    else if (memchr(host.ptr, ':', host.length))
        return bad_form(text, err);
    *ret_host = mem_strndup(host.ptr, host.length);
    *ret_port = colon + 1;
    return *ret_host ? STATUS_OK : error_memory(err);
}

static enum status explain(const char *text, int errnum, struct error *err)
{
    enum status status = error_set_errno(err, STATUS_UNAVAILABLE, errnum, "cannot listen on %s", text);
    if (errnum == EADDRINUSE)
        error_hint(err, "another program, perhaps another deflect, listens there: choose another port with --listen");
    else if (errnum == EACCES)
        error_hint(err, "ports below 1024 need a privilege: choose a higher one with --listen");
    else if (errnum == EADDRNOTAVAIL)
        error_hint(err, "the address is none of this machine's: choose one with --listen");
    return status;
}

static int try_open(const struct addrinfo *info)
{
    int on = 1, off = 0;
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int errnum;
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (info->ai_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    errnum = errno;
    (void)close(fd);
    errno = errnum;
    return -1;
}

enum status listen_open(const char *text, int *ret_fd, struct error *err)
{
    _cleanup_free_ char *host = NULL;
    const char *port;
    struct addrinfo wish = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    int fd = -1, errnum = EADDRNOTAVAIL, problem;
    enum status status = split(text, &host, &port, err);
    if (status)
        return status;
    problem = getaddrinfo(*host ? host : NULL, port, &wish, &found);
    if (problem)
        return error_set(err, STATUS_UNPROCESSABLE, "listen: \"%s\": %s", text, gai_strerror(problem));
    /* "All addresses" comes as 0.0.0.0 and ::, of which the latter takes both. */
    for (int pass = 0; pass < 2 && fd < 0; pass++)
        for (const struct addrinfo *info = found; info && fd < 0; info = info->ai_next) {
            bool prefer = *host || info->ai_family == AF_INET6;
            if (prefer != (pass == 0))
                continue;
            fd = try_open(info);
            errnum = errno;
        }
    freeaddrinfo(found);
    if (fd < 0)
        return explain(text, errnum, err);
    *ret_fd = fd;
    return STATUS_OK;
}

static bool is_any(const struct address *address)
{
    static const struct address any;
    static const unsigned char any_ipv4[4];
    if (address_is_ipv4(address))
        return memcmp(address->bytes + 12, any_ipv4, 4) == 0;
    return memcmp(address, &any, sizeof any) == 0;
}

enum status listen_describe(int fd, bool tls, uint16_t *ret_port, char url[LISTEN_URL_SIZE], struct error *err)
{
    struct sockaddr_storage socket = {0};
    socklen_t length = sizeof socket;
    struct address address;
    char text[ADDRESS_TEXT_SIZE];
    const char *scheme = tls ? "https" : "http";
    in_port_t port;
    if (getsockname(fd, (struct sockaddr *)&socket, &length) != 0)
        return error_set_errno(err, STATUS_IO, errno, "cannot read the address that is listened on");
    if (socket.ss_family == AF_INET)
        port = ((struct sockaddr_in *)&socket)->sin_port;
    else if (socket.ss_family == AF_INET6)
        port = ((struct sockaddr_in6 *)&socket)->sin6_port;
    else
        return error_set(err, STATUS_UNPROCESSABLE, "the socket handed over is no TCP socket");
    address_from_socket((struct sockaddr *)&socket, &address);
    address_format(&address, text);
    *ret_port = ntohs(port);
    if (is_any(&address))
        (void)snprintf(url, LISTEN_URL_SIZE, "%s://localhost:%u", scheme, *ret_port);
    else
        (void)snprintf(url, LISTEN_URL_SIZE, "%s://%s%s%s:%u", scheme, address_is_ipv4(&address) ? "" : "[", text,
                       address_is_ipv4(&address) ? "" : "]", *ret_port);
    return STATUS_OK;
}

unsigned listen_capacity(unsigned wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted;
    if (limit.rlim_cur < limit.rlim_max && limit.rlim_cur < wanted + SPARE_FILES) {
        limit.rlim_cur = limit.rlim_max < wanted + SPARE_FILES ? limit.rlim_max : wanted + SPARE_FILES;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur >= wanted + SPARE_FILES)
        return wanted;
    return limit.rlim_cur > 2 * SPARE_FILES ? (unsigned)limit.rlim_cur - SPARE_FILES : (unsigned)limit.rlim_cur / 2;
}
