/* problems.c: remarks about articles. */
#include "cli/problems.h"

#include "cli/cli.h"

void cli_tell_problem(void *arg, const char *path, size_t line, bool is_error, const char *message)
{
    const char *kind = is_error ? "error" : "warning";
    (void)arg;
    if (line)
        cli_say("%s:%zu: %s: %s", path, line, kind, message);
    else
        cli_say("%s: %s: %s", path, kind, message);
}
