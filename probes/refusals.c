/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line for each refusal: seconds, instance and user name, the last two percent-encoded, with
 * blanks between. Lines that are not of this form are dropped.
 */
#include "probes/refusals.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/strings.h"

enum { FILE_LIMIT_BYTES = 256 * 1024, DAY_SECONDS = 24 * 60 * 60 };

struct refusal {
    int64_t seconds;
    const char *instance; /* both encoded */
    const char *user_name;
};

struct refusals {
    struct refusal *items;
    size_t n_items;
};

static const char *encoded(struct arena *arena, const char *text)
{
    struct buf buf;
    buf_init(&buf, FILE_LIMIT_BYTES);
    encode_percent(&buf, text, strlen(text));
    const char *copy = arena_strdup(arena, buf.data);
    buf_release(&buf);
    return copy;
}

static const char *file_path(struct arena *arena, const char *state_dir)
{
    return arena_printf(arena, "%s/refusals", state_dir);
}

/* Those of the last day. */
static struct refusals load(struct arena *arena, const char *state_dir, int64_t now)
{
    struct refusals refusals = {0};
    size_t len = 0;
    const char *fault = NULL;
    const char *text =
        file_read(arena, file_path(arena, state_dir), FILE_LIMIT_BYTES, &len, &fault);
    struct strings lines = {0};
    if (text != NULL) {
        lines = strings_split(arena, text, '\n');
    }
    for (size_t i = 0; i < lines.n_items; i++) {
        struct strings words = strings_split(arena, lines.items[i], ' ');
        struct refusal refusal = {0};
        bool is_sound = words.n_items == 3 && text_to_int(words.items[0], &refusal.seconds) &&
                        refusal.seconds <= now && now - refusal.seconds < DAY_SECONDS;
        if (is_sound) {
            refusal.instance = words.items[1];
            refusal.user_name = words.items[2];
            struct refusal *slot =
                arena_append(arena, &refusals.items, &refusals.n_items, sizeof *slot);
            *slot = refusal;
        }
    }
    return refusals;
}

static bool save(struct arena *arena, const char *state_dir, const struct refusals *refusals)
{
    const char *fault = NULL;
    struct file_replacement replacement = {0};
    FILE *out = folder_make(arena, state_dir)
                    ? file_replace_begin(&replacement, arena, file_path(arena, state_dir), &fault)
                    : NULL;
    if (out == NULL) {
        return false;
    }
    for (size_t i = 0; i < refusals->n_items; i++) {
        const struct refusal *refusal = &refusals->items[i];
        fprintf(out, "%" PRId64 " %s %s\n", refusal->seconds, refusal->instance,
                refusal->user_name);
    }
    if (!file_replace_commit(&replacement, arena, &fault)) {
        file_replace_abandon(&replacement);
        return false;
    }
    return true;
}

static bool is_about(const struct refusal *refusal, const char *instance, const char *user_name)
{
    return text_equal(refusal->instance, instance) &&
           text_equal_nocase(refusal->user_name, user_name); /* as ServiceNow compares them */
}

bool refusal_is_recent(const char *state_dir, const char *instance, const char *user_name,
                       int64_t now, int64_t wait_ms)
{
    if (state_dir == NULL) {
        return false;
    }
    struct arena *arena = arena_new();
    struct refusals refusals = load(arena, state_dir, now);
    const char *about_instance = encoded(arena, instance);
    const char *about_user = encoded(arena, user_name);
    bool is_recent = false;
    for (size_t i = 0; i < refusals.n_items; i++) {
        is_recent = is_recent || (is_about(&refusals.items[i], about_instance, about_user) &&
                                  (now - refusals.items[i].seconds) * 1000 < wait_ms);
    }
    arena_free(arena);
    return is_recent;
}

/* Rewrites the file without the user's refusals, or with one, of now. */
static bool rewrite(const char *state_dir, const char *instance, const char *user_name, int64_t now,
                    bool is_refused)
{
    struct arena *arena = arena_new();
    struct refusals before = load(arena, state_dir, now);
    struct refusal refusal = {.seconds = now,
                              .instance = encoded(arena, instance),
                              .user_name = encoded(arena, user_name)};
    struct refusals after = {0};
    for (size_t i = 0; i < before.n_items; i++) {
        if (!is_about(&before.items[i], refusal.instance, refusal.user_name)) {
            struct refusal *slot = arena_append(arena, &after.items, &after.n_items, sizeof *slot);
            *slot = before.items[i];
        }
    }
    if (is_refused) {
        struct refusal *slot = arena_append(arena, &after.items, &after.n_items, sizeof *slot);
        *slot = refusal;
    }
    bool changes = is_refused || after.n_items != before.n_items;
    bool is_saved = !changes || save(arena, state_dir, &after);
    arena_free(arena);
    return is_saved;
}

bool refusal_remember(const char *state_dir, const char *instance, const char *user_name,
                      int64_t now)
{
    return state_dir != NULL && rewrite(state_dir, instance, user_name, now, true);
}

void refusal_forget(const char *state_dir, const char *instance, const char *user_name, int64_t now)
{
    bool is_saved = state_dir == NULL || rewrite(state_dir, instance, user_name, now, false);
    (void)is_saved; /* a refusal too many only makes a later run wait */
}

/* ---- Within a process ---- */

struct refused {
    struct arena *arena;
    struct pairs items; /* instance, user name */
};

struct refused *refused_new(void)
{
    struct refused *refused = memory_allocate_zeroed(1, sizeof *refused);
    refused->arena = arena_new();
    return refused;
}

void refused_free(struct refused *refused)
{
    if (refused != NULL) {
        arena_free(refused->arena);
        memory_free(refused);
    }
}

void refused_add(struct refused *refused, const char *instance, const char *user_name)
{
    if (refused != NULL) {
        pairs_add(refused->arena, &refused->items, arena_strdup(refused->arena, instance),
                  arena_strdup(refused->arena, user_name));
    }
}

bool refused_has(const struct refused *refused, const char *instance, const char *user_name)
{
    for (size_t i = 0; refused != NULL && i < refused->items.n_items; i++) {
        if (text_equal(refused->items.items[i].key, instance) &&
            text_equal_nocase(refused->items.items[i].value, user_name)) {
            return true;
        }
    }
    return false;
}
