/* translation.c: looks at the articles that share a translation key. */
#include "index/translation.h"

#include "base/limits.h"
#include "base/str.h"
#include "index/stored.h"
#include "index/terms.h"

enum { OTHER_LANGUAGE, OTHER_REGION, GENERAL_FORM, SAME_TAG };

struct choice {
    struct database *database;
    const struct translation_reader *reader;
    uint32_t best;
    int best_suits;
    size_t seen;
    enum status status;
    struct error *err;
};

static struct slice primary_of(struct slice tag)
{
    size_t length = 0;
    while (length < tag.length && tag.ptr[length] != '-' && tag.ptr[length] != '_')
        length++;
    return (struct slice){tag.ptr, length};
}

static int tag_suits(struct slice tag, struct slice wanted)
{
    if (!wanted.length || !str_equal_ascii_case(primary_of(tag), primary_of(wanted)))
        return OTHER_LANGUAGE;
    if (str_equal_ascii_case(tag, wanted))
        return SAME_TAG;
    return primary_of(tag).length == tag.length ? GENERAL_FORM : OTHER_REGION;
}

/* How well an article in LANG suits: what is wanted decides, then the default language. */
static int suits(const struct translation_reader *reader, struct slice lang)
{
    return (SAME_TAG + 1) * tag_suits(lang, slice_of(reader->lang)) + tag_suits(lang, slice_of(reader->default_lang));
}

static bool may_see(const struct translation_reader *reader, const struct record_head *head)
{
    return head->status == ARTICLE_PUBLISHED && (reader->agents || head->audience == ARTICLE_PUBLIC);
}

static bool compare(void *arg, uint32_t document)
{
    struct choice *choice = arg;
    struct record_head head;
    choice->status = stored_head(choice->database, document, &head, choice->err);
    if (choice->status != STATUS_OK)
        return false;
    if (may_see(choice->reader, &head) && suits(choice->reader, head.lang) > choice->best_suits) {
        choice->best = document;
        choice->best_suits = suits(choice->reader, head.lang);
    }
    return ++choice->seen < LIMIT_TRANSLATIONS;
}

bool translation_sought(struct database *database, const struct translation_reader *reader, const struct record_head *head)
{
    struct term key = term_make(TERM_TRANSLATION, head->translation_key);
    return tag_suits(head->lang, slice_of(reader->lang)) < SAME_TAG && database_term_frequency(database, term_slice(&key)) > 1;
}

enum status translation_choose(struct database *database, const struct translation_reader *reader, uint32_t document,
                               const struct record_head *head, uint32_t *ret, struct error *err)
{
    struct term key = term_make(TERM_TRANSLATION, head->translation_key);
    struct choice choice = {.database = database,
                            .reader = reader,
                            .best = document,
                            .best_suits = suits(reader, head->lang),
                            .status = STATUS_OK,
                            .err = err};
    enum status status = database_each(database, term_slice(&key), compare, &choice, err);
    *ret = choice.best;
    return status == STATUS_OK ? choice.status : status;
}
