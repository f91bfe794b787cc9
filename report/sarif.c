/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SARIF 2.1.0 as GitHub's code scanning accepts it (docs.github.com, "SARIF support for code
 * scanning").
 *
 * A file in which one result lacks a physical location is refused whole: each has the pack's file
 * and the line of the check, so that an alert stands beside the rule where the pack lives in the
 * repository. Results are what somebody has to look at, and what was waived, with its suppression;
 * a pass as a result would be an alert. Fingerprints are of the check and the host, so that an
 * alert stays the same when lines move. What could not be told is of kind "open"; its level stays a
 * warning although the standard wants "none" there, because GitHub looks at the level alone and
 * would show no alert.
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/text.h"
#include "model/names.h"
#include "report/markdown.h"
#include "report/report.h"
#include "report/set.h"
#include "report/summary.h"

enum {
    MOST_RESULTS = 5000,  /* GitHub shows no more of a run */
    MOST_RULES = 5000,    /* it takes 25,000, but 10 MB at most in all */
    LONGEST_TEXT = 1000,  /* characters; GitHub takes 1,024 for the descriptions of a rule */
    LARGEST_BYTES = 65536 /* of a text that is put together */
};

enum level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTE, N_LEVELS };

static const char *const level_names[] = {
    [LEVEL_ERROR] = "error", [LEVEL_WARNING] = "warning", [LEVEL_NOTE] = "note"};

struct sarif {
    struct json_writer *json;
    const struct run *run;
    struct arena *scratch;
    size_t *rule_of;  /* of each finding, the index of its rule; SIZE_MAX: it has none */
    size_t n_results; /* written so far */
    size_t n_left_out;
    const char *target;    /* of several: told with each result */
    struct strings *rules; /* of several: the ids of those written so far */
};

/* ---- Texts ---- */

/*
 * A text in which nothing is a link or a placeholder: in SARIF "[x](y)" and "{0}" are, even in
 * plain text, so a blank keeps them apart.
 */
static const char *plain(const struct sarif *sarif, const char *said)
{
    const char *line = text_shorten(sarif->scratch, text_token(sarif->scratch, said), LONGEST_TEXT);
    struct buf text;
    buf_init(&text, LARGEST_BYTES);
    for (const char *c = line; *c != '\0'; c++) {
        buf_add_char(&text, *c);
        bool is_link = c[0] == ']' && c[1] == '(';
        bool is_placeholder = c[0] == '{' && c[1] >= '0' && c[1] <= '9';
        if (is_link || is_placeholder) {
            buf_add_char(&text, ' ');
        }
    }
    const char *result = arena_strndup(sarif->scratch, text.data, text.len);
    buf_release(&text);
    return result;
}

static void put(const struct sarif *sarif, const char *key, const char *value)
{
    if (!text_is_empty(value)) {
        json_put_text(sarif->json, key, value);
    }
}

static void put_message(const struct sarif *sarif, const char *key, const char *said)
{
    json_open_object(sarif->json, key);
    json_put_text(sarif->json, "text", said);
    json_close(sarif->json);
}

static void add_part(struct buf *text, const char *key, const char *value)
{
    if (!text_is_empty(value)) {
        buf_printf(text, "%s%s: %s", text->len == 0 ? "" : "; ", key, value);
    }
}

/* ---- Places ---- */

/* FNV-1a: a name for the alert, which nobody has to be kept from guessing. */
static uint64_t mix(uint64_t hash, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    }
    return (hash ^ UINT64_C(0xFF)) * UINT64_C(1099511628211);
}

static const char *fingerprint(const struct sarif *sarif, const struct finding *finding)
{
    uint64_t hash = mix(UINT64_C(14695981039346656037), finding->check->id);
    hash = mix(hash, sarif->target != NULL ? sarif->target : run_host(sarif->scratch, sarif->run));
    return arena_printf(sarif->scratch, "%016" PRIx64 ":1", hash);
}

/* The path as a URI: relative ones are of the repository. */
static const char *uri_of(const struct sarif *sarif, const char *path)
{
    struct buf uri;
    buf_init(&uri, LARGEST_BYTES);
    while (text_starts_with(path, "./")) {
        path += 2;
    }
    if (path[0] == '/') {
        buf_add(&uri, "file://");
    }
    for (const char *c = path; *c != '\0';) {
        size_t len = strcspn(c, "/");
        encode_percent(&uri, c, len);
        c += len;
        if (*c == '/') {
            buf_add_char(&uri, *c++);
        }
    }
    const char *result = arena_strndup(sarif->scratch, uri.data, uri.len);
    buf_release(&uri);
    return result;
}

/* Never without a file and a line, whatever is known of the check. */
static void put_location(const struct sarif *sarif, const struct finding *finding)
{
    const struct where *where = &finding->check->where;
    const char *path =
        text_is_empty(where->file)
            ? arena_printf(sarif->scratch, "%s.yaml",
                           text_token(sarif->scratch, pack_name_of(sarif->scratch, finding)))
            : where->file;
    json_open_array(sarif->json, "locations");
    json_open_object(sarif->json, NULL);
    json_open_object(sarif->json, "physicalLocation");
    json_open_object(sarif->json, "artifactLocation");
    json_put_text(sarif->json, "uri", uri_of(sarif, path));
    json_close(sarif->json);
    json_open_object(sarif->json, "region");
    json_put_int(sarif->json, "startLine", where->line == 0 ? 1 : (int64_t)where->line);
    json_close(sarif->json);
    json_close(sarif->json);
    json_close(sarif->json);
    json_close(sarif->json);
}

/* ---- Results ---- */

/* N_LEVELS: it is no result. */
static enum level level_of(const struct finding *finding)
{
    if (finding->verdict == VERDICT_WAIVED) {
        return LEVEL_NOTE;
    }
    if (!finding_is_problem(finding)) {
        return N_LEVELS;
    }
    bool is_fail = finding->verdict == VERDICT_FAIL;
    if (finding->gates) {
        return is_fail ? LEVEL_ERROR : LEVEL_WARNING;
    }
    return is_fail && finding->check->severity != SEVERITY_INFO ? LEVEL_WARNING : LEVEL_NOTE;
}

static const char *message_of(const struct sarif *sarif, const struct finding *finding)
{
    const struct cause *cause = run_cause_of(sarif->run, finding->check->id);
    const struct finding *origin = run_origin_of(sarif->run, finding);
    struct buf text;
    buf_init(&text, LARGEST_BYTES);
    if (sarif->target != NULL) {
        buf_printf(&text, "%s: ", sarif->target);
    }
    buf_add(&text, finding_message(sarif->scratch, finding));
    if (origin != NULL) {
        add_part(&text, "follows from", origin->check->id);
    } else if (finding_wants_action(finding)) {
        add_part(&text, "fix", run_fix_of(sarif->run, finding));
        add_part(&text, "owner", finding->check->owner);
    }
    if (cause != NULL) {
        add_part(&text, "cause", cause->id);
    }
    const char *said = plain(sarif, text.data);
    buf_release(&text);
    return said;
}

static void put_suppression(const struct sarif *sarif, const struct finding *finding)
{
    json_open_array(sarif->json, "suppressions");
    json_open_object(sarif->json, NULL);
    json_put_text(sarif->json, "kind", "external");
    json_put_text(sarif->json, "status", "accepted");
    put(sarif, "justification", plain(sarif, finding->because));
    json_close(sarif->json);
    json_close(sarif->json);
}

static void put_result(struct sarif *sarif, size_t i)
{
    const struct finding *finding = &sarif->run->findings[i];
    const struct cause *cause = run_cause_of(sarif->run, finding->check->id);
    struct json_writer *json = sarif->json;
    bool is_open = finding->verdict == VERDICT_UNKNOWN || finding->verdict == VERDICT_BLOCKED;
    const enum level level = level_of(finding);
    assert(level < N_LEVELS);
    json_open_object(json, NULL);
    json_put_text(json, "ruleId", finding->check->id);
    json_put_int(json, "ruleIndex", (int64_t)sarif->rule_of[i]);
    json_put_text(json, "kind", is_open ? "open" : "fail");
    json_put_text(json, "level", level_names[level]);
    put_message(sarif, "message", message_of(sarif, finding));
    put_location(sarif, finding);
    json_open_object(json, "partialFingerprints");
    json_put_text(json, "primaryLocationLineHash", fingerprint(sarif, finding));
    json_close(json);
    if (finding->verdict == VERDICT_WAIVED) {
        put_suppression(sarif, finding);
    }
    json_open_object(json, "properties");
    json_put_text(json, "verdict", verdict_name(finding->verdict));
    put(sarif, "reason", reason_name(finding->reason));
    json_put_bool(json, "gates", finding->gates);
    put(sarif, "link", finding->link);
    put(sarif, "cause", cause == NULL ? NULL : cause->id);
    json_close(json);
    json_close(json);
    sarif->n_results++;
}

/* What does not hold first: of more than the most, GitHub keeps the gravest too. */
static void put_results(struct sarif *sarif)
{
    json_open_array(sarif->json, "results");
    for (int level = LEVEL_ERROR; level < N_LEVELS; level++) {
        for (size_t i = 0; i < sarif->run->n_findings; i++) {
            if ((int)level_of(&sarif->run->findings[i]) != level) {
                continue;
            }
            if (sarif->rule_of[i] != SIZE_MAX && sarif->n_results < MOST_RESULTS) {
                put_result(sarif, i);
            } else {
                sarif->n_left_out++;
            }
        }
    }
    json_close(sarif->json);
}

/* ---- Rules ---- */

static void put_help(const struct sarif *sarif, const struct finding *finding)
{
    const struct check *check = finding->check;
    const struct pair parts[] = {
        {"Fix", check->fix}, {"Owner", check->owner}, {"Step of the guide", step_of(finding)}};
    struct buf text;
    struct buf markdown;
    buf_init(&text, LARGEST_BYTES);
    buf_init(&markdown, LARGEST_BYTES);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        add_part(&text, parts[i].key, parts[i].value);
        if (!text_is_empty(parts[i].value)) {
            buf_printf(&markdown, "**%s**: %s\n\n", parts[i].key,
                       markdown_text(sarif->scratch, parts[i].value));
        }
    }
    json_open_object(sarif->json, "help");
    json_put_text(sarif->json, "text", plain(sarif, text.data));
    json_put_text(sarif->json, "markdown", markdown.data);
    json_close(sarif->json);
    buf_release(&text);
    buf_release(&markdown);
}

static void put_rule_properties(const struct sarif *sarif, const struct finding *finding)
{
    const char *const tags[] = {"servicenow", pack_name_of(sarif->scratch, finding),
                                finding->check->kind_name, severity_name(finding->check->severity)};
    json_open_object(sarif->json, "properties");
    json_open_array(sarif->json, "tags");
    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        put(sarif, NULL, plain(sarif, tags[i]));
    }
    json_close(sarif->json);
    json_close(sarif->json);
}

static void put_rule(const struct sarif *sarif, const struct finding *finding)
{
    static const char *const levels[] = {[SEVERITY_REQUIRED] = "error",
                                         [SEVERITY_RECOMMENDED] = "warning",
                                         [SEVERITY_INFO] = "note"};
    const struct check *check = finding->check;
    const char *title = plain(sarif, title_of(finding));
    json_open_object(sarif->json, NULL);
    json_put_text(sarif->json, "id", check->id);
    put_message(sarif, "shortDescription", title);
    put_message(sarif, "fullDescription",
                plain(sarif, arena_printf(sarif->scratch, "%s (%s)", title, step_of(finding))));
    put_help(sarif, finding);
    json_open_object(sarif->json, "defaultConfiguration");
    json_put_text(sarif->json, "level", levels[check->severity]);
    json_close(sarif->json);
    put_rule_properties(sarif, finding);
    json_close(sarif->json);
}

/* In the order of the packs, the same from run to run; of too many those with results come first.
 */
static void put_rules(struct sarif *sarif)
{
    const struct run *run = sarif->run;
    bool has_all = run->n_findings <= MOST_RULES;
    size_t n_rules = 0;
    sarif->rule_of = arena_array(sarif->scratch, run->n_findings, sizeof *sarif->rule_of);
    memset(sarif->rule_of, 0xFF, run->n_findings * sizeof *sarif->rule_of);
    json_open_array(sarif->json, "rules");
    for (int level = has_all ? N_LEVELS : LEVEL_ERROR; level <= N_LEVELS; level++) {
        for (size_t i = 0; i < run->n_findings && n_rules < MOST_RULES; i++) {
            if (has_all || (int)level_of(&run->findings[i]) == level) {
                sarif->rule_of[i] = n_rules++;
                put_rule(sarif, &run->findings[i]);
            }
        }
    }
    json_close(sarif->json);
}

/* ---- The run ---- */

static void put_tool(struct sarif *sarif)
{
    json_open_object(sarif->json, "tool");
    json_open_object(sarif->json, "driver");
    json_put_text(sarif->json, "name", "glidepath");
    put(sarif, "version", sarif->run->tool_version);
    put_rules(sarif);
    json_close(sarif->json);
    json_close(sarif->json);
}

/* What uploads of one commit are told apart by: without it, that of a second instance would close
 * the alerts of the first. */
static void put_identity(const struct sarif *sarif)
{
    const struct run *run = sarif->run;
    struct strings names = {0};
    struct buf id;
    buf_init(&id, LARGEST_BYTES);
    buf_add(&id, "glidepath/");
    const char *host = run_host(sarif->scratch, run);
    encode_percent(&id, host, strlen(host));
    for (size_t i = 0; i < run->n_packs; i++) {
        strings_add(sarif->scratch, &names, run->packs[i]->name);
    }
    const char *packs = strings_join(sarif->scratch, &names, "+");
    buf_printf(&id, "/%s/", plain(sarif, packs));
    json_open_object(sarif->json, "automationDetails");
    json_put_text(sarif->json, "id", id.data);
    json_close(sarif->json);
    buf_release(&id);
}

static void put_notification(const struct sarif *sarif, const char *level, const char *said)
{
    json_open_object(sarif->json, NULL);
    json_put_text(sarif->json, "level", level);
    put_message(sarif, "message", plain(sarif, said));
    json_close(sarif->json);
}

/* The verdict, which a list of results alone does not tell: nothing wrong and nothing seen look the
 * same in it. */
static void put_invocation(const struct sarif *sarif)
{
    const struct run *run = sarif->run;
    const char *sentence = arena_printf(sarif->scratch, "%s: %s", status_headline(run->status),
                                        run_sentence(sarif->scratch, run));
    json_open_array(sarif->json, "invocations");
    json_open_object(sarif->json, NULL);
    json_put_text(sarif->json, "startTimeUtc", utc_format(sarif->scratch, run->started));
    json_put_int(sarif->json, "exitCode", run->exit_status);
    json_put_text(sarif->json, "exitCodeDescription", plain(sarif, sentence));
    json_put_bool(sarif->json, "executionSuccessful", !run_is_interrupted(run));
    json_open_array(sarif->json, "toolExecutionNotifications");
    put_notification(sarif, run_may_not_be_green(run) ? "error" : "note", sentence);
    if (run->n_sources > 0) {
        put_notification(sarif, "note", run_source_sentence(sarif->scratch, run));
    }
    if (sarif->n_left_out > 0) {
        put_notification(sarif, "warning",
                         arena_printf(sarif->scratch, "%s left out: code scanning shows %d",
                                      quantity(sarif->scratch, sarif->n_left_out, "result"),
                                      MOST_RESULTS));
    }
    for (size_t i = 0; i < run->n_waivers; i++) {
        if (waiver_wants_action(&run->waivers[i])) {
            put_notification(sarif, "warning",
                             arena_printf(sarif->scratch, "waiver: %s",
                                          waiver_text(sarif->scratch, &run->waivers[i])));
        }
    }
    json_close(sarif->json);
    json_close(sarif->json);
    json_close(sarif->json);
}

static bool write_document(struct sarif *sarif, FILE *out)
{
    return json_writer_finish(sarif->json, out, true);
}

static void open_document(struct sarif *sarif)
{
    json_put_text(sarif->json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_put_text(sarif->json, "version", "2.1.0");
    json_open_array(sarif->json, "runs");
    json_open_object(sarif->json, NULL);
}

static bool write_sarif(const struct run *run, const struct report_options *options, FILE *out)
{
    (void)options;
    struct sarif sarif = {.json = json_writer_new(), .run = run, .scratch = arena_new()};
    open_document(&sarif);
    put_tool(&sarif);
    put_identity(&sarif);
    json_put_text(sarif.json, "columnKind", "unicodeCodePoints");
    put_results(&sarif);
    put_invocation(&sarif);
    bool is_written = write_document(&sarif, out);
    json_writer_free(sarif.json);
    arena_free(sarif.scratch);
    return is_written;
}

/* ---- Several targets: one run with the results of all ----
 *
 * GitHub takes 20 runs in a file and tells uploads apart by the category of each: with a run for
 * each target a fleet of 21 would be refused. */

/* The index of the rule, or SIZE_MAX. Targets have the same few packs, so there are few. */
static size_t rule_index(const struct sarif *sarif, const char *id)
{
    for (size_t i = 0; i < sarif->rules->n_items; i++) {
        if (text_equal(sarif->rules->items[i], id)) {
            return i;
        }
    }
    return SIZE_MAX;
}

static void put_new_rules(struct sarif *sarif, struct arena *arena)
{
    for (size_t i = 0; i < sarif->run->n_findings; i++) {
        const struct finding *finding = &sarif->run->findings[i];
        if (sarif->rules->n_items < MOST_RULES &&
            rule_index(sarif, finding->check->id) == SIZE_MAX) {
            strings_add(arena, sarif->rules, arena_strdup(arena, finding->check->id));
            put_rule(sarif, finding);
        }
    }
}

static void put_results_of_target(struct sarif *sarif)
{
    const struct run *run = sarif->run;
    sarif->rule_of = arena_array(sarif->scratch, run->n_findings, sizeof *sarif->rule_of);
    for (size_t i = 0; i < run->n_findings; i++) {
        if (level_of(&run->findings[i]) == N_LEVELS) {
            continue;
        }
        sarif->rule_of[i] = rule_index(sarif, run->findings[i].check->id);
        if (sarif->rule_of[i] != SIZE_MAX && sarif->n_results < MOST_RESULTS) {
            put_result(sarif, i);
        } else {
            sarif->n_left_out++;
        }
    }
}

/* Rules come before results in the document, so every run is read twice. */
static bool for_each_target(struct sarif *sarif, const struct run_set *set, struct arena *rules)
{
    bool all_read = true;
    for (size_t i = 0; i < set->n_items; i++) {
        sarif->scratch = arena_new();
        sarif->run = run_set_read(set, i, sarif->scratch);
        sarif->target = set->items[i].label;
        if (sarif->run == NULL) {
            all_read = false;
        } else if (rules != NULL) {
            put_new_rules(sarif, rules);
        } else {
            put_results_of_target(sarif);
        }
        arena_free(sarif->scratch);
    }
    return all_read;
}

static void put_set_end(struct sarif *sarif, const struct run_set *set)
{
    struct arena *scratch = sarif->scratch;
    const char *sentence = arena_printf(scratch, "%s: %s", status_headline(set->status),
                                        run_set_sentence(scratch, set));
    json_open_array(sarif->json, "invocations");
    json_open_object(sarif->json, NULL);
    json_put_int(sarif->json, "exitCode", set->exit_status);
    json_put_text(sarif->json, "exitCodeDescription", plain(sarif, sentence));
    json_put_bool(sarif->json, "executionSuccessful", !run_set_is_interrupted(set));
    json_open_array(sarif->json, "toolExecutionNotifications");
    put_notification(sarif, set->exit_status == 0 ? "note" : "error", sentence);
    if (sarif->n_left_out > 0) {
        put_notification(sarif, "warning",
                         arena_printf(scratch, "%s left out: code scanning shows %d",
                                      quantity(scratch, sarif->n_left_out, "result"),
                                      MOST_RESULTS));
    }
    json_close(sarif->json);
    json_close(sarif->json);
    json_close(sarif->json);
}

static void put_set_tool(struct sarif *sarif, const struct run_set *set)
{
    json_open_object(sarif->json, "tool");
    json_open_object(sarif->json, "driver");
    json_put_text(sarif->json, "name", "glidepath");
    json_put_text(sarif->json, "version", set->tool_version);
}

/* Shares of a fleet are uploaded one by one. */
static void put_set_identity(struct sarif *sarif, const struct run_set *set, struct arena *arena)
{
    json_open_object(sarif->json, "automationDetails");
    json_put_text(sarif->json, "id",
                  set->shard.n == 0 ? "glidepath/several/"
                                    : arena_printf(arena, "glidepath/several-%zu-of-%zu/",
                                                   set->shard.k, set->shard.n));
    json_close(sarif->json);
}

static bool write_sarif_set(const struct run_set *set, const struct report_options *options,
                            FILE *out)
{
    (void)options;
    struct arena *arena = arena_new();
    struct strings rules = {0};
    struct sarif sarif = {.json = json_writer_new(), .rules = &rules};
    open_document(&sarif);
    put_set_tool(&sarif, set);
    json_open_array(sarif.json, "rules");
    bool all_read = for_each_target(&sarif, set, arena);
    json_close(sarif.json);
    json_close(sarif.json);
    json_close(sarif.json);
    put_set_identity(&sarif, set, arena);
    json_put_text(sarif.json, "columnKind", "unicodeCodePoints");
    json_open_array(sarif.json, "results");
    all_read = for_each_target(&sarif, set, NULL) && all_read;
    json_close(sarif.json);
    sarif.scratch = arena;
    put_set_end(&sarif, set);
    bool is_written = write_document(&sarif, out) && all_read;
    json_writer_free(sarif.json);
    arena_free(arena);
    return is_written;
}

const struct report_format report_format_sarif = {
    .name = "sarif",
    .default_path = "report.sarif",
    .summary = "SARIF 2.1.0 for code scanning on GitHub: alerts at the lines of the pack",
    .write = write_sarif,
    .write_set = write_sarif_set,
};
