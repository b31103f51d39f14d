/* report_tickets.c: tickets beside the links that agents made. */
#include "app/report/report_tickets.h"

#include "measure/names.h"
#include "store/link.h"

struct walk {
    struct names *tickets, *articles;
    size_t *answers; /* number in articles by number in tickets */
    size_t capacity, count;
    report_ticket_fn *each;
    void *arg;
    bool failed;
};

static bool note_link(void *arg, const struct link *link)
{
    struct walk *walk = arg;
    size_t number, article;
    const size_t known = names_count(walk->tickets);
    walk->failed = mem_grow(&walk->answers, &walk->capacity, known, sizeof *walk->answers) < 0 ||
                   !names_add(walk->tickets, slice_of(link->ticket), &number) ||
                   !names_add(walk->articles, slice_of(link->article), &article);
    if (!walk->failed && number == known)
        walk->answers[number] = article;
    return !walk->failed;
}

static bool take_ticket(void *arg, const struct ticket *ticket)
{
    struct walk *walk = arg;
    size_t number;
    const char *article = NULL;
    if (ticket->status == TICKET_MERGED || ticket->status == TICKET_SPAM)
        return true;
    if (names_find(walk->tickets, slice_of(ticket->id), &number))
        article = names_text(walk->articles, walk->answers[number]);
    walk->count++;
    walk->failed = !walk->each(walk->arg, ticket, article);
    return !walk->failed;
}

enum status report_each_ticket(struct service *service, int64_t from_ms, int64_t to_ms,
                               report_ticket_fn *each, void *arg, size_t *ret_count,
                               struct error *err)
{
    struct store *store = service_store(service);
    struct walk walk = {.tickets = names_new(), .articles = names_new(), .each = each, .arg = arg};
    enum status status = walk.tickets && walk.articles ? STATUS_OK : error_memory(err);
    if (status == STATUS_OK)
        status = store_each_link(store, 0, NULL, NULL, note_link, &walk, err);
    if (status == STATUS_OK && !walk.failed)
        status = store_each_ticket(store, from_ms, to_ms, take_ticket, &walk, err);
    if (status == STATUS_OK && walk.failed)
        status = error_memory(err);
    if (ret_count)
        *ret_count = walk.count;
    names_free(walk.tickets);
    names_free(walk.articles);
    mem_free(walk.answers);
    return status;
}
