/* test_article_link.c: where links lead, what `check` finds, how large images are. */
#include "unit.h"

#include "article/check.h"
#include "article/image.h"
#include "article/link.h"
#include "article/parse.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

/* ---- Links ---- */

/* A small site: each row is what `find` knows. */
static const struct {
    enum link_key kind;
    const char *key, *id;
} site[] = {
    {LINK_BY_PATH, "guide/start.md", "start"},
    {LINK_BY_PATH, "guide/index.md", "guide"},
    {LINK_BY_PATH, "de/guide/start.md", "de/guide/start"},
    {LINK_BY_PATH, "docs/inner/page.mdx", "docs/inner/page"},
    {LINK_BY_PATH, "index.md", "index"},
    {LINK_BY_ID, "start", "start"},
    {LINK_BY_ID, "guide/other-page", "guide/other-page"},
    {LINK_BY_REDIRECT, "/old/start", "start"},
    {LINK_BY_REDIRECT, "/legacy.html", "start"},
    {LINK_BY_FILE, "img/a b.png", NULL},
    {LINK_BY_FILE, "guide/x.png", NULL},
    {LINK_BY_FILE, "static/img/s.svg", NULL},
};

static enum status find(void *arg, enum link_key kind, const char *key, char **ret_id,
                        struct error *err)
{
    (void)arg;
    for (size_t i = 0; i < ARRAY_LENGTH(site); i++) {
        if (site[i].kind != kind || !str_equal(site[i].key, key))
            continue;
        if (site[i].id && !(*ret_id = mem_strdup(site[i].id)))
            return error_memory(err);
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

/* Where TARGET leads, in one word: "article start#a", "file x.png", … */
static const char *leads(const char *from, const char *target)
{
    static const char *const kinds[] = {"unknown", "article", "file", "page", "external"};
    static char text[256];
    struct link link;
    assert_int_equal(link_resolve(from, slice_of(target), find, NULL, &link, NULL), STATUS_OK);
    (void)snprintf(text, sizeof text, "%s %s%s%s%s", kinds[link.kind], link.id ? link.id : "",
                   link.path ? link.path : "", link.anchor ? "#" : "",
                   link.anchor ? link.anchor : "");
    link_done(&link);
    return text;
}

static void test_link__finds_articles_in_every_spelling(void **state)
{
    static const char *const same[] = {
        "start.md",          "./start.md",        "../guide/start.md", "start",
        "./start/",          "/guide/start.md",   "/guide/start",      "/guide/start/",
        "start.html",        "/docs/guide/start", "/articles/start",   "/old/start",
        "/old/start/",       "/legacy.html",      "start.md?x=1",      "@site/docs/guide/start.md",
        "/guide/st%61rt.md",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(same); i++)
        if (strcmp(leads("guide/a.md", same[i]), "article start") != 0)
            fail_msg("%s leads to %s", same[i], leads("guide/a.md", same[i]));
    assert_string_equal(leads("guide/a.md", "start.md#the%20end"), "article start#the end");
    assert_string_equal(leads("guide/a.md", "../guide"), "article guide");
    assert_string_equal(leads("guide/a.md", "Other_Page"), "article guide/other-page");
    assert_string_equal(leads("guide/a.md", ".."), "article index");
    assert_string_equal(leads("guide/start.md", "#top"), "article start#top");
    assert_string_equal(leads("guide/sub/a.md", "../../guide/start.md"), "article start");
    assert_string_equal(leads("guide/a.md", "../start.md"),
                        "article start"); /* the address /guide/a/ as a folder */
    assert_string_equal(leads("de/guide/a.md", "/guide/start"), "article start");
    assert_string_equal(leads("docs/a.md", "/inner/page"),
                        "article docs/inner/page"); /* the site's root is below */
    assert_string_equal(leads("a.md", "/fr/guide/start/"),
                        "article start"); /* not translated yet */
}

static void test_link__tells_files_pages_and_the_rest(void **state)
{
    (void)state;
    assert_string_equal(leads("guide/a.md", "x.png"), "file guide/x.png");
    assert_string_equal(leads("guide/a.md", "/img/a%20b.png"), "file img/a b.png");
    assert_string_equal(leads("guide/a.md", "/files/img/a%20b.png"), "file img/a b.png");
    assert_string_equal(leads("guide/a.md", "/img/s.svg"), "file static/img/s.svg");
    assert_string_equal(leads("a.md", "/contact"), "page /contact");
    assert_string_equal(leads("a.md", "https://e.org/x.md"), "external ");
    assert_string_equal(leads("a.md", "mailto:a@b.c"), "external ");
    assert_string_equal(leads("a.md", "//e.org/x"), "external ");
    assert_string_equal(leads("a.md", "missing.md"), "unknown ");
    assert_string_equal(leads("a.md", "missing.png"), "unknown ");
    assert_string_equal(leads("a.md", "../../../etc/passwd"), "unknown ");
    assert_string_equal(leads("a.md", "%00"), "unknown ");
    assert_string_equal(leads("a.md", ""), "unknown ");
}

static void test_link__finds_anchors_of_other_tools(void **state)
{
    char lead[] = "", heading[] = "Test Isolation & more", anchor[] = "test-isolation--more",
         version[] = "15.2.0", short_version[] = "1520";
    const struct article_section sections[] = {
        {lead, lead, 0, lead}, {heading, anchor, 2, lead}, {version, short_version, 2, lead}};
    (void)state;
    assert_string_equal(link_anchor(sections, 3, "test-isolation--more"), anchor);
    assert_string_equal(link_anchor(sections, 3, "Test-Isolation-more"), anchor);
    assert_string_equal(link_anchor(sections, 3, "15-2-0"), short_version);
    assert_null(link_anchor(sections, 3, "else"));
    assert_null(link_anchor(sections, 3, "---"));
}

static void test_link__survives_lack_of_memory(void **state)
{
    enum status status = STATUS_OUT_OF_MEMORY;
    long count = 1;
    struct link link;
    (void)state;
    for (; status == STATUS_OUT_OF_MEMORY; count++) {
        mem_fail_after(count);
        status = link_resolve("docs/a.md", slice_of("/inner/page#x"), find, NULL, &link, NULL);
        mem_fail_after(0);
        link_done(&link);
    }
    assert_int_equal(status, STATUS_OK);
    assert_true(count > 10);
}

/* ---- Check ---- */

static char root[] = "/tmp/deflect-check-XXXXXX";

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

static int set_up(void **state)
{
    (void)state;
    memcpy(root + sizeof root - 7, "XXXXXX", 6);
    return mkdtemp(root) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *name, const char *text)
{
    _cleanup_free_ char *path = file_join(root, name);
    assert_int_equal(file_write(path, text, strlen(text), 0644, NULL), STATUS_OK);
}

static void test_check__finds_what_is_wrong(void **state)
{
    struct check_options options = {
        .root = root, .default_lang = "en", .review_every_ms = 365 * MS_PER_DAY};
    struct check_report report;
    _cleanup_buf_ struct buf found = BUF_INIT(16384);
    (void)state;
    assert_true(clock_parse_day(slice_of("2026-11-22"), &options.now_ms));
    put("a.md", "---\nid: one\nreviewed: 2025-01-01\n---\n# Same\n\n[ok](b.md) "
                "[ok](b.md#part)\n[dead](gone.md)\n"
                "![no](no.png) ![ok](p.png)\n\n[anchor](b.md#nope) [here](#nope) [old](/former)\n");
    put("b.md", "---\nid: two\nredirect_from: /former\naudience: partners\n---\n# SAME\n\n## "
                "Part\n\n[a](/articles/one#same)\n");
    put("c.md", "---\nid: two\nstatus: wip\n---\n# Third\n");
    put("d.md", "no title\n\n[out](https://e.org/dead) [mail](mailto:x@y.z)\n");
    put("e.md", "---\n{\n---\n");
    put("f.md", "---\ntitle: Due\nreviewed: 2026-11-01\nreview_every: 2w\n---\n");
    put("g.md", "---\ntitle: Fresh\nreviewed: 2026-11-21\n---\n");
    put("h.md", "---\ntitle: Due\nstatus: archived\nreviewed: 2001-01-01\n---\n");
    put("p.png", "x");
    assert_int_equal(check_folder(&options, &report, NULL), STATUS_OK);
    for (size_t i = 0; i < report.count; i++)
        buf_printf(&found, "%s:%zu %c %s\n", report.items[i].path, report.items[i].line,
                   report.items[i].is_error ? 'E' : 'W', report.items[i].kind);
    assert_string_equal(
        buf_str(&found),
        "a.md:1 W review\na.md:8 E link\na.md:9 E image\na.md:11 E anchor\na.md:11 E anchor\n"
        "b.md:1 W title\nb.md:4 W audience\nc.md:0 E id\nd.md:1 W title\ne.md:3 E unreadable\n"
        "f.md:1 W review\n");
    assert_int_equal(check_errors(&report), 6);
    assert_int_equal(report.articles, 6);
    check_done(&report);
    options.root = "/nonexistent";
    assert_int_equal(check_folder(&options, &report, NULL), STATUS_NOT_FOUND);
    check_done(&report);
}

static void test_check__survives_lack_of_memory(void **state)
{
    const struct check_options options = {
        .root = root, .default_lang = "en", .review_every_ms = -1};
    enum status status = STATUS_OUT_OF_MEMORY;
    struct check_report report;
    long count = 1;
    (void)state;
    put("a.md", "---\naliases: [/x]\n---\n# A\n\n[b](b.md#x) ![c](c.png)\n");
    put("b.md", "# A\n\n## B\n");
    for (; status == STATUS_OUT_OF_MEMORY; count++) {
        mem_fail_after(count);
        status = check_folder(&options, &report, NULL);
        mem_fail_after(0);
        if (status == STATUS_OK)
            assert_int_equal(report.count, 3);
        check_done(&report);
    }
    assert_int_equal(status, STATUS_OK);
    assert_true(count > 50);
}

/* ---- Images ---- */

static void assert_size(const char *bytes, size_t length, uint32_t width, uint32_t height)
{
    uint32_t found_width = 0, found_height = 0;
    assert_true(image_size((struct slice){bytes, length}, &found_width, &found_height));
    assert_int_equal(found_width, width);
    assert_int_equal(found_height, height);
    for (size_t cut = 0; cut < length; cut++) /* never reads past its end */
        (void)image_size((struct slice){bytes, cut}, &found_width, &found_height);
}
#define ASSERT_SIZE(bytes, width, height) assert_size(bytes, sizeof(bytes) - 1, width, height)

static void test_image__tells_its_size(void **state)
{
    uint32_t width, height;
    (void)state;
    ASSERT_SIZE("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x80\0\0\x01\xe0\x08", 640, 480);
    ASSERT_SIZE("GIF89a\x80\x02\xe0\x01\0\0", 640, 480);
    ASSERT_SIZE("\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\1\0\1\0\0\xFF\xFF\xC2\0\x11\x08\x01\xe0"
                "\x02\x80\x03",
                640, 480);
    ASSERT_SIZE("RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0", 640, 480);
    ASSERT_SIZE("RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x7f\xc2\x77\0\0\0\0\0\0", 640, 480);
    ASSERT_SIZE("RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x80\x02\xe0\x01", 640, 480);
    ASSERT_SIZE("<?xml version=\"1.0\"?><svg width=\"640px\" height='480'>", 640, 480);
    ASSERT_SIZE("<svg width=\"100%\" viewBox=\"0 0 640 480.2\">", 640, 480);
    assert_false(image_size(SLICE_LITERAL("<svg>"), &width, &height));
    assert_false(
        image_size(SLICE_LITERAL("plain text, long enough to be looked at"), &width, &height));
    assert_false(image_size(SLICE_LITERAL("GIF89a\0\0\0\0\0\0"), &width, &height));
}

static void test_image__reads_a_file(void **state)
{
    uint32_t width = 0, height = 0;
    _cleanup_free_ char *path = file_join(root, "a.gif");
    (void)state;
    assert_int_equal(file_write(path, "GIF87a\x80\x02\xe0\x01\0\0", 12, 0644, NULL), STATUS_OK);
    _cleanup_close_ int fd = open(path, O_RDONLY);
    assert_true(image_size_of_file(fd, &width, &height));
    assert_int_equal(width, 640);
    assert_int_equal(height, 480);
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_link__finds_articles_in_every_spelling),
        cmocka_unit_test(test_link__tells_files_pages_and_the_rest),
        cmocka_unit_test(test_link__finds_anchors_of_other_tools),
        cmocka_unit_test(test_link__survives_lack_of_memory),
        cmocka_unit_test_setup_teardown(test_check__finds_what_is_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_check__survives_lack_of_memory, set_up, tear_down),
        cmocka_unit_test(test_image__tells_its_size),
        cmocka_unit_test_setup_teardown(test_image__reads_a_file, set_up, tear_down),
    };
    article_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
