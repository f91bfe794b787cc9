/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two runs on paper: one wording for all formats, what one thing did gathered under it, and nothing
 * that came from an instance written as it came.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/json.h"
#include "base/secret.h"
#include "report/changes.h"

static const struct check checks[] = {{.id = "p/one", .title = "One", .name = "one"},
                                      {.id = "p/two", .title = "Two", .name = "two"},
                                      {.id = "p/three", .title = "Three", .name = "three"}};
static const struct finding passed[] = {{.check = &checks[0], .verdict = VERDICT_PASS},
                                        {.check = &checks[1], .verdict = VERDICT_PASS},
                                        {.check = &checks[2], .verdict = VERDICT_PASS}};
static const struct finding failed[] = {
    {.check = &checks[0], .verdict = VERDICT_FAIL},
    {.check = &checks[1], .verdict = VERDICT_FAIL},
    {.check = &checks[2], .verdict = VERDICT_UNKNOWN, .reason = REASON_HIDDEN}};

static const struct difference field = {.kind = DIFFERENCE_FIELD,
                                        .table = "sys_user",
                                        .row = "'svc'",
                                        .column = "active",
                                        .before = "true",
                                        .after = "fal\x1bse",
                                        .says = "active of 'svc' went to fal\x1bse top-secret"};
static const struct difference gone[] = {
    {.kind = DIFFERENCE_ROW_GONE, .table = "incident", .row = "'a'", .says = "a is gone"},
    {.kind = DIFFERENCE_ROW_GONE, .table = "incident", .row = "'b'", .says = "b is gone"},
    {.kind = DIFFERENCE_ROW_GONE, .table = "incident", .row = "'c'", .says = "c is gone"},
    {.kind = DIFFERENCE_ROW_GONE, .table = "incident", .row = "'d'", .says = "d is gone"},
};

static const struct difference *one[] = {&field};
static const struct difference *many[] = {&gone[0], &gone[1], &gone[2], &gone[3]};
static const struct difference *two[] = {&field, &gone[0]};

static struct change change_of(size_t i, enum change_proof proof,
                               const struct difference **differences, size_t n)
{
    return (struct change){.direction = CHANGE_WORSE,
                           .before = &passed[i],
                           .after = &failed[i],
                           .proof = proof,
                           .differences = differences,
                           .n_differences = n};
}

struct wording {
    const char *why;
    enum change_proof proof;
    const struct difference **differences;
    size_t n;
    bool is_one_instance;
    const char *wanted;
};

Test(changes, say_what_did_it)
{
    static const struct wording wordings[] = {
        {"one difference is the sentence", PROOF_ALONE, two + 1, 1, true, "a is gone"},
        {"several that each do it", PROOF_ALONE, many, 2, true,
         "any of these alone did it: a is gone; or b is gone"},
        {"it takes both", PROOF_TOGETHER, many, 2, true,
         "these did it together: a is gone; and b is gone"},
        {"rows of one table are gathered", PROOF_ALONE, many, 4, true,
         "any of these alone did it: 4 rows of incident were returned then, and are not now: 'a', "
         "'b', "
         "'c' and 1 more"},
        {"… of two instances in other words", PROOF_ALONE, many, 3, false,
         "any of these alone did it: 3 rows of incident came back in A alone: 'a', 'b', 'c'"},
        {"nothing is guessed", PROOF_NONE, many, 1, true,
         "no difference was found that did it; what differs: a is gone"},
        {"nor made up", PROOF_NONE, NULL, 0, true, "nothing that was read for it differs"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(wordings); i++) {
        const struct wording *wording = &wordings[i];
        const struct change change = change_of(0, wording->proof, wording->differences, wording->n);
        const struct changes changes = {.is_one_instance = wording->is_one_instance};
        cr_expect_str_eq(change_cause(arena, &changes, &change, 4), wording->wanted, "row %zu (%s)",
                         i, wording->why);
    }
    arena_free(arena);
}

static const struct comparison *clean(struct arena *arena)
{
    struct change *items = arena_array(arena, 3, sizeof *items);
    struct changes *changes = arena_allocate(arena, sizeof *changes);
    struct changed_setting *setting = arena_allocate(arena, sizeof *setting);
    struct redactor *redactor = redactor_new();
    items[0] = change_of(0, PROOF_ALONE, one, 1);
    items[1] = change_of(2, PROOF_ALONE, many, 4);
    items[2] = change_of(1, PROOF_ALONE, one, 1);
    *changes = (struct changes){.items = items,
                                .n_items = 3,
                                .n_directions = {3, 0, 0},
                                .is_one_instance = true,
                                .besides = two + 1,
                                .n_besides = 1};
    *setting = (struct changed_setting){.pack = "p", .name = "group", .after = "Ops"};
    const struct comparison comparison = {
        .tool_version = "1",
        .before = {.instance_url = "https://a/", .release_build = "x", .source = "recording"},
        .after = {.instance_url = "https://a/", .release_build = "y", .source = "recording"},
        .settings = setting,
        .n_settings = 1,
        .changes = changes};
    redactor_add(redactor, "top-secret", strlen("top-secret"));
    const struct comparison *copy = comparison_clean(arena, &comparison, redactor);
    redactor_free(redactor);
    return copy;
}

Test(changes, stand_under_what_did_them)
{
    struct arena *arena = arena_new();
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    const struct report_options options = {.columns = 80};
    cr_assert(comparison_write_text(clean(arena), &options, out));
    fclose(out);
    cr_expect_null(strchr(text, '\x1b'));
    cr_expect_null(strstr(text, "top-secret"));
    const char *first = strstr(text, "p/one");
    const char *second = strstr(text, "p/two");
    const char *third = strstr(text, "p/three");
    cr_assert(first != NULL && second != NULL && third != NULL);
    cr_expect(first < second && second < third, "two stands with one, which the same did: %s",
              text);
    static const char *const said[] = {
        "release: x in A, y in B",  "parameter group of p: (none) in A, Ops in B",
        "pass -> unknown (hidden)", "4 rows of incident",
        "Differs besides",          "From A to B 3 checks got worse. exit 1"};
    for (size_t i = 0; i < ARRAY_LEN(said); i++) {
        cr_expect_not_null(strstr(text, said[i]), "nothing says '%s': %s", said[i], text);
    }
    free(text);
    arena_free(arena);
}

Test(changes, are_told_to_programs)
{
    struct arena *arena = arena_new();
    char *text = NULL;
    size_t len = 0;
    const char *fault = NULL;
    FILE *out = open_memstream(&text, &len);
    cr_assert(comparison_write_json(clean(arena), out));
    fclose(out);
    const struct json *document = json_parse(arena, text, len, &fault);
    cr_assert(document != NULL, "%s", fault);
    cr_expect_str_eq(json_get_text(document, "schema"), "glidepath-diff/1");
    cr_expect(json_get(document, "changes")->n_values == 3);
    cr_expect(json_get(document, "besides")->n_values == 1);
    const struct json *change = json_get(document, "changes")->values[0];
    cr_expect_str_eq(json_get_text(change, "proof"), "alone");
    cr_expect_str_eq(json_get_text(json_get(change, "differences")->values[0], "column"), "active");
    cr_expect_null(strstr(text, "top-secret"));
    free(text);
    arena_free(arena);
}
