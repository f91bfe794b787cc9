/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets, and keeping them out of everything that is written.
 *
 * Invariants: a secret's bytes live in one block that secret_release() wipes; they are handed only
 * to the transport. Every text that leaves the program goes through a redactor that knows all
 * secrets of the run.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

struct arena;

struct secret {
    char *bytes; /* NUL-terminated; NULL when there is none */
    size_t len;
};

/* Takes a copy of `len` bytes. */
struct secret secret_new(const char *bytes, size_t len);

/* Wipes and releases; the struct is empty afterwards. */
void secret_release(struct secret *secret);

bool secret_is_set(const struct secret *secret);

/* True when the value could not stand in an HTTP header: it has a CR, an LF or a NUL in it. */
bool secret_breaks_header(const struct secret *secret);

struct redactor;

/* A redactor that knows nothing yet; the caller releases it with redactor_free(), which wipes. */
struct redactor *redactor_new(void);
void redactor_free(struct redactor *redactor);

/*
 * From now on `bytes` is replaced wherever it occurs, as it stands and percent-encoded,
 * base64-encoded (as a whole) and JSON-escaped. Values shorter than four bytes are not searched
 * for: they would match by chance (nothing prints them either). The bytes are copied.
 */
void redactor_add(struct redactor *redactor, const char *bytes, size_t len);

/*
 * From now on tokens are keyed: redact_keyed() writes "[hidden:" and sixteen digits of an HMAC of
 * the secret under `key` (at most 64 bytes, copied), so that the same secret has the same token in
 * whatever form it stands there, and nobody without the key can try guesses against it. What was
 * added before has them too.
 */
void redactor_set_key(struct redactor *redactor, const char *key, size_t len);

/* `text` with every known secret replaced by its token; the same pointer when there was none. */
const char *redact_keyed(const struct redactor *redactor, struct arena *arena, const char *text);

/* `text` with every known secret replaced by "[secret]"; the same pointer when there was none. */
const char *redact(const struct redactor *redactor, struct arena *arena, const char *text);
