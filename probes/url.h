/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs of requests, and what may be shown of a URL that came from elsewhere.
 */
#pragma once

#include <stdbool.h>

struct arena;
struct buf;

/* Longer URLs are refused with 414 (measured: about 8192 bytes); requests are split below this. */
enum { LONGEST_URL_BYTES = 8000 };

enum { SYS_ID_CHARACTERS = 32 };

/* Appends `text` percent-encoded: a path segment or the value of a parameter. */
void url_add_encoded(struct buf *url, const char *text);

/* `location` without user information, query and fragment: sign-on redirects carry tickets there.
 */
const char *url_for_display(struct arena *arena, const char *location);

/* True for an http or https URL that begins with `origin` followed by a slash. */
bool url_is_below(const char *url, const char *origin);
