/* problems.c: what is said while articles are indexed. */
#include "cli/problems.h"

#include "cli/cli.h"

enum { SHOWN_EVERY = 20 }; /* articles */

static void tell_problem(void *arg, const char *path, size_t line, bool is_error,
                         const char *message)
{
    const char *kind = is_error ? "error" : "warning";
    (void)arg;
    cli_progress_done();
    if (line)
        cli_say("%s:%zu: %s: %s", path, line, kind, message);
    else
        cli_say("%s: %s: %s", path, kind, message);
}

static void tell_progress(void *arg, size_t done)
{
    (void)arg;
    if (done % SHOWN_EVERY == 0)
        cli_progress("indexed", done);
}

const struct reindex_listener cli_reindex_listener = {.problem = tell_problem,
                                                      .progress = tell_progress};
