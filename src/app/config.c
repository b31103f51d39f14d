/* config.c: the table of keys, and setting one of them. */
#include "app/config.h"

#include "app/config_value.h"
#include "base/clock.h"
#include "base/str.h"

#include <stdio.h>

#define FIELD(name) offsetof(struct config, name)
#define DAYS(count) ((double)(count) * (double)MS_PER_DAY)

static const struct config_key keys[] = {
    {"articles", "DIR", "articles", "the folder of articles", CONFIG_TEXT, FIELD(articles), 0, 0},
    {"data", "DIR", "data", "the folder that holds everything that must last", CONFIG_TEXT,
     FIELD(data), 0, 0},
    {"listen", "ADDR:PORT", "127.0.0.1:8080", "where the server listens; port 0 picks one",
     CONFIG_ADDRESS, FIELD(listen), 0, 0},
    {"default_lang", "LANG", "en", "the language of articles that name none", CONFIG_LANG,
     FIELD(default_lang), 0, 0},
    {"public_url", "URL", NULL, "the address customers see (default: from listen)", CONFIG_URL,
     FIELD(public_url), 0, 0},
    {"origins", "LIST", NULL, "further origins whose pages may call the service", CONFIG_ORIGINS,
     FIELD(origins), 0, 0},
    {"languages", "LIST", NULL, "first folders that name a language (default: all known ones)",
     CONFIG_LANGS, FIELD(languages), 0, 0},
    {"image_hosts", "LIST", NULL, "other hosts whose images articles may show", CONFIG_HOSTS,
     FIELD(image_hosts), 0, 0},
    {"window", "DURATION", "24h", "idle time that ends an episode", CONFIG_DURATION,
     FIELD(window_ms), (double)MS_PER_SECOND, DAYS(30)},
    {"holdout", "SHARE", "0", "share of sessions shown no unasked suggestions", CONFIG_SHARE,
     FIELD(holdout), 0, 0.5},
    {"holdout_until", "DATE", NULL, "when the hold-out ends (default: when the sample can tell)",
     CONFIG_TIME, FIELD(holdout_until_ms), 0, 1e15},
    {"min_lift", "SHARE", "0.1", "the difference that the hold-out must be able to show",
     CONFIG_SHARE, FIELD(min_lift), 0.01, 0.5},
    {"staff_networks", "LIST", NULL, "networks whose visits stand in no figure", CONFIG_NETWORKS,
     FIELD(staff_networks), 0, 0},
    {"contact_url", "URL", NULL, "where \"contact us\" leads", CONFIG_PLACE, FIELD(contact_url), 0,
     0},
    {"contact_forward", "PLACE", NULL,
     "where requests written on /contact go: https://… or mailto:ADDRESS", CONFIG_FORWARD,
     FIELD(contact_forward), 0, 0},
    {"contact_secret", "SECRET", NULL, "signs what contact_forward is sent", CONFIG_TEXT,
     FIELD(contact_secret), 0, 0},
    {"mail_server", "URL", NULL, "where mail is handed in: smtps://HOST or smtp://HOST:PORT",
     CONFIG_MAIL_SERVER, FIELD(mail_server), 0, 0},
    {"mail_user", "NAME", NULL, "who signs in there", CONFIG_TEXT, FIELD(mail_user), 0, 0},
    {"mail_password", "SECRET", NULL, "and with which password", CONFIG_TEXT, FIELD(mail_password),
     0, 0},
    {"mail_from", "ADDRESS", NULL, "the sender of the mail", CONFIG_MAIL_ADDRESS, FIELD(mail_from), 0,
     0},
    {"edit_url", "PATTERN", NULL, "where an article's source is edited; {path} stands for its file",
     CONFIG_PLACE, FIELD(edit_url), 0, 0},
    {"rate_limit", "N", "1200", "requests a minute for each client address; 0: no limit",
     CONFIG_COUNT, FIELD(rate_limit), 0, 1e6},
    {"trusted_proxies", "LIST", NULL, "networks whose X-Forwarded-For counts", CONFIG_NETWORKS,
     FIELD(trusted_proxies), 0, 0},
    {"tls_cert", "FILE", NULL, "serve HTTPS with this certificate (PEM, with its chain)", CONFIG_TEXT,
     FIELD(tls_cert), 0, 0},
    {"tls_key", "FILE", NULL, "and this private key (PEM)", CONFIG_TEXT, FIELD(tls_key), 0, 0},
    {"hooks.DESK", "SECRET", NULL, "the secret with which this help desk signs its webhooks",
     CONFIG_HOOK, FIELD(hooks), 0, 0},
    {"hook_states", "LIST", NULL, "what a desk's own states mean: zendesk.hold=solved", CONFIG_STATES,
     FIELD(hook_states), 0, 0},
    {"auto_reply", "LIST", NULL, "desks that are answered automatically: zendesk=https://…",
     CONFIG_REPLIES, FIELD(auto_reply), 0, 0},
    {"auto_reply_tokens", "LIST", NULL, "what their APIs are signed in to with: zendesk=TOKEN",
     CONFIG_TOKENS, FIELD(auto_reply_tokens), 0, 0},
    {"auto_reply_holdout", "SHARE", "0.1", "share of such tickets left to agents, to compare",
     CONFIG_SHARE, FIELD(auto_reply_holdout), 0, 0.5},
    {"priority_points", "LIST", NULL, "words that make a ticket more urgent: outage=3",
     CONFIG_POINTS, FIELD(priority_points), 0, 0},
    {"alert_url", "PLACE", NULL, "where alerts and the weekly digest go: https://… or mailto:ADDRESS",
     CONFIG_FORWARD, FIELD(alert_url), 0, 0},
    {"alerts", "LIST", "digest,spike,edit,flow", "which alerts are sent", CONFIG_ALERTS,
     FIELD(alerts), 0, 0},
    {"metrics_public", NULL, "false", "show /metrics without a token", CONFIG_BOOL,
     FIELD(metrics_public), 0, 0},
    {"review_every", "DURATION", NULL, "how long an article's review holds", CONFIG_DURATION,
     FIELD(review_every_ms), DAYS(1), DAYS(36500)},
    {"retention", "DURATION", "400d", "how long events are kept", CONFIG_DURATION,
     FIELD(retention_ms), DAYS(1), DAYS(36500)},
    {"retention_text", "DURATION", "30d", "how long raw queries and unsent requests are kept",
     CONFIG_DURATION, FIELD(retention_text_ms), DAYS(1), DAYS(36500)},
    {"learning_half_life", "DURATION", "365d", "age at which a link teaches the search half as much",
     CONFIG_DURATION, FIELD(learning_half_life_ms), DAYS(1), DAYS(36500)},
    {"store", "NAME", "sqlite", "where events are kept", CONFIG_STORE, FIELD(store), 0, 0},
    {"frame_ancestors", "LIST", NULL, "origins that may show the desk in a frame", CONFIG_FRAMES,
     FIELD(frame_ancestors), 0, 0},
    {"site_name", "NAME", NULL, "the name shown on the pages", CONFIG_TEXT, FIELD(site_name), 0, 0},
    {"cache_bytes", "BYTES", "32M", "most memory for cached answers", CONFIG_BYTES,
     FIELD(cache_bytes), 0, 1e12},
    {"log_json", NULL, "false", "write log lines as JSON", CONFIG_BOOL, FIELD(log_json), 0, 0},
    {"log_level", "LEVEL", "info", "least level of what is logged: debug, info, warning, error", CONFIG_LEVEL,
     FIELD(log_level), 0, 0},
    {"demo", NULL, "false", "offer a contact form that sends nothing, and say so", CONFIG_BOOL,
     FIELD(demo), 0, 0},
    {NULL, NULL, NULL, NULL, CONFIG_TEXT, 0, 0, 0},
};

#define HOOK_PREFIX "hooks."
static const char *const hook_keys[] = {"hooks.zendesk",   "hooks.freshdesk", "hooks.zammad",
                                        "hooks.chatwoot",  "hooks.helpscout", "hooks.freescout",
                                        "hooks.github",    "hooks.generic"};
enum { KEY_SIZE = 64 };

const struct config_key *config_keys(void)
{
    return keys;
}

/* NAME as the table writes it: '-' is '_'. Cut where it is longer than any key. */
static void normalise(const char *name, char out[KEY_SIZE])
{
    (void)snprintf(out, KEY_SIZE, "%s", name);
    for (char *p = out; *p; p++)
        if (*p == '-')
            *p = '_';
}

static bool is_hook(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(hook_keys); i++)
        if (strcmp(hook_keys[i], name) == 0)
            return true;
    return false;
}

const struct config_key *config_find_key(const char *name)
{
    char wanted[KEY_SIZE];
    normalise(name, wanted);
    for (const struct config_key *key = keys; key->name; key++)
        if (key->kind == CONFIG_HOOK ? is_hook(wanted) : strcmp(key->name, wanted) == 0)
            return key;
    return NULL;
}

const char *config_nearest_key(const char *name)
{
    enum { FARTHEST = 1000 };
    char wanted[KEY_SIZE];
    const char *nearest = keys[0].name;
    unsigned best = FARTHEST;
    normalise(name, wanted);
    for (const struct config_key *key = keys; key->name; key++) {
        unsigned distance = str_distance(wanted, key->name, FARTHEST);
        if (key->kind != CONFIG_HOOK && distance < best) {
            best = distance;
            nearest = key->name;
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(hook_keys); i++) {
        unsigned distance = str_distance(wanted, hook_keys[i], FARTHEST);
        if (distance < best) {
            best = distance;
            nearest = hook_keys[i];
        }
    }
    return nearest;
}

static enum status set_hook(struct config *config, const char *desk, const char *secret,
                            struct error *err)
{
    char *copy = mem_strdup(secret), *name;
    struct config_hook *grown;
    if (!copy)
        return error_memory(err);
    for (size_t i = 0; i < config->hook_count; i++)
        if (strcmp(config->hooks[i].desk, desk) == 0) {
            mem_free(config->hooks[i].secret);
            config->hooks[i].secret = copy;
            return STATUS_OK;
        }
    name = mem_strdup(desk);
    grown = mem_resize(config->hooks, config->hook_count + 1, sizeof *grown);
    if (grown)
        config->hooks = grown;
    if (!name || !grown) {
        mem_free(name);
        mem_free(copy);
        return error_memory(err);
    }
    config->hooks[config->hook_count++] = (struct config_hook){name, copy};
    return STATUS_OK;
}

const char *config_hook_secret(const struct config *config, const char *desk)
{
    for (size_t i = 0; i < config->hook_count; i++)
        if (strcmp(config->hooks[i].desk, desk) == 0 && *config->hooks[i].secret)
            return config->hooks[i].secret;
    return NULL;
}

enum status config_set(struct config *config, const char *key_name, const char *value,
                       const char *where, struct error *err)
{
    const struct config_key *key = config_find_key(key_name);
    char wanted[KEY_SIZE], allowed[CONFIG_ALLOWED_SIZE];
    enum status status;
    normalise(key_name, wanted);
    if (!key) {
        status = error_set(err, STATUS_NOT_FOUND, "%s: unknown key %s; did you mean %s?", where,
                           key_name, config_nearest_key(key_name));
        error_hint(err, "`deflect --help` lists all keys");
        return status;
    }
    if (key->kind == CONFIG_HOOK)
        return set_hook(config, wanted + strlen(HOOK_PREFIX), value, err);
    status = config_value_parse(key, slice_of(value), config);
    if (status == STATUS_OUT_OF_MEMORY)
        return error_memory(err);
    if (status) {
        config_value_allowed(key, allowed);
        return error_set(err, status, "%s: %s must be %s, not \"%.80s\"", where, key->name, allowed,
                         value);
    }
    return STATUS_OK;
}

enum status config_init(struct config *config, struct error *err)
{
    *config = (struct config){.holdout_until_ms = -1, .review_every_ms = -1};
    for (const struct config_key *key = keys; key->name; key++) {
        enum status status =
            key->fallback ? config_set(config, key->name, key->fallback, "default", err) : STATUS_OK;
        if (status) {
            config_done(config);
            return status;
        }
    }
    return STATUS_OK;
}

void config_done(struct config *config)
{
    for (const struct config_key *key = keys; key->name; key++)
        config_value_done(key, config);
    for (size_t i = 0; i < config->hook_count; i++) {
        mem_free(config->hooks[i].desk);
        mem_free(config->hooks[i].secret);
    }
    mem_free(config->hooks);
    mem_free(config->file);
    *config = (struct config){.file = NULL};
}
