/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates for one run: a CA and certificates signed by it, all made here, P-256, valid two
 * days. Keys stay in memory; only the CA's certificate is written to a file.
 */
#pragma once

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "base/attributes.h"
#include "base/diag.h"

struct arena;

/* A certificate and its key. */
struct identity {
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
};

/* What is served: the same in the form a handshake takes. A zeroed struct holds nothing. */
struct served_certificate {
    gnutls_pcert_st certificate;
    gnutls_privkey_t key;
};

/* What is wrong with a certificate. */
enum flaw { FLAW_NONE, FLAW_NAME, FLAW_AUTHORITY, FLAW_EXPIRED };

/* Makes a CA; its certificate as PEM, in the arena, is *ret_pem. */
MUST_USE bool sim_authority_make(struct arena *arena, struct diag *diag, struct identity *ret_ca,
                                 const char **ret_pem);
void sim_authority_release(struct identity *ca);

/* Makes a certificate for `host`, "localhost" and 127.0.0.1, signed by the CA; or one with a flaw:
 * for another name, signed by a CA nobody has, or no longer valid. */
MUST_USE bool sim_certificate_make(struct diag *diag, const struct identity *ca, const char *host,
                                   enum flaw flaw, struct served_certificate *ret_certificate);
void sim_certificate_release(struct served_certificate *certificate);
