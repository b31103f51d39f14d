/* fuzz_html.c: any HTML of another system as plain text, and as an article of its own. The first line is the title.
 *
 * What must hold: the text is UTF-8, and the file that the import writes is an article with that title. */
#include "app/import/article_import.h"
#include "app/import/html_text.h"
#include "article/parse.h"
#include "base/limits.h"
#include "base/str.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of more, brackets alone would be too much for front matter. */
enum { LONGEST_TITLE = LIMIT_FRONT_MATTER_NESTING / 2 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_article(struct slice file)
{
    struct article *article = NULL;
    struct article_problems problems = {0};
    const struct article_context context = {.path = "imported.md", .default_lang = "en"};
    enum status status = article_parse(file, &context, &article, &problems, NULL);
    require(status == STATUS_OK && article->status == ARTICLE_PUBLISHED);
    article_free(article);
    article_problems_done(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    struct slice rest = {(const char *)data, size}, line;
    _cleanup_buf_ struct buf plain = BUF_INIT(LIMIT_ARTICLE_HTML), file = BUF_INIT(LIMIT_ARTICLE_FILE);
    if (!ready)
        article_init();
    ready = true;
    if (size == 0 || size > LIMIT_HTTP_BODY || !utf8_valid(rest) || !slice_split(&rest, '\n', &line) || !rest.ptr ||
        line.length > LONGEST_TITLE)
        return 0;
    _cleanup_free_ char *title = mem_strndup(line.ptr, line.length);
    _cleanup_free_ char *html = mem_strndup(rest.ptr, rest.length);
    const struct source_article source = {
        .title = title, .html = html, .category = title, .updated_ms = -1, .up = -1, .down = -1};
    html_to_text(rest, HTML_PLAIN, &plain);
    require(plain.failed || utf8_valid(slice_of(buf_str(&plain))));
    article_import_markdown(&source, &file);
    if (!file.failed)
        check_article(slice_of(buf_str(&file)));
    return 0;
}
