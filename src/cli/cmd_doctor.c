/* cmd_doctor.c: `deflect doctor`: is everything as it must be, and if not, what to do. */
#include <config.h>

#include "cli/doctor.h"

#include "app/agent/link_check.h"
#include "app/report/caution.h"
#include "app/report/totals.h"
#include "app/send/forward.h"
#include "app/suggest.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/str.h"
#include "text/words.h"

#include <cmark-gfm.h>
#include <curl/curl.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <sqlite3.h>
#include <yaml.h>

static void examine_config(const struct patient *patient, struct finding *finding)
{
    const struct config *config = &patient->cli->config;
    doctor_found(finding, "%s, %zu flags", config->file ? config->file : "no file", patient->cli->flag_count);
}

static void examine_versions(const struct patient *patient, struct finding *finding)
{
    (void)patient;
    doctor_found(finding,
          "%s; Xapian %s, SQLite %s, libmicrohttpd %s, cmark-gfm %s, jansson %s, libyaml %s, GnuTLS %s, libcurl "
          "%s; %s",
          PACKAGE_STRING, index_engine_version(), sqlite3_libversion(), MHD_get_version(), cmark_version_string(),
          jansson_version_str(), yaml_get_version_string(), gnutls_check_version(NULL),
          curl_version_info(CURLVERSION_NOW)->version, words_version());
}

static void examine_store(const struct patient *patient, struct finding *finding)
{
    struct error err;
    if (!patient->service)
        doctor_found_error(finding, &patient->opening);
    else if (store_check(service_store(patient->service), &err))
        doctor_found_error(finding, &err);
    else
        doctor_found(finding, "the store can be read and written");
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
        doctor_found_error(finding, &err);
    else
        doctor_found(finding, "every article of the index can be read");
    if (status == STATUS_NOT_FOUND)
        doctor_found_bad(finding, "deflect index");
    else if (status)
        doctor_found_bad(finding, "deflect index --rebuild");
    (void)index_reader_close(reader);
}

static bool take_one(void *arg, const struct event *event)
{
    (void)event;
    *(bool *)arg = true;
    return false;
}

/* Who has a week of events has something to lose. */
static void examine_backup(const struct patient *patient, struct finding *finding)
{
    enum { OLD_DAYS = 7 };
    _cleanup_free_ char *text = NULL;
    int64_t old_ms = clock_now_ms() - OLD_DAYS * MS_PER_DAY, at_ms = -1;
    bool something = false;
    struct error err;
    if (!patient->service) {
        doctor_found_error(finding, &patient->opening);
        return;
    }
    if (store_get_meta(service_store(patient->service), STORE_BACKUP_MARK, &text, &err) ||
        store_each_event(service_store(patient->service), 0, old_ms, take_one, &something, &err)) {
        doctor_found_error(finding, &err);
        return;
    }
    if (text)
        (void)clock_parse(slice_of(text), &at_ms);
    doctor_found(finding, "the last one: %s", text ? text : "never");
    if (something && at_ms < old_ms)
        doctor_found_bad(finding, "deflect backup \"backup-$(date +%%F)\"");
}

static void examine_search(const struct patient *patient, struct finding *finding)
{
    struct suggest_request request = {.subject = SLICE_LITERAL("how do I get help"), .limit = 5,
                                      .final = true};
    struct index_results results = {.hits = NULL};
    int64_t begun_us = clock_monotonic_us();
    struct error err;
    if (!patient->service) {
        doctor_found_error(finding, &patient->opening);
        return;
    }
    if (service_search(patient->service, &request, &results, &err))
        doctor_found_error(finding, &err);
    else
        doctor_found(finding, "a sample question found %zu articles in %.1f ms", results.total,
              (double)(clock_monotonic_us() - begun_us) / 1000);
    index_results_done(&results);
}

/* What agents taught of articles that are gone helps nobody, but may come back with them. What the search made of it is read whole. */
static void examine_learning(const struct patient *patient, struct finding *finding)
{
    _cleanup_link_check_ struct link_check check = {.example = NULL};
    _cleanup_free_ char *folder = file_join(patient->cli->config.data, "index");
    struct error err;
    if (!patient->service || link_check(patient->service, &check, &err)) {
        doctor_found_error(finding, patient->service ? &err : &patient->opening);
    } else if (!folder || index_learner_check(folder, &err)) {
        doctor_found_error(finding, &err);
        doctor_found_bad(finding, "systemctl restart deflect");
    } else if (check.gone == 0)
        doctor_found(finding, "%zu links of tickets and articles", check.links);
    else
        doctor_found(finding, "%zu links of tickets and articles; %zu unused, of %zu articles that are gone, such as %s", check.links,
              check.unused, check.gone, check.example);
}

/* What visitors and agents make of what the search is sure of. */
static void examine_confidence(const struct patient *patient, struct finding *finding)
{
    _cleanup_json_ json_t *caution = NULL;
    struct error err;
    if (!patient->service || caution_json(service_store(patient->service), &caution, &err)) {
        doctor_found_error(finding, patient->service ? &err : &patient->opening);
        return;
    }
    const json_t *right = json_object_get(caution, "right");
    const long long judged = json_integer_value(json_object_get(caution, "judged"));
    const double threshold = caution ? json_number_value(json_object_get(caution, "threshold"))
                                     : index_high_chance(0);
    if (judged == 0)
        doctor_found(finding, "`high` from a chance of %.2f; nobody has judged it yet", threshold);
    else
        doctor_found(finding, "`high` from a chance of %.2f%s; %.0f %% of %lld judged first results right",
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
        doctor_found_error(finding, &err);
        return;
    }
    for (size_t i = list.count; i-- > 0;)
        if (list.items[i].state == OUTBOX_WAITING) {
            oldest = &list.items[i];
            waiting++;
        }
    doctor_found(finding, "%zu requests wait, %zu are held%s%s", waiting, list.count - waiting,
          oldest && oldest->problem ? ": " : "", oldest && oldest->problem ? oldest->problem : "");
    if (oldest && (!forward_enabled(config) || oldest->attempts > 0 || !oldest->request)) {
        finding->bad = true;
        (void)snprintf(finding->hint, sizeof finding->hint,
                       forward_enabled(config) ? "`deflect outbox list` names them"
                                               : "contact_forward is not set: they go nowhere");
    }
}

/* Only where it is asked for: it reads the whole log. */
static void examine_totals(const struct patient *patient, struct finding *finding)
{
    size_t figures = 0, differences = 0;
    struct error err;
    if (!patient->service) {
        doctor_found_error(finding, &patient->opening);
        return;
    }
    if ((cli_option(patient->cli, "rebuild") && totals_rebuild(patient->service, &err)) ||
        totals_compare(patient->service, &figures, &differences, &err)) {
        doctor_found_error(finding, &err);
        return;
    }
    doctor_found(finding, "%zu of %zu figures differ from a recount of the log", differences, figures);
    finding->bad = differences > 0;
    (void)snprintf(finding->hint, sizeof finding->hint, "deflect doctor --recount --rebuild");
}

static const struct {
    const char *name;
    doctor_examination *examine;
} examinations[] = {
    {"configuration", examine_config},
    {"versions", examine_versions},
    {"clock", doctor_clock},
    {"articles", doctor_articles},
    {"store", examine_store},
    {"permissions", doctor_permissions},
    {"writing", doctor_writing},
    {"room", doctor_room},
    {"index", examine_index},
    {"backup", examine_backup},
    {"search", examine_search},
    {"learning", examine_learning},
    {"confidence", examine_confidence},
    {"port", doctor_port},
    {"certificate", doctor_certificate},
    {"outbox", examine_outbox},
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
    if (service_open(&cli->config, SERVICE_EXISTING, &patient.service, &patient.opening))
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
