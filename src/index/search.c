/* search.c: a question in, ranked hits with their passages out.
 *
 * Two stages: Xapian gathers candidates by the question's best words; rank.c compares each with the question. Passages are
 * looked for in the few that are shown. */
#include "index/index.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "index/confidence.h"
#include "index/mend.h"
#include "index/passage.h"
#include "index/question.h"
#include "index/rank.h"
#include "index/reader.h"
#include "index/record.h"
#include "index/terms.h"
#include "index/translation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEEDED_WORDS 10       /* words that bring candidates at least; further ones only add to their weight */
#define NEEDED_ARTICLES 1000  /* more words bring candidates as long as no more articles than these have them, together */
#define FURTHER_WORDS 16
#define MATCH_TERMS (QUESTION_WORDS * QUESTION_FORMS)
#define GATHERED 48           /* candidates; there is room for more, which past tickets name */
#define COMPARED_LEAST 24     /* candidates that are compared in any case; further ones only where they weigh */
#define COMPARED_SHARE 0.3    /* this share of the first at least */
#define BY_TEXT 40            /* best by their text that past tickets are asked about */
#define BY_TICKETS 8         /* most named by past tickets that are compared too */
#define DATA_MOST (64 * 1024 * 1024)
#define HTML_MOST (64 * 1024)
#define RELATED_WORDS 24

/* One search under way. */
struct search {
    struct index_reader *reader;
    const struct index_query *query;
    struct question question;
    struct rank_question rank;
    struct rank_collection collection;
    struct rank_candidate candidates[INDEX_CANDIDATES];
    size_t count, total;
    struct learned_recall recall;
};

const char *index_confidence_name(enum index_confidence confidence)
{
    static const char *const names[] = {
        [CONFIDENCE_LOW] = "low", [CONFIDENCE_MEDIUM] = "medium", [CONFIDENCE_HIGH] = "high"};
    return names[confidence];
}

static void hit_done(struct index_hit *hit)
{
    mem_free(hit->id);
    mem_free(hit->title);
    mem_free(hit->title_html);
    mem_free(hit->url);
    mem_free(hit->section);
    mem_free(hit->anchor);
    mem_free(hit->snippet);
    mem_free(hit->snippet_html);
    mem_free(hit->category);
    mem_free(hit->lang);
    json_decref(hit->explain);
}

void index_results_done(struct index_results *results)
{
    for (size_t i = 0; i < results->count; i++)
        hit_done(&results->hits[i]);
    mem_free(results->hits);
    mem_free(results->corrected);
    mem_free(results->lang);
    *results = (struct index_results){0};
}

/* ---- Candidates ---- */

static int compare_weight(const void *a, const void *b)
{
    const struct question_word *const *x = a, *const *y = b;
    float wx = (*x)->weight, wy = (*y)->weight;
    return wx == wy ? ((*x)->place > (*y)->place) - ((*x)->place < (*y)->place) : wx > wy ? -1 : 1;
}

/* Forms that only come near a word (synonyms, its first five letters) bring candidates where few articles have the word itself; where many do, the lists of
 * the forms would take most of the search's time. The ranking counts them in any case. */
static void add_terms(const struct search *search, const struct question_word *word, bool optional, struct term *edge, struct match_query *query,
                      struct match_term *terms)
{
    bool is_common = index_reader_frequency(search->reader, word->forms[0].key) > NEEDED_ARTICLES;
    for (size_t f = 0; f < word->form_count; f++) {
        if (is_common && f > 0 && word->forms[f].weight < 1)
            continue;
        terms[query->count++] = (struct match_term){.key = word->forms[f].key,
                                                    .weight = (double)(word->forms[f].weight * word->weight / word->idf),
                                                    .optional = optional};
    }
    if (word->prefix) {
        struct slice beginning = word->surface;
        size_t at = 0;
        for (unsigned letters = 0; letters < TERM_EDGE_LETTERS && at < beginning.length; letters++)
            (void)utf8_next(beginning, &at);
        *edge = term_make(TERM_EDGE, (struct slice){beginning.ptr, at});
        terms[query->count++] =
            (struct match_term){.term = term_slice(edge), .weight = 1, .optional = optional};
    }
}

/* The words that gather candidates: the weightiest, as a long ticket's every word would take too long; but rare ones cost little, and the
 * rarest may be in a ticket by chance. Stop words bring no
 * article of themselves, unless the question has nothing else. */
static enum status gather(struct search *search, struct match *matches, size_t *ret_count, struct error *err)
{
    struct question *question = &search->question;
    struct database *database = search->reader->database;
    struct question_word *best[QUESTION_WORDS];
    struct match_term terms[MATCH_TERMS + 1];
    struct slice hidden = search->query->agents ? SLICE_LITERAL(TERM_HIDDEN_FROM_AGENTS)
                                                : SLICE_LITERAL(TERM_HIDDEN_FROM_PUBLIC);
    struct match_query query = {.terms = terms, .most = GATHERED};
    struct term edge;
    size_t count = 0, needed = 0, further = 0;
    uint64_t reached = 0;
    for (size_t i = 0; i < question->count; i++)
        if (question->words[i].frequency || question->words[i].prefix)
            best[count++] = &question->words[i];
    qsort(best, count, sizeof *best, compare_weight);
    for (size_t i = 0; i < count && further < FURTHER_WORDS; i++) {
        bool optional = best[i]->stop && question->content_words;
        reached += best[i]->frequency;
        optional = optional || (needed >= NEEDED_WORDS && reached > NEEDED_ARTICLES);
        *(optional ? &further : &needed) += 1;
        add_terms(search, best[i], optional, &edge, &query, terms);
    }
    if (!needed)
        for (size_t i = 0; i < query.count; i++)
            terms[i].optional = false;
    if (database_term_frequency(database, hidden))
        query.without = hidden;
    *ret_count = 0;
    return query.count ? database_match(database, &query, matches, ret_count, &search->total, err) : STATUS_OK;
}

static int compare_documents(const void *a, const void *b)
{
    const struct match *x = a, *y = b;
    return (x->document > y->document) - (x->document < y->document);
}

static int compare_scores(const void *a, const void *b)
{
    const struct rank_candidate *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->document > y->document) - (x->document < y->document);
}

/* Compares the article in DOCUMENT with the question, unless it is not for the asker. */
static enum status rank_document(struct search *search, uint32_t document, struct error *err)
{
    struct rank_candidate *candidate = &search->candidates[search->count];
    uint32_t hidden = search->query->agents ? SIGNATURE_UNPUBLISHED : SIGNATURE_UNPUBLISHED | SIGNATURE_AGENTS;
    struct signature signature;
    enum status status = index_reader_signature(search->reader, document, &signature, err);
    if (status != STATUS_OK || signature.flags & hidden)
        return status;
    rank_score(&search->rank, &search->collection, &signature, candidate);
    candidate->document = document;
    search->count++;
    return STATUS_OK;
}

/* The language that was asked for, else the question's own. */
static const char *asked_lang(const struct search *search)
{
    return search->query->lang ? search->query->lang : search->question.lang;
}

/* Compares each candidate with the question; in order of documents, as they lie in the index. */
static enum status rank_all(struct search *search, struct match *matches, size_t count, struct error *err)
{
    const char *lang = asked_lang(search);
    enum status status = STATUS_OK;
    search->collection = (struct rank_collection){.idf = index_reader_idf,
                                                  .idf_arg = search->reader,
                                                  .body_words = search->reader->body_words,
                                                  .section_words = search->reader->section_words,
                                                  .lang = signature_lang(lang),
                                                  .second_lang = signature_lang(search->query->default_lang)};
    while (count > COMPARED_LEAST && matches[count - 1].weight < COMPARED_SHARE * matches[0].weight)
        count--;
    if (count)
        qsort(matches, count, sizeof *matches, compare_documents);
    rank_prepare(&search->question, &search->rank);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = rank_document(search, matches[i].document, err);
    if (search->count)
        qsort(search->candidates, search->count, sizeof *search->candidates, compare_scores);
    return status;
}

/* ---- Past tickets ---- */

static struct rank_candidate *candidate_of(struct search *search, uint64_t article)
{
    for (size_t i = 0; i < search->count; i++)
        if (search->candidates[i].article == article)
            return &search->candidates[i];
    return NULL;
}

/* Makes the article that past tickets name a candidate, in place of the worst where there is no room. */
static enum status add_recalled(struct search *search, uint64_t article, struct error *err)
{
    struct term term = term_of_hash(article);
    uint32_t document;
    enum status status;
    status = database_find(search->reader->database, term_slice(&term), &document, err);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status; /* it is gone from the articles */
    if (search->count == INDEX_CANDIDATES)
        search->count--;
    return rank_document(search, document, err);
}

static void add_past(struct search *search, struct rank_candidate *candidate)
{
    const struct learned_recall *recall = &search->recall;
    struct rank_past past = {0};
    learned_likelihood(search->reader->learned, recall, candidate->article, &past.words, &past.tickets);
    for (size_t i = 0; i < recall->count; i++)
        if (recall->articles[i].article == candidate->article) {
            past.vote = recall->articles[i].vote;
            memcpy(past.like, recall->articles[i].like, sizeof past.like);
        }
    past.votes = recall->votes;
    past.coverage = recall->coverage;
    rank_add_past(candidate, &past);
}

/* Lets past tickets speak for the articles that they name and for the best by their text. */
static enum status ask_past(struct search *search, struct error *err)
{
    enum status status = STATUS_OK;
    if (!search->reader->learned)
        return STATUS_OK;
    learned_ask(search->reader->learned, &search->question, index_reader_idf, search->reader, clock_now_ms(), &search->recall);
    for (size_t i = search->count < BY_TEXT ? search->count : BY_TEXT; i-- > 0;)
        add_past(search, &search->candidates[i]);
    for (size_t i = 0; status == STATUS_OK && i < search->recall.count && i < BY_TICKETS; i++) {
        struct rank_candidate *candidate = candidate_of(search, search->recall.articles[i].article);
        if (candidate && candidate - search->candidates < BY_TEXT)
            continue;
        if (!candidate)
            status = add_recalled(search, search->recall.articles[i].article, err);
        candidate = candidate_of(search, search->recall.articles[i].article);
        if (status == STATUS_OK && candidate)
            add_past(search, candidate);
    }
    if (search->count)
        qsort(search->candidates, search->count, sizeof *search->candidates, compare_scores);
    return status;
}

/* How well a candidate's language suits: the one asked for, then the default, then any. */
static int language_rank(const struct search *search, uint32_t lang)
{
    if (lang == signature_lang(asked_lang(search)))
        return 2;
    return lang == signature_lang(search->query->default_lang);
}

/* Keeps of each article and its translations one, in the best language, at the place of the best. */
static void collapse(struct search *search)
{
    size_t kept = 0;
    for (size_t i = 0; i < search->count; i++) {
        struct rank_candidate *candidate = &search->candidates[i], *same = NULL;
        for (size_t k = 0; k < kept && !same; k++)
            if (search->candidates[k].translation_key == candidate->translation_key)
                same = &search->candidates[k];
        if (!same) {
            search->candidates[kept++] = *candidate;
        } else if (language_rank(search, candidate->lang) > language_rank(search, same->lang)) {
            double score = same->score;
            *same = *candidate;
            same->score = score;
        }
    }
    search->count = kept;
}

/* ---- Hits ---- */

static json_t *explain(const struct search *search, const struct rank_candidate *candidate)
{
    json_t *features = json_object(), *words = json_array();
    for (size_t i = 0; i < RANK_FEATURES; i++)
        json_object_set_new(features, rank_feature_name((enum rank_feature)i), json_real(candidate->features[i]));
    for (size_t i = 0; i < search->question.count; i++) {
        const struct question_word *word = &search->question.words[i];
        json_array_append_new(words, json_pack("{s:s%, s:f, s:i}", "word", word->surface.ptr, word->surface.length, "weight",
                                               (double)word->weight, "articles", (int)word->frequency));
    }
    return json_pack("{s:f, s:o, s:o, s:{s:f, s:f, s:f, s:f, s:f, s:f}}", "chance",
                     confidence_chance(search->candidates, search->count, (size_t)(candidate - search->candidates)),
                     "features", features, "words", words, "past", "votes", candidate->past.votes, "coverage", candidate->past.coverage, "tickets", candidate->past.tickets,
                     "like", candidate->past.like[0], "like2", candidate->past.like[1], "like3", candidate->past.like[2]);
}

/* NUMBER: the section that answers. */
static enum status fill_passage(struct search *search, uint32_t number, const struct record_body *body, struct index_hit *hit,
                                struct error *err)
{
    _cleanup_buf_ struct buf plain = BUF_INIT(HTML_MOST), html = BUF_INIT(HTML_MOST);
    const struct record_section *section = number < body->section_count ? &body->sections[number] : NULL;
    bool failed = false;
    enum status status = STATUS_OK;
    if (section && !section->text.length && number + 1 < body->section_count)
        section++; /* a heading with nothing below it but the next */
    if (section)
        status = passage_find(search->reader->words, &search->question, section->text, hit->lang, &plain, &html, err);
    if (status != STATUS_OK)
        return status;
    hit->section = record_string(section && section->heading.ptr ? section->heading : slice_of(""), &failed);
    hit->anchor = record_string(section && section->anchor.ptr ? section->anchor : slice_of(""), &failed);
    hit->snippet = buf_take(&plain);
    hit->snippet_html = buf_take(&html);
    return failed || !hit->snippet || !hit->snippet_html ? error_memory(err) : STATUS_OK;
}

/* Reads what is shown of CANDIDATE: itself, or the translation of it that suits the asker best, whatever words that one has. *RET_SECTION: the
 * section that answers; of a translation with other sections, the opening. The caller calls record_body_done. */
static enum status read_shown(struct search *search, const struct rank_candidate *candidate, struct record_head *ret_head,
                              struct record_body *ret_body, uint32_t *ret_section, struct error *err)
{
    const struct translation_reader asker = {.lang = asked_lang(search),
                                             .default_lang = search->query->default_lang,
                                             .agents = search->query->agents};
    struct index_reader *reader = search->reader;
    size_t sections;
    uint32_t shown;
    enum status status = index_reader_shown(reader, candidate->document, ret_head, ret_body, err);
    *ret_section = candidate->section;
    if (status != STATUS_OK || !translation_sought(reader->database, &asker, ret_head))
        return status;
    sections = ret_body->section_count;
    record_body_done(ret_body);
    status = translation_choose(reader->database, &asker, candidate->document, ret_head, &shown, err);
    if (status == STATUS_OK)
        status = index_reader_shown(reader, shown, ret_head, ret_body, err);
    if (ret_body->section_count != sections)
        *ret_section = 0;
    return status;
}

static enum status fill_hit(struct search *search, const struct rank_candidate *candidate, struct index_hit *hit,
                            struct error *err)
{
    _cleanup_buf_ struct buf title = BUF_INIT(HTML_MOST);
    _cleanup_record_body_ struct record_body body = {0};
    struct record_head head;
    bool failed = false;
    uint32_t section;
    enum status status = read_shown(search, candidate, &head, &body, &section, err);
    if (status != STATUS_OK)
        return status;
    hit->id = record_string(head.id, &failed);
    hit->title = record_string(head.title, &failed);
    hit->url = record_string(head.url, &failed);
    hit->category = record_string(head.category, &failed);
    hit->lang = record_string(head.lang, &failed);
    hit->audience = head.audience;
    hit->updated_ms = head.updated_ms;
    hit->reviewed_ms = head.reviewed_ms;
    hit->review_every_ms = head.review_every_ms;
    hit->score = candidate->score;
    hit->confidence = confidence_level(search->candidates, search->count, (size_t)(candidate - search->candidates), search->query->caution);
    if (failed)
        return error_memory(err);
    if (search->query->explain && !(hit->explain = explain(search, candidate)))
        return error_memory(err);
    if (search->query->bare)
        return STATUS_OK;
    status = passage_mark(search->reader->words, &search->question, head.title, hit->lang, &title, err);
    if (status == STATUS_OK && !(hit->title_html = buf_take(&title)))
        status = error_memory(err);
    return status == STATUS_OK ? fill_passage(search, section, &body, hit, err) : status;
}

static enum status fill_hits(struct search *search, struct index_results *ret, struct error *err)
{
    size_t limit = search->query->limit;
    size_t count = search->count < limit ? search->count : limit;
    ret->hits = mem_zero(count + 1, sizeof *ret->hits);
    if (!ret->hits)
        return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        enum status status;
        ret->count = i + 1;
        status = fill_hit(search, &search->candidates[i], &ret->hits[i], err);
        if (status != STATUS_OK)
            return status;
    }
    ret->total = search->total > search->count ? search->total : search->count;
    return STATUS_OK;
}

/* Unknown words are made out, and what was corrected is told. */
static enum status mend(struct search *search, const struct question_context *context, struct index_results *ret,
                        struct error *err)
{
    bool changed;
    enum status status = mend_question(search->reader, &search->question, &changed, err);
    if (status != STATUS_OK || !changed)
        return status;
    question_weigh(&search->question, context);
    status = question_index(&search->question, err);
    return status == STATUS_OK ? mend_text(&search->question, search->query->subject, &ret->corrected, err) : status;
}

static enum status run(struct search *search, struct index_results *ret, struct error *err)
{
    struct question_context context = {.words = search->reader->words,
                                       .synonyms = index_reader_synonyms,
                                       .synonyms_arg = search->reader,
                                       .frequency = index_reader_frequency,
                                       .frequency_arg = search->reader,
                                       .beginnings = index_reader_beginnings,
                                       .beginnings_arg = search->reader,
                                       .articles = search->reader->articles};
    struct match matches[INDEX_CANDIDATES];
    size_t count;
    enum status status = question_read(&context, search->query, &search->question, err);
    if (status == STATUS_OK)
        status = mend(search, &context, ret, err);
    if (status != STATUS_OK)
        return status;
    ret->lang = mem_strdup(search->question.lang ? search->question.lang : "");
    if (!ret->lang)
        return error_memory(err);
    status = gather(search, matches, &count, err);
    if (status == STATUS_OK)
        status = rank_all(search, matches, count, err);
    if (status == STATUS_OK)
        status = ask_past(search, err);
    if (status != STATUS_OK)
        return status;
    collapse(search);
    status = fill_hits(search, ret, err);
    if (status == STATUS_OK && database_damaged(search->reader->database)) /* its words seemed to stand nowhere */
        return error_set(err, STATUS_CORRUPT, "the index is damaged");
    return status;
}

enum status index_search(struct index_reader *reader, const struct index_query *query, struct index_results *ret,
                         struct error *err)
{
    struct search *search = mem_zero(1, sizeof *search);
    enum status status;
    *ret = (struct index_results){0};
    if (!search)
        return error_memory(err);
    search->reader = reader;
    search->query = query;
    status = run(search, ret, err);
    question_done(&search->question);
    mem_free(search);
    if (status != STATUS_OK)
        index_results_done(ret);
    return status;
}

/* ---- Related articles ---- */

/* The article's title, questions and headings as a question of their own. */
static enum status related_text(struct index_reader *reader, const char *id, struct buf *subject, struct buf *body,
                                char **ret_lang, struct error *err)
{
    struct index_article stored = {0};
    enum status status = index_get(reader, id, &stored, err);
    if (status != STATUS_OK)
        return status;
    buf_add_str(subject, stored.article->title);
    for (size_t i = 0; i < stored.article->section_count; i++) {
        buf_add_str(body, stored.article->sections[i].heading);
        buf_add_char(body, '\n');
    }
    if (stored.article->summary)
        buf_add_str(body, stored.article->summary);
    *ret_lang = mem_strdup(stored.article->lang);
    index_article_done(&stored);
    return subject->failed || body->failed || !*ret_lang ? error_memory(err) : STATUS_OK;
}

enum status index_related(struct index_reader *reader, const char *id, size_t limit, struct index_results *ret,
                          struct error *err)
{
    _cleanup_buf_ struct buf subject = BUF_INIT(HTML_MOST), body = BUF_INIT(DATA_MOST);
    _cleanup_free_ char *lang = NULL;
    struct index_query query = {.limit = LIMIT_RESULTS, .bare = true};
    enum status status = related_text(reader, id, &subject, &body, &lang, err);
    size_t kept = 0;
    if (status != STATUS_OK)
        return status;
    query.subject = (struct slice){buf_str(&subject), subject.length};
    query.body = (struct slice){buf_str(&body), body.length};
    query.lang = query.default_lang = lang;
    status = index_search(reader, &query, ret, err);
    for (size_t i = 0; status == STATUS_OK && i < ret->count; i++) {
        if (kept < limit && !str_equal(ret->hits[i].id, id))
            ret->hits[kept++] = ret->hits[i];
        else
            hit_done(&ret->hits[i]);
    }
    if (status == STATUS_OK)
        ret->count = kept;
    return status;
}
