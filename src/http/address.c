/* address.c: IP addresses, networks and trusted proxies. */
#include "http/address.h"

#include "base/mem.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const unsigned char ipv4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

static void set_ipv4(struct address *address, const void *bytes)
{
    memcpy(address->bytes, ipv4_prefix, sizeof ipv4_prefix);
    memcpy(address->bytes + sizeof ipv4_prefix, bytes, 4);
}

void address_from_socket(const struct sockaddr *socket, struct address *ret)
{
    *ret = (struct address){0};
    if (!socket)
        return;
    if (socket->sa_family == AF_INET) {
        struct sockaddr_in ipv4;
        memcpy(&ipv4, socket, sizeof ipv4);
        set_ipv4(ret, &ipv4.sin_addr);
    } else if (socket->sa_family == AF_INET6) {
        struct sockaddr_in6 ipv6;
        memcpy(&ipv6, socket, sizeof ipv6);
        memcpy(ret->bytes, &ipv6.sin6_addr, sizeof ret->bytes);
    }
}

/* "[2001:db8::1]:80", "192.0.2.1:80" -> without brackets and port. */
static struct slice without_port(struct slice text)
{
    const char *colon;
    if (text.length && text.ptr[0] == '[') {
        const char *end = memchr(text.ptr, ']', text.length);
        if (!end)
            return text;
        return (struct slice){text.ptr + 1, (size_t)(end - text.ptr - 1)};
    }
    colon = text.length ? memchr(text.ptr, ':', text.length) : NULL;
    if (colon && !memchr(colon + 1, ':', text.length - (size_t)(colon + 1 - text.ptr)))
        text.length = (size_t)(colon - text.ptr);
    return text;
}

static bool parse_plain(struct slice text, struct address *ret)
{
    char copy[INET6_ADDRSTRLEN];
    struct in_addr ipv4;
    struct in6_addr ipv6;
    if (text.length == 0 || text.length >= sizeof copy || memchr(text.ptr, '\0', text.length))
        return false;
    memcpy(copy, text.ptr, text.length);
    copy[text.length] = '\0';
    if (inet_pton(AF_INET, copy, &ipv4) == 1) {
        set_ipv4(ret, &ipv4);
        return true;
    }
    if (inet_pton(AF_INET6, copy, &ipv6) != 1)
        return false;
    memcpy(ret->bytes, &ipv6, sizeof ret->bytes);
    return true;
}

bool address_parse(struct slice text, struct address *ret)
{
    return parse_plain(without_port(slice_trim(text)), ret);
}

bool address_is_ipv4(const struct address *address)
{
    return memcmp(address->bytes, ipv4_prefix, sizeof ipv4_prefix) == 0;
}

void address_format(const struct address *address, char text[ADDRESS_TEXT_SIZE])
{
    bool ipv4 = address_is_ipv4(address);
    const void *bytes = ipv4 ? address->bytes + sizeof ipv4_prefix : address->bytes;
    if (!inet_ntop(ipv4 ? AF_INET : AF_INET6, bytes, text, ADDRESS_TEXT_SIZE))
        text[0] = '\0';
}

static bool network_parse(struct slice text, struct network *ret)
{
    struct slice base = slice_trim(text);
    const char *slash = base.length ? memchr(base.ptr, '/', base.length) : NULL;
    struct network network;
    int64_t bits = 128;
    if (slash) {
        struct slice digits = {slash + 1, base.length - (size_t)(slash + 1 - base.ptr)};
        if (!str_to_int64(digits, &bits))
            return false;
        base.length = (size_t)(slash - base.ptr);
    }
    if (!parse_plain(base, &network.address))
        return false;
    if (slash && address_is_ipv4(&network.address) && !memchr(base.ptr, ':', base.length)) {
        if (bits < 0 || bits > 32)
            return false;
        bits += 96;
    }
    if (bits < 0 || bits > 128)
        return false;
    network.bits = (unsigned)bits;
    *ret = network;
    return true;
}

enum status network_list_read(char *const *texts, const char *key, struct network_list *ret, struct error *err)
{
    size_t count = strv_length(texts);
    struct network_list list = {0};
    if (count) {
        list.items = mem_zero(count, sizeof *list.items);
        if (!list.items)
            return error_memory(err);
    }
    for (; list.count < count; list.count++)
        if (!network_parse(slice_of(texts[list.count]), &list.items[list.count])) {
            enum status status = error_set(err, STATUS_UNPROCESSABLE, "%s: \"%s\" is no network", key,
                                           texts[list.count]);
            error_hint(err, "write an address or a network such as 10.0.0.0/8 or 2001:db8::/32");
            network_list_done(&list);
            return status;
        }
    *ret = list;
    return STATUS_OK;
}

void network_list_done(struct network_list *list)
{
    mem_free(list->items);
    *list = (struct network_list){0};
}

static bool network_has(const struct network *network, const struct address *address)
{
    size_t whole = network->bits / 8;
    unsigned rest = network->bits % 8;
    if (memcmp(network->address.bytes, address->bytes, whole) != 0)
        return false;
    if (!rest)
        return true;
    return ((network->address.bytes[whole] ^ address->bytes[whole]) >> (8 - rest)) == 0;
}

bool network_list_has(const struct network_list *list, const struct address *address)
{
    for (size_t i = 0; i < list->count; i++)
        if (network_has(&list->items[i], address))
            return true;
    return false;
}

/* Splits off what stands behind the last comma. */
static bool split_last(struct slice *rest, struct slice *ret)
{
    const char *comma;
    if (!rest->ptr)
        return false;
    comma = rest->length ? memrchr(rest->ptr, ',', rest->length) : NULL;
    if (!comma) {
        *ret = *rest;
        *rest = (struct slice){NULL, 0};
        return true;
    }
    *ret = (struct slice){comma + 1, rest->length - (size_t)(comma + 1 - rest->ptr)};
    rest->length = (size_t)(comma - rest->ptr);
    return true;
}

struct address address_of_client(const struct address *peer, const char *forwarded,
                                 const struct network_list *trusted)
{
    struct address client = *peer;
    struct slice rest = slice_of(forwarded);
    struct slice entry;
    while (network_list_has(trusted, &client) && split_last(&rest, &entry)) {
        struct address next;
        if (!address_parse(entry, &next))
            break;
        client = next;
    }
    return client;
}
