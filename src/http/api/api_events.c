/* api_events.c: /v1/events: what visitors did; answered when it is on disk, the connection suspended until then. */
#include "http/api/api.h"

#include "app/record.h"
#include "http/metrics.h"

struct outcome {
    enum status status;
    const char *response;
};

static void fill(struct request *request, void *arg)
{
    const struct outcome *outcome = arg;
    struct error err = {.status = outcome->status};
    if (outcome->status == STATUS_OK && outcome->response) {
        buf_add_str(reply_begin(request, 202, "application/json"), outcome->response);
        return;
    }
    (void)error_set(&err, STATUS_UNAVAILABLE, "the events could not be stored; send them again");
    reply_error(request, &err);
}

static void count(struct metrics *metrics, const char *response)
{
    _cleanup_json_ json_t *object = NULL;
    const json_t *rejected;
    size_t i;
    if (response)
        (void)json_read(slice_of(response), &object, NULL);
    metrics_events(metrics, (uint64_t)json_integer_value(json_object_get(object, "accepted")));
    json_array_foreach (json_object_get(object, "rejected"), i, rejected)
        metrics_event_refused(metrics, json_string_value(json_object_get(rejected, "reason")));
}

/* On the writer's thread. */
static void done(void *arg, enum status status, char *response)
{
    struct request *request = arg;
    struct outcome outcome = {status, response};
    count(request->metrics, response);
    request_finish(request, fill, &outcome);
    mem_free(response);
}

enum status api_events_post(struct request *request, struct error *err)
{
    _cleanup_json_ json_t *envelope = NULL;
    struct visitor visitor = request_visitor(request, NULL);
    enum status status = request_json(request, &envelope, err);
    if (status)
        return status;
    request_suspend(request);
    return service_record(request->service, envelope, &visitor, done, request, err);
}
