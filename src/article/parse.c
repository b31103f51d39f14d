/* parse.c: a Markdown file's text in, an article out. */
#include "article/parse.h"

#include "article/flavour.h"
#include "article/front_matter.h"
#include "article/outline.h"
#include "article/place.h"
#include "article/redirect.h"
#include "article/slug.h"
#include "article/tree.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/str.h"

#include <stdio.h>

void article_init(void)
{
    tree_init();
}

/* ---- Problems ---- */

void article_problems_done(struct article_problems *problems)
{
    for (size_t i = 0; i < problems->count; i++)
        mem_free(problems->items[i].message);
    problems->items = mem_free(problems->items);
    problems->count = problems->capacity = 0;
}

enum status article_problems_add(struct article_problems *problems,
                                 const struct article_problem *problem, const char *message)
{
    struct article_problem copy = *problem;
    copy.message = mem_strdup(message);
    if (!copy.message ||
        mem_grow(&problems->items, &problems->capacity, problems->count, sizeof copy) < 0) {
        mem_free(copy.message);
        return STATUS_OUT_OF_MEMORY;
    }
    problems->items[problems->count++] = copy;
    return STATUS_OK;
}

/* Adds the error MESSAGE of LINE (0: none) to PROBLEMS and to ERR, and returns STATUS. */
static enum status refuse(struct article_problems *problems, enum status status, size_t line,
                          const char *message, struct error *err)
{
    struct article_problem problem = {.is_error = true, .kind = "unreadable", .line = line};
    if (article_problems_add(problems, &problem, message) != STATUS_OK)
        return error_memory(err);
    return line ? error_set(err, status, "line %zu: %s", line, message)
                : error_set(err, status, "%s", message);
}

/* ---- Bytes as text ---- */

static enum status check_encoding(struct slice bytes, struct article_problems *problems,
                                  struct error *err)
{
    size_t line = 1;
    if (utf8_valid(bytes))
        return STATUS_OK;
    for (struct slice rest = bytes, one; slice_split(&rest, '\n', &one); line++) {
        if (utf8_valid(one))
            continue;
        bool nul = memchr(one.ptr, '\0', one.length) != NULL;
        enum status status =
            refuse(problems, STATUS_INVALID, line,
                   nul ? "the file holds a NUL byte" : "the text is not UTF-8", err);
        error_hint(err, "save the file as UTF-8");
        return status;
    }
    return error_set(err, STATUS_INTERNAL, "text that is not UTF-8 has no line that is not");
}

/* Without byte order mark, lines ended by '\n' alone. */
static void add_text(struct buf *out, struct slice bytes)
{
    if (slice_starts(bytes, SLICE_LITERAL("\xEF\xBB\xBF")))
        bytes = (struct slice){bytes.ptr + 3, bytes.length - 3};
    while (bytes.length) {
        const char *end = memchr(bytes.ptr, '\r', bytes.length);
        size_t length = end ? (size_t)(end - bytes.ptr) : bytes.length;
        buf_add(out, bytes.ptr, length);
        if (end && (length + 1 == bytes.length || end[1] != '\n'))
            buf_add_char(out, '\n'); /* an old Mac's line */
        length += end != NULL;
        bytes = (struct slice){bytes.ptr + length, bytes.length - length};
    }
}

/* ---- Fields ---- */

struct making {
    const struct article_context *context;
    struct front_matter front;
    struct slice body; /* as written */
    struct outline outline;
    struct tree tree;
    struct article *article;
};

/* One line of plain text, at most MAX bytes; NULL when memory is short. Owns: the caller. */
static char *one_line(const char *text, size_t max)
{
    _cleanup_buf_ struct buf line = BUF_INIT(LIMIT_ARTICLE_FILE);
    flavour_line(slice_of(text), &line);
    if (line.failed)
        return NULL;
    buf_truncate(&line, utf8_cut((struct slice){buf_str(&line), line.length}, max));
    return buf_take(&line);
}

/* Replaces *FIELD, where it is given, by one line of at most MAX bytes, or by NULL where nothing is
 * left. */
static bool tidy_field(char **field, size_t max)
{
    if (!*field)
        return true;
    char *line = one_line(*field, max);
    mem_free(*field);
    *field = line;
    if (line && !*line)
        *field = mem_free(line);
    return line != NULL || *field != NULL;
}

/* TEXT cut to LIMIT_SUMMARY at a word. */
static char *cut_summary(const struct buf *text)
{
    size_t length = utf8_cut((struct slice){buf_str(text), text->length}, LIMIT_SUMMARY),
           space = length;
    if (length == text->length)
        return mem_strdup(buf_str(text));
    while (space > length / 2 && text->data[space] != ' ')
        space--;
    if (text->data[space] == ' ')
        length = space;
    while (length > 0 && strchr(" ,;:-", text->data[length - 1]))
        length--;
    return mem_printf("%.*s…", (int)length, text->data);
}

/* A summary that the file gives may hold Markdown: a reader sees its text. NULL when memory is
 * short. */
static char *plain_summary(const char *given)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_ARTICLE_FILE);
    _cleanup_tree_ struct tree tree = {0};
    enum status status = tree_parse(slice_of(given), &tree, NULL);
    if (status == STATUS_OK)
        outline_first_paragraph(tree.root, &text);
    if (status == STATUS_OUT_OF_MEMORY || text.failed)
        return NULL;
    return text.length ? buf_take(&text) : mem_strdup(given);
}

static bool make_summary(struct making *m)
{
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_ARTICLE_FILE * 4);
    _cleanup_free_ char *line = NULL;
    if (m->front.summary) {
        m->article->summary = plain_summary(m->front.summary);
        return m->article->summary && tidy_field(&m->article->summary, LIMIT_TITLE * 4);
    }
    outline_first_paragraph(m->tree.root, &text);
    line = text.failed ? NULL : one_line(buf_str(&text), LIMIT_SUMMARY * 2);
    if (!line)
        return false;
    buf_truncate(&text, 0);
    buf_add_str(&text, line);
    m->article->summary = text.failed ? NULL : cut_summary(&text);
    return m->article->summary != NULL;
}

/* The title: as given, else the first heading of level 1, else the file's name. */
static bool make_title(struct making *m)
{
    struct article *article = m->article;
    article->title = steal_pointer(&m->front.title);
    for (size_t i = 0; !article->title && i < m->outline.count; i++) {
        if (m->outline.headings[i].level == 1 && *m->outline.headings[i].text) {
            article->title = one_line(m->outline.headings[i].text, LIMIT_TITLE);
            if (!article->title)
                return false;
        }
    }
    article->title_given = article->title != NULL;
    if (!article->title)
        article->title = place_title(m->context->path);
    return article->title != NULL;
}

/* What the path says, where the file does not. */
static enum status make_place(struct making *m, struct article_problems *problems)
{
    struct article *article = m->article;
    const char *path = m->context->path;
    struct slice folder = place_language_folder(path, m->context->languages);
    struct slice lang = m->front.lang ? slice_of(m->front.lang) : folder;
    bool tag_read = place_language_tag(lang, &article->lang);
    if (tag_read && !article->lang && m->front.lang) {
        struct article_problem problem = {.line = 1, .kind = "lang"};
        _cleanup_free_ char *message =
            mem_printf("\"%.100s\" is no language tag such as en or pt-BR", m->front.lang);
        if (!message || article_problems_add(problems, &problem, message) != STATUS_OK)
            return STATUS_OUT_OF_MEMORY;
        tag_read = place_language_tag(folder, &article->lang);
    }
    if (tag_read && !article->lang)
        article->lang = mem_strdup(m->context->default_lang);
    article->category =
        m->front.category ? steal_pointer(&m->front.category) : place_category(path, folder);
    article->translation_key = place_translation_key(path, folder);
    if (m->front.translation_of &&
        !(article->translation_of = slug_id(slice_of(m->front.translation_of))))
        return STATUS_OUT_OF_MEMORY;
    if (str_empty(article->translation_of))
        article->translation_of = mem_free(article->translation_of);
    if (article->translation_of) {
        mem_free(article->translation_key);
        article->translation_key = mem_strdup(article->translation_of);
    }
    return article->lang && article->category && article->translation_key ? STATUS_OK
                                                                          : STATUS_OUT_OF_MEMORY;
}

static bool make_id(struct making *m)
{
    struct article *article = m->article;
    if (m->front.id) {
        article->id = slug_id(slice_of(m->front.id));
        article->id_explicit = !str_empty(article->id);
        if (!article->id || article->id_explicit)
            return article->id != NULL;
        mem_free(article->id);
    }
    article->id = place_id(m->context->path);
    return article->id != NULL;
}

static bool is_web_address(const char *url)
{
    return str_starts(url, "https://") || str_starts(url, "http://");
}

static bool add_part(struct buf *text, const char *part)
{
    buf_add_str(text, part ? part : "");
    buf_add_char(text, '\0');
    return !text->failed;
}

/* Digests what a reader sees as the file says it, not as this program derives it, so that a better
 * way to derive is no new version. */
static bool make_version(struct making *m)
{
    _cleanup_buf_ struct buf seen = BUF_INIT(LIMIT_ARTICLE_FILE * 4);
    char hex[DIGEST_HEX_SIZE];
    bool done = add_part(&seen, m->article->title) && add_part(&seen, m->front.summary);
    for (char **question = m->article->questions; done && question && *question; question++)
        done = add_part(&seen, *question);
    buf_add_char(&seen, '\0');
    buf_add_slice(&seen, slice_trim(m->body));
    if (!done || seen.failed)
        return false;
    digest_sha256_hex((struct slice){buf_str(&seen), seen.length}, hex);
    m->article->version = mem_strndup(hex, 16);
    return m->article->version != NULL;
}

static bool make_front(struct making *m)
{
    struct article *article = m->article;
    struct front_matter *front = &m->front;
    if (!tidy_field(&front->title, LIMIT_TITLE) || !tidy_field(&front->category, LIMIT_TITLE) ||
        !tidy_field(&front->summary, LIMIT_TITLE * 4) || !tidy_field(&front->owner, LIMIT_TITLE))
        return false;
    article->audience = front->audience;
    article->status = front->status;
    article->contact_expected = front->contact_expected;
    article->has_order = front->has_order;
    article->order = front->order;
    article->updated_ms = front->updated_ms;
    article->reviewed_ms = front->reviewed_ms;
    article->review_every_ms = front->review_every_ms;
    article->tags = steal_pointer(&front->tags);
    article->questions = steal_pointer(&front->questions);
    article->tests = steal_pointer(&front->tests);
    article->owner = steal_pointer(&front->owner);
    if (front->url && is_web_address(front->url) && strlen(front->url) <= LIMIT_REDIRECT)
        article->url = steal_pointer(&front->url);
    return redirect_list(front, m->context->path, &article->redirects);
}

/* ---- The whole ---- */

/* Puts the body as CommonMark into the article, and parses it. */
static enum status read_body(struct making *m, struct error *err)
{
    _cleanup_buf_ struct buf markdown = BUF_INIT(LIMIT_ARTICLE_FILE * 8);
    enum status status =
        flavour_to_commonmark(m->body, place_is_mdx(m->context->path), &markdown, err);
    if (status != STATUS_OK)
        return status;
    m->article->markdown = buf_take(&markdown);
    if (!m->article->markdown)
        return error_memory(err);
    status = tree_parse(slice_of(m->article->markdown), &m->tree, err);
    return status == STATUS_OK ? outline_read(m->tree.root, &m->outline, err) : status;
}

static enum status fill(struct making *m, struct slice bytes, struct article_problems *problems,
                        struct error *err)
{
    struct article *article = m->article;
    char digest[DIGEST_HEX_SIZE];
    digest_sha256_hex(bytes, digest);
    article->digest = mem_strdup(digest);
    article->path = mem_strdup(m->context->path);
    if (!article->digest || !article->path || !make_front(m) || !make_id(m) || !make_title(m) ||
        !make_summary(m) || make_place(m, problems) != STATUS_OK || !make_version(m))
        return error_memory(err);
    return outline_sections(m->tree.root, &m->outline, article->title, &article->sections,
                            &article->section_count, err);
}

static void making_done(struct making *m)
{
    front_matter_done(&m->front);
    outline_done(&m->outline);
    tree_done(&m->tree);
    m->article = article_free(m->article);
}

/* A body that is refused says "line N: …" of the Markdown: the file has the front matter before it.
 */
static enum status refuse_body(const struct making *m, const struct error *why,
                               struct article_problems *problems, struct error *err)
{
    size_t line = 0;
    if (why->status == STATUS_OUT_OF_MEMORY)
        return error_memory(err);
    const char *text = why->message, *rest = strstr(text, ": ");
    if (sscanf(text, "line %zu: ", &line) == 1 && rest)
        text = rest + 2;
    return refuse(problems, why->status, line ? line + m->article->body_line - 1 : 0, text, err);
}

enum status article_parse(struct slice bytes, const struct article_context *context,
                          struct article **ret, struct article_problems *problems,
                          struct error *err)
{
    _cleanup_(making_done) struct making m = {.context = context};
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_ARTICLE_FILE * 2);
    struct error body_error = {.message = ""};
    size_t body = 0;
    if (bytes.length > LIMIT_ARTICLE_FILE)
        return refuse(problems, STATUS_TOO_LARGE, 0, "the file is larger than 1 MiB", err);
    enum status status = check_encoding(bytes, problems, err);
    if (status != STATUS_OK)
        return status;
    add_text(&text, bytes);
    m.article = mem_zero(1, sizeof *m.article);
    if (text.failed || !m.article)
        return error_memory(err);
    struct slice whole = {buf_str(&text), text.length};
    status = front_matter_read(whole, &m.front, &body, problems, err);
    if (status != STATUS_OK)
        return status;
    m.body = (struct slice){whole.ptr + body, whole.length - body};
    m.article->body_line = 1;
    for (size_t i = 0; i < body; i++)
        m.article->body_line += whole.ptr[i] == '\n';
    status = read_body(&m, &body_error);
    if (status == STATUS_OK)
        status = fill(&m, bytes, problems, &body_error);
    if (status != STATUS_OK) {
        body_error.status = status;
        return refuse_body(&m, &body_error, problems, err);
    }
    *ret = steal_pointer(&m.article);
    return STATUS_OK;
}
