/* report_set.c: finished reports in a JSON object. */
#include "app/report/report_set.h"

#include "base/mem.h"
#include "base/str.h"

void report_set_done(struct report_set *set)
{
    json_decref(set->made);
    set->made = NULL;
}

/* A line break stands in no kind, id or language. */
static char *make_key(const struct report_request *request)
{
    return mem_printf("%s\n%s\n%s\n%lld\n%lld", request->kind,
                      request->article ? request->article : "", request->lang ? request->lang : "",
                      (long long)request->from_ms, (long long)request->to_ms);
}

enum status report_set_get(struct report_set *set, const struct report_request *request,
                           json_t **ret, struct error *err)
{
    _cleanup_free_ char *key = make_key(request);
    json_t *report = NULL;
    enum status status;
    if (!key || (!set->made && !(set->made = json_object())))
        return error_memory(err);
    *ret = json_object_get(set->made, key);
    if (*ret)
        return STATUS_OK;
    status = service_report_value(set->service, request, &report, err);
    if (status == STATUS_OK && json_object_set_new(set->made, key, report) < 0)
        status = error_memory(err);
    if (status == STATUS_OK)
        *ret = report;
    return status;
}
