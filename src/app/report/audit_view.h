/* audit_view.h: an audit as a page of words: figures, sections, tables; and that page as text or
 * Markdown. The HTML template reads the same page, so that all say the same. */
#ifndef DEFLECT_APP_AUDIT_VIEW_H
#define DEFLECT_APP_AUDIT_VIEW_H

#include "base/buf.h"

#include <jansson.h>

/* REPORT: as audit_report makes it. {"title","period","figures":[{"value","label","note"}],
 * "sections":[{"title","lines":["…"],"table":{"head":[cell],"rows":[{"cells":[cell]}]}}]}, where a
 * cell is {"text","number","share"}. Owns: the caller; NULL when memory is short. */
json_t *audit_view(const json_t *report);

void audit_view_text(const json_t *view, struct buf *out);
void audit_view_markdown(const json_t *view, struct buf *out);

#endif
