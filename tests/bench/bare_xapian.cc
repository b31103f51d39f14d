/* bare_xapian.cc: Xapian as it comes. */
#include "bare_xapian.h"

#include <xapian.h>

#include <string>

struct bare {
    Xapian::WritableDatabase writable;
    Xapian::Database database;
    Xapian::TermGenerator generator;
    Xapian::QueryParser parser;
    std::string folder;
};

struct bare *bare_create(const char *folder)
{
    try {
        struct bare *bare = new struct bare;
        bare->folder = folder;
        bare->writable = Xapian::WritableDatabase(folder, Xapian::DB_CREATE_OR_OVERWRITE);
        bare->generator.set_stemmer(Xapian::Stem("en"));
        return bare;
    } catch (const Xapian::Error &) {
        return nullptr;
    }
}

bool bare_add(struct bare *bare, const char *title, const char *text)
{
    try {
        Xapian::Document document;
        bare->generator.set_document(document);
        bare->generator.index_text(title, 5);
        bare->generator.increase_termpos();
        bare->generator.index_text(text);
        document.set_data(std::string(title) + "\n" + text);
        bare->writable.add_document(document);
        return true;
    } catch (const Xapian::Error &) {
        return false;
    }
}

bool bare_finish(struct bare *bare)
{
    try {
        bare->writable.commit();
        bare->database = Xapian::Database(bare->folder);
        bare->parser.set_database(bare->database);
        bare->parser.set_stemmer(Xapian::Stem("en"));
        bare->parser.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
        bare->parser.set_max_expansion(100, Xapian::Query::WILDCARD_LIMIT_MOST_FREQUENT, Xapian::QueryParser::FLAG_PARTIAL);
        return true;
    } catch (const Xapian::Error &) {
        return false;
    }
}

struct bare *bare_close(struct bare *bare)
{
    delete bare;
    return nullptr;
}

size_t bare_search(struct bare *bare, const char *text, bool partial, unsigned *documents, size_t most)
{
    try {
        unsigned flags = partial ? Xapian::QueryParser::FLAG_PARTIAL : 0;
        Xapian::Enquire enquire(bare->database);
        size_t count = 0;
        enquire.set_query(bare->parser.parse_query(text, flags));
        Xapian::MSet found = enquire.get_mset(0, static_cast<Xapian::doccount>(most));
        for (Xapian::MSetIterator at = found.begin(); at != found.end(); ++at)
            documents[count++] = *at;
        return count;
    } catch (const Xapian::Error &) {
        return 0;
    }
}

bool bare_compact(const char *folder, const char *into)
{
    try {
        Xapian::Database(folder).compact(into);
        return true;
    } catch (const Xapian::Error &) {
        return false;
    }
}
