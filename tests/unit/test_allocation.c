/* test_allocation.c: one allocation after the other fails, once and for good, in everything that the product does.
 *
 * What must hold each time: the outcome is right, or OUT_OF_MEMORY with its words; nothing is leaked; and the same works
 * again with memory. Reading HTML is left out: libxml2 2.9 may never end where memory stays short. `make check` takes samples of the longer tasks, `make check-alloc` (EVERY_ALLOCATION=1) each. */
#include "unit.h"

#include "app/agent/draft.h"
#include "app/agent/link_learn.h"
#include "app/content.h"
#include "app/reindex.h"
#include "app/report/report.h"
#include "app/suggest.h"
#include "app/ticket/hook_translate.h"
#include "app/ticket/ticket_ingest.h"
#include "app/ticket/ticket_read.h"
#include "app/ticket/ticket_view.h"
#include "article/parse.h"
#include "base/clock.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "http/settings.h"
#include "http/target.h"
#include "http/template.h"
#include "index/question.h"
#include "short_memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAMPLES = 150 /* of a task, unless every one is wanted */ };

/* ---- Where the tasks work ---- */

static struct {
    char folder[64], articles[80], data[80];
    struct config config;
    char secret[TOKEN_SECRET_SIZE]; /* of a token in `store` */
    struct store *store;     /* of the tasks on the store alone */
    struct service *service; /* of those on the whole product */
} place = {.folder = "/tmp/deflect-test-XXXXXX"};

static const char ARTICLE[] =
    "---\ntitle: Reset your password\nid: reset\ncategory: Account\ntags: [login, password]\nquestions:\n"
    "  - I forgot my password\nredirect_from: [/old/reset]\n---\n# Reset\n\nClick **Forgot password** below the form.\n\n"
    "## By e-mail\n\n1. Open the [link](other.md#top).\n2. Choose a new one.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    "```sh\nrun --now\n```\n";

static void put_file(const char *name, const char *text)
{
    _cleanup_free_ char *path = file_join(place.articles, name);
    assert_int_equal(file_write(path, text, strlen(text), 0600, NULL), STATUS_OK);
}

static void open_store_and_service(void)
{
    struct store_options options = {.folder = NULL};
    char alone[80];
    struct reindex_counts counts;
    struct token token;
    struct error err = {0};
    (void)snprintf(alone, sizeof alone, "%s/alone", place.folder);
    options.folder = alone;
    assert_int_equal(store_open(&options, &place.store, &err), STATUS_OK);
    assert_int_equal(store_token_create(place.store, ROLE_AGENT, "n", -1, &token, place.secret, &err), STATUS_OK);
    assert_int_equal(config_init(&place.config, &err), STATUS_OK);
    assert_int_equal(config_set(&place.config, "articles", place.articles, "", &err), STATUS_OK);
    assert_int_equal(config_set(&place.config, "data", place.data, "", &err), STATUS_OK);
    assert_int_equal(config_set(&place.config, "cache_bytes", "0", "", &err), STATUS_OK);
    assert_int_equal(service_open(&place.config, SERVICE_COMMAND, &place.service, &err), STATUS_OK);
    assert_int_equal(service_reindex(place.service, false, NULL, &counts, &err), STATUS_OK);
    assert_int_equal(counts.articles, 2);
}

static int set_up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(place.folder));
    (void)snprintf(place.articles, sizeof place.articles, "%s/articles", place.folder);
    (void)snprintf(place.data, sizeof place.data, "%s/data", place.folder);
    assert_int_equal(file_make_folder(place.articles, 0700, NULL), STATUS_OK);
    put_file("reset.md", ARTICLE);
    put_file("other.md", "# Invoices\n\nWe send a bill each month. Refunds take three days.\n");
    put_file("synonyms.yaml", "- [invoice, bill]\n");
    article_init();
    log_configure(LOG_LEVEL_ERROR, LOG_FORMAT_TEXT);
    open_store_and_service();
    return 0;
}

static int tear_down(void **state)
{
    char command[100];
    (void)state;
    (void)service_close(place.service);
    (void)store_close(place.store);
    config_done(&place.config);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", place.folder);
    return system(command);
}

/* ---- Tasks: each does something whole and returns what became of it ---- */

typedef enum status task_fn(struct error *err);

static enum status do_article(struct error *err)
{
    const struct article_context context = {.path = "account/reset.md", .default_lang = "en"};
    struct article *article = NULL;
    struct article_problems problems = {0};
    enum status status = article_parse(slice_of(ARTICLE), &context, &article, &problems, err);
    article_free(article);
    article_problems_done(&problems);
    return status;
}

static enum status do_event(struct error *err)
{
    static const char text[] = "{\"id\":\"e\",\"session\":\"s\",\"at\":\"2026-11-20T09:00:00Z\",\"type\":\"search\","
                               "\"query\":\"mail a@b.example\",\"results\":[\"a\",\"b\"],\"lang\":\"en\"}";
    _cleanup_json_ json_t *in = NULL, *out = NULL;
    _cleanup_event_ struct event event = {0};
    enum status status = json_read(SLICE_LITERAL(text), &in, err);
    if (status || (status = event_from_export(in, &event, err)) || (status = event_redact(&event, err)))
        return status;
    out = event_to_json(&event);
    return out ? STATUS_OK : error_memory(err);
}

static enum status do_hook(struct error *err)
{
    static const char text[] = "{\"id\":\"391\",\"subject\":\"Export\",\"body\":\"It fails\",\"status\":\"closed\",\"created\":"
                               "\"2026-11-20T09:00:00Z\",\"contact\":\"a@b.example\",\"tags\":[\"x\"],\"replies\":[{\"at\":"
                               "\"2026-11-20T10:00:00Z\",\"by\":\"agent\",\"text\":\"See https://h/a\"}]}";
    _cleanup_json_ json_t *payload = NULL, *ticket = NULL;
    _cleanup_ticket_report_ struct ticket_report report = {0};
    enum status status = json_read(SLICE_LITERAL(text), &payload, err);
    if (!status)
        status = hook_translate(hook_desk_find("generic"), NULL, payload, NULL, 0, &ticket, err);
    return status ? status : ticket_read(place.store, ticket, false, &report, err);
}

static uint32_t frequency_of(void *arg, uint32_t key)
{
    (void)arg;
    return key % 9;
}

static enum status do_question(struct error *err)
{
    _cleanup_(words_freep) struct words *words = NULL;
    const struct index_query query = {.subject = SLICE_LITERAL("Rücksetzen des Passworts"),
                                      .body = SLICE_LITERAL("log-in schlägt fehl"),
                                      .lang = "de",
                                      .default_lang = "en"};
    struct question_context context = {.frequency = frequency_of, .articles = 10};
    struct question question;
    _cleanup_buf_ struct buf form = BUF_INIT(1000);
    enum status status = words_new(&words, err);
    if (status || (status = words_normal_form(words, query.subject, "de", &form, err)))
        return status;
    context.words = words;
    status = question_read(&context, &query, &question, err);
    question_done(&question);
    return status;
}

static enum status do_config(struct error *err)
{
    struct config config;
    struct http_settings *settings = NULL;
    enum status status = config_init(&config, err);
    if (!status)
        status = config_set(&config, "origins", "https://a.example, https://b.example", "--origins", err);
    if (!status)
        status = config_set(&config, "trusted_proxies", "10.0.0.0/8", "--trusted-proxies", err);
    if (!status)
        status = config_set(&config, "hooks.zendesk", "secret", "--hooks.zendesk", err);
    if (!status)
        status = http_settings_new(&config, "https://help.example", &settings, err);
    (void)http_settings_free(settings);
    config_done(&config);
    return status;
}

/* Strings of every length, so that jansson's buffer also grows for one's closing quotation mark. */
static enum status do_json(struct error *err)
{
    enum { LONGEST = 40 };
    char text[LONGEST * LONGEST] = "[12345678901234", letters[LONGEST + 1] = "";
    _cleanup_json_ json_t *value = NULL;
    size_t length = strlen(text);
    for (int i = 0; i < LONGEST; i++) {
        letters[i] = 'x';
        length += (size_t)snprintf(text + length, sizeof text - length, ",\"%s\"", letters);
    }
    length += (size_t)snprintf(text + length, sizeof text - length, "]");
    enum status status = json_read((struct slice){text, length}, &value, err);
    if (!status) {
        assert_int_equal(json_integer_value(json_array_get(value, 0)), 12345678901234);
        for (size_t i = 1; i <= LONGEST; i++)
            assert_int_equal(json_string_length(json_array_get(value, i)), i);
    }
    return status;
}

static struct slice find_template(const char *name)
{
    return strcmp(name, "a") == 0 ? SLICE_LITERAL("{{#l}}<{{n}}{{>b}}>{{/l}}") : SLICE_LITERAL("{{.}}");
}

static enum status do_template(struct error *err)
{
    _cleanup_json_ json_t *model = NULL;
    _cleanup_buf_ struct buf out = BUF_INIT(1000);
    enum status status = json_read(SLICE_LITERAL("{\"l\":[{\"n\":\"<&\"},{\"n\":1}]}"), &model, err);
    return status ? status : template_render(find_template, "a", model, &out, err);
}

static enum status do_target(struct error *err)
{
    struct target target = {0};
    struct slice rest = SLICE_LITERAL("a,\"b\"\nc");
    _cleanup_strv_ char **record = NULL;
    size_t line = 0;
    enum status status = target_parse("/search?q=a%20b&lang=de", &target, err);
    target_done(&target);
    return status ? status : csv_next(&rest, ',', &line, &record, err);
}

static bool stop_at_first(void *arg, const struct event *event)
{
    (void)arg;
    return event == NULL;
}

static enum status do_store(struct error *err)
{
    struct event events[] = {{.id = (char *)"e1", .session = (char *)"s", .type = EVENT_CONTACT, .scroll = -1},
                             {.id = (char *)"e2", .session = (char *)"s", .type = EVENT_VIEW, .article = (char *)"a", .scroll = -1}};
    struct token token;
    _cleanup_free_ char *value = NULL;
    enum status status = store_append(place.store, events, ARRAY_LENGTH(events), NULL, err);
    if (!status)
        status = store_each_event(place.store, 0, INT64_MAX, stop_at_first, NULL, err);
    if (!status)
        status = store_note_version(place.store, "a", "v", 1, err);
    if (!status)
        status = store_token_find(place.store, place.secret, &token, err);
    return status ? status : store_get_meta(place.store, "x", &value, err);
}

static enum status do_open_store(struct error *err)
{
    char folder[100];
    struct store *store = NULL;
    const struct store_options options = {.folder = folder};
    (void)snprintf(folder, sizeof folder, "%s/data", place.folder);
    enum status status = store_open(&options, &store, err);
    (void)store_close(store);
    return status;
}

static enum status do_index(struct error *err)
{
    static unsigned turn;
    char text[80], path[100];
    struct reindex_counts counts;
    (void)snprintf(path, sizeof path, "%s/changed.md", place.articles);
    int length = snprintf(text, sizeof text, "# Changed\n\nFor the %uth time.\n", turn++);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, text, (size_t)length), length);
    assert_int_equal(close(fd), 0);
    return service_reindex(place.service, false, NULL, &counts, err);
}

static enum status do_search(struct error *err)
{
    const struct suggest_request ask = {
        .subject = SLICE_LITERAL("how do I reset my pasword"), .limit = 5, .final = true, .agents = true, .explain = true};
    _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_HTTP_RESPONSE);
    return service_suggest(place.service, &ask, &out, err);
}

static enum status do_content(struct error *err)
{
    const struct content_reader_rights rights = {.agents = false};
    _cleanup_json_ json_t *one = NULL, *list = NULL, *home = NULL, *like = NULL;
    _cleanup_free_ char *id = NULL;
    enum status status = service_article_json(place.service, "reset", rights, &one, err);
    if (!status)
        status = service_articles_json(place.service, NULL, NULL, NULL, &list, err);
    if (!status)
        status = service_home_json(place.service, "en", &home, err);
    if (!status)
        status = service_related_json(place.service, "reset", 3, &like, err);
    return status ? status : service_redirect(place.service, "/old/reset", &id, err);
}

static enum status do_reports(struct error *err)
{
    static const char *const kinds[] = {"deflection", "articles", "queries", "gaps", "topics", "flow"};
    struct report_request ask = {.format = REPORT_CSV};
    enum status status = STATUS_OK;
    report_default_range(clock_now_ms(), &ask.from_ms, &ask.to_ms);
    ask.from_ms = ask.to_ms - 2 * MS_PER_DAY;
    for (size_t i = 0; i < ARRAY_LENGTH(kinds) && !status; i++) {
        _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_HTTP_RESPONSE);
        ask.kind = kinds[i];
        ask.format = i % 2 ? REPORT_CSV : REPORT_JSON;
        status = service_report(place.service, &ask, &out, err);
    }
    return status;
}

static enum status do_desk(struct error *err)
{
    static const char text[] = "{\"id\":\"7\",\"subject\":\"Forgot password\",\"body\":\"I cannot log in\",\"status\":"
                               "\"open\",\"created\":\"2026-11-20T09:00:00Z\",\"replies\":[{\"at\":"
                               "\"2026-11-20T10:00:00Z\",\"by\":\"agent\",\"text\":\"/articles/reset\"}]}";
    const struct draft_request ask = {.subject = SLICE_LITERAL("Forgot my password")};
    _cleanup_json_ json_t *object = NULL, *draft = NULL, *view = NULL, *similar = NULL;
    _cleanup_ticket_outcome_ struct ticket_outcome outcome = {0};
    enum status status = json_read(SLICE_LITERAL(text), &object, err);
    if (!status)
        status = service_take_ticket(place.service, object, TICKET_NEW, "kim", &outcome, err);
    if (!status)
        status = service_ticket_json(place.service, "7", &view, err);
    if (!status)
        status = service_similar_json(place.service, NULL, SLICE_LITERAL("password"), &similar, err);
    return status ? status : service_draft(place.service, &ask, &draft, err);
}

static enum status do_service(struct error *err)
{
    struct service *service = NULL;
    enum status status = service_open(&place.config, SERVICE_COMMAND, &service, err);
    (void)service_close(service);
    return status;
}

/* ---- Every allocation of a task ---- */

/* Which allocations fail. Xapian 1.4 loses blocks where it lacks memory while it corrects a word, and crashes where it lacks
 * some while it writes: tasks that search or write the index are tried with Deflect's own allocations. */
enum reach { EVERY, OURS };

struct trial {
    task_fn *task;
    enum reach reach;
    long n;       /* which allocation fails */
    bool lasting; /* and all after it */
};

static enum status run_short(const struct trial *trial, bool *ret_failed, struct error *err)
{
    if (trial->reach == OURS)
        (void)mem_fail_after(trial->n);
    else
        short_memory_begin(trial->n, trial->lasting);
    enum status status = trial->task(err);
    *ret_failed = trial->reach == OURS ? mem_fail_after(0) == 0 : short_memory_end();
    return status;
}

/* Tries in vain, then in peace, TIMES times. Returns how many blocks more are held. */
static long growth(const struct trial *trial, int times)
{
    struct error err;
    long before = short_memory_blocks();
    bool failed;
    for (int i = 0; i < times; i++) {
        (void)run_short(trial, &failed, &err);
        assert_int_equal(trial->task(&err), STATUS_OK);
    }
    return short_memory_blocks() - before;
}

/* False where the task has fewer allocations. */
static bool fail_one(const struct trial *trial)
{
    enum { TIMES = 4 };
    const char *more = trial->lasting ? " and all after it" : "";
    struct error err = {.message = ""};
    long before = short_memory_blocks();
    bool failed;
    enum status status = run_short(trial, &failed, &err);
    if (status && (status != STATUS_OUT_OF_MEMORY || !*err.message))
        fail_msg("allocation %ld%s: %s: %s", trial->n, more, status_name(status), err.message);
    /* What is kept for the next time is kept once; a leak is there each time. */
    if (status && short_memory_blocks() > before && growth(trial, 1) >= 0 && growth(trial, TIMES) >= TIMES)
        fail_msg("allocation %ld%s leaks", trial->n, more);
    return failed;
}

static long count_allocations(struct trial trial)
{
    long low = 0, high = 1;
    for (trial.n = high; fail_one(&trial); trial.n = high) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        trial.n = low + (high - low) / 2;
        if (fail_one(&trial))
            low = trial.n;
        else
            high = trial.n;
    }
    return low;
}

static void fail_each(task_fn *task, enum reach reach)
{
    struct trial trial = {.task = task, .reach = reach};
    struct error err;
    for (int i = 0; i < 3; i++) /* what is made once is made now */
        assert_int_equal(task(&err), STATUS_OK);
    long count = count_allocations(trial), step = getenv("EVERY_ALLOCATION") ? 1 : count / SAMPLES + 1;
    print_message("%ld allocations, every %ldth fails\n", count, step);
    assert_true(count > 0 || short_memory_blocks() == 0); /* a task may have none of its own */
    for (long n = 1; n <= count; n += step) {
        trial.n = n;
        trial.lasting = false;
        (void)fail_one(&trial);
        trial.lasting = true;
        if (reach == EVERY)
            (void)fail_one(&trial);
    }
    assert_int_equal(task(&err), STATUS_OK);
}

#define TEST_WITH(name, reach)                                                                                         \
    static void test_##name##__tells_that_memory_is_short(void **state)                                               \
    {                                                                                                                  \
        (void)state;                                                                                                   \
        fail_each(do_##name, reach);                                                                                   \
    }
#define TEST(name) TEST_WITH(name, EVERY)
TEST(article)
TEST(json)
TEST(event)
TEST(hook)
TEST(question)
TEST(config)
TEST(template)
TEST(target)
TEST(store)
TEST(open_store)
TEST_WITH(search, OURS)
TEST_WITH(content, OURS)
TEST_WITH(desk, OURS)
TEST(reports)
TEST(service)
TEST_WITH(index, OURS)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_article__tells_that_memory_is_short),
        cmocka_unit_test(test_json__tells_that_memory_is_short),
        cmocka_unit_test(test_event__tells_that_memory_is_short),
        cmocka_unit_test(test_hook__tells_that_memory_is_short),
        cmocka_unit_test(test_question__tells_that_memory_is_short),
        cmocka_unit_test(test_config__tells_that_memory_is_short),
        cmocka_unit_test(test_template__tells_that_memory_is_short),
        cmocka_unit_test(test_target__tells_that_memory_is_short),
        cmocka_unit_test(test_store__tells_that_memory_is_short),
        cmocka_unit_test(test_open_store__tells_that_memory_is_short),
        cmocka_unit_test(test_search__tells_that_memory_is_short),
        cmocka_unit_test(test_content__tells_that_memory_is_short),
        cmocka_unit_test(test_desk__tells_that_memory_is_short),
        cmocka_unit_test(test_reports__tells_that_memory_is_short),
        cmocka_unit_test(test_service__tells_that_memory_is_short),
        cmocka_unit_test(test_index__tells_that_memory_is_short),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
