/* gap_draft.c: gap → Markdown skeleton. */
#include "app/report/gap_draft.h"

#include "app/report/report_gaps.h"
#include "app/report/report_json.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"

#define MARKDOWN_BYTES 8192
#define URL_BYTES 32768
#define SAME_WORDING 3 /* so many wrote it: it is nobody's own */
#define MOST_QUESTIONS (GAPS_PHRASES + 1)
#define SLUG_BYTES 60

/* ---- Markdown ---- */

/* TEXT as a YAML string in double quotes. */
static void yaml_text(const char *text, struct buf *out)
{
    buf_add_char(out, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, (unsigned char)*c < ' ' ? ' ' : *c);
    }
    buf_add_char(out, '"');
}

void gap_draft_markdown(const char *const *questions, size_t count, const char *lang,
                        struct buf *out)
{
    buf_add_str(out, "---\ntitle: ");
    yaml_text(questions[0], out);
    buf_add_str(out, "\nstatus: draft\n");
    if (lang) {
        buf_add_str(out, "lang: ");
        yaml_text(lang, out);
        buf_add_char(out, '\n');
    }
    buf_add_str(out, "questions:\n");
    for (size_t i = 0; i < count; i++) {
        buf_add_str(out, "  - ");
        yaml_text(questions[i], out);
        buf_add_char(out, '\n');
    }
    buf_add_str(out, "tests:\n  - ");
    yaml_text(questions[0], out);
    buf_add_str(
        out,
        "\n---\n\n"
        "<!-- Make the title what the reader can do then. Answer in the first sentence. -->\n\n"
        "## Steps\n\n"
        "1. \n2. \n\n"
        "## If that does not help\n\n"
        "<!-- What may differ, and what to write to us. Then set status: published. -->\n");
}

/* ---- Path and address ---- */

/* "How do I export orders?" → "how-do-i-export-orders" */
static void slug(const char *text, struct buf *out)
{
    const struct slice slice = slice_of(text);
    bool gap = false;
    for (size_t position = 0; position < slice.length && out->length < SLUG_BYTES;) {
        const size_t start = position;
        const uint32_t point = utf8_next(slice, &position);
        const bool letter =
            point >= 0x80 || (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9');
        const bool capital = point >= 'A' && point <= 'Z';
        if (!letter && !capital) {
            gap = out->length > 0;
            continue;
        }
        if (gap)
            buf_add_char(out, '-');
        gap = false;
        if (capital)
            buf_add_char(out, (char)(point - 'A' + 'a'));
        else
            buf_add(out, slice.ptr + start, position - start);
    }
    if (out->length == 0)
        buf_add_str(out, "new-article");
}

/* Git hosts tell apart by what their edit pages have in the path. */
static const struct host {
    const char *edit, *create, *name_key, *text_key;
} hosts[] = {
    {"/-/edit/", "/-/new/", "file_name", "content"}, /* GitLab */
    {"/_edit/", "/_new/", "tree_path", "content"},   /* Gitea, Forgejo */
    {"/edit/", "/new/", "filename", "value"},        /* GitHub */
};

void gap_draft_new_file_url(const char *edit_url, const char *path, const char *text,
                            struct buf *out)
{
    const char *place = strstr(edit_url, "{path}");
    for (size_t i = 0; place && i < ARRAY_LENGTH(hosts); i++) {
        const char *edit = strstr(edit_url, hosts[i].edit);
        if (!edit || edit > place)
            continue;
        const char *rest = edit + strlen(hosts[i].edit);
        /* The folder alone: the file's name goes into a parameter. */
        const char *end = place > rest && place[-1] == '/' ? place - 1 : place;
        buf_add(out, edit_url, (size_t)(edit - edit_url));
        buf_add_str(out, hosts[i].create);
        buf_add(out, rest, (size_t)(end - rest));
        buf_printf(out, "?%s=", hosts[i].name_key);
        buf_add_url(out, slice_of(path), "");
        buf_printf(out, "&%s=", hosts[i].text_key);
        buf_add_url(out, slice_of(text), "");
        return;
    }
}

/* ---- The use case ---- */

static const struct gaps_row *find_gap(const struct gaps *gaps, const char *id)
{
    for (size_t i = 0; i < gaps_count(gaps); i++) {
        if (str_equal(gaps_row(gaps, i)->id, id))
            return gaps_row(gaps, i);
    }
    return NULL;
}

/* The questions that may stand in a public file; COMMON: the gap's common words, where there is no
 * other. Returns how many. */
static size_t choose_questions(const struct gaps_row *row, const char *common,
                               const char *questions[MOST_QUESTIONS])
{
    size_t count = 0;
    for (size_t i = 0; i < GAPS_PHRASES && row->phrases[i]; i++) {
        if (row->phrase_counts[i] >= SAME_WORDING)
            questions[count++] = row->phrases[i];
    }
    if (count == 0)
        questions[count++] = common;
    return count;
}

static json_t *draft_json(struct report_run *run, const struct gaps_row *row)
{
    _cleanup_buf_ struct buf common = BUF_INIT(URL_BYTES), markdown = BUF_INIT(MARKDOWN_BYTES),
                             path = BUF_INIT(SLUG_BYTES + 64), url = BUF_INIT(URL_BYTES);
    const char *questions[MOST_QUESTIONS], *edit_url = service_config(run->service)->edit_url;
    for (size_t i = 0; i < GAPS_WORDS && row->words[i]; i++)
        buf_printf(&common, "%s%s", i > 0 ? " " : "", row->words[i]);
    const size_t count = choose_questions(row, buf_str(&common), questions);
    gap_draft_markdown(questions, count, row->lang, &markdown);
    slug(questions[0], &path);
    buf_add_str(&path, ".md");
    if (edit_url)
        gap_draft_new_file_url(edit_url, buf_str(&path), buf_str(&markdown), &url);
    if (common.failed || markdown.failed || path.failed || url.failed)
        return NULL;
    return json_pack(
        "{s:s, s:s, s:s, s:s?, s:o, s:s?, s:s?}", "gap", row->id, "path", buf_str(&path),
        "markdown", buf_str(&markdown), "new_file_url", url.length > 0 ? buf_str(&url) : NULL,
        "phrases", report_texts_json(row->phrases, GAPS_PHRASES), "nearest_article", row->nearest,
        "nearest_title", row->nearest ? report_facts_title(run->facts, row->nearest) : NULL);
}

static enum status draft(struct report_run *run, const char *gap, json_t **ret, struct error *err)
{
    _cleanup_(gaps_freep) struct gaps *gaps = NULL;
    const enum status status = report_gather_gaps(run, &gaps, err);
    if (status != STATUS_OK)
        return status;
    const struct gaps_row *row = find_gap(gaps, gap);
    if (!row) {
        (void)error_set(err, STATUS_NOT_FOUND, "there is no gap '%s' in this period", gap);
        error_hint(err, "`deflect report --kind gaps` lists them");
        return STATUS_NOT_FOUND;
    }
    *ret = draft_json(run, row);
    return *ret ? STATUS_OK : error_memory(err);
}

enum status service_draft_gap(struct service *service, const struct gap_draft_request *request,
                              json_t **ret, struct error *err)
{
    const struct report_request report = {
        .kind = report_kind_gaps.name, .from_ms = request->from_ms, .to_ms = request->to_ms};
    struct report_run run = {.service = service, .request = &report, .now_ms = clock_now_ms()};
    enum status status = report_facts_load(service, &run.facts, err);
    if (status == STATUS_OK)
        status = words_new(&run.words, err);
    if (status == STATUS_OK)
        status = draft(&run, request->gap, ret, err);
    words_free(run.words);
    report_facts_free(run.facts);
    return status;
}
