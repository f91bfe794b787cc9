/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The corpus of bad files. Every file of tests/rules/bad is loaded as its name says (target-… as a
 * target with its secrets and packs, else as a pack), and must be refused with exactly the messages
 * its own comments expect, in that order:
 *
 *     # expect: 7:5: unknown key 'severty' (did you mean 'severity'?)
 *
 * Whatever a target file has below `credentials`, no message may show it.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "registry.h"
#include "rules/load.h"

static const char folder[] = ROOM_FIXTURES "/bad/";

static bool load_target(struct arena *arena, struct diag *diag, const char *path)
{
    struct kind_schemas kinds = test_kinds();
    struct target target = {0};
    struct pack **packs = NULL;
    size_t n_packs = 0;
    bool is_loaded = target_load(arena, diag, path, &target) &&
                     secrets_read(arena, diag, &target) &&
                     packs_load(arena, diag, &kinds, &target, &packs, &n_packs);
    target_release(&target);
    return is_loaded;
}

static bool load(struct arena *arena, struct diag *diag, const char *name)
{
    const char *path = arena_printf(arena, "%s%s", folder, name);
    struct kind_schemas kinds = test_kinds();
    struct pack *pack = NULL;
    return text_starts_with(name, "target-") ? load_target(arena, diag, path)
                                             : pack_lint(arena, diag, &kinds, path, &pack);
}

/* The lines behind "# expect: ". */
static struct strings expectations(struct arena *arena, const char *name)
{
    static const char mark[] = "# expect: ";
    size_t len = 0;
    const char *fault = NULL;
    const char *text =
        file_read(arena, arena_printf(arena, "%s%s", folder, name), 1 << 20, &len, &fault);
    cr_assert_not_null(text, "%s: %s", name, fault);
    struct strings lines = {0};
    for (const char *found = strstr(text, mark); found != NULL; found = strstr(found, mark)) {
        found += strlen(mark);
        strings_add(arena, &lines, arena_strndup(arena, found, strcspn(found, "\n")));
    }
    return lines;
}

/* `text` without any `piece` in it. */
static const char *without(struct arena *arena, const char *text, const char *piece)
{
    for (const char *found = strstr(text, piece); found != NULL; found = strstr(text, piece)) {
        text = arena_printf(arena, "%.*s%s", (int)(found - text), text, found + strlen(piece));
    }
    return text;
}

/* A message's first line, without the folder, the file's own name and the word "error". */
static const char *shortened(struct arena *arena, const char *name, const char *message)
{
    const char *line = arena_strndup(arena, message, strcspn(message, "\n"));
    line = without(arena, without(arena, line, folder), "error: ");
    const char *own = arena_printf(arena, "%s:", name);
    line = text_starts_with(line, own) ? line + strlen(own) : line;
    return line[0] == ' ' ? line + 1 : line;
}

static void check_file(const char *name)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct strings expected = expectations(arena, name);
    cr_expect_not(load(arena, diag, name), "%s is accepted", name);
    cr_expect(expected.n_items > 0, "%s expects nothing", name);
    for (size_t i = 0; i < diag_count(diag); i++) {
        const char *message = diag_message(diag, i);
        const char *got = shortened(arena, name, message);
        cr_expect_null(strstr(message, "not-real"), "%s: a secret in: %s", name, message);
        cr_expect(i < expected.n_items && text_equal(expected.items[i], got),
                  "%s, message %zu:\n  got      %s\n  expected %s", name, i, got,
                  i < expected.n_items ? expected.items[i] : "nothing more");
    }
    cr_expect(diag_count(diag) >= expected.n_items, "%s: only %zu messages", name,
              diag_count(diag));
    diag_free(diag);
    arena_free(arena);
}

static int is_yaml(const struct dirent *entry)
{
    return text_ends_with(entry->d_name, ".yaml") && !text_starts_with(entry->d_name, "base-");
}

Test(bad_files, are_refused_as_they_expect)
{
    unsetenv("GLIDEPATH_TEST_UNSET");
    setenv("GLIDEPATH_TEST_SECRET", "test-secret-not-real", 1);
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, is_yaml, alphasort);
    cr_assert(n > 40, "the corpus is there");
    for (int i = 0; i < n; i++) {
        check_file(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

/* One message in full: line and caret. */
Test(bad_files, messages_show_the_line_and_a_caret)
{
    static const char text[] = "pack: demo\n"
                               "title: Demo\n"
                               "version: 1\n"
                               "checks:\n"
                               "  - id: one\n"
                               "    title: One\n"
                               "    step: Step\n"
                               "    severty: info\n"
                               "    network:\n";
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct kind_schemas kinds = test_kinds();
    struct pack *pack = NULL;
    cr_expect_not(pack_lint_text(arena, diag, &kinds, "demo.yaml", text, strlen(text), &pack));
    cr_assert_eq(diag_count(diag), 1);
    cr_expect_str_eq(diag_message(diag, 0),
                     "demo.yaml:8:5: error: unknown key 'severty' (did you mean 'severity'?)\n"
                     "     8 |     severty: info\n"
                     "       |     ^~~~~~~\n");
    diag_free(diag);
    arena_free(arena);
}
