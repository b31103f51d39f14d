/* test_agents.c: the pure parts behind the desk: similar tickets, drafts, triage. */
#include "unit.h"

#include "app/agent/draft.h"
#include "app/agent/draft_parts.h"
#include "app/ticket/similar.h"
#include "app/ticket/triage.h"
#include "base/clock.h"
#include "base/str.h"

static void put(struct similar *similar, const char *id, const char *text)
{
    assert_int_equal(similar_put(similar, id, slice_of(text), slice_of(NULL), NULL), STATUS_OK);
}

static void test_similar__rare_words_count_more_and_the_ticket_itself_is_left_out(void **state)
{
    struct similar *similar = NULL;
    struct similar_hit hits[3];
    size_t count;
    (void)state;
    assert_int_equal(similar_new("en", &similar, NULL), STATUS_OK);
    put(similar, "a", "my printer shows error moonbeam");
    put(similar, "b", "my printer is slow");
    put(similar, "c", "my printer makes noise");
    put(similar, "d", "my invoice is wrong");
    assert_int_equal(similar_find(similar, slice_of("printer moonbeam errors"), slice_of(NULL), "x",
                                  0.1, 3, hits, &count, NULL),
                     STATUS_OK);
    assert_true(count >= 1);
    assert_string_equal(hits[0].id, "a");
    for (size_t i = 1; i < count; i++)
        assert_true(hits[i].score < hits[0].score);
    similar_hits_done(hits, count);
    similar_remove(similar, "a");
    assert_int_equal(similar_find(similar, slice_of("my invoice is wrong"), slice_of(NULL), "d", 0.5,
                                  3, hits, &count, NULL),
                     STATUS_OK);
    assert_int_equal(count, 0);
    (void)similar_free(similar);
}

static void test_similar__an_update_replaces_the_words(void **state)
{
    struct similar *similar = NULL;
    struct similar_hit hits[2];
    size_t count;
    (void)state;
    assert_int_equal(similar_new("en", &similar, NULL), STATUS_OK);
    put(similar, "a", "alpha");
    put(similar, "b", "gamma");
    put(similar, "a", "beta");
    assert_int_equal(similar_find(similar, slice_of("alpha"), slice_of(NULL), NULL, 0.1, 2, hits,
                                  &count, NULL),
                     STATUS_OK);
    assert_int_equal(count, 0);
    (void)similar_free(similar);
}

static void test_draft__a_list_once_begun_is_kept_whole(void **state)
{
    _cleanup_buf_ struct buf out = BUF_INIT(1000);
    (void)state;
    draft_passage("Do this:\n1. One thing that is long.\n2. Two things.\n3. Three.\nAnd more words "
                  "that do not fit any longer.\n",
                  "", 40, false, &out);
    assert_string_equal(buf_str(&out), "Do this:\n\n1. One thing that is long.\n2. Two things.\n3. "
                                       "Three.");
}

static void test_draft__leaves_out_the_rows_of_tables_but_keeps_code_whole(void **state)
{
    static const char markdown[] = "| key | meaning |\n| window | idle time |\n\nSet it in the file.\nRun this:\n\n"
                                   "```\nfor f; do\n  check (f)\ndone\n```\n\n| yes | no |\n\nThen look.\n";
    static const char section[] = "key meaning\nwindow idle time\nSet it in the file.\nRun this:\n"
                                  "for f; do\n  check (f)\ndone\nyes no\nThen look.\nkey meaning\n";
    _cleanup_buf_ struct buf out = BUF_INIT(1000), html = BUF_INIT(1000);
    (void)state;
    draft_passage(section, markdown, 400, false, &out);
    assert_string_equal(buf_str(&out), "Set it in the file.\n\nRun this:\n\nfor f; do\n  check "
                                       "(f)\ndone\n\nThen look.");
    draft_html(buf_str(&out), &html);
    assert_string_equal(buf_str(&html), "<p>Set it in the file.</p><p>Run this:</p><p>for f; do<br>&nbsp;&nbsp;"
                                        "check (f)<br>done</p><p>Then look.</p>");
    buf_truncate(&out, 0);
    draft_passage("Run this:\nfirst\nsecond\n", "first\nsecond", 16, false, &out);
    assert_string_equal(buf_str(&out), "Run this:\n\nfirst\nsecond");
    buf_truncate(&out, 0);
    draft_passage("listen 443;\nserver a;\n", "listen 443;\nserver a;", 400, true, &out);
    assert_string_equal(buf_str(&out), "listen 443;\nserver a;");
}

/* An article with a lead and two sections, as far as drafts look at it. */
static void answer(const char *anchor, const char *question, const char *expected)
{
    struct article_section sections[] = {
        {"", "", 0, "An export holds everything.\n"},
        {"2. By the API", "2-by-the-api", 2, "curl /export\n"},
        {"Images", "images", 2, "They are not exported, and must be fetched.\n"},
    };
    const struct article article = {.title = "Export your data by API",
                                    .summary = "Take it with you.",
                                    .lang = "en",
                                    .markdown = "curl /export",
                                    .sections = sections,
                                    .section_count = ARRAY_LENGTH(sections)};
    _cleanup_buf_ struct buf out = BUF_INIT(1000);
    bool quoted = false;
    assert_int_equal(draft_answer(&article, anchor, slice_of(question), &out, &quoted, NULL), STATUS_OK);
    assert_true(quoted == (strchr(expected, ':') != NULL));
    assert_string_equal(buf_str(&out), expected);
}

static void test_draft__quotes_a_section_only_where_it_adds_to_the_answer(void **state)
{
    (void)state;
    answer("2-by-the-api", "How do I export by API?",
           "Take it with you.\n\nBy the API:\n\ncurl /export");
    answer("images", "How do I export my data?", "An export holds everything.");
    answer("images", "How are they fetched?",
           "An export holds everything.\n\nImages:\n\nThey are not exported, and must be fetched.");
    answer("2-by-the-api", "Is there an API?", "Take it with you.\n\nBy the API:\n\ncurl /export");
    answer("", "How do I export my data?", "An export holds everything.");
    answer("gone", "How do I export my data?", "An export holds everything.");
}

static void test_draft__becomes_html_with_lists_and_links(void **state)
{
    _cleanup_buf_ struct buf out = BUF_INIT(1000);
    (void)state;
    draft_html("Hi <you>,\n\n1. a\n2. b\n\nSee http://h/x?a&b or http\n", &out);
    assert_string_equal(buf_str(&out),
                        "<p>Hi &lt;you&gt;,</p><ol><li>a</li><li>b</li></ol><p>See <a "
                        "href=\"http://h/x?a&amp;b\">http://h/x?a&amp;b</a> or http</p>");
}

static void test_draft__other_numbers_of_the_same_thing_disagree(void **state)
{
    (void)state;
    assert_true(draft_disagree("Refunds take 14 days.", "You wait 30 days for a refund."));
    assert_false(draft_disagree("Refunds take 14 days.", "After 14 days, or 30 days abroad."));
    assert_false(draft_disagree("Refunds take 14 days.", "Costs 30 euros."));
    assert_false(draft_disagree("Version 2.1 is out", "No numbers here"));
    assert_true(draft_disagree("at most 5 %", "up to 10 %"));
}

static void test_triage__explains_each_point(void **state)
{
    char own_entry[] = "aurora=5", off_entry[] = "urgent=0";
    char *own[] = {own_entry, off_entry, NULL};
    char subject[] = "URGENT: aurora is down", body[] = "Urgently needed";
    const struct ticket ticket = {.subject = subject, .body = body, .created_ms = 0};
    json_t *advice = triage_advise(&ticket, NULL, 0, NULL, 6 * MS_PER_DAY);
    json_t *priority = json_object_get(advice, "priority");
    (void)state;
    assert_int_equal(json_integer_value(json_object_get(priority, "score")), 3 + 2);
    assert_int_equal(json_array_size(json_object_get(priority, "points")), 2);
    json_decref(advice);
    advice = triage_advise(&ticket, NULL, 0, own, MS_PER_HOUR);
    priority = json_object_get(advice, "priority");
    assert_int_equal(json_integer_value(json_object_get(priority, "score")), 5);
    json_decref(advice);
}

static void test_triage__category_by_the_vote_of_similar_ones(void **state)
{
    const struct triage_case cases[] = {{"1", "a", "Export", 0.9, false, 0},
                                        {"2", "b", "Billing", 0.5, false, 0},
                                        {"3", "c", "Export", 0.4, false, 0},
                                        {"4", "d", NULL, 0.7, true, 0}};
    const struct ticket ticket = {.created_ms = 0};
    json_t *advice = triage_advise(&ticket, cases, ARRAY_LENGTH(cases), NULL, 0);
    json_t *category = json_object_get(advice, "category");
    json_t *twins = json_object_get(advice, "duplicates");
    (void)state;
    assert_string_equal(json_string_value(json_object_get(category, "value")), "Export");
    assert_true(json_number_value(json_object_get(category, "confidence")) > 0.7);
    assert_int_equal(json_array_size(twins), 2);
    json_decref(advice);
    advice = triage_advise(&(struct ticket){.created_ms = 8 * MS_PER_DAY}, cases, ARRAY_LENGTH(cases), NULL, 0);
    twins = json_object_get(advice, "duplicates");
    assert_int_equal(json_array_size(twins), 1); /* the same person's */
    json_decref(advice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_similar__rare_words_count_more_and_the_ticket_itself_is_left_out),
        cmocka_unit_test(test_similar__an_update_replaces_the_words),
        cmocka_unit_test(test_draft__a_list_once_begun_is_kept_whole),
        cmocka_unit_test(test_draft__leaves_out_the_rows_of_tables_but_keeps_code_whole),
        cmocka_unit_test(test_draft__quotes_a_section_only_where_it_adds_to_the_answer),
        cmocka_unit_test(test_draft__becomes_html_with_lists_and_links),
        cmocka_unit_test(test_draft__other_numbers_of_the_same_thing_disagree),
        cmocka_unit_test(test_triage__explains_each_point),
        cmocka_unit_test(test_triage__category_by_the_vote_of_similar_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
