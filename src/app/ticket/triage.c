/* triage.c: urgency, complexity and age as points; category by the vote of similar tickets. */
#include "app/ticket/triage.h"

#include "base/clock.h"
#include "base/str.h"
#include "text/words.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

/* Likeness from which a ticket is probably the same request, of anybody and of the same person. */
static const double SAME_SCORE = 0.85, SAME_CONTACT_SCORE = 0.6;
/* Less than this of the votes is no advice. */
static const double CATEGORY_SHARE = 0.5;

enum { LONG_TEXT = 1500, MANY_QUESTIONS = 3, NAME_SIZE = 64, RULE = '@' /* "@long" is no word of a text */ };

/* Words of urgency, folded, and what they count; and tags by which desks name a customer's tier. */
static const struct {
    const char *word;
    int points;
} urgent_words[] = {
    {"urgent", 3},     {"asap", 3},       {"emergency", 3}, {"outage", 3},    {"data loss", 4},
    {"security", 3},   {"hacked", 4},     {"locked out", 2}, {"cannot log in", 2},
    {"production", 2}, {"deadline", 2},   {"refund", 1},    {"dringend", 3},  {"eilt", 3},
    {"notfall", 3},    {"ausfall", 3},    {"urgente", 3},   {"emergencia", 3},
    {"urgence", 3},    {"panne", 2},      {"spoed", 3},     {"vip", 3},       {"enterprise", 2},
    {"premium", 1},
};

struct points {
    json_t *list;
    int total;
};

/* RULE names the reason for programs and other languages; WORD: the word it is about, or NULL. */
static void add(struct points *points, int count, const char *rule, const char *word, const char *reason)
{
    if (count == 0)
        return;
    points->total += count;
    (void)json_array_append_new(points->list,
                                json_pack("{s:i, s:s, s:s*, s:s}", "points", count, "rule", rule, "word", word,
                                          "reason", reason));
}

/* True where WORD stands in TEXT (both folded) as whole words. */
static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *p = strstr(text, word); p; p = strstr(p + 1, word)) {
        bool before = p > text && (isalnum((unsigned char)p[-1]) || (p[-1] & 0x80));
        bool after = isalnum((unsigned char)p[length]) || (p[length] & 0x80);
        if (!before && !after && length > 0)
            return true;
    }
    return false;
}

/* The operator's entry for WORD; false: there is none. */
static bool configured(char *const *points, const char *word, int *ret)
{
    for (; points && *points; points++) {
        const char *equals = strrchr(*points, '=');
        int64_t count;
        if (equals && slice_equal((struct slice){*points, (size_t)(equals - *points)},
                                  slice_of(word)) &&
            str_to_int64(slice_of(equals + 1), &count) && count >= -100 && count <= 100) {
            *ret = (int)count;
            return true;
        }
    }
    return false;
}

/* What points are for: words of the customer, or tags by which a desk names a customer's tier, say. */
static const struct wording {
    const char *rule, *reason;
} customers = {"word", "the customer writes"}, tags_of_desk = {"tag", "tag"};

static void add_word(struct points *points, const char *text, const char *word, const struct wording *what,
                     int count)
{
    char reason[2 * NAME_SIZE];
    if (*word == RULE || !has_word(text, word))
        return;
    (void)snprintf(reason, sizeof reason, "%s “%s”", what->reason, word);
    add(points, count, what->rule, word, reason);
}

static void count_words(struct points *points, const char *text, const struct wording *what, char *const *own)
{
    for (size_t i = 0; i < ARRAY_LENGTH(urgent_words); i++) {
        int count;
        if (!configured(own, urgent_words[i].word, &count))
            add_word(points, text, urgent_words[i].word, what, urgent_words[i].points);
    }
    for (char *const *entry = own; entry && *entry; entry++) {
        char word[NAME_SIZE];
        const char *equals = strrchr(*entry, '=');
        int count;
        if (!equals || (size_t)(equals - *entry) >= sizeof word)
            continue;
        (void)snprintf(word, sizeof word, "%.*s", (int)(equals - *entry), *entry);
        if (configured(own, word, &count))
            add_word(points, text, word, what, count);
    }
}

/* Adds what the rule NAME ("@long") counts: the operator's points, else COUNT. */
static void add_rule(struct points *points, char *const *own, const char *name, int count, const char *reason)
{
    (void)configured(own, name, &count);
    add(points, count, name + 1, NULL, reason);
}

static void count_complexity(struct points *points, const struct ticket *ticket, char *const *own)
{
    struct slice body = slice_of(ticket->body);
    size_t questions = 0;
    for (size_t i = 0; i < body.length; i++)
        questions += body.ptr[i] == '?';
    if (questions >= MANY_QUESTIONS)
        add_rule(points, own, "@questions", 1, "several questions at once");
    if (utf8_count(body) > LONG_TEXT)
        add_rule(points, own, "@long", 1, "a long description");
}

/* +1 after 48 hours, +2 after 5 days without a solution, where the operator says nothing else. */
static void count_age(struct points *points, const struct ticket *ticket, char *const *own, int64_t now_ms)
{
    int64_t age_ms = now_ms - ticket->created_ms;
    if (ticket->status != TICKET_OPEN && ticket->status != TICKET_PENDING)
        return;
    if (age_ms >= 5 * MS_PER_DAY)
        add_rule(points, own, "@5d", 2, "open for over 5 days");
    else if (age_ms >= 48 * MS_PER_HOUR)
        add_rule(points, own, "@48h", 1, "open for over 48 hours");
}

static json_t *priority(const struct ticket *ticket, char *const *own, int64_t now_ms)
{
    struct points points = {json_array(), 0};
    _cleanup_buf_ struct buf folded = BUF_INIT(1 << 20), tags = BUF_INIT(1 << 20);
    words_fold(slice_of(ticket->subject), &folded);
    buf_add_char(&folded, '\n');
    words_fold(slice_of(ticket->body), &folded);
    for (char *const *tag = ticket->tags; tag && *tag; tag++) {
        words_fold(slice_of(*tag), &tags);
        buf_add_char(&tags, '\n');
    }
    count_words(&points, buf_str(&folded), &customers, own);
    count_words(&points, buf_str(&tags), &tags_of_desk, own);
    count_complexity(&points, ticket, own);
    count_age(&points, ticket, own, now_ms);
    return json_pack("{s:i, s:o}", "score", points.total, "points", points.list);
}

/* The category that most of the likeness speaks for. */
static json_t *category(const struct triage_case *cases, size_t count)
{
    double all = 0, best = 0;
    const char *name = NULL;
    for (size_t i = 0; i < count; i++) {
        double votes = 0;
        if (!cases[i].category)
            continue;
        all += cases[i].score;
        for (size_t j = 0; j < count; j++)
            if (str_equal(cases[j].category, cases[i].category))
                votes += cases[j].score;
        if (votes > best) {
            best = votes;
            name = cases[i].category;
        }
    }
    if (!name || best < CATEGORY_SHARE * all)
        return json_null();
    return json_pack("{s:s, s:f}", "value", name, "confidence", round(best / all * 100) / 100);
}

/* The same words long ago were another request; by somebody else they are one only within days, as in an outage. */
static bool is_duplicate(const struct ticket *ticket, const struct triage_case *other)
{
    int64_t apart_ms = other->created_ms > ticket->created_ms ? other->created_ms - ticket->created_ms
                                                              : ticket->created_ms - other->created_ms;
    return other->same_contact ? other->score >= SAME_CONTACT_SCORE && apart_ms <= 30 * MS_PER_DAY
                               : other->score >= SAME_SCORE && apart_ms <= 7 * MS_PER_DAY;
}

static json_t *duplicates(const struct ticket *ticket, const struct triage_case *cases, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        if (is_duplicate(ticket, &cases[i]))
            (void)json_array_append_new(
                list, json_pack("{s:s, s:s*, s:f}", "ticket", cases[i].id, "subject",
                                cases[i].subject, "score", round(cases[i].score * 100) / 100));
    return list;
}

json_t *triage_advise(const struct ticket *ticket, const struct triage_case *cases, size_t count,
                      char *const *points, int64_t now_ms)
{
    return json_pack("{s:o, s:o, s:o}", "priority", priority(ticket, points, now_ms), "category",
                     category(cases, count), "duplicates", duplicates(ticket, cases, count));
}
