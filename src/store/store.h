/* store.h: everything that must last, behind one face: events, article versions, tokens, keys, tickets.
 *
 * The embedded store is SQLite (WAL, synchronous=FULL) in the data folder; nothing of it shows here, so that another
 * database can stand behind the same functions and pass the same tests. All functions may be called from any thread:
 * reads take a connection from a pool, writes are serialised. */
#ifndef DEFLECT_STORE_STORE_H
#define DEFLECT_STORE_STORE_H

#include "store/event.h"

struct store;

struct store_options {
    const char *folder;  /* the data folder; created when missing */
    bool exclusive;      /* serving: refuse where another server holds it */
    bool read_only;
};

/* Opens or creates the store; checks header, schema version and quick_check (at most 2 s) first.
 * Errors: LOCKED (another server), INCOMPATIBLE (newer version), CORRUPT (names the way back), IO, OUT_OF_MEMORY. */
enum status store_open(const struct store_options *options, struct store **ret, struct error *err);
struct store *store_close(struct store *store);

/* What became of each event of a batch. */
enum event_outcome { OUTCOME_STORED, OUTCOME_KNOWN /* its id was there already */ };

/* Appends COUNT events in one durable transaction; ids and sessions must be set, `at_ms` valid. OUTCOMES (COUNT entries,
 * may be NULL) tells new from known. A contact hash is bound to its session ("a session belongs to the first contact it
 * names"). A ticket event with `withdrawn` takes back the one with its id. Errors: IO, UNAVAILABLE (writing has stopped), OUT_OF_MEMORY. */
enum status store_append(struct store *store, const struct event *events, size_t count,
                         enum event_outcome *outcomes, struct error *err);

/* Calls EACH with every event whose time lies in FROM_MS <= at < TO_MS, by time, then order of arrival (a ticket last at
 * equal time). The event is borrowed. EACH returns false to stop. */
typedef bool store_event_fn(void *arg, const struct event *event);
enum status store_each_event(struct store *store, int64_t from_ms, int64_t to_ms, store_event_fn *each,
                             void *arg, struct error *err);

/* The events of one session, in the same order. */
enum status store_each_session_event(struct store *store, const char *session, store_event_fn *each,
                                     void *arg, struct error *err);

/* What `erase` removed. */
struct store_erased {
    int64_t events, sessions, tickets;
};
enum status store_erase_session(struct store *store, const char *session, struct store_erased *ret,
                                struct error *err);
/* CONTACT as a person writes it; it is trimmed, lower-cased and hashed here. */
enum status store_erase_contact(struct store *store, const char *contact, struct store_erased *ret,
                                struct error *err);

/* Removes raw texts (queries, requests never sent) from before TEXTS_BEFORE_MS and events from before EVENTS_BEFORE_MS. */
enum status store_apply_retention(struct store *store, int64_t texts_before_ms, int64_t events_before_ms,
                                  int64_t *ret_removed, struct error *err);

/* The server's secret key (32 bytes, made on first use, kept in the data folder with mode 0600). Borrowed. */
const unsigned char *store_key(const struct store *store);

/* HMAC of the trimmed, lower-cased CONTACT under the server's key, hexadecimal, into OUT (65 bytes). */
void store_contact_hash(const struct store *store, const char *contact, char out[65]);

/* Article versions: the first time that each was seen. */
enum status store_note_version(struct store *store, const char *article, const char *version, int64_t at_ms,
                               struct error *err);
typedef bool store_version_fn(void *arg, const char *article, const char *version, int64_t first_seen_ms);
/* All versions of ARTICLE (NULL: of every article), by article, then time. */
enum status store_each_version(struct store *store, const char *article, store_version_fn *each, void *arg,
                               struct error *err);

/* Tokens. */
enum token_role { ROLE_NONE, ROLE_AGENT, ROLE_WRITER, ROLE_ADMIN };
struct token {
    char id[24];
    char name[128];
    enum token_role role;
    int64_t created_ms, expires_ms /* -1: never */, used_ms /* -1: never */, revoked_ms /* -1: not */;
};
const char *token_role_name(enum token_role role);
bool token_role_parse(const char *name, enum token_role *ret);

#define TOKEN_SECRET_SIZE 64
/* Makes a token; SECRET is shown once, only its hash is kept. */
enum status store_token_create(struct store *store, enum token_role role, const char *name,
                               int64_t expires_ms, struct token *ret, char secret[TOKEN_SECRET_SIZE],
                               struct error *err);
/* The valid token with this secret; notes its use (at most once a minute). Errors: DENIED. */
enum status store_token_find(struct store *store, const char *secret, struct token *ret, struct error *err);
typedef bool store_token_fn(void *arg, const struct token *token);
enum status store_token_each(struct store *store, store_token_fn *each, void *arg, struct error *err);
/* Errors: NOT_FOUND. */
enum status store_token_revoke(struct store *store, const char *id, struct error *err);

/* A consistent copy of the database and the key into FOLDER (created; must not hold a store), while others work. */
enum status store_backup(struct store *store, const char *folder, struct error *err);

/* Small named values that must last (sample-data flag, schema marks); VALUE NULL removes. */
enum status store_set_meta(struct store *store, const char *name, const char *value, struct error *err);
/* *RET: fresh string or NULL where there is none. */
enum status store_get_meta(struct store *store, const char *name, char **ret, struct error *err);

/* True when the database can be read and written now; for /readyz and doctor. */
enum status store_check(struct store *store, struct error *err);

#endif
