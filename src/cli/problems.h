/* problems.h: remarks about articles, as a person or an editor reads them: FILE:LINE: what is wrong. */
#ifndef DEFLECT_CLI_PROBLEMS_H
#define DEFLECT_CLI_PROBLEMS_H

#include "app/reindex.h"

/* A reindex_problem_fn that says it on standard error. */
void cli_tell_problem(void *arg, const char *path, size_t line, bool is_error,
                      const char *message);

#endif
