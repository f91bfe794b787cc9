/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a recording from anywhere, and asking it what it says it answers. A seal is put on the
 * input, or nothing behind it would ever be reached.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/canonical.h"
#include "base/digest.h"
#include "base/json.h"
#include "probes/recording.h"
#include "probes/sources.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input under a digest that fits; the input as it is where it is no object. */
static const char *sealed(struct arena *arena, const char *text, size_t size)
{
    const char *fault = NULL;
    const struct json *document = json_parse(arena, text, size, &fault);
    if (document == NULL || document->kind != JSON_KIND_OBJECT || document->n_values == 0) {
        return arena_strndup(arena, text, size);
    }
    const char *body = json_canonical(arena, document, "digest", false);
    const char *digest = digest_sha256_hex(arena, body, strlen(body));
    return arena_printf(arena, "{\"digest\":\"sha256:%s\",%s", digest, body + 1);
}

static void ask_everything(struct arena *arena, const struct recording *recording)
{
    struct answers answers = {0};
    struct questions open = {0};
    for (size_t i = 0; i < recording->answers.n_items; i++) {
        struct question *slot = arena_append(arena, &open.items, &open.n_items, sizeof *slot);
        *slot = recording->answers.items[i]->question;
        slot = arena_append(arena, &open.items, &open.n_items, sizeof *slot);
        *slot = recording->answers.items[i]->question;
        slot->limit += 1;
    }
    const struct recording *all[] = {recording};
    struct sources sources = {.items = all, .n_items = 1};
    struct questions left = {0};
    size_t n = sources_answer(arena, &sources, 0, NULL, &open, &answers, &left);
    assert(n == answers.n_items && n <= open.n_items && left.n_items == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *fault = NULL;
    const char *text = sealed(arena, (const char *)data, size);
    const struct recording *recording = recording_read(arena, text, strlen(text), &fault);
    assert((recording == NULL) == (fault != NULL));
    if (recording != NULL) {
        ask_everything(arena, recording);
    }
    arena_free(arena);
    return 0;
}
