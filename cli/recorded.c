/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recording goes out without secrets: what the run knew as one is a keyed token, what looks like
 * one in a free text is hidden as in a pasted text, and with --anonymise names are tokens too.
 */
#include "cli/recorded.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/text.h"
#include "checks/kind.h"
#include "checks/secret_shape.h"
#include "probes/hide.h"
#include "report/anonymise.h"
#include "rules/load.h"

enum {
    LARGEST_RECORDING_BYTES = 64 * 1024 * 1024,
    KEY_BYTES = 32,
    KEY_ID_DIGITS = 16,
    MS_PER_SECOND = 1000
};

/* ---- Reading -------------------------------------------------------------------------------- */

static bool refuse_with(struct diag *diag, bool is_given, const char *option, const char *why)
{
    return !is_given ||
           diag_error(diag, (struct where){0}, "--from does not go with %s: %s", option, why);
}

static bool options_fit(struct diag *diag, const struct options *options)
{
    bool is_fine = refuse_with(diag, options->record != NULL, "--record",
                               "what a recording saw is in it already");
    is_fine = refuse_with(diag, options->plan, "--plan", "nothing is sent") && is_fine;
    is_fine =
        refuse_with(diag, options->shard != NULL, "--shard", "it is about one instance") && is_fine;
    if (options->from.n_items > 1) {
        is_fine = diag_error(diag, (struct where){0}, "--from takes one recording at a time");
    }
    return is_fine;
}

const struct recording *recorded_read_file(struct arena *arena, struct diag *diag, const char *path)
{
    const char *fault = NULL;
    size_t len = 0;
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        diag_error(diag, (struct where){.file = path}, "a folder, and no recording");
        return NULL;
    }
    const char *text = file_read(arena, path, LARGEST_RECORDING_BYTES, &len, &fault);
    const struct recording *recording =
        text == NULL ? NULL : recording_read(arena, text, len, &fault);
    if (recording == NULL) {
        diag_error(diag, (struct where){.file = path}, "cannot be judged: %s", fault);
    }
    return recording;
}

bool recorded_read(struct arena *arena, struct diag *diag, const struct options *options,
                   const struct recording **ret_recording)
{
    if (options->from.n_items == 0) {
        *ret_recording = NULL;
        return true;
    }
    bool is_fine = options_fit(diag, options);
    const struct recording *recording = recorded_read_file(arena, diag, options->from.items[0]);
    if (recording == NULL || !is_fine) {
        return false;
    }
    *ret_recording = recording;
    return true;
}

void recorded_know_tokens(struct redactor *redactor, const struct recording *recording)
{
    for (size_t i = 0; recording != NULL && i < recording->tokens.n_items; i++) {
        const char *token = recording->tokens.items[i];
        redactor_add(redactor, token, strlen(token));
    }
}

/* ---- The target ----------------------------------------------------------------------------- */

static bool complete_instance(struct arena *arena, struct diag *diag,
                              const struct recording *recording, struct target *target)
{
    const struct instance recorded = instance_parse(arena, recording->target.instance.text);
    const struct instance *wanted = &target->instance;
    if (wanted->text == NULL) {
        target->instance = recorded;
        return true;
    }
    bool is_same = wanted->origin != NULL ? text_equal(wanted->origin, recorded.origin)
                                          : text_equal(wanted->text, recorded.text);
    if (is_same) {
        return true;
    }
    if (recording->is_anonymous) {
        return diag_error(diag, (struct where){0},
                          "the recording is anonymised, so nobody can tell whether it is one of "
                          "%s: judge it without TARGET, --instance and GLIDEPATH_INSTANCE",
                          wanted->text);
    }
    return diag_error(diag, (struct where){0}, "the recording is one of %s and not of %s",
                      recorded.text, wanted->text);
}

/* What the file of a pack calls it; the text that chose it where that cannot be read, which is
 * reported when the packs are loaded. */
static const char *pack_name(struct arena *arena, const char *choice)
{
    struct kind_schemas schemas = kind_schemas();
    struct diag *unheard = diag_new();
    struct pack *pack = NULL;
    const char *name = pack_lint(arena, unheard, &schemas, choice, &pack) ? pack->name : choice;
    diag_free(unheard);
    return name;
}

static void complete_choice(struct arena *arena, const struct recording *recording,
                            struct pack_choice *choice)
{
    const char *name = pack_name(arena, choice->name);
    for (size_t i = 0; i < recording->n_packs; i++) {
        if (text_equal(recording->packs[i].name, name)) {
            choice->credential = recording->target.packs[i].credential;
            choice->set = recording->target.packs[i].set;
        }
    }
}

/* Those of TARGET stay as it says; those of --pack are told what was set for them then. */
static void complete_packs(struct arena *arena, const struct options *options,
                           const struct recording *recording, struct target *target)
{
    if (target->n_packs == 0 && !target->may_choose_packs) {
        target->packs = recording->target.packs;
        target->n_packs = recording->target.n_packs;
    }
    for (size_t i = 0; target->file == NULL && i < options->packs.n_items; i++) {
        complete_choice(arena, recording, &target->packs[i]);
    }
}

static bool is_chosen(const struct target *target, const char *name)
{
    for (size_t i = 0; i < target->n_packs; i++) {
        if (text_equal(target->packs[i].credential, name)) {
            return true;
        }
    }
    return false;
}

/* The recording's, and of the target's those that a pack is to be checked with and nobody recorded:
 * what only they could tell is not there. */
static void complete_credentials(struct arena *arena, const struct recording *recording,
                                 struct target *target)
{
    static const struct told_secret nothing_odd = {0};
    struct credential *all = NULL;
    size_t n_all = 0;
    for (size_t i = 0; i < recording->target.n_credentials; i++) {
        struct credential *slot = arena_append(arena, &all, &n_all, sizeof *slot);
        *slot = recording->target.credentials[i];
    }
    for (size_t i = 0; i < target->n_credentials; i++) {
        const struct credential *own = &target->credentials[i];
        if (target_credential(&recording->target, own->name) == NULL &&
            is_chosen(target, own->name)) {
            struct credential *slot = arena_append(arena, &all, &n_all, sizeof *slot);
            *slot = *own;
            slot->told = &nothing_odd;
        }
    }
    target->credentials = all;
    target->n_credentials = n_all;
}

bool recorded_complete(struct arena *arena, struct diag *diag, const struct options *options,
                       const struct recording *recording, struct target *target)
{
    complete_packs(arena, options, recording, target);
    complete_credentials(arena, recording, target);
    return complete_instance(arena, diag, recording, target);
}

/* ---- Writing -------------------------------------------------------------------------------- */

bool record_is_possible(struct diag *diag, const struct options *options, size_t n_targets)
{
    if (options->record == NULL || n_targets < 2) {
        return true;
    }
    return diag_error(diag, (struct where){0},
                      "--record with several targets: one file holds what one run saw");
}

struct mask {
    const struct redactor *redactor;
    struct anonymiser *anonymiser; /* NULL: names stay */
};

static const char *mask_text(void *ctx, struct arena *arena, const char *text)
{
    const struct mask *mask = ctx;
    const char *masked = redact_keyed(mask->redactor, arena, text);
    return mask->anonymiser == NULL ? masked : anonymise(mask->anonymiser, masked);
}

/* Columns of sys_user that nothing but a person is found by. */
static bool column_is_personal(const char *column)
{
    static const char *const columns[] = {"first_name", "last_name",    "middle_name",
                                          "phone",      "mobile_phone", "employee_number"};
    const char *dot = strrchr(column, '.');
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        if (text_equal(columns[i], dot == NULL ? column : dot + 1)) {
            return true;
        }
    }
    return false;
}

/* A word by itself is a name or a number; in a text of several there may be anything. */
static bool is_free_text(const char *value)
{
    return strpbrk(value, " \t\n=:") != NULL;
}

static const char *mask_cell(void *ctx, struct arena *arena, const char *column, const char *value)
{
    const struct mask *mask = ctx;
    size_t n_hidden = 0;
    if (mask->anonymiser != NULL && column_is_personal(column)) {
        return NULL; /* a token would be another name: as if it had been hidden */
    }
    const char *masked = redact_keyed(mask->redactor, arena, value);
    if (is_free_text(masked)) {
        const char *hidden = hide_secrets(arena, text_sanitize(arena, masked), &n_hidden);
        masked = n_hidden > 0 ? hidden : masked;
    }
    return mask->anonymiser == NULL ? masked : anonymise(mask->anonymiser, masked);
}

static void tell_secrets(struct arena *arena, const struct target *target, struct target *recorded)
{
    recorded->credentials =
        arena_array(arena, target->n_credentials, sizeof *recorded->credentials);
    for (size_t i = 0; i < target->n_credentials; i++) {
        struct told_secret *told = arena_allocate(arena, sizeof *told);
        *told = secret_shape_tell(arena, &target->credentials[i]);
        recorded->credentials[i] = (struct credential){
            .name = target->credentials[i].name,
            .kind = target->credentials[i].kind,
            .user_name = target->credentials[i].user_name,
            .client_id = target->credentials[i].client_id,
            .source = target->credentials[i].source,
            .told = told,
        };
    }
}

/* Whether somebody gave this parameter a value; else it has its default, or the credential's. */
static bool is_set(struct arena *arena, const struct target *target,
                   const struct pack_choice *choice, const struct pack *pack, const char *name)
{
    const char *full = arena_printf(arena, "%s.%s", pack->name, name);
    return pairs_get(&choice->set, name) != NULL || pairs_get(&target->set, full) != NULL ||
           pairs_get(&target->set, name) != NULL;
}

static void tell_packs(struct arena *arena, const struct flown *flown, struct recording *recording)
{
    const struct run *run = flown->run;
    struct target *target = &recording->target;
    target->packs = arena_array(arena, run->n_packs, sizeof *target->packs);
    recording->packs = arena_array(arena, run->n_packs, sizeof *recording->packs);
    target->n_packs = run->n_packs;
    recording->n_packs = run->n_packs;
    for (size_t i = 0; i < run->n_packs; i++) {
        const struct pack *pack = run->packs[i];
        const struct pack_choice *choice = &flown->target->packs[i];
        struct pairs set = {0};
        for (size_t p = 0; p < pack->parameters.n_items; p++) {
            const struct pair *parameter = &pack->parameters.items[p];
            if (is_set(arena, flown->target, choice, pack, parameter->key)) {
                pairs_add(arena, &set, parameter->key, parameter->value);
            }
        }
        recording->packs[i] = (struct recorded_pack){.name = pack->name, .version = pack->version};
        target->packs[i] = (struct pack_choice){
            .name = choice->name, .credential = choice->credential, .set = set};
    }
}

static struct recording recording_of(struct arena *arena, const struct flown *flown)
{
    const struct run *run = flown->run;
    struct recording recording = {
        .tool_version = run->tool_version,
        .run_id = run->run_id,
        .is_anonymous = flown->names != NULL,
        .started = flown->started,
        .ended = flown->started + flown->duration_ms / MS_PER_SECOND,
        .duration_ms = flown->duration_ms,
        .has_clock_skew = run->has_clock_skew,
        .clock_skew_s = run->clock_skew_s,
        .target = {.instance = flown->target->instance,
                   .n_credentials = flown->target->n_credentials},
        .answers = *flown->answers,
        .exchanges = run->exchanges,
        .n_exchanges = run->n_exchanges,
        .n_connections = run->n_connections,
        .n_waves = run->n_waves,
        .bytes_in = run->bytes_in,
    };
    tell_secrets(arena, flown->target, &recording.target);
    tell_packs(arena, flown, &recording);
    return recording;
}

static bool write_file(struct arena *arena, const char *path, const char *text)
{
    struct file_replacement replacement = {0};
    const char *fault = NULL;
    FILE *out = file_replace_begin(&replacement, arena, path, &fault);
    if (out != NULL && fputs(text, out) == EOF) {
        file_replace_abandon(&replacement);
        fault = "it could not be written";
    } else if (out != NULL && file_replace_commit(&replacement, arena, &fault)) {
        return true;
    }
    fprintf(stderr, "glidepath: error: --record %s: %s\n", text_sanitize_line(arena, path), fault);
    return false;
}

bool record_write(struct arena *arena, const char *path, const struct flown *flown)
{
    const char *key = random_hex(arena, KEY_BYTES);
    static const char about[] = "glidepath-recording key id";
    struct recording recording = recording_of(arena, flown);
    struct mask mask = {.redactor = flown->redactor};
    const struct disguise disguise = {.ctx = &mask, .text = mask_text, .cell = mask_cell};
    if (flown->names != NULL) {
        mask.anonymiser = anonymiser_of_run(arena, flown->run, flown->names, flown->book);
    }
    redactor_set_key(flown->redactor, key, strlen(key));
    recording.key_id =
        arena_printf(arena, "%.*s", KEY_ID_DIGITS,
                     digest_hmac_sha256_hex(arena, key, strlen(key), about, sizeof about - 1));
    return write_file(arena, path, recording_text(arena, &recording, &disguise));
}
