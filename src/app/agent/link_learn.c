/* link_learn.c: an agent's link: checked, kept, taught. */
#include "app/agent/link_learn.h"

#include "app/agent/teacher.h"
#include "app/service_private.h"
#include "base/limits.h"
#include "base/str.h"
#include "text/redact.h"

/* The article must exist: a mistyped id would teach nobody anything. */
static enum status check_article(struct service *service, const char *id, struct error *err)
{
    struct index_reader *reader = NULL;
    struct index_article article = {0};
    enum status status = service_take_reader(service, &reader, err);
    if (status)
        return status;
    status = index_get(reader, id, &article, err);
    service_give_reader(service, reader);
    if (status == STATUS_NOT_FOUND)
        return error_set(err, STATUS_UNPROCESSABLE, "field article: there is no article %s", id);
    index_article_done(&article);
    return status;
}

enum status service_add_link(struct service *service, const struct link *link, bool *ret_new,
                             struct error *err)
{
    _cleanup_buf_ struct buf text = BUF_INIT(2 * LIMIT_BODY_TEXT);
    struct link kept = *link;
    enum status status = check_article(service, link->article, err);
    if (status)
        return status;
    if (link->text) {
        struct slice words = slice_of(link->text);
        words.length = utf8_cut(words, LIMIT_BODY_TEXT);
        redact_text(words, &text);
        if (text.failed)
            return error_memory(err);
        kept.text = buf_str(&text);
    }
    status = store_put_link(service_store(service), &kept, ret_new, err);
    return status ? status : teacher_note(service->teacher, link->ticket, link->article, err);
}

enum status service_remove_link(struct service *service, const char *ticket, const char *article,
                                struct error *err)
{
    enum status status = store_delete_link(service_store(service), ticket, article, err);
    return status ? status : teacher_note(service->teacher, ticket, article, err);
}

enum status service_learn(struct service *service, struct error *err)
{
    return teacher_flush(service->teacher, err);
}
