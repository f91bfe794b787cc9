/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's own reading of what a client wrote: URLs, forms, base64. Deliberately not shared
 * with the client side.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/strings.h"

struct arena;

/* "%41+b" -> "Ab"-like text: percent escapes, and + as a blank when `is_form`. A broken escape
 * stays as it is; an escaped NUL ends the text. */
const char *sim_percent_decode(struct arena *arena, const char *text, size_t len, bool is_form);

/* "a=1&b=2" as decoded pairs, in order. */
struct pairs sim_form_decode(struct arena *arena, const char *text, size_t len);

/* Percent-encodes everything but letters, digits and "-._~". */
const char *sim_percent_encode(struct arena *arena, const char *text);

/* Base64 with or without padding. NULL when a character is none of the alphabet. */
const char *sim_base64_decode(struct arena *arena, const char *text);

/* Base64 in its URL form, without padding. */
const char *sim_base64_encode_url(struct arena *arena, const unsigned char *bytes, size_t len);

/* Base64 with padding. */
const char *sim_base64_encode(struct arena *arena, const unsigned char *bytes, size_t len);

/* The bytes of base64 in its URL form, without padding; NULL when a character is none of it. */
const unsigned char *sim_base64_decode_url(struct arena *arena, const char *text, size_t *ret_len);
