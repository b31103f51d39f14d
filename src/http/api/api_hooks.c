/* api_hooks.c: /v1/hooks/{desk}: help desks' webhooks. */
#include "http/api/api.h"

#include "app/ticket/hook_receive.h"
#include "http/metrics.h"

enum status api_hooks_post(struct request *request, struct error *err)
{
    const struct hook_desk *desk = hook_desk_find(request->rest);
    struct hook_delivery delivery = {.body = {request->body.data, request->body.length}};
    enum hook_outcome outcome = HOOK_FAILED;
    json_t *answer = NULL;
    enum status status;
    if (!desk)
        return error_set(err, STATUS_NOT_FOUND, "there is no hook for a desk of this name");
    delivery.signature = request_header(request, desk->signature_header);
    if (desk->timestamp_header)
        delivery.timestamp = request_header(request, desk->timestamp_header);
    if (desk->delivery_header)
        delivery.id = request_header(request, desk->delivery_header);
    if (desk->event_header)
        delivery.event = request_header(request, desk->event_header);
    status = service_receive_hook(request->service, desk, &delivery, &answer, &outcome, err);
    metrics_hook(request->metrics, desk, outcome);
    return status ? status : reply_json(request, 200, answer, err);
}
