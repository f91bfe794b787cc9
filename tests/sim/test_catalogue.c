/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists of causes, faults, variations and worlds, held to each other: every id of a cause has a
 * fault or a written reason, every fault a world, every list its order, every switch its row and
 * tests.
 */
#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "base/yaml.h"
#include "sim/files.h"
#include "support.h"

enum { LONGEST_LINE = 256, LEAST_TEXT = 15 };

/* A row of causes.txt: the catalogue of causes, to which tests/rules/test_causes.c holds
 * rules/causes.yaml. */
struct catalogued {
    const char *id;
    const char *section;
    const char *told_from; /* in the catalogue's own words */
};

static bool read_row(struct arena *arena, FILE *file, struct catalogued *ret_row)
{
    static const char bar[] = " | ";
    char line[LONGEST_LINE];

    if (fgets(line, sizeof line, file) == NULL) {
        return false;
    }
    char *section = strstr(line, bar);
    cr_assert_not_null(section, "causes.txt: %s", line);
    char *told_from = strstr(section + 1, bar);
    cr_assert_not_null(told_from, "causes.txt: %s", line);
    *section = '\0';
    *told_from = '\0';
    told_from += strlen(bar);
    *ret_row = (struct catalogued){
        .id = arena_strdup(arena, line),
        .section = arena_strdup(arena, section + strlen(bar)),
        .told_from = arena_strndup(arena, told_from, strcspn(told_from, "\n")),
    };
    return true;
}

static FILE *open_causes(void)
{
    FILE *file = fopen(ROOM_FIXTURES "/causes.txt", "r");

    cr_assert_not_null(file);
    return file;
}

/* The ids of all causes. */
static struct strings causes(struct arena *arena)
{
    struct strings ids = {0};
    struct catalogued row;
    FILE *file = open_causes();

    while (read_row(arena, file, &row)) {
        strings_add(arena, &ids, row.id);
    }
    fclose(file);
    return ids;
}

static const struct yaml_node *list(struct arena *arena, struct diag *diag, const char *name)
{
    const struct yaml_node *node =
        yaml_get(sim_file_parse(arena, diag, arena_printf(arena, "%s.yaml", name)), name);

    cr_assert_not_null(node, "%s", name);
    return node;
}

static void expect_sorted(const struct yaml_node *node, const char *name)
{
    for (size_t i = 1; i < node->n_items; i++) {
        cr_expect_lt(strcmp(node->entries[i - 1].key, node->entries[i].key), 0,
                     "%s: %s is out of order", name, node->entries[i].key);
    }
}

static void expect_worlds(const struct strings *worlds, const struct yaml_entry *entry,
                          const char *key)
{
    const struct yaml_node *names = yaml_get(entry->value, key);

    for (size_t i = 0; names != NULL && i < names->n_items; i++) {
        cr_expect(strings_have(worlds, names->items[i]->text), "%s: no world %s", entry->key,
                  names->items[i]->text);
        cr_expect(i == 0 || strcmp(names->items[i - 1]->text, names->items[i]->text) < 0,
                  "%s: the worlds are out of order", entry->key);
    }
}

Test(sim_catalogue, lists_are_sorted_and_unique)
{
    static const char *const names[] = {"faults", "unstaged", "variations"};
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct strings ids = causes(arena);

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        expect_sorted(list(arena, diag, names[i]), names[i]);
    }
    for (size_t i = 1; i < ids.n_items; i++) {
        cr_expect_lt(strcmp(ids.items[i - 1], ids.items[i]), 0, "causes.txt: %s", ids.items[i]);
    }
    diag_free(diag);
    arena_free(arena);
}

Test(sim_catalogue, every_cause_has_a_fault_or_a_reason)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct strings ids = causes(arena);
    const struct yaml_node *faults = list(arena, diag, "faults");
    const struct yaml_node *unstaged = list(arena, diag, "unstaged");

    for (size_t i = 0; i < ids.n_items; i++) {
        bool is_staged = yaml_get(faults, ids.items[i]) != NULL;
        const struct yaml_node *reason = yaml_get(unstaged, ids.items[i]);
        cr_expect(is_staged != (reason != NULL), "%s: a fault or a reason, not both, not none",
                  ids.items[i]);
        cr_expect(reason == NULL || strlen(reason->text) > LEAST_TEXT, "%s", ids.items[i]);
    }
    for (size_t i = 0; i < faults->n_items; i++) {
        cr_expect(strings_have(&ids, faults->entries[i].key), "%s is no cause",
                  faults->entries[i].key);
    }
    for (size_t i = 0; i < unstaged->n_items; i++) {
        cr_expect(strings_have(&ids, unstaged->entries[i].key), "%s is no cause",
                  unstaged->entries[i].key);
    }
    diag_free(diag);
    arena_free(arena);
}

/* The catalogue's last column in one word: by a caller alone, by a caller with a reservation, or by
 * an auditor. */
static const char *told_in_a_word(const char *told_from)
{
    if (text_equal(told_from, "outside") || text_equal(told_from, "outside, no packet")) {
        return "outside";
    }
    return strstr(told_from, "outside") != NULL ? "partly" : "auditor";
}

/* What a diagnosis is measured by stands in the catalogue. */
Test(sim_catalogue, faults_say_from_what_they_are_told)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    const struct yaml_node *faults = list(arena, diag, "faults");
    struct catalogued row;
    FILE *file = open_causes();

    while (read_row(arena, file, &row)) {
        const struct yaml_node *fault = yaml_get(faults, row.id);
        const struct yaml_node *told = fault == NULL ? NULL : yaml_get(fault, "told");
        cr_expect(fault == NULL ||
                      (told != NULL && text_equal(told->text, told_in_a_word(row.told_from))),
                  "%s: told is %s", row.id, told_in_a_word(row.told_from));
        cr_expect(fault == NULL ||
                      text_equal(row.section, "hygiene") == (yaml_get(fault, "hygiene") != NULL),
                  "%s: hygiene", row.id);
    }
    fclose(file);
    diag_free(diag);
    arena_free(arena);
}

/* What an auditor finds behind a fault is another cause than the one its id names. */
Test(sim_catalogue, what_is_behind_a_fault_is_a_cause)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct strings ids = causes(arena);
    struct strings worlds = sim_world_names(arena);
    const struct yaml_node *faults = list(arena, diag, "faults");

    for (size_t i = 0; i < faults->n_items; i++) {
        const struct yaml_entry *fault = &faults->entries[i];
        const struct yaml_node *works = yaml_get(fault->value, "works");
        const struct yaml_node *cause = yaml_get(fault->value, "cause");
        cr_expect(cause == NULL ||
                      (strings_have(&ids, cause->text) && !text_equal(cause->text, fault->key)),
                  "%s: cause", fault->key);
        if (works != NULL && works->kind == YAML_SEQUENCE) {
            expect_worlds(&worlds, fault, "works");
        }
    }
    diag_free(diag);
    arena_free(arena);
}

/* A world that is not healthy says why. */
Test(sim_catalogue, what_is_wrong_in_a_world_is_a_cause)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct strings ids = causes(arena);
    struct strings worlds = sim_world_names(arena);

    for (size_t i = 0; i < worlds.n_items; i++) {
        const char *file = arena_printf(arena, "worlds/%s.yaml", worlds.items[i]);
        const struct yaml_node *cause = yaml_get(sim_file_parse(arena, diag, file), "cause");
        bool is_literal = text_equal(worlds.items[i], "literal");
        cr_expect_eq(cause != NULL, is_literal, "%s", worlds.items[i]);
        cr_expect(cause == NULL || strings_have(&ids, cause->text), "%s", worlds.items[i]);
    }
    diag_free(diag);
    arena_free(arena);
}

/* Every step is for a world the fault is for, and every world has a step. */
static void expect_steps(struct arena *arena, const struct strings *worlds,
                         const struct yaml_entry *entry)
{
    const struct yaml_node *steps = yaml_get(entry->value, "do");

    cr_assert(steps != NULL && steps->n_items > 0, "%s has no steps", entry->key);
    for (size_t i = 0; i < steps->n_items; i++) {
        struct yaml_entry step = {.key = arena_printf(arena, "%s, step %zu", entry->key, i),
                                  .value = steps->items[i]};
        expect_worlds(worlds, &step, "worlds");
        expect_worlds(worlds, &step, "except");
    }
}

Test(sim_catalogue, every_fault_has_a_text_and_a_world)
{
    static const char *const names[] = {"faults", "variations"};
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct strings worlds = sim_world_names(arena);

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct yaml_node *node = list(arena, diag, names[i]);
        for (size_t k = 0; k < node->n_items; k++) {
            const struct yaml_entry *entry = &node->entries[k];
            const struct yaml_node *text = yaml_get(entry->value, "text");
            cr_expect(text != NULL && strlen(text->text) > LEAST_TEXT, "%s", entry->key);
            expect_worlds(&worlds, entry, "worlds");
            expect_worlds(&worlds, entry, "except");
            expect_steps(arena, &worlds, entry);
        }
    }
    diag_free(diag);
    arena_free(arena);
}

/* In the world a fault is listed for it can be applied, and changes something: a step that finds
 * nothing is an error, so at least one has to be about the world. */
Test(sim_catalogue, every_world_has_faults_and_variations)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct strings worlds = sim_world_names(arena);

    for (size_t i = 0; i < worlds.n_items; i++) {
        struct pairs faults = {0};
        struct pairs variations = {0};
        cr_assert(sim_world_faults(arena, diag, worlds.items[i], &faults));
        cr_assert(sim_world_variations(arena, diag, worlds.items[i], &variations));
        cr_expect_gt(faults.n_items, 12, "%s has %zu faults", worlds.items[i], faults.n_items);
        cr_expect_gt(variations.n_items, 0, "%s", worlds.items[i]);
        for (size_t k = 0; k < variations.n_items; k++) {
            cr_expect_null(pairs_get(&faults, variations.items[k].key), "%s is both",
                           variations.items[k].key);
        }
    }
    diag_free(diag);
    arena_free(arena);
}

/* --- switches --- */

enum { MOST_BYTES = 256 * 1024 };

static const char *text_of(struct arena *arena, const char *path)
{
    char *text = arena_array(arena, MOST_BYTES, 1);
    FILE *file = fopen(path, "r");

    cr_assert_not_null(file, "%s", path);
    cr_assert_lt(fread(text, 1, MOST_BYTES - 1, file), MOST_BYTES - 1, "%s", path);
    fclose(file);
    return text;
}

/* "| `name` | `default`, `other` | ": how the table of sim/README.md begins a row. */
static const char *row_of(struct arena *arena, const struct switch_info *info)
{
    struct strings settings = {0};

    for (size_t i = 0; info->settings[i] != NULL; i++) {
        strings_add(arena, &settings, arena_printf(arena, "`%s`", info->settings[i]));
    }
    return arena_printf(arena, "\n| `%s` | %s | ", info->name,
                        strings_join(arena, &settings, ", "));
}

static bool is_quoted(struct arena *arena, const struct strings *texts, const char *word)
{
    const char *quoted = arena_printf(arena, "\"%s\"", word);

    for (size_t i = 0; i < texts->n_items; i++) {
        if (strstr(texts->items[i], quoted) != NULL) {
            return true;
        }
    }
    return false;
}

/* The source of every test of the simulated instance. */
static struct strings test_sources(struct arena *arena)
{
    struct strings texts = {0};
    glob_t found;

    cr_assert_eq(glob(ROOM_FIXTURES "/*.c", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        strings_add(arena, &texts, text_of(arena, found.gl_pathv[i]));
    }
    globfree(&found);
    return texts;
}

/* A switch says in the README why it has the settings it has, and is tested with each. */
Test(sim_catalogue, every_switch_is_explained_and_tested)
{
    struct arena *arena = arena_new();
    const char *readme = text_of(arena, ROOT "/sim/README.md");
    struct strings texts = test_sources(arena);

    for (size_t i = 0; sim_switch_info(i) != NULL; i++) {
        const struct switch_info *info = sim_switch_info(i);
        cr_expect_not_null(strstr(readme, row_of(arena, info)), "%s", row_of(arena, info));
        cr_expect(is_quoted(arena, &texts, info->name), "%s", info->name);
        for (size_t k = 1; info->settings[k] != NULL; k++) {
            cr_expect(is_quoted(arena, &texts, info->settings[k]), "%s %s", info->name,
                      info->settings[k]);
        }
    }
    arena_free(arena);
}
