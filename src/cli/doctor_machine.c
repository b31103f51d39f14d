/* doctor_machine.c: what `deflect doctor` sees of the machine: clock, folders, rights, room, port, certificate. */
#include "cli/doctor.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "http/certificate.h"

#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LEAST_ROOM_BYTES (200.0 * 1024 * 1024)
enum { WARN_BEFORE_DAYS = 14 };

void doctor_found(struct finding *finding, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(finding->text, sizeof finding->text, format, args);
    va_end(args);
}

void doctor_found_error(struct finding *finding, const struct error *err)
{
    finding->bad = true;
    doctor_found(finding, "%s", err->message);
    (void)snprintf(finding->hint, sizeof finding->hint, "%s", err->hint);
}

void doctor_found_bad(struct finding *finding, const char *hint, ...)
{
    va_list args;
    va_start(args, hint);
    (void)vsnprintf(finding->hint, sizeof finding->hint, hint, args);
    va_end(args);
    finding->bad = true;
}

/* FOLDER, named by KEY of the configuration, cannot be used for ERRNUM. */
static void found_unusable(struct finding *finding, const char *key, const char *folder, int errnum)
{
    struct error err;
    (void)error_set_errno(&err, STATUS_IO, errnum, "cannot use %s", folder);
    doctor_found_error(finding, &err);
    if (errnum == EACCES)
        doctor_found_bad(finding, "as root: chown -R $(id -un) %s && chmod -R u+rwX %s", folder, folder);
    else
        doctor_found_bad(finding, "name the folder with --%s DIR, or as `%s:` in deflect.yaml", key, key);
}

static bool take_time(void *arg, const struct event *event)
{
    *(int64_t *)arg = event->at_ms;
    return false;
}

void doctor_clock(const struct patient *patient, struct finding *finding)
{
    static const int64_t sane_from_ms = INT64_C(1767225600000); /* 2026-01-01 */
    int64_t now_ms = clock_now_ms(), ahead_ms = -1;
    char text[CLOCK_TEXT_SIZE], ahead[CLOCK_TEXT_SIZE];
    clock_format(now_ms, text);
    doctor_found(finding, "%s", text);
    if (now_ms < sane_from_ms)
        doctor_found_bad(finding, "set the clock: timedatectl set-ntp true");
    if (!patient->service || store_each_event(service_store(patient->service), now_ms + LIMIT_EVENT_AHEAD_MS + 1,
                                              INT64_MAX, take_time, &ahead_ms, NULL) || ahead_ms < 0)
        return;
    clock_format(ahead_ms, ahead);
    doctor_found(finding, "it is %s, but the log holds an event of %s: the clock is wrong, or was", text, ahead);
    doctor_found_bad(finding, "set the clock: timedatectl set-ntp true; if it is right, import those events anew with "
                              "their true times: deflect export events");
}

void doctor_articles(const struct patient *patient, struct finding *finding)
{
    const char *folder = patient->cli->config.articles;
    struct stat info;
    int problem = stat(folder, &info) < 0 ? errno : S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
    if (!problem && access(folder, R_OK | X_OK) < 0)
        problem = errno;
    if (problem)
        found_unusable(finding, "articles", folder, problem);
    else
        doctor_found(finding, "%s can be read", folder);
}

/* True, and told, where others than FILE's owner and group can get at it. */
static bool is_open(const char *file, struct finding *finding)
{
    struct stat info;
    if (stat(file, &info) < 0 || !(info.st_mode & S_IRWXO))
        return false;
    doctor_found(finding, "%s has mode %03o: others can get at it", file, (unsigned)info.st_mode & 0777U);
    doctor_found_bad(finding, "chmod o-rwx %s", file);
    return true;
}

void doctor_permissions(const struct patient *patient, struct finding *finding)
{
    const struct config *config = &patient->cli->config;
    if (access(config->data, F_OK) < 0)
        found_unusable(finding, "data", config->data, errno);
    else if (!is_open(config->data, finding) &&
             !(config->hook_count && config->file && is_open(config->file, finding)) &&
             !(config->tls_key && is_open(config->tls_key, finding)))
        doctor_found(finding, "%s is closed to others", config->data);
}

void doctor_writing(const struct patient *patient, struct finding *finding)
{
    const char *folder = patient->cli->config.data;
    _cleanup_free_ char *probe = file_join(folder, "doctor.probe");
    struct error err;
    if (!probe || file_write(probe, "probe", 5, 0600, &err)) {
        if (!probe)
            (void)error_memory(&err);
        doctor_found_error(finding, &err);
        doctor_found_bad(finding, "as root: chown -R $(id -un) %s && chmod -R u+rwX %s", folder, folder);
        return;
    }
    (void)unlink(probe);
    doctor_found(finding, "%s can be written", folder);
}

void doctor_room(const struct patient *patient, struct finding *finding)
{
    static const double mega = 1024.0 * 1024.0;
    const char *folder = patient->cli->config.data;
    struct statvfs disk;
    double free_bytes, share;
    if (statvfs(folder, &disk) < 0) {
        found_unusable(finding, "data", folder, errno);
        return;
    }
    free_bytes = (double)disk.f_bavail * (double)disk.f_frsize;
    share = disk.f_blocks ? (double)disk.f_bavail / (double)disk.f_blocks : 0;
    doctor_found(finding, "%.0f MiB (%.0f %%) are free where %s lies", free_bytes / mega, share * 100, folder);
    if (free_bytes < LEAST_ROOM_BYTES)
        doctor_found_bad(finding, "make room on that disk (du -xh --max-depth=2 / | sort -h | tail), or move the data "
                                  "folder; without room no event is stored");
}

/* Tries to listen where the server would; that a server of ours listens already is fine. */
static int try_address(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *list, *one;
    int errnum = EADDRNOTAVAIL;
    if (getaddrinfo(*host ? host : NULL, port, &hints, &list) != 0)
        return errnum;
    for (one = list; one && errnum; one = one->ai_next) {
        int yes = 1, fd = socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, 0);
        if (fd < 0)
            continue;
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        errnum = bind(fd, one->ai_addr, one->ai_addrlen) == 0 ? 0 : errno;
        (void)close(fd);
    }
    freeaddrinfo(list);
    return errnum;
}

void doctor_port(const struct patient *patient, struct finding *finding)
{
    const char *listen = patient->cli->config.listen;
    char host[CONFIG_HOST_SIZE], number[8];
    uint16_t port = 0;
    int errnum;
    (void)config_split_address(listen, host, &port);
    (void)snprintf(number, sizeof number, "%u", port);
    errnum = try_address(host, number);
    if (errnum == EADDRINUSE)
        doctor_found(finding, "%s is in use, by a running server, it is to be hoped", listen);
    else if (errnum)
        {
        struct error err;
        (void)error_set_errno(&err, STATUS_IO, errnum, "cannot listen on %s", listen);
        doctor_found_error(finding, &err);
        doctor_found_bad(finding, "choose another address: --listen 127.0.0.1:8080");
    }
    else
        doctor_found(finding, "%s is free", listen);
}

void doctor_certificate(const struct patient *patient, struct finding *finding)
{
    const struct config *config = &patient->cli->config;
    struct certificate *certificate = NULL;
    int64_t left_ms;
    char end[CLOCK_TEXT_SIZE];
    struct error err;
    if (!config->tls_cert && !config->tls_key) {
        doctor_found(finding, "none: plain HTTP, for a proxy in front");
        return;
    }
    if (!config->tls_cert || !config->tls_key) {
        doctor_found(finding, "of tls_cert and tls_key only one is set");
        doctor_found_bad(finding, "name both --tls-cert FILE and --tls-key FILE");
        return;
    }
    if (certificate_load(config->tls_cert, config->tls_key, &certificate, &err)) {
        doctor_found_error(finding, &err);
        return;
    }
    clock_format_day(certificate_expires_ms(certificate), end);
    left_ms = certificate_expires_ms(certificate) - clock_now_ms();
    certificate_free(certificate);
    doctor_found(finding, "%s %s on %s", config->tls_cert, left_ms > 0 ? "ends" : "has expired", end);
    if (left_ms < WARN_BEFORE_DAYS * MS_PER_DAY)
        doctor_found_bad(finding, "renew it (certbot renew), then: systemctl reload deflect");
}
