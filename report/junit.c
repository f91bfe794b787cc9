/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit XML for CI servers: one suite a pack (of each target), one case a check.
 *
 * A file has a failure or an error exactly when the run does not end as ready. "Could not tell" is
 * an error, never a skipped case: Jenkins and GitLab treat skipped as harmless. By default only
 * what the strictest reading of the format allows is written (no attributes on the root, nothing
 * but one result inside a case); names hold nothing that changes from run to run, because GitLab
 * and Jenkins recognise a case by them. Some readers show only `message`, others only the text, so
 * each says enough by itself.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/strings.h"
#include "base/text.h"
#include "base/xml.h"
#include "model/names.h"
#include "report/report.h"
#include "report/set.h"
#include "report/summary.h"

enum { LARGEST_TEXT_BYTES = 64 * 1024 * 1024 };

enum case_state { CASE_PASSED, CASE_FAILURE, CASE_ERROR, CASE_SKIPPED, N_CASE_STATES };

struct junit {
    struct xml_writer *xml;
    const struct run *run;
    const struct brief *brief; /* of the run among those of several targets; NULL alone */
    const struct report_options *options;
    struct arena *scratch;
    int n_suites;         /* begun so far: the id of the next */
    bool has_told_causes; /* of this run */
    bool failed;          /* a text did not fit */
};

static enum case_state state_of(const struct junit *junit, const struct finding *finding)
{
    if (finding->verdict == VERDICT_WAIVED || finding->verdict == VERDICT_NOT_APPLICABLE) {
        return CASE_SKIPPED;
    }
    if (!finding_is_problem(finding)) {
        return CASE_PASSED;
    }
    if (!finding->gates) {
        return junit->options->junit_advice_fails ? CASE_FAILURE : CASE_PASSED;
    }
    return finding->verdict == VERDICT_FAIL ? CASE_FAILURE : CASE_ERROR;
}

static const char *without_dots(struct arena *arena, const char *text)
{
    char *name = arena_strdup(arena, text);
    for (char *c = name; *c != '\0'; c++) {
        *c = *c == '.' ? '-' : *c;
    }
    return name;
}

/* "acme.service-now.com", and "acme.service-now.com (2)" where its packs are checked twice. */
static const char *target_name(const struct junit *junit)
{
    const struct brief *brief = junit->brief;
    return brief->nth == 1 ? brief->host
                           : arena_printf(junit->scratch, "%s (%zu)", brief->host, brief->nth);
}

/* Readers group by the dots of the class name, so there are exactly those we mean: the pack, and
 * before it the target where there are several. */
static const char *class_of(const struct junit *junit, const char *pack)
{
    struct arena *arena = junit->scratch;
    const char *name = without_dots(arena, pack);
    if (junit->brief != NULL) {
        name = arena_printf(arena, "%s.%s", without_dots(arena, target_name(junit)), name);
    }
    return text_token(arena, arena_printf(arena, "glidepath.%s", name));
}

static const char *suite_name(const struct junit *junit, const char *name)
{
    return junit->brief == NULL ? name
                                : arena_printf(junit->scratch, "%s: %s", target_name(junit), name);
}

static void add_line(struct buf *text, const char *key, const char *value)
{
    if (!text_is_empty(value)) {
        buf_printf(text, "%-8s %s\n", key, value);
    }
}

static void add_cause(const struct junit *junit, const struct finding *finding, struct buf *text)
{
    const struct cause *cause = run_cause_of(junit->run, finding->check->id);
    if (cause != NULL) {
        add_line(text, "cause",
                 arena_printf(junit->scratch, "%s (%s): %s", cause->id,
                              confidence_name(cause->confidence), text_or_empty(cause->says)));
    }
}

/*
 * The text of a failure or error. The last line looks like a frame of a Java stack: dorny's test
 * reporter takes file and line from it for an annotation (EnricoMi's reads the attributes of the
 * extended form).
 */
static void write_details(struct junit *junit, const struct finding *finding)
{
    const struct check *check = finding->check;
    struct buf text;
    buf_init(&text, LARGEST_TEXT_BYTES);
    add_line(&text, "seen", finding->seen);
    add_line(&text, "wanted", finding->wanted);
    add_line(&text, "because", finding->because);
    const struct finding *origin = run_origin_of(junit->run, finding);
    if (origin != NULL) {
        add_line(&text, "follows", origin->check->id);
    } else if (finding_wants_action(finding)) {
        add_line(&text, "owner", check->owner);
        add_line(&text, "fix", run_fix_of(junit->run, finding));
        add_line(&text, "link", finding->link);
    }
    add_line(&text, "blocked", finding->blocked_by);
    add_cause(junit, finding, &text);
    if (check->where.file != NULL && check->where.line > 0) {
        buf_printf(&text, "   at %s.%s(%s:%zu)\n",
                   class_of(junit, pack_name_of(junit->scratch, finding)), check->name,
                   check->where.file, check->where.line);
    }
    xml_text(junit->xml, text.data);
    junit->failed = junit->failed || !buf_ok(&text);
    buf_release(&text);
}

static void write_problem(struct junit *junit, const char *element, const struct finding *finding)
{
    xml_open(junit->xml, element);
    xml_attribute(junit->xml, "message", finding_message(junit->scratch, finding));
    xml_attribute(junit->xml, "type", finding_type(junit->scratch, finding));
    write_details(junit, finding);
    xml_close(junit->xml);
}

static void write_skipped(const struct junit *junit, const struct finding *finding)
{
    xml_open(junit->xml, "skipped");
    const char *why = text_is_empty(finding->because) ? finding->seen : finding->because;
    const char *what = finding_outcome(junit->scratch, finding);
    bool says_it_itself =
        finding->verdict == VERDICT_WAIVED && !text_is_empty(why) && text_starts_with(why, what);
    const char *message = text_is_empty(why) ? what
                          : says_it_itself   ? why
                                             : arena_printf(junit->scratch, "%s: %s", what, why);
    xml_attribute(junit->xml, "message", text_token(junit->scratch, message));
    xml_close(junit->xml);
}

static void write_property(const struct junit *junit, const char *name, const char *value)
{
    if (text_is_empty(value)) {
        return;
    }
    xml_open(junit->xml, "property");
    xml_attribute(junit->xml, "name", name);
    xml_attribute(junit->xml, "value", value);
    xml_close(junit->xml);
}

/* What the strict form has no room for. */
static void write_case_properties(const struct junit *junit, const struct finding *finding)
{
    const struct check *check = finding->check;
    xml_open(junit->xml, "properties");
    write_property(junit, "verdict", verdict_name(finding->verdict));
    write_property(junit, "reason", reason_name(finding->reason));
    write_property(junit, "severity", severity_name(check->severity));
    write_property(junit, "gates", finding->gates ? "true" : "false");
    write_property(junit, "kind", check->kind_name);
    write_property(junit, "step", check->step);
    write_property(junit, "owner", check->owner);
    write_property(junit, "seen", finding->seen);
    write_property(junit, "covers", strings_join(junit->scratch, &check->covers, ", "));
    write_property(junit, "source", finding->source);
    write_property(junit, "taken",
                   finding->taken == 0 ? NULL : utc_format(junit->scratch, finding->taken));
    xml_close(junit->xml);
}

static void write_place(const struct junit *junit, const struct where *where)
{
    if (where->file != NULL && where->line > 0) {
        xml_attribute(junit->xml, "file", where->file);
        xml_attribute_int(junit->xml, "line", (long)where->line);
    }
}

static void write_case(struct junit *junit, const struct finding *finding)
{
    const struct check *check = finding->check;
    const char *pack = pack_name_of(junit->scratch, finding);
    const char *name = arena_printf(junit->scratch, "%s: %s", check->id, title_of(finding));
    xml_open(junit->xml, "testcase");
    xml_attribute(junit->xml, "name", text_token(junit->scratch, name));
    xml_attribute(junit->xml, "classname", class_of(junit, pack));
    xml_attribute(junit->xml, "time", "0");
    if (junit->options->junit_extended) {
        write_place(junit, &check->where);
        write_case_properties(junit, finding);
    }
    switch (state_of(junit, finding)) {
    case CASE_FAILURE:
        write_problem(junit, "failure", finding);
        break;
    case CASE_ERROR:
        write_problem(junit, "error", finding);
        break;
    case CASE_SKIPPED:
        write_skipped(junit, finding);
        break;
    case CASE_PASSED:
    case N_CASE_STATES:
        break;
    }
    xml_close(junit->xml);
}

struct case_counts {
    size_t of[N_CASE_STATES];
    size_t total;
};

static void begin_suite(struct junit *junit, const char *name, const struct case_counts *counts)
{
    struct xml_writer *xml = junit->xml;
    const char *host = run_host(junit->scratch, junit->run);
    const char *host_token = text_token(junit->scratch, host);
    const char *name_token = text_token(junit->scratch, suite_name(junit, name));
    const char *started = utc_format(junit->scratch, junit->run->started);
    xml_open(xml, "testsuite");
    xml_attribute(xml, "name", text_is_empty(name_token) ? "unnamed" : name_token);
    xml_attribute(xml, "package", "glidepath");
    xml_attribute_int(xml, "id", junit->n_suites++);
    xml_attribute(xml, "hostname", text_is_empty(host_token) ? "localhost" : host_token);
    /* The format wants the time without its zone; it is UTC. */
    xml_attribute(xml, "timestamp", arena_printf(junit->scratch, "%.19s", started));
    xml_attribute_int(xml, "tests", (long)counts->total);
    xml_attribute_int(xml, "failures", (long)counts->of[CASE_FAILURE]);
    xml_attribute_int(xml, "errors", (long)counts->of[CASE_ERROR]);
    xml_attribute_int(xml, "skipped", (long)counts->of[CASE_SKIPPED]);
    xml_attribute(xml, "time", "0");
}

static void end_suite(const struct junit *junit, const char *told)
{
    xml_element(junit->xml, "system-out", told);
    xml_element(junit->xml, "system-err", "");
    xml_close(junit->xml);
}

static void write_suite_properties(const struct junit *junit, const char *pack_name)
{
    const struct run *run = junit->run;
    xml_open(junit->xml, "properties");
    write_property(junit, "glidepath.version", run->tool_version);
    write_property(junit, "glidepath.status", status_name(run->status));
    write_property(junit, "instance.url", run->instance_url);
    write_property(junit, "instance.release", run->release_family);
    write_property(junit, "instance.build", run->release_build);
    write_property(junit, "recording", run_source_sentence(junit->scratch, run));
    for (size_t i = 0; i < run->n_packs; i++) {
        if (text_equal(run->packs[i]->name, pack_name)) {
            write_property(junit, "pack.version", run->packs[i]->version);
        }
    }
    xml_close(junit->xml);
}

/* What no case says: problems that do not gate. */
static void tell_harmless(const struct junit *junit, const struct finding *finding,
                          struct buf *told)
{
    if (finding->gates || !finding_is_problem(finding)) {
        return;
    }
    buf_printf(told, "does not gate (%s): %s: %s\n", severity_name(finding->check->severity),
               finding->check->id, finding_message(junit->scratch, finding));
}

static void tell_causes(const struct run *run, struct buf *told)
{
    for (size_t i = 0; i < run->n_causes; i++) {
        const struct cause *cause = &run->causes[i];
        buf_printf(told, "cause: %s (%s): %s\n", cause->id, confidence_name(cause->confidence),
                   text_or_empty(cause->says));
    }
    for (size_t i = 0; i < run->n_advice; i++) {
        const struct cause *advice = &run->advice[i];
        buf_printf(told, "advice: %s: %s\n", advice->id, text_or_empty(advice->says));
    }
}

/* What no case says: a waiver that ends, has ended or waives nothing makes no case red. */
static void tell_waivers(const struct junit *junit, struct buf *told)
{
    for (size_t i = 0; i < junit->run->n_waivers; i++) {
        const struct waiver_told *waiver = &junit->run->waivers[i];
        if (waiver_wants_action(waiver)) {
            buf_printf(told, "waiver (%s): %s\n", waiver_state_name(waiver->state),
                       waiver_text(junit->scratch, waiver));
        }
    }
}

static bool is_in_suite(const struct junit *junit, const struct finding *finding, const char *name)
{
    return text_equal(pack_name_of(junit->scratch, finding), name);
}

static void write_suite(struct junit *junit, const char *name)
{
    const struct run *run = junit->run;
    struct case_counts counts = {0};
    struct buf told;
    buf_init(&told, LARGEST_TEXT_BYTES);
    if (!junit->has_told_causes) {
        junit->has_told_causes = true;
        tell_causes(run, &told);
        tell_waivers(junit, &told);
    }
    for (size_t i = 0; i < run->n_findings; i++) {
        if (is_in_suite(junit, &run->findings[i], name)) {
            counts.of[state_of(junit, &run->findings[i])]++;
            counts.total++;
            tell_harmless(junit, &run->findings[i], &told);
        }
    }
    begin_suite(junit, name, &counts);
    write_suite_properties(junit, name);
    for (size_t i = 0; i < run->n_findings; i++) {
        if (is_in_suite(junit, &run->findings[i], name)) {
            write_case(junit, &run->findings[i]);
        }
    }
    end_suite(junit, told.data);
    junit->failed = junit->failed || !buf_ok(&told);
    buf_release(&told);
}

/* A suite of one error, for what no case says: "Not ready: nothing required passed. exit 3". */
static void write_error_suite(struct junit *junit, enum status status, const char *sentence,
                              int exit_status)
{
    const struct case_counts one_error = {.of = {[CASE_ERROR] = 1}, .total = 1};
    begin_suite(junit, "run", &one_error);
    xml_element(junit->xml, "properties", NULL);
    xml_open(junit->xml, "testcase");
    xml_attribute(junit->xml, "name", "run");
    xml_attribute(junit->xml, "classname",
                  junit->brief == NULL ? "glidepath" : class_of(junit, "run"));
    xml_attribute(junit->xml, "time", "0");
    xml_open(junit->xml, "error");
    xml_attribute(junit->xml, "message",
                  arena_printf(junit->scratch, "%s: %s", status_headline(status), sentence));
    xml_attribute(junit->xml, "type", "inconclusive");
    xml_printf(junit->xml, "%s. exit %d\n", sentence, exit_status);
    xml_close(junit->xml);
    xml_close(junit->xml);
    end_suite(junit, "");
}

/* The case for a run that is not ready although no check says so: nothing required passed. */
static void write_run_suite(struct junit *junit)
{
    const struct run *run = junit->run;
    write_error_suite(junit, run->status, run_sentence(junit->scratch, run), run->exit_status);
}

/* The packs of the run, and whatever pack a finding names besides: no finding may vanish. */
static struct strings suite_names(const struct junit *junit)
{
    struct strings names = {0};
    for (size_t i = 0; i < junit->run->n_packs; i++) {
        strings_add_unique(junit->scratch, &names, junit->run->packs[i]->name);
    }
    for (size_t i = 0; i < junit->run->n_findings; i++) {
        strings_add_unique(junit->scratch, &names,
                           pack_name_of(junit->scratch, &junit->run->findings[i]));
    }
    return names;
}

static void write_run(struct junit *junit)
{
    const struct strings names = suite_names(junit);
    for (size_t i = 0; i < names.n_items; i++) {
        write_suite(junit, names.items[i]);
    }
    if (run_may_not_be_green(junit->run) && !run_is_carried(junit->run)) {
        write_run_suite(junit);
    }
}

static bool write_junit(const struct run *run, const struct report_options *options, FILE *out)
{
    struct junit junit = {
        .xml = xml_writer_new(XML_FORM_XML, out),
        .run = run,
        .options = options,
        .scratch = arena_new(),
    };
    xml_open(junit.xml, "testsuites");
    write_run(&junit);
    bool is_written = xml_writer_finish(junit.xml) && !junit.failed;
    arena_free(junit.scratch);
    xml_writer_free(junit.xml);
    return is_written;
}

static void write_target(struct junit *junit, const struct run_set *set, size_t i)
{
    junit->scratch = arena_new();
    junit->brief = &set->items[i];
    junit->has_told_causes = false;
    junit->run = run_set_read(set, i, junit->scratch);
    junit->failed = junit->failed || junit->run == NULL;
    if (junit->run != NULL) {
        write_run(junit);
    }
    arena_free(junit->scratch);
}

/* What no target's suite says. */
static void write_set_suite(struct junit *junit, const struct run_set *set)
{
    junit->scratch = arena_new();
    junit->brief = NULL;
    junit->run = arena_allocate(junit->scratch, sizeof *junit->run);
    write_error_suite(junit, set->status, run_set_sentence(junit->scratch, set), set->exit_status);
    arena_free(junit->scratch);
}

static bool write_junit_set(const struct run_set *set, const struct report_options *options,
                            FILE *out)
{
    struct junit junit = {.xml = xml_writer_new(XML_FORM_XML, out), .options = options};
    xml_open(junit.xml, "testsuites");
    for (size_t i = 0; i < set->n_items; i++) {
        write_target(&junit, set, i);
    }
    if (run_set_needs_a_case(set)) {
        write_set_suite(&junit, set);
    }
    bool is_written = xml_writer_finish(junit.xml) && !junit.failed;
    xml_writer_free(junit.xml);
    return is_written;
}

const struct report_format report_format_junit = {
    .name = "junit",
    .default_path = "junit.xml",
    .summary = "JUnit XML for CI servers; agrees with the exit status",
    .write = write_junit,
    .write_set = write_junit_set,
};
