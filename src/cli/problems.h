/* problems.h: what is said while articles are indexed: how far it is, and what is wrong with them, as
 * a person or an editor reads it ("FILE:LINE: error: …"). */
#ifndef DEFLECT_CLI_PROBLEMS_H
#define DEFLECT_CLI_PROBLEMS_H

#include "app/reindex.h"

/* Speaks on standard error. */
extern const struct reindex_listener cli_reindex_listener;

#endif
