/* sample_past.c: made-up ages, edits and flags. */
#include "app/eval/sample_past.h"

#include "base/clock.h"
#include "store/flag.h"

#include <stdio.h>

/* An article is between YOUNGEST and YOUNGEST + SPREAD days old: some are due for a review. */
enum { YOUNGEST = 20, SPREAD = 130, STEP = 37 };

static const struct {
    enum flag_kind kind;
    const char *note, *agent;
} flags[] = {
    {FLAG_OUTDATED, "The menu has another name since the last release.", "Maria"},
    {FLAG_WRONG, "Step 3 leads to a page that does not exist any more.", "Jonas"},
    {FLAG_UNCLEAR, "Three customers asked which of the two keys is meant.", "Maria"},
    {FLAG_MISSING, "Nothing says how to change the address on an invoice.", "Jonas"},
};

bool sample_past_edit(struct sample_past *past, const char *article, int64_t at_ms)
{
    struct sample_edit *edit = &past->edits[past->edit_count];
    if (past->edit_count == ARRAY_LENGTH(past->edits))
        return false;
    (void)snprintf(edit->article, sizeof edit->article, "%s", article);
    edit->at_ms = at_ms;
    past->edit_count++;
    return true;
}

/* Writes the article's versions to OUT, oldest first; returns how many. An edited one had another
 * version before. */
static size_t put_versions(const struct sample_past *past, const char *article,
                           const char *version, int64_t born_ms, struct article_version out[2])
{
    for (size_t i = past->edit_count; i-- > 0;) {
        if (strcmp(past->edits[i].article, article) == 0) {
            out[0] = (struct article_version){article, "0", born_ms - SPREAD * MS_PER_DAY};
            out[1] = (struct article_version){article, version, past->edits[i].at_ms};
            return 2;
        }
    }
    out[0] = (struct article_version){article, version, born_ms};
    return 1;
}

static enum status write_flags(struct service *service, const struct simulate_article *articles,
                               size_t count, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; !status && count > 0 && i < ARRAY_LENGTH(flags); i++) {
        const struct flag flag = {
            .kind = flags[i].kind,
            .state = FLAG_OPEN,
            .article = flags[i].kind == FLAG_MISSING ? NULL : articles[i % count].id,
            .note = flags[i].note,
            .agent = flags[i].agent,
        };
        int64_t id;
        status = store_add_flag(service_store(service), &flag, &id, err);
    }
    return status;
}

enum status sample_past_write(const struct sample_past *past, struct service *service,
                              const struct simulate_article *articles,
                              const char *const *versions, size_t count, struct error *err)
{
    const int64_t today_ms = clock_day_start(clock_now_ms());
    _cleanup_free_ struct article_version *list = mem_zero(2 * count + 1, sizeof *list);
    size_t length = 0;
    if (!list)
        return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        const int64_t days = YOUNGEST + (int64_t)(i * STEP % SPREAD);
        length += put_versions(past, articles[i].id, versions[i], today_ms - days * MS_PER_DAY,
                               list + length);
    }
    const enum status status =
        store_replace_versions(service_store(service), list, length, err);
    return status ? status : write_flags(service, articles, count, err);
}
