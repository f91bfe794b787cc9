/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command of the program: one file each, exporting one of these.
 */
#pragma once

#include "cli/options.h"

struct arena;

/* Exit statuses that are not a verdict. */
enum { EXIT_USAGE = 2, EXIT_INTERNAL = 4 };

/* A word that stands first behind a command (pack list). */
struct command_word {
    const char *name;
    const char *usage; /* what stands behind it */
    const char *summary;
    enum option_values operands;
};

struct command {
    const char *name;
    const char *usage;   /* what stands behind the name */
    const char *summary; /* one line for the list of commands */
    enum command_set set;
    enum option_values operands; /* VALUES_FREE: takes none, or a word */
    /* Word number `i`; false behind the last one. NULL: takes no word. */
    bool (*nth_word)(size_t i, struct command_word *ret_word);
    /* Prints what --help says besides the options; NULL for nothing. */
    void (*explain)(struct arena *arena, struct diag *diag, const struct options *options);
    /* Does the work. Returns the exit status; mistakes of the user go to `diag`, which main prints.
     */
    int (*run)(struct arena *arena, struct diag *diag, const struct options *options);
};

/* Reads the target that the options name, and flies: what `check` and `diagnose` share. */
int check_target(struct arena *arena, struct diag *diag, const struct options *options);

/* Prints where the target comes from: what --help says of both. */
void target_help(struct arena *arena, struct diag *diag, const struct options *options);

extern const struct command command_check;
extern const struct command command_demo;
extern const struct command command_diagnose;
extern const struct command command_diff;
extern const struct command command_explain;
extern const struct command command_pack;
extern const struct command command_report;
extern const struct command command_sim;
