/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference of kinds says what the loader's tables say.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "checks/kind.h"
#include "registry.h"
#include "rules/load.h"

static const char *page_of(struct arena *arena, struct kind_schemas kinds)
{
    char *memory = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&memory, &len);
    struct diag *diag = diag_new();
    cr_assert(kinds_page_write(arena, diag, &kinds, out));
    cr_expect_eq(diag_count(diag), 0);
    diag_free(diag);
    fclose(out);
    const char *copy = arena_strndup(arena, memory, len);
    free(memory);
    return copy;
}

Test(kinds_page, shows_every_parameter)
{
    struct arena *arena = arena_new();
    const char *page = page_of(arena, test_kinds());
    cr_expect_not_null(strstr(page, "- [`property`](#property): A system property has a value\n"));
    cr_expect_not_null(strstr(page, "| `name` | text | required, names the record | its name |\n"));
    cr_expect_not_null(
        strstr(page, "| `absent` | one of `pass`, `fail` | optional | when it is not there |\n"));
    cr_expect_not_null(strstr(page, "| `where` | mapping of texts | optional |"));
    cr_expect_not_null(strstr(page, "| `min` | whole number | optional |"));
    cr_expect_not_null(strstr(page, "| `active` | true or false | optional |"));
    cr_expect_not_null(strstr(page, "| `fields` | text, or a list of texts | optional |"));
    cr_expect_not_null(strstr(page, "## `network`\n\nIt answers.\n\nIt has no parameters.\n"));
    cr_expect_not_null(strstr(page,
                              "From [baseline](../rules/packs/baseline.yaml):\n\n```yaml\n"
                              "severity: recommended\nnetwork: { max_clock_skew_s: 120 }\n```\n"),
                       "an example is cut out of a pack, with what its check counts for");
    cr_expect_not_null(strstr(page, "```yaml\nproperty:\n  name: "), "also one of several lines");
    arena_free(arena);
}

Test(kinds_page, a_full_disk_is_noticed)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct kind_schemas kinds = test_kinds();
    FILE *out = fopen("/dev/full", "w");
    cr_assert_not_null(out);
    cr_expect_not(kinds_page_write(arena, diag, &kinds, out));
    fclose(out);
    diag_free(diag);
    arena_free(arena);
}

/* After a change of a kind's parameters:
 * GLIDEPATH_UPDATE=1 build/sanitize/tests/test_rules --filter 'kinds_page/the_file*' */
Test(kinds_page, the_file_in_docs_is_up_to_date)
{
    static const char path[] = ROOT "/docs/kinds.md";
    struct arena *arena = arena_new();
    const char *page = page_of(arena, kind_schemas());
    if (getenv("GLIDEPATH_UPDATE") != NULL) {
        FILE *out = fopen(path, "wb");
        cr_assert_not_null(out);
        fputs(page, out);
        fclose(out);
    }
    size_t len = 0;
    const char *fault = NULL;
    const char *file = file_read(arena, path, 1 << 20, &len, &fault);
    cr_assert_not_null(file, "%s: %s", path, fault);
    cr_expect(text_equal(file, page),
              "docs/kinds.md is out of date: run this test with GLIDEPATH_UPDATE=1");
    arena_free(arena);
}
