/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line, read by one table: it parses, rejects, and prints the help.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "base/strings.h"

struct arena;

/* Older than any recording: no answer is stale then. */
enum { LONGEST_AGE_H = 1000000 };

/* Which commands take an option: a set of these. */
enum command_set {
    FOR_CHECK = 1 << 0,
    FOR_DEMO = 1 << 1,
    FOR_SIM = 1 << 2,
    FOR_PACK = 1 << 3,
    FOR_DIAGNOSE = 1 << 4,
    FOR_EXPLAIN = 1 << 5,
    FOR_REPORT = 1 << 6,
    FOR_DIFF = 1 << 7,
    FOR_FLIGHTS = FOR_CHECK | FOR_DEMO | FOR_DIAGNOSE,
    FOR_REPORTS = FOR_FLIGHTS | FOR_REPORT, /* what writes reports */
};

/* What may stand behind an option or a command, as far as the program can say. */
enum option_values {
    VALUES_FREE,    /* the user's own */
    VALUES_CHOICES, /* one of the words of the argument, "pass|failure" */
    VALUES_FILE,
    VALUES_FORMAT, /* of a report, FORMAT[=PATH] */
    VALUES_PACK,   /* or a file */
    VALUES_WORLD,  /* or a file */
    VALUES_FAULT,  /* of the world that is chosen */
    VALUES_HOST,   /* HOST=WORLD */
    VALUES_KIND,   /* of a credential */
    VALUES_CREDENTIAL,
};

/* What an option is to somebody who reads about it. */
struct option_help {
    const char *name;     /* without the dashes */
    const char *argument; /* NULL: takes none */
    const char *text;
    unsigned commands; /* a set of enum command_set */
    enum option_values values;
};

struct options {
    struct strings operands; /* what is no option */
    bool wants_help;

    struct strings packs;
    const char *instance;
    struct strings set;     /* [PACK.]NAME=VALUE */
    struct strings reports; /* FORMAT or FORMAT=PATH */
    bool junit_extended;
    bool junit_advice_fails;
    bool anonymise;
    bool plan;
    bool compares;        /* two recordings: for diff */
    const char *baseline; /* the recording of the last good run */
    const char *record;   /* where to write what the run saw */
    struct strings from;  /* recordings and exports, in the place of an instance */
    bool whole_exports;   /* the user's word that exports were taken without a filter */
    int64_t max_age_h;    /* older answers of theirs are none */
    bool diagnose;        /* look deeper after a refusal, and show the cause first */
    bool no_samples;      /* … but send no sample, and a refused credential nowhere else */
    struct strings only;
    struct strings skip;
    bool quick;
    bool recommended_gates;
    bool allow_writes;
    int64_t timeout_s;
    int64_t refused_wait_min;
    int64_t max_requests;
    int64_t in_flight;
    const char *shard; /* K/N */
    bool quiet;
    bool verbose;
    struct strings connect_to;
    const char *ca_file;

    const char *world;
    struct strings faults;
    struct strings without; /* credentials of the world that are left out */
    struct pairs switches;
    const char *listen;
    bool tls;
    const char *host;
    struct strings also;
    int64_t clock_offset_s;
    int64_t latency_ms;
    const char *log_path;

    bool causes;      /* the reference of causes, in place of a text */
    const char *kind; /* of the credential a pasted text is about */
    const char *call; /* "METHOD PATH" it is about */
};

/*
 * Reads the arguments behind the command's name. Every mistake is reported with the nearest
 * spelling. False when there was one; *ret_options holds what could be read all the same, so that
 * older reports can be removed.
 */
MUST_USE bool options_read(struct arena *arena, struct diag *diag, enum command_set command,
                           int argc, char **argv, struct options *ret_options);

/* Prints the options a command takes, one to a line, for a terminal of 80 columns. */
void options_print(enum command_set command, FILE *out);

/* Option number `i` of all, sorted by name; false behind the last one. */
MUST_USE bool options_nth(size_t i, struct option_help *ret_help);
