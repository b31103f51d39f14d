/* cmd_report.c: `deflect report`. */
#include "cli/cli.h"

#include "app/eval/sample.h"
#include "app/report/report.h"
#include "app/report/report_baseline.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"

/* The first day of a period that ends with today: the last so many days, or from a date on. */
static enum status read_since(const struct cli *cli, int64_t now_ms, int64_t *ret_ms,
                              struct error *err)
{
    const char *text = cli_option(cli, "since");
    int64_t length_ms;
    if (text && clock_parse_duration(slice_of(text), &length_ms)) {
        if (length_ms < MS_PER_DAY)
            length_ms = MS_PER_DAY;
        *ret_ms = clock_day_start(now_ms) + MS_PER_DAY - length_ms;
        return STATUS_OK;
    }
    return cli_time(cli, "since", ret_ms, err);
}

/* The period: --since until today, or --from and --to. */
static enum status read_range(const struct cli *cli, struct report_request *request,
                              struct error *err)
{
    int64_t now_ms = clock_now_ms();
    enum status status;
    report_default_range(now_ms, &request->from_ms, &request->to_ms);
    if (cli_option(cli, "since") && (cli_option(cli, "from") || cli_option(cli, "to")))
        return error_set(err, STATUS_INVALID, "--since goes with neither --from nor --to");
    status = read_since(cli, now_ms, &request->from_ms, err);
    if (!status)
        status = cli_time(cli, "from", &request->from_ms, err);
    if (!status)
        status = cli_time(cli, "to", &request->to_ms, err);
    request->from_ms = clock_day_start(request->from_ms);
    request->to_ms = clock_day_start(request->to_ms);
    return status;
}

static enum status read_format(const struct cli *cli, struct report_request *request,
                               struct error *err)
{
    const char *format = cli_option(cli, "format");
    if (cli_option(cli, "json"))
        format = "json";
    request->format = REPORT_TEXT;
    if (format && !report_format_parse(format, &request->format))
        return error_set(err, STATUS_INVALID, "--format must be text, json or csv, not \"%s\"",
                         format);
    return STATUS_OK;
}

/* The report, or what has changed since --baseline. */
static enum status make_report(const struct cli *cli, struct service *service,
                               const struct report_request *request, struct buf *out,
                               struct error *err)
{
    const char *path = cli_option(cli, "baseline");
    _cleanup_json_ json_t *audit = NULL;
    _cleanup_free_ char *text = NULL;
    size_t length;
    enum status status;
    if (!path)
        return service_report(service, request, out, err);
    if (strcmp(request->kind, "topics") != 0)
        return error_set(err, STATUS_INVALID, "--baseline goes with --kind topics only");
    status = file_read(path, LIMIT_AUDIT_FILE, &text, &length, err);
    if (!status)
        status = json_read((struct slice){text, length}, &audit, err);
    return status ? status : service_report_since(service, request, audit, out, err);
}

int cmd_report(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_HTTP_RESPONSE);
    struct report_request request = {.kind = cli_option(cli, "kind"),
                                     .article = cli_option(cli, "article"),
                                     .lang = cli_option(cli, "lang")};
    struct error err;
    if (!request.kind && cli_option(cli, "baseline"))
        request.kind = "topics";
    if (!request.kind)
        request.kind = request.article ? "articles" : "deflection";
    if (read_range(cli, &request, &err) || read_format(cli, &request, &err) ||
        service_open(&cli->config, SERVICE_EXISTING, &service, &err) ||
        make_report(cli, service, &request, &text, &err))
        return cli_fail(&err);
    if (service_has_sample(service))
        cli_say("these figures are those of made-up sample events");
    (void)fwrite(buf_str(&text), 1, text.length, stdout);
    if (text.length && text.data[text.length - 1] != '\n')
        (void)fputc('\n', stdout);
    return CLI_DONE;
}
