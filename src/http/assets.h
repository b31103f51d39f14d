/* assets.h: what pages and other people's pages load: scripts, styles, icons, compiled in (http/embedded.h). */
#ifndef DEFLECT_HTTP_ASSETS_H
#define DEFLECT_HTTP_ASSETS_H

#include "http/request.h"

/* /assets/{name}: cached for a year, and only under the name that carries the right digest. */
enum status assets_get(struct request *request, struct error *err);

/* /widget.js and /widget.mjs: cached for minutes. */
enum status assets_get_widget(struct request *request, struct error *err);

#endif
