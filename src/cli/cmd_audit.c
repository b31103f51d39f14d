/* cmd_audit.c: `deflect audit FILE`: past tickets on one page. */
#include "cli/cli.h"

#include "app/report/audit.h"
#include "app/report/audit_view.h"
#include "app/ticket/ticket_file.h"
#include "app/ticket/ticket_row.h"
#include "base/limits.h"
#include "base/str.h"
#include "cli/import.h"
#include "http/embedded.h"
#include "http/template.h"

enum form { FORM_TEXT, FORM_HTML, FORM_MARKDOWN, FORM_JSON };

struct gathering {
    struct audit *audit;
    struct import_progress progress; /* says what is wrong with rows */
};

static enum status take_row(void *arg, const struct ticket_row *row, struct error *err)
{
    struct gathering *gathering = arg;
    struct ticket ticket;
    enum status status = ticket_row_read(row->fields, &ticket, err);
    if (!status)
        status = audit_add(gathering->audit, &ticket, row->fields[FIELD_CONTACT], err);
    if (status)
        ticket_done(&ticket);
    if (status != STATUS_UNPROCESSABLE)
        return status;
    gathering->progress.line = row->line;
    import_reject(&gathering->progress, err->message);
    audit_note_reject(gathering->audit, row->line, err->message);
    return STATUS_OK;
}

static void note_column(void *arg, const char *name, enum ticket_field field)
{
    struct gathering *gathering = arg;
    import_tell_column(NULL, name, field);
    audit_note_column(gathering->audit, name, field);
}

static void reject_row(void *arg, size_t line, const char *reason)
{
    struct gathering *gathering = arg;
    gathering->progress.line = line;
    import_reject(&gathering->progress, reason);
    audit_note_reject(gathering->audit, line, reason);
}

/* ---- Forms ---- */

static enum status read_form(const struct cli *cli, enum form *ret, struct error *err)
{
    static const char *const names[] = {"text", "html", "markdown", "json"};
    const char *format = cli_option(cli, "json") ? "json" : cli_option(cli, "format");
    *ret = FORM_TEXT;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (format && strcmp(format, names[i]) == 0) {
            *ret = (enum form)i;
            return STATUS_OK;
        }
    }
    return format ? error_set(err, STATUS_INVALID,
                              "--format must be text, html, markdown or json, not \"%s\"", format)
                  : STATUS_OK;
}

static struct slice find_template(const char *name)
{
    _cleanup_free_ char *path = mem_printf("templates/%s", name);
    const struct embedded_file *file = path ? embedded_find(path) : NULL;
    return file ? (struct slice){(const char *)file->bytes, file->length} : (struct slice){NULL, 0};
}

/* One file that needs no other, so that it can be forwarded. */
static enum status write_html(json_t *view, struct buf *out, struct error *err)
{
    const struct embedded_file *css = embedded_find("assets/audit.css");
    if (!css ||
        json_object_set_new(view, "css", json_stringn((const char *)css->bytes, css->length)) < 0)
        return error_memory(err);
    return template_render(find_template, "audit.html", view, out, err);
}

static int print_audit(json_t *report, enum form form)
{
    _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_HTTP_RESPONSE);
    struct error err;
    enum status status = STATUS_OK;
    if (form == FORM_JSON)
        return cli_print_json(report);
    json_t *view = audit_view(report);
    json_decref(report);
    if (!view)
        status = error_memory(&err);
    else if (form == FORM_HTML)
        status = write_html(view, &out, &err);
    else if (form == FORM_MARKDOWN)
        audit_view_markdown(view, &out);
    else
        audit_view_text(view, &out);
    json_decref(view);
    if (!status && out.failed)
        status = error_memory(&err);
    if (status)
        return cli_fail(&err);
    (void)fputs(buf_str(&out), stdout);
    return CLI_DONE;
}

/* ---- The whole ---- */

static enum status gather(const struct cli *cli, const char *path, struct gathering *gathering,
                          struct error *err)
{
    _cleanup_strv_ char **maps = NULL;
    enum status status = cli_options_all(cli, "map", &maps, err);
    const struct ticket_file file = {.path = path,
                                     .maps = maps,
                                     .arg = gathering,
                                     .row = take_row,
                                     .column = note_column,
                                     .reject = reject_row};
    gathering->progress.file = path;
    return status ? status : ticket_file_read(&file, err);
}

int cmd_audit(struct cli *cli)
{
    _cleanup_(audit_freep) struct audit *audit = NULL;
    struct audit_options options = {.articles = cli->config.articles,
                                    .default_lang = cli->config.default_lang,
                                    .languages = cli->config.languages,
                                    .progress = cli_progress};
    struct gathering gathering = {.audit = NULL};
    const char *path = NULL;
    json_t *report = NULL;
    enum form form;
    struct error err;
    if (cli_argument(cli, "a file of tickets", &path, &err) || read_form(cli, &form, &err))
        return cli_fail(&err);
    options.file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    if (audit_new(&options, &audit, &err))
        return cli_fail(&err);
    gathering.audit = audit;
    if (gather(cli, path, &gathering, &err) || audit_report(audit, &report, &err))
        return cli_fail(&err);
    cli_progress_done();
    const int code = print_audit(report, form);
    return code == CLI_DONE && gathering.progress.rejected ? CLI_PROBLEMS : code;
}
