/* article_import.c: front matter and Markdown of an imported article. */
#include "app/import/article_import.h"

#include "app/import/html_text.h"
#include "article/slug.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"

#include <inttypes.h>
#include <strings.h>

/* A text as YAML: JSON's strings, as buf_add_json writes them, are YAML's too. */
static void add_field(struct buf *out, const char *name, const char *value)
{
    if (str_empty(value))
        return;
    buf_printf(out, "%s: ", name);
    buf_add_json(out, slice_of(value));
    buf_add_char(out, '\n');
}

static void add_tags(struct buf *out, const json_t *tags)
{
    const json_t *tag;
    size_t i;
    if (json_array_size(tags) == 0)
        return;
    buf_add_str(out, "tags:\n");
    json_array_foreach(tags, i, tag)
    {
        if (!json_is_string(tag))
            continue;
        buf_add_str(out, "  - ");
        buf_add_json(out, slice_of(json_string_value(tag)));
        buf_add_char(out, '\n');
    }
}

/* The old address' path, so that links to it lead on. */
static void add_redirect(struct buf *out, const char *url)
{
    const char *host = url ? strstr(url, "://") : NULL;
    const char *path = host ? strchr(host + 3, '/') : NULL;
    if (!path || !path[1])
        return;
    buf_add_str(out, "redirect_from:\n  - ");
    buf_add_json(out, (struct slice){path, strcspn(path, "?#")});
    buf_add_char(out, '\n');
}

void article_import_markdown(const struct source_article *article, struct buf *out)
{
    buf_add_str(out, "---\n");
    add_field(out, "title", article->title);
    add_field(out, "summary", article->summary);
    add_field(out, "category", article->category);
    add_field(out, "lang", article->lang);
    if (article->updated_ms >= 0) {
        char updated[CLOCK_TEXT_SIZE];
        clock_format(article->updated_ms, updated);
        buf_printf(out, "updated: %s\n", updated);
    }
    if (article->draft)
        buf_add_str(out, "status: draft\n");
    add_tags(out, article->tags);
    add_redirect(out, article->url);
    if (article->up >= 0 && article->down >= 0)
        buf_printf(out, "votes: {up: %" PRId64 ", down: %" PRId64 "}\n", article->up, article->down);
    buf_add_str(out, "---\n\n");
    html_to_text(slice_of(article->html), HTML_MARKDOWN, out);
    buf_add_char(out, '\n');
}

/* Appends TEXT as one part of a path. */
static void add_part(struct buf *out, const char *text, const char *fallback)
{
    _cleanup_free_ char *slug = slug_id(slice_of(text));
    if (!slug) {
        out->failed = true;
        return;
    }
    for (char *p = slug; *p; p++)
        if (*p == '/')
            *p = '-';
    buf_add_str(out, *slug ? slug : fallback);
}

void article_import_path(const struct source_article *article, const char *default_lang,
                         struct buf *out)
{
    size_t primary = strcspn(default_lang, "-");
    bool foreign = article->lang && strncasecmp(article->lang, default_lang, primary) != 0;
    if (foreign) {
        add_part(out, article->lang, "other");
        buf_add_char(out, '/');
    }
    if (!str_empty(article->category)) {
        add_part(out, article->category, "articles");
        buf_add_char(out, '/');
    }
    add_part(out, article->title, "article");
    buf_add_str(out, ".md");
}
