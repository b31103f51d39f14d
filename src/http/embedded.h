/* embedded.h: the files compiled into the program: templates, texts, style sheets, scripts, the widget.
 *
 * The table is generated at build time by scripts/embed-assets from web/ and widget/. Threads: any; all is constant. */
#ifndef DEFLECT_HTTP_EMBEDDED_H
#define DEFLECT_HTTP_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name;   /* "templates/article.html", "strings/en.json", "assets/site.css", "widget.js",
                           "/assets/widget.de.0c622a20.json" */
    const char *mime;
    const char *digest; /* 12 hexadecimal digits of the content's SHA-256; also the ETag */
    const char *url;    /* what pages link: "/assets/site-0123456789ab.css"; "" for what is not under assets/ */
    const unsigned char *bytes;
    size_t length;
    const unsigned char *gzip; /* the same, compressed; NULL where that saves nothing */
    size_t gzip_length;
};

/* The file called NAME, NULL when there is none. */
const struct embedded_file *embedded_find(const char *name);

/* The file whose `url` is URL, NULL when there is none. */
const struct embedded_file *embedded_find_url(const char *url);

/* All of them, by name; *RET_COUNT entries. */
const struct embedded_file *embedded_all(size_t *ret_count);

#endif
