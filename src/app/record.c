/* record.c: a batch of a page's events on its way to the writer. */
#include "app/record.h"

#include "app/service_private.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"

enum { RESPONSE_BYTES = 128 * 1024, REASON_SIZE = 200 };

/* What the events of one batch share. */
struct batch {
    struct service *service;
    const struct visitor *visitor;
    struct slice session;
    char contact_hash[65]; /* "": none named */
    enum event_arm arm;
    double holdout;
    int64_t now_ms;
    struct event *events;
    size_t count;
    struct buf rejected; /* the items of the answer's list */
};

/* What waits for the writer. */
struct receipt {
    record_done_fn *done;
    void *arg;
    char *response;
};

static struct receipt *receipt_free(struct receipt *receipt)
{
    if (receipt)
        mem_free(receipt->response);
    return mem_free(receipt);
}

static void on_written(void *arg, enum status status, const enum event_outcome *outcomes,
                       size_t count)
{
    struct receipt *receipt = arg;
    (void)outcomes;
    (void)count;
    receipt->done(receipt->arg, status, status ? NULL : steal_pointer(&receipt->response));
    (void)receipt_free(receipt);
}

/* Whoever is named: an e-mail address, or a name of the site's own. A blank one is none. */
static enum status read_contact(struct batch *batch, const json_t *envelope, struct error *err)
{
    _cleanup_free_ char *copy = NULL;
    struct slice contact;
    enum status status = json_read_string(envelope, "contact", &contact, err);
    contact = slice_trim(contact);
    if (status || contact.length == 0)
        return status;
    copy = mem_strndup(contact.ptr, contact.length);
    if (!copy)
        return error_memory(err);
    if (!batch->visitor->opted_out)
        store_contact_hash(batch->service->store, copy, batch->contact_hash);
    return STATUS_OK;
}

static enum status read_envelope(struct batch *batch, const json_t *envelope,
                                 const json_t **ret_events, struct error *err)
{
    enum status status;
    const json_t *events = json_object_get(envelope, "events");
    if (!json_is_object(envelope))
        return error_set(err, STATUS_UNPROCESSABLE, "the body must be an object");
    status = json_read_string(envelope, "session", &batch->session, err);
    if (status)
        return status;
    if (!event_id_valid(batch->session))
        return error_set(err, STATUS_UNPROCESSABLE, "field session must be 1 to %d of A-Za-z0-9._:-",
                         LIMIT_EVENT_ID);
    if (!json_is_array(events) || json_array_size(events) > LIMIT_EVENTS_PER_REQUEST)
        return error_set(err, STATUS_UNPROCESSABLE, "field events must be a list of at most %d",
                         LIMIT_EVENTS_PER_REQUEST);
    *ret_events = events;
    return read_contact(batch, envelope, err);
}

static void reject(struct batch *batch, size_t index, const char *reason)
{
    buf_printf(&batch->rejected, "%s{\"index\":%zu,\"reason\":", batch->rejected.length ? "," : "",
               index);
    buf_add_json(&batch->rejected,
                 (struct slice){reason, utf8_cut(slice_of(reason), REASON_SIZE)});
    buf_add_char(&batch->rejected, '}');
}

/* Sets what no page may say of its event. */
static enum status stamp(const struct batch *batch, struct event *event, struct error *err)
{
    char id[DIGEST_ID_SIZE];
    event->session = mem_strndup(batch->session.ptr, batch->session.length);
    if (event->at_ms < 0)
        event->at_ms = batch->now_ms;
    event->arm = batch->arm;
    event->holdout = batch->holdout;
    event->marks = batch->visitor->marks;
    if (caps_add(batch->service->caps, batch->session, 1) > LIMIT_EVENTS_PER_SESSION)
        event->marks |= MARK_CAPPED;
    if (!event->id) {
        if (!digest_random_id(id))
            return error_set(err, STATUS_INTERNAL, "the system gives no random bytes");
        event->id = mem_strdup(id);
    }
    if (*batch->contact_hash)
        event->contact_hash = mem_strdup(batch->contact_hash);
    if (!event->session || !event->id || (*batch->contact_hash && !event->contact_hash))
        return error_memory(err);
    return event_redact(event, err);
}

/* One event into the batch, or among the rejected. Errors: what concerns the whole batch. */
static enum status take_event(struct batch *batch, size_t index, const json_t *object,
                              struct error *err)
{
    struct event event = {.sequence = 0};
    enum status status = event_from_json(object, &event, err);
    if (!status && event.at_ms >= 0)
        status = event_check_time(&event, batch->now_ms, err);
    if (status == STATUS_UNPROCESSABLE) {
        reject(batch, index, err->message);
        event_done(&event);
        return STATUS_OK;
    }
    if (!status)
        status = stamp(batch, &event, err);
    if (status)
        event_done(&event);
    else
        batch->events[batch->count++] = event;
    return status;
}

static enum status take_events(struct batch *batch, const json_t *events, struct error *err)
{
    enum status status = STATUS_OK;
    size_t i;
    const json_t *object;
    batch->events = mem_zero(json_array_size(events) + 1, sizeof *batch->events);
    if (!batch->events)
        return error_memory(err);
    json_array_foreach(events, i, object)
    {
        if (batch->visitor->opted_out)
            reject(batch, i, "opted out");
        else if ((status = take_event(batch, i, object, err)))
            return status;
    }
    return STATUS_OK;
}

static struct receipt *make_receipt(struct batch *batch, record_done_fn *done, void *arg)
{
    struct receipt *receipt = mem_zero(1, sizeof *receipt);
    _cleanup_buf_ struct buf text = BUF_INIT(RESPONSE_BYTES + REASON_SIZE);
    if (!receipt)
        return NULL;
    buf_printf(&text, "{\"accepted\":%zu,\"rejected\":[", batch->count);
    buf_add_slice(&text, (struct slice){batch->rejected.data, batch->rejected.length});
    buf_add_str(&text, "]}");
    *receipt = (struct receipt){done, arg, batch->rejected.failed ? NULL : buf_take(&text)};
    return receipt->response ? receipt : receipt_free(receipt);
}

/* A view of what a question brought up settles that question: its event must come first. */
static void settle_questions(const struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct event *event = &batch->events[i];
        if (event->type == EVENT_VIEW && event->query_id)
            settle_view(batch->service->settle, event->session, event->query_id);
    }
}

enum status service_record(struct service *service, const json_t *envelope,
                           const struct visitor *visitor, record_done_fn *done, void *arg,
                           struct error *err)
{
    struct batch batch = {.service = service,
                          .visitor = visitor,
                          .now_ms = clock_now_ms(),
                          .rejected = BUF_INIT(RESPONSE_BYTES)};
    struct receipt *receipt = NULL;
    const json_t *events = NULL;
    struct error own;
    err = err ? err : &own;
    enum status status = read_envelope(&batch, envelope, &events, err);
    if (!status) {
        batch.arm = service_arm(service, batch.session, &batch.holdout);
        status = take_events(&batch, events, err);
    }
    if (!status && !(receipt = make_receipt(&batch, done, arg)))
        status = error_memory(err);
    if (!status) {
        settle_questions(&batch);
        status = event_writer_submit(service->writer, steal_pointer(&batch.events), batch.count,
                                     on_written, receipt, err);
        if (status)
            (void)receipt_free(receipt);
    }
    (void)events_free(batch.events, batch.count);
    buf_done(&batch.rejected);
    return status;
}

enum status service_record_event(struct service *service, struct event *event, struct error *err)
{
    static const struct visitor nobody = {.marks = 0};
    struct batch batch = {.service = service, .visitor = &nobody, .now_ms = clock_now_ms()};
    _cleanup_free_ char *session = steal_pointer(&event->session);
    unsigned marks = event->marks;
    enum status status;
    batch.session = slice_of(session);
    batch.arm = service_arm(service, batch.session, &batch.holdout);
    if (event->at_ms == 0)
        event->at_ms = -1;
    status = stamp(&batch, event, err);
    event->marks |= marks;
    if (!status && !(batch.events = mem_zero(1, sizeof *batch.events)))
        status = error_memory(err);
    if (status) {
        event_done(event);
        return status;
    }
    batch.events[0] = *event;
    *event = (struct event){.at_ms = -1};
    return event_writer_submit(service->writer, batch.events, 1, NULL, NULL, err);
}
