/* address.h: IP addresses, networks ("10.0.0.0/8"), and whom a chain of trusted proxies speaks for. */
#ifndef DEFLECT_HTTP_ADDRESS_H
#define DEFLECT_HTTP_ADDRESS_H

#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* An IPv6 address; IPv4 as ::ffff:a.b.c.d, so that a dual-stack socket gives the same. */
struct address {
    unsigned char bytes[16];
};

struct network {
    struct address address;
    unsigned bits; /* of 128 that must agree */
};

struct network_list {
    struct network *items;
    size_t count;
};

#define ADDRESS_TEXT_SIZE 46

/* From a socket; all zero for another family. */
void address_from_socket(const struct sockaddr *socket, struct address *ret);

/* Reads "192.0.2.1", "2001:db8::1", both also with port ("192.0.2.1:80", "[2001:db8::1]:80"). */
bool address_parse(struct slice text, struct address *ret);

void address_format(const struct address *address, char text[ADDRESS_TEXT_SIZE]);
bool address_is_ipv4(const struct address *address);

/* Reads CIDR networks or single addresses (NULL-terminated list, may be NULL). Errors: UNPROCESSABLE naming the KEY of
 * the configuration and the text, OUT_OF_MEMORY. */
enum status network_list_read(char *const *texts, const char *key, struct network_list *ret, struct error *err);
void network_list_done(struct network_list *list);

bool network_list_has(const struct network_list *list, const struct address *address);

/* The sender's real address: PEER, unless it is a trusted proxy; then the last entry of FORWARDED (the values of
 * X-Forwarded-For, joined by commas; may be NULL) that is none. What stands further left was written by strangers. */
struct address address_of_client(const struct address *peer, const char *forwarded,
                                 const struct network_list *trusted);

#endif
