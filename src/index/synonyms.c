/* synonyms.c: groups of synonyms to text and back. */
#include "index/synonyms.h"

#include "base/mem.h"

#include <string.h>

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

static bool same_form(const struct synonym_form *a, const struct synonym_form *b)
{
    return a->length == b->length && a->group == b->group && a->weight == b->weight &&
           memcmp(a->keys, b->keys, a->length * sizeof *a->keys) == 0;
}

/* The form TEXT as language LANG has it, unless the other language had it alike. */
static enum status read_form(struct words *words, struct slice text, const char *lang, const struct synonym_form *like,
                             struct word_list *list, struct synonyms *ret, struct error *err)
{
    struct synonym_form form = *like;
    enum status status = words_split(words, text, lang, LIMIT_SYNONYM_WORDS + 1, list, err);
    if (status != STATUS_OK || list->count == 0 || list->count > LIMIT_SYNONYM_WORDS)
        return status;
    form.length = (unsigned)list->count;
    for (size_t i = 0; i < list->count; i++) {
        form.keys[i] = list->items[i].keys[0];
        form.stops |= (unsigned)list->items[i].stop << i;
    }
    if (ret->count && same_form(&ret->forms[ret->count - 1], &form))
        return STATUS_OK;
    if (mem_grow(&ret->forms, &ret->capacity, ret->count, sizeof *ret->forms) != 0)
        return error_memory(err);
    ret->forms[ret->count++] = form;
    return STATUS_OK;
}

enum status synonyms_read(struct words *words, struct slice text, const char *lang, const char *second_lang, float weight,
                          struct synonyms *ret, struct error *err)
{
    _cleanup_word_list_ struct word_list list = {0};
    struct synonym_form like = {.group = ret->count ? ret->forms[ret->count - 1].group + 1 : 0, .weight = weight};
    struct slice line, form;
    for (; slice_split(&text, '\n', &line); like.group++) {
        while (slice_split(&line, '\t', &form)) {
            enum status status = read_form(words, form, lang, &like, &list, ret, err);
            if (status == STATUS_OK && second_lang)
                status = read_form(words, form, second_lang, &like, &list, ret, err);
            if (status != STATUS_OK)
                return status;
        }
    }
    return STATUS_OK;
}
