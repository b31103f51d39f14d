/* assets.h: what pages and other people's pages load: scripts, styles, icons, compiled in.
 *
 * The table assets_builtin is generated at build from web/ and widget/ by scripts/embed. At start each asset gets its
 * digest and, where that is smaller, a gzip form; after that everything is read-only. */
#ifndef DEFLECT_HTTP_ASSETS_H
#define DEFLECT_HTTP_ASSETS_H

#include "base/error.h"
#include "http/request.h"

struct asset_file {
    const char *name; /* "site.css", "widget.js" */
    const unsigned char *bytes;
    size_t length;
};

/* Generated; ended by a NULL name. */
extern const struct asset_file assets_builtin[];

/* Computes digests and gzip forms of FILES; call before threads start. Errors: OUT_OF_MEMORY. */
enum status assets_start(const struct asset_file *files, struct error *err);
void assets_stop(void);

/* The address of asset NAME with its digest, for templates: "/assets/site-5d41402abc4b2a76.css". NULL: there is none.
 * Borrowed. Threads: any, after assets_start. */
const char *assets_url(const char *name);

/* Handlers: /assets/{name} (cached for a year, only with the right digest), /widget.js and /widget.mjs (for minutes). */
enum status assets_get(struct request *request, struct error *err);
enum status assets_get_widget(struct request *request, struct error *err);

#endif
