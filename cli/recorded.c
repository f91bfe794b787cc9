/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recording goes out without secrets: what the run knew as one is a keyed token, what looks like
 * one in a free text is hidden as in a pasted text, and with --anonymise names are tokens too.
 */
#include "cli/recorded.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/text.h"
#include "checks/kind.h"
#include "checks/secret_shape.h"
#include "model/names.h"
#include "probes/exports.h"
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
                               "what a file tells is in it already");
    is_fine =
        refuse_with(diag, options->plan, "--plan", "what a file is asked is no request") && is_fine;
    is_fine =
        refuse_with(diag, options->shard != NULL, "--shard", "it is about one instance") && is_fine;
    return is_fine;
}

/* A clock that is a day ahead is no zone's: neither its ages nor what came first can be told. */
static bool is_of_the_past(struct diag *diag, const char *path, const struct recording *recording)
{
    enum { A_DAY = 24 * 60 * 60 };
    return recording->ended <= clock_now_seconds() + A_DAY ||
           diag_error(diag, (struct where){.file = path},
                      "cannot be judged: it is of the future, by the clock of what made it");
}

const struct recording *recorded_read_file(struct arena *arena, struct diag *diag, const char *path)
{
    const char *fault = NULL;
    size_t len = 0;
    const char *text = file_read(arena, path, LARGEST_RECORDING_BYTES, &len, &fault);
    const struct recording *recording =
        text == NULL ? NULL : recording_read(arena, text, len, &fault);
    if (recording == NULL) {
        diag_error(diag, (struct where){.file = path}, "cannot be judged: %s", fault);
        return NULL;
    }
    return is_of_the_past(diag, path, recording) ? recording : NULL;
}

static void add_source(struct arena *arena, struct sources *sources,
                       const struct recording *recording)
{
    const struct recording **slot =
        arena_append(arena, &sources->items, &sources->n_items, sizeof *slot);
    *slot = recording;
    for (size_t i = 0; i < recording->warnings.n_items; i++) {
        fprintf(stderr, "glidepath: warning: %s\n",
                text_sanitize_line(arena, recording->warnings.items[i]));
    }
}

/* All folders and files of exports are one source: what one refers to may be in another. */
static bool read_exports(struct arena *arena, struct diag *diag, const struct options *options,
                         const struct strings *paths, struct sources *sources)
{
    if (paths->n_items == 0) {
        return !options->whole_exports ||
               diag_error(diag, (struct where){0},
                          "--whole-exports is about XML exports, and --from names none");
    }
    const struct recording *recording = exports_read(arena, paths, options->whole_exports, diag);
    if (recording != NULL) {
        add_source(arena, sources, recording);
    }
    return recording != NULL;
}

bool recorded_read(struct arena *arena, struct diag *diag, const struct options *options,
                   struct sources *ret_sources)
{
    bool fits = options->from.n_items == 0 || options_fit(diag, options);
    bool is_read = true;
    struct sources sources = {0};
    struct strings exports = {0};
    for (size_t i = 0; i < options->from.n_items; i++) {
        const char *path = options->from.items[i];
        if (exports_are_at(path)) {
            strings_add(arena, &exports, path);
            continue;
        }
        const struct recording *recording = recorded_read_file(arena, diag, path);
        is_read = recording != NULL && is_read;
        if (recording != NULL) {
            add_source(arena, &sources, recording);
        }
    }
    is_read = read_exports(arena, diag, options, &exports, &sources) && is_read;
    if (is_read && sources.n_items > 1 && sources_run(&sources) != NULL) {
        is_read = diag_error(diag, (struct where){0},
                             "the recording of a run is judged alone: what another file says "
                             "besides would be of another time");
    }
    if (is_read) {
        *ret_sources = sources;
    }
    return fits && is_read;
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
    if (recording->target.instance.text == NULL) {
        return true; /* exports do not say of which instance they are */
    }
    const struct instance recorded = instance_parse(arena, recording->target.instance.text);
    const struct instance *wanted = &target->instance;
    if (recording->source == SOURCE_SCRIPT && recorded.origin == NULL) {
        return diag_error(diag, (struct where){0},
                          "what the script printed does not say of which instance it is");
    }
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

static bool chooses(const struct target *target, const char *name)
{
    for (size_t i = 0; i < target->n_packs; i++) {
        if (text_equal(target->packs[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* Where neither TARGET nor --pack chooses, all that the files are about. */
static void add_packs(struct arena *arena, const struct recording *recording, struct target *target)
{
    for (size_t i = 0; i < recording->target.n_packs; i++) {
        const struct pack_choice *choice = &recording->target.packs[i];
        if (!chooses(target, choice->name)) {
            struct pack_choice *slot =
                arena_append(arena, &target->packs, &target->n_packs, sizeof *slot);
            *slot = *choice;
        }
    }
}

/* Those of TARGET stay as it says; those of --pack are told what was set for them then. */
static void complete_packs(struct arena *arena, const struct options *options,
                           const struct recording *recording, bool files_choose,
                           struct target *target)
{
    if (files_choose) {
        add_packs(arena, recording, target);
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

/* Beside the target's own: those that the file speaks for and nobody else does. */
static bool add_stand_ins(struct arena *arena, struct diag *diag, const struct recording *recording,
                          struct target *target)
{
    bool is_fine = true;
    for (size_t i = 0; i < recording->target.n_credentials; i++) {
        const struct credential *credential = &recording->target.credentials[i];
        const struct credential *own = target_credential(target, credential->name);
        bool is_live = own != NULL && own->stands_in == SOURCE_LIVE && own->told == NULL;
        if (own == NULL) {
            struct credential *slot =
                arena_append(arena, &target->credentials, &target->n_credentials, sizeof *slot);
            *slot = *credential;
        } else if (is_live && text_equal(own->name, "auditor")) {
            is_fine = diag_error(diag, own->where,
                                 "an auditor is given, and with --from a file that stands for one "
                                 "(%s): leave one of them out",
                                 source_name(recording->source));
        }
    }
    return is_fine;
}

static bool complete_with(struct arena *arena, struct diag *diag, const struct options *options,
                          const struct recording *recording, bool files_choose,
                          struct target *target)
{
    bool is_fine = true;
    complete_packs(arena, options, recording, files_choose, target);
    if (recording->source == SOURCE_RECORDING) {
        complete_credentials(arena, recording, target);
    } else {
        is_fine = add_stand_ins(arena, diag, recording, target);
    }
    return complete_instance(arena, diag, recording, target) && is_fine;
}

/*
 * A file that somebody sent must not choose where a credential goes: with such a one nothing is
 * asked, unless TARGET, an option or the environment names the instance. What kind of credential it
 * is stays known.
 */
static void keep_credentials(struct arena *arena, const struct sources *sources,
                             struct target *target)
{
    struct credential *kept = arena_array(arena, target->n_credentials, sizeof *kept);
    for (size_t i = 0; i < target->n_credentials; i++) {
        static const struct told_secret nothing_odd = {0};
        kept[i] = target->credentials[i];
        kept[i].stands_in = sources->items[0]->source;
        kept[i].told = &nothing_odd;
    }
    target->credentials = kept;
    if (target->n_credentials > 0) {
        fputs("glidepath: note: nothing is asked live, because only the file says which instance "
              "it is of: name it with --instance or in TARGET\n",
              stderr);
    }
}

/* The run first: it has more to say. */
bool recorded_complete(struct arena *arena, struct diag *diag, const struct options *options,
                       const struct sources *sources, struct target *target)
{
    const struct recording *run = sources_run(sources);
    bool files_choose = target->n_packs == 0 && !target->may_choose_packs;
    if (sources->n_items > 0 && run == NULL && target->instance.text == NULL) {
        keep_credentials(arena, sources, target);
    }
    bool is_fine = run == NULL || complete_with(arena, diag, options, run, files_choose, target);
    for (size_t i = 0; i < sources->n_items; i++) {
        const struct recording *recording = sources->items[i];
        is_fine = (recording == run ||
                   complete_with(arena, diag, options, recording, files_choose, target)) &&
                  is_fine;
    }
    return is_fine;
}

bool exports_are_of_one(struct diag *diag, const struct sources *sources, size_t n_targets)
{
    for (size_t i = 0; i < sources->n_items && n_targets > 1; i++) {
        if (sources->items[i]->source == SOURCE_EXPORT) {
            return diag_error(diag, (struct where){0},
                              "--from names XML exports, which are of one instance: give one "
                              "target");
        }
    }
    return true;
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

static const char *mask_cell(void *ctx, struct arena *arena, const char *column, const char *value)
{
    const struct mask *mask = ctx;
    if (mask->anonymiser != NULL && column_is_personal(column)) {
        return NULL; /* a token would be another name: as if it had been hidden */
    }
    const char *masked = hide_in_column(arena, column, redact_keyed(mask->redactor, arena, value));
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
        target->packs[i] =
            (struct pack_choice){.name = choice->name, .credential = pack->credential, .set = set};
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
