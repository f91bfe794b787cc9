/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages with slots, and the words that may fill them.
 */
#include "cli/pages.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/embedded.h"
#include "cli/command.h"
#include "model/names.h"
#include "report/report.h"
#include "rules/load.h"
#include "sim/sim.h"

extern const struct embedded_file glidepath_page_files[];
extern const size_t glidepath_page_files_count;

static const char *find_file(const char *name)
{
    for (size_t i = 0; i < glidepath_page_files_count; i++) {
        if (text_equal(glidepath_page_files[i].name, name)) {
            return glidepath_page_files[i].text;
        }
    }
    return NULL;
}

/* The slot that a line is for: `# @name@` or `.\" @name@`, indented or not. */
static const struct slot *find_slot(const char *line, size_t len, const struct slot *slots,
                                    size_t n_slots)
{
    const char *end = line + len;
    line += strspn(line, " ");
    line += strspn(line, "#.\\\"");
    if (end - line < 4 || strncmp(line, " @", 2) != 0 || end[-1] != '@') {
        return NULL;
    }
    size_t name_len = (size_t)(end - line) - 3;
    for (size_t i = 0; i < n_slots; i++) {
        if (strlen(slots[i].name) == name_len && strncmp(line + 2, slots[i].name, name_len) == 0) {
            return &slots[i];
        }
    }
    return NULL;
}

bool page_write(const struct program *program, const char *file, const struct slot *slots,
                size_t n_slots, FILE *out)
{
    const char *text = find_file(file);
    if (text == NULL) {
        return diag_error(program->diag, (struct where){0}, "there is no page %s", file);
    }
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        const struct slot *slot = find_slot(text, len, slots, n_slots);
        if (slot == NULL) {
            fprintf(out, "%.*s\n", (int)len, text);
        } else if (!slot->write(program, out)) {
            return false;
        }
        text += len + (text[len] == '\n' ? 1 : 0);
    }
    return true;
}

static struct strings format_names(struct arena *arena)
{
    struct strings names = {0};
    size_t n = 0;
    const struct report_format *const *formats = report_formats(&n);
    for (size_t i = 0; i < n; i++) {
        strings_add(arena, &names, formats[i]->name);
    }
    return names;
}

static struct strings kind_names(struct arena *arena)
{
    struct strings names = {0};
    for (int kind = CREDENTIAL_API_KEY; kind <= CREDENTIAL_TOKEN; kind++) {
        strings_add(arena, &names, credential_kind_name((enum credential_kind)kind));
    }
    return names;
}

struct strings known_values(struct arena *arena, enum option_values values, const char *argument)
{
    switch (values) {
    case VALUES_CHOICES:
        return strings_split(arena, argument, '|');
    case VALUES_FORMAT:
        return format_names(arena);
    case VALUES_PACK:
        return builtin_pack_names(arena);
    case VALUES_WORLD:
    case VALUES_HOST:
        return sim_world_names(arena);
    case VALUES_KIND:
        return kind_names(arena);
    case VALUES_CREDENTIAL:
        return strings_split(arena, "integration,auditor", ',');
    case VALUES_FREE:
    case VALUES_FILE:
    case VALUES_FAULT:
        break;
    }
    return (struct strings){0};
}

const char *command_names(const struct program *program, unsigned set, const char *separator)
{
    struct strings names = {0};
    for (size_t i = 0; i < program->n_commands; i++) {
        if (((unsigned)program->commands[i]->set & set) != 0) {
            strings_add(program->arena, &names, program->commands[i]->name);
        }
    }
    return strings_join(program->arena, &names, separator);
}
