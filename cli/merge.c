/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath report merge: JSON reports of several runs as one, in any format.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/sinks.h"
#include "report/anonymise.h"
#include "report/read.h"
#include "report/report.h"
#include "report/set.h"
#include "report/summary.h"

enum { LARGEST_FILE_BYTES = 1024 * 1024 * 1024 };

struct merge {
    struct diag *diag;
    struct run_set *set;
    const char *file;        /* that is being read */
    size_t nth;              /* of the files; 0 for one alone */
    size_t n_anonymous;      /* files with tokens for hosts */
    size_t nth_of_anonymous; /* the last of them */
};

static bool refuse(const struct merge *merge, const char *why)
{
    return diag_error(merge->diag, (struct where){.file = merge->file}, "%s", why);
}

/* Each run numbers the hosts of its own targets: host-1 of two files may be two instances. */
static void note_tokens(struct merge *merge, const char *host)
{
    if (merge->nth == 0 || !is_token_of_host(host)) {
        return;
    }
    run_set_note_file(merge->set, merge->nth);
    merge->n_anonymous += merge->nth_of_anonymous == merge->nth ? 0 : 1;
    merge->nth_of_anonymous = merge->nth;
}

/* What a report says is for people to see: it may come from anywhere. */
static bool add_report(struct merge *merge, struct arena *scratch, const struct json *document)
{
    struct run run;
    const char *fault = NULL;
    if (!run_read(scratch, document, &run, &fault)) {
        return refuse(merge, fault);
    }
    if (!run_set_add(merge->set, run_clean(scratch, &run, NULL), merge->set->n_items)) {
        return refuse(merge, "a temporary file could not be written");
    }
    note_tokens(merge, run_host(scratch, &run));
    return true;
}

static bool note_shard(const struct merge *merge, const struct json *document)
{
    struct shard shard = {0};
    const char *text = json_get_text(json_get(document, "summary"), "shard");
    if (text == NULL) {
        return true;
    }
    if (!shard_parse(text, &shard)) {
        return refuse(merge, "'shard' is not K/N");
    }
    run_set_note_shard(merge->set, &shard);
    return true;
}

/* A set that was incomplete stays so. */
static bool refuse_missing(const struct merge *merge, const struct json *document)
{
    const char *missing = json_get_text(json_get(document, "summary"), "missing");
    return missing == NULL ||
           refuse(merge, "it was merged without all of its shares: merge these anew");
}

static bool add_set(struct merge *merge, struct arena *scratch, const struct json *document)
{
    const struct json *reports = json_get(document, "reports");
    bool is_fine = note_shard(merge, document) && refuse_missing(merge, document);
    if (reports == NULL || reports->kind != JSON_KIND_ARRAY) {
        return refuse(merge, "no 'reports' where they belong");
    }
    for (size_t i = 0; i < reports->n_values && is_fine; i++) {
        is_fine = add_report(merge, scratch, reports->values[i]);
    }
    return is_fine;
}

static bool add_file(struct merge *merge, const char *file)
{
    struct arena *scratch = arena_new();
    const char *fault = NULL;
    size_t len = 0;
    merge->file = file;
    const char *text = file_read(scratch, file, LARGEST_FILE_BYTES, &len, &fault);
    const struct json *document = text == NULL ? NULL : json_parse(scratch, text, len, &fault);
    const char *schema = json_get_text(document, "schema");
    bool is_fine = false;
    if (text == NULL) {
        refuse(merge, fault);
    } else if (document == NULL) {
        refuse(merge, arena_printf(scratch, "no JSON: %s", fault));
    } else if (text_equal(schema, "glidepath-reports/1")) {
        is_fine = add_set(merge, scratch, document);
    } else if (text_equal(schema, "glidepath-report/1")) {
        is_fine = add_report(merge, scratch, document);
    } else {
        refuse(merge, "neither glidepath-report/1 nor glidepath-reports/1: merge takes what "
                      "--report json writes");
    }
    arena_free(scratch);
    return is_fine;
}

/* Counted twice, most likely by mistake; two flights of one target are no mistake, though. */
static void tell_doubles(const struct run_set *set)
{
    size_t n = 0;
    for (size_t i = 0; i < set->n_items; i++) {
        n += set->items[i].nth > 1 ? 1 : 0;
    }
    const struct brief *first = run_set_double(set);
    if (first != NULL) {
        fprintf(stderr,
                "glidepath: warning: %zu of the reports %s about an instance and packs that "
                "another is about, the first of them %s\n",
                n, n == 1 ? "is" : "are", first->label);
    }
}

static void tell_tokens(const struct merge *merge)
{
    if (merge->n_anonymous > 1) {
        fprintf(stderr,
                "glidepath: warning: %zu of the files have tokens in the place of hosts, each its "
                "own: 'host-1 of file 1' and 'host-1 of file 2' may be two instances or one\n",
                merge->n_anonymous);
    }
}

static int write_reports(struct arena *arena, const struct options *options,
                         const struct sinks *sinks, struct run_set *set)
{
    const struct report_options told = {.columns = 80,
                                        .quiet = options->quiet,
                                        .verbose = options->verbose,
                                        .junit_extended = options->junit_extended,
                                        .junit_advice_fails = options->junit_advice_fails};
    run_set_finish(set, 0);
    tell_doubles(set);
    return sinks_write_set(arena, sinks, set, &told) ? set->exit_status : EXIT_INTERNAL;
}

static int merge(struct arena *arena, struct diag *diag, const struct options *options,
                 const struct strings *files)
{
    const char *fault = NULL;
    struct sinks sinks = {0};
    bool is_fine = sinks_read(arena, diag, &options->reports, &sinks);
    struct merge merge = {.diag = diag, .set = run_set_new(GLIDEPATH_VERSION, &fault)};
    if (merge.set == NULL) {
        fprintf(stderr, "glidepath: error: no temporary file: %s\n", fault);
        return EXIT_INTERNAL;
    }
    for (size_t i = 0; i < files->n_items; i++) {
        merge.nth = files->n_items == 1 ? 0 : i + 1;
        is_fine = add_file(&merge, files->items[i]) && is_fine;
    }
    tell_tokens(&merge);
    int status = is_fine ? write_reports(arena, options, &sinks, merge.set) : EXIT_USAGE;
    run_set_free(merge.set);
    return status;
}

static int report_run(struct arena *arena, struct diag *diag, const struct options *options)
{
    struct strings files = options->operands;
    if (files.n_items == 0 || !text_equal(files.items[0], "merge")) {
        diag_error(diag, (struct where){0}, "report takes merge, and then FILE...%s%s%s",
                   files.n_items == 0 ? "" : "; not '", files.n_items == 0 ? "" : files.items[0],
                   files.n_items == 0 ? "" : "'");
        return EXIT_USAGE;
    }
    files.items++;
    files.n_items--;
    if (files.n_items == 0) {
        diag_error(diag, (struct where){0}, "report merge needs the reports: FILE...");
        return EXIT_USAGE;
    }
    return merge(arena, diag, options, &files);
}

static void report_help(struct arena *arena, struct diag *diag, const struct options *options)
{
    (void)arena;
    (void)diag;
    (void)options;
    fputs("\n"
          "FILE is what --report json wrote, about one target or several. Reports of check\n"
          "--shard K/N say which share they are: when one of the N is not among the files,\n"
          "the merged report says so and is inconclusive.\n",
          stdout);
}

const struct command command_report = {
    .name = "report",
    .usage = "merge FILE... [OPTION]...",
    .summary = "put the JSON reports of several runs together, in any format",
    .set = FOR_REPORT,
    .explain = report_help,
    .run = report_run,
};
