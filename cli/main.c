/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program's edge: it protects its memory, finds the command, and is the only place that prints
 * mistakes and ends the process.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/xml.h"
#include "cli/command.h"
#include "cli/pages.h"
#include "cli/sinks.h"
#include "probes/probe.h"

static const struct command *const commands[] = {
    &command_check,   &command_demo, &command_diagnose, &command_diff,
    &command_explain, &command_pack, &command_report,   &command_sim,
};

/* What may stand in a command's place. Sorted by name. */
static const struct option_help program_options[] = {
    {"completion", "bash|zsh|fish", "print the completion of a shell", 0, VALUES_CHOICES},
    {"help", NULL, "print the commands", 0, VALUES_FREE},
    {"man", NULL, "print the manual page", 0, VALUES_FREE},
    {"version", NULL, "print the version", 0, VALUES_FREE},
};

/* Memory holds secrets: no core file, and no other process of the same user may look in. */
static void protect_memory(void)
{
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* A failed assertion is our mistake: one line, status 4. */
static void on_abort(int signal_number)
{
    static const char line[] = "glidepath: internal error\n";
    (void)signal_number;
    ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
    (void)written;
    _exit(EXIT_INTERNAL);
}

static void print_help(FILE *out)
{
    fputs("Checks a ServiceNow instance before a vendor's integration connects to it.\n\n", out);
    fputs("usage: glidepath COMMAND [OPTION]...\n\n", out);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        fprintf(out, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
    }
    fputs("\nglidepath COMMAND --help tells the options of a command. Without one:\n\n", out);
    for (size_t i = 0; i < ARRAY_LEN(program_options); i++) {
        const struct option_help *option = &program_options[i];
        const char *argument = option->argument != NULL ? option->argument : "";
        fprintf(out, "  --%s %*s %s\n", option->name, (int)strlen(option->name) - 24, argument,
                option->text);
    }
}

static void print_command_help(const struct command *command)
{
    printf("%s\n\nusage: glidepath %s %s\n\n", command->summary, command->name, command->usage);
    options_print(command->set, stdout);
    if ((command->set & FOR_REPORTS) != 0) {
        sinks_print_formats(stdout);
    }
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

static int refuse_command(struct arena *arena, struct diag *diag, const char *word)
{
    struct strings known = {0};
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        strings_add(arena, &known, commands[i]->name);
    }
    const char *near = nearest_spelling(word, &known);
    diag_error(diag, (struct where){0}, "unknown command '%s'%s%s%s", word,
               near != NULL ? " (did you mean '" : "", near != NULL ? near : "",
               near != NULL ? "'?)" : "; glidepath --help lists them");
    return EXIT_USAGE;
}

static int run_command(struct arena *arena, struct diag *diag, int argc, char **argv)
{
    const struct command *command = find_command(argv[1]);
    struct options options;
    if (command == NULL) {
        return refuse_command(arena, diag, argv[1]);
    }
    bool is_fine = options_read(arena, diag, command->set, argc - 1, argv + 1, &options);
    if (!options.wants_help) {
        is_fine = sinks_remove_old(arena, diag, &options) && is_fine;
    }
    if (!is_fine) {
        return EXIT_USAGE;
    }
    if (options.wants_help) {
        print_command_help(command);
        if (command->explain != NULL) {
            command->explain(arena, diag, &options);
        }
        return 0;
    }
    return command->run(arena, diag, &options);
}

/* The program's own pages: --man, --completion SHELL. */
static int print_page(struct arena *arena, struct diag *diag, const char *option, const char *shell)
{
    const struct program program = {.arena = arena,
                                    .diag = diag,
                                    .commands = commands,
                                    .n_commands = ARRAY_LEN(commands),
                                    .options = program_options,
                                    .n_options = ARRAY_LEN(program_options)};
    if (strcmp(option, "--man") == 0) {
        return manual_write(&program, stdout) ? 0 : EXIT_INTERNAL;
    }
    return completion_write(&program, shell, stdout) ? 0 : EXIT_USAGE;
}

static int run_with_memory(int argc, char **argv)
{
    static const char completion[] = "--completion";
    bool is_joined = text_starts_with(argv[1], "--completion=");
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    int status = 0;
    if (strcmp(argv[1], "--man") == 0 || strcmp(argv[1], completion) == 0 || is_joined) {
        const char *second = argv[2] != NULL ? argv[2] : "";
        status = print_page(arena, diag, argv[1], is_joined ? argv[1] + sizeof completion : second);
    } else {
        status = run_command(arena, diag, argc, argv);
    }
    diag_print(diag, stderr);
    diag_free(diag);
    arena_free(arena);
    return status;
}

static int run_program(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("glidepath %s\n", GLIDEPATH_VERSION);
        return 0;
    }
    return run_with_memory(argc, argv);
}

int main(int argc, char **argv)
{
    protect_memory();
    signal(SIGABRT, on_abort);
    signal(SIGPIPE, SIG_IGN);
    setlocale(LC_CTYPE, "");
    int status = run_program(argc, argv);
    if (fflush(stdout) != 0 && status < EXIT_INTERNAL) {
        status = EXIT_INTERNAL;
    }
    return status;
}
