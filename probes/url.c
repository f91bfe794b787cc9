/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The URL helpers of url.h.
 */
#include "probes/url.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/encode.h"
#include "base/strings.h"

void url_add_encoded(struct buf *url, const char *text)
{
    encode_percent(url, text, strlen(text));
}

const char *url_for_display(struct arena *arena, const char *location)
{
    const char *authority = strstr(location, "://");
    authority = authority == NULL ? location : authority + strlen("://");
    size_t authority_len = strcspn(authority, "/?#");
    const char *host = authority;
    for (size_t i = 0; i < authority_len; i++) {
        if (authority[i] == '@') {
            host = authority + i + 1;
        }
    }
    size_t kept = strcspn(host, "?#");
    return arena_printf(arena, "%.*s%.*s%s", (int)(authority - location), location, (int)kept, host,
                        host[kept] == '\0' ? "" : "?...");
}

bool url_is_below(const char *url, const char *origin)
{
    return text_starts_with(url, origin) && url[strlen(origin)] == '/';
}
