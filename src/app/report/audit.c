/* audit.c: tickets in, one page of figures out. */
#include "app/report/audit.h"

#include "app/report/audit_replay.h"
#include "app/report/report_json.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "measure/duplicates.h"
#include "measure/flow.h"
#include "measure/names.h"
#include "measure/topics.h"
#include "text/words.h"

enum {
    REJECTS_SHOWN = 20,
    GROUPS_SHOWN = 5,
    CATEGORIES_SHOWN = 10,
    TOPICS_KEPT = 50, /* in JSON, for a later comparison */
    WRITE_SHOWN = 10,
    TOPIC_LEAST = 3,    /* tickets: fewer are no driver */
    REPLAYS_MOST = 4000 /* an even sample of more tickets */
};
#define AGAIN_MS (7 * MS_PER_DAY)

struct item {
    struct ticket ticket;
    size_t contact;          /* number in `contacts`; NONE: not known */
    size_t form;             /* number in `duplicates` */
    enum replay_level level; /* REPLAY_LEVELS: not replayed */
};
#define NONE SIZE_MAX

struct audit {
    const struct audit_options *options;
    struct words *words;
    struct names *contacts;
    struct item *items;
    size_t count, capacity;
    size_t left_out; /* spam, merged */
    json_t *columns, *rejects;
    size_t rejected;
    size_t articles; /* in the scratch index */
    struct duplicates *duplicates;
    struct topics *topics;
};

enum status audit_new(const struct audit_options *options, struct audit **ret, struct error *err)
{
    _cleanup_(audit_freep) struct audit *audit = mem_zero(1, sizeof *audit);
    enum status status = audit ? words_new(&audit->words, err) : error_memory(err);
    if (status)
        return status;
    audit->options = options;
    audit->contacts = names_new();
    audit->duplicates = duplicates_new();
    audit->columns = json_array();
    audit->rejects = json_array();
    if (!audit->contacts || !audit->duplicates || !audit->columns || !audit->rejects)
        return error_memory(err);
    *ret = steal_pointer(&audit);
    return STATUS_OK;
}

struct audit *audit_free(struct audit *audit)
{
    if (!audit)
        return NULL;
    for (size_t i = 0; i < audit->count; i++)
        ticket_done(&audit->items[i].ticket);
    mem_free(audit->items);
    words_free(audit->words);
    names_free(audit->contacts);
    duplicates_free(audit->duplicates);
    topics_free(audit->topics);
    json_decref(audit->columns);
    json_decref(audit->rejects);
    return mem_free(audit);
}

void audit_note_column(struct audit *audit, const char *name, enum ticket_field field)
{
    (void)json_array_append_new(
        audit->columns, json_pack("{s:s, s:s?}", "column", name, "field",
                                  field == TICKET_FIELDS ? NULL : ticket_field_name(field)));
}

void audit_note_reject(struct audit *audit, size_t line, const char *reason)
{
    if (audit->rejected++ < REJECTS_SHOWN)
        (void)json_array_append_new(
            audit->rejects, json_pack("{s:I, s:s}", "line", (json_int_t)line, "reason", reason));
}

enum status audit_add(struct audit *audit, struct ticket *ticket, struct slice contact,
                      struct error *err)
{
    struct item item = {.contact = NONE, .level = REPLAY_LEVELS};
    _cleanup_buf_ struct buf folded = BUF_INIT(LIMIT_QUERY);
    if (ticket->status == TICKET_MERGED || ticket->status == TICKET_SPAM) {
        audit->left_out++;
        ticket_done(ticket);
        return STATUS_OK;
    }
    if (audit->count == LIMIT_AUDIT_TICKETS)
        return error_set(err, STATUS_TOO_LARGE, "%s has more than %d tickets", audit->options->file,
                         LIMIT_AUDIT_TICKETS);
    words_fold((struct slice){contact.ptr, utf8_cut(contact, LIMIT_TICKET_NAME)}, &folded);
    if (mem_grow(&audit->items, &audit->capacity, audit->count, sizeof item) < 0 || folded.failed ||
        (contact.length &&
         !names_add(audit->contacts, (struct slice){buf_str(&folded), folded.length},
                    &item.contact)))
        return error_memory(err);
    item.ticket = *ticket;
    *ticket = (struct ticket){.id = NULL};
    audit->items[audit->count++] = item;
    return STATUS_OK;
}

/* ---- Small figures ---- */

static int compare_created(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->ticket.created_ms != y->ticket.created_ms)
        return x->ticket.created_ms < y->ticket.created_ms ? -1 : 1;
    return strcmp(x->ticket.id, y->ticket.id);
}

static json_t *share_json(int64_t part, int64_t whole)
{
    return report_estimate_json(stats_wilson((struct tally){part, whole}));
}

static json_t *counted_json(int64_t part, int64_t whole)
{
    return json_pack("{s:I, s:o}", "tickets", (json_int_t)part, "share", share_json(part, whole));
}

static int compare_ms(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double hours(const int64_t *sorted, size_t count, size_t percent)
{
    const size_t rank = (count - 1) * percent / 100;
    return (double)sorted[rank] / (double)MS_PER_HOUR;
}

/* How long tickets took, and how old those are that are open still. */
static json_t *ages_json(const struct audit *audit, int64_t from_ms, int64_t to_ms)
{
    static const char *const names[FLOW_AGES] = {"0-3", "4-7", "8-14", "over 14"};
    _cleanup_free_ int64_t *spans = mem_zero(audit->count, sizeof *spans);
    const int64_t last_ms = audit->items[audit->count - 1].ticket.created_ms;
    size_t solved = 0, done = 0;
    struct flow flow;
    json_t *ages, *open = json_object();
    if (!spans || !flow_init(&flow, from_ms, to_ms, last_ms))
        return NULL;
    for (size_t i = 0; i < audit->count; i++) {
        const struct ticket *ticket = &audit->items[i].ticket;
        const bool closed = ticket->status == TICKET_SOLVED || ticket->status == TICKET_CLOSED;
        done += closed;
        if (ticket->solved_ms >= ticket->created_ms)
            spans[solved++] = ticket->solved_ms - ticket->created_ms;
        flow_add(&flow, ticket->created_ms, closed ? ticket->created_ms : -1);
    }
    flow_finish(&flow);
    if (solved)
        qsort(spans, solved, sizeof *spans, compare_ms);
    for (size_t i = 0; i < FLOW_AGES; i++)
        (void)json_object_set_new(open, names[i], json_integer(flow.ages[i]));
    ages = json_pack("{s:I, s:I, s:o, s:o, s:I, s:o}", "closed", (json_int_t)done, "timed",
                     (json_int_t)solved, "median_hours",
                     solved ? json_real(hours(spans, solved, 50)) : json_null(), "p90_hours",
                     solved ? json_real(hours(spans, solved, 90)) : json_null(), "open",
                     (json_int_t)(audit->count - done), "open_days", open);
    flow_done(&flow);
    return ages;
}

/* ---- Categories and groups: names with their counts ---- */

struct counted {
    size_t number, count;
};

static int compare_counted(const void *a, const void *b)
{
    const struct counted *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static json_t *categories_json(const struct audit *audit)
{
    _cleanup_(names_freep) struct names *names = names_new();
    _cleanup_free_ struct counted *counts = mem_zero(audit->count, sizeof *counts);
    json_t *rows = json_array();
    size_t number;
    for (size_t i = 0; names && counts && i < audit->count; i++) {
        const char *category = audit->items[i].ticket.category;
        if (!names_add(names, slice_of(str_empty(category) ? "" : category), &number))
            break;
        counts[number].number = number;
        counts[number].count++;
    }
    if (!names || !counts)
        return rows;
    qsort(counts, names_count(names), sizeof *counts, compare_counted);
    for (size_t i = 0; i < names_count(names) && i < CATEGORIES_SHOWN; i++) {
        const char *name = names_text(names, counts[i].number);
        (void)json_array_append_new(
            rows, json_pack("{s:s?, s:I, s:o}", "category", *name ? name : NULL, "tickets",
                            (json_int_t)counts[i].count, "share",
                            share_json((int64_t)counts[i].count, (int64_t)audit->count)));
    }
    return rows;
}

/* ---- Duplicates ---- */

static enum status read_form(struct audit *audit, struct item *item, struct error *err)
{
    _cleanup_buf_ struct buf form = BUF_INIT(LIMIT_BODY_TEXT), text = BUF_INIT(2 * LIMIT_BODY_TEXT);
    const char *lang;
    enum status status;
    buf_printf(&text, "%s\n%s", item->ticket.subject ? item->ticket.subject : "",
               item->ticket.body ? item->ticket.body : "");
    const struct slice words = {buf_str(&text), text.length};
    lang = words_guess_language(audit->words, words, audit->options->default_lang);
    status = words_normal_form(audit->words, words, lang, &form, err);
    if (status)
        return status;
    return duplicates_add(audit->duplicates, buf_str(&form), &item->form) ? STATUS_OK
                                                                          : error_memory(err);
}

static enum status find_duplicates(struct audit *audit, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; !status && i < audit->count; i++)
        status = read_form(audit, &audit->items[i], err);
    if (!status && !duplicates_finish(audit->duplicates))
        status = error_memory(err);
    return status;
}

/* What the groups of like tickets sum up to, and the largest of them. */
struct sums {
    size_t same, near, again;
    struct counted *groups; /* by first form */
    size_t *first_item;     /* by form */
};

static const char *title_of(const struct item *item)
{
    return str_empty(item->ticket.subject) ? item->ticket.body : item->ticket.subject;
}

/* Whether the same person wrote much the same within a week before. */
static bool asked_again(const struct audit *audit, size_t index)
{
    const struct item *item = &audit->items[index];
    const size_t group = duplicates_first(audit->duplicates, item->form);
    for (size_t i = index; item->contact != NONE && i-- > 0;) {
        const struct item *before = &audit->items[i];
        if (item->ticket.created_ms - before->ticket.created_ms > AGAIN_MS)
            return false;
        if (before->contact == item->contact &&
            duplicates_first(audit->duplicates, before->form) == group)
            return true;
    }
    return false;
}

static void sum_groups(const struct audit *audit, struct sums *sums)
{
    for (size_t i = 0; i < duplicates_forms(audit->duplicates); i++)
        sums->first_item[i] = NONE;
    for (size_t i = 0; i < audit->count; i++) {
        const size_t form = audit->items[i].form, first = duplicates_first(audit->duplicates, form);
        const bool seen = sums->first_item[form] != NONE;
        const bool group_seen = sums->groups[first].count > 0;
        sums->same += seen;
        sums->near += !seen && group_seen;
        sums->again += group_seen && asked_again(audit, i);
        sums->groups[first].number = first;
        sums->groups[first].count++;
        if (!seen)
            sums->first_item[form] = i;
    }
}

static json_t *groups_json(const struct audit *audit, struct sums *sums)
{
    json_t *rows = json_array();
    qsort(sums->groups, duplicates_forms(audit->duplicates), sizeof *sums->groups, compare_counted);
    for (size_t i = 0; i < duplicates_forms(audit->duplicates) && i < GROUPS_SHOWN; i++) {
        const struct counted *group = &sums->groups[i];
        if (group->count < TOPIC_LEAST)
            break;
        const char *title = title_of(&audit->items[sums->first_item[group->number]]);
        (void)json_array_append_new(rows, json_pack("{s:s, s:I}", "label", title ? title : "",
                                                    "tickets", (json_int_t)group->count));
    }
    return rows;
}

static json_t *duplicates_json(const struct audit *audit)
{
    const size_t forms = duplicates_forms(audit->duplicates);
    const int64_t all = (int64_t)audit->count;
    struct sums sums = {.groups = mem_zero(forms, sizeof *sums.groups),
                        .first_item = mem_zero(forms, sizeof *sums.first_item)};
    json_t *value = NULL;
    if (sums.groups && sums.first_item) {
        sum_groups(audit, &sums);
        value =
            json_pack("{s:o, s:o, s:o, s:o}", "same", counted_json((int64_t)sums.same, all), "near",
                      counted_json((int64_t)sums.near, all), "same_person",
                      counted_json((int64_t)sums.again, all), "groups", groups_json(audit, &sums));
    }
    mem_free(sums.groups);
    mem_free(sums.first_item);
    return value;
}

/* ---- Topics ---- */

static bool wording(void *arg, const char *text, const char *lang, struct buf *out)
{
    struct audit *audit = arg;
    if (!lang)
        lang = words_guess_language(audit->words, slice_of(text), audit->options->default_lang);
    return words_normal_form(audit->words, slice_of(text), lang, out, NULL) == STATUS_OK;
}

static enum status find_topics(struct audit *audit, int64_t from_ms, int64_t to_ms,
                               struct error *err)
{
    const struct topics_options options = {
        .from_ms = from_ms, .to_ms = to_ms, .wording = wording, .wording_arg = audit};
    audit->topics = topics_new(&options);
    for (size_t i = 0; audit->topics && i < audit->count; i++) {
        const struct ticket *ticket = &audit->items[i].ticket;
        const struct request_words words = {ticket->subject, ticket->body, NULL};
        if (!topics_add_ticket(audit->topics, NULL, &words, ticket->created_ms, NULL))
            return error_memory(err);
    }
    return audit->topics && topics_finish(audit->topics) ? STATUS_OK : error_memory(err);
}

/* How the replayed ones of a topic's tickets fared; the rest is supposed to be like them. */
static void levels_of_topic(const struct audit *audit, size_t index,
                            int64_t levels[REPLAY_LEVELS + 1])
{
    const struct topics_row *row = topics_row(audit->topics, index);
    for (size_t i = 0; i < (size_t)row->tickets; i++)
        levels[audit->items[topics_member(audit->topics, index, i)].level]++;
}

static int64_t replayed_of(const int64_t levels[REPLAY_LEVELS + 1])
{
    return levels[REPLAY_NONE] + levels[REPLAY_LOW] + levels[REPLAY_MEDIUM] + levels[REPLAY_HIGH];
}

static json_t *levels_json(const int64_t levels[REPLAY_LEVELS + 1])
{
    json_t *object = json_pack("{s:I}", "replayed", (json_int_t)replayed_of(levels));
    for (int level = REPLAY_LEVELS - 1; level >= 0; level--)
        (void)json_object_set_new(object, replay_level_name((enum replay_level)level),
                                  counted_json(levels[level], replayed_of(levels)));
    return object;
}

/* Tickets of the topic that no article answers for sure. */
static double unanswered(const struct topics_row *row, const int64_t levels[REPLAY_LEVELS + 1])
{
    const int64_t replayed = replayed_of(levels);
    return replayed
               ? (double)row->tickets * (double)(replayed - levels[REPLAY_HIGH]) / (double)replayed
               : (double)row->tickets;
}

static json_t *topic_json(const struct audit *audit, size_t index)
{
    const struct topics_row *row = topics_row(audit->topics, index);
    int64_t levels[REPLAY_LEVELS + 1] = {0};
    levels_of_topic(audit, index, levels);
    return json_pack("{s:s, s:s, s:I, s:o, s:I, s:I, s:b, s:o, s:o, s:o}", "topic", row->id,
                     "label", row->label, "tickets", (json_int_t)row->tickets, "share",
                     report_estimate_json(row->share), "last_week", (json_int_t)row->last_week,
                     "week_before", (json_int_t)row->week_before, "spike", row->spike, "words",
                     report_texts_json(row->words, TOPICS_WORDS), "phrases",
                     report_texts_json(row->phrases, TOPICS_PHRASES), "found", levels_json(levels));
}

static json_t *topics_json(const struct audit *audit)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < topics_count(audit->topics) && i < TOPICS_KEPT; i++)
        if (topics_row(audit->topics, i)->tickets >= TOPIC_LEAST)
            (void)json_array_append_new(rows, topic_json(audit, i));
    return rows;
}

/* ---- What to write first ---- */

struct candidate {
    size_t topic;
    double unanswered;
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->unanswered != y->unanswered)
        return x->unanswered > y->unanswered ? -1 : 1;
    return (x->topic > y->topic) - (x->topic < y->topic);
}

static json_t *write_row(const struct audit *audit, struct index_reader *reader,
                         const struct candidate *candidate)
{
    const struct topics_row *row = topics_row(audit->topics, candidate->topic);
    enum replay_level level = REPLAY_NONE;
    _cleanup_free_ char *title = NULL;
    struct error err;
    if (reader &&
        replay_ticket(audit->options, reader, row->label, NULL, &level, &title, &err) != STATUS_OK)
        level = REPLAY_NONE;
    int64_t levels[REPLAY_LEVELS + 1] = {0};
    levels_of_topic(audit, candidate->topic, levels);
    const bool near =
        title && (level >= REPLAY_MEDIUM ||
                  2 * (levels[REPLAY_MEDIUM] + levels[REPLAY_HIGH]) >= replayed_of(levels));
    return json_pack("{s:s, s:s, s:I, s:I, s:s, s:s?, s:o, s:o}", "topic", row->id, "label",
                     row->label, "tickets", (json_int_t)row->tickets, "unanswered",
                     (json_int_t)(candidate->unanswered + 0.5), "do", near ? "improve" : "write",
                     "nearest_title", near ? title : NULL, "words",
                     report_texts_json(row->words, TOPICS_WORDS), "phrases",
                     report_texts_json(row->phrases, TOPICS_PHRASES));
}

static json_t *write_json(const struct audit *audit, struct index_reader *reader)
{
    const size_t count = topics_count(audit->topics);
    _cleanup_free_ struct candidate *candidates = mem_zero(count, sizeof *candidates);
    json_t *rows = json_array();
    for (size_t i = 0; candidates && i < count; i++) {
        int64_t levels[REPLAY_LEVELS + 1] = {0};
        levels_of_topic(audit, i, levels);
        candidates[i] = (struct candidate){i, unanswered(topics_row(audit->topics, i), levels)};
    }
    if (candidates && count)
        qsort(candidates, count, sizeof *candidates, compare_candidates);
    for (size_t i = 0; candidates && i < count && i < WRITE_SHOWN; i++) {
        if (candidates[i].unanswered < TOPIC_LEAST - 0.5)
            break;
        (void)json_array_append_new(rows, write_row(audit, reader, &candidates[i]));
    }
    return rows;
}

/* ---- Replay ---- */

static enum status replay(struct audit *audit, struct index_reader *reader,
                          int64_t levels[REPLAY_LEVELS + 1], struct error *err)
{
    const size_t wanted = audit->count < REPLAYS_MOST ? audit->count : REPLAYS_MOST;
    enum status status = STATUS_OK;
    for (size_t n = 0; !status && n < wanted; n++) {
        struct item *item = &audit->items[n * audit->count / wanted];
        status = replay_ticket(audit->options, reader, item->ticket.subject, item->ticket.body,
                               &item->level, NULL, err);
        levels[item->level] += !status;
        if (audit->options->progress && n % 100 == 0)
            audit->options->progress("replayed", n);
    }
    return status;
}

/* Without a folder of articles there is nothing to replay: the rest of the page stands. */
static enum status open_articles(struct audit *audit, struct scratch *scratch, struct error *err)
{
    const struct folder_options options = {.root = audit->options->articles,
                                           .default_lang = audit->options->default_lang,
                                           .languages = audit->options->languages};
    if (!file_exists(options.root))
        return STATUS_OK;
    enum status status = scratch_index(&options, NULL, NULL, scratch, err);
    audit->articles = scratch->articles;
    return status;
}

/* ---- The whole ---- */

static json_t *head_json(const struct audit *audit, int64_t from_ms, int64_t to_ms)
{
    char made[CLOCK_TEXT_SIZE];
    const double weeks = (double)(to_ms - from_ms) / (7.0 * MS_PER_DAY);
    clock_format(clock_now_ms(), made);
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:I, s:f, s:I, s:I, s:O, s:O}", "report", "audit",
                     "file", audit->options->file, "made", made, "from", report_day_json(from_ms),
                     "to", report_day_json(to_ms), "tickets", (json_int_t)audit->count, "per_week",
                     (double)audit->count / weeks, "left_out", (json_int_t)audit->left_out,
                     "rejected", (json_int_t)audit->rejected, "rejects", audit->rejects, "columns",
                     audit->columns);
}

static void set(json_t *report, const char *key, json_t *value)
{
    (void)json_object_set_new(report, key, value);
}

static enum status make(struct audit *audit, struct scratch *scratch, json_t **ret,
                        struct error *err)
{
    const int64_t from_ms = clock_day_start(audit->items[0].ticket.created_ms);
    const int64_t to_ms =
        clock_day_start(audit->items[audit->count - 1].ticket.created_ms) + MS_PER_DAY;
    int64_t levels[REPLAY_LEVELS + 1] = {0};
    enum status status = open_articles(audit, scratch, err);
    if (!status)
        status = find_duplicates(audit, err);
    if (!status)
        status = find_topics(audit, from_ms, to_ms, err);
    if (!status && scratch->reader)
        status = replay(audit, scratch->reader, levels, err);
    if (status)
        return status;
    *ret = head_json(audit, from_ms, to_ms);
    set(*ret, "articles", json_integer((json_int_t)audit->articles));
    set(*ret, "found", scratch->reader ? levels_json(levels) : json_null());
    set(*ret, "duplicates", duplicates_json(audit));
    set(*ret, "categories", categories_json(audit));
    set(*ret, "ages", ages_json(audit, from_ms, to_ms));
    set(*ret, "topics", topics_json(audit));
    set(*ret, "write", write_json(audit, scratch->reader));
    return *ret ? STATUS_OK : error_memory(err);
}

enum status audit_report(struct audit *audit, json_t **ret, struct error *err)
{
    struct scratch scratch = {.folder = NULL};
    if (audit->count == 0) {
        enum status status =
            error_set(err, STATUS_UNPROCESSABLE, "%s holds no ticket to look at (%zu rejected)",
                      audit->options->file, audit->rejected);
        error_hint(err, "name its columns with --map COLUMN=FIELD");
        return status;
    }
    qsort(audit->items, audit->count, sizeof *audit->items, compare_created);
    const enum status status = make(audit, &scratch, ret, err);
    scratch_done(&scratch);
    return status;
}
