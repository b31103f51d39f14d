/* cmd_import_articles.c: `deflect import articles`: another knowledge base becomes Markdown files. */
#include "cli/cli.h"

#include "app/import/article_import.h"
#include "article/markdown.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"

struct import {
    const struct cli *cli;
    const char *into;
    size_t written, kept, empty;
    enum status status;
    struct error *err;
};

/* Each image is named with the file that shows it, to be fetched by whatever tool one likes. */
static bool print_image(void *arg, enum markdown_target_kind kind, struct slice target, size_t line)
{
    const char *path = arg;
    (void)line;
    if (kind == MARKDOWN_IMAGE)
        (void)printf("%.*s\t%s\n", (int)target.length, target.ptr, path);
    return true;
}

static enum status write_file(struct import *import, const char *relative, const struct buf *text,
                              struct error *err)
{
    _cleanup_free_ char *path = file_join(import->into, relative);
    _cleanup_free_ char *folder = path ? mem_strdup(path) : NULL;
    enum status status;
    if (!folder)
        return error_memory(err);
    if (file_exists(path) && !cli_option(import->cli, "overwrite")) {
        import->kept++;
        return STATUS_OK;
    }
    *strrchr(folder, '/') = '\0';
    status = file_make_folder(folder, 0755, err);
    if (!status)
        status = file_write(path, buf_str(text), text->length, 0644, err);
    if (!status)
        status = markdown_each_link((struct slice){buf_str(text), text->length}, print_image,
                                    (void *)relative, err);
    import->written += !status;
    return status;
}

static bool take_article(void *arg, const struct source_article *article)
{
    struct import *import = arg;
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_ARTICLE_HTML), path = BUF_INIT(LIMIT_QUERY);
    if (str_empty(article->html)) {
        import->empty++;
        return true;
    }
    article_import_markdown(article, &text);
    article_import_path(article, import->cli->config.default_lang, &path);
    import->status = text.failed || path.failed
                         ? error_memory(import->err)
                         : write_file(import, buf_str(&path), &text, import->err);
    return import->status == STATUS_OK;
}

static enum status read_page(const char *file, json_t *pages, struct error *err)
{
    _cleanup_free_ char *text = NULL;
    size_t length;
    json_t *page = NULL;
    enum status status = file_read(file, LIMIT_IMPORT_FILE, &text, &length, err);
    if (!status)
        status = json_read((struct slice){text, length}, &page, err);
    if (status)
        return error_wrap(err, status, "%s", file);
    return json_array_append_new(pages, page) ? error_memory(err) : STATUS_OK;
}

static enum status read_pages(const struct cli *cli, json_t *pages, struct error *err)
{
    enum status status = STATUS_OK;
    if (cli->argument_count == 0)
        return error_set(err, STATUS_INVALID, "import articles needs the files to read");
    for (size_t i = 0; i < cli->argument_count && !status; i++)
        status = read_page(cli->arguments[i], pages, err);
    return status;
}

int cmd_import_articles(struct cli *cli)
{
    _cleanup_json_ json_t *pages = json_array(), *names = json_object();
    struct error err;
    struct import import = {.cli = cli, .into = cli_option(cli, "into"), .err = &err};
    if (!import.into)
        import.into = cli->config.articles;
    if (!pages || !names) {
        (void)error_memory(&err);
        return cli_fail(&err);
    }
    if (read_pages(cli, pages, &err))
        return cli_fail(&err);
    source_names(pages, names);
    source_each(pages, names, take_article, &import);
    if (import.status)
        return cli_fail(&err);
    cli_say("wrote %zu articles to %s, kept %zu files that were there, left out %zu without text",
            import.written, import.into, import.kept, import.empty);
    return import.written + import.kept > 0 ? CLI_DONE : CLI_PROBLEMS;
}
