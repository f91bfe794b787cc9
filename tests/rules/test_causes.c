/* SPDX-License-Identifier: Apache-2.0 */
/*
 * causes.yaml, held to the catalogue (tests/sim/causes.txt): every id and no other, told from where
 * the catalogue says, and each with what a reader needs to act on it. And the reference of causes,
 * held to the data.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "rules/catalogue.h"

enum { LONGEST_LINE = 256, LEAST_TEXT = 15 };

static struct arena *arena;
static struct diag *diag;
static struct catalogue catalogue;

static void set_up(void)
{
    arena = arena_new();
    diag = diag_new();
    cr_assert(catalogue_load(arena, diag, &catalogue));
}

static void tear_down(void)
{
    diag_free(diag);
    arena_free(arena);
}

TestSuite(causes, .init = set_up, .fini = tear_down);
TestSuite(causes_page, .init = set_up, .fini = tear_down);

/* ---- The catalogue ---- */

/* A row of causes.txt: "id | section | told from". */
struct row {
    const char *id;
    const char *section;
    const char *told_from;
};

static bool read_row(FILE *file, struct row *ret_row)
{
    static const char bar[] = " | ";
    char line[LONGEST_LINE];

    if (fgets(line, sizeof line, file) == NULL) {
        return false;
    }
    char *text = arena_strndup(arena, line, strcspn(line, "\n"));
    char *section = strstr(text, bar);
    char *told_from = section == NULL ? NULL : strstr(section + 1, bar);
    cr_assert_not_null(told_from, "causes.txt: %s", line);
    *section = '\0';
    *told_from = '\0';
    *ret_row = (struct row){
        .id = text, .section = section + strlen(bar), .told_from = told_from + strlen(bar)};
    return true;
}

Test(causes, are_those_of_the_catalogue)
{
    struct strings ids = {0};
    struct row row;
    FILE *file = fopen(ROOT "/tests/sim/causes.txt", "r");

    cr_assert_not_null(file);
    while (read_row(file, &row)) {
        const struct cause_entry *cause = catalogue_cause(&catalogue, row.id);
        strings_add(arena, &ids, row.id);
        cr_expect_not_null(cause, "%s cannot be told", row.id);
        if (cause != NULL) {
            cr_expect_str_eq(cause->group, row.section, "%s", row.id);
            cr_expect_str_eq(cause->told_from, row.told_from, "%s", row.id);
        }
    }
    fclose(file);
    cr_expect_gt(ids.n_items, 0);
    for (size_t i = 0; i < catalogue.n_causes; i++) {
        cr_expect(strings_have(&ids, catalogue.causes[i].id), "%s is not in the catalogue",
                  catalogue.causes[i].id);
    }
}

Test(causes, are_there_once)
{
    struct strings ids = {0};

    for (size_t i = 0; i < catalogue.n_causes; i++) {
        cr_expect_not(strings_have(&ids, catalogue.causes[i].id), "%s", catalogue.causes[i].id);
        strings_add(arena, &ids, catalogue.causes[i].id);
    }
}

static bool has_weak_fact(const struct cause_entry *cause)
{
    bool is_weak = false;

    for (size_t i = 0; i < cause->n_facts; i++) {
        is_weak = is_weak || !cause->facts[i].is_strong;
    }
    return is_weak;
}

/* What is told because nothing else is left is never certain: one fact says so, and is weak. */
Test(causes, by_exclusion_are_never_certain)
{
    size_t n = 0;

    for (size_t i = 0; i < catalogue.n_causes; i++) {
        const struct cause_entry *cause = &catalogue.causes[i];
        bool is_by_exclusion =
            strstr(cause->told_from, "by exclusion") != NULL || cause->is_last_resort;
        cr_expect(!is_by_exclusion || has_weak_fact(cause), "%s", cause->id);
        n += is_by_exclusion ? 1 : 0;
    }
    cr_expect_gt(n, 2);
}

/* Where public sources contradict each other, the cause says so and is not certain. */
Test(causes, with_a_doubt_are_never_certain)
{
    size_t n = 0;

    for (size_t i = 0; i < catalogue.n_causes; i++) {
        const struct cause_entry *cause = &catalogue.causes[i];
        cr_expect(cause->doubt == NULL || has_weak_fact(cause), "%s", cause->id);
        n += cause->doubt != NULL ? 1 : 0;
    }
    cr_expect_gt(n, 2);
}

/* ---- What a reader does about it ---- */

/* Causes an administrator mends, for which no menu path can be given. */
static const struct {
    const char *id;
    const char *why;
} without_path[] = {
    {"instance-unavailable", "there is no menu to click in while the instance is not up"},
    {"instance-busy", "it passes by itself"},
    {"login-page", "which redirect answers, and where it is set up, differs with each sign-on"},
    {"release-too-old", "an upgrade is ordered from ServiceNow, not made on the instance"},
    {"mfa-required", "what demands the second factor of an API call is not told by the answer"},
    {"credential-refused", "a symptom: its candidates have the paths"},
    {"token-refused", "a symptom: its candidates have the paths"},
    {"role-undefined", "only the vendor knows what the role is meant to give"},
};

static bool needs_no_path(const char *id)
{
    for (size_t i = 0; i < ARRAY_LEN(without_path); i++) {
        if (text_equal(without_path[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* "System OAuth > Application Registry", or what is typed into the navigator's filter. */
static bool has_path(const char *fix)
{
    return strstr(fix, " > ") != NULL || strstr(fix, "sys_properties.list") != NULL;
}

Test(causes, say_who_mends_them_and_where)
{
    for (size_t i = 0; i < catalogue.n_causes; i++) {
        const struct cause_entry *cause = &catalogue.causes[i];
        bool is_for_admin = strstr(cause->owner, "ServiceNow admin") != NULL;
        cr_expect(!text_is_empty(cause->owner), "%s", cause->id);
        cr_expect(strlen(cause->fix) > LEAST_TEXT, "%s: %s", cause->id, cause->fix);
        cr_expect_gt(cause->n_facts, 0, "%s rests on nothing", cause->id);
        cr_expect(!is_for_admin || has_path(cause->fix) != needs_no_path(cause->id),
                  "%s: a menu path or a reason, not both, not none: %s", cause->id, cause->fix);
    }
    for (size_t i = 0; i < ARRAY_LEN(without_path); i++) {
        cr_expect_not_null(catalogue_cause(&catalogue, without_path[i].id), "%s",
                           without_path[i].id);
    }
}

/* A candidate is told apart from its neighbours by a question, and each reply says what it means.
 */
Test(causes, candidates_have_a_question)
{
    for (size_t i = 0; i < catalogue.n_causes; i++) {
        const struct cause_entry *symptom = &catalogue.causes[i];
        bool is_list = symptom->candidates.n_items > 1;
        for (size_t c = 0; c < symptom->candidates.n_items; c++) {
            const char *id = symptom->candidates.items[c];
            const struct cause_entry *cause = catalogue_cause(&catalogue, id);
            cr_assert_not_null(cause, "%s: no candidate %s", symptom->id, id);
            cr_expect(!is_list || (cause->ask != NULL && cause->n_replies > 1),
                      "%s, candidate of %s", id, symptom->id);
        }
    }
}

static void expect_signatures(const char *cause, const struct strings *ids)
{
    for (size_t i = 0; i < ids->n_items; i++) {
        cr_expect_not_null(catalogue_signature(&catalogue, ids->items[i]), "%s: no signature %s",
                           cause, ids->items[i]);
    }
}

Test(causes, and_signatures_name_each_other)
{
    for (size_t i = 0; i < catalogue.n_causes; i++) {
        expect_signatures(catalogue.causes[i].id, &catalogue.causes[i].signatures);
        expect_signatures(catalogue.causes[i].id, &catalogue.causes[i].excluded_by);
    }
    for (size_t i = 0; i < catalogue.n_signatures; i++) {
        const struct signature *signature = &catalogue.signatures[i];
        cr_expect(signature->cause == NULL || catalogue_cause(&catalogue, signature->cause) != NULL,
                  "%s", signature->id);
        cr_expect_not_null(signature->means, "%s says not what follows from it", signature->id);
        cr_expect_gt(signature->n_facts, 0, "%s rests on nothing", signature->id);
        for (size_t a = 0; a < signature->also.n_items; a++) {
            cr_expect_not_null(catalogue_cause(&catalogue, signature->also.items[a].key), "%s",
                               signature->id);
        }
    }
}

/* ---- The page ---- */

static const char *page(void)
{
    char *memory = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&memory, &len);

    cr_assert_not_null(out);
    cr_assert(causes_page_write(&catalogue, out));
    fclose(out);
    const char *copy = arena_strndup(arena, memory, len);
    free(memory);
    return copy;
}

/* From one heading to the next. */
static const char *entry_of(const char *text, const char *heading)
{
    const char *begin = strstr(text, arena_printf(arena, "\n### %s\n", heading));
    cr_assert_not_null(begin, "%s", heading);
    const char *end = strstr(begin + 1, "\n##");
    return arena_strndup(arena, begin + 1, end != NULL ? (size_t)(end - begin) : strlen(begin + 1));
}

Test(causes_page, shows_every_part_of_a_cause)
{
    static const struct {
        const char *heading;
        const char *line;
        const char *why;
    } rows[] = {
        {"`policy-outranked`", "- Told from: auditor; pattern visible outside; never certain\n",
         "a weak fact"},
        {"`policy-profile-unlinked`", "- Told from: auditor; can be certain\n",
         "strong facts only"},
        {"`password-refused`", "; never certain; a last resort\n", "told by exclusion"},
        {"`rows-hidden`", "- Told from: outside; can be certain; a symptom\n", "others behind it"},
        {"`user-inactive`", "- Owner: ServiceNow admin\n- Fix: Open the user under ",
         "who and where"},
        {"`user-inactive`", "- Question: Is Active ticked on the user $subject?\n  - *no*: this",
         "and what each reply means"},
        {"`web-service-only-conflict`", "- Doubt: Public reports contradict each other",
         "contradictions are told"},
        {"`password-refused`", "- Only with: `basic`, `oauth-password`\n", "kinds of credential"},
        {"`password-refused`", "- Pointed to by: [`login-failed`](#signature-login-failed)\n",
         "what points to it"},
        {"`password-refused`",
         "- Ruled out by: [`accepted-on-another-api`](#signature-accepted-on-another-api), ",
         "and what rules it out"},
        {"`read-denied`", "- Candidates: [`role-missing`](#role-missing), ", "in their order"},
        {"`credential-refused`", "  - first with `basic`: `password-refused`, `user-locked-out`",
         "which is another one with some kinds"},
        {"`rows-hidden`",
         "- Rests on:\n  - the count is made before row ACLs (recorded responses; strong)\n",
         "source and mark"},
        {"`acl-missing`", "of its parents and of \\* match", "a star is no emphasis"},
        {"Signature `query-denied`", "- Stands for: [`read-denied`](#read-denied)\n", "its cause"},
        {"Signature `query-denied`", "- Does not tell it from: [`field-hidden`](#field-hidden), ",
         "what it does not show"},
        {"Signature `node-answered`", "- Names no cause by itself\n", "it narrows"},
        {"Signature `closed-to-rest`", "- Text: `Failed API level ACL Validation`\n",
         "how it is known"},
        {"Signature `status-401-alone`", "- A status alone: `401`\n", "without a body"},
    };
    const char *text = page();

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *entry = entry_of(text, rows[i].heading);
        cr_expect_not_null(strstr(entry, rows[i].line), "%s (%s):\n%s", rows[i].heading,
                           rows[i].why, entry);
    }
}

Test(causes_page, has_every_cause_and_signature_once)
{
    const char *next = page();

    for (size_t i = 0; i < catalogue.n_causes; i++) {
        const char *id = catalogue.causes[i].id;
        next = strstr(next, arena_printf(arena, "\n### `%s`\n", id));
        cr_assert_not_null(next, "%s is missing, or not in its place", id);
        next++;
    }
    for (size_t i = 0; i < catalogue.n_signatures; i++) {
        const char *id = catalogue.signatures[i].id;
        next = strstr(next, arena_printf(arena, "\n### Signature `%s`\n", id));
        cr_assert_not_null(next, "%s is missing, or not in its place", id);
        next++;
    }
    cr_expect_null(strstr(next, "\n### "));
}

/* Every link leads to a heading: those of signatures begin with "Signature". */
Test(causes_page, links_lead_somewhere)
{
    static const char prefix[] = "signature-";
    const char *text = page();
    size_t n_links = 0;

    for (const char *link = strstr(text, "](#"); link != NULL; link = strstr(link, "](#")) {
        link += strlen("](#");
        const char *id = arena_strndup(arena, link, strcspn(link, ")"));
        bool is_signature = text_starts_with(id, prefix);
        bool is_known = is_signature
                            ? catalogue_signature(&catalogue, id + strlen(prefix)) != NULL
                            : text_equal(id, "signatures") || catalogue_cause(&catalogue, id);
        cr_expect(is_known, "%s", id);
        n_links++;
    }
    cr_expect_gt(n_links, catalogue.n_causes);
}

Test(causes_page, a_full_disk_is_noticed)
{
    FILE *out = fopen("/dev/full", "w");

    cr_assert_not_null(out);
    cr_expect_not(causes_page_write(&catalogue, out));
    fclose(out);
}

/* After a change of causes or signatures:
 * GLIDEPATH_UPDATE=1 build/sanitize/tests/test_rules --filter 'causes_page/the_file*' */
Test(causes_page, the_file_in_docs_is_up_to_date)
{
    static const char path[] = ROOT "/docs/causes.md";
    const char *fault = NULL;
    const char *text = page();
    size_t len = 0;

    if (getenv("GLIDEPATH_UPDATE") != NULL) {
        FILE *out = fopen(path, "wb");
        cr_assert_not_null(out);
        fputs(text, out);
        fclose(out);
    }
    const char *file = file_read(arena, path, 1 << 20, &len, &fault);
    cr_assert_not_null(file, "%s: %s", path, fault);
    cr_expect(text_equal(file, text),
              "docs/causes.md is out of date: run this test with GLIDEPATH_UPDATE=1");
}
