/* store.h: everything that must last, behind one face: events, article versions, tokens, keys,
 * tickets.
 *
 * The embedded store is SQLite (WAL, synchronous=FULL) in the data folder; nothing of it shows
 * here, so that another database can stand behind the same functions and pass the same tests. All
 * functions may be called from any thread: reads take a connection from a pool, writes are
 * serialised. */
#ifndef DEFLECT_STORE_STORE_H
#define DEFLECT_STORE_STORE_H

#include "store/event.h"

struct store;

struct store_options {
    const char *folder; /* the data folder; created when missing */
    bool existing;      /* create nothing: refuse where there is no store yet */
    bool exclusive;     /* serving: refuse where another server holds it */
    bool read_only;
};

/* Opens or creates the store. The database is looked at first and left untouched where it is
 * refused: header, schema version, and quick_check for at most 2 s when serving, 0.2 s else (what
 * it does not find by then is found by use). Folder and files are made for their owner alone.
 * Errors: LOCKED (another server; names its process), INCOMPATIBLE (a newer version's, another
 * program's, another key), CORRUPT (names the way back), NOT_FOUND (read_only or existing, and nothing there),
 * IO, OUT_OF_MEMORY. */
enum status store_open(const struct store_options *options, struct store **ret, struct error *err);
struct store *store_close(struct store *store);

/* What became of each event of a batch. */
enum event_outcome { OUTCOME_STORED, OUTCOME_KNOWN /* its id was there already */ };

/* Appends COUNT events in one durable transaction; ids and sessions must be set, `at_ms` valid,
 * texts redacted. OUTCOMES (COUNT entries, may be NULL) tells new from known: an event whose id its
 * session has, and a search whose query_id its session has, are known and not stored again. A
 * contact hash is bound to its session where that has none; an event that names another contact
 * than its session's is stored in a session derived from both (the same for the same pair). A
 * ticket event with `withdrawn` takes back the one with its id, whichever comes first. Errors:
 * UNAVAILABLE (no room on the disk: a later call may succeed; or writing has stopped, as the
 * database was found damaged), CORRUPT (found just now), LOCKED (another process wrote for over 10
 * s), IO, OUT_OF_MEMORY; nothing of the batch is stored then. */
enum status store_append(struct store *store, const struct event *events, size_t count,
                         enum event_outcome *outcomes, struct error *err);

/* Calls EACH with every event whose time lies in FROM_MS <= at < TO_MS, by time, then order of
 * arrival (a ticket last at equal time). The event is borrowed. EACH returns false to stop. */
typedef bool store_event_fn(void *arg, const struct event *event);
enum status store_each_event(struct store *store, int64_t from_ms, int64_t to_ms,
                             store_event_fn *each, void *arg, struct error *err);

/* The events of one session, in the same order; and those of all sessions of a contact, and the
 * `ticket` events that name a help desk's ticket or a ref. */
enum status store_each_session_event(struct store *store, const char *session, store_event_fn *each,
                                     void *arg, struct error *err);
enum status store_each_contact_event(struct store *store, const char *contact_hash,
                                     store_event_fn *each, void *arg, struct error *err);
enum status store_each_ticket_event(struct store *store, const char *ticket, store_event_fn *each,
                                    void *arg, struct error *err);
enum status store_each_ref_event(struct store *store, const char *ref, store_event_fn *each,
                                 void *arg, struct error *err);

/* What `erase` removed: a session's events, itself, sessions derived of it, and the tickets that
 * belong to it (with their replies and links); for a contact, of all its sessions, and its tickets.
 * Nothing found is no error. */
struct store_erased {
    int64_t events, sessions, tickets;
};
enum status store_erase_session(struct store *store, const char *session, struct store_erased *ret,
                                struct error *err);
/* CONTACT as a person writes it; it is trimmed, lower-cased and hashed here. */
enum status store_erase_contact(struct store *store, const char *contact, struct store_erased *ret,
                                struct error *err);

/* Removes raw texts from before TEXTS_BEFORE_MS (queries, comments, texts of requests taken back),
 * and from before EVENTS_BEFORE_MS events with all they hold, tickets and links. In small
 * transactions, so that the writer goes on meanwhile. *RET_REMOVED: events emptied or removed, and
 * tickets removed. */
enum status store_apply_retention(struct store *store, int64_t texts_before_ms,
                                  int64_t events_before_ms, int64_t *ret_removed,
                                  struct error *err);

/* The server's secret key (32 bytes, made on first use, kept in the data folder with mode 0600).
 * Borrowed. */
const unsigned char *store_key(const struct store *store);

/* HMAC of the trimmed, lower-cased CONTACT under the server's key, hexadecimal, into OUT (65
 * bytes). */
void store_contact_hash(const struct store *store, const char *contact, char out[65]);

/* Article versions: the first time that each was seen. An article turned back to an earlier version
 * has that version twice: what is current at a time is the last one seen until then. The version
 * that is current already is not noted again; a time before the latest change is moved behind it.
 */
enum status store_note_version(struct store *store, const char *article, const char *version,
                               int64_t at_ms, struct error *err);
struct article_version {
    const char *article, *version;
    int64_t seen_ms;
};
/* The same for many, in one transaction. */
enum status store_note_versions(struct store *store, const struct article_version *versions,
                                size_t count, struct error *err);
/* Puts COUNT versions (oldest first) in place of all that is known of each article named in them; for
 * sample data, whose past is made up. */
enum status store_replace_versions(struct store *store, const struct article_version *versions,
                                   size_t count, struct error *err);
typedef bool store_version_fn(void *arg, const char *article, const char *version,
                              int64_t first_seen_ms);
/* All versions of ARTICLE (NULL: of every article), by article, then time. */
enum status store_each_version(struct store *store, const char *article, store_version_fn *each,
                               void *arg, struct error *err);

/* Tokens. */
enum token_role { ROLE_NONE, ROLE_AGENT, ROLE_WRITER, ROLE_ADMIN };
struct token {
    char id[24];
    char name[128];
    enum token_role role;
    int64_t created_ms, expires_ms /* -1: never */, used_ms /* -1: never */,
        revoked_ms /* -1: not */;
};
const char *token_role_name(enum token_role role);
bool token_role_parse(const char *name, enum token_role *ret);

#define TOKEN_SECRET_SIZE 64
/* Makes a token (NAME may be NULL; EXPIRES_MS -1: never); SECRET ("dfl_…", 264 random bits) is
 * shown once, only its SHA-256 is kept. */
enum status store_token_create(struct store *store, enum token_role role, const char *name,
                               int64_t expires_ms, struct token *ret,
                               char secret[TOKEN_SECRET_SIZE], struct error *err);
/* The valid token with this secret; notes its use (at most once a minute). Errors: DENIED (unknown,
 * expired, revoked). */
enum status store_token_find(struct store *store, const char *secret, struct token *ret,
                             struct error *err);
/* The same for the token with this id, for a browser that proved before that it knows the secret. */
enum status store_token_get(struct store *store, const char *id, struct token *ret,
                            struct error *err);
typedef bool store_token_fn(void *arg, const struct token *token);
enum status store_token_each(struct store *store, store_token_fn *each, void *arg,
                             struct error *err);
/* Errors: NOT_FOUND. */
enum status store_token_revoke(struct store *store, const char *id, struct error *err);

/* A code that stands in for token ID once, until EXPIRES_MS; only its SHA-256 is kept. Errors:
 * NOT_FOUND (no such token), DENIED (expired, revoked). */
#define SIGN_IN_CODE_SIZE 48
enum status store_sign_in_create(struct store *store, const char *id, int64_t expires_ms,
                                 char code[SIGN_IN_CODE_SIZE], struct error *err);
/* Spends CODE and gives its token. Of several that try at once, one gets it. Errors: DENIED (unknown,
 * spent, expired, or its token is no longer valid). */
enum status store_sign_in_take(struct store *store, const char *code, struct token *ret,
                               struct error *err);

/* A consistent copy of the database and the key into FOLDER (created; must not hold a store), while
 * others work. */
enum status store_backup(struct store *store, const char *folder, struct error *err);

/* The named value that says when `backup` last copied this store. */
#define STORE_BACKUP_MARK "backup.at"

/* Small named values that must last (sample-data flag, schema marks); VALUE NULL removes. */
enum status store_set_meta(struct store *store, const char *name, const char *value,
                           struct error *err);
/* *RET: fresh string or NULL where there is none. */
enum status store_get_meta(struct store *store, const char *name, char **ret, struct error *err);

/* The version of the database's engine that runs: "3.40.1". Static. */
const char *store_engine_version(void);

/* OK when the database can be read and, unless opened read_only, written now; for /readyz and
 * doctor. Cheap: it writes only where the last write failed. */
enum status store_check(struct store *store, struct error *err);

/* Tidies up when nothing else is to do (folds the log into the database); waits for nobody. */
void store_checkpoint(struct store *store);

#endif
