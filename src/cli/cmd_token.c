/* cmd_token.c: `deflect token create|link|list|revoke`. */
#include "cli/cli.h"

#include "app/service.h"
#include "base/clock.h"
#include "base/json.h"

static enum status read_expiry(const struct cli *cli, int64_t *ret_ms, struct error *err)
{
    const char *text = cli_option(cli, "expires");
    int64_t after_ms;
    *ret_ms = -1;
    if (!text)
        return STATUS_OK;
    if (!clock_parse_duration(slice_of(text), &after_ms) || after_ms <= 0)
        return error_set(err, STATUS_INVALID, "--expires must be a duration such as 90d, not \"%s\"",
                         text);
    *ret_ms = clock_now_ms() + after_ms;
    return STATUS_OK;
}

static enum status read_role(const struct cli *cli, enum token_role *ret, struct error *err)
{
    const char *role = cli_option(cli, "role");
    if (!role)
        return error_set(err, STATUS_INVALID, "token create needs --role: agent, writer or admin");
    if (!token_role_parse(role, ret) || *ret == ROLE_NONE)
        return error_set(err, STATUS_INVALID, "--role must be agent, writer or admin, not \"%s\"",
                         role);
    return STATUS_OK;
}

static bool put_time(json_t *object, const char *key, int64_t time_ms)
{
    char text[CLOCK_TEXT_SIZE];
    if (time_ms < 0)
        return json_object_set_new(object, key, json_null()) == 0;
    clock_format(time_ms, text);
    return json_object_set_new(object, key, json_string(text)) == 0;
}

static json_t *token_json(const struct token *token)
{
    json_t *object = json_pack("{s:s,s:s,s:s}", "id", token->id, "role",
                               token_role_name(token->role), "name", token->name);
    if (object && put_time(object, "created", token->created_ms) &&
        put_time(object, "expires", token->expires_ms) &&
        put_time(object, "used", token->used_ms) && put_time(object, "revoked", token->revoked_ms))
        return object;
    json_decref(object);
    return NULL;
}

int cmd_token_create(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    const char *name = cli_option(cli, "name");
    char secret[TOKEN_SECRET_SIZE];
    enum token_role role = ROLE_NONE;
    struct token token;
    int64_t expires_ms;
    struct error err;
    if (read_role(cli, &role, &err) || read_expiry(cli, &expires_ms, &err) ||
        service_open(&cli->config, SERVICE_COMMAND, &service, &err) ||
        store_token_create(service_store(service), role, name, expires_ms, &token, secret, &err))
        return cli_fail(&err);
    if (cli_option(cli, "json")) {
        json_t *object = token_json(&token);
        if (object && json_object_set_new(object, "token", json_string(secret))) {
            json_decref(object);
            object = NULL;
        }
        return cli_print_json(object);
    }
    (void)puts(secret);
    cli_say("this is the only time that token %s (%s) is shown", token.id,
            token_role_name(token.role));
    return CLI_DONE;
}

int cmd_token_link(struct cli *cli)
{
    enum { DEFAULT_MINUTES = 15 };
    _cleanup_(service_closep) struct service *service = NULL;
    const char *id = NULL;
    char code[SIGN_IN_CODE_SIZE];
    int64_t expires_ms;
    struct error err;
    if (cli_argument(cli, "the token's id, as `deflect token list` shows it", &id, &err) ||
        read_expiry(cli, &expires_ms, &err))
        return cli_fail(&err);
    if (expires_ms < 0)
        expires_ms = clock_now_ms() + DEFAULT_MINUTES * MS_PER_MINUTE;
    if (service_open(&cli->config, SERVICE_EXISTING, &service, &err) ||
        store_sign_in_create(service_store(service), id, expires_ms, code, &err))
        return cli_fail(&err);
    (void)printf("%s/sign-in?code=%s\n", service_public_url(service), code);
    return CLI_DONE;
}

/* How a list goes on. */
struct listing {
    json_t *rows; /* NULL: print text */
    bool failed;
};

static bool list_token(void *arg, const struct token *token)
{
    struct listing *listing = arg;
    char created[CLOCK_TEXT_SIZE], used[CLOCK_TEXT_SIZE] = "never", expires[CLOCK_TEXT_SIZE] = "never";
    int64_t now_ms = clock_now_ms();
    if (listing->rows) {
        listing->failed = json_array_append_new(listing->rows, token_json(token)) < 0;
        return !listing->failed;
    }
    clock_format_day(token->created_ms, created);
    if (token->expires_ms >= 0)
        clock_format_day(token->expires_ms, expires);
    if (token->used_ms >= 0)
        clock_format_day(token->used_ms, used);
    (void)printf("%-12s %-7s created %s, used %s, expires %s%s  %s\n", token->id,
                 token_role_name(token->role), created, used, expires,
                 token->revoked_ms >= 0                                   ? ", revoked"
                 : token->expires_ms >= 0 && token->expires_ms <= now_ms ? ", expired"
                                                                          : "",
                 token->name);
    return true;
}

int cmd_token_list(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    _cleanup_json_ json_t *rows = cli_option(cli, "json") ? json_array() : NULL;
    struct listing listing = {.rows = rows};
    struct error err;
    if (service_open(&cli->config, SERVICE_EXISTING, &service, &err) ||
        store_token_each(service_store(service), list_token, &listing, &err))
        return cli_fail(&err);
    if (rows || listing.failed)
        return cli_print_json(listing.failed ? NULL : steal_pointer(&rows));
    return CLI_DONE;
}

int cmd_token_revoke(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    const char *id = NULL;
    struct error err;
    if (cli_argument(cli, "the token's id, as `deflect token list` shows it", &id, &err) ||
        service_open(&cli->config, SERVICE_EXISTING, &service, &err) ||
        store_token_revoke(service_store(service), id, &err))
        return cli_fail(&err);
    (void)printf("revoked %s\n", id);
    return CLI_DONE;
}
