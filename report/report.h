/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports: every format is one file exporting one `struct report_format`, and all of them are
 * written from the same run.
 *
 * Text from packs, users and instances passes run_clean() once, on entry; formats may then assume
 * valid UTF-8 without control characters and without secrets, and only escape their own markup.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attributes.h"
#include "model/run.h"

struct arena;
struct redactor;
struct run_set;
struct token_book;

struct report_options {
    bool is_terminal; /* the stream is a terminal: colour and wide glyphs may be used */
    bool color;
    bool ascii;   /* the locale cannot show UTF-8 */
    int columns;  /* width of the terminal; 80 when unknown */
    bool quiet;   /* only what is not a pass */
    bool verbose; /* evidence and every exchange */
    bool junit_extended;
    bool junit_advice_fails;
    bool anonymous; /* `written` holds the names of the files alone, without their folders */
    struct strings written; /* names of the files written by this run, for the last line */
};

struct report_format {
    const char *name;         /* "terminal", "json" … */
    const char *default_path; /* "report.json"; NULL: standard output */
    const char *summary;
    /* Writes the whole report to `out`. False when the stream or the writer failed. */
    bool (*write)(const struct run *run, const struct report_options *options, FILE *out);
    /* The same of several targets: one report about all of them. */
    bool (*write_set)(const struct run_set *set, const struct report_options *options, FILE *out);
    /* For a format of which a part belongs into a file that the environment names in
     * `aside_variable`: writes at most `limit` bytes, behind what others have put there. Else NULL.
     */
    const char *aside_variable;
    size_t aside_limit; /* bytes that file may have at most */
    bool (*write_aside)(const struct run *run, size_t limit, FILE *out);
    bool (*write_aside_set)(const struct run_set *set, size_t limit, FILE *out);
};

extern const struct report_format report_format_github;
extern const struct report_format report_format_html;
extern const struct report_format report_format_json;
extern const struct report_format report_format_junit;
extern const struct report_format report_format_markdown;
extern const struct report_format report_format_sarif;
extern const struct report_format report_format_tap;
extern const struct report_format report_format_terminal;

/* All formats, sorted by name; and the one called `name`, or NULL. */
const struct report_format *const *report_formats(size_t *ret_n);
const struct report_format *report_format_find(const char *name);

/* A copy of `run` (in `arena`) in which every text is sanitised and redacted. */
struct run *run_clean(struct arena *arena, const struct run *run, const struct redactor *redactor);

/* What names somebody, besides what the run itself tells of it. */
struct personal_names {
    struct strings users; /* user names */
    struct strings clients;
};

/*
 * The same, and tokens ("user-1", "host-1") in the place of user names, e-mail addresses, IP
 * addresses, hosts, client ids and the values that somebody gave to parameters. Equal inputs have
 * equal tokens in all that is cleaned with one book (report/anonymise.h), so that all formats agree
 * and so do all targets.
 */
struct run *run_clean_anonymous(struct arena *arena, const struct run *run,
                                const struct redactor *redactor, const struct personal_names *names,
                                struct token_book *book);

/* The verdict in one sentence, the same in every format: "2 failed, 1 unknown, 13 passed; 2 write
 * checks not run". */
char *run_sentence(struct arena *arena, const struct run *run);

/* "Judged from a recording of 2026-11-20T10:00:00Z, 3 h old"; NULL where the instance was asked. */
char *run_source_sentence(struct arena *arena, const struct run *run);

/* Where a finding comes from, and how old that is: "recording, 3 h old"; "" where nothing was read.
 */
char *finding_source_text(struct arena *arena, const struct finding *finding);
