/* api_tickets.c: /v1/tickets, for help desks and importers without a webhook. */
#include "http/api/api.h"

#include "app/ticket/ticket_ingest.h"

static enum status take(struct request *request, json_t *object, enum ticket_origin origin,
                        struct error *err)
{
    _cleanup_ticket_outcome_ struct ticket_outcome outcome = {.id = NULL};
    enum status status = service_take_ticket(request->service, object, origin,
                                             request->token.name, &outcome, err);
    if (status)
        return status;
    return reply_json(request, outcome.created ? 201 : 200,
                      json_pack("{s:s, s:b, s:I}", "id", outcome.id, "created", outcome.created,
                                "links", (json_int_t)outcome.links),
                      err);
}

enum status api_tickets_post(struct request *request, struct error *err)
{
    _cleanup_json_ json_t *object = NULL;
    enum status status = request_json(request, &object, err);
    return status ? status : take(request, object, TICKET_NEW, err);
}

enum status api_tickets_patch(struct request *request, struct error *err)
{
    _cleanup_json_ json_t *object = NULL;
    enum status status = request_json(request, &object, err);
    if (status)
        return status;
    if (json_object_set_new(object, "id", json_string(request->rest)))
        return error_memory(err);
    return take(request, object, TICKET_CHANGE, err);
}
