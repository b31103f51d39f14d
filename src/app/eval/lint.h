/* lint.h: `deflect check`: what the folder alone tells (article/check.h), and whether the articles'
 * `tests` find them. */
#ifndef DEFLECT_APP_LINT_H
#define DEFLECT_APP_LINT_H

#include "app/config.h"
#include "article/check.h"

/* Checks the folder that CONFIG names, in an index of its own in a temporary folder. RET must be given
 * to check_done in any case. Errors: as check_folder. */
enum status lint_articles(const struct config *config, struct check_report *ret,
                          struct error *err);

#endif
