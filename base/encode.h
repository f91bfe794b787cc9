/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two encodings of bytes as text: percent-encoding (RFC 3986) and base64 (RFC 4648).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

struct buf;

/*
 * Appends the bytes with everything but letters, digits and "-._~" as %XX in capitals. Fits a path
 * segment, the value of a query parameter and a form's value alike (a blank becomes %20).
 */
void encode_percent(struct buf *buf, const char *bytes, size_t len);

/* Appends the bytes in base64, with the standard alphabet and padding. */
void encode_base64(struct buf *buf, const char *bytes, size_t len);

/* Appends what base64url text without padding stands for (RFC 4648, section 5). False when the text
 * has another character in it or a length that no bytes have. */
MUST_USE bool decode_base64url(struct buf *buf, const char *text, size_t len);
