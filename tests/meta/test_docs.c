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

/* Writes the block that begins with this comment to `out`. */
static void write_block(FILE *out, const char *begin, const char *page)
{
    begin += strlen("```yaml\n");
    const char *end = strstr(begin, "\n```\n");
    cr_assert_not_null(end, "an example in %s has no end", page);
    cr_assert(fwrite(begin, 1, (size_t)(end - begin) + 1, out) == (size_t)(end - begin) + 1);
}

/* Writes the block that begins with "# NAME", and those that begin with "# NAME, at the end" behind
 * it, to a file of its own and returns its path. */
static const char *example(const char *page, const char *name)
{
    const char *fault = NULL;
    size_t len = 0;
    const char *text = file_read(arena, arena_printf(arena, "%s/%s", ROOT, page),
                                 LARGEST_PAGE_BYTES, &len, &fault);
    cr_assert_not_null(text, "%s: %s", page, fault);
    const char *begin = strstr(text, arena_printf(arena, "```yaml\n# %s\n", name));
    cr_assert_not_null(begin, "%s has no example %s", page, name);

    char *path = arena_strdup(arena, "/tmp/glidepath-docs-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    FILE *out = fdopen(fd, "w");
    cr_assert_not_null(out);
    write_block(out, begin, page);
    const char *mark = arena_printf(arena, "```yaml\n# %s, at the end\n", name);
    while ((begin = strstr(begin + 1, mark)) != NULL) {
        write_block(out, begin, page);
    }
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
    cr_expect_gt(pack->n_cases, 3, "it carries its tests; tests/cli/run.sh runs them");
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

static const char *page(const char *path)
{
    const char *fault = NULL;
    size_t len = 0;
    const char *text = file_read(arena, arena_printf(arena, "%s/%s", ROOT, path),
                                 LARGEST_PAGE_BYTES, &len, &fault);
    cr_assert_not_null(text, "%s: %s", path, fault);
    return text;
}

/* The page of packs leads to the reference, and the reference has every kind there is, once. */
Test(docs, the_reference_has_every_kind)
{
    cr_expect_not_null(strstr(page("docs/packs.md"), "[kinds.md](kinds.md)"));
    const char *text = page("docs/kinds.md");
    struct kind_schemas kinds = kind_schemas();
    const char *next = text;
    for (size_t i = 0; i < kinds.n_items; i++) {
        next = strstr(next, arena_printf(arena, "\n## `%s`\n", kinds.items[i]->name));
        cr_assert_not_null(next, "docs/kinds.md has no %s, or not in its place",
                           kinds.items[i]->name);
        next++;
    }
    cr_expect_null(strstr(next, "\n## "), "docs/kinds.md has a kind too many");
}

/* Declarations of all parameters a text uses. */
static const char *parameters_in(const char *text)
{
    struct strings names = {0};
    for (const char *next = strchr(text, '$'); next != NULL; next = strchr(next, '$')) {
        size_t len = strspn(++next, "abcdefghijklmnopqrstuvwxyz_");
        strings_add_unique(
            arena, &names,
            arena_printf(arena, "%.*s: { about: x, default: \"1\" }", (int)len, next));
    }
    return strings_join(arena, &names, ", ");
}

/* A pack with one check that holds these lines. */
static const char *pack_with(const char *example, size_t len)
{
    struct strings lines = {0};
    const char *end = example + len;
    for (const char *line = example; line < end; line += strcspn(line, "\n") + 1) {
        strings_add(arena, &lines, arena_strndup(arena, line, strcspn(line, "\n")));
    }
    const char *text = strings_join(arena, &lines, "\n    ");
    return arena_printf(arena,
                        "pack: example\ntitle: Example\nversion: 1.0.0\n"
                        "first_call: { table: incident }\nparameters: { %s }\n"
                        "checks:\n  - id: example\n    title: Example\n    step: Example\n"
                        "    %s\n",
                        parameters_in(text), text);
}

/* Every example of the reference is one that a pack could hold. */
Test(docs, the_examples_of_the_reference_are_sound)
{
    struct kind_schemas kinds = kind_schemas();
    size_t n_examples = 0;
    const char *next = strstr(page("docs/kinds.md"), "```yaml\n");
    for (; next != NULL; next = strstr(next, "```yaml\n")) {
        next += strlen("```yaml\n");
        const char *end = strstr(next, "```");
        cr_assert_not_null(end);
        const char *text = pack_with(next, (size_t)(end - next));
        struct pack *pack = NULL;
        bool is_sound = pack_lint_text(arena, diag, &kinds, "kinds.md", text, strlen(text), &pack);
        cr_expect(is_sound, "%s\n%s", text, messages());
        n_examples++;
    }
    cr_expect_gt(n_examples, 10);
}
