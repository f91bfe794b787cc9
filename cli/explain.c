/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath explain: what a pasted answer or line of a log means. Sends nothing, and prints nothing
 * of the text that could be a secret.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/sinks.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/recognise.h"
#include "model/explanation.h"
#include "model/names.h"
#include "probes/hide.h"
#include "probes/paste.h"
#include "report/explained.h"

enum { EXIT_RECOGNISED = 0, EXIT_NOT_RECOGNISED = 3 };

/* ---- Options -------------------------------------------------------------------------------- */

static bool read_kind(struct arena *arena, struct diag *diag, const struct options *options)
{
    enum credential_kind kind = CREDENTIAL_API_KEY;
    struct strings known = {0};
    if (options->kind == NULL || credential_kind_from_name(options->kind, &kind)) {
        return true;
    }
    for (int i = CREDENTIAL_API_KEY; i <= CREDENTIAL_TOKEN; i++) {
        strings_add(arena, &known, credential_kind_name((enum credential_kind)i));
    }
    const char *near = nearest_spelling(options->kind, &known);
    return diag_error(diag, (struct where){0}, "--kind takes %s, not '%s'%s%s%s",
                      strings_join(arena, &known, ", "), options->kind,
                      near != NULL ? " (did you mean '" : "", near != NULL ? near : "",
                      near != NULL ? "'?)" : "");
}

/* Reads "METHOD PATH", the path with or without the host in front. */
static bool read_call(struct arena *arena, struct diag *diag, const struct options *options,
                      struct paste_call *ret_call)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t n_hidden = 0;
    if (options->call == NULL) {
        return true;
    }
    const char *call = hide_secrets(arena, options->call, &n_hidden);
    size_t len = strspn(call, letters);
    const char *path = call + len + strspn(call + len, " ");
    bool is_path =
        *path == '/' || text_starts_with(path, "https://") || text_starts_with(path, "http://");
    if (len == 0 || call[len] != ' ' || !is_path || strchr(path, ' ') != NULL) {
        return diag_error(diag, (struct where){0},
                          "--call takes 'METHOD PATH', such as 'GET /api/now/table/incident'");
    }
    *ret_call = (struct paste_call){.method = arena_strndup(arena, call, len), .path = path};
    return true;
}

/* The text of FILE, or of standard input for '-' and without one. */
static char *read_text(struct arena *arena, struct diag *diag, const struct options *options,
                       size_t *ret_len)
{
    const char *path = options->operands.n_items > 0 ? options->operands.items[0] : "-";
    const char *fault = "";
    if (options->operands.n_items > 1) {
        (void)diag_error(diag, (struct where){0}, "explain takes one FILE, or '-'");
        return NULL;
    }
    bool is_input = strcmp(path, "-") == 0;
    if (is_input && isatty(STDIN_FILENO) != 0) {
        fputs("Paste the text, then press Ctrl-D on a line of its own.\n", stderr);
    }
    char *text = is_input ? stream_read(arena, stdin, PASTE_BYTES, ret_len, &fault)
                          : file_read(arena, path, PASTE_BYTES, ret_len, &fault);
    if (text == NULL) {
        (void)diag_error(diag, (struct where){0}, "%s: %s", is_input ? "standard input" : path,
                         fault);
    }
    return text;
}

/* ---- What is ruled out ---------------------------------------------------------------------- */

static bool is_named(const struct explanation *explanation, const char *id)
{
    for (size_t i = 0; i < explanation->n_causes; i++) {
        if (text_equal(explanation->causes[i].id, id)) {
            return true;
        }
    }
    return false;
}

static bool is_excluded(const struct explanation *explanation, const struct cause_entry *entry)
{
    for (size_t i = 0; i < explanation->clues.n_items; i++) {
        if (strings_have(&entry->excluded_by, explanation->clues.items[i].signature)) {
            return true;
        }
    }
    return false;
}

/* Of the candidates of what was recognised: those that cannot be, and why. */
static void tell_ruled_out(struct arena *arena, const struct catalogue *catalogue,
                           const struct cause_entry *symptom, struct explanation *explanation)
{
    for (size_t i = 0; i < symptom->candidates.n_items; i++) {
        const char *id = symptom->candidates.items[i];
        const struct cause_entry *entry = catalogue_cause(catalogue, id);
        if (entry == NULL || is_named(explanation, id)) {
            continue;
        }
        if (explanation->kind != NULL && !cause_fits_kind(entry, explanation->kind)) {
            strings_add_unique(arena, &explanation->other_kinds, id);
        } else if (is_excluded(explanation, entry)) {
            strings_add_unique(arena, &explanation->ruled_out, id);
        }
    }
}

static void rule_out(struct arena *arena, const struct catalogue *catalogue,
                     struct explanation *explanation)
{
    for (size_t i = 0; i < explanation->clues.n_items; i++) {
        const struct signature *signature =
            catalogue_signature(catalogue, explanation->clues.items[i].signature);
        const struct cause_entry *symptom =
            signature->cause == NULL ? NULL : catalogue_cause(catalogue, signature->cause);
        if (symptom != NULL) {
            tell_ruled_out(arena, catalogue, symptom, explanation);
        }
    }
}

/* ---- The command ---------------------------------------------------------------------------- */

static struct explanation explain(struct arena *arena, const struct catalogue *catalogue,
                                  const struct paste *paste, const char *kind)
{
    struct explanation explanation = {
        .paste = paste,
        .kind = kind,
        .kind_is_said = kind != NULL,
        .clues = recognise(arena, catalogue, paste, kind),
    };
    for (size_t i = 0; i < explanation.clues.n_items && explanation.kind == NULL; i++) {
        explanation.kind = pairs_get(&explanation.clues.items[i].about, "kind");
    }
    const struct observations observations = {.clues = explanation.clues,
                                              .status = STATUS_NOT_READY};
    struct diagnosis diagnosis = diagnose(arena, catalogue, &observations);
    explanation.causes = diagnosis.causes;
    explanation.n_causes = diagnosis.n_causes;
    rule_out(arena, catalogue, &explanation);
    return explanation;
}

/* The page docs/causes.md. */
static int print_causes(struct diag *diag, const struct catalogue *catalogue,
                        const struct options *options)
{
    if (options->operands.n_items > 0 || options->kind != NULL || options->call != NULL) {
        (void)diag_error(diag, (struct where){0}, "--causes stands alone: it explains no text");
        return EXIT_USAGE;
    }
    return causes_page_write(catalogue, stdout) ? EXIT_RECOGNISED : EXIT_INTERNAL;
}

static int run_explain(struct arena *arena, struct diag *diag, const struct options *options)
{
    struct paste_call call = {0};
    struct catalogue catalogue = {0};
    size_t len = 0;
    bool is_fine = read_kind(arena, diag, options);
    is_fine = read_call(arena, diag, options, &call) && is_fine;
    if (!is_fine) {
        return EXIT_USAGE;
    }
    if (!catalogue_load(arena, diag, &catalogue)) {
        return EXIT_INTERNAL;
    }
    if (options->causes) {
        return print_causes(diag, &catalogue, options);
    }
    const char *text = read_text(arena, diag, options, &len);
    if (text == NULL) {
        return EXIT_USAGE;
    }
    struct paste paste = paste_read(arena, text, len, &call);
    struct explanation explanation = explain(arena, &catalogue, &paste, options->kind);
    int status = explanation.clues.n_items > 0 ? EXIT_RECOGNISED : EXIT_NOT_RECOGNISED;
    const struct report_options plain = {0};
    const struct report_options fitted = sinks_fit(&plain, stdout);
    return explanation_write(&explanation, status, &fitted, stdout) ? status : EXIT_INTERNAL;
}

static void explain_help(struct arena *arena, struct diag *diag, const struct options *options)
{
    (void)arena;
    (void)diag;
    (void)options;
    fputs("\n"
          "The text is a JSON body, what curl -v prints, a page, lines of the vendor's log\n"
          "or of the instance's; it is read from FILE or standard input. Nothing is sent,\n"
          "and secrets in it are hidden first. KIND is api-key, basic, oauth-client,\n"
          "oauth-password, oauth-refresh or token. Exit status 0: recognised, 3: not.\n"
          "\n"
          "  glidepath explain --kind api-key ticket.txt\n"
          "  pbpaste | glidepath explain --call 'POST /oauth_token.do'\n",
          stdout);
}

const struct command command_explain = {
    .name = "explain",
    .usage = "[--kind KIND] [--call 'METHOD PATH'] [FILE|-]\n"
             "       glidepath explain --causes",
    .summary = "what a pasted answer or log line means; sends nothing",
    .set = FOR_EXPLAIN,
    .operands = VALUES_FILE,
    .explain = explain_help,
    .run = run_explain,
};
