/* digest_write.h: headings, paragraphs and lists as plain text, Markdown or HTML. */
#ifndef DEFLECT_APP_DIGEST_WRITE_H
#define DEFLECT_APP_DIGEST_WRITE_H

#include "app/report/digest.h"

/* Appends to OUT. A document begins with its title and must be ended. */
void digest_write_title(enum digest_format format, const char *text, struct buf *out);
void digest_write_heading(enum digest_format format, const char *text, struct buf *out);
void digest_write_paragraph(enum digest_format format, const char *text, struct buf *out);

/* An item of a list; URL NULL: no link. TITLE is linked, REST follows it; each may be NULL. A list
 * is opened by its first item and ended by digest_write_list_end. */
void digest_write_list(enum digest_format format, struct buf *out);
void digest_write_item(enum digest_format format, const char *title, const char *url,
                       const char *rest, struct buf *out);
void digest_write_list_end(enum digest_format format, struct buf *out);
void digest_write_end(enum digest_format format, struct buf *out);

#endif
