/* config.h: what the operator can set: one table of keys, read from file, environment and command line.
 *
 * Later sources win: defaults, deflect.yaml, environment (DEFLECT_…), flags. The table gives
 * `--help`, the reference article's test and the nearest name of a mistyped key. */
#ifndef DEFLECT_APP_CONFIG_H
#define DEFLECT_APP_CONFIG_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config_hook {
    char *desk; /* "zendesk" */
    char *secret;
};

struct config {
    char *file; /* where it was read from; NULL: no file */
    char *articles, *data, *listen, *default_lang;
    char *public_url; /* without a trailing '/'; NULL: from the address that is listened on */
    char **origins;   /* "*" allowed by saying so */
    char **languages, **image_hosts;
    int64_t window_ms;
    double holdout;           /* 0 to 0.5 */
    int64_t holdout_until_ms; /* -1: until the sample can tell */
    double min_lift;
    char **staff_networks, **trusted_proxies; /* CIDR */
    char *contact_url, *edit_url;             /* NULL: none */
    char *tls_cert, *tls_key;                 /* files; NULL: plain HTTP */
    char *contact_forward, *contact_secret;   /* where requests of /contact go; NULL: nowhere */
    char *alert_url; /* where alerts go; NULL: nowhere */
    char **alerts;   /* which kinds */
    char *mail_server, *mail_user, *mail_password, *mail_from;
    int64_t rate_limit;                       /* requests a minute and address; 0: off */
    struct config_hook *hooks;
    size_t hook_count;
    bool metrics_public;
    int64_t review_every_ms; /* -1: none */
    int64_t retention_ms, retention_text_ms;
    int64_t learning_half_life_ms;
    char *store;
    char **frame_ancestors; /* who may frame the desk */
    char **hook_states;     /* "desk.state=status" */
    char **auto_reply;      /* "desk=URL" of its API */
    char **auto_reply_tokens; /* "desk=token" */
    double auto_reply_holdout; /* 0 to 0.5 */
    char **priority_points; /* "word=points" */
    char *site_name;        /* shown on the pages; NULL: "Help centre" in the page's language */
    int64_t cache_bytes;    /* most memory for whole answers */
    bool log_json;
    char *log_level; /* "debug", "info", "warning" or "error" */
    bool demo; /* /contact exists and says that nothing is sent; sample data is labelled */
};

/* What the value of a key may be. */
enum config_kind {
    CONFIG_TEXT,
    CONFIG_LANG,
    CONFIG_ADDRESS,  /* HOST:PORT */
    CONFIG_URL,      /* http:// or https://, no trailing '/' */
    CONFIG_PLACE,    /* a URL, a path on this server, or mailto: */
    CONFIG_FORWARD,     /* https://, http:// or mailto:ADDRESS */
    CONFIG_MAIL_SERVER, /* smtp:// or smtps:// */
    CONFIG_MAIL_ADDRESS,
    CONFIG_STORE,
    CONFIG_LEVEL,
    CONFIG_ORIGINS,  /* lists: comma-separated, or a YAML sequence */
    CONFIG_LANGS,
    CONFIG_HOSTS,
    CONFIG_NETWORKS,
    CONFIG_FRAMES,
    CONFIG_STATES,
    CONFIG_POINTS,
    CONFIG_ALERTS,
    CONFIG_REPLIES,     /* desk=URL */
    CONFIG_TOKENS,      /* desk=token */
    CONFIG_BOOL,
    CONFIG_SHARE,    /* a number between `least` and `most` */
    CONFIG_COUNT,    /* a whole number between them */
    CONFIG_BYTES,    /* the same, K, M and G understood */
    CONFIG_DURATION, /* milliseconds between them */
    CONFIG_TIME,
    CONFIG_HOOK,
};

/* A key of the configuration, as `--help` shows it. */
struct config_key {
    const char *name;     /* "default_lang" */
    const char *value;    /* what stands for the value in help: "LANG"; NULL: a switch */
    const char *fallback; /* the default as text; NULL: none */
    const char *help;     /* one line */
    enum config_kind kind;
    size_t offset;        /* of the field in struct config */
    double least, most;
};
/* All keys, ended by a NULL name. Borrowed, static. */
const struct config_key *config_keys(void);

/* The key called NAME ('-' or '_' alike; any of `hooks.DESK`); NULL where there is none. */
const struct config_key *config_find_key(const char *name);

/* The known key that looks most like NAME. Borrowed, static. */
const char *config_nearest_key(const char *name);

/* Fills CONFIG with defaults. Errors: OUT_OF_MEMORY. */
enum status config_init(struct config *config, struct error *err);
void config_done(struct config *config);

/* Sets one key from text, as a flag or the environment gives it (lists: comma-separated). WHERE
 * ("--holdout", "deflect.yaml line 3") stands in the message. Errors: UNPROCESSABLE (names key,
 * value, what is allowed), NOT_FOUND (unknown key: names the nearest), OUT_OF_MEMORY. */
enum status config_set(struct config *config, const char *key, const char *value, const char *where,
                       struct error *err);

/* Reads FILE (YAML). A missing FILE is an error only if REQUIRED. */
enum status config_read_file(struct config *config, const char *file, bool required,
                             struct error *err);

/* Reads DEFLECT_… variables of ENVIRONMENT (as `environ`), DEFLECT_CONFIG and those that Kubernetes
 * sets for a service of this name excepted. */
enum status config_read_environment(struct config *config, char *const *environment,
                                    struct error *err);

/* The secret of DESK, NULL when none is set. Borrowed. */
const char *config_hook_secret(const struct config *config, const char *desk);

/* Splits "HOST:PORT" ("[::1]:8080" too; an empty HOST: all addresses) into HOST and *RET_PORT; false
 * where it is no such thing. */
#define CONFIG_HOST_SIZE 256
bool config_split_address(const char *address, char host[CONFIG_HOST_SIZE], uint16_t *ret_port);

#endif
