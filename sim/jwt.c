/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and verifying an assertion (RFC 7519, RFC 7523; ServiceNowDocs, create-jwt-endpoint.md):
 * the client is a row of oauth_jwt, its keys are rows of jwt_verifier_map, RS256 with a certificate
 * or HS256 with a shared key. The subject is looked up in the column `user_field` names. Whether an
 * assertion was used before (`jti`) is not looked at.
 */
#include "sim/jwt.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#include "base/json.h"
#include "sim/decode.h"

enum { HS256_BYTES = 32 };

struct assertion {
    const struct json *header;
    const struct json *claims;
    const char *signed_text; /* the first two parts with the dot between them */
    const unsigned char *signature;
    size_t signature_len;
};

static const struct json *read_part(struct arena *arena, const char *part)
{
    size_t len = 0;
    const char *fault;
    const unsigned char *text = sim_base64_decode_url(arena, part, &len);

    return text == NULL ? NULL : json_parse(arena, (const char *)text, len, &fault);
}

static bool read_assertion(struct arena *arena, const char *text, struct assertion *ret_assertion)
{
    struct strings parts = strings_split(arena, text, '.');
    struct assertion assertion = {0};

    if (parts.n_items != 3) {
        return false;
    }
    assertion.header = read_part(arena, parts.items[0]);
    assertion.claims = read_part(arena, parts.items[1]);
    assertion.signed_text = arena_printf(arena, "%s.%s", parts.items[0], parts.items[1]);
    assertion.signature = sim_base64_decode_url(arena, parts.items[2], &assertion.signature_len);
    if (assertion.header == NULL || assertion.claims == NULL || assertion.signature == NULL) {
        return false;
    }
    *ret_assertion = assertion;
    return true;
}

/* --- signatures --- */

static bool fits_shared_key(const struct assertion *assertion, const char *key)
{
    unsigned char digest[HS256_BYTES];

    return *key != '\0' && assertion->signature_len == sizeof digest &&
           gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, strlen(key), assertion->signed_text,
                            strlen(assertion->signed_text), digest) == 0 &&
           memcmp(digest, assertion->signature, sizeof digest) == 0;
}

static gnutls_datum_t datum_of(const void *bytes, size_t len)
{
    gnutls_datum_t datum = {NULL, (unsigned)len};

    memcpy(&datum.data, &bytes, sizeof bytes); /* GnuTLS only reads it */
    return datum;
}

static int verify(gnutls_x509_crt_t certificate, gnutls_pubkey_t key, const char *pem,
                  const struct assertion *assertion)
{
    gnutls_datum_t text = datum_of(pem, strlen(pem));
    gnutls_datum_t data = datum_of(assertion->signed_text, strlen(assertion->signed_text));
    gnutls_datum_t signature = datum_of(assertion->signature, assertion->signature_len);

    if (gnutls_x509_crt_import(certificate, &text, GNUTLS_X509_FMT_PEM) < 0 ||
        gnutls_pubkey_import_x509(key, certificate, 0) < 0) {
        return -1;
    }
    return gnutls_pubkey_verify_data2(key, GNUTLS_SIGN_RSA_SHA256, 0, &data, &signature);
}

static bool fits_certificate(const struct assertion *assertion, const char *pem)
{
    gnutls_x509_crt_t certificate = NULL;
    gnutls_pubkey_t key = NULL;
    bool fits = false;

    if (gnutls_x509_crt_init(&certificate) == 0 && gnutls_pubkey_init(&key) == 0) {
        fits = verify(certificate, key, pem, assertion) >= 0;
    }
    if (key != NULL) {
        gnutls_pubkey_deinit(key);
    }
    if (certificate != NULL) {
        gnutls_x509_crt_deinit(certificate);
    }
    return fits;
}

static bool is_signed_with(const struct world *world, const struct row *entry,
                           const struct assertion *assertion)
{
    const char *algorithm = json_get_text(assertion->header, "alg");
    const struct row *certificate = sim_row_reference(world, entry, "sys_certificate");

    if (text_equal(algorithm, "HS256")) {
        return fits_shared_key(assertion, sim_row_get(entry, "shared_key"));
    }
    return text_equal(algorithm, "RS256") && certificate != NULL &&
           sim_row_is_true(certificate, "active") &&
           fits_certificate(assertion, sim_row_get(certificate, "pem_certificate"));
}

static bool is_signed(const struct world *world, const struct row *client,
                      const struct assertion *assertion)
{
    const struct table *map = sim_table_find(world, "jwt_verifier_map");
    const char *kid = json_get_text(assertion->header, "kid");

    for (size_t i = 0; map != NULL && i < map->n_rows; i++) {
        if (text_equal(sim_row_get(map->rows[i], "oauth_jwt"), client->sys_id) &&
            text_equal(sim_row_get(map->rows[i], "kid"), kid) &&
            is_signed_with(world, map->rows[i], assertion)) {
            return true;
        }
    }
    return false;
}

/* --- claims --- */

static int64_t claim_number(const struct json *claims, const char *name, int64_t fallback)
{
    const struct json *claim = json_get(claims, name);
    int64_t number = fallback;

    return claim != NULL && claim->kind == JSON_KIND_NUMBER && text_to_int(claim->text, &number)
               ? number
               : fallback;
}

/* The issuer and the audience are the client id, and it has to expire. */
static bool are_claims_good(const struct row *client, const struct json *claims, int64_t now)
{
    const char *client_id = sim_row_get(client, "client_id");
    int64_t skew = 0;

    if (!text_to_int(sim_row_get(client, "clock_skew"), &skew)) {
        skew = 0;
    }
    return text_equal(json_get_text(claims, "iss"), client_id) &&
           text_equal(json_get_text(claims, "aud"), client_id) &&
           claim_number(claims, "exp", 0) + skew > now &&
           claim_number(claims, "nbf", now) - skew <= now;
}

const struct row *sim_jwt_user(const struct world *world, const struct call *call,
                               const struct row *client, const char *text)
{
    const char *subject;
    const char *field;
    struct assertion assertion;

    if (text_is_empty(text) || !text_equal(client->table->name, "oauth_jwt") ||
        !read_assertion(call->arena, text, &assertion) || !is_signed(world, client, &assertion) ||
        !are_claims_good(client, assertion.claims, call->now)) {
        return NULL;
    }
    subject = json_get_text(assertion.claims, "sub");
    field = sim_row_get(client, "user_field");
    field = *field == '\0' ? "email" : field;
    return text_is_empty(subject) ||
                   sim_column_find(sim_table_find(world, "sys_user"), field) == NULL
               ? NULL
               : sim_row_by_value(world, "sys_user", field, subject);
}
