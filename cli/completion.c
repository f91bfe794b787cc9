/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The completions of bash, zsh and fish: what the tables of commands and options know, in the words
 * of each shell. How a shell offers it is written by hand, in cli/pages.
 */
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "cli/command.h"
#include "cli/pages.h"
#include "cli/worlds.h"
#include "sim/sim.h"

/* What the shells call the kinds of values: all of them bring their words along. */
static const char *const value_kinds[] = {
    [VALUES_FREE] = "free",
    [VALUES_CHOICES] = "words",
    [VALUES_FILE] = "files",
    [VALUES_FORMAT] = "formats",
    [VALUES_PACK] = "words-or-files",
    [VALUES_FAULT] = "faults",
    [VALUES_WORLD] = "words-or-files",
    [VALUES_HOST] = "hosts",
    [VALUES_KIND] = "words",
    [VALUES_CREDENTIAL] = "words",
};

/* "words pass failure" */
static const char *value_text(struct arena *arena, enum option_values values, const char *argument)
{
    struct strings words = known_values(arena, values, argument);
    return words.n_items == 0 ? value_kinds[values]
                              : arena_printf(arena, "%s %s", value_kinds[values],
                                             strings_join(arena, &words, " "));
}

/* `text` with `mark` in front of every character of `special`. */
static char *marked(struct arena *arena, const char *text, const char *special, const char *mark)
{
    char *result = arena_strdup(arena, "");
    for (; *text != '\0'; text++) {
        result = arena_printf(arena, "%s%s%c", result, strchr(special, *text) != NULL ? mark : "",
                              *text);
    }
    return result;
}

/* Within single quotes of bash and zsh a quote is left out, written, and left out again. */
static char *in_sh_quotes(struct arena *arena, const char *text)
{
    struct strings pieces = {0};
    const char *quote = NULL;
    while ((quote = strchr(text, '\'')) != NULL) {
        strings_add(arena, &pieces, arena_strndup(arena, text, (size_t)(quote - text)));
        text = quote + 1;
    }
    strings_add(arena, &pieces, text);
    return strings_join(arena, &pieces, "'\\''");
}

static char *in_fish_quotes(struct arena *arena, const char *text)
{
    return marked(arena, text, "'\\", "\\");
}

static bool write_default_world(const struct program *program, FILE *out)
{
    (void)program;
    fprintf(out, "    echo %s\n", default_world);
    return true;
}

/* ---- Faults and variations of each world ---- */

static const char *fault_names(const struct program *program, const char *world)
{
    struct pairs faults = {0};
    struct pairs variations = {0};
    struct strings names = {0};
    if (!sim_world_faults(program->arena, program->diag, world, &faults) ||
        !sim_world_variations(program->arena, program->diag, world, &variations)) {
        return NULL;
    }
    for (size_t i = 0; i < faults.n_items; i++) {
        strings_add(program->arena, &names, faults.items[i].key);
    }
    for (size_t i = 0; i < variations.n_items; i++) {
        strings_add(program->arena, &names, variations.items[i].key);
    }
    return strings_join(program->arena, &names, " ");
}

/* A line or two for each world: its name and its faults with these texts around them. */
static bool write_worlds(const struct program *program, const char *const around[3], FILE *out)
{
    struct strings worlds = sim_world_names(program->arena);
    for (size_t i = 0; i < worlds.n_items; i++) {
        const char *names = fault_names(program, worlds.items[i]);
        if (names == NULL) {
            return false;
        }
        fprintf(out, "%s%s%s%s%s\n", around[0], worlds.items[i], around[1], names, around[2]);
    }
    return true;
}

/* ---- bash: one table of places ---- */

static void bash_row(FILE *out, const char *place, const char *text)
{
    fprintf(out, "    '%s') echo '%s' ;;\n", place, text);
}

static void bash_option(const struct program *program, const struct option_help *option, FILE *out)
{
    bash_row(out, arena_printf(program->arena, "--%s", option->name),
             option->argument == NULL
                 ? "none"
                 : value_text(program->arena, option->values, option->argument));
}

static const char *option_names(const struct program *program, unsigned set)
{
    struct strings names = {0};
    struct option_help option;
    for (size_t i = 0; options_nth(i, &option); i++) {
        if ((option.commands & set) != 0) {
            strings_add(program->arena, &names, arena_printf(program->arena, "--%s", option.name));
        }
    }
    return strings_join(program->arena, &names, " ");
}

/* The words behind a command, and what stands behind each of them. */
static void bash_command(const struct program *program, const struct command *command, FILE *out)
{
    struct strings words = {0};
    struct command_word word;
    bash_row(
        out, arena_printf(program->arena, "%s -", command->name),
        arena_printf(program->arena, "words %s", option_names(program, (unsigned)command->set)));
    for (size_t i = 0; command->nth_word != NULL && command->nth_word(i, &word); i++) {
        strings_add(program->arena, &words, word.name);
        bash_row(out, arena_printf(program->arena, "%s %s", command->name, word.name),
                 value_text(program->arena, word.operands, NULL));
    }
    bash_row(out, command->name,
             words.n_items == 0 ? value_text(program->arena, command->operands, NULL)
                                : arena_printf(program->arena, "words %s",
                                               strings_join(program->arena, &words, " ")));
}

static bool bash_table(const struct program *program, FILE *out)
{
    static const char *const around[] = {"    'world ", "') echo 'words ", "' ;;"};
    struct strings first = {0};
    struct option_help option;
    for (size_t i = 0; i < program->n_commands; i++) {
        strings_add(program->arena, &first, program->commands[i]->name);
        bash_command(program, program->commands[i], out);
    }
    for (size_t i = 0; i < program->n_options; i++) {
        const struct option_help *row = &program->options[i];
        strings_add(program->arena, &first, arena_printf(program->arena, "--%s", row->name));
        if (row->argument != NULL) {
            bash_option(program, row, out);
        }
    }
    bash_row(out, "",
             arena_printf(program->arena, "words %s", strings_join(program->arena, &first, " ")));
    for (size_t i = 0; options_nth(i, &option); i++) {
        bash_option(program, &option, out);
    }
    return write_worlds(program, around, out);
}

/* ---- zsh: what _arguments and _describe read ---- */

/* In a specification ':' and brackets mean something, before the quotes of the shell do. */
static char *in_zsh(struct arena *arena, const char *text)
{
    return in_sh_quotes(arena, marked(arena, text, ":[]\\", "\\"));
}

static void zsh_option(const struct program *program, const struct option_help *option,
                       const char *alone, FILE *out)
{
    const char *text = in_zsh(program->arena, option->text);
    if (option->argument == NULL) {
        fprintf(out, "        '%s--%s[%s]' \\\n", alone, option->name, text);
        return;
    }
    fprintf(out, "        '%s--%s=[%s]:%s: ", alone[0] != '\0' ? alone : "*", option->name, text,
            in_zsh(program->arena, option->argument));
    if (option->values != VALUES_FREE) {
        fprintf(out, "_glidepath_value %s",
                value_text(program->arena, option->values, option->argument));
    }
    fputs("' \\\n", out);
}

static bool zsh_program_options(const struct program *program, FILE *out)
{
    for (size_t i = 0; i < program->n_options; i++) {
        zsh_option(program, &program->options[i], "(- *)", out);
    }
    return true;
}

static bool zsh_command_options(const struct program *program, FILE *out)
{
    for (size_t i = 0; i < program->n_commands; i++) {
        const struct command *command = program->commands[i];
        struct option_help option;
        fprintf(out, "    %s)\n        _arguments \\\n", command->name);
        for (size_t j = 0; options_nth(j, &option); j++) {
            if ((option.commands & (unsigned)command->set) != 0) {
                zsh_option(program, &option, "", out);
            }
        }
        if (command->nth_word != NULL) {
            fprintf(out,
                    "            '1: :_glidepath_%s_word' \\\n"
                    "            '*: :_glidepath_%s_operand'\n",
                    command->name, command->name);
        } else {
            fprintf(out, "            '*:: : _glidepath_value %s'\n",
                    value_text(program->arena, command->operands, NULL));
        }
        fputs("        ;;\n", out);
    }
    return true;
}

static void zsh_described(const struct program *program, const char *name, const char *text,
                          FILE *out)
{
    fprintf(out, "        '%s:%s'\n", name, in_sh_quotes(program->arena, text));
}

static bool zsh_commands(const struct program *program, FILE *out)
{
    for (size_t i = 0; i < program->n_commands; i++) {
        zsh_described(program, program->commands[i]->name, program->commands[i]->summary, out);
    }
    return true;
}

static bool zsh_pack_words(const struct program *program, FILE *out)
{
    struct command_word word;
    for (size_t i = 0; command_pack.nth_word(i, &word); i++) {
        zsh_described(program, word.name, word.summary, out);
    }
    return true;
}

static bool zsh_pack_operands(const struct program *program, FILE *out)
{
    struct command_word word;
    for (size_t i = 0; command_pack.nth_word(i, &word); i++) {
        fprintf(out, "    %s) _glidepath_value %s ;;\n", word.name,
                value_text(program->arena, word.operands, NULL));
    }
    return true;
}

static bool zsh_faults(const struct program *program, FILE *out)
{
    static const char *const around[] = {"    ", ") echo '", "' ;;"};
    return write_worlds(program, around, out);
}

/* ---- fish: one `complete` for each thing ---- */

static const char *fish_values(const struct program *program, enum option_values values,
                               const char *argument)
{
    const struct strings words = known_values(program->arena, values, argument);
    const char *list = strings_join(program->arena, &words, " ");
    switch (values) {
    case VALUES_FREE:
        return "-x";
    case VALUES_FILE:
        return "-r -F";
    case VALUES_FAULT:
        return "-x -a '(__glidepath_faults)'";
    case VALUES_HOST:
        return arena_printf(program->arena, "-x -a '(__glidepath_hosts %s)'", list);
    case VALUES_PACK:
    case VALUES_WORLD:
    case VALUES_FORMAT:
        return arena_printf(program->arena, "-r -F -a '%s'", list);
    case VALUES_CHOICES:
    case VALUES_KIND:
    case VALUES_CREDENTIAL:
        break;
    }
    return arena_printf(program->arena, "-x -a '%s'", list);
}

static void fish_option(const struct program *program, const struct option_help *option,
                        const char *condition, FILE *out)
{
    const char *values =
        option->argument == NULL ? "" : fish_values(program, option->values, option->argument);
    fprintf(out, "complete -c glidepath -n '%s' -l %s -d '%s'%s%s\n", condition, option->name,
            in_fish_quotes(program->arena, option->text), values[0] != '\0' ? " " : "", values);
}

static void fish_word(const struct program *program, const char *condition, const char *word,
                      const char *text, FILE *out)
{
    fprintf(out, "complete -c glidepath -n '%s' -a %s -d '%s'\n", condition, word,
            in_fish_quotes(program->arena, text));
}

static void fish_words(const struct program *program, const struct command *command, FILE *out)
{
    struct command_word word;
    for (size_t i = 0; command->nth_word != NULL && command->nth_word(i, &word); i++) {
        fish_word(program, arena_printf(program->arena, "__glidepath_word %s", command->name),
                  word.name, word.summary, out);
        if (word.operands != VALUES_FREE) {
            fprintf(out, "complete -c glidepath -n '__glidepath_word %s %s' %s\n", command->name,
                    word.name, fish_values(program, word.operands, NULL));
        }
    }
}

static bool fish_commands(const struct program *program, FILE *out)
{
    for (size_t i = 0; i < program->n_commands; i++) {
        const struct command *command = program->commands[i];
        fish_word(program, "__glidepath_is_first", command->name, command->summary, out);
        fish_words(program, command, out);
        if (command->operands == VALUES_FILE) {
            fprintf(out, "complete -c glidepath -n '__glidepath_command %s' -F\n", command->name);
        }
    }
    for (size_t i = 0; i < program->n_options; i++) {
        fish_option(program, &program->options[i], "__glidepath_is_first", out);
    }
    return true;
}

static bool fish_options(const struct program *program, FILE *out)
{
    struct option_help option;
    for (size_t i = 0; options_nth(i, &option); i++) {
        const char *names = command_names(program, option.commands, " ");
        fish_option(program, &option, arena_printf(program->arena, "__glidepath_command %s", names),
                    out);
    }
    return true;
}

static bool fish_faults(const struct program *program, FILE *out)
{
    static const char *const around[] = {"        case ", "\n            string split ' ' '", "'"};
    return write_worlds(program, around, out);
}

/* ---- The shells ---- */

static const struct slot bash_slots[] = {
    {"default-world", write_default_world},
    {"table", bash_table},
};

static const struct slot zsh_slots[] = {
    {"command-options", zsh_command_options}, {"commands", zsh_commands},
    {"default-world", write_default_world},   {"faults", zsh_faults},
    {"pack-operands", zsh_pack_operands},     {"pack-words", zsh_pack_words},
    {"program-options", zsh_program_options},
};

static const struct slot fish_slots[] = {
    {"commands", fish_commands},
    {"default-world", write_default_world},
    {"faults", fish_faults},
    {"options", fish_options},
};

static const struct {
    const char *name;
    const char *file;
    const struct slot *slots;
    size_t n_slots;
} shells[] = {
    {"bash", "glidepath.bash", bash_slots, ARRAY_LEN(bash_slots)},
    {"zsh", "glidepath.zsh", zsh_slots, ARRAY_LEN(zsh_slots)},
    {"fish", "glidepath.fish", fish_slots, ARRAY_LEN(fish_slots)},
};

bool completion_write(const struct program *program, const char *shell, FILE *out)
{
    for (size_t i = 0; i < ARRAY_LEN(shells); i++) {
        if (text_equal(shells[i].name, shell)) {
            return page_write(program, shells[i].file, shells[i].slots, shells[i].n_slots, out);
        }
    }
    return diag_error(program->diag, (struct where){0},
                      "--completion takes bash, zsh or fish, not '%s'", shell);
}
