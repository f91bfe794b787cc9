/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row an option: name, what stands behind it, help, the commands that take it, and how it is
 * stored. getopt_long does the reading.
 */
#include "cli/options.h"

#include <assert.h>
#include <getopt.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"

enum store {
    STORE_FLAG,   /* bool: true */
    STORE_TEXT,   /* const char * */
    STORE_NUMBER, /* int64_t, from `least` to `most` */
    STORE_LIST,   /* struct strings: one more */
    STORE_PAIR,   /* struct pairs: NAME=VALUE */
    STORE_CHOICE, /* bool: whether the second of two words was given */
};

struct option_row {
    const char *name;
    const char *argument; /* NULL: takes none */
    const char *help;
    unsigned commands;
    enum store store;
    int64_t least; /* STORE_NUMBER */
    int64_t most;
    size_t offset;
    const char *choices[2];    /* STORE_CHOICE: the word for false, the word for true */
    enum option_values values; /* of STORE_TEXT and STORE_LIST */
};

#define STORED(kind, member) .store = (kind), .offset = offsetof(struct options, member)
#define NUMBER(member, least_, most_)                          \
    .store = STORE_NUMBER, .least = (least_), .most = (most_), \
    .offset = offsetof(struct options, member)
#define CHECKS (FOR_CHECK | FOR_DIAGNOSE)
#define RUNS (CHECKS | FOR_DEMO)
#define TELLS (RUNS | FOR_REPORT)
#define JUDGES (RUNS | FOR_DIFF)
#define SIMULATES (FOR_DEMO | FOR_SIM)

enum {
    LARGEST_NUMBER = 1000000,
    MINUTES_PER_DAY = 24 * 60,
    LARGEST_OFFSET_S = 10 * 366 * 24 * 60 * 60, /* ten years */
};

/* Sorted by name. */
static const struct option_row rows[] = {
    {"allow-writes",
     NULL,
     "run the checks that create and delete a record",
     RUNS,
     STORED(STORE_FLAG, allow_writes),
     {0}},
    {"also",
     "HOST=WORLD[+FAULT]...",
     "one more instance behind the listener; repeatable",
     FOR_SIM,
     STORED(STORE_LIST, also),
     {0},
     VALUES_HOST},
    {"anonymise",
     NULL,
     "reports with tokens for users, addresses and hosts",
     RUNS,
     STORED(STORE_FLAG, anonymise),
     {0}},
    {"baseline",
     "FILE",
     "tell what changed since this recording was made",
     RUNS,
     STORED(STORE_TEXT, baseline),
     {0},
     VALUES_FILE},
    {"cacert",
     "FILE",
     "trust the certificates in FILE, not the system's",
     CHECKS,
     STORED(STORE_TEXT, ca_file),
     {0},
     VALUES_FILE},
    {"call",
     "'METHOD PATH'",
     "the call that the text is the answer to",
     FOR_EXPLAIN,
     STORED(STORE_TEXT, call),
     {0}},
    {"causes",
     NULL,
     "print the reference of causes and signatures",
     FOR_EXPLAIN,
     STORED(STORE_FLAG, causes),
     {0}},
    {"clock-offset",
     "SECONDS",
     "set the simulated instance's clock forward",
     FOR_SIM,
     NUMBER(clock_offset_s, 0, LARGEST_OFFSET_S),
     {0}},
    {"connect-to",
     "HOST:PORT:ADDR:PORT",
     "connect to ADDR where HOST is meant",
     CHECKS,
     STORED(STORE_LIST, connect_to),
     {0}},
    {"diagnose",
     NULL,
     "look deeper after a refusal; show the cause first",
     FOR_DEMO,
     STORED(STORE_FLAG, diagnose),
     {0}},
    {"fail-on",
     "required|recommended",
     "which checks gate (required)",
     RUNS,
     STORED(STORE_CHOICE, recommended_gates),
     {"required", "recommended"}},
    {"fault",
     "CAUSE",
     "break the world in one way; repeatable",
     SIMULATES,
     STORED(STORE_LIST, faults),
     {0},
     VALUES_FAULT},
    {"from",
     "FILE|DIR",
     "judge a recording, or XML exports; repeatable",
     CHECKS,
     STORED(STORE_LIST, from),
     {0},
     VALUES_FILE},
    {"help",
     NULL,
     "print this help",
     FOR_CHECK | FOR_DEMO | FOR_SIM | FOR_PACK | FOR_DIAGNOSE | FOR_EXPLAIN | FOR_REPORT | FOR_DIFF,
     STORED(STORE_FLAG, wants_help),
     {0}},
    {"host",
     "NAME",
     "the name the simulated instance plays",
     FOR_SIM,
     STORED(STORE_TEXT, host),
     {0}},
    {"in-flight",
     "N",
     "at most N requests at a time (4)",
     RUNS,
     NUMBER(in_flight, 1, LARGEST_NUMBER),
     {0}},
    {"instance",
     "URL",
     "the instance: URL, host or bare name",
     CHECKS,
     STORED(STORE_TEXT, instance),
     {0}},
    {"junit",
     "strict|extended",
     "dialect of the JUnit report (strict)",
     TELLS,
     STORED(STORE_CHOICE, junit_extended),
     {"strict", "extended"}},
    {"junit-advice",
     "pass|failure",
     "what does not gate, in JUnit (pass)",
     TELLS,
     STORED(STORE_CHOICE, junit_advice_fails),
     {"pass", "failure"}},
    {"kind",
     "KIND",
     "kind of the credential that text or pack is about",
     FOR_EXPLAIN | FOR_PACK,
     STORED(STORE_TEXT, kind),
     {0},
     VALUES_KIND},
    {"latency-ms",
     "N",
     "added to every answer",
     SIMULATES,
     NUMBER(latency_ms, 0, LARGEST_NUMBER),
     {0}},
    {"listen",
     "ADDR:PORT",
     "where to listen (127.0.0.1, any free port)",
     FOR_SIM,
     STORED(STORE_TEXT, listen),
     {0}},
    {"log",
     "FILE",
     "write one JSON line for each request",
     FOR_SIM,
     STORED(STORE_TEXT, log_path),
     {0},
     VALUES_FILE},
    {"max-age",
     "H",
     "hours after which a recorded answer is stale (24)",
     CHECKS,
     NUMBER(max_age_h, 0, LONGEST_AGE_H),
     {0}},
    {"max-requests",
     "N",
     "send at most N requests",
     RUNS,
     NUMBER(max_requests, 1, LARGEST_NUMBER),
     {0}},
    {"no-samples",
     NULL,
     "no control samples, no differential calls",
     FOR_DIAGNOSE | FOR_DEMO,
     STORED(STORE_FLAG, no_samples),
     {0}},
    {"only",
     "ID",
     "this check and what it needs; repeatable",
     JUDGES,
     STORED(STORE_LIST, only),
     {0}},
    {"pack",
     "NAME|FILE",
     "this pack instead of those named; repeatable",
     JUDGES,
     STORED(STORE_LIST, packs),
     {0},
     VALUES_PACK},
    {"plan", NULL, "print the requests, send nothing", RUNS, STORED(STORE_FLAG, plan), {0}},
    {"quick",
     NULL,
     "only what decides the status, in few requests",
     RUNS,
     STORED(STORE_FLAG, quick),
     {0}},
    {"quiet", NULL, "show only what is not a pass", TELLS, STORED(STORE_FLAG, quiet), {0}},
    {"record",
     "FILE",
     "write what the run saw, to be judged by --from",
     RUNS,
     STORED(STORE_TEXT, record),
     {0},
     VALUES_FILE},
    {"refused-wait",
     "MIN",
     "leave a refused password alone (30; at most 1440)",
     CHECKS,
     NUMBER(refused_wait_min, 0, MINUTES_PER_DAY),
     {0}},
    {"report",
     "FORMAT[=PATH]",
     "report in a format, see below; repeatable",
     TELLS | FOR_DIFF,
     STORED(STORE_LIST, reports),
     {0},
     VALUES_FORMAT},
    {"set",
     "[PACK.]NAME=VALUE",
     "set a parameter; repeatable",
     JUDGES | FOR_PACK,
     STORED(STORE_LIST, set),
     {0}},
    {"shard",
     "K/N",
     "the Kth of N equal shares of the targets",
     FOR_CHECK,
     STORED(STORE_TEXT, shard),
     {0}},
    {"skip", "ID", "leave this check out; repeatable", JUDGES, STORED(STORE_LIST, skip), {0}},
    {"switch",
     "NAME=SETTING",
     "choose a behaviour that is not documented",
     SIMULATES,
     STORED(STORE_PAIR, switches),
     {0}},
    {"timeout",
     "S",
     "seconds for the whole run (60)",
     RUNS,
     NUMBER(timeout_s, 1, LARGEST_NUMBER),
     {0}},
    {"tls",
     NULL,
     "serve HTTPS with a certificate made for this run",
     FOR_SIM,
     STORED(STORE_FLAG, tls),
     {0}},
    {"verbose",
     NULL,
     "show the evidence and every request",
     TELLS,
     STORED(STORE_FLAG, verbose),
     {0}},
    {"whole-exports",
     NULL,
     "XML exports were taken without a filter",
     CHECKS,
     STORED(STORE_FLAG, whole_exports),
     {0}},
    {"without",
     "CREDENTIAL",
     "leave out integration or auditor; repeatable",
     FOR_DEMO,
     STORED(STORE_LIST, without),
     {0},
     VALUES_CREDENTIAL},
    {"world",
     "NAME|FILE",
     "the world of the simulated instance",
     SIMULATES,
     STORED(STORE_TEXT, world),
     {0},
     VALUES_WORLD},
};

enum { N_ROWS = ARRAY_LEN(rows) };

/* getopt_long answers with the row's number, and with ':' and '?' for mistakes. */
static_assert(N_ROWS <= ':', "a row's number is none of getopt's own answers");

/* getopt's own table, of the options this command takes. */
static void fill_long_options(enum command_set command, struct option *long_options)
{
    size_t n = 0;
    for (size_t i = 0; i < N_ROWS; i++) {
        if ((rows[i].commands & (unsigned)command) != 0) {
            long_options[n++] = (struct option){
                .name = rows[i].name,
                .has_arg = rows[i].argument != NULL ? required_argument : no_argument,
                .val = (int)i};
        }
    }
    long_options[n] = (struct option){0};
}

static bool store_pair(struct arena *arena, struct diag *diag, const struct option_row *row,
                       struct pairs *pairs, const char *argument)
{
    const char *equals = strchr(argument, '=');
    if (equals == NULL || equals == argument) {
        return diag_error(diag, (struct where){0}, "--%s takes %s", row->name, row->argument);
    }
    pairs_add(arena, pairs, arena_strndup(arena, argument, (size_t)(equals - argument)),
              arena_strdup(arena, equals + 1));
    return true;
}

static bool store_choice(struct diag *diag, const struct option_row *row, bool *member,
                         const char *argument)
{
    bool is_second = text_equal(argument, row->choices[1]);
    if (!is_second && !text_equal(argument, row->choices[0])) {
        return diag_error(diag, (struct where){0}, "--%s takes %s or %s, not '%s'", row->name,
                          row->choices[0], row->choices[1], argument);
    }
    *member = is_second;
    return true;
}

static bool store_number(struct diag *diag, const struct option_row *row, int64_t *member,
                         const char *argument)
{
    int64_t number = 0;
    if (!text_to_int(argument, &number) || number < row->least || number > row->most) {
        return diag_error(diag, (struct where){0},
                          "--%s takes a whole number from %d to %d, not '%s'", row->name,
                          (int)row->least, (int)row->most, argument);
    }
    *member = number;
    return true;
}

static bool store(struct arena *arena, struct diag *diag, const struct option_row *row,
                  struct options *options, const char *argument)
{
    void *member = (char *)options + row->offset;
    switch (row->store) {
    case STORE_FLAG:
        *(bool *)member = true;
        return true;
    case STORE_TEXT:
        *(const char **)member = argument;
        return true;
    case STORE_NUMBER:
        return store_number(diag, row, member, argument);
    case STORE_LIST:
        strings_add(arena, member, argument);
        return true;
    case STORE_PAIR:
        return store_pair(arena, diag, row, member, argument);
    case STORE_CHOICE:
        return store_choice(diag, row, member, argument);
    }
    return false;
}

static bool refuse(struct arena *arena, struct diag *diag, enum command_set command,
                   const char *word, bool lacks_argument)
{
    struct strings known = {0};
    for (size_t i = 0; i < N_ROWS; i++) {
        if ((rows[i].commands & (unsigned)command) != 0) {
            strings_add(arena, &known, arena_printf(arena, "--%s", rows[i].name));
        }
    }
    if (lacks_argument) {
        return diag_error(diag, (struct where){0}, "%s needs something behind it", word);
    }
    const char *name = arena_strndup(arena, word, strcspn(word, "="));
    if (strings_have(&known, name) && strchr(word, '=') != NULL) {
        return diag_error(diag, (struct where){0},
                          "%s takes no value, so there is no '=' behind it", name);
    }
    const char *near = nearest_spelling(name, &known);
    return diag_error(diag, (struct where){0}, "unknown option %s%s%s%s", name,
                      near != NULL ? " (did you mean " : "", near != NULL ? near : "",
                      near != NULL ? "?)" : "");
}

bool options_read(struct arena *arena, struct diag *diag, enum command_set command, int argc,
                  char **argv, struct options *ret_options)
{
    struct option long_options[N_ROWS + 1];
    struct options options = {.timeout_s = 60,
                              .refused_wait_min = 30,
                              .in_flight = 4,
                              .max_age_h = 24,
                              .compares = command == FOR_DIFF};
    bool is_fine = true;
    fill_long_options(command, long_options);
    optind = 1;
    opterr = 0;
    for (;;) {
        int word = optind;
        int index = getopt_long(argc, argv, ":", long_options, NULL);
        if (index == -1) {
            break;
        }
        if (index == '?' || index == ':') {
            const char *text = argv[optind - 1] != NULL ? argv[optind - 1] : argv[word];
            is_fine = refuse(arena, diag, command, text, index == ':');
            continue;
        }
        is_fine = store(arena, diag, &rows[index], &options, optarg) && is_fine;
    }
    for (int i = optind; i < argc; i++) {
        strings_add(arena, &options.operands, argv[i]);
    }
    *ret_options = options;
    return is_fine;
}

void options_print(enum command_set command, FILE *out)
{
    enum { HELP_COLUMN = 28 };
    for (size_t i = 0; i < N_ROWS; i++) {
        const struct option_row *row = &rows[i];
        if ((row->commands & (unsigned)command) == 0) {
            continue;
        }
        int len = fprintf(out, "  --%s%s%s", row->name, row->argument != NULL ? " " : "",
                          row->argument != NULL ? row->argument : "");
        if (len >= HELP_COLUMN) {
            fprintf(out, "\n");
            len = 0;
        }
        fprintf(out, "%*s%s\n", HELP_COLUMN - len, "", row->help);
    }
}

bool options_nth(size_t i, struct option_help *ret_help)
{
    if (i >= N_ROWS) {
        return false;
    }
    *ret_help = (struct option_help){
        .name = rows[i].name,
        .argument = rows[i].argument,
        .text = rows[i].help,
        .commands = rows[i].commands,
        .values = rows[i].store == STORE_CHOICE ? VALUES_CHOICES : rows[i].values,
    };
    return true;
}
