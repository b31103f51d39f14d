/* cmd_doctor.c: `deflect doctor`: is everything as it must be, and if not, what to do. */
#include <config.h>

#include "cli/cli.h"

#include "app/caution.h"
#include "app/forward.h"
#include "app/link_check.h"
#include "app/suggest.h"
#include "app/totals.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/str.h"
#include "text/words.h"

#include <cmark-gfm.h>
#include <curl/curl.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <netdb.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

enum { TEXT_SIZE = 512 };

/* What one examination found. */
struct finding {
    bool bad;
    char text[TEXT_SIZE];
    char hint[256];
};

struct patient {
    struct cli *cli;
    struct service *service; /* NULL: it did not open */
    struct error opening;
};

static void found(struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void found(struct finding *finding, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(finding->text, sizeof finding->text, format, args);
    va_end(args);
}

static void found_error(struct finding *finding, const struct error *err)
{
    finding->bad = true;
    found(finding, "%s", err->message);
    (void)snprintf(finding->hint, sizeof finding->hint, "%s", err->hint);
}

static void found_errno(struct finding *finding, const char *what, const char *path, int errnum)
{
    struct error err;
    (void)error_set_errno(&err, STATUS_IO, errnum, "%s %s", what, path);
    error_hint(&err, "give the user that runs deflect the right to it");
    found_error(finding, &err);
}

static void examine_config(const struct patient *patient, struct finding *finding)
{
    const struct config *config = &patient->cli->config;
    found(finding, "%s, %zu flags", config->file ? config->file : "no file", patient->cli->flag_count);
}

static void examine_versions(const struct patient *patient, struct finding *finding)
{
    (void)patient;
    found(finding,
          "%s; SQLite %s, libmicrohttpd %s, cmark-gfm %s, jansson %s, libyaml %s, GnuTLS %s, libcurl "
          "%s; %s",
          PACKAGE_STRING, sqlite3_libversion(), MHD_get_version(), cmark_version_string(),
          jansson_version_str(), yaml_get_version_string(), gnutls_check_version(NULL),
          curl_version_info(CURLVERSION_NOW)->version, words_version());
}

static void examine_clock(const struct patient *patient, struct finding *finding)
{
    static const int64_t sane_from_ms = INT64_C(1767225600000); /* 2026-01-01 */
    char text[CLOCK_TEXT_SIZE];
    (void)patient;
    clock_format(clock_now_ms(), text);
    found(finding, "%s", text);
    if (clock_now_ms() < sane_from_ms) {
        finding->bad = true;
        (void)snprintf(finding->hint, sizeof finding->hint, "set the clock: events carry its time");
    }
}

static void examine_articles(const struct patient *patient, struct finding *finding)
{
    const char *folder = patient->cli->config.articles;
    struct stat info;
    if (stat(folder, &info) < 0)
        found_errno(finding, "cannot look at", folder, errno);
    else if (!S_ISDIR(info.st_mode))
        found_errno(finding, "cannot use", folder, ENOTDIR);
    else if (access(folder, R_OK | X_OK) < 0)
        found_errno(finding, "cannot read", folder, errno);
    else
        found(finding, "%s can be read", folder);
}

static void examine_permissions(const struct patient *patient, struct finding *finding)
{
    const char *folder = patient->cli->config.data;
    struct stat info;
    if (stat(folder, &info) < 0) {
        found_errno(finding, "cannot look at", folder, errno);
        return;
    }
    found(finding, "%s has mode %03o", folder, (unsigned)info.st_mode & 0777U);
    if (info.st_mode & S_IRWXO) {
        finding->bad = true;
        (void)snprintf(finding->hint, sizeof finding->hint,
                       "it holds personal data: chmod o-rwx %s", folder);
    }
}

static void examine_writing(const struct patient *patient, struct finding *finding)
{
    _cleanup_free_ char *probe = file_join(patient->cli->config.data, "doctor.probe");
    struct error err;
    if (!probe || file_write(probe, "probe", 5, 0600, &err)) {
        if (!probe)
            (void)error_memory(&err);
        found_error(finding, &err);
        return;
    }
    (void)unlink(probe);
    found(finding, "%s can be written", patient->cli->config.data);
}

static void examine_store(const struct patient *patient, struct finding *finding)
{
    struct error err;
    if (!patient->service)
        found_error(finding, &patient->opening);
    else if (store_check(service_store(patient->service), &err))
        found_error(finding, &err);
    else
        found(finding, "the store can be read and written");
}

/* Opens the index itself: whoever else finds it damaged builds it anew without a word to the asker. */
static void examine_index(const struct patient *patient, struct finding *finding)
{
    _cleanup_free_ char *folder = file_join(patient->cli->config.data, "index");
    struct index_reader *reader = NULL;
    struct error err;
    enum status status = folder ? index_reader_open(folder, &reader, &err) : error_memory(&err);
    if (!status)
        status = index_reader_check(reader, &err);
    if (status == STATUS_CORRUPT)
        error_hint(&err, "it is built anew from the articles with the next question, or now by `deflect index --rebuild`; "
                         "look after the disk");
    if (status)
        found_error(finding, &err);
    else
        found(finding, "every article of the index can be read");
    (void)index_reader_close(reader);
}

static void examine_search(const struct patient *patient, struct finding *finding)
{
    struct suggest_request request = {.subject = SLICE_LITERAL("how do I get help"), .limit = 5,
                                      .final = true};
    struct index_results results = {.hits = NULL};
    int64_t begun_us = clock_monotonic_us();
    struct error err;
    if (!patient->service) {
        found_error(finding, &patient->opening);
        return;
    }
    if (service_search(patient->service, &request, &results, &err))
        found_error(finding, &err);
    else
        found(finding, "a sample question found %zu articles in %.1f ms", results.total,
              (double)(clock_monotonic_us() - begun_us) / 1000);
    index_results_done(&results);
}

/* What agents taught of articles that are gone helps nobody, but may come back with them. */
static void examine_learning(const struct patient *patient, struct finding *finding)
{
    _cleanup_link_check_ struct link_check check = {.example = NULL};
    struct error err;
    if (!patient->service || link_check(patient->service, &check, &err))
        found_error(finding, patient->service ? &err : &patient->opening);
    else if (check.gone == 0)
        found(finding, "%zu links of tickets and articles", check.links);
    else
        found(finding, "%zu links of tickets and articles; %zu unused, of %zu articles that are gone, such as %s", check.links,
              check.unused, check.gone, check.example);
}

/* What visitors and agents make of what the search is sure of. */
static void examine_confidence(const struct patient *patient, struct finding *finding)
{
    _cleanup_json_ json_t *caution = NULL;
    struct error err;
    if (!patient->service || caution_json(service_store(patient->service), &caution, &err)) {
        found_error(finding, patient->service ? &err : &patient->opening);
        return;
    }
    const json_t *right = json_object_get(caution, "right");
    const long long judged = json_integer_value(json_object_get(caution, "judged"));
    const double threshold = caution ? json_number_value(json_object_get(caution, "threshold"))
                                     : index_high_chance(0);
    if (judged == 0)
        found(finding, "`high` from a chance of %.2f; nobody has judged it yet", threshold);
    else
        found(finding, "`high` from a chance of %.2f%s; %.0f %% of %lld judged first results right",
              threshold, caution_steps(caution) > 0 ? ", raised because fewer than 80 % were right" : "",
              100 * json_number_value(json_object_get(right, "value")), judged);
}

/* Requests that nobody gets are what a contact form must not have. */
static void examine_outbox(const struct patient *patient, struct finding *finding)
{
    _cleanup_outbox_list_ struct outbox_list list = {.items = NULL};
    const struct config *config = &patient->cli->config;
    const struct outbox_item *oldest = NULL;
    size_t waiting = 0;
    struct error err;
    if (forward_check(config, &err) || outbox_read(config->data, &list, &err)) {
        found_error(finding, &err);
        return;
    }
    for (size_t i = list.count; i-- > 0;)
        if (list.items[i].state == OUTBOX_WAITING) {
            oldest = &list.items[i];
            waiting++;
        }
    found(finding, "%zu requests wait, %zu are held%s%s", waiting, list.count - waiting,
          oldest && oldest->problem ? ": " : "", oldest && oldest->problem ? oldest->problem : "");
    if (oldest && (!forward_enabled(config) || oldest->attempts > 0 || !oldest->request)) {
        finding->bad = true;
        (void)snprintf(finding->hint, sizeof finding->hint,
                       forward_enabled(config) ? "`deflect outbox list` names them"
                                               : "contact_forward is not set: they go nowhere");
    }
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

static void examine_port(const struct patient *patient, struct finding *finding)
{
    const char *listen = patient->cli->config.listen;
    char host[CONFIG_HOST_SIZE], number[8];
    uint16_t port = 0;
    int errnum;
    (void)config_split_address(listen, host, &port);
    (void)snprintf(number, sizeof number, "%u", port);
    errnum = try_address(host, number);
    if (errnum == EADDRINUSE)
        found(finding, "%s is in use, by a running server, it is to be hoped", listen);
    else if (errnum)
        found_errno(finding, "cannot listen on", listen, errnum);
    else
        found(finding, "%s is free", listen);
}

/* Only where it is asked for: it reads the whole log. */
static void examine_totals(const struct patient *patient, struct finding *finding)
{
    size_t figures = 0, differences = 0;
    struct error err;
    if (!patient->service) {
        found_error(finding, &patient->opening);
        return;
    }
    if ((cli_option(patient->cli, "rebuild") && totals_rebuild(patient->service, &err)) ||
        totals_compare(patient->service, &figures, &differences, &err)) {
        found_error(finding, &err);
        return;
    }
    found(finding, "%zu of %zu figures differ from a recount of the log", differences, figures);
    finding->bad = differences > 0;
    (void)snprintf(finding->hint, sizeof finding->hint, "deflect doctor --recount --rebuild");
}

static const struct {
    const char *name;
    void (*examine)(const struct patient *patient, struct finding *finding);
} examinations[] = {
    {"configuration", examine_config}, {"versions", examine_versions},
    {"clock", examine_clock},          {"articles", examine_articles},
    {"store", examine_store},          {"permissions", examine_permissions},
    {"writing", examine_writing},      {"index", examine_index},
    {"search", examine_search},        {"learning", examine_learning},
    {"confidence", examine_confidence},
    {"port", examine_port},            {"outbox", examine_outbox},
    {"totals", examine_totals},
};

static void print_finding(const char *name, const struct finding *finding)
{
    bool colours = cli_colours();
    (void)printf("%s%-4s%s %-14s %s\n", colours ? finding->bad ? "\033[31m" : "\033[32m" : "",
                 finding->bad ? "BAD" : "ok", colours ? "\033[0m" : "", name, finding->text);
    if (finding->bad && finding->hint[0])
        (void)printf("     %-14s hint: %s\n", "", finding->hint);
}

int cmd_doctor(struct cli *cli)
{
    struct patient patient = {.cli = cli};
    _cleanup_json_ json_t *rows = json_array();
    bool json = cli_option(cli, "json") != NULL, bad = false;
    if (service_open(&cli->config, SERVICE_COMMAND, &patient.service, &patient.opening))
        patient.service = NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(examinations); i++) {
        struct finding finding = {.bad = false};
        if (examinations[i].examine == examine_totals && !cli_option(cli, "recount"))
            continue;
        examinations[i].examine(&patient, &finding);
        bad |= finding.bad;
        if (!json)
            print_finding(examinations[i].name, &finding);
        else if (json_array_append_new(rows, json_pack("{s:s,s:b,s:s,s:s*}", "check",
                                                       examinations[i].name, "ok", !finding.bad,
                                                       "found", finding.text, "hint",
                                                       finding.hint[0] ? finding.hint : NULL)))
            rows = NULL;
    }
    if (json && cli_print_json(json_incref(rows)))
        bad = true;
    (void)service_close(patient.service);
    return bad ? CLI_PROBLEMS : CLI_DONE;
}
