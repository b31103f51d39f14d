/* test_article_folder.c: the folder of articles: what is found, which id it gets, what is handed
 * over. */
#include "unit.h"

#include "article/folder.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char *root;
static struct folder *folder;
static struct folder_changes changes;

/* ---- Helpers ---- */

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

static int set_up(void **state)
{
    static char path[] = "/tmp/deflect-folder-XXXXXX";
    (void)state;
    memcpy(path + sizeof path - 7, "XXXXXX", 6);
    root = mkdtemp(path);
    const struct folder_options options = {.root = root, .default_lang = "en"};
    article_init();
    return root && folder_new(&options, &folder, NULL) == STATUS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    folder_changes_done(&changes);
    folder = folder_free(folder);
    return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* As editors do: another file takes the place of PATH. (file_write would wait for the disk.) */
static void put(const char *path, const char *text)
{
    _cleanup_free_ char *whole = file_join(root, path), *fresh = file_join(root, "fresh");
    char *slash = strrchr(whole, '/');
    *slash = '\0';
    assert_int_equal(file_make_folder(whole, 0755, NULL), STATUS_OK);
    *slash = '/';
    FILE *file = fopen(fresh, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0 && fclose(file) == 0 && rename(fresh, whole) == 0);
}

static void drop(const char *path)
{
    _cleanup_free_ char *whole = file_join(root, path);
    assert_int_equal(nftw(whole, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static void refresh(char *const *paths)
{
    folder_changes_done(&changes);
    assert_int_equal(folder_refresh(folder, paths, &changes, NULL), STATUS_OK);
}

static void refresh_one(const char *path)
{
    char *copy = mem_strdup(path), *paths[] = {copy, NULL};
    refresh(paths);
    mem_free(copy);
}

/* The changes as one line: "+id" for an article, "-id" for one that is gone. */
static const char *told(void)
{
    static char line[4096];
    size_t used = 0;
    line[0] = '\0';
    for (size_t i = 0; i < changes.count; i++)
        used += (size_t)snprintf(line + used, sizeof line - used, "%s%c%s", i ? " " : "",
                                 changes.items[i].article ? '+' : '-', changes.items[i].id);
    return line;
}

static const struct article *article_of(const char *id)
{
    for (size_t i = 0; i < changes.count; i++)
        if (str_equal(changes.items[i].id, id) && changes.items[i].article)
            return changes.items[i].article;
    fail_msg("no article %s in: %s", id, told());
    return NULL;
}

/* ---- What is found ---- */

static void test_folder__finds_articles_at_any_depth(void **state)
{
    (void)state;
    put("a.md", "# A\n");
    put("b/c/d.markdown", "text");
    put("b/e.MDX", "text");
    put("b/picture.png", "x");
    put(".hidden/x.md", "x");
    put("b/.draft.md", "x");
    put("node_modules/pkg/README.md", "x");
    put("_deflect/drafts/README.md", "x");
    refresh(NULL);
    assert_string_equal(told(), "+a +b/c/d +b/e");
    assert_int_equal(folder_count(folder), 3);
    assert_string_equal(folder_id_of(folder, "b/c/d.markdown"), "b/c/d");
    assert_null(folder_id_of(folder, "b/picture.png"));
    assert_int_equal(changes.problem_count, 0);
    refresh(NULL);
    assert_string_equal(told(), "");
}

static void test_folder__hands_over_only_what_changed(void **state)
{
    (void)state;
    put("a.md", "one");
    put("b.md", "two");
    refresh(NULL);
    put("b.md", "three");
    put("c.md", "four");
    drop("a.md");
    refresh(NULL);
    assert_string_equal(told(), "-a +b +c");
    put("c.md", "four"); /* written again, the same */
    refresh(NULL);
    assert_string_equal(told(), "");
}

static void test_folder__looks_at_single_paths(void **state)
{
    (void)state;
    put("a.md", "one");
    put("guide/b.md", "two");
    put("guide/deep/c.md", "two");
    refresh(NULL);
    put("a.md", "changed");
    put("new/d.md", "unseen");
    refresh_one("a.md");
    assert_string_equal(told(), "+a");
    refresh_one("new");
    assert_string_equal(told(), "+new/d");
    drop("guide/deep");
    refresh_one("guide/deep");
    assert_string_equal(told(), "-guide/deep/c");
    drop("guide");
    refresh_one("guide/"); /* as a watcher may write it */
    assert_string_equal(told(), "-guide/b");
    refresh_one("nothing/here.md");
    refresh_one("../outside.md");
    refresh_one("/etc/passwd.md");
    assert_string_equal(told(), "");
    refresh(NULL);
    assert_string_equal(told(), "");
}

static void test_folder__loses_files_of_the_folders_it_looked_at_alone(void **state)
{
    static char one[] = "one", deep[] = "two/deep", gone[] = "gone";
    (void)state;
    put("one/a.md", "a");
    put("one/b.md", "b");
    put("two/deep/c.md", "c");
    put("two/d.md", "d");
    put("three/e.md", "e");
    put("gone/f.md", "f");
    refresh(NULL);
    const char *const dropped[] = {"one/a.md", "two/deep/c.md", "two/d.md", "three/e.md", "gone"};
    for (size_t i = 0; i < ARRAY_LENGTH(dropped); i++)
        drop(dropped[i]);
    refresh((char *[]){one, deep, gone, NULL});
    assert_string_equal(told(), "-gone/f -one/a -two/deep/c");
    refresh_one("one");
    assert_string_equal(told(), "");
    refresh(NULL);
    assert_string_equal(told(), "-three/e -two/d");
}

static void test_folder__follows_renames_of_editors(void **state)
{
    char *paths[] = {mem_strdup("a.md~"), mem_strdup("4913"), mem_strdup("a.md"), NULL};
    _cleanup_free_ char *from = file_join(root, ".a.md.swp"), *to = file_join(root, "a.md");
    (void)state;
    put("a.md", "one");
    refresh(NULL);
    put(".a.md.swp", "two");
    assert_int_equal(rename(from, to), 0);
    refresh(paths);
    assert_string_equal(told(), "+a");
    for (size_t i = 0; i < 3; i++)
        mem_free(paths[i]);
}

static void test_folder__takes_a_file_in_place_of_a_folder(void **state)
{
    (void)state;
    put("x.md/inner.md", "one");
    refresh(NULL);
    assert_string_equal(told(), "+x-md/inner");
    drop("x.md");
    put("x.md", "two");
    refresh_one("x.md");
    assert_string_equal(told(), "-x-md/inner +x");
    drop("x.md");
    put("x.md/inner.md", "one");
    refresh_one("x.md");
    assert_string_equal(told(), "-x +x-md/inner");
}

static void test_folder__keeps_all_when_the_root_vanishes(void **state)
{
    struct error err;
    _cleanup_free_ char *aside = mem_printf("%s.aside", root);
    (void)state;
    put("a.md", "one");
    refresh(NULL);
    folder_changes_done(&changes);
    assert_int_equal(rename(root, aside), 0);
    assert_int_equal(folder_refresh(folder, NULL, &changes, &err), STATUS_NOT_FOUND);
    assert_int_equal(changes.count, 0);
    assert_string_equal(folder_id_of(folder, "a.md"), "a");
    assert_int_equal(rename(aside, root), 0);
    refresh(NULL);
    assert_string_equal(told(), "");
}

static void test_folder__never_leaves_the_root(void **state)
{
    _cleanup_free_ char *out = file_join(root, "out.md"), *in = file_join(root, "in.md");
    _cleanup_free_ char *folder_link = file_join(root, "folder"),
                        *above = mem_printf("%s.outside", root);
    int fd;
    const char *mime;
    (void)state;
    assert_int_equal(mkdir(above, 0755), 0);
    _cleanup_free_ char *secret = file_join(above, "secret.md");
    assert_int_equal(file_write(secret, "secret", 6, 0644, NULL), STATUS_OK);
    _cleanup_free_ char *picture = file_join(above, "p.png");
    assert_int_equal(file_write(picture, "secret", 6, 0644, NULL), STATUS_OK);
    put("real.md", "one");
    put("p.png", "png");
    assert_int_equal(symlink(secret, out), 0);
    assert_int_equal(symlink("real.md", in), 0);
    assert_int_equal(symlink(above, folder_link), 0);
    refresh(NULL);
    assert_string_equal(told(), "+in +real");
    assert_int_equal(changes.problem_count, 1);
    assert_string_equal(changes.problems[0].path, "out.md");
    assert_int_equal(changes.skipped, 1);
    refresh_one("folder/secret.md");
    assert_string_equal(told(), "");
    assert_int_equal(folder_open_file(root, "folder/p.png", &fd, &mime, NULL), STATUS_NOT_FOUND);
    assert_int_equal(folder_open_file(root, "../p.png", &fd, &mime, NULL), STATUS_NOT_FOUND);
    assert_int_equal(folder_open_file(root, "real.md", &fd, &mime, NULL), STATUS_DENIED);
    assert_int_equal(folder_open_file(root, "p.png", &fd, &mime, NULL), STATUS_OK);
    assert_string_equal(mime, "image/png");
    close(fd);
    assert_int_equal(nftw(above, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* ---- Ids ---- */

static void test_folder__numbers_derived_ids_in_path_order(void **state)
{
    (void)state;
    put("Foo.md", "1");
    put("foo.md", "2");
    put("foo!.md", "3");
    put("foo-2.md", "4");
    refresh(NULL);
    assert_string_equal(folder_id_of(folder, "Foo.md"), "foo");
    assert_string_equal(folder_id_of(folder, "foo!.md"), "foo-3"); /* foo-2 is a file's own */
    assert_string_equal(folder_id_of(folder, "foo.md"), "foo-4");
    assert_string_equal(folder_id_of(folder, "foo-2.md"), "foo-2");
    assert_int_equal(changes.problem_count, 2);
    assert_false(changes.problems[0].problem.is_error);
    drop("foo-2.md");
    refresh_one("foo-2.md");
    assert_string_equal(folder_id_of(folder, "foo!.md"), "foo-2");
    assert_string_equal(folder_id_of(folder, "foo.md"), "foo-3");
    assert_string_equal(told(), "-foo-4 +foo-2 +foo-3");
    assert_string_equal(article_of("foo-2")->id, "foo-2");
    drop("Foo.md");
    refresh_one("Foo.md");
    assert_string_equal(told(), "-foo-3 +foo +foo-2");
}

static void test_folder__keeps_the_first_of_two_explicit_ids(void **state)
{
    (void)state;
    put("a.md", "---\nid: x\n---\none");
    put("b.md", "---\nid: X\n---\ntwo");
    put("x.md", "three");
    refresh(NULL);
    assert_string_equal(folder_id_of(folder, "a.md"), "x");
    assert_null(folder_id_of(folder, "b.md"));
    assert_string_equal(folder_id_of(folder, "x.md"), "x-2");
    assert_int_equal(changes.skipped, 1);
    assert_int_equal(changes.problem_count, 2);
    assert_true(changes.problems[0].problem.is_error);
    assert_string_equal(changes.problems[0].path, "b.md");
    assert_non_null(strstr(changes.problems[0].problem.message, "a.md"));
    drop("a.md");
    refresh_one("a.md");
    assert_string_equal(told(), "+x");
    assert_string_equal(changes.items[0].path, "b.md");
    assert_int_equal(changes.skipped, 0);
}

static void test_folder__continues_from_what_the_index_holds(void **state)
{
    const struct folder_options options = {.root = root, .default_lang = "en"};
    (void)state;
    put("a.md", "one");
    put("b.md", "two");
    put("B.md", "three");
    refresh(NULL);
    struct folder *later;
    assert_int_equal(folder_new(&options, &later, NULL), STATUS_OK);
    for (size_t i = 0; i < changes.count; i++) {
        const struct article *article = changes.items[i].article;
        assert_int_equal(folder_remember(later, article->path, article->digest, article->id,
                                         article->id_explicit, NULL),
                         STATUS_OK);
    }
    assert_int_equal(folder_remember(later, "old.md", "0", "old", false, NULL), STATUS_OK);
    folder_free(folder);
    folder = later;
    put("b.md", "two changed");
    refresh(NULL);
    assert_string_equal(told(), "-old +b-2");
    assert_int_equal(changes.problem_count,
                     1); /* the collision is named every time all is looked at */
    assert_int_equal(folder_count(folder), 3);
}

static void test_folder__groups_translations(void **state)
{
    (void)state;
    put("en/reset.md", "---\nid: reset-password\n---\none");
    put("de/reset.md", "zwei");
    put("fr/mot.md", "---\ntranslation_of: reset-password\n---\ntrois");
    refresh(NULL);
    assert_string_equal(article_of("reset-password")->translation_key, "reset");
    assert_string_equal(article_of("de/reset")->translation_key, "reset");
    assert_string_equal(article_of("fr/mot")->translation_key, "reset");
    drop("en/reset.md");
    put("en/moved.md", "---\nid: reset-password\n---\none");
    refresh(NULL);
    assert_string_equal(article_of("reset-password")->translation_key, "moved");
    assert_string_equal(article_of("fr/mot")->translation_key, "moved");
    refresh(NULL);
    assert_string_equal(told(), "");
}

static void link_to(const char *old, const char *new)
{
    _cleanup_free_ char *from = file_join(root, old), *to = file_join(root, new);
    assert_true(link(from, to) == 0 || errno == EEXIST);
}

/* The CPU time in ms of a first look at TRANSLATIONS files, all as the index holds them, which
 * holds GONE files besides. */
static double time_of_start(unsigned translations, unsigned gone)
{
    const struct folder_options options = {.root = root, .default_lang = "en"};
    static const char text[] = "---\ntranslation_of: none\n---\n";
    char path[40], id[32], digest[DIGEST_HEX_SIZE];
    struct timespec begin, end;
    digest_sha256_hex(slice_of(text), digest);
    put("text", text);
    folder_free(folder);
    assert_int_equal(folder_new(&options, &folder, NULL), STATUS_OK);
    for (unsigned i = 0; i < translations + gone; i++) {
        (void)snprintf(id, sizeof id, "a%u", i);
        (void)snprintf(path, sizeof path, "%s.md", id);
        if (i < translations)
            link_to("text", path);
        assert_int_equal(folder_remember(folder, path, digest, id, false, NULL), STATUS_OK);
    }
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    refresh(NULL);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    assert_int_equal(changes.count, gone);
    return (double)(end.tv_sec - begin.tv_sec) * 1e3 + (double)(end.tv_nsec - begin.tv_nsec) / 1e6;
}

/* Were each translation to ask every file whether its article has moved, a large folder would take
 * minutes. */
static void test_folder__asks_for_translations_in_linear_time(void **state)
{
    (void)state;
    double few = time_of_start(2000, 50), many = time_of_start(2000, 50000);
    assert_true(many < 20 * few);
}

/* ---- Trouble ---- */

static void test_folder__skips_what_cannot_be_read_and_says_why(void **state)
{
    (void)state;
    put("bad.md", "---\ntitle: [\n---\ntext");
    put("good.md", "text");
    refresh(NULL);
    assert_string_equal(told(), "+good");
    assert_int_equal(changes.skipped, 1);
    assert_int_equal(changes.problem_count, 1);
    assert_true(changes.problems[0].problem.line > 0);
    refresh(NULL); /* told again whenever everything is looked at */
    assert_int_equal(changes.problem_count, 1);
    put("good.md", "\xff");
    refresh_one("good.md");
    assert_string_equal(told(), "-good");
    assert_int_equal(changes.problem_count, 1);
    assert_int_equal(changes.skipped, 2);
    put("bad.md", "mended");
    refresh_one("bad.md");
    assert_string_equal(told(), "+bad");
    assert_int_equal(changes.skipped, 1);
}

static void test_folder__refuses_large_files(void **state)
{
    size_t size = LIMIT_ARTICLE_FILE + 1;
    _cleanup_free_ char *text = mem_alloc(size + 1);
    (void)state;
    memset(text, 'x', size);
    text[size] = '\0';
    put("large.md", text);
    text[size - 1] = '\0';
    put("largest.md", text);
    refresh(NULL);
    assert_string_equal(told(), "+largest");
    assert_int_equal(changes.skipped, 1);
}

static void test_folder__hands_over_in_batches(void **state)
{
    char *none[] = {NULL}, name[64];
    size_t total = 0, rounds = 1;
    (void)state;
    for (unsigned i = 0; i < 2 * LIMIT_ARTICLE_BATCH + 7; i++) {
        (void)snprintf(name, sizeof name, "f%u/a%04u.md", i % 10, i);
        put(name, name);
    }
    refresh(NULL);
    for (; changes.more; rounds++) {
        total += changes.count;
        assert_true(changes.count <= LIMIT_ARTICLE_BATCH);
        refresh(none);
    }
    total += changes.count;
    assert_int_equal(rounds, 3);
    assert_int_equal(total, 2 * LIMIT_ARTICLE_BATCH + 7);
    refresh(NULL);
    assert_int_equal(changes.count, 0);
}

/* The index takes each of them away once, however many batches follow. */
static void test_folder__hands_over_removals_with_the_first_batch(void **state)
{
    char *none[] = {NULL}, name[64], text[64];
    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < LIMIT_ARTICLE_BATCH + 2; i++) {
            (void)snprintf(name, sizeof name, "a%04u.md", i);
            (void)snprintf(text, sizeof text, "---\nid: %s-%u\n---\n", round ? "new" : "old", i);
            put(name, text);
        }
        refresh(NULL);
        assert_true(changes.more);
        assert_int_equal(changes.count,
                         LIMIT_ARTICLE_BATCH + (round ? LIMIT_ARTICLE_BATCH + 2 : 0));
        refresh(none);
        assert_false(changes.more);
        (void)snprintf(text, sizeof text, "+%s-%u +%s-%u", round ? "new" : "old",
                       LIMIT_ARTICLE_BATCH, round ? "new" : "old", LIMIT_ARTICLE_BATCH + 1);
        assert_string_equal(told(), text);
    }
}

/* Refreshes with each allocation failing in turn until none is left to fail; returns how many did.
 */
static long refresh_in_short_memory(void)
{
    long count = 1;
    for (;; count++) {
        folder_changes_done(&changes);
        mem_fail_after(count);
        enum status status = folder_refresh(folder, NULL, &changes, NULL);
        mem_fail_after(0);
        if (status == STATUS_OK)
            return count - 1;
        assert_int_equal(status, STATUS_OUT_OF_MEMORY);
        assert_int_equal(changes.count, 0);
    }
}

/* A refresh that could not be finished loses nothing. */
static void test_folder__survives_lack_of_memory(void **state)
{
    (void)state;
    put("a.md", "---\nid: x\ntags: [a, b]\naliases: [/old]\n---\n# One\n\ntext\n");
    put("b/x.md", "text");
    put("de/b.md", "---\ntranslation_of: x\n---\n> text");
    put("bad.md", "---\n[\n---\n");
    assert_true(refresh_in_short_memory() > 20);
    assert_string_equal(told(), "+x +b/x +de/b");
    refresh(NULL);
    assert_string_equal(told(), "");
    drop("b/x.md");
    drop("a.md");
    put("c.md", "---\nid: x\n---\nelsewhere");
    put("bad.md", "good");
    put("de/b.md", "---\nid: b\ntranslation_of: bad\n---\n> text");
    assert_true(refresh_in_short_memory() > 20);
    assert_string_equal(told(), "-b/x -de/b +bad +x +b");
    assert_string_equal(article_of("b")->translation_key, "bad");
    refresh(NULL);
    assert_string_equal(told(), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_folder__finds_articles_at_any_depth, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_folder__hands_over_only_what_changed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_folder__looks_at_single_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder__loses_files_of_the_folders_it_looked_at_alone,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder__follows_renames_of_editors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder__takes_a_file_in_place_of_a_folder, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_folder__keeps_all_when_the_root_vanishes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_folder__never_leaves_the_root, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder__numbers_derived_ids_in_path_order, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_folder__keeps_the_first_of_two_explicit_ids, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_folder__continues_from_what_the_index_holds, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_folder__groups_translations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder__asks_for_translations_in_linear_time, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_folder__skips_what_cannot_be_read_and_says_why, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_folder__refuses_large_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder__hands_over_in_batches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder__hands_over_removals_with_the_first_batch,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder__survives_lack_of_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
