/* learner.c: links of tickets and articles into the segments of past tickets.
 *
 * New links gather in memory; a commit makes a segment of them, together with the last segments as long as these are small. What is
 * larger is made one by index_learner_tidy, which may take seconds where there are a million tickets. */
#include "index/index.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "index/generation.h"
#include "index/lock.h"
#include "index/past.h"
#include "index/question.h"
#include "index/reader.h"
#include "index/signature.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#define FULL_LINKS 5           /* of one agent to one article that carry full weight */
#define PENDING_MOST 65536     /* records in memory before they become a segment */
#define AT_ONCE 4096           /* records that a commit makes one segment of */
#define LARGER 8               /* times as large as all behind it together a segment is at least, else it is joined with them */
#define FEATURE_SLOTS 65536    /* a power of two */

/* What is pending about a link. */
struct pending_link {
    uint64_t key[2];  /* digests of ticket and article */
    size_t record;    /* among the pending ones; SIZE_MAX: none */
    bool retracted;   /* the one that the segments have */
    UT_hash_handle hh;
};

/* How many links of an agent to an article are pending, taken-back ones subtracted. */
struct pending_agent {
    uint32_t agent;
    int64_t links;
    UT_hash_handle hh;
};

struct index_learner {
    char *folder, *path; /* of the index, of the generation */
    int lock_fd;
    bool bulk;           /* nobody reads this generation yet */
    uint64_t generation;
    struct words *words;
    struct past past;    /* with segments that are not published yet */
    double half_life;
    struct segment_record **pending; /* NULL where it was taken back again */
    size_t pending_count, pending_capacity, pending_live;
    struct pending_link *links;
    struct pending_agent *agents;
};

/* ---- Opening ---- */

static enum status open_generation(struct index_learner *learner, bool reset, struct error *err)
{
    uint64_t current = 0;
    enum status status = generation_current(learner->folder, GENERATION_LEARNED, &current, err);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND && !reset)
        return status;
    learner->bulk = reset || status != STATUS_OK;
    generation_sweep(learner->folder, GENERATION_LEARNED, current);
    learner->generation = current + learner->bulk;
    learner->path = generation_path(learner->folder, GENERATION_LEARNED, learner->generation);
    if (!learner->path)
        return error_memory(err);
    learner->past.half_life = learner->half_life;
    if (learner->bulk)
        return file_make_folder(learner->path, 0755, err);
    status = past_open(learner->path, &learner->past, err);
    if (status == STATUS_INCOMPATIBLE)
        error_hint(err, "it is learned anew from the store");
    if (status != STATUS_OK)
        return status;
    if (fabs(learner->past.half_life - learner->half_life) > 0.001)
        return error_set(err, STATUS_INCOMPATIBLE, "what was learned was counted with another half-life");
    past_sweep(learner->path, &learner->past);
    return STATUS_OK;
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
        status = open_generation(learner, options->reset, err);
    if (status != STATUS_OK) {
        index_learner_close(learner);
        return status;
    }
    *ret = learner;
    return STATUS_OK;
}

static void drop_pending(struct index_learner *learner)
{
    struct pending_link *link, *next_link;
    struct pending_agent *agent, *next_agent;
    HASH_ITER(hh, learner->links, link, next_link)
    {
        HASH_DEL(learner->links, link);
        mem_free(link);
    }
    HASH_ITER(hh, learner->agents, agent, next_agent)
    {
        HASH_DEL(learner->agents, agent);
        mem_free(agent);
    }
    for (size_t i = 0; i < learner->pending_count; i++)
        mem_free(learner->pending[i]);
    learner->pending_count = learner->pending_live = 0;
}

struct index_learner *index_learner_close(struct index_learner *learner)
{
    if (!learner)
        return NULL;
    drop_pending(learner);
    mem_free(learner->pending);
    past_done(&learner->past);
    file_closep(&learner->lock_fd);
    words_free(learner->words);
    mem_free(learner->path);
    mem_free(learner->folder);
    return mem_free(learner);
}

/* ---- What is known of a link and of an agent ---- */

static enum status pending_link(struct index_learner *learner, const uint64_t key[2], struct pending_link **ret,
                                struct error *err)
{
    HASH_FIND(hh, learner->links, key, sizeof (*ret)->key, *ret);
    if (*ret)
        return STATUS_OK;
    *ret = mem_zero(1, sizeof **ret);
    if (!*ret)
        return error_memory(err);
    memcpy((*ret)->key, key, sizeof (*ret)->key);
    (*ret)->record = SIZE_MAX;
    HASH_ADD(hh, learner->links, key, sizeof (*ret)->key, *ret);
    return STATUS_OK;
}

static enum status count_agent(struct index_learner *learner, uint32_t agent, int change, struct error *err)
{
    struct pending_agent *found;
    HASH_FIND(hh, learner->agents, &agent, sizeof agent, found);
    if (!found) {
        found = mem_zero(1, sizeof *found);
        if (!found)
            return error_memory(err);
        found->agent = agent;
        HASH_ADD(hh, learner->agents, agent, sizeof found->agent, found);
    }
    found->links += change;
    return STATUS_OK;
}

/* The links of an agent to an article that are known. */
static double links_of(const struct index_learner *learner, uint32_t agent)
{
    const struct pending_agent *found;
    double count = (double)past_frequency(&learner->past, SEGMENT_AGENT | agent) -
                   past_frequency(&learner->past, SEGMENT_RETRACTED | agent);
    HASH_FIND(hh, learner->agents, &agent, sizeof agent, found);
    return count + (found ? (double)found->links : 0);
}

/* What a link counts whose agent has linked the article EARLIER times: fully up to FULL_LINKS, then like one more on a
 * pile: the sum grows as a logarithm. */
static double agent_weight(double earlier)
{
    return earlier < FULL_LINKS ? 1 : 1.0 / (2 + earlier - FULL_LINKS);
}

/* The record of the link in segment S; the last one where there are a retraction and a link. NULL: it knows nothing of it. */
static const struct segment_record *record_in(const struct past *past, size_t s, uint64_t ticket, uint64_t article_id,
                                              uint32_t *ret_number)
{
    const uint32_t *postings;
    uint32_t count = segment_postings(past->segments[s], segment_link_term(ticket, article_id), &postings);
    while (count-- > 0) {
        const struct segment_record *record = segment_record(past->segments[s], postings[count]);
        if (record && segment_same_link(record, ticket, article_id)) {
            *ret_number = postings[count];
            return record;
        }
    }
    return NULL;
}

/* The link as the segments have it, NULL where they do not. */
static const struct segment_record *known_record(const struct past *past, const uint64_t key[2])
{
    uint32_t number;
    for (size_t s = past->count; s-- > 0;) {
        const struct segment_record *record = record_in(past, s, key[0], key[1], &number);
        if (record)
            return record->retracts ? NULL : record;
    }
    return NULL;
}

/* ---- Adding and removing ---- */

static enum status add_pending(struct index_learner *learner, const struct segment_record *front, const uint32_t *features,
                               struct error *err)
{
    struct segment_record *record;
    if (mem_grow(&learner->pending, &learner->pending_capacity, learner->pending_count, sizeof *learner->pending) != 0)
        return error_memory(err);
    record = mem_zero(1, segment_record_bytes(front->count));
    if (!record)
        return error_memory(err);
    memcpy(record, front, sizeof *record);
    memcpy(record->features, features, front->count * sizeof *features);
    learner->pending[learner->pending_count++] = record;
    learner->pending_live++;
    return STATUS_OK;
}

static void link_key(const char *ticket, const char *article, uint64_t key[2])
{
    key[0] = digest_fnv(slice_of(ticket));
    key[1] = digest_fnv(slice_of(article));
}

/* Takes back the link that is pending, else notes that the one in the segments is no longer. */
static enum status remove_link(struct index_learner *learner, const uint64_t key[2], struct error *err)
{
    const struct segment_record *known;
    struct pending_link *link;
    struct segment_record retraction;
    enum status status;
    HASH_FIND(hh, learner->links, key, 2 * sizeof *key, link);
    if (link && link->record != SIZE_MAX) {
        struct segment_record **record = &learner->pending[link->record];
        status = count_agent(learner, (*record)->agent, -1, err);
        *record = mem_free(*record);
        link->record = SIZE_MAX;
        learner->pending_live--;
        return status;
    }
    known = link && link->retracted ? NULL : known_record(&learner->past, key);
    if (!known)
        return error_set(err, STATUS_NOT_FOUND, "no such link is known");
    status = pending_link(learner, key, &link, err);
    if (status == STATUS_OK)
        status = count_agent(learner, known->agent, -1, err);
    memcpy(&retraction, known, sizeof retraction);
    retraction.retracts = 1;
    if (status == STATUS_OK)
        status = add_pending(learner, &retraction, known->features, err);
    if (status == STATUS_OK)
        link->retracted = true;
    return status;
}

static enum status flush(struct index_learner *learner, size_t from, struct error *err);

enum status index_learner_remove(struct index_learner *learner, const char *ticket, const char *article, struct error *err)
{
    uint64_t key[2];
    enum status status;
    link_key(ticket, article, key);
    status = remove_link(learner, key, err);
    if (status == STATUS_OK)
        learner->past.tickets--;
    return status;
}

/* The subject alone does as well as subject and text (docs/ranking.md), and the text serves where there is none. */
static enum status read_ticket(struct index_learner *learner, const struct index_link *link, struct ticket *ret,
                               struct error *err)
{
    struct slice text = slice_trim(link->subject).length ? link->subject : link->text;
    const char *lang = link->lang ? link->lang : words_guess_language(learner->words, text, link->default_lang);
    return ticket_from_text(learner->words, text, lang, ret, err);
}

static uint32_t agent_key(const struct index_link *link)
{
    uint64_t pair[2] = {digest_fnv(slice_of(link->agent ? link->agent : link->ticket)), digest_fnv(slice_of(link->article))};
    return (uint32_t)(digest_fnv((struct slice){(const char *)pair, sizeof pair}) >> (64 - WORD_KEY_BITS));
}

static enum status add_link(struct index_learner *learner, const struct index_link *link, const uint64_t key[2],
                            const struct ticket *ticket, struct error *err)
{
    struct segment_record front = {.ticket = key[0],
                                   .article_id = key[1],
                                   .article = signature_article(slice_of(link->article)),
                                   .agent = agent_key(link),
                                   .day = (float)((double)link->at_ms / MS_PER_DAY),
                                   .count = (uint16_t)ticket->count};
    struct pending_link *pending;
    enum status status = pending_link(learner, key, &pending, err);
    front.weight = (float)agent_weight(links_of(learner, front.agent));
    if (status == STATUS_OK)
        status = count_agent(learner, front.agent, 1, err);
    if (status == STATUS_OK)
        status = add_pending(learner, &front, ticket->features, err);
    if (status != STATUS_OK)
        return status;
    pending->record = learner->pending_count - 1;
    learner->past.tickets++;
    return STATUS_OK;
}

enum status index_learner_add(struct index_learner *learner, const struct index_link *link, struct error *err)
{
    struct ticket ticket;
    uint64_t key[2];
    enum status status = index_learner_remove(learner, link->ticket, link->article, err);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    link_key(link->ticket, link->article, key);
    status = read_ticket(learner, link, &ticket, err);
    if (status == STATUS_OK)
        status = add_link(learner, link, key, &ticket, err);
    return status == STATUS_OK && learner->pending_count >= PENDING_MOST ? flush(learner, learner->past.count, err) : status;
}

/* ---- Articles with a single link ---- */

struct article_change {
    uint64_t article;
    int change;
};

static int compare_changes(const void *a, const void *b)
{
    uint64_t x = ((const struct article_change *)a)->article, y = ((const struct article_change *)b)->article;
    return (x > y) - (x < y);
}

static int64_t links_to(const struct past *past, uint64_t article)
{
    struct segment_article part;
    int64_t links = 0;
    for (size_t s = 0; s < past->count; s++)
        if (segment_article(past->segments[s], article, &part))
            links += part.links;
    return links;
}

/* Keeps the number of articles that have just one link, as pending links become known. */
static enum status count_singles(struct index_learner *learner, struct error *err)
{
    _cleanup_free_ struct article_change *changes = mem_alloc((learner->pending_count + 1) * sizeof *changes);
    size_t count = 0;
    if (!changes)
        return error_memory(err);
    for (size_t i = 0; i < learner->pending_count; i++)
        if (learner->pending[i])
            changes[count++] = (struct article_change){learner->pending[i]->article, learner->pending[i]->retracts ? -1 : 1};
    if (count)
        qsort(changes, count, sizeof *changes, compare_changes);
    for (size_t i = 0; i < count;) {
        const uint64_t article = changes[i].article;
        int64_t before = links_to(&learner->past, article), after = before;
        for (; i < count && changes[i].article == article; i++)
            after += changes[i].change;
        learner->past.singles += (after == 1) - (before == 1);
    }
    return STATUS_OK;
}

/* ---- Joining segments ---- */

/* Records of the segments from `from` on and of the pending ones, in the order in which they were learned. */
struct joining {
    struct past *past;
    size_t from;
    bool *dropped[PAST_SEGMENTS]; /* records of each segment that are not needed any more; NULL: all are */
    const struct segment_record **records;
    size_t count;
};

static void joining_done(struct joining *joining)
{
    for (size_t s = 0; s < PAST_SEGMENTS; s++)
        mem_free(joining->dropped[s]);
    mem_free(joining->records);
}

/* Drops the link that the RETRACTION in segment BEFORE or behind it takes back; tells whether the retraction is needed any more: no longer,
 * where the link is among what is joined. */
static enum status drop_link(struct joining *joining, size_t before, const struct segment_record *retraction, bool *ret_needed,
                             struct error *err)
{
    *ret_needed = joining->from > 0;
    for (size_t s = before; s-- > joining->from;) {
        struct segment *segment = joining->past->segments[s];
        uint32_t number;
        const struct segment_record *record = record_in(joining->past, s, retraction->ticket, retraction->article_id, &number);
        if (!record || record->retracts)
            continue;
        if (!joining->dropped[s] && !(joining->dropped[s] = mem_zero(segment_records(segment), sizeof(bool))))
            return error_memory(err);
        joining->dropped[s][number] = true;
        *ret_needed = false;
        break;
    }
    return STATUS_OK;
}

/* Finds what the retractions of segment S make needless. */
static enum status settle_segment(struct joining *joining, size_t s, struct error *err)
{
    const struct segment *segment = joining->past->segments[s];
    const uint32_t count = segment_records(segment);
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && segment_retracted(segment) && i < count; i++) {
        const struct segment_record *record = segment_record(segment, i);
        bool needed;
        if (!record || !record->retracts)
            continue;
        status = drop_link(joining, s, record, &needed, err);
        if (status == STATUS_OK && !needed && !joining->dropped[s] &&
            !(joining->dropped[s] = mem_zero(count, sizeof(bool))))
            status = error_memory(err);
        if (status == STATUS_OK && !needed)
            joining->dropped[s][i] = true;
    }
    return status;
}

static void take_segment(struct joining *joining, size_t s)
{
    const struct segment *segment = joining->past->segments[s];
    for (uint32_t i = 0; i < segment_records(segment); i++) {
        const struct segment_record *record = segment_record(segment, i);
        if (record && !(joining->dropped[s] && joining->dropped[s][i]))
            joining->records[joining->count++] = record;
    }
}

static enum status collect(struct index_learner *learner, struct joining *joining, struct error *err)
{
    size_t most = learner->pending_count + 1;
    enum status status = STATUS_OK;
    for (size_t s = joining->from; s < joining->past->count; s++)
        most += segment_records(joining->past->segments[s]);
    joining->records = mem_alloc(most * sizeof *joining->records);
    if (!joining->records)
        return error_memory(err);
    for (size_t s = joining->from; status == STATUS_OK && s < joining->past->count; s++)
        status = settle_segment(joining, s, err);
    for (size_t i = 0; status == STATUS_OK && i < learner->pending_count; i++) {
        bool needed = true;
        if (learner->pending[i] && learner->pending[i]->retracts)
            status = drop_link(joining, joining->past->count, learner->pending[i], &needed, err);
        if (!needed)
            learner->pending[i] = mem_free(learner->pending[i]);
    }
    for (size_t s = joining->from; status == STATUS_OK && s < joining->past->count; s++)
        take_segment(joining, s);
    for (size_t i = 0; status == STATUS_OK && i < learner->pending_count; i++)
        if (learner->pending[i])
            joining->records[joining->count++] = learner->pending[i];
    return status;
}

static void drop_joined(struct index_learner *learner, const struct joining *joining)
{
    while (learner->past.count > joining->from)
        segment_close(learner->past.segments[--learner->past.count]);
    drop_pending(learner);
}

/* Puts a segment of all that is joined in the place of what it was made of. */
static enum status write_joined(struct index_learner *learner, struct joining *joining, struct error *err)
{
    struct past *past = &learner->past;
    _cleanup_free_ char *path = past_segment_path(learner->path, past->next);
    struct segment *fresh = NULL;
    enum status status = path ? segment_build(path, joining->records, joining->count, learner->half_life, err) : error_memory(err);
    if (status == STATUS_OK)
        status = segment_open(path, &fresh, err);
    if (status != STATUS_OK)
        return status;
    drop_joined(learner, joining);
    past->numbers[past->count] = past->next++;
    past->segments[past->count++] = fresh;
    return STATUS_OK;
}

/* ---- Norms ---- */

static float unknown_idf(void *arg, uint32_t key)
{
    (void)arg;
    (void)key;
    return question_idf(0, 0);
}

static void fill_norms(struct past_features *features, const struct segment *segment, float *norms)
{
    for (uint32_t i = 0; i < segment_records(segment); i++) {
        const struct segment_record *record = segment_record(segment, i);
        double squared = 0;
        for (size_t f = 0; record && f < record->count; f++) {
            double weight = past_feature_weight(features, record->features[f]);
            squared += weight * weight;
        }
        norms[i] = squared > 0 && !record->retracts ? (float)(1 / sqrt(squared)) : 0;
        norms[segment_records(segment)] = fmaxf(norms[segment_records(segment)], norms[i]);
    }
}

/* Sets the norms of the last segment, which is new, as features weigh now; they change slowly as tickets are learned. */
static enum status set_norms(struct index_learner *learner, struct error *err)
{
    struct past *past = &learner->past;
    const struct segment *segment = past->segments[past->count - 1];
    _cleanup_free_ char *path = past_segment_path(learner->path, past->numbers[past->count - 1]);
    _cleanup_free_ float *norms = mem_zero(segment_records(segment) + (size_t)1, sizeof *norms);
    struct past_features features;
    struct index_reader *reader = NULL;
    enum status status = path && norms ? past_features_init(past, FEATURE_SLOTS, &features, err) : error_memory(err);
    if (status != STATUS_OK)
        return status;
    features.idf = unknown_idf;
    if (index_reader_open(learner->folder, &reader, NULL) == STATUS_OK) {
        features.idf = index_reader_idf;
        features.idf_arg = reader;
    }
    fill_norms(&features, segment, norms);
    index_reader_close(reader);
    past_features_done(&features);
    return segment_set_norms(path, segment, norms, err);
}

/* Makes one segment of those from FROM on and of what is pending. Norms of what is not yet to be read are set when it is joined. */
static enum status flush(struct index_learner *learner, size_t from, struct error *err)
{
    struct joining joining = {.past = &learner->past, .from = from < PAST_SEGMENTS ? from : 0};
    enum status status = count_singles(learner, err);
    if (status == STATUS_OK)
        status = collect(learner, &joining, err);
    if (status == STATUS_OK && !joining.count) {
        drop_joined(learner, &joining);
    } else if (status == STATUS_OK) {
        status = write_joined(learner, &joining, err);
        if (status == STATUS_OK && (!learner->bulk || !joining.from))
            status = set_norms(learner, err);
    }
    joining_done(&joining);
    return status;
}

/* ---- Commit ---- */

static enum status publish(struct index_learner *learner, struct error *err)
{
    enum status status;
    learner->past.revision++;
    status = past_publish(learner->path, &learner->past, err);
    if (status == STATUS_OK && learner->bulk)
        status = generation_publish(learner->folder, GENERATION_LEARNED, learner->generation, err);
    if (status == STATUS_OK) {
        learner->bulk = false;
        past_sweep(learner->path, &learner->past);
    }
    return status;
}

/* The first of the segments that are to be joined, with PENDING records more, where what is joined at once is no more than MOST. */
static size_t join_from(const struct past *past, size_t pending, size_t most)
{
    size_t sum = pending, first = past->count;
    for (size_t s = past->count; s-- > 0;) {
        size_t records = segment_records(past->segments[s]);
        if (sum && (sum + records > most || (sum + records > AT_ONCE && records >= LARGER * sum)))
            break;
        sum += records;
        first = s;
    }
    return first;
}

/* Writes what is pending, and joins what may be joined. */
static enum status settle(struct index_learner *learner, size_t most, struct error *err)
{
    size_t from = learner->bulk ? 0 : join_from(&learner->past, learner->pending_live, most);
    enum status status;
    if (!learner->pending_live && learner->past.count - from < 2 && !learner->bulk)
        return STATUS_OK;
    status = flush(learner, from, err);
    return status == STATUS_OK ? publish(learner, err) : status;
}

enum status index_learner_commit(struct index_learner *learner, size_t *ret_count, struct error *err)
{
    enum status status = settle(learner, AT_ONCE, err);
    if (status == STATUS_OK && ret_count)
        *ret_count = (size_t)learner->past.tickets;
    return status;
}

enum status index_learner_tidy(struct index_learner *learner, struct error *err)
{
    return settle(learner, SIZE_MAX, err);
}

enum status index_learner_check(const char *folder, struct error *err)
{
    _cleanup_free_ char *path = NULL;
    struct past past = {.count = 0};
    uint64_t generation;
    enum status status = generation_current(folder, GENERATION_LEARNED, &generation, err);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    path = generation_path(folder, GENERATION_LEARNED, generation);
    status = path ? past_open(path, &past, err) : error_memory(err);
    for (size_t i = 0; status == STATUS_OK && i < past.count; i++)
        status = segment_check(past.segments[i], err);
    past_done(&past);
    return status;
}
