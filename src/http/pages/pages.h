/* pages.h: the pages for people: help centre, article, search, contact; rendered on the server.
 *
 * Each handler builds a model (JSON) of what its template in web/templates shows; page.c adds what every page has. */
#ifndef DEFLECT_HTTP_PAGES_H
#define DEFLECT_HTTP_PAGES_H

#include "http/request.h"

/* Handlers of the route table. */
enum status page_home(struct request *request, struct error *err);
enum status page_article(struct request *request, struct error *err);
enum status page_search(struct request *request, struct error *err);
enum status page_contact(struct request *request, struct error *err);
enum status page_contact_sent(struct request *request, struct error *err);

/* Signing in by token, and out (page_sign_in.c); requests that wait (page_outbox.c); the desk (page_desk.c). */
enum status page_sign_in(struct request *request, struct error *err);
enum status page_sign_in_sent(struct request *request, struct error *err);
enum status page_sign_out(struct request *request, struct error *err);
enum status page_outbox(struct request *request, struct error *err);
enum status page_outbox_sent(struct request *request, struct error *err);
enum status page_desk(struct request *request, struct error *err);

/* The writers' pages; they send whoever is not signed in to /sign-in. */
enum status page_insights(struct request *request, struct error *err);
enum status page_insights_article(struct request *request, struct error *err);
enum status page_insights_gap(struct request *request, struct error *err);
enum status page_insights_tasks(struct request *request, struct error *err);
enum status page_insights_tasks_sent(struct request *request, struct error *err);

/* What no route or article has: the article that this address was redirected to, or would name but for its ending, else
 * "not found" with what its words find. */
enum status page_unknown(struct request *request, struct error *err);

/* The page that tells a person of ERR (router.h). */
void page_of_error(struct request *request, unsigned status, const struct error *err);

/* ---- For the page_*.c files ---- */

/* For pages of the team, whose routes need no role: *RET_READY where the browser is signed in with ROLE or higher;
 * else the reply leads to signing in and back, or says that the role is too low. */
enum status page_need_role(struct request *request, enum token_role role, bool *ret_ready, struct error *err);

/* What a page is built in: the language it speaks, its texts, its model so far. */
struct page {
    struct request *request;
    const char *lang;    /* of the words around the article: "de" */
    const json_t *texts; /* borrowed */
    json_t *model;       /* owned */
    char lang_query[24]; /* "?lang=de" where the reader chose the language by address, else "" */
};

/* The language of a page's words: by `lang`, by the browser, by configuration. Borrowed. */
const char *page_language(const struct request *request);

/* Begins a page in the language that suits the reader. Errors: OUT_OF_MEMORY. */
enum status page_begin(struct request *request, struct page *ret, struct error *err);
void page_done(struct page *page);
#define _cleanup_page_ _cleanup_(page_done)

/* Puts a field into the model; VALUE is stolen, NULL leaves the field out. A failed allocation leaves it out too: the
 * page is then poorer, not wrong. */
void page_set(struct page *page, const char *field, json_t *value);
void page_set_text(struct page *page, const char *field, const char *value);

/* As page_set_text; VALUE is stolen. */
void page_take_text(struct page *page, const char *field, char *value);

/* Sets FIELD to the array VALUE (stolen), and "has_FIELD" where it is not empty. */
void page_set_list(struct page *page, const char *field, json_t *value);

/* "/search?category=Account&lang=de": where the articles of CATEGORY are listed. Owns: the caller. */
char *page_category_url(const struct page *page, const char *category);

/* Sets "edit_url" to where the source of ARTICLE (as the API has it) is edited: config `edit_url` with {path} replaced. */
void page_set_edit_url(struct page *page, const json_t *article);

/* Fills template NAME and makes it the reply with STATUS. */
enum status page_reply(struct page *page, unsigned status, const char *name, struct error *err);

/* Articles that the words of TEXT find, as [{"title","url"}]; an empty array where nothing is found or goes wrong. */
json_t *page_nearest(struct page *page, const char *text, size_t limit);

#endif
