/* reply_links.c: finds addresses in plain text or Markdown, and the articles behind them. */
#include "app/agent/reply_links.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"

#include <ctype.h>

struct search {
    struct service *service;
    struct index_reader *reader;
    char ***ids;
};

/* The address that starts at TEXT: up to white space, quotes or brackets, without the sentence's
 * punctuation, query and fragment. */
static struct slice cut_address(struct slice text)
{
    size_t length = 0;
    while (length < text.length && !isspace((unsigned char)text.ptr[length]) &&
           !strchr("<>\"'()[]{}|\\^`", text.ptr[length]))
        length++;
    for (size_t i = 0; i < length; i++)
        if (text.ptr[i] == '?' || text.ptr[i] == '#')
            length = i;
    while (length > 0 && strchr(".,;:!*_/", text.ptr[length - 1]))
        length--;
    return (struct slice){text.ptr, length};
}

static int hex_digit(char character)
{
    const char *digits = "0123456789abcdef";
    const char *found = character ? strchr(digits, tolower((unsigned char)character)) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* TEXT with %XX decoded. Owns: the caller; NULL: memory is short. */
static char *decode(struct slice text)
{
    _cleanup_buf_ struct buf out = BUF_INIT(LIMIT_QUERY);
    for (size_t i = 0; i < text.length; i++) {
        int high = i + 2 < text.length && text.ptr[i] == '%' ? hex_digit(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text.ptr[i + 2]) : -1;
        if (low >= 0 && high + low > 0) {
            buf_add_char(&out, (char)(high * 16 + low));
            i += 2;
        } else {
            buf_add_char(&out, text.ptr[i]);
        }
    }
    return buf_take(&out);
}

static enum status add(struct search *search, const char *id, struct error *err)
{
    if (strv_contains(*search->ids, id) || strv_length(*search->ids) >= LIMIT_REPLY_LINKS)
        return STATUS_OK;
    return strv_append(search->ids, slice_of(id)) ? STATUS_OK : error_memory(err);
}

static enum status add_known(struct search *search, const char *id, struct error *err)
{
    struct index_article article = {0};
    enum status status = index_get(search->reader, id, &article, err);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = add(search, id, err);
    index_article_done(&article);
    return status;
}

/* A path of this server: an article's, or one that was redirected to it. */
static enum status add_path(struct search *search, struct slice path, struct error *err)
{
    _cleanup_free_ char *decoded = decode(path), *id = NULL;
    enum status status;
    if (!decoded)
        return error_memory(err);
    if (str_starts(decoded, "/articles/"))
        return add_known(search, decoded + strlen("/articles/"), err);
    status = index_id_of_redirect(search->reader, decoded, &id, err);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    return status ? status : add(search, id, err);
}

struct wanted {
    struct search *search;
    struct slice address;
    enum status status;
    struct error *err;
};

static bool compare_url(void *arg, const struct index_summary *summary)
{
    struct wanted *wanted = arg;
    struct slice url = slice_of(summary->url);
    while (url.length > 0 && url.ptr[url.length - 1] == '/')
        url.length--;
    if (url.length == 0 || !slice_equal(url, wanted->address))
        return true;
    wanted->status = add(wanted->search, summary->id, wanted->err);
    return false;
}

/* An address elsewhere may be where an article's customers read it. */
static enum status add_elsewhere(struct search *search, struct slice address, struct error *err)
{
    const struct index_list_filter all = {.limit = 0};
    struct wanted wanted = {search, address, STATUS_OK, err};
    enum status status = index_list(search->reader, &all, compare_url, &wanted, err);
    return status ? status : wanted.status;
}

static enum status add_address(struct search *search, struct slice address, struct error *err)
{
    struct slice own = slice_of(service_public_url(search->service));
    if (slice_starts(address, own) && address.length > own.length && address.ptr[own.length] == '/')
        return add_path(search,
                        (struct slice){address.ptr + own.length, address.length - own.length}, err);
    return add_elsewhere(search, address, err);
}

static enum status scan(struct search *search, struct slice text, struct error *err)
{
    enum status status = STATUS_OK;
    size_t addresses = 0;
    for (size_t i = 0; i + 8 < text.length && !status && addresses < LIMIT_REPLY_LINKS; i++) {
        struct slice rest = {text.ptr + i, text.length - i}, address;
        if (!slice_starts(rest, SLICE_LITERAL("http://")) &&
            !slice_starts(rest, SLICE_LITERAL("https://")))
            continue;
        address = cut_address(rest);
        status = add_address(search, address, err);
        i += address.length;
        addresses++;
    }
    return status;
}

enum status reply_links(struct service *service, struct slice text, char ***ids,
                        struct error *err)
{
    struct search search = {.service = service, .ids = ids};
    enum status status;
    if (!memmem(text.ptr, text.length, "://", 3))
        return STATUS_OK;
    status = service_take_reader(service, &search.reader, err);
    if (status)
        return status;
    status = scan(&search, text, err);
    service_give_reader(service, search.reader);
    return status;
}
