/* test_article_parse.c: a Markdown file in, an article out: front matter, ids, sections. */
#include "unit.h"

#include "article/parse.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"

#include <stdio.h>

static struct article *article;
static struct article_problems problems;
static struct error err;

static enum status parse_bytes(const char *path, struct slice bytes)
{
    const struct article_context context = {.path = path, .default_lang = "en"};
    article = article_free(article);
    article_problems_done(&problems);
    return article_parse(bytes, &context, &article, &problems, &err);
}

static const struct article *parse(const char *path, const char *text)
{
    assert_int_equal(parse_bytes(path, slice_of(text)), STATUS_OK);
    return article;
}

static enum status refused(const char *text)
{
    enum status status = parse_bytes("a.md", slice_of(text));
    assert_int_not_equal(status, STATUS_OK);
    assert_true(problems.count > 0);
    assert_true(problems.items[problems.count - 1].is_error);
    return status;
}

/* A list as one text: "a|b". */
static const char *joined(char *const *list)
{
    static char text[2048];
    text[0] = '\0';
    for (size_t i = 0; list && list[i]; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? "|" : "",
                       list[i]);
    return text;
}

/* The sections as one text: "heading#anchor:text|…" with line ends as '/'. */
static const char *outlined(void)
{
    static char text[4096];
    text[0] = '\0';
    for (size_t i = 0; i < article->section_count; i++) {
        const struct article_section *section = &article->sections[i];
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s#%s:%s", i ? "|" : "",
                       section->heading, section->anchor, section->text);
    }
    for (char *end = text; (end = strchr(end, '\n'));)
        *end = '/';
    return text;
}

static int64_t day(const char *text)
{
    int64_t time_ms = 0;
    assert_true(clock_parse_loose(slice_of(text), &time_ms));
    return time_ms;
}

static int tear_down(void **state)
{
    (void)state;
    article = article_free(article);
    article_problems_done(&problems);
    return 0;
}

/* ---- Front matter ---- */

static void test_front_matter__reads_every_key(void **state)
{
    (void)state;
    parse("guide/a.md",
          "---\n"
          "title: Reset your password\nid: Reset Password\nupdated: 2026-11-02\n"
          "summary: How to get in again.\nlang: pt_br\naudience: agents\nstatus: draft\n"
          "category: Account\ntags: [login, sign in]\norder: 2.5\n"
          "questions:\n  - I forgot my password\n  - cannot log in\n"
          "tests: [forgot password]\ncontact: expected\nowner: ann@example.com\n"
          "reviewed: 2026-10-01\nreview_every: 90d\nredirect_from: /old\n"
          "url: https://example.com/x\ntranslation_of: en/reset\n"
          "---\nText.\n");
    assert_string_equal(article->title, "Reset your password");
    assert_true(article->title_given);
    assert_string_equal(article->id, "reset-password");
    assert_true(article->id_explicit);
    assert_true(article->updated_ms == day("2026-11-02"));
    assert_string_equal(article->summary, "How to get in again.");
    assert_string_equal(article->lang, "pt-BR");
    assert_int_equal(article->audience, ARTICLE_AGENTS);
    assert_int_equal(article->status, ARTICLE_DRAFT);
    assert_string_equal(article->category, "Account");
    assert_string_equal(joined(article->tags), "login|sign in");
    assert_true(article->has_order && article->order == 2.5);
    assert_string_equal(joined(article->questions), "I forgot my password|cannot log in");
    assert_string_equal(joined(article->tests), "forgot password");
    assert_true(article->contact_expected);
    assert_string_equal(article->owner, "ann@example.com");
    assert_true(article->reviewed_ms == day("2026-10-01"));
    assert_true(article->review_every_ms == 90 * MS_PER_DAY);
    assert_string_equal(joined(article->redirects), "/old");
    assert_string_equal(article->url, "https://example.com/x");
    assert_string_equal(article->translation_of, "en/reset");
    assert_int_equal(problems.count, 0);
}

static void test_front_matter__is_not_needed(void **state)
{
    (void)state;
    parse("getting-started/first_steps.md", "First paragraph\nof two lines.\n\nSecond.\n");
    assert_string_equal(article->title, "First steps");
    assert_false(article->title_given);
    assert_string_equal(article->id, "getting-started/first-steps");
    assert_false(article->id_explicit);
    assert_string_equal(article->summary, "First paragraph of two lines.");
    assert_string_equal(article->category, "Getting started");
    assert_string_equal(article->lang, "en");
    assert_int_equal(article->audience, ARTICLE_PUBLIC);
    assert_true(article_is_public(article));
    assert_true(article->updated_ms == -1 && article->reviewed_ms == -1 &&
                article->review_every_ms == -1);
    assert_null(article->tags);
    assert_int_equal(article->body_line, 1);
    parse("empty.md", "");
    assert_string_equal(article->title, "Empty");
    assert_int_equal(article->section_count, 0);
    parse("a.md", "---\n---\n");
    assert_string_equal(article->summary, "");
}

static void test_front_matter__takes_aliases_of_other_tools(void **state)
{
    (void)state;
    parse("a.md",
          "---\nshortTitle: Short\nsidebar_label: Label\nintro: Intro.\nlastmod: "
          "2026-01-02T03:04:05Z\n"
          "keywords: a, b ,\ntopics: [b, c]\nsidebar_position: 3\naliases: [/x/, relative]\n"
          "permalink: /perm/a.html\nslug: other\ncanonical_url: https://e.org/\n---\n# Heading\n");
    assert_string_equal(article->title,
                        "Label"); /* in the order of the contract, before the heading */
    assert_string_equal(article->summary, "Intro.");
    assert_true(article->updated_ms == day("2026-01-02T03:04:05Z"));
    assert_string_equal(joined(article->tags), "a|b|c");
    assert_true(article->has_order && article->order == 3);
    assert_string_equal(joined(article->redirects), "/x|/perm/a.html|/other");
    assert_string_equal(article->url, "https://e.org/");
    parse("a.md", "---\nlast_update: {date: 2026-02-03, author: x}\ndraft: true\n---\n");
    assert_true(article->updated_ms == day("2026-02-03"));
    assert_int_equal(article->status, ARTICLE_DRAFT);
    parse("a.md", "---\ntags:\n  - label: Getting started\n    permalink: /g\n  - plain\n---\n");
    assert_string_equal(joined(article->tags), "Getting started|plain");
}

static void test_front_matter__tolerates_foreign_keys(void **state)
{
    (void)state;
    parse("a.md", "---\r\n"
                  "versions: {fpt: '*', ghes: ['>=3', 2]}\r\n"
                  "hero:\r\n  actions:\r\n    - text: Go\r\n      link: /x\r\n"
                  "base: &base {a: 1}\r\nother:\r\n  <<: *base\r\n"
                  "title: {{ replace .Name \"-\" \" \" | title }}\r\n"
                  "intro: {% data variables.x %} for 'teams'\r\n"
                  "items:\r\n  - {% x %}\r\n"
                  "null_key: ~\r\n? [complex, key]\r\n: value\r\n"
                  "---\r\n# Real\r\n");
    assert_string_equal(article->title, "{{ replace .Name \"-\" \" \" | title }}");
    assert_string_equal(article->summary, "for 'teams'");
    assert_int_equal(article->body_line, 18);
    assert_int_equal(problems.count, 0);
}

static void test_front_matter__shares_values_by_anchors(void **state)
{
    (void)state;
    parse("a.md", "---\nx: &t [one, two]\ntags: *t\ny: &n Name\ntitle: *n\n---\n");
    assert_string_equal(joined(article->tags), "one|two");
    assert_string_equal(article->title, "Name");
}

static void test_front_matter__reads_simple_toml(void **state)
{
    (void)state;
    parse(
        "a.md",
        "+++\ntitle = \"TOML title\"\nweight = 10\ntags = [\"a\", 'b']\ndraft = true\n"
        "odd = {x = 1}\nlong = \"\"\"\nx: [\n\"\"\"\n[params]\ntitle = \"not this\"\n+++\nText\n");
    assert_string_equal(article->title, "TOML title");
    assert_true(article->has_order && article->order == 10);
    assert_string_equal(joined(article->tags), "a|b");
    assert_int_equal(article->status, ARTICLE_DRAFT);
    assert_string_equal(outlined(), "#:Text/");
}

static void test_front_matter__may_be_none_after_all(void **state)
{
    (void)state;
    parse("a.md", "---\nJust a paragraph.\n\n---\nAnother.\n");
    assert_string_equal(outlined(), "#:Just a paragraph./Another./");
    parse("a.md", "---\ntitle: never closed\n");
    assert_false(article->title_given);
    parse("a.md", "\xEF\xBB\xBF---\ntitle: With BOM\n---\nText");
    assert_string_equal(article->title, "With BOM");
}

static void test_front_matter__names_the_line_of_an_error(void **state)
{
    (void)state;
    assert_int_equal(refused("---\ntitle: a\nsummary: b: c\n---\n"), STATUS_INVALID);
    assert_int_equal(problems.items[0].line, 3);
    assert_non_null(strstr(err.message, "line 3: "));
    assert_true(err.hint[0] != '\0');
    assert_int_equal(refused("---\nok: 1\nbad: *nowhere\n---\n"), STATUS_INVALID);
    assert_int_equal(problems.items[0].line, 3);
    assert_int_equal(refused("---\nok: 1\n\tx: 1\n---\n"), STATUS_INVALID);
    assert_int_equal(problems.items[0].line, 3);
    assert_int_equal(refused("---\na: \"\x01\"\n---\n"), STATUS_INVALID);
    assert_int_equal(problems.items[0].line, 2);
}

static void test_front_matter__warns_of_unknown_values(void **state)
{
    (void)state;
    parse("a.md",
          "---\naudience: partners\nstatus: wip\nreviewed: soon\nreview_every: often\ndate: Jan 5\n"
          "lang: Deutsch\n---\n");
    assert_int_equal(article->audience, ARTICLE_AGENTS);
    assert_int_equal(article->status, ARTICLE_PUBLISHED);
    assert_int_equal(problems.count, 5);
    assert_string_equal(problems.items[0].kind, "audience");
    assert_int_equal(problems.items[0].line, 2);
    assert_false(problems.items[0].is_error);
    assert_string_equal(article->lang, "en");
    parse("a.md", "---\naudience: [agents]\n---\n");
    assert_int_equal(article->audience, ARTICLE_AGENTS);
}

static void test_front_matter__survives_hostile_yaml(void **state)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_ARTICLE_FILE);
    (void)state;
    buf_add_str(&text, "---\na: &a [x,x,x,x,x,x,x,x,x,x]\n");
    for (char c = 'b'; c < 'z'; c++) { /* a billion laughs: nothing is expanded */
        buf_printf(&text, "%c: &%c [", c, c);
        for (int i = 0; i < 10; i++)
            buf_printf(&text, "*%c,", c - 1);
        buf_add_str(&text, "]\n");
    }
    buf_add_str(&text, "tags: *y\ntitle: fine\n---\n");
    parse("a.md", buf_str(&text));
    assert_string_equal(article->title, "fine");
    assert_null(article->tags);
    buf_truncate(&text, 0);
    buf_add_str(&text, "---\n");
    for (int i = 0; i < 100000; i++)
        buf_add_char(&text, '[');
    buf_add_str(&text, "\n---\n");
    assert_int_equal(refused(buf_str(&text)), STATUS_TOO_LARGE);
    buf_truncate(&text, 0);
    buf_add_str(&text, "---\nx: ");
    for (int i = 0; i < LIMIT_FRONT_MATTER; i++)
        buf_add_char(&text, 'x');
    buf_add_str(&text, "\n---\n");
    assert_int_equal(refused(buf_str(&text)), STATUS_TOO_LARGE);
    buf_truncate(&text, 0);
    buf_add_str(&text, "---\ntags: [");
    for (int i = 0; i < 1000; i++)
        buf_printf(&text, "t%d,", i);
    buf_add_str(&text, "]\n---\n");
    parse("a.md", buf_str(&text));
    assert_int_equal(strv_length(article->tags), LIMIT_FRONT_MATTER_LIST);
}

/* ---- Ids, languages, redirects ---- */

static void test_parse__makes_ids_of_any_script(void **state)
{
    (void)state;
    assert_string_equal(parse("Über Uns/Größe & Co.md", "")->id, "über-uns/größe-co");
    assert_string_equal(parse("u\xCC\x88"
                              "ber.md",
                              "")
                            ->id,
                        "über"); /* composed */
    assert_string_equal(parse("日本語/ページ 2.md", "")->id, "日本語/ページ-2");
    assert_string_equal(parse("हिन्दी.md", "")->id, "हिन्दी");
    assert_string_equal(parse("a--b/-c-/v1.2.md", "")->id, "a--b/c/v1-2");
    assert_string_equal(parse("guide/index.md", "")->id, "guide");
    assert_string_equal(parse("guide/_index.md", "")->id, "guide");
    assert_string_equal(parse("guide/README.md", "")->id, "guide");
    assert_string_equal(parse("README.md", "")->id, "readme");
    assert_string_equal(parse("!!!.md", "")->id, "article");
    assert_string_equal(parse("a.md", "---\nid: '/Käse//Brot/'\n---\n")->id, "käse/brot");
    parse("b.md", "---\nid: '!!'\n---\n");
    assert_string_equal(article->id, "b");
    assert_false(article->id_explicit);
}

static void test_parse__finds_the_language_by_the_first_folder(void **state)
{
    char de[] = "de", pt[] = "pt-PT", *languages[] = {de, pt, NULL};
    const struct article_context context = {"en/a.md", "fr", languages};
    (void)state;
    assert_string_equal(parse("de/konto/a.md", "")->lang, "de");
    assert_string_equal(article->category, "Konto");
    assert_string_equal(article->translation_key, "konto/a");
    assert_string_equal(article->id, "de/konto/a");
    assert_string_equal(parse("pt-br/a.md", "")->lang, "pt-BR");
    assert_string_equal(parse("zh-Hans/a.md", "")->lang, "zh-Hans");
    assert_string_equal(parse("ja/index.md", "")->translation_key, "index");
    assert_string_equal(parse("xx/a.md", "")->lang, "en"); /* nobody's language */
    assert_string_equal(article->category, "Xx");
    assert_string_equal(parse("IT/a.md", "")->lang, "en"); /* a department */
    assert_string_equal(parse("de.md", "")->lang, "en");
    assert_string_equal(parse("de/a.md", "---\nlang: FR\n---\n")->lang, "fr");
    article = article_free(article);
    assert_int_equal(article_parse(slice_of(""), &context, &article, &problems, NULL), STATUS_OK);
    assert_string_equal(article->lang, "fr"); /* not one of ours */
    assert_string_equal(article->translation_key, "en/a");
}

static void test_parse__takes_safe_redirects_only(void **state)
{
    (void)state;
    parse("docs/a.md",
          "---\nredirect_from:\n  - /old/\n  - //evil.example/x\n  - https://evil.example/\n  - "
          "old/two\n"
          "  - /with?query#part\n  - /a%20b\n  - /%00\n  - /\n  - /a/../../b\n  - /old\n"
          "aliases: [not-rooted, /rooted]\npermalink: /:categories/:title/\nslug: ../c\n---\n");
    assert_string_equal(joined(article->redirects), "/old|/old/two|/with|/a b|/rooted|/c");
}

static void test_parse__takes_web_addresses_only(void **state)
{
    (void)state;
    assert_null(parse("a.md", "---\nurl: javascript:alert(1)\n---\n")->url);
    assert_null(parse("a.md", "---\nurl: /here\n---\n")->url);
}

/* ---- Titles, summaries, versions ---- */

static void test_parse__derives_title_and_summary(void **state)
{
    (void)state;
    parse("a.md", "![picture](a.png)\n\n- item\n\n# The *real* `title`\n\nSay [this](x.md).\n");
    assert_string_equal(article->title, "The real title");
    assert_true(article->title_given);
    assert_string_equal(article->summary, "Say this.");
    parse("a.md", "## Only a second level\n\n- one\n- two\n");
    assert_false(article->title_given);
    assert_string_equal(article->summary, "one");
    parse("02-some_file.md", "");
    assert_string_equal(article->title, "Some file");
    parse("a.md", "---\ntitle: \"Two\\nlines\\tand {% if x %}more{% endif %}\"\nsummary: Use "
                  "**bold** and [links](x).\n---\n");
    assert_string_equal(article->title, "Two lines and more");
    assert_string_equal(article->summary, "Use bold and links.");
}

static void test_parse__cuts_summaries_at_a_word(void **state)
{
    _cleanup_buf_ struct buf text = BUF_INIT(4096);
    (void)state;
    for (int i = 0; i < 100; i++)
        buf_add_str(&text, "Wörter, ");
    parse("a.md", buf_str(&text));
    assert_true(strlen(article->summary) <= LIMIT_SUMMARY + 3);
    assert_true(str_ends(article->summary, "Wörter…"));
}

static void test_parse__version_is_of_what_a_reader_sees(void **state)
{
    char first[32], digest[128];
    (void)state;
    parse("a.md", "---\ntags: [a]\n---\n# T\n\nText\n");
    (void)snprintf(first, sizeof first, "%s", article->version);
    (void)snprintf(digest, sizeof digest, "%s", article->digest);
    assert_int_equal(strlen(first), 16);
    parse("a.md", "---\r\ntags: [b]\r\norder: 2\r\n---\r\n# T\r\n\r\nText\r\n\r\n");
    assert_string_equal(article->version, first);
    assert_string_not_equal(article->digest, digest);
    parse("a.md", "---\ntags: [a]\nsummary: S\n---\n# T\n\nText\n");
    assert_string_not_equal(article->version, first);
    parse("a.md", "---\nquestions: [q]\n---\n# T\n\nText\n");
    assert_string_not_equal(article->version, first);
    parse("a.md", "---\ntags: [a]\n---\n# T\n\nText!\n");
    assert_string_not_equal(article->version, first);
}

/* ---- Sections ---- */

static void test_sections__carry_github_anchors(void **state)
{
    (void)state;
    parse("a.md", "Lead.\n\n# Title\n\nIntro.\n\n## Set up & run `it`!\n\nA.\n\n## Same\n## "
                  "Same\n\n### Same-1\n\n"
                  "## Über_uns 日本\n\n## {#only}\n\n## Own {#My-Id .x}\n\n## 🎉\n");
    assert_string_equal(
        outlined(), "#:Lead./Intro./|Set up & run it!#set-up--run-it:A./|Same#same:|Same#same-1:|"
                    "Same-1#same-1-1:|Über_uns 日本#über_uns-日本:|#only:|Own#My-Id:|🎉#section:");
}

static void test_sections__start_with_a_title_of_another_wording(void **state)
{
    (void)state;
    parse("a.md", "---\ntitle: Given\n---\n# Other\n\nText.\n");
    assert_string_equal(outlined(), "Other#other:Text./");
    parse("a.md", "# Title\n\n## One\n\nText.\n");
    assert_string_equal(outlined(), "One#one:Text./");
}

static void test_sections__keep_blocks_apart(void **state)
{
    (void)state;
    parse("a.md", "A *b*\nc  \nd\n\n1. one\n2. two\n\n   more\n   - sub\n3. three\n\n5. five\n\n- "
                  "[x] done\n* star\n\n"
                  "> quote\n\n| h1 | h2 |\n|----|----|\n| `c` | d<br>e |\n\n```sh\nx  y\n\n  "
                  "z\n```\n\n~~old~~ ![alt](x.png)\n");
    assert_string_equal(
        outlined(),
        "#:A b c/d/1. one/2. two/more/- sub/3. three/4. five/- done/- star/quote/h1 h2/c d e/"
        "x  y//  z/old alt/");
}

static void test_sections__have_no_markup_of_other_tools(void **state)
{
    (void)state;
    parse("a.mdx", "import Tabs from '@theme/Tabs'\nexport const x = {\n  a: 1,\n}\n\n"
                   "<Tabs>\n  <TabItem value=\"a\" label=\"Npm\">\n\n    ```js\n    <Keep/>\n    "
                   "```\n\n    Text of **a**\n\n"
                   "  </TabItem>\n</Tabs>\n\n{/* gone */} Value {' '} {props.x} `{kept} <Kept/>` "
                   "<!-- gone -->\n\n"
                   ":::note[Mind]\nInside.\n:::\n");
    assert_string_equal(outlined(), "#:Npm/<Keep/>/Text of a/Value {kept} <Kept/>/Mind/Inside./");
    parse(
        "a.md",
        "{% include x.html %}A {{ site.x }}b {{ticket.id}} {% raw %}{{ site.y }}{% endraw %}\n{: "
        ".cls}\n\n"
        "`{% kept %}`\n\n!!! warning \"Ti\"\n    Indented.\n\n    More.\n\nAfter [x](y){: .z}.\n");
    assert_string_equal(outlined(),
                        "#:A b {{ticket.id}} {{ site.y }}/{% kept %}/Ti/Indented./More./After x./");
    parse("a.md", "import your data from the file menu.\n\nexport it again.\n\n    <code> "
                  "stays\n\na < b and <b>bold</b>\n");
    assert_string_equal(
        outlined(),
        "#:import your data from the file menu./export it again./<code> stays/a < b and bold/");
}

static void test_sections__are_capped(void **state)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_ARTICLE_FILE);
    (void)state;
    for (int i = 0; i < LIMIT_ARTICLE_SECTIONS + 50; i++)
        buf_printf(&text, "## Heading\n\nText %d\n\n", i);
    parse("a.md", buf_str(&text));
    assert_int_equal(article->section_count, LIMIT_ARTICLE_SECTIONS);
    assert_string_equal(article->sections[999].anchor, "heading-999");
    assert_non_null(strstr(article->sections[999].text, "Text 1049"));
}

/* ---- Refusals ---- */

static void test_parse__refuses_what_is_no_text(void **state)
{
    static char large[LIMIT_ARTICLE_FILE + 2];
    (void)state;
    assert_int_equal(refused("one\ntwo \xff\n"), STATUS_INVALID);
    assert_int_equal(problems.items[0].line, 2);
    assert_non_null(strstr(err.hint, "UTF-8"));
    assert_int_equal(parse_bytes("a.md", (struct slice){"a\n\nb\0c", 6}), STATUS_INVALID);
    assert_int_equal(problems.items[0].line, 3);
    memset(large, 'x', sizeof large);
    assert_int_equal(parse_bytes("a.md", (struct slice){large, sizeof large}), STATUS_TOO_LARGE);
}

static void test_parse__refuses_what_is_too_intricate(void **state)
{
    static char deep[LIMIT_ARTICLE_FILE + 1];
    (void)state;
    memset(deep, '[', LIMIT_ARTICLE_FILE);
    assert_int_equal(refused(deep), STATUS_TOO_LARGE);
    memset(deep, '>', LIMIT_ARTICLE_FILE);
    assert_int_equal(refused(deep), STATUS_TOO_LARGE);
    memcpy(deep, "---\na: 1\n---\n\n", 14);
    assert_int_equal(refused(deep), STATUS_TOO_LARGE);
    assert_int_equal(problems.items[0].line, 5); /* of the file */
    memset(deep, '{', LIMIT_ARTICLE_FILE);
    parse("a.mdx", deep);
    memset(deep, '<', LIMIT_ARTICLE_FILE);
    parse("a.mdx", deep);
}

/* Fails each allocation in turn. */
static void test_parse__survives_lack_of_memory(void **state)
{
    static const char text[] =
        "---\ntitle: T\nid: x\nsummary: '*s*'\ntags: [a, b]\nquestions: q\naliases: [/a]\nslug: s\n"
        "audience: odd\nlang: xx-yyyyyyyyy\ntranslation_of: y\nurl: https://e.org\n---\n"
        "# T\n\nA <b>b</b> [l](m.md)\n\n## H {#i}\n\n<pre>x</pre>\n\n> [!NOTE]\n> "
        "q\n\n|a|\n|-|\n|b|\n";
    const struct article_context context = {.path = "de/a.md", .default_lang = "en"};
    enum status status = STATUS_OUT_OF_MEMORY;
    long count = 1;
    (void)state;
    for (; status == STATUS_OUT_OF_MEMORY; count++) {
        article_problems_done(&problems);
        mem_fail_after(count);
        status = article_parse(slice_of(text), &context, &article, &problems, &err);
        mem_fail_after(0);
    }
    assert_int_equal(status, STATUS_OK);
    assert_true(count > 40);
    assert_string_equal(article->title, "T");
    assert_string_equal(article->summary, "s");
    assert_string_equal(joined(article->tags), "a|b");
    assert_string_equal(joined(article->redirects), "/a|/de/s");
    assert_string_equal(outlined(), "#:A b l/|H#i:x/q/a/b/");
    assert_int_equal(problems.count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_front_matter__reads_every_key, tear_down),
        cmocka_unit_test_teardown(test_front_matter__is_not_needed, tear_down),
        cmocka_unit_test_teardown(test_front_matter__takes_aliases_of_other_tools, tear_down),
        cmocka_unit_test_teardown(test_front_matter__tolerates_foreign_keys, tear_down),
        cmocka_unit_test_teardown(test_front_matter__shares_values_by_anchors, tear_down),
        cmocka_unit_test_teardown(test_front_matter__reads_simple_toml, tear_down),
        cmocka_unit_test_teardown(test_front_matter__may_be_none_after_all, tear_down),
        cmocka_unit_test_teardown(test_front_matter__names_the_line_of_an_error, tear_down),
        cmocka_unit_test_teardown(test_front_matter__warns_of_unknown_values, tear_down),
        cmocka_unit_test_teardown(test_front_matter__survives_hostile_yaml, tear_down),
        cmocka_unit_test_teardown(test_parse__makes_ids_of_any_script, tear_down),
        cmocka_unit_test_teardown(test_parse__finds_the_language_by_the_first_folder, tear_down),
        cmocka_unit_test_teardown(test_parse__takes_safe_redirects_only, tear_down),
        cmocka_unit_test_teardown(test_parse__takes_web_addresses_only, tear_down),
        cmocka_unit_test_teardown(test_parse__derives_title_and_summary, tear_down),
        cmocka_unit_test_teardown(test_parse__cuts_summaries_at_a_word, tear_down),
        cmocka_unit_test_teardown(test_parse__version_is_of_what_a_reader_sees, tear_down),
        cmocka_unit_test_teardown(test_sections__carry_github_anchors, tear_down),
        cmocka_unit_test_teardown(test_sections__start_with_a_title_of_another_wording, tear_down),
        cmocka_unit_test_teardown(test_sections__keep_blocks_apart, tear_down),
        cmocka_unit_test_teardown(test_sections__have_no_markup_of_other_tools, tear_down),
        cmocka_unit_test_teardown(test_sections__are_capped, tear_down),
        cmocka_unit_test_teardown(test_parse__refuses_what_is_no_text, tear_down),
        cmocka_unit_test_teardown(test_parse__refuses_what_is_too_intricate, tear_down),
        cmocka_unit_test_teardown(test_parse__survives_lack_of_memory, tear_down),
    };
    article_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
