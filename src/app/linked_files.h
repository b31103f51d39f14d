/* linked_files.h: which served files (images, PDF) an article links, so that no others are public. */
#ifndef DEFLECT_APP_LINKED_FILES_H
#define DEFLECT_APP_LINKED_FILES_H

#include "article/article.h"
#include "base/error.h"

/* Fills article->files. Errors: OUT_OF_MEMORY. */
enum status linked_files_find(struct article *article, struct error *err);

#endif
