/* flavour_scan.h: the scanner that flavour_inlines.c, flavour_tags.c and flavour_templates.c share;
 * internal to them.
 *
 * It walks over text and writes what becomes of it. Every search that can fail is bounded (by the
 * paragraph, by a window, or by remembering that there is nothing more to find), so that the whole
 * stays linear whatever the input. Failures to write are left in the buffer. */
#ifndef DEFLECT_ARTICLE_FLAVOUR_SCAN_H
#define DEFLECT_ARTICLE_FLAVOUR_SCAN_H

#include "article/fence.h"
#include "base/buf.h"

#define SCAN_MAX_TAG 16384   /* bytes of one tag with its attributes */
#define SCAN_MAX_FAILED 4000 /* '<' that turn out to be none, until no more tags are looked for */
#define SCAN_MAX_TICKS 80    /* the longest run of backticks that cmark takes for code */
#define SCAN_MAX_LINE 1024   /* how far something that has to end on its line is looked for */
#define SCAN_MAX_LINKS 8
#define SCAN_MAX_ELEMENTS 64

struct scan {
    struct slice in;
    size_t pos;
    struct buf *out;
    size_t out_line;  /* where the present line starts in `out` */
    size_t out_blank; /* up to where that holds nothing but white space */
    bool mdx, raw;    /* raw: within {% raw %}, where templates are text */
    struct fence fence;
    bool after_blank, after_indented;
    size_t item_columns[16]; /* where the content of the list items around starts */
    size_t items;
    size_t paragraph_end; /* of the paragraph that `pos` is in; 0: not known */
    size_t no_ticks[SCAN_MAX_TICKS +
                    1]; /* [n]: end of a paragraph in which no more run of n backticks follows */
    unsigned failed_tags, failed_links;
    struct {
        const char *word; /* a literal of these files */
        size_t from, at;  /* it does not stand between these */
    } finds[16];          /* what scan_find() has found last */
    unsigned no_end;      /* bits: elements of dropped_whole whose end no more follows */
    struct {
        struct slice name, href;
    } links[SCAN_MAX_LINKS]; /* elements that became "[", waiting for their end */
    size_t open_links;
    struct {
        struct slice name;
        bool marked; /* FLAVOUR_OPEN stands for it */
        bool has_content;
        size_t content;            /* column of its first line */
    } elements[SCAN_MAX_ELEMENTS]; /* open ones, innermost last */
    size_t open_elements;
    struct slice heading_id; /* of an <h2 id=…> whose end comes on this line */
};

static inline char scan_at(const struct scan *s, size_t i)
{
    return i < s->in.length ? s->in.ptr[i] : '\0';
}

static inline struct slice scan_rest(const struct scan *s, size_t i)
{
    return (struct slice){s->in.ptr + i, s->in.length - i};
}

static inline struct slice scan_line_at(const struct scan *s, size_t i)
{
    const char *end = memchr(s->in.ptr + i, '\n', s->in.length - i);
    return (struct slice){s->in.ptr + i, end ? (size_t)(end - s->in.ptr) - i : s->in.length - i};
}

/* The line at I, or the start of it: no more than LIMIT bytes. */
struct slice scan_line_start(const struct scan *s, size_t i, size_t limit);

/* The position of the literal WORD at or behind I, or of nothing: in.length. The last answer for
 * each word is remembered, so that asking again and again from further on costs nothing. */
size_t scan_find(struct scan *s, size_t i, const char *word);

/* The end of the paragraph around `pos`: the next blank line. */
size_t scan_paragraph_end(struct scan *s);

/* Copies up to END; drops up to END, but for the ends of lines. */
void scan_copy(struct scan *s, size_t end);
void scan_drop(struct scan *s, size_t end);

/* Drops a comment up to END_MARK. False where that does not follow. */
bool scan_comment(struct scan *s, const char *end_mark);

/* Ends the line. */
void scan_newline(struct scan *s);

/* Keeps words apart where something stood between them. */
void scan_gap(struct scan *s);

/* True while nothing but white space, quote marks and our own marks stands on the line. */
bool scan_at_line_start(struct scan *s);

bool scan_on_heading(const struct scan *s);

/* The last character of the line as written; '\n' where there is none yet. */
char scan_last(const struct scan *s);

/* flavour_templates.c: an image, and an address between angle brackets, as Markdown wants them;
 * templates within are resolved. */
void scan_add_image(struct scan *s, struct slice source, struct slice words);
void scan_add_address(struct scan *s, struct slice address);

/* What stands at `pos`: '<' (flavour_tags.c); '{', ':' (flavour_templates.c). Moves on in any case.
 */
void scan_tag(struct scan *s);
void scan_brace(struct scan *s);
void scan_colon(struct scan *s);

#endif
