/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON report is read back: the keys of every object in the contract's order, the counts those
 * of the checks, the texts those of the run.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/strings.h"
#include "sample.h"

static const struct report_options usual;

static const struct json *read_back(struct arena *arena, const struct run *run)
{
    size_t len = 0;
    char *text = sample_written(arena, &report_format_json, run, &usual, &len);
    const char *fault = NULL;
    const struct json *report = json_parse(arena, text, len, &fault);
    cr_assert(report != NULL, "%s", fault);
    return report;
}

struct shape {
    const char *path; /* members from the root; a number is an index */
    const char *keys;
};

static const struct shape shapes[] = {
    {"",
     "schema tool instance started duration_ms clock summary packs checks causes advice traffic "
     "clues waivers credentials diagnosis form_texts clock_skew_s"},
    {"tool", "name version"},
    {"instance", "url release"},
    {"instance.release", "family build"},
    {"summary",
     "status reason exit pass fail unknown blocked waived not_applicable writes_not_run"},
    {"packs.0", "name version title guide guide_read files"},
    {"checks.0", "id title kind severity gates verdict reason seen wanted because fix owner step "
                 "link covers causes needs blocked_by source exchanges alternatives place"},
    {"causes.0", "id confidence subject says fix owner ask explains replies doubt"},
    {"causes.0.replies.0", "reply means"},
    {"advice.0", "id subject says fix owner ask replies doubt"},
    {"traffic", "requests connections waves bytes_in exchanges"},
    {"traffic.exchanges.0", "n wave credential method url status ms bytes reused started_ms "
                            "outcome message detail transaction_id"},
    {"credentials.0", "name kind source"},
    {"clues.0", "signature credential subject says means exchanges"},
};

static const struct json *follow(struct arena *arena, const struct json *value, const char *path)
{
    struct strings parts = strings_split(arena, path, '.');
    for (size_t i = 0; i < parts.n_items; i++) {
        int64_t index = 0;
        if (text_to_int(parts.items[i], &index)) {
            cr_assert((size_t)index < value->n_values, "%s has no item %s", path, parts.items[i]);
            value = value->values[index];
        } else {
            value = json_get(value, parts.items[i]);
        }
        cr_assert(value != NULL, "%s is not there", path);
    }
    return value;
}

Test(json_report, keys_stand_in_the_order_of_the_contract)
{
    struct arena *arena = arena_new();
    const struct json *report = read_back(arena, sample_clean_run(arena, "diagnosis"));
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const struct json *object = follow(arena, report, shapes[i].path);
        struct strings keys = {object->keys, object->n_values};
        cr_expect_str_eq(strings_join(arena, &keys, " "), shapes[i].keys, "row %zu (%s)", i,
                         shapes[i].path);
    }
    arena_free(arena);
}

static int64_t number_at(struct arena *arena, const struct json *report, const char *path)
{
    int64_t number = -1;
    cr_assert(text_to_int(follow(arena, report, path)->text, &number), "%s", path);
    return number;
}

Test(json_report, the_summary_counts_the_checks)
{
    static const char *const verdicts[][2] = {
        {"pass", "summary.pass"},       {"fail", "summary.fail"},
        {"unknown", "summary.unknown"}, {"blocked", "summary.blocked"},
        {"waived", "summary.waived"},   {"not-applicable", "summary.not_applicable"},
    };
    for (uint32_t seed = 1; seed <= 30; seed++) {
        struct arena *arena = arena_new();
        const struct json *report = read_back(arena, sample_random_run(arena, 40, seed));
        const struct json *checks = json_get(report, "checks");
        cr_expect(checks->n_values == 40, "no check may vanish");
        for (size_t v = 0; v < sizeof verdicts / sizeof verdicts[0]; v++) {
            int64_t n = 0;
            for (size_t i = 0; i < checks->n_values; i++) {
                n += text_equal(json_get_text(checks->values[i], "verdict"), verdicts[v][0]);
            }
            cr_expect(number_at(arena, report, verdicts[v][1]) == n, "seed %u, %s", seed,
                      verdicts[v][0]);
        }
        arena_free(arena);
    }
}

Test(json_report, what_is_not_known_is_null)
{
    struct arena *arena = arena_new();
    struct run *run = sample_clean_run(arena, "inconclusive");
    run->release_family = NULL;
    run->release_build = NULL;
    const struct json *report = read_back(arena, run);
    cr_expect(follow(arena, report, "instance.release")->kind == JSON_KIND_NULL);
    cr_expect_str_eq(follow(arena, report, "summary.reason")->text, "unreachable");
    cr_expect_str_eq(follow(arena, report, "summary.status")->text, "inconclusive");
    cr_expect(follow(arena, report, "checks.0.blocked_by")->kind == JSON_KIND_NULL);
    cr_expect_str_eq(follow(arena, report, "checks.1.blocked_by")->text, "cloud-ex-machina/awake");
    cr_expect_str_eq(follow(arena, report, "checks.0.reason")->text, "timeout");
    arena_free(arena);
}

Test(json_report, hostile_text_comes_back_as_it_was)
{
    struct arena *arena = arena_new();
    struct run *run = sample_clean_run(arena, "hostile");
    const struct json *checks = json_get(read_back(arena, run), "checks");
    for (size_t i = 0; i < run->n_findings; i++) {
        cr_expect(
            text_equal(json_get_text(checks->values[i], "title"), run->findings[i].check->title),
            "check %zu", i);
        cr_expect(text_equal(json_get_text(checks->values[i], "seen"), run->findings[i].seen),
                  "check %zu", i);
    }
    arena_free(arena);
}

Test(json_report, replies_and_clues_are_told)
{
    static const char *const texts[][2] = {
        {"causes.0.ask", "When was the token issued?"},
        {"causes.0.replies.1.reply", "just now"},
        {"causes.0.replies.1.means", "not this; a policy comes next"},
        {"causes.1.doubt", "Public reports disagree about it."},
        {"clues.0.signature", "unlike-made-up"},
        {"clues.0.credential", "integration"},
        {"clues.0.exchanges.0", "2"},
    };
    struct arena *arena = arena_new();
    const struct json *report = read_back(arena, sample_clean_run(arena, "diagnosis"));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        cr_expect_str_eq(follow(arena, report, texts[i][0])->text, texts[i][1], "row %zu", i);
    }
    cr_expect(follow(arena, report, "causes.0.doubt")->kind == JSON_KIND_NULL);
    cr_expect(follow(arena, report, "clues.1.credential")->kind == JSON_KIND_NULL);
    cr_expect(follow(arena, report, "clues.1.means")->kind == JSON_KIND_NULL);
    arena_free(arena);
}
