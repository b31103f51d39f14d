/* writer.c: articles into the index. */
#include "index/index.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"
#include "index/compounds.h"
#include "index/database.h"
#include "index/direct.h"
#include "index/direct_fill.h"
#include "index/generation.h"
#include "index/lock.h"
#include "index/record.h"
#include "index/signature.h"
#include "index/stored.h"
#include "index/synonyms.h"
#include "index/terms.h"
#include "text/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SIGNATURE_MOST (16 * 1024 * 1024) /* bytes */

struct index_writer {
    char *folder;
    int lock_fd;
    bool bulk;             /* building a generation that is not in use yet */
    uint64_t generation;
    struct database_writer *database;
    struct direct_writer *direct;
    struct words *words;
    int64_t body_words, section_count; /* over all articles, for average lengths */
    struct buf signature, spellings, head, record, sections;
    uint32_t *keys;        /* scratch: keys with their counts, packed */
    size_t key_count, key_capacity;
};

/* ---- Opening ---- */

static enum status incompatible(struct error *err)
{
    error_set(err, STATUS_INCOMPATIBLE, "the index was made by another version, or with another stemmer");
    error_hint(err, "run `deflect index --rebuild`");
    return STATUS_INCOMPATIBLE;
}

static enum status read_stats(struct index_writer *writer, struct error *err)
{
    _cleanup_free_ char *text = NULL;
    enum status status = database_metadata(database_writer_view(writer->database), "stats", &text, err);
    if (status == STATUS_OK && *text && sscanf(text, "%" SCNd64 " %" SCNd64, &writer->body_words, &writer->section_count) != 2)
        return error_set(err, STATUS_CORRUPT, "the index' own notes cannot be read");
    return status;
}

static enum status check_schema(struct index_writer *writer, struct error *err)
{
    _cleanup_free_ char *schema = NULL;
    enum status status = database_metadata(database_writer_view(writer->database), "schema", &schema, err);
    if (status != STATUS_OK)
        return status;
    if (!*schema)
        return error_set(err, STATUS_CORRUPT, "the index' own notes are gone");
    return strcmp(schema, generation_schema()) == 0 ? STATUS_OK : incompatible(err);
}

/* Opens the direct index of the database that is open, and makes it anew where it does not belong to it. */
static enum status open_direct(struct index_writer *writer, const char *path, struct error *err)
{
    struct database *view = database_writer_view(writer->database);
    struct direct *old = NULL;
    bool whole;
    enum status status = direct_writer_open(path, view, database_revision(view), &writer->direct, &whole, err);
    if (status != STATUS_OK || whole || writer->bulk)
        return status;
    (void)direct_open(path, &old, NULL);
    status = direct_fill(view, writer->words, old, writer->direct, err);
    direct_close(old);
    return status == STATUS_OK ? direct_writer_commit(writer->direct, database_revision(view), err) : status;
}

/* Opens the generation in use, or begins a new one where there is none or REBUILD asks for it. */
static enum status open_database(struct index_writer *writer, bool rebuild, bool check, struct error *err)
{
    _cleanup_free_ char *path = NULL;
    uint64_t current = 0;
    enum status status = generation_current(writer->folder, GENERATION_ARTICLES, &current, err);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND && !rebuild)
        return status;
    writer->bulk = rebuild || status != STATUS_OK;
    generation_sweep(writer->folder, GENERATION_ARTICLES, current);
    writer->generation = current + writer->bulk;
    path = generation_path(writer->folder, GENERATION_ARTICLES, writer->generation);
    if (!path)
        return error_memory(err);
    status = check && !writer->bulk ? database_check(path, err) : STATUS_OK;
    if (status == STATUS_OK)
        status = database_writer_open(path, writer->bulk, &writer->database, err);
    if (status == STATUS_OK && writer->bulk)
        status = database_writer_set_metadata(writer->database, "schema", slice_of(generation_schema()), err);
    else if (status == STATUS_OK)
        status = check_schema(writer, err);
    if (status == STATUS_OK && !writer->bulk)
        status = read_stats(writer, err);
    return status == STATUS_OK ? open_direct(writer, path, err) : status;
}

enum status index_writer_open(const struct index_writer_options *options, struct index_writer **ret, struct error *err)
{
    struct index_writer *writer;
    enum status status = file_make_folder(options->folder, 0755, err);
    if (status != STATUS_OK)
        return status;
    writer = mem_zero(1, sizeof *writer);
    if (!writer)
        return error_memory(err);
    writer->lock_fd = -1;
    writer->signature = writer->spellings = BUF_INIT(SIGNATURE_MOST);
    writer->head = writer->record = writer->sections = BUF_INIT(STORED_MOST);
    writer->folder = mem_strdup(options->folder);
    status = writer->folder ? words_new(&writer->words, err) : error_memory(err);
    if (status == STATUS_OK)
        status = lock_take(options->folder, "lock", options->lock_wait_ms, &writer->lock_fd, err);
    if (status == STATUS_OK)
        status = open_database(writer, options->rebuild, options->check, err);
    if (status != STATUS_OK) {
        index_writer_close(writer);
        return status;
    }
    *ret = writer;
    return STATUS_OK;
}

struct index_writer *index_writer_close(struct index_writer *writer)
{
    if (!writer)
        return NULL;
    direct_writer_close(writer->direct);
    database_writer_close(writer->database);
    file_closep(&writer->lock_fd);
    words_free(writer->words);
    buf_done(&writer->signature);
    buf_done(&writer->head);
    buf_done(&writer->record);
    buf_done(&writer->spellings);
    buf_done(&writer->sections);
    mem_free(writer->keys);
    mem_free(writer->folder);
    return mem_free(writer);
}

/* ---- What is there ---- */

struct each_known {
    struct database *database;
    index_known_fn *each;
    void *arg;
    struct error *err;
    enum status status;
};

static bool tell_known(void *arg, uint32_t document)
{
    struct each_known *call = arg;
    _cleanup_free_ char *path = NULL, *digest = NULL, *id = NULL;
    struct record_head head;
    struct slice bytes;
    bool failed = false;
    call->status = database_value(call->database, document, SLOT_HEAD, &bytes, call->err);
    if (call->status == STATUS_OK)
        call->status = record_read_head(bytes, &head, call->err);
    if (call->status != STATUS_OK)
        return false;
    path = record_string(head.path, &failed);
    digest = record_string(head.digest, &failed);
    id = record_string(head.id, &failed);
    if (failed)
        call->status = error_memory(call->err);
    return !failed && call->each(call->arg, path, digest, id, head.id_explicit);
}

enum status index_writer_each_known(struct index_writer *writer, index_known_fn *each, void *arg, struct error *err)
{
    struct each_known call = {
        .database = database_writer_view(writer->database), .each = each, .arg = arg, .err = err, .status = STATUS_OK};
    enum status status = database_each(call.database, SLICE_LITERAL(TERM_ALL), tell_known, &call, err);
    return status == STATUS_OK ? call.status : status;
}

/* ---- One article ---- */

/* How much a word counts in each field when candidates are gathered; the ranking proper has weights of its own. */
static unsigned field_count(uint32_t mark)
{
    switch (mark) {
    case SIGNATURE_TITLE:
        return 5;
    case SIGNATURE_QUESTION:
        return 4;
    case SIGNATURE_TAGS:
        return 3;
    case SIGNATURE_NAME:
    case SIGNATURE_PLACE:
    case SIGNATURE_SECTION:
    case SIGNATURE_SUMMARY:
        return 2;
    default:
        return 1;
    }
}

static enum status collect_keys(struct index_writer *writer, const struct signature *signature, struct error *err)
{
    unsigned count = 1;
    writer->key_count = 0;
    for (size_t i = 0; i < signature->count; i++) {
        uint32_t number = signature_at(signature, i);
        if (SIGNATURE_KEY(number) > WORD_KEY_MAX) {
            count = field_count(number);
            continue;
        }
        for (unsigned n = 0; n < count; n++) {
            if (mem_grow(&writer->keys, &writer->key_capacity, writer->key_count, sizeof *writer->keys) != 0)
                return error_memory(err);
            writer->keys[writer->key_count++] = SIGNATURE_KEY(number);
        }
    }
    return STATUS_OK;
}

static int compare_keys(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static enum status add_words(struct index_writer *writer, const struct signature *signature, struct error *err)
{
    enum status status = collect_keys(writer, signature, err);
    if (writer->key_count)
        qsort(writer->keys, writer->key_count, sizeof *writer->keys, compare_keys);
    for (size_t i = 0, next; status == STATUS_OK && i < writer->key_count; i = next) {
        for (next = i + 1; next < writer->key_count && writer->keys[next] == writer->keys[i];)
            next++;
        status = database_document_add_key(writer->database, writer->keys[i], (unsigned)(next - i), err);
        if (status == STATUS_OK)
            status = direct_writer_touch(writer->direct, writer->keys[i], err);
    }
    return status;
}

/* The beginnings of each word of title, questions and headings. */
static enum status add_edges(struct index_writer *writer, const struct signature *signature, struct error *err)
{
    struct slice rest = signature->surfaces, word;
    enum status status = STATUS_OK;
    while (slice_split(&rest, ' ', &word)) {
        size_t at = 0;
        for (unsigned letters = 0; status == STATUS_OK && letters < TERM_EDGE_LETTERS && at < word.length; letters++) {
            struct term term;
            (void)utf8_next(word, &at);
            term = term_make(TERM_EDGE, (struct slice){word.ptr, at});
            status = database_document_add_term(writer->database, term_slice(&term), err);
        }
    }
    return status;
}

static enum status add_term(struct index_writer *writer, char kind, const char *text, struct error *err)
{
    struct term term = term_make(kind, slice_of(text));
    return database_document_add_term(writer->database, term_slice(&term), err);
}

static enum status add_filters(struct index_writer *writer, const struct article *article, struct error *err)
{
    enum status status = database_document_add_term(writer->database, SLICE_LITERAL(TERM_ALL), err);
    if (status == STATUS_OK)
        status = add_term(writer, TERM_ID, article->id, err);
    if (status == STATUS_OK)
        status = add_term(writer, TERM_PATH, article->path, err);
    if (status == STATUS_OK)
        status = add_term(writer, TERM_TRANSLATION, article->translation_key, err);
    if (status == STATUS_OK) {
        struct term hash = term_of_hash(signature_article(slice_of(article->id)));
        status = database_document_add_term(writer->database, term_slice(&hash), err);
    }
    for (size_t i = 0; status == STATUS_OK && article->redirects && article->redirects[i]; i++)
        status = add_term(writer, TERM_REDIRECT, article->redirects[i], err);
    for (size_t i = 0; status == STATUS_OK && article_is_public(article) && article->files && article->files[i]; i++)
        status = add_term(writer, TERM_FILE, article->files[i], err);
    if (status == STATUS_OK && !article_is_public(article))
        status = database_document_add_term(writer->database, SLICE_LITERAL(TERM_HIDDEN_FROM_PUBLIC), err);
    if (status == STATUS_OK && article->status != ARTICLE_PUBLISHED)
        status = database_document_add_term(writer->database, SLICE_LITERAL(TERM_HIDDEN_FROM_AGENTS), err);
    return status;
}

/* The words of the article at hand stand in BY articles more. */
static enum status count_spellings(struct index_writer *writer, int by, struct error *err)
{
    struct slice rest = {writer->spellings.data, writer->spellings.length}, word;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && slice_split(&rest, ' ', &word))
        if (word.length)
            status = database_writer_count_spelling(writer->database, word, by, err);
    return status;
}

/* The words of an article that is replaced or removed stand in one article less. */
static enum status touch_words(struct index_writer *writer, const struct signature *signature, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < signature->count; i++)
        if (SIGNATURE_KEY(signature_at(signature, i)) <= WORD_KEY_MAX)
            status = direct_writer_touch(writer->direct, SIGNATURE_KEY(signature_at(signature, i)), err);
    return status;
}

/* Takes back what the article with this id added to the averages and to the spellings. */
static enum status forget_old(struct index_writer *writer, struct slice id_term, struct error *err)
{
    struct database *view = database_writer_view(writer->database);
    struct article *article = NULL;
    struct signature signature;
    uint32_t document;
    enum status status;
    if (database_term_frequency(view, id_term) == 0)
        return STATUS_OK;
    buf_truncate(&writer->signature, 0);
    buf_truncate(&writer->spellings, 0);
    status = database_find(view, id_term, &document, err);
    if (status == STATUS_OK)
        status = stored_article(view, document, &writer->record, &article, NULL, err);
    if (status == STATUS_OK)
        status = signature_write(writer->words, article, &writer->signature, &writer->spellings, err);
    if (status == STATUS_OK)
        status = signature_read(buf_slice(&writer->signature), &signature, err);
    if (status == STATUS_OK) {
        writer->body_words -= signature.body_words;
        writer->section_count -= signature.sections;
        status = touch_words(writer, &signature, err);
    }
    if (status == STATUS_OK)
        status = direct_writer_remove(writer->direct, document, err);
    if (status == STATUS_OK)
        status = count_spellings(writer, -1, err);
    article_free(article);
    return status;
}

static enum status add_values(struct index_writer *writer, const struct article *article, int64_t first_seen_ms,
                              struct error *err)
{
    enum status status;
    buf_truncate(&writer->head, 0);
    buf_truncate(&writer->record, 0);
    record_write_head(article, first_seen_ms, &writer->head);
    record_write_body(article, &writer->record);
    if (writer->head.failed || writer->record.failed)
        return error_memory(err);
    status = database_document_set_value(writer->database, SLOT_HEAD, buf_slice(&writer->head), err);
    return status == STATUS_OK ? database_document_set_data(writer->database, buf_slice(&writer->record), err) : status;
}

/* Puts the document that was built, and what the direct index has of it. */
static enum status put_document(struct index_writer *writer, const struct article *article, struct slice id_term,
                                struct error *err)
{
    struct direct_record record = {.signature = buf_slice(&writer->signature), .head = buf_slice(&writer->head)};
    uint32_t document;
    enum status status = database_document_put(writer->database, id_term, &document, err);
    if (status != STATUS_OK)
        return status;
    buf_truncate(&writer->sections, 0);
    record_write_sections(article, &writer->sections);
    if (writer->sections.failed)
        return error_memory(err);
    record.sections = buf_slice(&writer->sections);
    return direct_writer_put(writer->direct, document, &record, err);
}

bool index_writer_has(struct index_writer *writer, const char *id)
{
    struct term id_term = term_make(TERM_ID, slice_of(id));
    return database_term_frequency(database_writer_view(writer->database), term_slice(&id_term)) > 0;
}

enum status index_writer_put(struct index_writer *writer, const struct article *article, int64_t first_seen_ms,
                             struct error *err)
{
    struct term id_term = term_make(TERM_ID, slice_of(article->id));
    struct signature signature = {.count = 0};
    enum status status = forget_old(writer, term_slice(&id_term), err);
    buf_truncate(&writer->signature, 0);
    buf_truncate(&writer->spellings, 0);
    if (status == STATUS_OK)
        status = signature_write(writer->words, article, &writer->signature, &writer->spellings, err);
    if (status == STATUS_OK)
        status = signature_read(buf_slice(&writer->signature), &signature, err);
    if (status == STATUS_OK)
        status = database_document_new(writer->database, err);
    if (status == STATUS_OK)
        status = add_words(writer, &signature, err);
    if (status == STATUS_OK)
        status = add_edges(writer, &signature, err);
    if (status == STATUS_OK)
        status = compounds_add(writer->database, writer->words,
                               (struct slice){writer->spellings.data, writer->spellings.length}, article->lang, err);
    if (status == STATUS_OK)
        status = add_filters(writer, article, err);
    if (status == STATUS_OK)
        status = add_values(writer, article, first_seen_ms, err);
    if (status == STATUS_OK)
        status = count_spellings(writer, 1, err);
    if (status == STATUS_OK)
        status = put_document(writer, article, term_slice(&id_term), err);
    if (status != STATUS_OK)
        return error_wrap(err, status, "%s", article->path);
    writer->body_words += signature.body_words;
    writer->section_count += signature.sections;
    return STATUS_OK;
}

enum status index_writer_remove(struct index_writer *writer, const char *id, struct error *err)
{
    struct term id_term = term_make(TERM_ID, slice_of(id));
    enum status status = forget_old(writer, term_slice(&id_term), err);
    return status == STATUS_OK ? database_writer_remove(writer->database, term_slice(&id_term), err) : status;
}

enum status index_writer_set_synonyms(struct index_writer *writer, char ***groups, struct error *err)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_SYNONYMS);
    enum status status = synonyms_write(groups, &text, err);
    return status == STATUS_OK ? database_writer_set_metadata(writer->database, "synonyms",
                                                              (struct slice){buf_str(&text), text.length}, err)
                               : status;
}

/* ---- Commit ---- */

/* The generation made anew goes into use; from here on the writer changes it in place. */
static enum status publish(struct index_writer *writer, struct error *err)
{
    _cleanup_free_ char *path = generation_path(writer->folder, GENERATION_ARTICLES, writer->generation);
    enum status status;
    if (!path)
        return error_memory(err);
    writer->direct = direct_writer_close(writer->direct);
    writer->database = database_writer_close(writer->database);
    status = generation_publish(writer->folder, GENERATION_ARTICLES, writer->generation, err);
    if (status != STATUS_OK)
        return status;
    writer->bulk = false;
    status = database_writer_open(path, false, &writer->database, err);
    return status == STATUS_OK ? open_direct(writer, path, err) : status;
}

enum status index_writer_commit(struct index_writer *writer, size_t *ret_count, struct error *err)
{
    char stats[64];
    int length = snprintf(stats, sizeof stats, "%" PRId64 " %" PRId64, writer->body_words, writer->section_count);
    enum status status =
        database_writer_set_metadata(writer->database, "stats", (struct slice){stats, (size_t)length}, err);
    if (status == STATUS_OK)
        status = database_writer_commit(writer->database, err);
    if (status == STATUS_OK)
        status = direct_writer_commit(writer->direct, database_revision(database_writer_view(writer->database)), err);
    if (status == STATUS_OK && writer->bulk)
        status = publish(writer, err);
    if (status == STATUS_OK && ret_count)
        *ret_count = database_count(database_writer_view(writer->database));
    return status;
}
