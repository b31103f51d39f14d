/* fuzz_question.c: any bytes as a question: words, normal form, language, weighed question, a ticket's features. The
 * first byte chooses the language and whether it is still being typed; a line break parts subject and body.
 *
 * What must hold: words lie within the text and in order, keys are in their range, weights are finite, the normal form
 * of UTF-8 is UTF-8. */
#include "base/str.h"
#include "index/question.h"
#include "index/ticket.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const languages[] = {"en", "de", "fr", "pt", "ja", "zh", "ru", "xx"};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static uint32_t frequency_of(void *arg, uint32_t key)
{
    (void)arg;
    return key % 1000;
}

static void check_words(struct words *words, struct slice text, const char *lang)
{
    _cleanup_word_list_ struct word_list list = {0};
    uint32_t start = 0;
    require(words_split(words, text, lang, LIMIT_QUERY_WORDS, &list, NULL) == STATUS_OK);
    require(list.count <= LIMIT_QUERY_WORDS);
    for (size_t i = 0; i < list.count; i++) {
        const struct word *word = &list.items[i];
        require(word->start >= start && word->start <= word->end && word->end <= text.length);
        require(word->key_count >= 1 && word->key_count <= WORD_KEYS);
        for (size_t k = 0; k < word->key_count; k++)
            require(word->keys[k] < WORD_KEY_MAX);
        require(utf8_valid(word->surface) || !utf8_valid(text));
        start = word->start;
    }
}

static void check_normal_form(struct words *words, struct slice text, const char *lang)
{
    _cleanup_buf_ struct buf form = BUF_INIT(16 * LIMIT_QUERY);
    require(*words_guess_language(words, text, "en"));
    if (words_normal_form(words, text, lang, &form, NULL) == STATUS_OK && utf8_valid(text))
        require(utf8_valid(slice_of(buf_str(&form))));
}

static void check_question(struct words *words, const struct index_query *query)
{
    const struct question_context context = {
        .words = words, .frequency = frequency_of, .articles = 1000};
    struct question question;
    require(question_read(&context, query, &question, NULL) == STATUS_OK);
    require(question.count <= QUESTION_WORDS && question.sequence_length <= QUESTION_SEQUENCE);
    require(isfinite(question.total_weight));
    for (size_t i = 0; i < question.count; i++)
        require(isfinite(question.words[i].weight) && question.words[i].weight >= 0);
    question_done(&question);
}

static void check_features(struct words *words, struct slice text, const char *lang)
{
    struct ticket ticket;
    require(ticket_from_text(words, text, lang, &ticket, NULL) == STATUS_OK);
    require(ticket.count <= TICKET_FEATURES);
    for (size_t i = 1; i < ticket.count; i++)
        require(ticket.features[i - 1] < ticket.features[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct words *words;
    struct slice text = {(const char *)data + 1, size - 1};
    struct index_query query = {.default_lang = "en", .limit = LIMIT_RESULTS};
    if (size < 2 || size > LIMIT_QUERY)
        return 0;
    require(words || words_new(&words, NULL) == STATUS_OK);
    const char *lang = languages[data[0] % ARRAY_LENGTH(languages)];
    check_words(words, text, lang);
    check_normal_form(words, text, lang);
    check_features(words, text, lang);
    query.body = text;
    query.lang = data[0] & 64 ? lang : NULL;
    query.as_typed = data[0] & 128;
    (void)slice_split(&query.body, '\n', &query.subject);
    check_question(words, &query);
    return 0;
}
