/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manual page glidepath(1), in the man macros: synopsis, commands, options and formats come
 * from the tables, the rest from cli/pages/glidepath.1.
 */
#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "cli/command.h"
#include "cli/pages.h"
#include "report/report.h"

/* Writes text so that roff takes nothing in it for its own, and no '-' for a hyphen. */
static void put_text(const char *text, FILE *out)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '\\':
            fputs("\\e", out);
            break;
        case '-':
            fputs("\\-", out);
            break;
        case '\'':
            fputs("\\(aq", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

/* A phrase as a sentence, on lines of its own. The tables write phrases. */
static void put_sentence(const char *phrase, FILE *out)
{
    fputs("\\&", out);
    fputc(toupper((unsigned char)phrase[0]), out);
    put_text(phrase + 1, out);
    fputs(text_ends_with(phrase, ".") ? "\n" : ".\n", out);
}

static bool write_title(const struct program *program, FILE *out)
{
    (void)program;
    fputs(".TH GLIDEPATH 1 2026-11-20 \"glidepath " GLIDEPATH_VERSION "\" \"User Commands\"\n",
          out);
    return true;
}

/* ---- Commands ---- */

/* A usage each line of it that begins with the program's name; the others go on from the last. */
static void put_usage(const struct program *program, const struct command *command, FILE *out)
{
    struct strings lines = strings_split(program->arena, command->usage, '\n');
    fprintf(out, "\\fBglidepath %s\\fR", command->name);
    for (size_t i = 0; i < lines.n_items; i++) {
        bool is_another = text_starts_with(lines.items[i], "glidepath ");
        fputs(is_another ? "\n" : " ", out);
        put_text(lines.items[i], out);
    }
    fputc('\n', out);
}

static bool write_synopsis(const struct program *program, FILE *out)
{
    fputs(".nf\n", out);
    for (size_t i = 0; i < program->n_commands; i++) {
        put_usage(program, program->commands[i], out);
    }
    for (size_t i = 0; i < program->n_options; i++) {
        const struct option_help *option = &program->options[i];
        fputs("\\fBglidepath \\-\\-", out);
        put_text(option->name, out);
        fprintf(out, "\\fR %s\n", option->argument != NULL ? option->argument : "");
    }
    fputs(".fi\n", out);
    return true;
}

static void put_words(const struct program *program, const struct command *command, FILE *out)
{
    struct command_word word;
    if (command->nth_word == NULL) {
        return;
    }
    fputs(".RS\n", out);
    for (size_t i = 0; command->nth_word(i, &word); i++) {
        struct strings known = known_values(program->arena, word.operands, NULL);
        fprintf(out, ".TP\n\\fB%s\\fR\\fI%s\\fR\n", word.name, word.usage);
        put_sentence(word.summary, out);
        if (known.n_items > 0) {
            put_text("Built in are ", out);
            put_text(strings_join(program->arena, &known, ", "), out);
            fputs(".\n", out);
        }
    }
    fputs(".RE\n", out);
}

static bool write_commands(const struct program *program, FILE *out)
{
    for (size_t i = 0; i < program->n_commands; i++) {
        const struct command *command = program->commands[i];
        fprintf(out, ".TP\n.B %s\n", command->name);
        put_sentence(command->summary, out);
        put_words(program, command, out);
    }
    return true;
}

/* ---- Options ---- */

static void put_option(const struct program *program, const struct option_help *option, FILE *out)
{
    struct strings known = {0};
    fputs(".TP\n\\fB\\-\\-", out);
    put_text(option->name, out);
    fputs("\\fR", out);
    if (option->argument != NULL) {
        fputs(" \\fI", out);
        put_text(option->argument, out);
        fputs("\\fR", out);
        known = known_values(program->arena, option->values, option->argument);
    }
    fputc('\n', out);
    put_sentence(option->text, out);
    if (known.n_items > 0 && option->values != VALUES_CHOICES) {
        put_text("Known are ", out);
        put_text(strings_join(program->arena, &known, ", "), out);
        fputs(".\n", out);
    }
}

/* The options that exactly the commands of `set` take. */
static void put_options_of(const struct program *program, unsigned set, FILE *out)
{
    struct option_help option;
    fprintf(out, ".SS Options of %s\n", command_names(program, set, ", "));
    for (size_t i = 0; options_nth(i, &option); i++) {
        if (option.commands == set) {
            put_option(program, &option, out);
        }
    }
}

/* The first option of a set opens its section. */
static bool is_first_of_its_set(size_t n, const struct option_help *option)
{
    struct option_help earlier;
    for (size_t i = 0; i < n && options_nth(i, &earlier); i++) {
        if (earlier.commands == option->commands) {
            return false;
        }
    }
    return true;
}

static bool write_options(const struct program *program, FILE *out)
{
    struct option_help option;
    for (size_t i = 0; options_nth(i, &option); i++) {
        if (is_first_of_its_set(i, &option)) {
            put_options_of(program, option.commands, out);
        }
    }
    fputs(".SS Without a command\n", out);
    for (size_t i = 0; i < program->n_options; i++) {
        put_option(program, &program->options[i], out);
    }
    return true;
}

static bool write_formats(const struct program *program, FILE *out)
{
    size_t n = 0;
    const struct report_format *const *formats = report_formats(&n);
    (void)program;
    for (size_t i = 0; i < n; i++) {
        const char *path = formats[i]->default_path;
        fprintf(out, ".TP\n\\fB%s\\fR (%s)\n", formats[i]->name,
                path != NULL ? path : "standard output");
        put_sentence(formats[i]->summary, out);
    }
    return true;
}

bool manual_write(const struct program *program, FILE *out)
{
    static const struct slot slots[] = {
        {"commands", write_commands}, {"formats", write_formats}, {"options", write_options},
        {"synopsis", write_synopsis}, {"title", write_title},
    };
    return page_write(program, "glidepath.1", slots, ARRAY_LEN(slots), out);
}
