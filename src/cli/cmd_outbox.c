/* cmd_outbox.c: `deflect outbox …`: the requests that wait to be delivered, or are held as spam. */
#include "cli/cli.h"

#include "app/send/forward.h"
#include "base/clock.h"
#include "base/str.h"

#include <inttypes.h>

static const char *state_name(enum outbox_state state)
{
    return state == OUTBOX_HELD ? "held" : "waiting";
}

static const char *field(const struct outbox_item *item, const char *name)
{
    const char *text = json_string_value(json_object_get(item->request, name));
    return text ? text : "";
}

static json_t *item_json(const struct outbox_item *item)
{
    char created[CLOCK_TEXT_SIZE], next[CLOCK_TEXT_SIZE];
    clock_format(item->created_ms, created);
    clock_format(item->next_ms, next);
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s*, s:O*}", "id", item->id, "state",
                     state_name(item->state), "created", created, "next", next, "attempts",
                     (json_int_t)item->attempts, "problem", item->problem, "request",
                     item->request);
}

static int print_all(const struct outbox_list *list)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < list->count; i++)
        if (json_array_append_new(rows, item_json(&list->items[i])))
            break;
    return cli_print_json(rows);
}

/* TEXT without what would move the cursor: strangers wrote it. */
static void print_line(const char *text)
{
    for (; *text; text++)
        (void)putchar((unsigned char)*text < ' ' || *text == 0x7F ? ' ' : *text);
}

static void print_item(const struct outbox_item *item)
{
    char created[CLOCK_TEXT_SIZE];
    clock_format(item->created_ms, created);
    (void)printf("%s  %-7s  %s  %" PRId64 " attempts  ", item->id, state_name(item->state), created,
                 item->attempts);
    print_line(field(item, "contact"));
    (void)printf("  ");
    print_line(field(item, "subject"));
    if (item->problem) {
        (void)printf("\n%*s", OUTBOX_ID_SIZE + 1, "");
        print_line(item->problem);
    }
    (void)putchar('\n');
}

int cmd_outbox_list(struct cli *cli)
{
    _cleanup_outbox_list_ struct outbox_list list = {.items = NULL};
    size_t held = 0;
    struct error err;
    if (outbox_read(cli->config.data, &list, &err))
        return cli_fail(&err);
    if (cli_option(cli, "json"))
        return print_all(&list);
    for (size_t i = 0; i < list.count; i++) {
        print_item(&list.items[i]);
        held += list.items[i].state == OUTBOX_HELD;
    }
    cli_say("%zu waiting, %zu held", list.count - held, held);
    return CLI_DONE;
}

typedef enum status outbox_change_fn(const char *data, const char *id, struct error *err);

static enum status retry_now(const char *data, const char *id, struct error *err)
{
    return outbox_retry(data, id, clock_now_ms(), err);
}

/* Does ACTION to the one that was named, or with --all to those of ALL_STATE. */
static int change(struct cli *cli, outbox_change_fn *action, enum outbox_state all_state,
                  const char *done)
{
    _cleanup_outbox_list_ struct outbox_list list = {.items = NULL};
    const char *id = NULL;
    size_t count = 0;
    struct error err;
    enum status status = STATUS_OK;
    if (!cli_option(cli, "all")) {
        if (cli_argument(cli, "a request's id, or --all", &id, &err) ||
            action(cli->config.data, id, &err))
            return cli_fail(&err);
        count = 1;
    } else if (outbox_read(cli->config.data, &list, &err)) {
        return cli_fail(&err);
    }
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].state != all_state || !list.items[i].request)
            continue;
        status = action(cli->config.data, list.items[i].id, &err);
        if (status && status != STATUS_NOT_FOUND) /* delivered meanwhile */
            return cli_fail(&err);
        count += !status;
    }
    (void)printf("%s %zu\n", done, count);
    return CLI_DONE;
}

int cmd_outbox_retry(struct cli *cli)
{
    return change(cli, retry_now, OUTBOX_WAITING, "due now:");
}

int cmd_outbox_drop(struct cli *cli)
{
    return change(cli, outbox_drop, OUTBOX_HELD, "dropped:");
}
