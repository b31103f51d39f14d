/* draft_parts.c: chooses between lead and section by the words of the question that each speaks of. */
#include "app/agent/draft_parts.h"

#include "app/agent/draft.h"
#include "base/limits.h"
#include "base/str.h"
#include "text/words.h"

#include <ctype.h>

enum { PASSAGE_BYTES = 900, PART_BYTES = 64 * 1024 };

/* Where a word of the question stands. */
enum { IN_TITLE = 1, IN_OPENING = 2 /* summary or lead */, IN_HEADING = 4, IN_SECTION = 8 };

struct asking {
    struct words *words;
    const char *lang;
    struct word_list question, part;
    unsigned char places[LIMIT_QUERY_WORDS]; /* of each word of the question */
};

/* Notes which words of the question stand in TEXT. */
static enum status look_into(struct asking *asking, const char *text, unsigned char place,
                             struct error *err)
{
    enum status status = words_split(asking->words, slice_of(text), asking->lang, LIMIT_QUERY_WORDS,
                                     &asking->part, err);
    for (size_t i = 0; i < asking->question.count && !status; i++)
        for (size_t j = 0; j < asking->part.count; j++)
            if (asking->part.items[j].keys[0] == asking->question.items[i].keys[0])
                asking->places[i] |= place;
    return status;
}

/* What the section says that the question asks and the rest of the article does not. A heading may repeat the title
 * ("Revoke" in "Create and revoke tokens"), or what the opening names in passing. */
struct addition {
    bool by_heading, by_text;
};

static struct addition judge(const struct asking *asking)
{
    struct addition adds = {false, false};
    for (size_t i = 0; i < asking->question.count; i++) {
        unsigned known = asking->places[i] & (IN_TITLE | IN_OPENING);
        if (asking->question.items[i].stop)
            continue;
        adds.by_heading |= (asking->places[i] & IN_HEADING) && known != (IN_TITLE | IN_OPENING);
        adds.by_text |= (asking->places[i] & IN_SECTION) && known == 0;
    }
    return adds;
}

static enum status weigh(const struct article *article, const struct article_section *lead,
                         const struct article_section *section, struct slice question,
                         struct addition *ret, struct error *err)
{
    struct asking asking = {.lang = article->lang};
    enum status status = words_new(&asking.words, err);
    if (!status)
        status = words_split(asking.words, question, asking.lang, LIMIT_QUERY_WORDS,
                             &asking.question, err);
    if (!status)
        status = look_into(&asking, article->title, IN_TITLE, err);
    if (!status)
        status = look_into(&asking, article->summary, IN_OPENING, err);
    if (!status && lead)
        status = look_into(&asking, lead->text, IN_OPENING, err);
    if (!status)
        status = look_into(&asking, section->heading, IN_HEADING, err);
    if (!status)
        status = look_into(&asking, section->text, IN_SECTION, err);
    *ret = judge(&asking);
    word_list_done(&asking.question);
    word_list_done(&asking.part);
    (void)words_free(asking.words);
    return status;
}

static const struct article_section *find_section(const struct article *article, const char *anchor)
{
    for (size_t i = 0; i < article->section_count; i++)
        if (str_equal(article->sections[i].anchor, anchor))
            return &article->sections[i];
    return NULL;
}

static void add_block(struct buf *out, const char *text)
{
    if (str_empty(text))
        return;
    if (out->length > 0)
        buf_add_str(out, "\n\n");
    buf_add_str(out, text);
}

/* True of a summary made of a first paragraph that was too long. */
static bool is_cut(const char *summary)
{
    static const char dots[] = "…";
    size_t length = summary ? strlen(summary) : 0;
    return length >= sizeof dots - 1 && str_equal(summary + length - (sizeof dots - 1), dots);
}

static void add_passage(struct buf *out, const struct article *article,
                        const struct article_section *section, bool announced)
{
    _cleanup_buf_ struct buf text = BUF_INIT(PART_BYTES);
    draft_passage(section->text, article->markdown, PASSAGE_BYTES, announced, &text);
    add_block(out, buf_str(&text));
    out->failed |= text.failed;
}

/* "2. Point the desk at Deflect" is a heading, not the second item of a list. */
static void add_heading(struct buf *out, const char *heading)
{
    const char *text = heading;
    while (isdigit((unsigned char)*text))
        text++;
    text = text > heading && *text == '.' ? text + 1 + strspn(text + 1, " ") : heading;
    add_block(out, *text ? text : heading);
    if (!ispunct((unsigned char)out->data[out->length - 1]))
        buf_add_char(out, ':');
}

enum status draft_answer(const struct article *article, const char *anchor, struct slice question,
                         struct buf *out, bool *ret_section, struct error *err)
{
    const struct article_section *lead = find_section(article, "");
    const struct article_section *section =
        str_empty(anchor) ? NULL : find_section(article, anchor);
    struct addition adds = {false, false};
    enum status status = section ? weigh(article, lead, section, question, &adds, err) : STATUS_OK;
    if (status)
        return status;
    if (lead && !adds.by_heading)
        add_passage(out, article, lead, false);
    if (out->length == 0 && !is_cut(article->summary))
        add_block(out, article->summary);
    *ret_section = adds.by_heading || adds.by_text;
    if (*ret_section) {
        add_heading(out, section->heading);
        add_passage(out, article, section, true);
    }
    return out->failed ? error_memory(err) : STATUS_OK;
}
