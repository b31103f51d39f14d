/* list.c: articles in order, as lists show them. */
#include "index/reader.h"

#include "base/str.h"
#include "index/record.h"
#include "index/terms.h"

#include <stdlib.h>
#include <string.h>

/* One article of a list: the strings that a summary borrows. */
struct entry {
    struct index_summary summary;
    char *texts; /* all of them, NUL after each */
};

struct listing {
    struct index_reader *reader;
    const struct index_list_filter *filter;
    struct entry *entries;
    size_t count, capacity;
    struct error *err;
    enum status status;
};

static const char *copy_text(struct slice text, char **at)
{
    char *copy = *at;
    if (!text.ptr)
        return NULL;
    memcpy(copy, text.ptr, text.length);
    copy[text.length] = '\0';
    *at += text.length + 1;
    return copy;
}

static enum status fill_entry(const struct record_head *head, struct entry *entry, struct error *err)
{
    const struct slice texts[] = {head->id,  head->path,  head->title, head->summary, head->lang, head->category,
                                  head->url, head->owner, head->translation_key, head->version};
    struct index_summary *summary = &entry->summary;
    const char **const places[] = {&summary->id,       &summary->path, &summary->title, &summary->summary, &summary->lang,
                                   &summary->category, &summary->url,  &summary->owner, &summary->translation_key,
                                   &summary->version};
    size_t bytes = ARRAY_LENGTH(texts);
    char *at;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        bytes += texts[i].length;
    entry->texts = at = mem_alloc(bytes);
    if (!at)
        return error_memory(err);
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        *places[i] = copy_text(texts[i], &at);
    summary->audience = head->audience;
    summary->status = head->status;
    summary->has_order = head->has_order;
    summary->contact_expected = head->contact_expected;
    summary->order = head->order;
    summary->updated_ms = head->updated_ms;
    summary->reviewed_ms = head->reviewed_ms;
    summary->review_every_ms = head->review_every_ms;
    return STATUS_OK;
}

static bool matches(const struct index_list_filter *filter, const struct record_head *head)
{
    return (!filter->public_only || (head->audience == ARTICLE_PUBLIC && head->status == ARTICLE_PUBLISHED)) &&
           (!filter->lang || slice_equal(head->lang, slice_of(filter->lang))) &&
           (!filter->category || slice_equal(head->category, slice_of(filter->category))) &&
           (!filter->translation_key || slice_equal(head->translation_key, slice_of(filter->translation_key)));
}

static enum status read_head(struct index_reader *reader, uint32_t document, struct record_head *ret, struct error *err)
{
    struct slice bytes;
    enum status status = database_value(reader->database, document, SLOT_HEAD, &bytes, err);
    return status == STATUS_OK ? record_read_head(bytes, ret, err) : status;
}

/* Takes the article in; false when the list is full or broken. */
static bool take_document(void *arg, uint32_t document)
{
    struct listing *listing = arg;
    struct record_head head;
    listing->status = read_head(listing->reader, document, &head, listing->err);
    if (listing->status != STATUS_OK)
        return false;
    if (!matches(listing->filter, &head))
        return true;
    if (mem_grow(&listing->entries, &listing->capacity, listing->count, sizeof *listing->entries) != 0) {
        listing->status = error_memory(listing->err);
        return false;
    }
    listing->status = fill_entry(&head, &listing->entries[listing->count], listing->err);
    if (listing->status != STATUS_OK)
        return false;
    listing->count++;
    return !listing->filter->limit || listing->count < listing->filter->limit;
}

static bool take_id(void *arg, struct slice term, uint32_t frequency)
{
    struct listing *listing = arg;
    uint32_t document;
    (void)frequency;
    listing->status = database_find(listing->reader->database, term, &document, listing->err);
    return listing->status == STATUS_OK && take_document(listing, document);
}

static int compare_entries(const void *a, const void *b)
{
    const struct index_summary *x = &((const struct entry *)a)->summary, *y = &((const struct entry *)b)->summary;
    int order = strcmp(x->category, y->category);
    if (order == 0)
        order = y->has_order - x->has_order;
    if (order == 0 && x->has_order)
        order = (x->order > y->order) - (x->order < y->order);
    if (order == 0)
        order = strcmp(x->title, y->title);
    return order ? order : strcmp(x->id, y->id);
}

static enum status gather(struct listing *listing, struct error *err)
{
    const struct index_list_filter *filter = listing->filter;
    enum status status;
    if (filter->after || filter->limit) {
        struct term after = term_make(TERM_ID, slice_of(filter->after));
        struct slice behind = filter->after ? term_slice(&after) : (struct slice){NULL, 0};
        status = database_each_term(listing->reader->database, (struct slice){(char[]){TERM_ID}, 1}, behind, take_id,
                                    listing, err);
    } else if (filter->translation_key) {
        struct term key = term_make(TERM_TRANSLATION, slice_of(filter->translation_key));
        status = database_each(listing->reader->database, term_slice(&key), take_document, listing, err);
    } else {
        status = database_each(listing->reader->database, SLICE_LITERAL(TERM_ALL), take_document, listing, err);
    }
    if (status == STATUS_OK)
        status = listing->status;
    if (status == STATUS_OK && !filter->after && !filter->limit && listing->count)
        qsort(listing->entries, listing->count, sizeof *listing->entries, compare_entries);
    return status;
}

enum status index_list(struct index_reader *reader, const struct index_list_filter *filter, index_summary_fn *each,
                       void *arg, struct error *err)
{
    struct listing listing = {.reader = reader, .filter = filter, .err = err, .status = STATUS_OK};
    enum status status = gather(&listing, err);
    for (size_t i = 0; status == STATUS_OK && i < listing.count; i++)
        if (!each(arg, &listing.entries[i].summary))
            break;
    for (size_t i = 0; i < listing.count; i++)
        mem_free(listing.entries[i].texts);
    mem_free(listing.entries);
    return status;
}

/* ---- Languages ---- */

struct languages {
    struct index_reader *reader;
    char ***langs;
    struct error *err;
    enum status status;
};

static bool knows_language(char **langs, struct slice lang)
{
    for (; langs && *langs; langs++)
        if (slice_equal(lang, slice_of(*langs)))
            return true;
    return false;
}

static bool take_language(void *arg, uint32_t document)
{
    static const struct index_list_filter public_only = {.public_only = true};
    struct languages *found = arg;
    struct record_head head;
    found->status = read_head(found->reader, document, &head, found->err);
    if (found->status == STATUS_OK && matches(&public_only, &head) && !knows_language(*found->langs, head.lang) &&
        !strv_append(found->langs, head.lang))
        found->status = error_memory(found->err);
    return found->status == STATUS_OK;
}

enum status index_languages(struct index_reader *reader, char ***langs, struct error *err)
{
    struct languages found = {.reader = reader, .langs = langs, .err = err, .status = STATUS_OK};
    enum status status = database_each(reader->database, SLICE_LITERAL(TERM_ALL), take_language, &found, err);
    return status == STATUS_OK ? found.status : status;
}
