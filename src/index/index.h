/* index.h: the C face of the search index: articles in, ranked passages out.
 *
 * Behind it stand Xapian (index_xapian.cc, the only file that knows it) and the ranking (rank.h). An index lives in
 * a folder of its own and can always be rebuilt from the articles; what must last is not kept here. */
#ifndef DEFLECT_INDEX_INDEX_H
#define DEFLECT_INDEX_INDEX_H

#include "article/article.h"
#include "base/error.h"
#include "base/slice.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* ---- Writing: one process at a time, one thread at a time ---- */

struct index_writer;

struct index_writer_options {
    const char *folder;      /* created when missing */
    unsigned lock_wait_ms;   /* how long to wait for another writer */
    bool rebuild;            /* build anew beside the present one, which serves until the commit */
    bool check;              /* read the present one whole first: writing into a damaged one could crash */
};

/* Errors: LOCKED, INCOMPATIBLE (other schema or stemmer: the hint says to rebuild), CORRUPT, IO, OUT_OF_MEMORY. */
enum status index_writer_open(const struct index_writer_options *options, struct index_writer **ret,
                              struct error *err);

/* What the index holds of a file; for folder_remember. Strings borrowed during the call. */
typedef bool index_known_fn(void *arg, const char *path, const char *digest, const char *id, bool id_explicit);
enum status index_writer_each_known(struct index_writer *writer, index_known_fn *each, void *arg,
                                    struct error *err);

/* True when the index holds an article with this id, as of the puts and removals until now. */
bool index_writer_has(struct index_writer *writer, const char *id);

/* Adds or replaces the article by its id. FIRST_SEEN_MS: when this version was first seen, its `updated` where the file says none. */
enum status index_writer_put(struct index_writer *writer, const struct article *article, int64_t first_seen_ms,
                             struct error *err);
enum status index_writer_remove(struct index_writer *writer, const char *id, struct error *err);

/* Synonyms of the knowledge base (synonyms.yaml), as groups of words or phrases that mean the same: a NULL-terminated list
 * of NULL-terminated lists. Replaces the earlier ones. */
enum status index_writer_set_synonyms(struct index_writer *writer, char ***groups, struct error *err);

/* Makes everything since the last commit visible, whole or not at all. *RET_COUNT: articles in the index, drafts and archived
 * included. */
enum status index_writer_commit(struct index_writer *writer, size_t *ret_count, struct error *err);

/* Drops what was not committed. Returns NULL. */
struct index_writer *index_writer_close(struct index_writer *writer);

/* ---- Learning: past tickets and the articles that answered them ----
 *
 * Kept beside the articles, in files of its own that a rebuild leaves alone; the store has the links themselves, so it can always
 * be fed anew. A link lifts its article for questions like its ticket. It counts the less the older it is, and one agent's
 * sixth and further links to an article count less and less. Links to articles that are not there (any more) are kept, unused. */

struct index_learner;

struct index_learner_options {
    const char *folder;     /* the index' */
    unsigned lock_wait_ms;
    int64_t half_life_ms;   /* age at which a link counts half; 0: it does not age */
    bool reset;             /* forget everything; what was known serves until the commit */
};

/* Errors: as index_writer_open; INCOMPATIBLE (also when HALF_LIFE_MS is another): open with RESET and feed it anew. */
enum status index_learner_open(const struct index_learner_options *options, struct index_learner **ret, struct error *err);

struct index_link {
    const char *ticket;     /* the ticket's id: the same ticket and article again replaces the link */
    const char *article;    /* id */
    const char *agent;      /* who linked; NULL: somebody who linked nothing else */
    struct slice subject;   /* may be empty */
    struct slice text;      /* the customer's words */
    const char *lang;       /* of the text; NULL: told from it, else DEFAULT_LANG */
    const char *default_lang;
    int64_t at_ms;
};
enum status index_learner_add(struct index_learner *learner, const struct index_link *link, struct error *err);
/* Takes a link back. Errors: NOT_FOUND. */
enum status index_learner_remove(struct index_learner *learner, const char *ticket, const char *article, struct error *err);
/* Readers see it with their next refresh. *RET_COUNT (may be NULL): links known. */
enum status index_learner_commit(struct index_learner *learner, size_t *ret_count, struct error *err);
/* Commits, and puts in order what many commits have left, so that searches stay fast; seconds where a million links are known. */
enum status index_learner_tidy(struct index_learner *learner, struct error *err);
/* Drops what was not committed. Returns NULL. */
struct index_learner *index_learner_close(struct index_learner *learner);
/* Reads all that was learned. Errors: CORRUPT, INCOMPATIBLE (open a learner with RESET and feed it anew), IO, OUT_OF_MEMORY. */
enum status index_learner_check(const char *folder, struct error *err);

/* ---- Reading: a reader belongs to one thread at a time ---- */

struct index_reader;

/* Errors: NOT_FOUND (no index yet), INCOMPATIBLE, CORRUPT. */
enum status index_reader_open(const char *folder, struct index_reader **ret, struct error *err);
struct index_reader *index_reader_close(struct index_reader *reader);

/* Sees the latest commit; cheap when nothing changed. */
enum status index_reader_refresh(struct index_reader *reader, struct error *err);

/* A number that changes with every commit; for caches. */
uint64_t index_reader_revision(const struct index_reader *reader);

/* Reads everything and checks each document's checksum; for doctor. Errors: CORRUPT. */
enum status index_reader_check(struct index_reader *reader, struct error *err);

/* ---- Search ---- */

struct index_query {
    struct slice subject;    /* the question, or a ticket's subject */
    struct slice body;       /* a ticket's text; empty for a question */
    const char *lang;        /* preferred, BCP 47; NULL: told from the question */
    const char *default_lang;
    bool as_typed;           /* the last word of the subject (or of the body, where that is typed) is a prefix */
    bool agents;             /* agents' articles too */
    size_t limit;            /* 1 to LIMIT_RESULTS */
    bool explain;
    int caution;             /* steps that the threshold of `high` is raised by, 0 to INDEX_CAUTION_MOST */
    bool bare;               /* hits without marked titles and passages, and up to INDEX_CANDIDATES of them; for measuring */
};
#define INDEX_CANDIDATES 60 /* articles that a search compares */

/* A threshold raised by a step asks for an estimated chance 0.05 higher. */
#define INDEX_CAUTION_MOST 4

/* The chance, 0 to 1, from which a result is `high`. */
double index_high_chance(int caution);

enum index_confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };
const char *index_confidence_name(enum index_confidence confidence);

struct index_hit {
    char *id;
    char *title, *title_html;     /* _html: escaped text with <mark> only */
    char *url;                    /* the article's own, NULL: this server's page */
    char *section, *anchor;       /* heading that matched; "" for the lead */
    char *snippet, *snippet_html; /* the passage that answers */
    char *category, *lang;
    enum article_audience audience;
    int64_t updated_ms, reviewed_ms, review_every_ms; /* -1: not given */
    enum index_confidence confidence;
    double score;
    json_t *explain;              /* NULL unless asked for */
};

struct index_results {
    struct index_hit *hits;
    size_t count;
    size_t total;                 /* estimated number of articles that match */
    char *corrected;              /* the query used, NULL when as asked */
    char *lang;                   /* of the question */
};
void index_results_done(struct index_results *results);

/* Published articles only, best first, one hit an article and its translations: the one in the best language, also where
 * another one's words were found. An empty question gives no hits. Errors: MODIFIED (refresh and try again), CORRUPT, OUT_OF_MEMORY. */
enum status index_search(struct index_reader *reader, const struct index_query *query,
                         struct index_results *ret, struct error *err);

/* ---- Articles as stored ---- */

/* An article with what the index knows of it. */
struct index_article {
    struct article *article;      /* complete, as put */
    int64_t updated_ms;
};
void index_article_done(struct index_article *article);

/* Errors: NOT_FOUND. Whether the caller may show it is the caller's to check. */
enum status index_get(struct index_reader *reader, const char *id, struct index_article *ret, struct error *err);

/* The article's id for a file of the folder or a redirected path (fresh strings). Errors: NOT_FOUND. */
enum status index_id_of_path(struct index_reader *reader, const char *path, char **ret_id, struct error *err);
enum status index_id_of_redirect(struct index_reader *reader, const char *path, char **ret_id, struct error *err);

/* True where a public, published article links the served file PATH (article->files). */
bool index_file_is_public(struct index_reader *reader, const char *path);

/* What a list shows of an article. Borrowed during the call. */
struct index_summary {
    const char *id, *path, *title, *summary, *lang, *category, *url, *owner, *translation_key, *version;
    enum article_audience audience;
    enum article_status status;
    bool has_order, contact_expected;
    double order;
    int64_t updated_ms, reviewed_ms, review_every_ms;
};
typedef bool index_summary_fn(void *arg, const struct index_summary *summary);

struct index_list_filter {
    const char *lang;            /* NULL: any */
    const char *category;        /* NULL: any */
    const char *translation_key; /* NULL: any */
    bool public_only;            /* public and published */
    const char *after;           /* cursor: articles behind this id; NULL: from the start */
    size_t limit;                /* 0: all */
};
/* By category, then order, then title where AFTER and LIMIT are not used; by id where they are. */
enum status index_list(struct index_reader *reader, const struct index_list_filter *filter,
                       index_summary_fn *each, void *arg, struct error *err);

/* Appends to LANGS, which is the caller's, each language that public articles are written in, once. Looks at each article.
 * Errors: as index_list. */
enum status index_languages(struct index_reader *reader, char ***langs, struct error *err);

/* Articles like this one, public only, same language first; as hits without passages. */
enum status index_related(struct index_reader *reader, const char *id, size_t limit, struct index_results *ret,
                          struct error *err);

/* The version of the engine that runs: "1.4.22". Static. */
const char *index_engine_version(void);

#endif
