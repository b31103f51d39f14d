/* audit_replay.c: one search a ticket. */
#include "app/report/audit_replay.h"

#include "base/str.h"

const char *replay_level_name(enum replay_level level)
{
    static const char *const names[] = {"none", "low", "medium", "high"};
    return names[level];
}

enum status replay_ticket(const struct audit_options *options, struct index_reader *reader,
                          const char *subject, const char *body, enum replay_level *ret,
                          char **ret_title, struct error *err)
{
    static const enum replay_level levels[] = {[CONFIDENCE_LOW] = REPLAY_LOW,
                                               [CONFIDENCE_MEDIUM] = REPLAY_MEDIUM,
                                               [CONFIDENCE_HIGH] = REPLAY_HIGH};
    const struct index_query query = {.subject = slice_of(str_empty(subject) ? body : subject),
                                      .body = str_empty(subject) ? slice_of(NULL) : slice_of(body),
                                      .default_lang = options->default_lang,
                                      .limit = 1};
    struct index_results results = {0};
    enum status status = index_search(reader, &query, &results, err);
    if (status != STATUS_OK)
        return status;
    *ret = results.count ? levels[results.hits[0].confidence] : REPLAY_NONE;
    if (ret_title && results.count)
        *ret_title = steal_pointer(&results.hits[0].title);
    index_results_done(&results);
    return STATUS_OK;
}
