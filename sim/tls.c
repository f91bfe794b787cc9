/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making certificates with GnuTLS.
 */
#include "sim/tls.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/strings.h"

enum { HOUR_SECONDS = 3600, VALID_SECONDS = 2 * 24 * HOUR_SECONDS, SERIAL_BYTES = 16 };

/* A certificate in the making and its key. */
struct identity {
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
};

/* The first failure of a row of GnuTLS calls; 0 while there was none. */
static int worse(int so_far, int result)
{
    return so_far < 0 ? so_far : result < 0 ? result : 0;
}

static int identity_begin(struct identity *identity, const char *common_name)
{
    unsigned char serial[SERIAL_BYTES];
    time_t now = (time_t)clock_now_seconds();
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

static int make_authority(struct identity *ca)
{
    int result = identity_begin(ca, "glidepath simulated instance CA");

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

static int make_server(struct identity *server, const struct identity *ca, const char *host)
{
    static const unsigned char loopback[4] = {127, 0, 0, 1};
    int result = identity_begin(server, host);

    if (result < 0) {
        return result;
    }
    result = worse(result, gnutls_x509_crt_set_basic_constraints(server->certificate, 0, -1));
    result = worse(
        result, gnutls_x509_crt_set_key_usage(server->certificate, GNUTLS_KEY_DIGITAL_SIGNATURE));
    result = worse(result, gnutls_x509_crt_set_key_purpose_oid(server->certificate,
                                                               GNUTLS_KP_TLS_WWW_SERVER, 0));
    result = worse(result, add_name(server->certificate, host));
    if (!text_equal(host, "localhost")) {
        result = worse(result, add_name(server->certificate, "localhost"));
    }
    result =
        worse(result,
              gnutls_x509_crt_set_subject_alt_name(server->certificate, GNUTLS_SAN_IPADDRESS,
                                                   loopback, sizeof loopback, GNUTLS_FSAN_APPEND));
    result = worse(result, add_key_id(server->certificate));
    return worse(result, gnutls_x509_crt_sign2(server->certificate, ca->certificate, ca->key,
                                               GNUTLS_DIG_SHA256, 0));
}

static const char *take_text(struct arena *arena, gnutls_datum_t *datum)
{
    const char *text = arena_strndup(arena, (const char *)datum->data, datum->size);

    gnutls_free(datum->data);
    return text;
}

static int export_all(struct arena *arena, const struct identity *ca, const struct identity *server,
                      struct certificates *certificates)
{
    gnutls_datum_t datum = {0};
    int result = gnutls_x509_crt_export2(ca->certificate, GNUTLS_X509_FMT_PEM, &datum);

    if (result < 0) {
        return result;
    }
    certificates->ca_pem = take_text(arena, &datum);
    result = gnutls_x509_crt_export2(server->certificate, GNUTLS_X509_FMT_PEM, &datum);
    if (result < 0) {
        return result;
    }
    certificates->chain_pem = take_text(arena, &datum);
    result = gnutls_x509_privkey_export2(server->key, GNUTLS_X509_FMT_PEM, &datum);
    if (result < 0) {
        return result;
    }
    certificates->key_pem = arena_strndup(arena, (const char *)datum.data, datum.size);
    certificates->key_len = datum.size;
    wipe(datum.data, datum.size);
    gnutls_free(datum.data);
    return 0;
}

bool sim_certificates_make(struct arena *arena, struct diag *diag, const char *host,
                           struct certificates *ret_certificates)
{
    struct identity ca = {0};
    struct identity server = {0};
    struct certificates certificates = {0};
    int result = make_authority(&ca);

    if (result >= 0) {
        result = make_server(&server, &ca, host);
    }
    if (result >= 0) {
        result = export_all(arena, &ca, &server, &certificates);
    }
    identity_release(&ca);
    identity_release(&server);
    if (result < 0) {
        return diag_error(diag, (struct where){0}, "cannot make a certificate for '%s': %s", host,
                          gnutls_strerror(result));
    }
    *ret_certificates = certificates;
    return true;
}

void sim_certificates_release(struct certificates *certificates)
{
    if (certificates->key_pem != NULL) {
        wipe(certificates->key_pem, certificates->key_len);
    }
}
