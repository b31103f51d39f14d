/* stored.c: reads articles back from the database. */
#include "index/stored.h"

#include "index/terms.h"

enum status stored_head(struct database *database, uint32_t document, struct record_head *ret, struct error *err)
{
    struct slice bytes;
    enum status status = database_value(database, document, SLOT_HEAD, &bytes, err);
    return status == STATUS_OK ? record_read_head(bytes, ret, err) : status;
}

enum status stored_article(struct database *database, uint32_t document, struct buf *scratch, struct article **ret,
                           int64_t *ret_updated_ms, struct error *err)
{
    _cleanup_record_body_ struct record_body body = {0};
    struct record_head head;
    enum status status = stored_head(database, document, &head, err);
    buf_truncate(scratch, 0);
    if (status == STATUS_OK)
        status = database_data(database, document, scratch, err);
    if (status == STATUS_OK)
        status = record_read_body((struct slice){scratch->data, scratch->length}, &body, err);
    if (status == STATUS_OK)
        status = record_article(&head, &body, ret, err);
    if (status == STATUS_OK && ret_updated_ms)
        *ret_updated_ms = head.updated_ms;
    return status;
}
