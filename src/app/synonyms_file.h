/* synonyms_file.h: the optional file synonyms.yaml beside the articles: words that mean the same.
 *
 * A list; each item is a list of words or phrases, or one text with commas between them:
 *
 *     - [sign in, log in, login]
 *     - invoice, bill, receipt
 */
#ifndef DEFLECT_APP_SYNONYMS_FILE_H
#define DEFLECT_APP_SYNONYMS_FILE_H

#include "app/reindex.h"

#define SYNONYMS_FILE "synonyms.yaml"

struct synonyms_file {
    char ***groups; /* NULL-terminated list of NULL-terminated lists; NULL: none */
    size_t count;
    char *digest;   /* of the file; "" where there is none */
};

/* Reads the file below the folder ARTICLES; a missing one gives no groups. What is wrong in it is
 * told to LISTENER (may be NULL), with its line, and left out. Errors: OUT_OF_MEMORY. */
enum status synonyms_file_read(const char *articles, const struct reindex_listener *listener,
                               struct synonyms_file *ret, struct error *err);
void synonyms_file_done(struct synonyms_file *synonyms);

#endif
