/* certificate.c: reads, checks and hands out the TLS certificate, by GnuTLS. */
#include "http/certificate.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"

#include <gnutls/x509.h>
#include <stdatomic.h>
#include <string.h>

enum { LONGEST_CHAIN = 8, KEY_ID_BYTES = 64 };

struct certificate {
    struct certificate *former;
    gnutls_pcert_st chain[LONGEST_CHAIN];
    unsigned length;
    gnutls_privkey_t key;
    int64_t expires_ms;
};

static struct certificate *_Atomic in_force;

DEFINE_CLEANUP(struct certificate *, certificate_free)

static enum status refuse(const char *file, const char *what, int problem, struct error *err)
{
    return error_set(err, STATUS_UNPROCESSABLE, "%s %s: %s", file, what, gnutls_strerror(problem));
}

static enum status read_chain(struct certificate *certificate, const char *file, struct error *err)
{
    _cleanup_free_ char *text = NULL;
    gnutls_datum_t pem;
    gnutls_x509_crt_t own = NULL;
    size_t length;
    int problem;
    enum status status = file_read(file, LIMIT_CONFIG_FILE, &text, &length, err);
    if (status)
        return status;
    pem = (gnutls_datum_t){(unsigned char *)text, (unsigned)length};
    certificate->length = LONGEST_CHAIN;
    problem = gnutls_pcert_list_import_x509_raw(certificate->chain, &certificate->length, &pem, GNUTLS_X509_FMT_PEM, 0);
    if (problem < 0) {
        certificate->length = 0;
        (void)refuse(file, "holds no certificate", problem, err);
        error_hint(err, "tls_cert names a PEM file: the server's certificate, then those that signed it");
        return STATUS_UNPROCESSABLE;
    }
    if (gnutls_pcert_export_x509(&certificate->chain[0], &own) < 0)
        return error_memory(err);
    certificate->expires_ms = (int64_t)gnutls_x509_crt_get_expiration_time(own) * MS_PER_SECOND;
    gnutls_x509_crt_deinit(own);
    return STATUS_OK;
}

static enum status read_key(struct certificate *certificate, const char *file, struct error *err)
{
    _cleanup_free_ char *text = NULL;
    gnutls_datum_t pem;
    size_t length;
    int problem;
    enum status status = file_read(file, LIMIT_CONFIG_FILE, &text, &length, err);
    if (status)
        return status;
    pem = (gnutls_datum_t){(unsigned char *)text, (unsigned)length};
    if (gnutls_privkey_init(&certificate->key) < 0)
        return error_memory(err);
    problem = gnutls_privkey_import_x509_raw(certificate->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
    gnutls_memset(text, 0, length);
    if (problem >= 0)
        return STATUS_OK;
    (void)refuse(file, "holds no key that can be used", problem, err);
    error_hint(err, "tls_key names a PEM file with the certificate's private key, without a password");
    return STATUS_UNPROCESSABLE;
}

/* The SHA-256 of what KEY verifies with; false where it cannot be told. */
static bool identify(gnutls_pubkey_t key, unsigned char id[KEY_ID_BYTES], size_t *ret_length)
{
    *ret_length = KEY_ID_BYTES;
    return gnutls_pubkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, id, ret_length) >= 0;
}

static enum status check_pair(const struct certificate *certificate, const char *chain_file, const char *key_file,
                              struct error *err)
{
    unsigned char one[KEY_ID_BYTES], other[KEY_ID_BYTES];
    size_t one_length, other_length;
    gnutls_pubkey_t own = NULL;
    bool match = false;
    if (gnutls_pubkey_init(&own) < 0)
        return error_memory(err);
    if (gnutls_pubkey_import_privkey(own, certificate->key, 0, 0) >= 0 && identify(own, one, &one_length) &&
        identify(certificate->chain[0].pubkey, other, &other_length))
        match = one_length == other_length && memcmp(one, other, one_length) == 0;
    gnutls_pubkey_deinit(own);
    if (match)
        return STATUS_OK;
    (void)error_set(err, STATUS_UNPROCESSABLE, "the key in %s does not belong to the certificate in %s", key_file,
                    chain_file);
    error_hint(err, "name the pair that was issued together; in tls_cert the server's own certificate comes first");
    return STATUS_UNPROCESSABLE;
}

enum status certificate_load(const char *chain_file, const char *key_file, struct certificate **ret, struct error *err)
{
    _cleanup_(certificate_freep) struct certificate *certificate = mem_zero(1, sizeof *certificate);
    enum status status;
    if (!certificate)
        return error_memory(err);
    if ((status = read_chain(certificate, chain_file, err)) || (status = read_key(certificate, key_file, err)) ||
        (status = check_pair(certificate, chain_file, key_file, err)))
        return status;
    *ret = steal_pointer(&certificate);
    return STATUS_OK;
}

int64_t certificate_expires_ms(const struct certificate *certificate)
{
    return certificate->expires_ms;
}

void certificate_use(struct certificate *certificate, struct certificate *former)
{
    certificate->former = former;
    atomic_store(&in_force, certificate);
}

struct certificate *certificate_free(struct certificate *certificate)
{
    while (certificate) {
        struct certificate *former = certificate->former, *expected = certificate;
        (void)atomic_compare_exchange_strong(&in_force, &expected, NULL);
        for (unsigned i = 0; i < certificate->length; i++)
            gnutls_pcert_deinit(&certificate->chain[i]);
        if (certificate->key)
            gnutls_privkey_deinit(certificate->key);
        mem_free(certificate);
        certificate = former;
    }
    return NULL;
}

int certificate_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
                         const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **ret_chain,
                         unsigned *ret_length, gnutls_privkey_t *ret_key)
{
    struct certificate *certificate = atomic_load(&in_force);
    (void)session;
    (void)authorities;
    (void)authority_count;
    (void)algorithms;
    (void)algorithm_count;
    if (!certificate)
        return -1;
    *ret_chain = certificate->chain;
    *ret_length = certificate->length;
    *ret_key = certificate->key;
    return 0;
}
