/* report_deflection.c: how many requests ended without a ticket. */
#include "app/report_json.h"
#include "app/report_kind.h"
#include "app/report_words.h"
#include "app/service_private.h"

static enum status build(struct report_run *run, json_t **ret, struct error *err)
{
    const struct report_request *request = run->request;
    const struct config *config = service_config(run->service);
    struct episodes_left_out left_out = {0};
    struct deflection d;
    if (!deflection_init(&d, request->from_ms, request->to_ms, request->lang))
        return error_memory(err);
    const enum status status = report_recount(run, deflection_add, &d, &left_out, err);
    if (status == STATUS_OK) {
        const double share = service_holdout(run->service);
        *ret = report_deflection_json(&d, share, config->min_lift, left_out);
    }
    deflection_done(&d);
    return status;
}

static const struct report_column columns[] = {
    {"day", "Day", COLUMN_TEXT},
    {"ticket", "Ticket", COLUMN_COUNT},
    {"solved", "Solved", COLUMN_COUNT},
    {"read", "Read", COLUMN_COUNT},
    {"left", "Left", COLUMN_COUNT},
    {"open", "Open", COLUMN_COUNT},
    {"closed", NULL, COLUMN_COUNT},
    {"confirmed_rate", "Confirmed", COLUMN_RATE},
    {"potential_rate", "Potential", COLUMN_RATE},
    {0},
};

const struct report_kind report_kind_deflection = {
    .name = "deflection",
    .title = "Deflection",
    .rows = "days",
    .build = build,
    .words = report_deflection_words,
    .columns = columns,
};
