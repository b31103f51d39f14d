/* certificate.h: the TLS certificate and its key, in force for new connections until others replace them.
 *
 * A connection keeps the certificate that it began with; hence those that were in force are kept until the end. */
#ifndef DEFLECT_HTTP_CERTIFICATE_H
#define DEFLECT_HTTP_CERTIFICATE_H

#include "base/error.h"

#include <gnutls/abstract.h>
#include <stdint.h>

struct certificate;

/* Reads the chain (PEM, the server's own first) and its key (PEM, without a password). Errors: NOT_FOUND, IO, UNPROCESSABLE
 * (no such thing, or the key of another: names the file and what to do), OUT_OF_MEMORY. Owns: the caller. */
enum status certificate_load(const char *chain_file, const char *key_file, struct certificate **ret, struct error *err);

/* When the server's own certificate ends. */
int64_t certificate_expires_ms(const struct certificate *certificate);

/* Puts CERTIFICATE in force, which takes over FORMER (may be NULL). There is one in force in a program, as libmicrohttpd
 * tells its callback nothing of the server. */
void certificate_use(struct certificate *certificate, struct certificate *former);

/* Frees CERTIFICATE and those it took over; no connection may be left that uses them. Returns NULL. */
struct certificate *certificate_free(struct certificate *certificate);

/* GnuTLS's gnutls_certificate_retrieve_function2, for MHD_OPTION_HTTPS_CERT_CALLBACK. */
int certificate_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
                         const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **ret_chain,
                         unsigned *ret_length, gnutls_privkey_t *ret_key);

#endif
