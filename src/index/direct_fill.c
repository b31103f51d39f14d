/* direct_fill.c: database to direct index. */
#include "index/direct_fill.h"

#include "index/signature.h"
#include "index/stored.h"
#include "index/terms.h"

struct filling {
    struct database *database;
    struct words *words;
    struct direct *old;
    struct direct_writer *writer;
    struct buf signature, head, sections, scratch;
    struct error *err;
    enum status status;
};

static void copy(struct buf *to, struct slice from)
{
    buf_truncate(to, 0);
    buf_add_slice(to, from);
}

/* Takes the old record, where it is whole and has the article as the database has it, whose head is in `head`. */
static bool take_old(struct filling *filling, uint32_t document)
{
    struct slice signature, head, sections, rest;
    struct signature read;
    if (!filling->old || direct_shown(filling->old, document, &head, &sections, NULL) != STATUS_OK ||
        !slice_equal(head, (struct slice){filling->head.data, filling->head.length}) ||
        record_unseal(sections, &rest, NULL) != STATUS_OK)
        return false;
    copy(&filling->sections, sections);
    if (direct_signature(filling->old, document, &signature, NULL) != STATUS_OK ||
        signature_read(signature, &read, NULL) != STATUS_OK)
        return false;
    copy(&filling->signature, signature);
    return true;
}

/* Works the record out from the stored article. */
static enum status derive(struct filling *filling, uint32_t document, struct error *err)
{
    _cleanup_buf_ struct buf spellings = BUF_INIT(STORED_MOST);
    struct article *article = NULL;
    enum status status = stored_article(filling->database, document, &filling->scratch, &article, NULL, err);
    buf_truncate(&filling->signature, 0);
    buf_truncate(&filling->sections, 0);
    if (status == STATUS_OK)
        status = signature_write(filling->words, article, &filling->signature, &spellings, err);
    if (status == STATUS_OK)
        record_write_sections(article, &filling->sections);
    article_free(article);
    return status;
}

static bool fill_document(void *arg, uint32_t document)
{
    struct filling *filling = arg;
    struct slice head;
    filling->status = database_value(filling->database, document, SLOT_HEAD, &head, filling->err);
    if (filling->status != STATUS_OK)
        return false;
    copy(&filling->head, head);
    if (!take_old(filling, document))
        filling->status = derive(filling, document, filling->err);
    if (filling->status == STATUS_OK && (filling->head.failed || filling->sections.failed || filling->signature.failed))
        filling->status = error_memory(filling->err);
    if (filling->status == STATUS_OK) {
        struct direct_record record = {.signature = {filling->signature.data, filling->signature.length},
                                        .head = {filling->head.data, filling->head.length},
                                        .sections = {filling->sections.data, filling->sections.length}};
        filling->status = direct_writer_put(filling->writer, document, &record, filling->err);
    }
    return filling->status == STATUS_OK;
}

enum status direct_fill(struct database *database, struct words *words, struct direct *old, struct direct_writer *writer,
                         struct error *err)
{
    struct filling filling = {.database = database,
                              .words = words,
                              .old = old,
                              .writer = writer,
                              .signature = BUF_INIT(STORED_MOST),
                              .head = BUF_INIT(STORED_MOST),
                              .sections = BUF_INIT(STORED_MOST),
                              .scratch = BUF_INIT(STORED_MOST),
                              .err = err,
                              .status = STATUS_OK};
    enum status status = database_each(database, SLICE_LITERAL(TERM_ALL), fill_document, &filling, err);
    buf_done(&filling.signature);
    buf_done(&filling.head);
    buf_done(&filling.sections);
    buf_done(&filling.scratch);
    return status == STATUS_OK ? filling.status : status;
}
