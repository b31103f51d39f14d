/* learner.c: links of tickets and articles into the database of past tickets. */
#include "index/index.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "index/database.h"
#include "index/generation.h"
#include "index/learned.h"
#include "index/lock.h"
#include "index/profile.h"
#include "index/record.h"
#include "index/signature.h"
#include "index/terms.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <uthash.h>

#define FULL_LINKS 5        /* of one agent to one article that carry full weight */
#define PROFILE_MOST (PROFILE_FEATURES * 16)

/* A profile in memory, written with the next commit. */
struct open_profile {
    struct profile profile;
    UT_hash_handle hh;
};

struct index_learner {
    char *folder;
    int lock_fd;
    bool bulk;
    uint64_t generation;
    struct database_writer *database;
    struct words *words;
    double tickets, singles, half_life; /* as in learned.c */
    struct open_profile *profiles;      /* by article */
};

/* ---- Opening ---- */

static enum status read_stats(struct index_learner *learner, struct error *err)
{
    _cleanup_free_ char *schema = NULL, *stats = NULL;
    struct database *view = database_writer_view(learner->database);
    double former_half_life;
    enum status status = database_metadata(view, "schema", &schema, err);
    if (status == STATUS_OK)
        status = database_metadata(view, "stats", &stats, err);
    if (status != STATUS_OK)
        return status;
    if (strcmp(schema, generation_schema()) != 0) {
        error_set(err, STATUS_INCOMPATIBLE, "what was learned was made by another version, or with another stemmer");
        error_hint(err, "it is learned anew from the store");
        return STATUS_INCOMPATIBLE;
    }
    if (!*stats)
        return STATUS_OK;
    if (sscanf(stats, "%lf %lf %lf", &learner->tickets, &learner->singles, &former_half_life) != 3)
        return error_set(err, STATUS_CORRUPT, "the notes on what was learned cannot be read");
    if (fabs(former_half_life - learner->half_life) > 0.001)
        return error_set(err, STATUS_INCOMPATIBLE, "what was learned was counted with another half-life");
    return STATUS_OK;
}

static enum status open_database(struct index_learner *learner, bool reset, struct error *err)
{
    _cleanup_free_ char *path = NULL;
    uint64_t current = 0;
    enum status status = generation_current(learner->folder, GENERATION_LEARNED, &current, err);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND && !reset)
        return status;
    learner->bulk = reset || status != STATUS_OK;
    generation_sweep(learner->folder, GENERATION_LEARNED, current);
    learner->generation = current + learner->bulk;
    path = generation_path(learner->folder, GENERATION_LEARNED, learner->generation);
    if (!path)
        return error_memory(err);
    status = database_writer_open(path, learner->bulk, &learner->database, err);
    if (status != STATUS_OK)
        return status;
    if (learner->bulk)
        return database_writer_set_metadata(learner->database, "schema", slice_of(generation_schema()), err);
    return read_stats(learner, err);
}

enum status index_learner_open(const struct index_learner_options *options, struct index_learner **ret, struct error *err)
{
    struct index_learner *learner;
    enum status status = file_make_folder(options->folder, 0755, err);
    if (status != STATUS_OK)
        return status;
    learner = mem_zero(1, sizeof *learner);
    if (!learner)
        return error_memory(err);
    learner->lock_fd = -1;
    learner->half_life = (double)options->half_life_ms / MS_PER_DAY;
    learner->folder = mem_strdup(options->folder);
    status = learner->folder ? words_new(&learner->words, err) : error_memory(err);
    if (status == STATUS_OK)
        status = lock_take(options->folder, "learned.lock", options->lock_wait_ms, &learner->lock_fd, err);
    if (status == STATUS_OK)
        status = open_database(learner, options->reset, err);
    if (status != STATUS_OK) {
        index_learner_close(learner);
        return status;
    }
    *ret = learner;
    return STATUS_OK;
}

static void drop_profiles(struct index_learner *learner)
{
    struct open_profile *open, *next;
    HASH_ITER(hh, learner->profiles, open, next)
    {
        HASH_DEL(learner->profiles, open);
        profile_done(&open->profile);
        mem_free(open);
    }
}

struct index_learner *index_learner_close(struct index_learner *learner)
{
    if (!learner)
        return NULL;
    drop_profiles(learner);
    database_writer_close(learner->database);
    file_closep(&learner->lock_fd);
    words_free(learner->words);
    mem_free(learner->folder);
    return mem_free(learner);
}

/* ---- Profiles ---- */

static struct term profile_term(uint64_t article)
{
    struct term term = term_of_hash(article);
    term.bytes[0] = LEARNED_PROFILE;
    return term;
}

static enum status load_profile(struct index_learner *learner, struct profile *profile, struct error *err)
{
    struct database *view = database_writer_view(learner->database);
    struct term term = profile_term(profile->article);
    struct slice bytes;
    uint32_t document;
    enum status status;
    if (!database_term_frequency(view, term_slice(&term)))
        return STATUS_OK;
    status = database_find(view, term_slice(&term), &document, err);
    if (status == STATUS_OK)
        status = database_value(view, document, LEARNED_SLOT, &bytes, err);
    return status == STATUS_OK ? profile_read(bytes, profile, err) : status;
}

static enum status open_profile(struct index_learner *learner, uint64_t article, struct profile **ret, struct error *err)
{
    struct open_profile *open;
    enum status status;
    HASH_FIND(hh, learner->profiles, &article, sizeof article, open);
    if (open) {
        *ret = &open->profile;
        return STATUS_OK;
    }
    open = mem_zero(1, sizeof *open);
    if (!open)
        return error_memory(err);
    open->profile.article = article;
    status = load_profile(learner, &open->profile, err);
    if (status != STATUS_OK) {
        mem_free(open);
        return status;
    }
    HASH_ADD(hh, learner->profiles, profile.article, sizeof open->profile.article, open);
    *ret = &open->profile;
    return STATUS_OK;
}

/* Counts a link more (CHANGE 1) or less (-1), and keeps the number of articles that have just one. */
static void count_link(struct index_learner *learner, struct profile *profile, int change)
{
    learner->singles -= profile->links == 1;
    profile->links = (uint32_t)((int64_t)profile->links + change);
    learner->singles += profile->links == 1;
    learner->tickets += change;
}

static enum status write_profiles(struct index_learner *learner, struct error *err)
{
    enum status status = STATUS_OK;
    for (struct open_profile *open = learner->profiles; open && status == STATUS_OK; open = open->hh.next) {
        _cleanup_buf_ struct buf bytes = BUF_INIT(PROFILE_MOST);
        struct term term = profile_term(open->profile.article);
        if (!open->profile.links) {
            status = database_writer_remove(learner->database, term_slice(&term), err);
            continue;
        }
        profile_write(&open->profile, &bytes);
        if (bytes.failed)
            return error_memory(err);
        status = database_document_new(learner->database, err);
        if (status == STATUS_OK)
            status = database_document_set_value(learner->database, LEARNED_SLOT,
                                                 (struct slice){bytes.data, bytes.length}, err);
        if (status == STATUS_OK)
            status = database_document_add_term(learner->database, term_slice(&term), err);
        if (status == STATUS_OK)
            status = database_document_put(learner->database, term_slice(&term), NULL, err);
    }
    drop_profiles(learner);
    return status;
}

/* ---- Links ---- */

/* KIND and the digest of two texts. */
static struct term pair_term(char kind, const char *first, const char *second)
{
    char text[2 * sizeof(uint64_t) + 17];
    uint64_t hashes[2] = {digest_fnv(slice_of(first)), digest_fnv(slice_of(second))};
    digest_hex((const unsigned char *)hashes, sizeof hashes, text);
    return term_make(kind, (struct slice){text, 2 * sizeof hashes});
}

/* What a link counts whose agent has linked the article EARLIER times: fully up to FULL_LINKS, then like one more on a
 * pile: the sum grows as a logarithm. */
static double agent_weight(uint32_t earlier)
{
    return earlier < FULL_LINKS ? 1 : 1.0 / (2 + earlier - FULL_LINKS);
}

static enum status put_features(struct index_learner *learner, const struct ticket *ticket, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < ticket->count; i++)
        status = database_document_add_key(learner->database, TICKET_KEY(ticket->features[i]), 1, err);
    return status;
}

static enum status put_link(struct index_learner *learner, const struct index_link *link, const struct ticket *ticket,
                            double weight, struct error *err)
{
    _cleanup_buf_ struct buf value = BUF_INIT(sizeof(struct learned_link) + sizeof ticket->features);
    struct term id = pair_term(LEARNED_LINK, link->ticket, link->article);
    struct term agent = pair_term(LEARNED_AGENT, link->agent ? link->agent : link->ticket, link->article);
    struct learned_link front = {.article = signature_article(slice_of(link->article)),
                                 .weight = (float)weight,
                                 .day = (float)((double)link->at_ms / MS_PER_DAY),
                                 .count = (uint32_t)ticket->count};
    enum status status = database_document_new(learner->database, err);
    buf_add(&value, &front, sizeof front);
    buf_add(&value, ticket->features, ticket->count * sizeof *ticket->features);
    record_seal(&value, 0);
    if (value.failed)
        return error_memory(err);
    if (status == STATUS_OK)
        status = put_features(learner, ticket, err);
    if (status == STATUS_OK)
        status = database_document_add_term(learner->database, term_slice(&id), err);
    if (status == STATUS_OK)
        status = database_document_add_term(learner->database, term_slice(&agent), err);
    if (status == STATUS_OK)
        status = database_document_set_value(learner->database, LEARNED_SLOT, (struct slice){value.data, value.length}, err);
    return status == STATUS_OK ? database_document_put(learner->database, term_slice(&id), NULL, err) : status;
}

/* The subject alone does as well as subject and text (docs/ranking.md), and the text serves where there is none. */
static enum status read_ticket(struct index_learner *learner, const struct index_link *link, struct ticket *ret,
                               struct error *err)
{
    struct slice text = slice_trim(link->subject).length ? link->subject : link->text;
    const char *lang = link->lang ? link->lang : words_guess_language(learner->words, text, link->default_lang);
    return ticket_from_text(learner->words, text, lang, ret, err);
}

enum status index_learner_add(struct index_learner *learner, const struct index_link *link, struct error *err)
{
    struct database *view = database_writer_view(learner->database);
    struct term agent = pair_term(LEARNED_AGENT, link->agent ? link->agent : link->ticket, link->article);
    double weight, day = (double)link->at_ms / MS_PER_DAY;
    struct profile *profile;
    struct ticket ticket;
    enum status status = index_learner_remove(learner, link->ticket, link->article, err);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    status = read_ticket(learner, link, &ticket, err);
    if (status != STATUS_OK)
        return status;
    weight = agent_weight(database_term_frequency(view, term_slice(&agent)));
    status = put_link(learner, link, &ticket, weight, err);
    if (status == STATUS_OK)
        status = open_profile(learner, signature_article(slice_of(link->article)), &profile, err);
    if (status != STATUS_OK)
        return status;
    profile_move(profile, day, learner->half_life);
    count_link(learner, profile, 1);
    return profile_add(profile, &ticket, weight * profile_fade(day, profile->day, learner->half_life), err);
}

/* The link's value as it stands in the database. */
static enum status find_link(struct index_learner *learner, const struct term *id, struct learned_link *ret,
                             struct ticket *ret_ticket, struct error *err)
{
    struct database *view = database_writer_view(learner->database);
    struct slice bytes, rest;
    uint32_t document;
    enum status status;
    if (!database_term_frequency(view, term_slice(id)))
        return error_set(err, STATUS_NOT_FOUND, "no such link is known");
    status = database_find(view, term_slice(id), &document, err);
    if (status == STATUS_OK)
        status = database_value(view, document, LEARNED_SLOT, &bytes, err);
    if (status == STATUS_OK)
        status = record_unseal(bytes, &rest, err);
    if (status != STATUS_OK)
        return status;
    memcpy(ret, bytes.ptr, sizeof *ret);
    ret_ticket->count = ret->count;
    memcpy(ret_ticket->features, bytes.ptr + sizeof *ret, ret->count * sizeof *ret_ticket->features);
    return STATUS_OK;
}

enum status index_learner_remove(struct index_learner *learner, const char *ticket, const char *article, struct error *err)
{
    struct term id = pair_term(LEARNED_LINK, ticket, article);
    struct learned_link link;
    struct ticket features;
    struct profile *profile;
    enum status status = find_link(learner, &id, &link, &features, err);
    if (status == STATUS_OK)
        status = open_profile(learner, link.article, &profile, err);
    if (status == STATUS_OK)
        status = database_writer_remove(learner->database, term_slice(&id), err);
    if (status != STATUS_OK)
        return status;
    count_link(learner, profile, -1);
    return profile_add(profile, &features,
                       -(double)link.weight * profile_fade((double)link.day, profile->day, learner->half_life), err);
}

/* ---- Commit ---- */

static enum status publish(struct index_learner *learner, struct error *err)
{
    _cleanup_free_ char *path = generation_path(learner->folder, GENERATION_LEARNED, learner->generation);
    enum status status;
    if (!path)
        return error_memory(err);
    learner->database = database_writer_close(learner->database);
    status = generation_publish(learner->folder, GENERATION_LEARNED, learner->generation, err);
    if (status != STATUS_OK)
        return status;
    learner->bulk = false;
    return database_writer_open(path, false, &learner->database, err);
}

enum status index_learner_commit(struct index_learner *learner, size_t *ret_count, struct error *err)
{
    char stats[128];
    int length = snprintf(stats, sizeof stats, "%.0f %.0f %.3f", learner->tickets, learner->singles, learner->half_life);
    enum status status = write_profiles(learner, err);
    if (status == STATUS_OK)
        status = database_writer_set_metadata(learner->database, "stats", (struct slice){stats, (size_t)length}, err);
    if (status == STATUS_OK)
        status = database_writer_commit(learner->database, err);
    if (status == STATUS_OK && learner->bulk)
        status = publish(learner, err);
    if (status == STATUS_OK && ret_count)
        *ret_count = (size_t)learner->tickets;
    return status;
}
