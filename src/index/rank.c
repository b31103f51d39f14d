/* rank.c: the features and their weights. */
#include "index/rank.h"

#include <math.h>
#include <string.h>

#define K1 1.2          /* BM25: how fast a word's repeats stop counting */
#define B_BODY 0.6      /* BM25: how much a long body is marked down */
#define B_SECTION 0.3
#define STOP_IN_LABEL 0.3 /* what a stop word keeps of its idf in titles, questions and headings */
#define VOTE_PRIOR 0.15 /* votes that every question has for none of the articles known */
#define EVIDENCE_SCALE 10.0
#define PAST_WORDS_SCALE 10.0
#define NEAR_WORDS 3    /* words this close stand together */
#define OPENING 1      /* number of the section above any further heading */

/* Learned by scripts/learn-weights, but for two: the language, as none of the sets learned from has several; and the third past ticket, so
 * that three links lift an article also where little else was learned. That one is a compromise: it always speaks for an article that has tickets, and never for
 * one that has none (docs/ranking.md, "What history costs"). */
static const double weights[RANK_FEATURES] = {
    [RANK_EVIDENCE] = 3.259,    [RANK_SECTION] = 3.246,   [RANK_NEAR] = 2.704,      [RANK_CALLED] = 2.843,
    [RANK_CALLED_LONG] = 3.012, [RANK_LABEL_SAID] = 2.807, [RANK_PHRASE] = 1.691,   [RANK_NAME] = 0.933,
    [RANK_HEADING] = 1.614,     [RANK_LANGUAGE] = 1.0,    [RANK_PAST_VOTE] = 2.385, [RANK_PAST_WORDS] = 3.503,
    [RANK_PAST_THIRD] = 5.0,
};

const char *rank_feature_name(enum rank_feature feature)
{
    static const char *const names[RANK_FEATURES] = {
        [RANK_EVIDENCE] = "evidence",       [RANK_SECTION] = "section",       [RANK_NEAR] = "near",
        [RANK_CALLED] = "called",           [RANK_CALLED_LONG] = "called_long", [RANK_LABEL_SAID] = "label_said",
        [RANK_PHRASE] = "phrase",           [RANK_NAME] = "name",             [RANK_HEADING] = "heading",
        [RANK_LANGUAGE] = "language",       [RANK_PAST_VOTE] = "past_vote",   [RANK_PAST_WORDS] = "past_words",
        [RANK_PAST_THIRD] = "past_third",
    };
    return names[feature];
}

/* How much a word found in each kind of field adds to its count in BM25F. */
static double field_weight(uint32_t mark)
{
    switch (mark) {
    case SIGNATURE_TITLE:
        return 5;
    case SIGNATURE_QUESTION:
        return 4;
    case SIGNATURE_TAGS:
    case SIGNATURE_NAME:
    case SIGNATURE_SECTION:
    case SIGNATURE_SUMMARY:
    case SIGNATURE_PLACE:
        return 2;
    default:
        return 1;
    }
}

void rank_prepare(const struct question *question, struct rank_question *ret)
{
    double norm = 0;
    *ret = (struct rank_question){.question = question};
    for (size_t i = 0; i < question->count; i++)
        if (question->words[i].in_subject)
            norm += (double)question->words[i].weight * question->words[i].weight;
    ret->label_norm = sqrt(norm);
    for (size_t i = 0; i + 1 < question->sequence_length; i++) {
        const uint16_t *at = &question->sequence[i];
        ret->next[at[0]] |= UINT64_C(1) << at[1];
        if (question->words[at[1]].stop && i + 2 < question->sequence_length)
            ret->next[at[0]] |= UINT64_C(1) << at[2];
        ret->pair_weight += question->words[at[0]].weight + question->words[at[1]].weight;
    }
}

/* ---- Scanning a signature ---- */

/* The word of a field that was last met, and its place. */
struct neighbour {
    int word; /* of the question; -1: none yet */
    size_t place;
};

struct scan {
    const struct rank_question *rank;
    const struct question *question;
    const struct rank_collection *collection;
    const struct signature *signature;
    double *features;
    uint64_t found;                  /* question words met anywhere */
    uint64_t near_pairs[QUESTION_WORDS]; /* pairs met close together in a text */
    double near_weight;
    double counts[QUESTION_WORDS];   /* BM25F counts over the article */
    double section_counts[QUESTION_WORDS];
    double section_words;
    double best_section;
    uint64_t title_found;
    double best_shown; /* of the section to be shown */
    uint32_t section, best_shown_number;
    uint64_t called_found; /* in title, questions, name, place, tags */
};

/* The question's word that the field's word at PLACE stands for, -1 for none; moves *PLACE behind it and its other forms. */
static int match_word(struct scan *scan, size_t *place, uint32_t *ret_number, double *ret_form)
{
    const struct signature *signature = scan->signature;
    int word = -1;
    *ret_number = signature_at(signature, *place);
    for (bool first = true; *place < signature->count; first = false) {
        uint32_t number = signature_at(signature, *place);
        const struct question_slot *slot;
        if (SIGNATURE_KEY(number) > WORD_KEY_MAX || (!first && !(number & SIGNATURE_SAME)))
            break;
        slot = question_find(scan->question, SIGNATURE_KEY(number));
        if (slot && word < 0) {
            word = slot->word;
            *ret_form = (double)scan->question->words[slot->word].forms[slot->form].weight;
        }
        (*place)++;
    }
    return word;
}

/* What comparing one short field gives. */
struct label {
    double cosine;
    uint64_t found;
    double said;   /* share of the field's weight that the question says */
    double phrase; /* likeness of the pairs of neighbouring words */
};

static void compare_label(struct scan *scan, size_t *place, double field, struct label *ret)
{
    double dot = 0, norm = 0, said = 0, all = 0, pairs = 0, pair_weight = 0, last_weight = 0;
    uint64_t seen = 0;
    int last = -1;
    *ret = (struct label){0};
    while (*place < scan->signature->count && SIGNATURE_KEY(signature_at(scan->signature, *place)) <= WORD_KEY_MAX) {
        uint32_t number;
        double form = 0, weight;
        int word = match_word(scan, place, &number, &form);
        if (word >= 0)
            weight = (double)scan->question->words[word].idf;
        else
            weight = (double)scan->collection->idf(scan->collection->idf_arg, SIGNATURE_KEY(number));
        if (number & SIGNATURE_STOP)
            weight *= STOP_IN_LABEL;
        norm += weight * weight;
        all += weight;
        if (last_weight > 0)
            pair_weight += last_weight + weight;
        if (word >= 0) {
            const struct question_word *asked = &scan->question->words[word];
            said += weight * form * (asked->stop ? 1 : fmin(1, (double)(asked->weight / asked->idf)));
            scan->counts[word] += field * form;
            scan->found |= UINT64_C(1) << word;
            if (!(seen >> word & 1) && asked->in_subject)
                dot += weight * form * (double)asked->weight;
            if (last >= 0 && scan->rank->next[last] >> word & 1)
                pairs += last_weight + weight;
            seen |= UINT64_C(1) << word;
        }
        last = word;
        last_weight = weight;
    }
    if (norm > 0 && scan->rank->label_norm > 0)
        ret->cosine = dot / (sqrt(norm) * scan->rank->label_norm);
    ret->found = seen;
    ret->said = all > 0 ? said / all : 0;
    if (pairs > 0 && pair_weight > 0 && scan->rank->pair_weight > 0)
        ret->phrase = fmin(1, pairs / sqrt(pair_weight * scan->rank->pair_weight));
}

static void raise(double *feature, double value)
{
    if (value > *feature)
        *feature = value;
}

/* The share of a word's weight that COUNT of it is worth in a section of relative LENGTH. */
static double section_share(double count, double length)
{
    return count > 0 ? count / (count + K1 * (1 - B_SECTION + B_SECTION * length)) : 0;
}

/* BM25 of the section that ends here. The one to be shown is chosen as a reader sees them: the title is the heading of
 * the opening, so a question that is the title leads there, not to a section that repeats a word of it. */
static void end_section(struct scan *scan)
{
    double length = scan->collection->section_words > 0 ? scan->section_words / scan->collection->section_words : 1;
    double sum = 0, shown = 0;
    for (size_t i = 0; i < scan->question->count; i++) {
        double weight = (double)scan->question->words[i].weight, count = scan->section_counts[i];
        bool titled = scan->section == OPENING && scan->title_found >> i & 1;
        sum += weight * section_share(count, length);
        shown += weight * section_share(count + titled, length);
    }
    raise(&scan->best_section, sum);
    if (shown > scan->best_shown) {
        scan->best_shown = shown;
        scan->best_shown_number = scan->section;
    }
    memset(scan->section_counts, 0, sizeof scan->section_counts);
    scan->section_words = 0;
}

static void note_near(struct scan *scan, struct neighbour *last, int word, size_t place)
{
    if (last->word >= 0 && place - last->place <= NEAR_WORDS && scan->rank->next[last->word] >> word & 1 &&
        !(scan->near_pairs[last->word] >> word & 1)) {
        scan->near_pairs[last->word] |= UINT64_C(1) << word;
        scan->near_weight += (double)(scan->question->words[last->word].weight + scan->question->words[word].weight);
    }
    *last = (struct neighbour){word, place};
}

/* A running text: counts for BM25, of the article (FIELD for each) and of its section. Returns the question's words in it. */
static uint64_t scan_text(struct scan *scan, size_t *place, double field)
{
    struct neighbour last = {-1, 0};
    uint64_t found = 0;
    while (*place < scan->signature->count) {
        uint32_t number = signature_at(scan->signature, *place);
        const struct question_slot *slot;
        if (SIGNATURE_KEY(number) > WORD_KEY_MAX)
            break;
        scan->section_words += !(number & SIGNATURE_SAME);
        slot = question_find(scan->question, SIGNATURE_KEY(number));
        if (slot) {
            double form = (double)scan->question->words[slot->word].forms[slot->form].weight;
            scan->counts[slot->word] += field * form;
            scan->section_counts[slot->word] += form;
            found |= UINT64_C(1) << slot->word;
            note_near(scan, &last, slot->word, *place);
        }
        (*place)++;
    }
    scan->found |= found;
    return found;
}

static double weight_of(const struct question *question, uint64_t words)
{
    double sum = 0;
    for (size_t i = 0; i < question->count; i++)
        if (words >> i & 1)
            sum += (double)question->words[i].weight;
    return sum;
}

static void scan_field(struct scan *scan, uint32_t mark, size_t *place, double body_field)
{
    double field = field_weight(mark);
    struct label label;
    switch (mark) {
    case SIGNATURE_TITLE:
    case SIGNATURE_QUESTION:
        compare_label(scan, place, field, &label);
        scan->called_found |= label.found;
        if (mark == SIGNATURE_TITLE)
            scan->title_found |= label.found;
        raise(&scan->features[RANK_LABEL_SAID], label.said);
        raise(&scan->features[RANK_PHRASE], label.phrase);
        break;
    case SIGNATURE_NAME:
        compare_label(scan, place, field, &label);
        raise(&scan->features[RANK_NAME], label.cosine);
        scan->called_found |= label.found;
        break;
    case SIGNATURE_PLACE:
        compare_label(scan, place, field, &label);
        scan->called_found |= label.found;
        break;
    case SIGNATURE_SECTION: {
        double before[QUESTION_WORDS];
        memcpy(before, scan->counts, sizeof before);
        end_section(scan);
        scan->section++;
        compare_label(scan, place, field, &label);
        for (size_t i = 0; i < scan->question->count; i++)
            scan->section_counts[i] = scan->counts[i] - before[i];
        raise(&scan->features[RANK_HEADING], label.cosine);
        break;
    }
    case SIGNATURE_TAGS:
        scan->called_found |= scan_text(scan, place, field);
        break;
    case SIGNATURE_SUMMARY:
        (void)scan_text(scan, place, field);
        memset(scan->section_counts, 0, sizeof scan->section_counts);
        scan->section_words = 0;
        break;
    default:
        (void)scan_text(scan, place, body_field);
        break;
    }
}

/* Words that are still being typed: any word of title, questions or headings that begins so. */
static void match_prefix(struct scan *scan)
{
    for (size_t i = 0; i < scan->question->count; i++) {
        const struct question_word *word = &scan->question->words[i];
        struct slice rest = scan->signature->surfaces, surface;
        if (!word->prefix || scan->found >> i & 1)
            continue;
        while (slice_split(&rest, ' ', &surface)) {
            if (surface.length && slice_starts(surface, word->surface)) {
                scan->found |= UINT64_C(1) << i;
                scan->called_found |= UINT64_C(1) << i;
                scan->counts[i] += field_weight(SIGNATURE_TITLE);
                break;
            }
        }
    }
}

static void weigh(struct rank_candidate *candidate)
{
    candidate->score = 0;
    for (size_t i = 0; i < RANK_FEATURES; i++)
        candidate->score += weights[i] * candidate->features[i];
}

static void sum_up(struct scan *scan, struct rank_candidate *candidate)
{
    const struct question *question = scan->question;
    double total = question->total_weight, words = 0, called;
    if (total <= 0)
        return;
    for (size_t i = 0; i < question->count; i++)
        words += (double)question->words[i].weight * scan->counts[i] / (scan->counts[i] + K1);
    candidate->features[RANK_SECTION] = scan->best_section / EVIDENCE_SCALE;
    called = weight_of(question, scan->called_found) / total;
    candidate->features[RANK_CALLED] = called;
    candidate->features[RANK_CALLED_LONG] = called * sqrt(total / EVIDENCE_SCALE);
    candidate->features[RANK_EVIDENCE] = words / EVIDENCE_SCALE;
    if (scan->rank->pair_weight > 0)
        candidate->features[RANK_NEAR] = fmin(1, scan->near_weight / scan->rank->pair_weight) * total / EVIDENCE_SCALE;
    candidate->section = scan->best_shown_number ? scan->best_shown_number - OPENING : 0;
    weigh(candidate);
}

void rank_add_past(struct rank_candidate *candidate, const struct rank_past *past)
{
    candidate->past = *past;
    candidate->features[RANK_PAST_VOTE] = past->coverage * past->vote / (past->votes + VOTE_PRIOR);
    candidate->features[RANK_PAST_WORDS] = past->coverage * past->words / PAST_WORDS_SCALE;
    candidate->features[RANK_PAST_THIRD] = past->like[1] * past->like[2];
    weigh(candidate);
}

void rank_score(const struct rank_question *question, const struct rank_collection *collection,
                const struct signature *signature, struct rank_candidate *candidate)
{
    struct scan scan = {.rank = question,
                        .question = question->question,
                        .collection = collection,
                        .signature = signature,
                        .features = candidate->features};
    double length = collection->body_words > 0 ? signature->body_words / collection->body_words : 1;
    double body_field = 1 / (1 - B_BODY + B_BODY * length);
    memset(candidate->features, 0, sizeof candidate->features);
    candidate->past = (struct rank_past){0};
    candidate->article = signature->article;
    candidate->translation_key = signature->translation_key;
    candidate->lang = signature->lang;
    candidate->features[RANK_LANGUAGE] = signature->lang == collection->lang          ? 1
                                         : signature->lang == collection->second_lang ? 0.5
                                                                                      : 0;
    for (size_t place = 0; place < signature->count;) {
        uint32_t mark = signature_at(signature, place++);
        if (SIGNATURE_KEY(mark) > WORD_KEY_MAX)
            scan_field(&scan, SIGNATURE_KEY(mark), &place, body_field);
    }
    end_section(&scan);
    match_prefix(&scan);
    sum_up(&scan, candidate);
}
