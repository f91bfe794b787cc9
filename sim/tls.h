/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates for one run: a CA and a certificate signed by it, both made here, P-256, valid two
 * days. Keys stay in memory; only the CA's certificate is written to a file.
 */
#pragma once

#include "base/attributes.h"
#include "base/diag.h"

struct arena;

struct certificates {
    char *key_pem; /* of the server; wiped on release */
    size_t key_len;
    const char *chain_pem; /* of the server */
    const char *ca_pem;
};

/* Makes both, for `host`, "localhost" and 127.0.0.1. */
MUST_USE bool sim_certificates_make(struct arena *arena, struct diag *diag, const char *host,
                                    struct certificates *ret_certificates);
void sim_certificates_release(struct certificates *certificates);
