/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clean copy: every text replaced, the original untouched, and what belonged together still
 * does.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/secret.h"
#include "sample.h"

#define DIRTY "a\033b\nc\r\nd " SAMPLE_SECRET
#define ON_A_LINE   \
    "a\xEF\xBF\xBD" \
    "b c d [secret]"
#define ON_LINES    \
    "a\xEF\xBF\xBD" \
    "b\nc\nd [secret]"

static struct run *clean(struct arena *arena, const struct run *run)
{
    struct redactor *redactor = redactor_new();
    redactor_add(redactor, SAMPLE_SECRET, strlen(SAMPLE_SECRET));
    struct run *copy = run_clean(arena, run, redactor);
    redactor_free(redactor);
    return copy;
}

/* A run in which every text that there can be is DIRTY. */
static struct run *dirty_run(struct arena *arena)
{
    static const char *list[] = {DIRTY};
    static const struct strings strings = {list, 1};
    struct run *run = sample_run(arena, "not-ready");
    run->waivers = arena_array(arena, 1, sizeof *run->waivers);
    run->n_waivers = 1;
    run->tool_version = run->run_id = run->instance_url = run->release_family = DIRTY;
    run->release_build = run->clock = run->status_reason = DIRTY;
    run->form_texts = strings;
    run->credentials[0] = (struct used_credential){DIRTY, DIRTY, DIRTY};
    struct pack *pack = run->packs[0];
    pack->name = pack->title = pack->version = pack->guide_title = DIRTY;
    pack->guide_read = pack->first_table = pack->credential = pack->where.file = DIRTY;
    pack->rows = strings;
    pairs_add(arena, &pack->reasons, DIRTY, DIRTY);
    pairs_add(arena, &pack->parameters, DIRTY, DIRTY);
    struct check *check = &pack->checks[0];
    check->id = check->name = check->title = check->step = check->owner = check->fix = DIRTY;
    check->link = check->kind_name = check->condition = check->unset_parameter = DIRTY;
    check->where.file = DIRTY;
    check->covers = check->needs = check->serves = strings;
    check->alternatives = arena_array(arena, 1, sizeof *check->alternatives);
    check->n_alternatives = 1;
    check->alternatives[0].title = DIRTY;
    struct finding *finding = &run->findings[0];
    finding->seen = finding->wanted = finding->because = finding->link = DIRTY;
    finding->cause_subject = finding->blocked_by = finding->source = DIRTY;
    finding->causes = strings;
    struct cause dirty = {.id = DIRTY,
                          .subject = DIRTY,
                          .says = DIRTY,
                          .fix = DIRTY,
                          .owner = DIRTY,
                          .ask = DIRTY,
                          .explains = strings};
    run->waivers[0] = (struct waiver_told){DIRTY, DIRTY, DIRTY, DIRTY, WAIVER_UNUSED, DIRTY};
    run->causes[0] = dirty;
    run->advice[0] = dirty;
    return run;
}

static void expect_all(const char *const *texts, size_t n, const char *wanted, const char *what)
{
    for (size_t i = 0; i < n; i++) {
        cr_expect_str_eq(texts[i], wanted, "%s, text %zu", what, i);
    }
}

#define EXPECT_ALL(texts, wanted, what) \
    expect_all((texts), sizeof(texts) / sizeof((texts)[0]), (wanted), (what))

Test(clean, every_text_of_run_and_pack_is_replaced)
{
    struct arena *arena = arena_new();
    struct run *run = clean(arena, dirty_run(arena));
    const struct pack *pack = run->packs[0];
    const char *of_run[] = {
        run->tool_version,  run->run_id, run->instance_url,  run->release_family,
        run->release_build, run->clock,  run->status_reason, run->form_texts.items[0],
    };
    const char *of_credential[] = {
        run->credentials[0].name,
        run->credentials[0].kind,
        run->credentials[0].source,
    };
    const char *of_pack[] = {
        pack->name,
        pack->title,
        pack->version,
        pack->guide_title,
        pack->guide_read,
        pack->first_table,
        pack->credential,
        pack->where.file,
        pack->rows.items[0],
        pack->reasons.items[0].key,
        pack->parameters.items[0].key,
    };
    EXPECT_ALL(of_run, ON_A_LINE, "run");
    EXPECT_ALL(of_credential, ON_A_LINE, "credential");
    EXPECT_ALL(of_pack, ON_A_LINE, "pack");
    cr_expect_str_eq(pack->reasons.items[0].value, ON_LINES);
    arena_free(arena);
}

Test(clean, every_text_of_findings_and_causes_is_replaced)
{
    struct arena *arena = arena_new();
    struct run *run = clean(arena, dirty_run(arena));
    const struct finding *finding = &run->findings[0];
    const struct check *check = finding->check;
    const struct cause *cause = &run->causes[0];
    const char *of_check[] = {
        check->id,
        check->name,
        check->title,
        check->step,
        check->owner,
        check->link,
        check->kind_name,
        check->condition,
        check->unset_parameter,
        check->where.file,
        check->covers.items[0],
        check->needs.items[0],
        check->serves.items[0],
        check->alternatives[0].title,
    };
    const char *of_finding[] = {
        finding->seen,
        finding->wanted,
        finding->link,
        finding->cause_subject,
        finding->blocked_by,
        finding->source,
        finding->causes.items[0],
    };
    const char *of_cause[] = {cause->id, cause->subject, cause->owner, cause->explains.items[0],
                              run->advice[0].id};
    const char *paragraphs[] = {check->fix, finding->because, cause->says,
                                cause->fix, cause->ask,       run->advice[0].says};
    EXPECT_ALL(of_check, ON_A_LINE, "check");
    EXPECT_ALL(of_finding, ON_A_LINE, "finding");
    EXPECT_ALL(of_cause, ON_A_LINE, "cause");
    EXPECT_ALL(paragraphs, ON_LINES, "paragraphs");
    arena_free(arena);
}

Test(clean, exchanges_are_replaced_and_still_belong_to_their_findings)
{
    struct arena *arena = arena_new();
    struct run *dirty = sample_run(arena, "hostile");
    struct run *run = clean(arena, dirty);
    cr_expect(run->n_exchanges == 1 && run->exchanges[0] != dirty->exchanges[0]);
    cr_expect(strstr(run->exchanges[0]->url, "token=[secret]") != NULL);
    cr_expect_str_eq(run->exchanges[0]->message, "]]> \xEF\xBF\xBD[2J");
    cr_expect(run->findings[0].exchanges[0] == run->exchanges[0], "one exchange, one copy");
    arena_free(arena);
}

Test(clean, findings_keep_the_checks_of_their_pack)
{
    struct arena *arena = arena_new();
    struct run *dirty = sample_run(arena, "not-ready");
    struct run *run = clean(arena, dirty);
    for (size_t i = 0; i < run->n_findings; i++) {
        cr_expect(run->findings[i].check == &run->packs[0]->checks[i], "finding %zu", i);
        cr_expect(run->findings[i].check != dirty->findings[i].check, "finding %zu", i);
    }
    arena_free(arena);
}

Test(clean, a_check_that_no_pack_has_is_copied_all_the_same)
{
    struct arena *arena = arena_new();
    struct run *dirty = sample_run(arena, "not-ready");
    struct check stray = {.id = "x/stray", .name = "stray", .title = "st\033ray"};
    dirty->findings[1].check = &stray;
    struct run *run = clean(arena, dirty);
    cr_expect_str_eq(run->findings[1].check->title, "st\xEF\xBF\xBDray");
    cr_expect(run->findings[2].check == &run->packs[0]->checks[2], "those after it are found");
    arena_free(arena);
}

Test(clean, the_original_is_untouched_and_a_redactor_is_not_needed)
{
    struct arena *arena = arena_new();
    struct run *dirty = dirty_run(arena);
    struct run *run = run_clean(arena, dirty, NULL);
    cr_expect_str_eq(dirty->findings[0].seen, DIRTY);
    cr_expect_str_eq(dirty->packs[0]->title, DIRTY);
    cr_expect_str_eq(run->findings[0].seen, "a\xEF\xBF\xBD"
                                            "b c d " SAMPLE_SECRET);
    cr_expect(run->findings[1].blocked_by == NULL, "what was not there stays away");
    arena_free(arena);
}

/* Dropping a carriage return or folding a line must not put a secret together. */
Test(clean, a_secret_that_cleaning_puts_together_is_found_too)
{
    struct arena *arena = arena_new();
    struct redactor *redactor = redactor_new();
    redactor_add(redactor, "one two three", strlen("one two three"));
    struct run *run = sample_run(arena, "ready");
    run->findings[0].seen = "one\ntwo\tthree";
    struct run *copy = run_clean(arena, run, redactor);
    cr_expect_str_eq(copy->findings[0].seen, "[secret]");
    redactor_free(redactor);
    arena_free(arena);
}
