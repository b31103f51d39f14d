/* suggest.c: one question answered: arm, cache, search, JSON, log. */
#include "app/suggest.h"

#include "app/service_private.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"

enum { KEY_BYTES = 64 /* of a cache key beside the texts */ };

double service_holdout(const struct service *service)
{
    const struct config *config = service_config(service);
    if (config->holdout_until_ms >= 0 ? clock_now_ms() >= config->holdout_until_ms
                                      : atomic_load(&service->holdout_over))
        return 0;
    return config->holdout;
}

enum event_arm service_arm(struct service *service, struct slice session, double *ret_holdout)
{
    char text[sizeof "arm:" + LIMIT_EVENT_ID] = "arm:";
    unsigned char hash[DIGEST_BYTES];
    struct slice key = {(const char *)store_key(service->store), DIGEST_BYTES};
    double holdout = service_holdout(service), place = 0;
    *ret_holdout = holdout;
    if (holdout <= 0 || session.length == 0 || session.length > LIMIT_EVENT_ID)
        return ARM_SUGGEST;
    memcpy(text + 4, session.ptr, session.length);
    digest_hmac_sha256(key, (struct slice){text, 4 + session.length}, hash);
    for (size_t i = 7; i-- > 0;) /* 56 bits: all that a double can tell */
        place = (place + hash[i]) / 256;
    return place < holdout ? ARM_HOLDOUT : ARM_SUGGEST;
}

static struct slice cut(struct slice text, size_t most)
{
    return (struct slice){text.ptr, utf8_cut(text, most)};
}

static bool is_blank(struct slice text)
{
    return slice_trim(text).length == 0;
}

/* Appends TEXT without what makes no difference to a search: ASCII case, and runs of white space. A space at the
 * end stays, since it tells that the last word is complete. */
static void add_folded(struct buf *key, struct slice text)
{
    char *out = buf_reserve(key, text.length);
    bool space = false;
    size_t length = 0;
    for (size_t i = 0; out && i < text.length; i++) {
        char c = text.ptr[i];
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            space = true;
            continue;
        }
        if (space && length)
            out[length++] = ' ';
        space = false;
        out[length++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    if (!out)
        return;
    if (space)
        out[length++] = ' ';
    out[length] = '\0';
    key->length += length;
}

static void make_key(const struct suggest_request *request, const struct config *config,
                     int caution, struct buf *key)
{
    const char kind[] = {(char)request->limit, request->final ? 'f' : 't'};
    (void)buf_reserve(key, request->subject.length + request->body.length + KEY_BYTES);
    buf_add(key, &caution, sizeof caution);
    buf_add(key, kind, sizeof kind);
    buf_add_str(key, request->lang ? request->lang : "");
    buf_add_char(key, '\n');
    buf_add_str(key, config->default_lang);
    buf_add_char(key, '\n');
    add_folded(key, request->subject);
    buf_add_char(key, '\n');
    add_folded(key, request->body);
}

static enum status search_once(struct service *service, const struct index_query *query,
                               struct index_results *ret, struct error *err)
{
    struct index_reader *reader = NULL;
    enum status status = service_take_reader(service, &reader, err);
    if (status == STATUS_NOT_FOUND) {
        status = error_set(err, STATUS_UNAVAILABLE, "there is no index yet");
        error_hint(err, "run `deflect index`");
    }
    if (status)
        return status;
    status = index_search(reader, query, ret, err);
    if (status == STATUS_MODIFIED && !(status = index_reader_refresh(reader, err)))
        status = index_search(reader, query, ret, err);
    if (status == STATUS_CORRUPT)
        reader = index_reader_close(reader);
    service_give_reader(service, reader);
    return status;
}

enum status service_search(struct service *service, const struct suggest_request *request,
                           struct index_results *ret, struct error *err)
{
    struct index_query query = {
        .subject = cut(request->subject, LIMIT_SUBJECT),
        .body = cut(request->body, LIMIT_BODY_TEXT),
        .lang = request->lang,
        .default_lang = service_config(service)->default_lang,
        .as_typed = !request->final,
        .agents = request->agents,
        .limit = request->limit,
        .explain = request->explain,
        .caution = atomic_load(&service->caution),
    };
    enum status status = search_once(service, &query, ret, err);
    if (status == STATUS_CORRUPT && !(status = service_heal(service, err)))
        status = search_once(service, &query, ret, err);
    return status;
}

static enum status empty_answer(struct service *service, const struct suggest_request *request,
                                struct answer **ret, struct error *err)
{
    const char *lang = request->lang ? request->lang : service_config(service)->default_lang;
    struct index_results none = {.lang = mem_strdup(lang)};
    enum status status =
        none.lang ? answer_new(&none, NULL, ret, err) : error_memory(err);
    mem_free(none.lang);
    return status;
}

static enum status search_answer(struct service *service, const struct suggest_request *request,
                                 struct answer **ret, struct error *err)
{
    const struct paste_rules agents = paste_rules_now(service);
    struct index_results results = {.hits = NULL};
    enum status status = service_search(service, request, &results, err);
    if (!status)
        status = answer_new(&results, request->agents ? &agents : NULL, ret, err);
    index_results_done(&results);
    return status;
}

/* What an agent gets holds random codes, and an explanation is asked for once: neither is kept. */
static enum status cached_answer(struct service *service, const struct suggest_request *request,
                                 struct answer **ret, struct error *err)
{
    _cleanup_buf_ struct buf key = BUF_INIT(LIMIT_HTTP_BODY);
    uint64_t revision = service_revision(service);
    enum status status;
    if (request->agents || request->explain)
        return search_answer(service, request, ret, err);
    make_key(request, service_config(service), atomic_load(&service->caution), &key);
    if (key.failed || revision == 0)
        return search_answer(service, request, ret, err);
    *ret = cache_get(service->cache, revision, (struct slice){key.data, key.length});
    if (*ret)
        return STATUS_OK;
    status = search_answer(service, request, ret, err);
    if (!status && service_revision(service) == revision)
        cache_put(service->cache, revision, (struct slice){key.data, key.length}, *ret);
    return status;
}

/* The text that stands for the question in answer and log. */
static struct slice main_text(const struct suggest_request *request)
{
    return is_blank(request->subject) ? request->body : request->subject;
}

static struct question *new_question(const struct suggest_request *request, const char *query_id,
                                     struct answer *answer, enum event_arm arm, double holdout)
{
    _cleanup_(question_freep) struct question *question = mem_zero(1, sizeof *question);
    struct slice subject = cut(request->subject, LIMIT_EVENT_SUBJECT);
    struct slice body = cut(request->body, LIMIT_QUERY);
    if (!question)
        return NULL;
    memcpy(question->query_id, query_id, sizeof question->query_id);
    question->asked_ms = clock_now_ms();
    question->place = request->place;
    question->arm = arm;
    question->holdout = holdout;
    question->marks = request->visitor.marks;
    question->answer = answer_hold(answer);
    question->session = mem_strndup(request->visitor.session.ptr, request->visitor.session.length);
    question->text = is_blank(subject) || is_blank(body)
                         ? mem_strndup(main_text(request).ptr,
                                       utf8_cut(main_text(request), LIMIT_QUERY))
                         : mem_printf("%.*s\n%.*s", (int)subject.length, subject.ptr,
                                      (int)body.length, body.ptr);
    question->lang = request->lang ? mem_strdup(request->lang) : NULL;
    if (!question->session || !question->text || (request->lang && !question->lang))
        return NULL;
    return steal_pointer(&question);
}

/* A customer's question goes to the log once it is settled; an agent's is nobody's. */
static void note_question(struct service *service, const struct suggest_request *request,
                          const char *query_id, struct answer *answer, enum event_arm arm,
                          double holdout)
{
    struct question *question;
    if (!service->settle || request->visitor.session.length == 0 || request->visitor.opted_out ||
        request->agents || !utf8_valid(main_text(request)))
        return;
    question = new_question(request, query_id, answer, arm, holdout);
    if (question)
        settle_ask(service->settle, question, request->final);
}

enum status service_suggest(struct service *service, const struct suggest_request *request,
                            struct buf *out, struct error *err)
{
    _cleanup_(answer_dropp) struct answer *answer = NULL;
    char query_id[DIGEST_ID_SIZE];
    bool blank = is_blank(request->subject) && is_blank(request->body);
    enum event_arm arm = ARM_SUGGEST;
    double holdout = 0;
    enum status status;
    if (!digest_random_id(query_id))
        return error_set(err, STATUS_INTERNAL, "the system gives no random bytes");
    if (!request->visitor.opted_out && !request->agents)
        arm = service_arm(service, request->visitor.session, &holdout);
    if (blank || (arm == ARM_HOLDOUT && request->place == PLACE_FORM))
        status = empty_answer(service, request, &answer, err);
    else
        status = cached_answer(service, request, &answer, err);
    if (status)
        return status;
    answer_write(answer, query_id, main_text(request), arm, out);
    if (out->failed)
        return error_memory(err);
    if (!blank)
        note_question(service, request, query_id, answer, arm, holdout);
    return STATUS_OK;
}

static enum status search_event(struct service *service, struct question *question,
                                struct event *event, struct error *err)
{
    char id[DIGEST_ID_SIZE];
    *event = (struct event){.at_ms = question->asked_ms,
                            .type = EVENT_SEARCH,
                            .arm = question->arm,
                            .holdout = question->holdout,
                            .marks = question->marks,
                            .place = question->place,
                            .scroll = -1};
    if (!digest_random_id(id))
        return error_set(err, STATUS_INTERNAL, "the system gives no random bytes");
    if (caps_add(service->caps, slice_of(question->session), 1) > LIMIT_EVENTS_PER_SESSION)
        event->marks |= MARK_CAPPED;
    event->confidence = question->answer->confidence;
    event->id = mem_strdup(id);
    event->session = steal_pointer(&question->session);
    event->query_id = mem_strdup(question->query_id);
    event->query = steal_pointer(&question->text);
    event->lang = question->lang ? steal_pointer(&question->lang)
                                 : mem_strdup(question->answer->lang);
    for (char *const *id_shown = question->answer->articles; id_shown && *id_shown; id_shown++)
        if (!strv_append(&event->results, slice_of(*id_shown)))
            return error_memory(err);
    if (!event->id || !event->query_id || !event->lang)
        return error_memory(err);
    return event_redact(event, err);
}

void service_log_question(void *arg, struct question *question)
{
    struct service *service = arg;
    struct event *event = mem_zero(1, sizeof *event);
    struct error err;
    enum status status = event ? search_event(service, question, event, &err) : error_memory(&err);
    if (status)
        (void)events_free(event, event ? 1 : 0);
    else
        status = event_writer_submit(service->writer, event, 1, NULL, NULL, &err);
    if (status)
        log_error("search.lost", &err);
    (void)question_free(question);
}
