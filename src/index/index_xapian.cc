/* index_xapian.cc: the index's face to Xapian (database.h); no other file knows it.
 *
 * Every function is noexcept and maps whatever was thrown to a status in one place. */
extern "C" {
#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
}
#include "index/database.h"

#include <xapian.h>

#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace
{
constexpr unsigned VALUE_SLOTS = 4;
constexpr unsigned BULK_BATCH = 500; /* documents between flushes of a database made anew: measured best */
constexpr std::size_t SPELLINGS_MOST = 65536; /* words that wait for a flush: some five megabytes */

std::string to_string(struct slice text)
{
    return text.length ? std::string(text.ptr, text.length) : std::string();
}

/* The term of a word: a prefix and the four bytes of its key. */
std::string key_term(uint32_t key)
{
    char bytes[5] = {DATABASE_KEY_PREFIX[0], static_cast<char>(key >> 24), static_cast<char>(key >> 16 & 255),
                     static_cast<char>(key >> 8 & 255), static_cast<char>(key & 255)};
    return std::string(bytes, sizeof bytes);
}

/* Maps the exception being handled; call from a catch block only. */
enum status map_exception(struct error *err, const char *what) noexcept
{
    try {
        throw;
    } catch (const Xapian::DatabaseModifiedError &e) {
        return error_set(err, STATUS_MODIFIED, "%s: the index changed meanwhile", what);
    } catch (const Xapian::DatabaseLockError &e) {
        return error_set(err, STATUS_LOCKED, "%s: another process is writing the index", what);
    } catch (const Xapian::DatabaseNotFoundError &e) {
        return error_set(err, STATUS_NOT_FOUND, "%s: there is no index", what);
    } catch (const Xapian::DatabaseVersionError &e) {
        return error_set(err, STATUS_INCOMPATIBLE, "%s: %s", what, e.get_msg().c_str());
    } catch (const Xapian::DatabaseCorruptError &e) {
        return error_set(err, STATUS_CORRUPT, "%s: %s", what, e.get_msg().c_str());
    } catch (const Xapian::DocNotFoundError &e) {
        return error_set(err, STATUS_NOT_FOUND, "%s: no such document", what);
    } catch (const Xapian::DatabaseError &e) {
        /* Without an error of the system behind it, the file itself is wrong: cut short, say. */
        return error_set(err, e.get_error_string() ? STATUS_IO : STATUS_CORRUPT, "%s: %s", what,
                         e.get_msg().c_str());
    } catch (const Xapian::Error &e) {
        return error_set(err, STATUS_CORRUPT, "%s: %s: %s", what, e.get_type(), e.get_msg().c_str());
    } catch (const std::bad_alloc &) {
        return error_memory(err);
    } catch (const std::exception &e) {
        return error_set(err, STATUS_INTERNAL, "%s: %s", what, e.what());
    } catch (...) {
        return error_set(err, STATUS_INTERNAL, "%s: unknown failure", what);
    }
}
} // namespace

struct database {
    Xapian::Database handle;
    std::string values[VALUE_SLOTS];
    uint64_t revision = 0;
    bool damaged = false;
};

struct database_writer {
    Xapian::WritableDatabase handle;
    Xapian::Document document;
    struct database view;
    bool bulk = false;
    unsigned pending = 0;
    std::unordered_map<std::string, int> spellings; /* words, and by how many articles they changed since the last flush */
};

/* ---- Reading ---- */

enum status database_open(const char *folder, struct database **ret, struct error *err) noexcept
{
    struct database *database = nullptr;
    try {
        database = new struct database;
        database->handle = Xapian::Database(folder);
        database->revision = database->handle.get_revision();
        *ret = database;
        return STATUS_OK;
    } catch (const Xapian::DatabaseOpeningError &e) {
        delete database;
        return error_set(err, STATUS_NOT_FOUND, "cannot open the index in %s: %s", folder, e.get_msg().c_str());
    } catch (...) {
        delete database;
        return map_exception(err, folder);
    }
}

struct database *database_close(struct database *database) noexcept
{
    delete database;
    return nullptr;
}

enum status database_refresh(struct database *database, bool *ret_changed, struct error *err) noexcept
{
    try {
        bool changed = database->handle.reopen();
        if (changed)
            database->revision = database->handle.get_revision();
        if (ret_changed)
            *ret_changed = changed;
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot see the latest state of the index");
    }
}

uint64_t database_revision(const struct database *database) noexcept
{
    return database->revision;
}

uint32_t database_count(const struct database *database) noexcept
{
    try {
        return database->handle.get_doccount();
    } catch (...) {
        return 0;
    }
}

uint32_t database_term_frequency(struct database *database, struct slice term) noexcept
{
    try {
        return database->handle.get_termfreq(to_string(term));
    } catch (...) {
        database->damaged |= map_exception(nullptr, "a frequency") == STATUS_CORRUPT;
        return 0;
    }
}

uint32_t database_frequency(struct database *database, uint32_t key) noexcept
{
    try {
        return database->handle.get_termfreq(key_term(key));
    } catch (...) {
        database->damaged |= map_exception(nullptr, "a frequency") == STATUS_CORRUPT;
        return 0;
    }
}

bool database_damaged(const struct database *database) noexcept
{
    return database->damaged;
}

enum status database_find(struct database *database, struct slice term, uint32_t *ret_document, struct error *err) noexcept
{
    try {
        std::string name = to_string(term);
        Xapian::PostingIterator at = database->handle.postlist_begin(name);
        if (at == database->handle.postlist_end(name))
            return error_set(err, STATUS_NOT_FOUND, "no such article");
        *ret_document = *at;
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot look up an article");
    }
}

enum status database_value(struct database *database, uint32_t document, unsigned slot, struct slice *ret,
                           struct error *err) noexcept
{
    try {
        std::string &value = database->values[slot];
        value = database->handle.get_document(document, Xapian::DOC_ASSUME_VALID).get_value(slot);
        *ret = {value.data(), value.size()};
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot read what the index keeps of an article");
    }
}

enum status database_data(struct database *database, uint32_t document, struct buf *out, struct error *err) noexcept
{
    try {
        std::string data = database->handle.get_document(document).get_data();
        buf_add(out, data.data(), data.size());
        return out->failed ? error_memory(err) : STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot read an article from the index");
    }
}

enum status database_metadata(struct database *database, const char *key, char **ret, struct error *err) noexcept
{
    try {
        std::string text = database->handle.get_metadata(key);
        char *copy = mem_strndup(text.data(), text.size());
        if (!copy)
            return error_memory(err);
        *ret = copy;
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot read the index' own notes");
    }
}

enum status database_each(struct database *database, struct slice term, database_document_fn *each, void *arg,
                          struct error *err) noexcept
{
    try {
        std::string name = to_string(term);
        for (Xapian::PostingIterator at = database->handle.postlist_begin(name);
             at != database->handle.postlist_end(name); ++at)
            if (!each(arg, *at))
                break;
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot list the index");
    }
}

enum status database_each_term(struct database *database, struct slice prefix, struct slice after,
                               database_term_fn *each, void *arg, struct error *err) noexcept
{
    try {
        std::string start = to_string(prefix), behind = to_string(after);
        Xapian::TermIterator at = database->handle.allterms_begin(start), end = database->handle.allterms_end(start);
        if (!behind.empty())
            at.skip_to(behind);
        for (; at != end; ++at) {
            std::string term = *at;
            if (term == behind)
                continue;
            if (!each(arg, {term.data(), term.size()}, at.get_termfreq()))
                break;
        }
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot list the words of the index");
    }
}

enum status database_spell(struct database *database, struct slice word, unsigned most_edits, char **ret,
                           struct error *err) noexcept
{
    try {
        std::string found = database->handle.get_spelling_suggestion(to_string(word), most_edits);
        char *copy = mem_strndup(found.data(), found.size());
        if (!copy)
            return error_memory(err);
        *ret = copy;
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot look up a spelling");
    }
}

enum status database_each_spelling(struct database *database, struct slice prefix, database_term_fn *each, void *arg,
                                   struct error *err) noexcept
{
    try {
        std::string start = to_string(prefix);
        Xapian::TermIterator at = database->handle.spellings_begin(), end = database->handle.spellings_end();
        if (at != end)
            at.skip_to(start);
        for (; at != end; ++at) {
            std::string word = *at;
            if (word.compare(0, start.size(), start) != 0 || !each(arg, {word.data(), word.size()}, at.get_termfreq()))
                break;
        }
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot list spellings");
    }
}

enum status database_check(const char *folder, struct error *err) noexcept
{
    try {
        std::size_t faults = Xapian::Database::check(folder, 0, nullptr);
        if (faults)
            return error_set(err, STATUS_CORRUPT, "%s: %zu faults found", folder, faults);
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, folder);
    }
}

/* ---- Matching ---- */

namespace
{
Xapian::Query term_query(const struct match_term &term)
{
    Xapian::Query query(term.term.length ? to_string(term.term) : key_term(term.key));
    return term.weight == 1.0 ? query : Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, query, term.weight);
}

/* The terms of QUERY that are (or are not) OPTIONAL, joined by OR. (OP_MAX would suit the forms of one word, but below
 * OP_AND_MAYBE it crashes Xapian 1.4.22.) */
Xapian::Query join_terms(const struct match_query *query, bool optional)
{
    std::vector<Xapian::Query> terms;
    for (size_t i = 0; i < query->count; i++)
        if (query->terms[i].optional == optional)
            terms.push_back(term_query(query->terms[i]));
    return Xapian::Query(Xapian::Query::OP_OR, terms.begin(), terms.end());
}
} // namespace

enum status database_match(struct database *database, const struct match_query *query, struct match *ret,
                           size_t *ret_count, size_t *ret_total, struct error *err) noexcept
{
    try {
        Xapian::Query whole = join_terms(query, false), extra = join_terms(query, true);
        Xapian::Enquire enquire(database->handle);
        size_t count = 0;
        if (!extra.empty())
            whole = Xapian::Query(Xapian::Query::OP_AND_MAYBE, whole, extra);
        if (query->without.length && !whole.empty())
            whole = Xapian::Query(Xapian::Query::OP_AND_NOT, whole, Xapian::Query(to_string(query->without)));
        enquire.set_query(whole);
        enquire.set_weighting_scheme(Xapian::BM25Weight(1.2, 0, 1, 0.5, 0.3));
        Xapian::MSet found = enquire.get_mset(0, static_cast<Xapian::doccount>(query->most));
        for (Xapian::MSetIterator at = found.begin(); at != found.end(); ++at)
            ret[count++] = {*at, at.get_weight()};
        *ret_count = count;
        *ret_total = found.get_matches_estimated();
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "the search failed");
    }
}

/* ---- Writing ---- */

namespace
{
/* Tells Xapian by how many articles each word changed. Telling it with every article took a fifth of the time of indexing. */
void flush_spellings(struct database_writer *writer)
{
    for (const auto &[word, by] : std::exchange(writer->spellings, {})) {
        if (by > 0)
            writer->handle.add_spelling(word, static_cast<Xapian::termcount>(by));
        else if (by < 0)
            writer->handle.remove_spelling(word, static_cast<Xapian::termcount>(-by));
    }
}
} // namespace

enum status database_writer_open(const char *folder, bool bulk, struct database_writer **ret, struct error *err) noexcept
{
    struct database_writer *writer = nullptr;
    try {
        int flags = Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS;
        writer = new struct database_writer;
        writer->bulk = bulk;
        writer->handle = Xapian::WritableDatabase(folder, bulk ? flags | Xapian::DB_NO_SYNC : flags);
        writer->view.handle = writer->handle;
        if (!bulk)
            writer->handle.begin_transaction(true);
        writer->view.revision = writer->handle.get_revision();
        *ret = writer;
        return STATUS_OK;
    } catch (...) {
        delete writer;
        return map_exception(err, folder);
    }
}

struct database_writer *database_writer_close(struct database_writer *writer) noexcept
{
    if (!writer)
        return nullptr;
    try {
        if (!writer->bulk)
            writer->handle.cancel_transaction();
        writer->handle.close();
    } catch (...) {
        (void)map_exception(nullptr, "closing");
    }
    delete writer;
    return nullptr;
}

struct database *database_writer_view(struct database_writer *writer) noexcept
{
    return &writer->view;
}

enum status database_document_new(struct database_writer *writer, struct error *err) noexcept
{
    try {
        writer->document = Xapian::Document();
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot index");
    }
}

enum status database_document_add_key(struct database_writer *writer, uint32_t key, unsigned count, struct error *err) noexcept
{
    try {
        writer->document.add_term(key_term(key), count);
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot index a word");
    }
}

enum status database_document_add_term(struct database_writer *writer, struct slice term, struct error *err) noexcept
{
    try {
        writer->document.add_boolean_term(to_string(term));
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot index a term");
    }
}

enum status database_document_set_value(struct database_writer *writer, unsigned slot, struct slice bytes,
                                        struct error *err) noexcept
{
    try {
        writer->document.add_value(slot, to_string(bytes));
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot index");
    }
}

enum status database_document_set_data(struct database_writer *writer, struct slice bytes, struct error *err) noexcept
{
    try {
        writer->document.set_data(to_string(bytes));
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot index");
    }
}

enum status database_document_put(struct database_writer *writer, struct slice id_term, uint32_t *ret, struct error *err) noexcept
{
    try {
        Xapian::docid document = writer->handle.replace_document(to_string(id_term), writer->document);
        if (ret)
            *ret = document;
        if (writer->bulk && ++writer->pending % BULK_BATCH == 0)
            writer->handle.commit();
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot index an article");
    }
}

enum status database_writer_remove(struct database_writer *writer, struct slice id_term, struct error *err) noexcept
{
    try {
        writer->handle.delete_document(to_string(id_term));
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot remove an article from the index");
    }
}

enum status database_writer_count_spelling(struct database_writer *writer, struct slice word, int by, struct error *err) noexcept
{
    try {
        writer->spellings[to_string(word)] += by;
        if (writer->spellings.size() >= SPELLINGS_MOST)
            flush_spellings(writer);
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot index a spelling");
    }
}

enum status database_writer_set_metadata(struct database_writer *writer, const char *key, struct slice text,
                                         struct error *err) noexcept
{
    try {
        writer->handle.set_metadata(key, to_string(text));
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot write the index' own notes");
    }
}

const char *database_engine_version(void) noexcept
{
    return Xapian::version_string();
}

enum status database_writer_commit(struct database_writer *writer, struct error *err) noexcept
{
    try {
        flush_spellings(writer);
        if (writer->bulk) {
            writer->handle.commit();
        } else {
            writer->handle.commit_transaction();
            writer->handle.begin_transaction(true);
        }
        writer->view.revision = writer->handle.get_revision();
        return STATUS_OK;
    } catch (...) {
        return map_exception(err, "cannot commit the index");
    }
}
