/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for programs, "glidepath-report/1". The order of the keys is part of the contract:
 * additions go to the end of an object.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "model/names.h"
#include "report/changes.h"
#include "report/json_set.h"
#include "report/report.h"
#include "report/summary.h"

static void put_strings(struct json_writer *json, const char *key, const struct strings *list)
{
    json_open_array(json, key);
    for (size_t i = 0; i < list->n_items; i++) {
        json_put_text(json, NULL, list->items[i]);
    }
    json_close(json);
}

static void put_tool(struct json_writer *json, const struct run *run)
{
    json_open_object(json, "tool");
    json_put_text(json, "name", "glidepath");
    json_put_text(json, "version", run->tool_version);
    json_close(json);
}

static void put_instance(struct json_writer *json, const struct run *run)
{
    json_open_object(json, "instance");
    json_put_text(json, "url", run->instance_url);
    if (run->release_family == NULL && run->release_build == NULL) {
        json_put_text(json, "release", NULL);
    } else {
        json_open_object(json, "release");
        json_put_text(json, "family", run->release_family);
        json_put_text(json, "build", run->release_build);
        json_close(json);
    }
    json_close(json);
}

static void put_summary(struct json_writer *json, const struct run *run)
{
    struct counts counts = run_counts(run);
    json_open_object(json, "summary");
    json_put_text(json, "status", status_name(run->status));
    json_put_text(json, "reason", run->status_reason);
    json_put_int(json, "exit", run->exit_status);
    json_put_int(json, "pass", (int64_t)counts.all[VERDICT_PASS]);
    json_put_int(json, "fail", (int64_t)counts.all[VERDICT_FAIL]);
    json_put_int(json, "unknown", (int64_t)counts.all[VERDICT_UNKNOWN]);
    json_put_int(json, "blocked", (int64_t)counts.all[VERDICT_BLOCKED]);
    json_put_int(json, "waived", (int64_t)counts.all[VERDICT_WAIVED]);
    json_put_int(json, "not_applicable", (int64_t)counts.all[VERDICT_NOT_APPLICABLE]);
    json_put_int(json, "writes_not_run", (int64_t)run->n_writes_not_run);
    json_close(json);
}

/* What a pack was read from. */
static void put_files(struct json_writer *json, const struct pairs *files)
{
    json_open_array(json, "files");
    for (size_t i = 0; i < files->n_items; i++) {
        json_open_object(json, NULL);
        json_put_text(json, "path", files->items[i].key);
        json_put_text(json, "sha256", files->items[i].value);
        json_close(json);
    }
    json_close(json);
}

static void put_packs(struct json_writer *json, const struct run *run)
{
    json_open_array(json, "packs");
    for (size_t i = 0; i < run->n_packs; i++) {
        json_open_object(json, NULL);
        json_put_text(json, "name", run->packs[i]->name);
        json_put_text(json, "version", run->packs[i]->version);
        json_put_text(json, "title", run->packs[i]->title);
        json_put_text(json, "guide", run->packs[i]->guide_title);
        json_put_text(json, "guide_read", run->packs[i]->guide_read);
        put_files(json, &run->packs[i]->files);
        json_close(json);
    }
    json_close(json);
}

static void put_exchange_numbers(struct json_writer *json, const struct exchange *const *exchanges,
                                 size_t n_exchanges)
{
    json_open_array(json, "exchanges");
    for (size_t i = 0; i < n_exchanges; i++) {
        json_put_int(json, NULL, exchanges[i]->n);
    }
    json_close(json);
}

/* Where the check stands in its pack. */
static void put_place(struct json_writer *json, const struct where *where)
{
    if (where->file == NULL) {
        json_put_text(json, "place", NULL);
        return;
    }
    json_open_object(json, "place");
    json_put_text(json, "file", where->file);
    json_put_int(json, "line", (int64_t)where->line);
    json_close(json);
}

/* When the oldest of what a finding rests on was read; of what is live, `started` says it. */
static void put_age(struct json_writer *json, struct arena *scratch, const struct finding *finding)
{
    if (finding->taken != 0) {
        json_put_text(json, "taken", utc_format(scratch, finding->taken));
        json_put_int(json, "age_s", finding->age_s);
    }
}

static void put_finding(struct json_writer *json, struct arena *scratch,
                        const struct finding *finding)
{
    const struct check *check = finding->check;
    json_open_object(json, NULL);
    json_put_text(json, "id", check->id);
    json_put_text(json, "title", check->title);
    json_put_text(json, "kind", check->kind_name);
    json_put_text(json, "severity", severity_name(check->severity));
    json_put_bool(json, "gates", finding->gates);
    json_put_text(json, "verdict", verdict_name(finding->verdict));
    json_put_text(json, "reason", reason_name(finding->reason));
    json_put_text(json, "seen", finding->seen);
    json_put_text(json, "wanted", finding->wanted);
    json_put_text(json, "because", finding->because);
    json_put_text(json, "fix", check->fix);
    json_put_text(json, "owner", check->owner);
    json_put_text(json, "step", check->step);
    json_put_text(json, "link", finding->link);
    put_strings(json, "covers", &check->covers);
    put_strings(json, "causes", &finding->causes);
    put_strings(json, "needs", &check->needs);
    json_put_text(json, "blocked_by", finding->blocked_by);
    json_put_text(json, "source", finding->source);
    put_age(json, scratch, finding);
    put_exchange_numbers(json, finding->exchanges, finding->n_exchanges);
    json_put_bool(json, "alternatives", finding->causes_are_alternatives);
    put_place(json, &check->where);
    json_close(json);
}

static void put_findings(struct json_writer *json, struct arena *scratch, const struct run *run)
{
    json_open_array(json, "checks");
    for (size_t i = 0; i < run->n_findings; i++) {
        put_finding(json, scratch, &run->findings[i]);
    }
    json_close(json);
}

static void put_replies(struct json_writer *json, const struct cause *cause)
{
    json_open_array(json, "replies");
    for (size_t i = 0; i < cause->n_replies; i++) {
        json_open_object(json, NULL);
        json_put_text(json, "reply", cause->replies[i].reply);
        json_put_text(json, "means", cause->replies[i].means);
        json_close(json);
    }
    json_close(json);
}

static void put_causes(struct json_writer *json, const struct run *run)
{
    json_open_array(json, "causes");
    for (size_t i = 0; i < run->n_causes; i++) {
        const struct cause *cause = &run->causes[i];
        json_open_object(json, NULL);
        json_put_text(json, "id", cause->id);
        json_put_text(json, "confidence", confidence_name(cause->confidence));
        json_put_text(json, "subject", cause->subject);
        json_put_text(json, "says", cause->says);
        json_put_text(json, "fix", cause->fix);
        json_put_text(json, "owner", cause->owner);
        json_put_text(json, "ask", cause->ask);
        put_strings(json, "explains", &cause->explains);
        put_replies(json, cause);
        json_put_text(json, "doubt", cause->doubt);
        if (run->changes != NULL || cause->since != NULL) {
            json_put_text(json, "since", cause->since);
        }
        json_close(json);
    }
    json_close(json);
}

static void put_advice(struct json_writer *json, const struct run *run)
{
    json_open_array(json, "advice");
    for (size_t i = 0; i < run->n_advice; i++) {
        const struct cause *advice = &run->advice[i];
        json_open_object(json, NULL);
        json_put_text(json, "id", advice->id);
        json_put_text(json, "subject", advice->subject);
        json_put_text(json, "says", advice->says);
        json_put_text(json, "fix", advice->fix);
        json_put_text(json, "owner", advice->owner);
        json_put_text(json, "ask", advice->ask);
        put_replies(json, advice);
        json_put_text(json, "doubt", advice->doubt);
        json_close(json);
    }
    json_close(json);
}

static void put_exchange(struct json_writer *json, const struct exchange *exchange)
{
    json_open_object(json, NULL);
    json_put_int(json, "n", exchange->n);
    json_put_int(json, "wave", exchange->wave);
    if (!exchange_is_request(exchange)) {
        json_put_text(json, "source", source_name(exchange->source));
    }
    json_put_text(json, "credential", exchange->credential);
    json_put_text(json, "method", exchange->method);
    json_put_text(json, "url", exchange->url);
    json_put_int(json, "status", exchange->status);
    json_put_int(json, "ms", exchange->ms);
    json_put_int(json, "bytes", exchange->bytes);
    json_put_bool(json, "reused", exchange->reused);
    json_put_int(json, "started_ms", exchange->started_ms);
    json_put_text(json, "outcome", outcome_name(exchange->outcome));
    json_put_text(json, "message", exchange->message);
    json_put_text(json, "detail", exchange->detail);
    json_put_text(json, "transaction_id", exchange->transaction_id);
    json_close(json);
}

static void put_traffic(struct json_writer *json, const struct run *run)
{
    json_open_object(json, "traffic");
    json_put_int(json, "requests", (int64_t)run_requests(run));
    json_put_int(json, "connections", run->n_connections);
    json_put_int(json, "waves", run->n_waves);
    json_put_int(json, "bytes_in", run->bytes_in);
    json_open_array(json, "exchanges");
    for (size_t i = 0; i < run->n_exchanges; i++) {
        put_exchange(json, run->exchanges[i]);
    }
    json_close(json);
    json_close(json);
}

/* Whose credential a clue was seen with, where it is about one. */
static void put_clues(struct json_writer *json, const struct run *run)
{
    json_open_array(json, "clues");
    for (size_t i = 0; i < run->clues.n_items; i++) {
        const struct clue *clue = &run->clues.items[i];
        json_open_object(json, NULL);
        json_put_text(json, "signature", clue->signature);
        json_put_text(json, "credential", pairs_get(&clue->about, "credential"));
        json_put_text(json, "subject", clue->subject);
        json_put_text(json, "says", clue->says);
        json_put_text(json, "means", clue->means);
        put_exchange_numbers(json, clue->exchanges, clue->n_exchanges);
        json_close(json);
    }
    json_close(json);
}

static void put_waivers(struct json_writer *json, const struct run *run)
{
    json_open_array(json, "waivers");
    for (size_t i = 0; i < run->n_waivers; i++) {
        const struct waiver_told *waiver = &run->waivers[i];
        json_open_object(json, NULL);
        json_put_text(json, "check", waiver->check);
        json_put_text(json, "until", waiver->until);
        json_put_text(json, "by", waiver->by);
        json_put_text(json, "because", waiver->because);
        json_put_text(json, "state", waiver_state_name(waiver->state));
        json_put_text(json, "says", waiver->says);
        json_close(json);
    }
    json_close(json);
}

static void put_credentials(struct json_writer *json, const struct run *run)
{
    json_open_array(json, "credentials");
    for (size_t i = 0; i < run->n_credentials; i++) {
        json_open_object(json, NULL);
        json_put_text(json, "name", run->credentials[i].name);
        json_put_text(json, "kind", run->credentials[i].kind);
        json_put_text(json, "source", run->credentials[i].source);
        json_close(json);
    }
    json_close(json);
}

/* What was judged besides the instance, or in its place: only where something was. */
static void put_sources(struct json_writer *json, struct arena *scratch, const struct run *run)
{
    if (run->n_sources == 0) {
        return;
    }
    json_open_array(json, "sources");
    for (size_t i = 0; i < run->n_sources; i++) {
        const struct used_source *used = &run->sources[i];
        json_open_object(json, NULL);
        json_put_text(json, "source", source_name(used->source));
        json_put_text(json, "started", utc_format(scratch, used->taken));
        json_put_int(json, "age_s", used->age_s);
        json_put_text(json, "digest", used->digest);
        json_close(json);
    }
    json_close(json);
}

/* Since the baseline: only where one was given. */
static void put_changes(struct json_writer *json, struct arena *scratch, const struct run *run)
{
    const struct changes *changes = run->changes;
    if (changes == NULL) {
        return;
    }
    json_open_object(json, "changes");
    json_put_text(json, "since", utc_format(scratch, changes->before_taken));
    for (size_t i = 0; i < N_CHANGE_DIRECTIONS; i++) {
        json_put_int(json, change_direction_name((enum change_direction)i),
                     (int64_t)changes->n_directions[i]);
    }
    changes_put_json(json, changes);
    json_close(json);
}

static bool write_json(const struct run *run, const struct report_options *options, FILE *out)
{
    (void)options;
    struct arena *scratch = arena_new();
    struct json_writer *json = json_writer_new();
    json_put_text(json, "schema", "glidepath-report/1");
    put_tool(json, run);
    put_instance(json, run);
    json_put_text(json, "started", utc_format(scratch, run->started));
    json_put_int(json, "duration_ms", run->duration_ms);
    json_put_text(json, "clock", run->clock);
    put_sources(json, scratch, run);
    put_summary(json, run);
    put_packs(json, run);
    put_findings(json, scratch, run);
    put_causes(json, run);
    put_advice(json, run);
    put_traffic(json, run);
    put_clues(json, run);
    put_waivers(json, run);
    put_credentials(json, run);
    json_put_bool(json, "diagnosis", run->is_diagnosis);
    put_strings(json, "form_texts", &run->form_texts);
    if (run->has_clock_skew) {
        json_put_int(json, "clock_skew_s", run->clock_skew_s);
    } else {
        json_put_text(json, "clock_skew_s", NULL);
    }
    put_changes(json, scratch, run);
    bool is_written = json_writer_finish(json, out, true);
    json_writer_free(json);
    arena_free(scratch);
    return is_written;
}

const struct report_format report_format_json = {
    .name = "json",
    .default_path = "report.json",
    .summary = "Everything, for programs; the shape is fixed (glidepath-report/1)",
    .write = write_json,
    .write_set = json_write_set,
};
