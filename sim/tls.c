/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making certificates with GnuTLS.
 */
#include "sim/tls.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/strings.h"

enum { HOUR_SECONDS = 3600, VALID_SECONDS = 2 * 24 * HOUR_SECONDS, SERIAL_BYTES = 16 };

/* The first failure of a row of GnuTLS calls; 0 while there was none. */
static int worse(int so_far, int result)
{
    return so_far < 0 ? so_far : result < 0 ? result : 0;
}

/* `ago` moves the two days of its life into the past. */
static int identity_begin(struct identity *identity, const char *common_name, time_t ago)
{
    unsigned char serial[SERIAL_BYTES];
    time_t now = (time_t)clock_now_seconds() - ago;
    int result = gnutls_x509_crt_init(&identity->certificate);

    result = worse(result, gnutls_x509_privkey_init(&identity->key));
    result = worse(result, gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial));
    if (result < 0) {
        return result;
    }
    serial[0] &= 0x7f; /* a serial number is positive */
    result = worse(
        result, gnutls_x509_privkey_generate(identity->key, GNUTLS_PK_ECDSA,
                                             GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    result = worse(result, gnutls_x509_crt_set_version(identity->certificate, 3));
    result =
        worse(result, gnutls_x509_crt_set_serial(identity->certificate, serial, sizeof serial));
    result = worse(result,
                   gnutls_x509_crt_set_activation_time(identity->certificate, now - HOUR_SECONDS));
    result = worse(result,
                   gnutls_x509_crt_set_expiration_time(identity->certificate, now + VALID_SECONDS));
    result = worse(result,
                   gnutls_x509_crt_set_dn_by_oid(identity->certificate, GNUTLS_OID_X520_COMMON_NAME,
                                                 0, common_name, (unsigned)strlen(common_name)));
    return worse(result, gnutls_x509_crt_set_key(identity->certificate, identity->key));
}

static void identity_release(struct identity *identity)
{
    if (identity->certificate != NULL) {
        gnutls_x509_crt_deinit(identity->certificate);
    }
    if (identity->key != NULL) {
        gnutls_x509_privkey_deinit(identity->key);
    }
}

static int add_key_id(gnutls_x509_crt_t certificate)
{
    unsigned char id[64];
    size_t size = sizeof id;
    int result = gnutls_x509_crt_get_key_id(certificate, 0, id, &size);

    return worse(result, gnutls_x509_crt_set_subject_key_id(certificate, id, size));
}

/* Two authorities need two names: a client finds them by name first. */
static int make_authority(struct identity *ca, const char *name)
{
    int result = identity_begin(ca, name, 0);

    result = worse(result, gnutls_x509_crt_set_basic_constraints(ca->certificate, 1, 0));
    result = worse(result, gnutls_x509_crt_set_key_usage(ca->certificate, GNUTLS_KEY_KEY_CERT_SIGN |
                                                                              GNUTLS_KEY_CRL_SIGN));
    result = worse(result, result < 0 ? 0 : add_key_id(ca->certificate));
    return result < 0 ? result
                      : gnutls_x509_crt_sign2(ca->certificate, ca->certificate, ca->key,
                                              GNUTLS_DIG_SHA256, 0);
}

static int add_name(gnutls_x509_crt_t certificate, const char *name)
{
    return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, name,
                                                (unsigned)strlen(name), GNUTLS_FSAN_APPEND);
}

static int add_names(gnutls_x509_crt_t certificate, const char *host)
{
    static const unsigned char loopback[4] = {127, 0, 0, 1};
    int result = add_name(certificate, host);

    if (!text_equal(host, "localhost")) {
        result = worse(result, add_name(certificate, "localhost"));
    }
    return worse(result,
                 gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, loopback,
                                                      sizeof loopback, GNUTLS_FSAN_APPEND));
}

static int make_server(struct identity *server, const struct identity *ca, const char *host,
                       enum flaw flaw)
{
    static const char other[] = "another-host.example.com";
    const char *name = flaw == FLAW_NAME ? other : host;
    int result = identity_begin(server, name, flaw == FLAW_EXPIRED ? 2 * VALID_SECONDS : 0);

    if (result < 0) {
        return result;
    }
    result = worse(result, gnutls_x509_crt_set_basic_constraints(server->certificate, 0, -1));
    result = worse(
        result, gnutls_x509_crt_set_key_usage(server->certificate, GNUTLS_KEY_DIGITAL_SIGNATURE));
    result = worse(result, gnutls_x509_crt_set_key_purpose_oid(server->certificate,
                                                               GNUTLS_KP_TLS_WWW_SERVER, 0));
    result = worse(result, flaw == FLAW_NAME ? add_name(server->certificate, name)
                                             : add_names(server->certificate, name));
    result = worse(result, add_key_id(server->certificate));
    return worse(result, gnutls_x509_crt_sign2(server->certificate, ca->certificate, ca->key,
                                               GNUTLS_DIG_SHA256, 0));
}

bool sim_authority_make(struct arena *arena, struct diag *diag, struct identity *ret_ca,
                        const char **ret_pem)
{
    struct identity ca = {0};
    gnutls_datum_t pem = {0};
    int result = make_authority(&ca, "glidepath simulated instance CA");

    if (result >= 0) {
        result = gnutls_x509_crt_export2(ca.certificate, GNUTLS_X509_FMT_PEM, &pem);
    }
    if (result < 0) {
        identity_release(&ca);
        return diag_error(diag, (struct where){0}, "cannot make a CA: %s", gnutls_strerror(result));
    }
    *ret_pem = arena_strndup(arena, (const char *)pem.data, pem.size);
    gnutls_free(pem.data);
    *ret_ca = ca;
    return true;
}

void sim_authority_release(struct identity *ca)
{
    identity_release(ca);
}

/* Into the form of a handshake; the key is copied. */
static int import_all(const struct identity *server, struct served_certificate *served)
{
    int result = gnutls_pcert_import_x509(&served->certificate, server->certificate, 0);

    result = worse(result, gnutls_privkey_init(&served->key));
    return worse(result, result < 0 ? 0
                                    : gnutls_privkey_import_x509(served->key, server->key,
                                                                 GNUTLS_PRIVKEY_IMPORT_COPY));
}

bool sim_certificate_make(struct diag *diag, const struct identity *ca, const char *host,
                          enum flaw flaw, struct served_certificate *ret_certificate)
{
    struct identity stranger = {0};
    struct identity server = {0};
    struct served_certificate served = {0};
    int result = flaw == FLAW_AUTHORITY ? make_authority(&stranger, "a CA that nobody trusts") : 0;

    if (result >= 0) {
        result = make_server(&server, flaw == FLAW_AUTHORITY ? &stranger : ca, host, flaw);
    }
    if (result >= 0) {
        result = import_all(&server, &served);
    }
    identity_release(&stranger);
    identity_release(&server);
    if (result < 0) {
        sim_certificate_release(&served);
        return diag_error(diag, (struct where){0}, "cannot make a certificate for '%s': %s", host,
                          gnutls_strerror(result));
    }
    *ret_certificate = served;
    return true;
}

void sim_certificate_release(struct served_certificate *certificate)
{
    if (certificate->certificate.cert.data != NULL) {
        gnutls_pcert_deinit(&certificate->certificate);
    }
    if (certificate->key != NULL) {
        gnutls_privkey_deinit(certificate->key);
    }
}
