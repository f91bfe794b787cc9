/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The examples of the documentation are loaded as a reader would load them: every block of YAML in
 * it that begins with a comment naming its file.
 */
#include <criterion/criterion.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/strings.h"
#include "checks/kind.h"
#include "rules/load.h"

enum { LARGEST_PAGE_BYTES = 1024 * 1024 };

static struct arena *arena;
static struct diag *diag;

static void set_up(void)
{
    arena = arena_new();
    diag = diag_new();
}

static void tear_down(void)
{
    diag_free(diag);
    arena_free(arena);
}

TestSuite(docs, .init = set_up, .fini = tear_down);

/* Writes the block that begins with "# NAME" to a file of its own and returns its path. */
static const char *example(const char *page, const char *name)
{
    const char *fault = NULL;
    size_t len = 0;
    const char *text = file_read(arena, arena_printf(arena, "%s/%s", ROOT, page),
                                 LARGEST_PAGE_BYTES, &len, &fault);
    cr_assert_not_null(text, "%s: %s", page, fault);
    const char *begin = strstr(text, arena_printf(arena, "```yaml\n# %s\n", name));
    cr_assert_not_null(begin, "%s has no example %s", page, name);
    begin += strlen("```yaml\n");
    const char *end = strstr(begin, "\n```\n");
    cr_assert_not_null(end, "the example %s in %s has no end", name, page);

    char *path = arena_strdup(arena, "/tmp/glidepath-docs-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    FILE *out = fdopen(fd, "w");
    cr_assert_not_null(out);
    cr_assert(fwrite(begin, 1, (size_t)(end - begin) + 1, out) == (size_t)(end - begin) + 1);
    cr_assert(fclose(out) == 0);
    return path;
}

static const char *messages(void)
{
    struct strings all = {0};
    for (size_t i = 0; i < diag_count(diag); i++) {
        strings_add(arena, &all, diag_message(diag, i));
    }
    return strings_join(arena, &all, "");
}

Test(docs, the_pack_of_the_pack_page_is_sound)
{
    const char *path = example("docs/packs.md", "acme-tickets.yaml");
    struct kind_schemas kinds = kind_schemas();
    struct pack *pack = NULL;
    bool is_sound = pack_lint(arena, diag, &kinds, path, &pack);
    unlink(path);
    cr_assert(is_sound, "%s", messages());
    cr_expect_str_eq(pack->name, "acme-tickets");
    cr_expect_gt(pack->n_checks, 3, "those of baseline are taken over");
}

Test(docs, the_target_of_the_readme_is_sound)
{
    const char *path = example("README.md", "target.yaml");
    struct target target = {0};
    bool is_sound = target_load(arena, diag, path, &target);
    unlink(path);
    cr_assert(is_sound, "%s", messages());
    cr_expect_str_eq(target.instance.origin, "https://acme.service-now.com");
    cr_expect(target.n_credentials == 2);
    target_release(&target);
}

/* The page of packs names every kind there is, and no other. */
Test(docs, the_pack_page_names_the_kinds)
{
    const char *fault = NULL;
    size_t len = 0;
    const char *text = file_read(arena, ROOT "/docs/packs.md", LARGEST_PAGE_BYTES, &len, &fault);
    cr_assert_not_null(text, "%s", fault);
    const char *begin = strstr(text, "## The kinds\n");
    cr_assert_not_null(begin);
    struct strings said = {0};
    const char *next = strchr(begin, '`');
    for (; next != NULL && next[1] != '.'; next = strchr(next, '`')) {
        size_t name_len = strcspn(next + 1, "`");
        strings_add(arena, &said, arena_strndup(arena, next + 1, name_len));
        next += name_len + 2;
        if (next[0] == '.') {
            break;
        }
    }
    struct kind_schemas kinds = kind_schemas();
    struct strings there = {0};
    for (size_t i = 0; i < kinds.n_items; i++) {
        strings_add(arena, &there, kinds.items[i]->name);
    }
    cr_expect_str_eq(strings_join(arena, &said, " "), strings_join(arena, &there, " "));
}
