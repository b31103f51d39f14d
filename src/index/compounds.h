/* compounds.h: compounds of running text by their parts: "Rechnung" also finds an article that only says "Stromrechnung".
 *
 * Titles, questions and headings have the parts of their compounds beside them (words_each_part). In running text those would be too many, so
 * each word that may be a compound is listed once more, backwards, and a question looks up what ends like its words, or begins so. */
#ifndef DEFLECT_INDEX_COMPOUNDS_H
#define DEFLECT_INDEX_COMPOUNDS_H

#include "index/database.h"
#include "text/words.h"

/* Lists those of SPELLINGS (words parted by spaces) of an article in LANG for the document under way; none where LANG does not
 * write compounds as one word. */
enum status compounds_add(struct database_writer *database, struct words *words, struct slice spellings, const char *lang,
                          struct error *err);

/* Calls EACH with the keys of up to COMPOUNDS_FOUND compounds that end in the word with this SURFACE (folded), and as many that begin with
 * it, the commonest; none where LANG has no such, or the word is too short to tell. */
#define COMPOUNDS_FOUND 4
enum status compounds_each(struct database *database, struct words *words, struct slice surface, const char *lang,
                           word_part_fn *each, void *arg, struct error *err);

#endif
