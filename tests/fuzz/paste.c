/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of pasted texts: any bytes are read, what comes out is valid UTF-8, and a secret that
 * stands in a header comes out nowhere, whatever stands around it.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "probes/paste.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char secret[] = "test-secret-not-real-9";

static void look_at(const char *text)
{
    size_t offset = 0;
    if (text != NULL) {
        assert(utf8_is_valid(text, strlen(text), &offset));
        assert(strstr(text, secret) == NULL);
    }
}

static void look_at_all(const struct paste *paste)
{
    for (size_t i = 0; i < paste->n_answers; i++) {
        const struct exchange *exchange = &paste->answers[i].exchange;
        look_at(paste->answers[i].text);
        look_at(exchange->method);
        look_at(exchange->url);
        look_at(exchange->message);
        look_at(exchange->detail);
        look_at(exchange->excerpt);
        look_at(exchange->location);
        look_at(exchange->transaction_id);
    }
    for (size_t i = 0; i < paste->n_lines; i++) {
        look_at(paste->lines[i].text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct paste_call nothing_said = {0};
    struct arena *arena = arena_new();
    struct paste paste = paste_read(arena, (const char *)data, size, &nothing_said);
    assert(paste.n_answers <= PASTE_ANSWERS && paste.n_lines <= PASTE_LINES);
    char *with = arena_printf(arena, "> x-sn-apikey: %s\n%s", secret,
                              arena_strndup(arena, (const char *)data, size));
    paste = paste_read(arena, with, strlen(with), &nothing_said);
    look_at_all(&paste);
    arena_free(arena);
    return 0;
}
