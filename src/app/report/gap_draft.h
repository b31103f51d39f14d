/* gap_draft.h: the skeleton of an article that is missing, from a gap of the gaps report. */
#ifndef DEFLECT_APP_GAP_DRAFT_H
#define DEFLECT_APP_GAP_DRAFT_H

#include "app/service.h"
#include "base/buf.h"

/* What a draft is made from. */
struct gap_draft_request {
    const char *gap;        /* its id in the gaps report */
    int64_t from_ms, to_ms; /* the report's period */
};

/* The draft as a JSON object:
 *   gap, path ("export-orders.md"), markdown (the file), new_file_url (where the Git host that
 * config `edit_url` names creates it; null where it is none that is known), phrases (how customers
 * put it, to be shown beside it), nearest_article, nearest_title. The Markdown may become public,
 * so it holds a customer's wording only where three or more wrote the very same; else the gap's
 * common words. Errors: NOT_FOUND (no such gap in the period), and those of the report. Owns: the
 * caller. */
enum status service_draft_gap(struct service *service, const struct gap_draft_request *request,
                              json_t **ret, struct error *err);

/* Appends the skeleton for QUESTIONS (how it is asked; one or more) in LANG (NULL: not said). */
void gap_draft_markdown(const char *const *questions, size_t count, const char *lang,
                        struct buf *out);

/* Appends the address on which the Git host of EDIT_URL (GitHub, GitLab, Gitea, Forgejo) creates
 * PATH with TEXT; nothing where the pattern is of none of them. */
void gap_draft_new_file_url(const char *edit_url, const char *path, const char *text,
                            struct buf *out);

#endif
