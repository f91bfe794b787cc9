/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From JSON to structs: the first fault is kept, and what comes after it does no harm.
 */
#include "report/read.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/json_reader.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/summary.h"

enum { LARGEST_EXIT_STATUS = 255 };

struct reader {
    struct json_reader json;
    struct run *run;
};

/* ---- Members -------------------------------------------------------------------------------- */

static void refuse(struct reader *reader, const char *fault)
{
    json_refuse(&reader->json, fault);
}

static const char *text_at(struct reader *reader, const struct json *object, const char *key)
{
    return json_text_at(&reader->json, object, key);
}

static const char *needed_text(struct reader *reader, const struct json *object, const char *key)
{
    return json_needed_text(&reader->json, object, key);
}

static int64_t number_at(struct reader *reader, const struct json *object, const char *key)
{
    return json_number_at(&reader->json, object, key, 0, INT64_MIN, INT64_MAX);
}

/* Of something that is counted, within what an int holds. */
static int count_at(struct reader *reader, const struct json *object, const char *key)
{
    return (int)json_number_at(&reader->json, object, key, 0, 0, INT32_MAX);
}

static bool truth_at(struct reader *reader, const struct json *object, const char *key)
{
    return json_truth_at(&reader->json, object, key);
}

static const struct json *array_at(struct reader *reader, const struct json *object,
                                   const char *key)
{
    return json_array_at(&reader->json, object, key);
}

static struct strings strings_at(struct reader *reader, const struct json *object, const char *key)
{
    return json_strings_at(&reader->json, object, key);
}

#define NAME_AT(reader, object, key, from_name, ret)                          \
    do {                                                                      \
        const char *name_ = needed_text((reader), (object), (key));           \
        if (!from_name(name_, (ret))) {                                       \
            refuse((reader), arena_printf((reader)->json.arena,               \
                                          "'%s' has a value that is none of " \
                                          "those it may have",                \
                                          (key)));                            \
        }                                                                     \
    } while (0)

/* ---- Parts ---------------------------------------------------------------------------------- */

static void read_exchange(struct reader *reader, const struct json *from, size_t i)
{
    struct exchange *exchange = arena_allocate(reader->json.arena, sizeof *exchange);
    *exchange = (struct exchange){
        .n = count_at(reader, from, "n"),
        .wave = count_at(reader, from, "wave"),
        .credential = needed_text(reader, from, "credential"),
        .method = needed_text(reader, from, "method"),
        .url = needed_text(reader, from, "url"),
        .status = count_at(reader, from, "status"),
        .ms = number_at(reader, from, "ms"),
        .bytes = number_at(reader, from, "bytes"),
        .reused = truth_at(reader, from, "reused"),
        .started_ms = number_at(reader, from, "started_ms"),
        .message = text_at(reader, from, "message"),
        .detail = text_at(reader, from, "detail"),
        .transaction_id = text_at(reader, from, "transaction_id"),
        .retry_after_s = -1,
    };
    if (json_get(from, "source") != NULL) {
        NAME_AT(reader, from, "source", source_from_name, &exchange->source);
    }
    if (json_get(from, "outcome") != NULL) {
        NAME_AT(reader, from, "outcome", outcome_from_name, &exchange->outcome);
    }
    if (exchange->n != (int)i + 1) {
        refuse(reader, "the exchanges are not numbered in their order");
    }
    reader->run->exchanges[i] = exchange;
}

static void read_traffic(struct reader *reader, const struct json *document)
{
    struct run *run = reader->run;
    const struct json *traffic = json_get(document, "traffic");
    const struct json *exchanges = array_at(reader, traffic, "exchanges");
    run->n_connections = count_at(reader, traffic, "connections");
    run->n_waves = count_at(reader, traffic, "waves");
    run->bytes_in = number_at(reader, traffic, "bytes_in");
    run->n_exchanges = exchanges->n_values;
    run->exchanges = arena_array(reader->json.arena, run->n_exchanges, sizeof *run->exchanges);
    for (size_t i = 0; i < run->n_exchanges; i++) {
        read_exchange(reader, exchanges->values[i], i);
    }
}

/* The exchanges that a list of numbers means. */
static const struct exchange **meant(struct reader *reader, const struct json *from, size_t *ret_n)
{
    const struct json *numbers = array_at(reader, from, "exchanges");
    const struct exchange **exchanges = NULL;
    size_t n = 0;
    for (size_t i = 0; i < numbers->n_values; i++) {
        int64_t number = 0;
        bool is_one = numbers->values[i]->kind == JSON_KIND_NUMBER &&
                      text_to_int(numbers->values[i]->text, &number) && number >= 1 &&
                      (size_t)number <= reader->run->n_exchanges;
        if (!is_one) {
            refuse(reader, "an exchange is meant that is not there");
            break;
        }
        const struct exchange **slot =
            arena_append(reader->json.arena, &exchanges, &n, sizeof *slot);
        *slot = reader->run->exchanges[number - 1];
    }
    *ret_n = n;
    return exchanges;
}

static struct pairs files_at(struct reader *reader, const struct json *from)
{
    const struct json *files = array_at(reader, from, "files");
    struct pairs pairs = {0};
    for (size_t i = 0; i < files->n_values; i++) {
        pairs_add(reader->json.arena, &pairs, needed_text(reader, files->values[i], "path"),
                  text_at(reader, files->values[i], "sha256"));
    }
    return pairs;
}

static void read_packs(struct reader *reader, const struct json *document)
{
    struct run *run = reader->run;
    const struct json *packs = array_at(reader, document, "packs");
    run->n_packs = packs->n_values;
    run->packs = arena_array(reader->json.arena, run->n_packs, sizeof *run->packs);
    for (size_t i = 0; i < run->n_packs; i++) {
        struct pack *pack = arena_allocate(reader->json.arena, sizeof *pack);
        *pack = (struct pack){.name = needed_text(reader, packs->values[i], "name"),
                              .version = text_at(reader, packs->values[i], "version"),
                              .title = text_at(reader, packs->values[i], "title"),
                              .guide_title = text_at(reader, packs->values[i], "guide"),
                              .guide_read = text_at(reader, packs->values[i], "guide_read"),
                              .files = files_at(reader, packs->values[i])};
        run->packs[i] = pack;
    }
}

static struct where place_at(struct reader *reader, const struct json *from)
{
    const struct json *place = json_get(from, "place");
    return (struct where){.file = text_at(reader, place, "file"),
                          .line = (size_t)count_at(reader, place, "line")};
}

/* "2026-11-20T10:00:00Z", as utc_format() writes it. */
static bool read_time(struct arena *arena, const char *text, int64_t *ret_seconds)
{
    enum { LEN = sizeof "2026-11-20T10:00:00Z" - 1, AT_T = 10 };
    if (strlen(text) != LEN || text[AT_T] != 'T' || text[LEN - 1] != 'Z') {
        return false;
    }
    char *parts = arena_strndup(arena, text, LEN - 1);
    parts[AT_T] = ' ';
    return utc_parse(parts, ret_seconds);
}

static const struct check *read_check(struct reader *reader, const struct json *from)
{
    struct check *check = arena_allocate(reader->json.arena, sizeof *check);
    const char *id = needed_text(reader, from, "id");
    const char *slash = strchr(id, '/');
    *check = (struct check){
        .id = id,
        .name = slash == NULL ? id : slash + 1,
        .title = text_at(reader, from, "title"),
        .kind_name = text_at(reader, from, "kind"),
        .fix = text_at(reader, from, "fix"),
        .owner = text_at(reader, from, "owner"),
        .step = text_at(reader, from, "step"),
        .covers = strings_at(reader, from, "covers"),
        .needs = strings_at(reader, from, "needs"),
        .applies = true,
        .where = place_at(reader, from),
    };
    NAME_AT(reader, from, "severity", severity_from_name, &check->severity);
    return check;
}

static void read_finding(struct reader *reader, const struct json *from, struct finding *finding)
{
    *finding = (struct finding){
        .check = read_check(reader, from),
        .gates = truth_at(reader, from, "gates"),
        .seen = text_at(reader, from, "seen"),
        .wanted = text_at(reader, from, "wanted"),
        .because = text_at(reader, from, "because"),
        .link = text_at(reader, from, "link"),
        .causes = strings_at(reader, from, "causes"),
        .causes_are_alternatives = truth_at(reader, from, "alternatives"),
        .blocked_by = text_at(reader, from, "blocked_by"),
        .source = text_at(reader, from, "source"),
    };
    NAME_AT(reader, from, "verdict", verdict_from_name, &finding->verdict);
    if (text_at(reader, from, "reason") != NULL) {
        NAME_AT(reader, from, "reason", reason_from_name, &finding->reason);
    }
    const char *taken = text_at(reader, from, "taken");
    finding->age_s = number_at(reader, from, "age_s");
    if (taken != NULL && !read_time(reader->json.arena, taken, &finding->taken)) {
        refuse(reader, "'taken' is not a time");
    }
    finding->exchanges = meant(reader, from, &finding->n_exchanges);
}

static void read_findings(struct reader *reader, const struct json *document)
{
    struct run *run = reader->run;
    const struct json *checks = array_at(reader, document, "checks");
    run->n_findings = checks->n_values;
    run->findings = arena_array(reader->json.arena, run->n_findings, sizeof *run->findings);
    for (size_t i = 0; i < run->n_findings; i++) {
        read_finding(reader, checks->values[i], &run->findings[i]);
    }
}

static void read_replies(struct reader *reader, const struct json *from, struct cause *cause)
{
    const struct json *replies = array_at(reader, from, "replies");
    cause->n_replies = replies->n_values;
    cause->replies = arena_array(reader->json.arena, cause->n_replies, sizeof *cause->replies);
    for (size_t i = 0; i < cause->n_replies; i++) {
        cause->replies[i] =
            (struct reply){.reply = needed_text(reader, replies->values[i], "reply"),
                           .means = needed_text(reader, replies->values[i], "means")};
    }
}

static struct cause read_cause(struct reader *reader, const struct json *from, bool has_confidence)
{
    struct cause cause = {.id = needed_text(reader, from, "id"),
                          .subject = text_at(reader, from, "subject"),
                          .says = text_at(reader, from, "says"),
                          .fix = text_at(reader, from, "fix"),
                          .owner = text_at(reader, from, "owner"),
                          .ask = text_at(reader, from, "ask"),
                          .doubt = text_at(reader, from, "doubt"),
                          .since = text_at(reader, from, "since"),
                          .explains = strings_at(reader, from, "explains")};
    if (has_confidence) {
        NAME_AT(reader, from, "confidence", confidence_from_name, &cause.confidence);
    }
    read_replies(reader, from, &cause);
    return cause;
}

/* Causes, or advice, which has no confidence. */
static struct cause *read_causes(struct reader *reader, const struct json *document,
                                 const char *key, size_t *ret_n)
{
    const struct json *array = array_at(reader, document, key);
    struct cause *causes = arena_array(reader->json.arena, array->n_values, sizeof *causes);
    for (size_t i = 0; i < array->n_values; i++) {
        causes[i] = read_cause(reader, array->values[i], text_equal(key, "causes"));
    }
    *ret_n = array->n_values;
    return causes;
}

static void read_clues(struct reader *reader, const struct json *document)
{
    struct clues *clues = &reader->run->clues;
    const struct json *array = array_at(reader, document, "clues");
    clues->n_items = array->n_values;
    clues->items = arena_array(reader->json.arena, clues->n_items, sizeof *clues->items);
    for (size_t i = 0; i < clues->n_items; i++) {
        const struct json *from = array->values[i];
        struct clue *clue = &clues->items[i];
        const char *credential = text_at(reader, from, "credential");
        *clue = (struct clue){.signature = needed_text(reader, from, "signature"),
                              .subject = text_at(reader, from, "subject"),
                              .says = text_at(reader, from, "says"),
                              .means = text_at(reader, from, "means")};
        if (credential != NULL) {
            pairs_add(reader->json.arena, &clue->about, "credential", credential);
        }
        clue->exchanges = meant(reader, from, &clue->n_exchanges);
    }
}

static void read_waivers(struct reader *reader, const struct json *document)
{
    struct run *run = reader->run;
    const struct json *array = array_at(reader, document, "waivers");
    run->n_waivers = array->n_values;
    run->waivers = arena_array(reader->json.arena, run->n_waivers, sizeof *run->waivers);
    for (size_t i = 0; i < run->n_waivers; i++) {
        const struct json *from = array->values[i];
        run->waivers[i] = (struct waiver_told){.check = needed_text(reader, from, "check"),
                                               .until = text_at(reader, from, "until"),
                                               .by = text_at(reader, from, "by"),
                                               .because = text_at(reader, from, "because"),
                                               .says = text_at(reader, from, "says")};
        NAME_AT(reader, from, "state", waiver_state_from_name, &run->waivers[i].state);
    }
}

static void read_credentials(struct reader *reader, const struct json *document)
{
    struct run *run = reader->run;
    const struct json *array = array_at(reader, document, "credentials");
    run->n_credentials = array->n_values;
    run->credentials =
        arena_array(reader->json.arena, run->n_credentials, sizeof *run->credentials);
    for (size_t i = 0; i < run->n_credentials; i++) {
        const struct json *from = array->values[i];
        run->credentials[i] = (struct used_credential){.name = needed_text(reader, from, "name"),
                                                       .kind = text_at(reader, from, "kind"),
                                                       .source = text_at(reader, from, "source")};
    }
}

/* ---- The whole ------------------------------------------------------------------------------ */

static void read_source(struct reader *reader, const struct json *from, struct used_source *used)
{
    *used = (struct used_source){.digest = needed_text(reader, from, "digest"),
                                 .age_s = number_at(reader, from, "age_s")};
    NAME_AT(reader, from, "source", source_from_name, &used->source);
    if (!read_time(reader->json.arena, needed_text(reader, from, "started"), &used->taken)) {
        refuse(reader, "'started' is not a time");
    }
}

static void read_sources(struct reader *reader, const struct json *document)
{
    struct run *run = reader->run;
    const struct json *list = json_array_at(&reader->json, document, "sources");
    for (size_t i = 0; i < list->n_values; i++) {
        struct used_source *used =
            arena_append(reader->json.arena, &run->sources, &run->n_sources, sizeof *used);
        read_source(reader, list->values[i], used);
    }
}

static void read_head(struct reader *reader, const struct json *document)
{
    struct run *run = reader->run;
    const struct json *instance = json_get(document, "instance");
    const struct json *release = json_get(instance, "release");
    const char *started = needed_text(reader, document, "started");
    run->tool_version = needed_text(reader, json_get(document, "tool"), "version");
    run->instance_url = needed_text(reader, instance, "url");
    run->release_family = text_at(reader, release, "family");
    run->release_build = text_at(reader, release, "build");
    run->duration_ms = number_at(reader, document, "duration_ms");
    run->clock = text_at(reader, document, "clock");
    read_sources(reader, document);
    run->is_diagnosis = truth_at(reader, document, "diagnosis");
    run->form_texts = strings_at(reader, document, "form_texts");
    const struct json *skew = json_get(document, "clock_skew_s");
    run->has_clock_skew = skew != NULL && skew->kind != JSON_KIND_NULL;
    run->clock_skew_s = run->has_clock_skew ? number_at(reader, document, "clock_skew_s") : 0;
    if (!read_time(reader->json.arena, started, &run->started)) {
        refuse(reader, "'started' is not a time");
    }
}

static void count(struct run *run)
{
    const struct counts counts = run_counts(run);
    run->tally = (struct tally){.pass = counts.all[VERDICT_PASS],
                                .fail = counts.all[VERDICT_FAIL],
                                .unknown = counts.all[VERDICT_UNKNOWN],
                                .blocked = counts.all[VERDICT_BLOCKED],
                                .waived = counts.all[VERDICT_WAIVED],
                                .not_applicable = counts.all[VERDICT_NOT_APPLICABLE]};
    for (size_t i = 0; i < N_VERDICTS; i++) {
        run->n_gating[i] = counts.gating[i];
    }
}

/* What the checks come to, as the exit status has it. */
static enum status status_borne_out(const struct run *run)
{
    bool is_untold = run->n_gating[VERDICT_UNKNOWN] > 0 || run->n_gating[VERDICT_BLOCKED] > 0 ||
                     run->n_gating[VERDICT_PASS] == 0;
    return run->n_gating[VERDICT_FAIL] > 0 ? STATUS_NOT_READY
           : is_untold                     ? STATUS_INCONCLUSIVE
                                           : STATUS_READY;
}

static void read_summary(struct reader *reader, const struct json *document)
{
    static const int exit_statuses[] = {
        [STATUS_READY] = 0, [STATUS_NOT_READY] = 1, [STATUS_INCONCLUSIVE] = 3};
    enum { OF_SIGNALS = 128, INTERNAL = 4 };
    struct run *run = reader->run;
    const struct json *summary = json_get(document, "summary");
    const struct tally *tally = &run->tally;
    NAME_AT(reader, summary, "status", status_from_name, &run->status);
    run->status_reason = text_at(reader, summary, "reason");
    run->exit_status = count_at(reader, summary, "exit");
    run->n_writes_not_run = (size_t)count_at(reader, summary, "writes_not_run");
    count(run);
    bool counts_agree =
        (size_t)count_at(reader, summary, "pass") == tally->pass &&
        (size_t)count_at(reader, summary, "fail") == tally->fail &&
        (size_t)count_at(reader, summary, "unknown") == tally->unknown &&
        (size_t)count_at(reader, summary, "blocked") == tally->blocked &&
        (size_t)count_at(reader, summary, "waived") == tally->waived &&
        (size_t)count_at(reader, summary, "not_applicable") == tally->not_applicable;
    bool exit_agrees = run->exit_status == exit_statuses[run->status] ||
                       run->exit_status == INTERNAL ||
                       (run->exit_status > OF_SIGNALS && run->exit_status <= LARGEST_EXIT_STATUS);
    if (!counts_agree || !exit_agrees || run->status != status_borne_out(run)) {
        refuse(reader, "the summary does not agree with the checks");
    }
}

bool run_read(struct arena *arena, const struct json *document, struct run *ret_run,
              const char **ret_fault)
{
    struct run run = {0};
    struct reader reader = {.json = {.arena = arena}, .run = &run};
    if (!text_equal(json_get_text(document, "schema"), "glidepath-report/1")) {
        *ret_fault = "it is not of the schema glidepath-report/1";
        return false;
    }
    read_head(&reader, document);
    read_traffic(&reader, document);
    read_packs(&reader, document);
    read_findings(&reader, document);
    read_summary(&reader, document);
    run.causes = read_causes(&reader, document, "causes", &run.n_causes);
    run.advice = read_causes(&reader, document, "advice", &run.n_advice);
    read_clues(&reader, document);
    read_waivers(&reader, document);
    read_credentials(&reader, document);
    if (reader.json.fault != NULL) {
        *ret_fault = reader.json.fault;
        return false;
    }
    *ret_run = run;
    return true;
}
