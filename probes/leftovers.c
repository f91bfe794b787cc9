/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder "writes" below the state directory: a file for each tag, with one line: seconds,
 * instance and table, the last two percent-encoded, with blanks between. Files that are not of this
 * form are left alone.
 */
#include "probes/leftovers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/strings.h"

enum { NOTE_LIMIT_BYTES = 64 * 1024, KEPT_SECONDS = 30 * 24 * 60 * 60 };

static const char *encoded(struct arena *arena, const char *text)
{
    struct buf buf;
    buf_init(&buf, NOTE_LIMIT_BYTES);
    encode_percent(&buf, text, strlen(text));
    const char *copy = arena_strdup(arena, buf.data);
    buf_release(&buf);
    return copy;
}

static const char *folder_of(struct arena *arena, const char *state_dir)
{
    return arena_printf(arena, "%s/writes", state_dir);
}

static const char *path_of(struct arena *arena, const char *state_dir, const char *tag)
{
    return arena_printf(arena, "%s/%s", folder_of(arena, state_dir), encoded(arena, tag));
}

bool leftover_remember(const char *state_dir, const struct leftover *leftover)
{
    if (state_dir == NULL) {
        return false;
    }
    struct arena *arena = arena_new();
    const char *fault = NULL;
    const char *path = path_of(arena, state_dir, leftover->tag);
    struct file_replacement replacement = {0};
    FILE *out = folder_make(arena, folder_of(arena, state_dir))
                    ? file_replace_begin(&replacement, arena, path, &fault)
                    : NULL;
    if (out != NULL) {
        fprintf(out, "%" PRId64 " %s %s\n", leftover->seconds, encoded(arena, leftover->instance),
                encoded(arena, leftover->table));
    }
    bool is_saved = out != NULL && file_replace_commit(&replacement, arena, &fault);
    arena_free(arena);
    return is_saved;
}

void leftover_forget(const char *state_dir, const char *tag)
{
    if (state_dir == NULL) {
        return;
    }
    struct arena *arena = arena_new();
    unlink(path_of(arena, state_dir, tag)); /* a note too many only tells of what is gone */
    arena_free(arena);
}

/* Reads a note; false for a file that is none. The instance stays encoded. */
static bool read_note(struct arena *arena, const char *path, struct leftover *ret_leftover)
{
    size_t len = 0;
    const char *fault = NULL;
    const char *text = file_read(arena, path, NOTE_LIMIT_BYTES, &len, &fault);
    struct strings words = {0};
    int64_t seconds = 0;
    if (text != NULL && text_ends_with(text, "\n")) {
        words = strings_split(arena, text_trim(arena, text), ' ');
    }
    bool is_sound = words.n_items == 3 && text_to_int(words.items[0], &seconds);
    if (is_sound) {
        *ret_leftover = (struct leftover){
            .seconds = seconds, .instance = words.items[1], .table = words.items[2], .file = path};
    }
    return is_sound;
}

/* True for a note that is to be told at `now`. One that is too old is deleted, whichever instance
 * it is of: who killed the run has had a month to look. */
static bool is_due(const struct leftover *leftover, const char *instance, int64_t now)
{
    if (leftover->seconds <= now - KEPT_SECONDS) {
        unlink(leftover->file);
        return false;
    }
    return leftover->seconds <= now && text_equal(leftover->instance, instance);
}

struct leftovers leftovers_of(struct arena *arena, const char *state_dir, const char *instance,
                              int64_t now)
{
    struct leftovers leftovers = {0};
    struct strings names = {0};
    const char *wanted = encoded(arena, instance);
    if (state_dir != NULL) {
        names = folder_list(arena, folder_of(arena, state_dir));
    }
    for (size_t i = 0; i < names.n_items; i++) {
        struct leftover leftover = {0};
        const char *path =
            arena_printf(arena, "%s/%s", folder_of(arena, state_dir), names.items[i]);
        if (!text_ends_with(names.items[i], ".tmp") && read_note(arena, path, &leftover) &&
            is_due(&leftover, wanted, now)) {
            leftover.instance = instance;
            leftover.tag = names.items[i];
            struct leftover *slot =
                arena_append(arena, &leftovers.items, &leftovers.n_items, sizeof *slot);
            *slot = leftover;
        }
    }
    return leftovers;
}
