/* synonyms.c: groups of synonyms to text and back. */
#include "index/synonyms.h"

#include "base/mem.h"

void synonyms_done(struct synonyms *synonyms)
{
    synonyms->forms = mem_free(synonyms->forms);
    synonyms->count = synonyms->capacity = 0;
}

enum status synonyms_write(char ***groups, struct buf *out, struct error *err)
{
    for (size_t g = 0; groups && groups[g]; g++) {
        for (size_t f = 0; groups[g][f]; f++) {
            if (f)
                buf_add_char(out, '\t');
            for (const char *c = groups[g][f]; *c; c++)
                buf_add_char(out, *c == '\t' || *c == '\n' ? ' ' : *c);
        }
        buf_add_char(out, '\n');
    }
    return out->failed ? error_set(err, STATUS_TOO_LARGE, "the synonyms take more than %zu bytes", out->cap) : STATUS_OK;
}

static enum status read_form(struct words *words, struct slice text, const char *lang, const struct synonym_form *like,
                             struct word_list *list, struct synonyms *ret, struct error *err)
{
    enum status status = words_split(words, text, lang, SYNONYM_WORDS + 1, list, err);
    struct synonym_form *form;
    if (status != STATUS_OK || list->count == 0 || list->count > SYNONYM_WORDS)
        return status;
    if (mem_grow(&ret->forms, &ret->capacity, ret->count, sizeof *ret->forms) != 0)
        return error_memory(err);
    form = &ret->forms[ret->count++];
    *form = *like;
    form->length = (unsigned)list->count;
    for (size_t i = 0; i < list->count; i++)
        form->keys[i] = list->items[i].keys[0];
    return STATUS_OK;
}

enum status synonyms_read(struct words *words, struct slice text, const char *lang, float weight, struct synonyms *ret,
                          struct error *err)
{
    _cleanup_word_list_ struct word_list list = {0};
    struct synonym_form like = {.group = ret->count ? ret->forms[ret->count - 1].group + 1 : 0, .weight = weight};
    struct slice line, form;
    for (; slice_split(&text, '\n', &line); like.group++) {
        while (slice_split(&line, '\t', &form)) {
            enum status status = read_form(words, form, lang, &like, &list, ret, err);
            if (status != STATUS_OK)
                return status;
        }
    }
    return STATUS_OK;
}
