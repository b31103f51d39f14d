/* reader.c: opens the index in use, follows its commits, and gives articles as stored. */
#include "index/reader.h"

#include "base/str.h"
#include "index/common_synonyms.h"
#include "index/generation.h"
#include "index/question.h"
#include "index/record.h"
#include "index/stored.h"
#include "index/terms.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define OWN_SYNONYM_WEIGHT 0.8F      /* of synonyms that a knowledge base names itself */
#define COMMON_SYNONYM_WEIGHT 0.5F   /* of everyday ones, which fit less often */

/* ---- Opening and refreshing ---- */

static void forget_synonyms(struct index_reader *reader)
{
    for (size_t i = 0; i < SYNONYM_LANGUAGES; i++) {
        synonyms_done(&reader->synonyms[i].synonyms);
        reader->synonyms[i].lang[0] = '\0';
    }
}

static enum status read_synonyms(struct index_reader *reader, struct error *err)
{
    char *text = NULL;
    enum status status = database_metadata(reader->database, "synonyms", &text, err);
    if (status != STATUS_OK)
        return status;
    if (str_equal(text, reader->synonyms_text)) {
        mem_free(text);
        return STATUS_OK;
    }
    mem_free(reader->synonyms_text);
    reader->synonyms_text = text;
    forget_synonyms(reader);
    return STATUS_OK;
}

static enum status read_notes(struct index_reader *reader, struct error *err)
{
    _cleanup_free_ char *schema = NULL, *stats = NULL;
    int64_t body_words = 0, sections = 0;
    enum status status = database_metadata(reader->database, "schema", &schema, err);
    if (status == STATUS_OK && !*schema)
        status = error_set(err, STATUS_CORRUPT, "the index' own notes are gone");
    if (status == STATUS_OK && strcmp(schema, generation_schema()) != 0) {
        error_set(err, STATUS_INCOMPATIBLE, "the index was made by another version, or with another stemmer");
        error_hint(err, "run `deflect index --rebuild`");
        return STATUS_INCOMPATIBLE;
    }
    if (status == STATUS_OK)
        status = database_metadata(reader->database, "stats", &stats, err);
    if (status == STATUS_OK)
        status = read_synonyms(reader, err);
    if (status != STATUS_OK)
        return status;
    reader->articles = database_count(reader->database);
    if (sscanf(stats, "%" SCNd64 " %" SCNd64, &body_words, &sections) == 2 && reader->articles) {
        reader->body_words = (double)body_words / reader->articles;
        reader->section_words = sections > 0 ? (double)body_words / (double)sections : 0;
    }
    memset(reader->idf, 0xff, IDF_CACHE_SLOTS * sizeof *reader->idf);
    return STATUS_OK;
}

/* Opens the direct index in PATH, unless the one that is open still serves. Searches can do without. */
static void follow_direct(struct index_reader *reader, const char *path)
{
    if (reader->direct && !direct_replaced(reader->direct))
        return;
    reader->direct = direct_close(reader->direct);
    if (path)
        (void)direct_open(path, &reader->direct, NULL);
}

/* Opens GENERATION in place of the one that is open. */
static enum status open_generation(struct index_reader *reader, uint64_t generation, struct error *err)
{
    _cleanup_free_ char *path = generation_path(reader->folder, GENERATION_ARTICLES, generation);
    struct database *fresh = NULL;
    enum status status;
    if (!path)
        return error_memory(err);
    status = database_open(path, &fresh, err);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? error_wrap(err, STATUS_CORRUPT, "the index in use is missing") : status;
    database_close(reader->database);
    reader->database = fresh;
    reader->generation = generation;
    reader->direct = direct_close(reader->direct);
    follow_direct(reader, path);
    return read_notes(reader, err);
}

/* What was learned helps, but nothing depends on it: where it cannot be read, searches do without until it is learned anew. */
static enum status follow_learned(struct index_reader *reader, struct error *err)
{
    enum status status = learned_refresh(&reader->learned, reader->folder, err);
    if (status != STATUS_OK && status != STATUS_OUT_OF_MEMORY) {
        reader->learned = learned_close(reader->learned);
        status = STATUS_OK;
    }
    return status;
}

enum status index_reader_open(const char *folder, struct index_reader **ret, struct error *err)
{
    struct index_reader *reader = mem_zero(1, sizeof *reader);
    uint64_t generation;
    enum status status;
    if (!reader)
        return error_memory(err);
    reader->scratch = reader->scratch_words = BUF_INIT(STORED_MOST);
    reader->folder = mem_strdup(folder);
    reader->idf = mem_alloc(IDF_CACHE_SLOTS * sizeof *reader->idf);
    status = reader->folder && reader->idf ? words_new(&reader->words, err) : error_memory(err);
    if (status == STATUS_OK)
        status = generation_current(folder, GENERATION_ARTICLES, &generation, err);
    if (status == STATUS_OK)
        status = open_generation(reader, generation, err);
    if (status == STATUS_OK)
        status = follow_learned(reader, err);
    if (status != STATUS_OK) {
        index_reader_close(reader);
        return status;
    }
    *ret = reader;
    return STATUS_OK;
}

struct index_reader *index_reader_close(struct index_reader *reader)
{
    if (!reader)
        return NULL;
    database_close(reader->database);
    direct_close(reader->direct);
    learned_close(reader->learned);
    words_free(reader->words);
    forget_synonyms(reader);
    mem_free(reader->synonyms_text);
    mem_free(reader->idf);
    buf_done(&reader->scratch);
    buf_done(&reader->scratch_words);
    mem_free(reader->folder);
    return mem_free(reader);
}

enum status index_reader_refresh(struct index_reader *reader, struct error *err)
{
    uint64_t generation;
    bool changed = false;
    enum status status = generation_current(reader->folder, GENERATION_ARTICLES, &generation, err);
    if (status != STATUS_OK)
        return status;
    if (generation != reader->generation)
        status = open_generation(reader, generation, err);
    else
        status = database_refresh(reader->database, &changed, err);
    if (status == STATUS_OK && changed) {
        _cleanup_free_ char *path = generation_path(reader->folder, GENERATION_ARTICLES, generation);
        follow_direct(reader, path);
        status = read_notes(reader, err);
    }
    return status == STATUS_OK ? follow_learned(reader, err) : status;
}

uint64_t index_reader_revision(const struct index_reader *reader)
{
    uint64_t articles = reader->generation << 40 | database_revision(reader->database);
    return articles ^ learned_revision(reader->learned) * UINT64_C(0x9e3779b97f4a7c15);
}

static const struct idf_slot *look_up(struct index_reader *reader, uint32_t key)
{
    struct idf_slot *slot = &reader->idf[key & (IDF_CACHE_SLOTS - 1)];
    if (slot->key != key) {
        uint32_t frequency;
        /* A table that is behind the database, as for a moment of every commit, or damaged may miss a word. */
        if (!reader->direct || !direct_frequency(reader->direct, key, &frequency))
            frequency = database_frequency(reader->database, key);
        *slot = (struct idf_slot){key, frequency, question_idf(frequency, reader->articles)};
    }
    return slot;
}

uint32_t index_reader_frequency(void *arg, uint32_t key)
{
    return look_up(arg, key)->frequency;
}

float index_reader_idf(void *arg, uint32_t key)
{
    return look_up(arg, key)->idf;
}

uint32_t index_reader_beginnings(void *arg, struct slice beginning)
{
    struct index_reader *reader = arg;
    struct term edge;
    size_t at = 0;
    for (unsigned letters = 0; letters < TERM_EDGE_LETTERS && at < beginning.length; letters++)
        (void)utf8_next(beginning, &at);
    edge = term_make(TERM_EDGE, (struct slice){beginning.ptr, at});
    return database_term_frequency(reader->database, term_slice(&edge));
}

/* Own synonyms come first: where a word has both, they count. They help, but a search can do without. */
static void learn_synonyms(struct index_reader *reader, struct reader_synonyms *place)
{
    const char *second = strcmp(place->lang, place->default_lang) == 0 ? NULL : place->default_lang;
    synonyms_done(&place->synonyms);
    if (synonyms_read(reader->words, slice_of(reader->synonyms_text), place->lang, second, OWN_SYNONYM_WEIGHT,
                      &place->synonyms, NULL) != STATUS_OK ||
        synonyms_read(reader->words, slice_of(common_synonyms(place->lang)), place->lang, NULL, COMMON_SYNONYM_WEIGHT,
                      &place->synonyms, NULL) != STATUS_OK)
        synonyms_done(&place->synonyms);
}

const struct synonyms *index_reader_synonyms(void *arg, const char *lang, const char *default_lang)
{
    struct index_reader *reader = arg;
    struct reader_synonyms *place, wanted = {.lang = "-"};
    if (lang && *lang)
        (void)snprintf(wanted.lang, sizeof wanted.lang, "%.2s", lang);
    (void)snprintf(wanted.default_lang, sizeof wanted.default_lang, "%.2s", default_lang ? default_lang : "");
    for (size_t i = 0; i < SYNONYM_LANGUAGES; i++)
        if (strcmp(reader->synonyms[i].lang, wanted.lang) == 0 &&
            strcmp(reader->synonyms[i].default_lang, wanted.default_lang) == 0)
            return &reader->synonyms[i].synonyms;
    place = &reader->synonyms[reader->next_synonyms++ % SYNONYM_LANGUAGES];
    memcpy(place->lang, wanted.lang, sizeof wanted.lang);
    memcpy(place->default_lang, wanted.default_lang, sizeof wanted.default_lang);
    learn_synonyms(reader, place);
    return &place->synonyms;
}

/* ---- What ranking and hits read ---- */

static enum status derive_signature(struct index_reader *reader, uint32_t document, struct signature *ret, struct error *err)
{
    _cleanup_buf_ struct buf spellings = BUF_INIT(STORED_MOST);
    struct article *article = NULL;
    enum status status = stored_article(reader->database, document, &reader->scratch, &article, NULL, err);
    buf_truncate(&reader->scratch_words, 0);
    if (status == STATUS_OK)
        status = signature_write(reader->words, article, &reader->scratch_words, &spellings, err);
    article_free(article);
    return status == STATUS_OK ? signature_read(buf_slice(&reader->scratch_words), ret, err) : status;
}

enum status index_reader_signature(struct index_reader *reader, uint32_t document, struct signature *ret, struct error *err)
{
    struct slice bytes;
    if (reader->direct && direct_signature(reader->direct, document, &bytes, NULL) == STATUS_OK &&
        signature_read(bytes, ret, NULL) == STATUS_OK)
        return STATUS_OK;
    return derive_signature(reader, document, ret, err);
}

enum status index_reader_shown(struct index_reader *reader, uint32_t document, struct record_head *ret_head,
                               struct record_body *ret_sections, struct error *err)
{
    struct slice head, sections;
    enum status status;
    if (reader->direct && direct_shown(reader->direct, document, &head, &sections, NULL) == STATUS_OK &&
        record_read_head(head, ret_head, NULL) == STATUS_OK && record_read_sections(sections, ret_sections, NULL) == STATUS_OK)
        return STATUS_OK;
    buf_truncate(&reader->scratch, 0);
    status = stored_head(reader->database, document, ret_head, err);
    if (status == STATUS_OK)
        status = database_data(reader->database, document, &reader->scratch, err);
    return status == STATUS_OK ? record_read_body(buf_slice(&reader->scratch), ret_sections, err) : status;
}

/* ---- Articles ---- */

void index_article_done(struct index_article *article)
{
    article->article = article_free(article->article);
}

static enum status find_term(struct index_reader *reader, char kind, const char *text, uint32_t *ret_document,
                             struct error *err)
{
    struct term term = term_make(kind, slice_of(text));
    enum status status = database_find(reader->database, term_slice(&term), ret_document, err);
    return status == STATUS_NOT_FOUND ? error_set(err, STATUS_NOT_FOUND, "no article is known as %s", text) : status;
}

enum status index_get(struct index_reader *reader, const char *id, struct index_article *ret, struct error *err)
{
    uint32_t document;
    enum status status = find_term(reader, TERM_ID, id, &document, err);
    return status == STATUS_OK
               ? stored_article(reader->database, document, &reader->scratch, &ret->article, &ret->updated_ms, err)
               : status;
}

static enum status id_of(struct index_reader *reader, char kind, const char *text, char **ret_id, struct error *err)
{
    struct record_head head;
    uint32_t document;
    bool failed = false;
    char *id;
    enum status status = find_term(reader, kind, text, &document, err);
    if (status == STATUS_OK)
        status = stored_head(reader->database, document, &head, err);
    if (status != STATUS_OK)
        return status;
    id = record_string(head.id, &failed);
    if (!id)
        return error_memory(err);
    *ret_id = id;
    return STATUS_OK;
}

enum status index_id_of_path(struct index_reader *reader, const char *path, char **ret_id, struct error *err)
{
    return id_of(reader, TERM_PATH, path, ret_id, err);
}

enum status index_id_of_redirect(struct index_reader *reader, const char *path, char **ret_id, struct error *err)
{
    return id_of(reader, TERM_REDIRECT, path, ret_id, err);
}

bool index_file_is_public(struct index_reader *reader, const char *path)
{
    struct term term = term_make(TERM_FILE, slice_of(path));
    return database_term_frequency(reader->database, term_slice(&term)) > 0;
}

/* ---- Checking ---- */

struct check {
    struct index_reader *reader;
    struct error *err;
    enum status status;
};

/* What the direct index has of it is to be whole too, though searches would do without. */
static bool check_document(void *arg, uint32_t document)
{
    struct check *check = arg;
    _cleanup_record_body_ struct record_body body = {0};
    struct article *article = NULL;
    struct index_reader *reader = check->reader;
    struct slice bytes, head, sections;
    struct signature signature;
    check->status = stored_article(reader->database, document, &reader->scratch, &article, NULL, check->err);
    article_free(article);
    if (check->status == STATUS_OK && reader->direct)
        check->status = direct_signature(reader->direct, document, &bytes, check->err);
    if (check->status == STATUS_OK && reader->direct)
        check->status = signature_read(bytes, &signature, check->err);
    if (check->status == STATUS_OK && reader->direct)
        check->status = direct_shown(reader->direct, document, &head, &sections, check->err);
    if (check->status == STATUS_OK && reader->direct)
        check->status = record_read_sections(sections, &body, check->err);
    return check->status == STATUS_OK;
}

static bool check_word(void *arg, struct slice term, uint32_t frequency)
{
    struct check *check = arg;
    uint32_t key, counted;
    if (database_key_of(term, &key) &&
        (!direct_frequency(check->reader->direct, key, &counted) || counted != frequency))
        check->status = error_set(check->err, STATUS_CORRUPT, "the direct index counts a word wrongly");
    return check->status == STATUS_OK;
}

enum status index_reader_check(struct index_reader *reader, struct error *err)
{
    _cleanup_free_ char *path = generation_path(reader->folder, GENERATION_ARTICLES, reader->generation);
    struct check check = {.reader = reader, .err = err, .status = STATUS_OK};
    enum status status;
    if (!path)
        return error_memory(err);
    status = database_check(path, err);
    if (status == STATUS_OK)
        status = database_each(reader->database, SLICE_LITERAL(TERM_ALL), check_document, &check, err);
    if (status == STATUS_OK && check.status == STATUS_OK && reader->direct &&
        direct_revision(reader->direct) == database_revision(reader->database))
        status = database_each_term(reader->database, SLICE_LITERAL(DATABASE_KEY_PREFIX), slice_of(""), check_word, &check, err);
    return status == STATUS_OK ? check.status : status;
}

const char *index_engine_version(void)
{
    return database_engine_version();
}
