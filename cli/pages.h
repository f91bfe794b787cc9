/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is printed about the program from its own tables: the manual page and the completions of the
 * shells. What is written by hand in them stands in cli/pages; a line there that says `@slot@` in a
 * comment is where something of the tables goes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attributes.h"
#include "base/strings.h"
#include "cli/options.h"

struct arena;
struct command;
struct diag;

/* The program as its command line shows it. */
struct program {
    struct arena *arena;
    struct diag *diag;
    const struct command *const *commands;
    size_t n_commands;
    const struct option_help *options; /* those that stand in a command's place */
    size_t n_options;
};

/* The manual page glidepath(1), in the man macros. False, and reported, when it could not be made.
 */
MUST_USE bool manual_write(const struct program *program, FILE *out);

/* The completions of "bash", "zsh" or "fish"; another name is reported. */
MUST_USE bool completion_write(const struct program *program, const char *shell, FILE *out);

/* ---- For both ---- */

struct slot {
    const char *name;
    bool (*write)(const struct program *program, FILE *out);
};

/* Writes a file of cli/pages with its slots filled. */
MUST_USE bool page_write(const struct program *program, const char *file, const struct slot *slots,
                         size_t n_slots, FILE *out);

/* The words the program knows to stand there; none where it is the user who knows. `argument` is
 * that of VALUES_CHOICES. */
struct strings known_values(struct arena *arena, enum option_values values, const char *argument);

/* The names of the commands of a set, with `separator` between them. */
const char *command_names(const struct program *program, unsigned set, const char *separator);
