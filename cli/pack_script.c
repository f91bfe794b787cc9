/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath pack script NAME: the questions of a check that an auditor would answer, as a script
 * for an admin who has no credential to give. Which those are is foreseen (checks/foresee.h), so
 * the script asks in one go what a run would ask wave by wave.
 */
#include <stdio.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/random.h"
#include "checks/foresee.h"
#include "checks/kind.h"
#include "cli/command.h"
#include "cli/pack.h"
#include "model/names.h"
#include "model/pack.h"
#include "probes/planner.h"
#include "probes/script.h"
#include "rules/load.h"

enum { RUN_ID_BYTES = 6, N_KINDS = CREDENTIAL_TOKEN + 1 };

struct drafting {
    struct arena *arena;
    const struct catalogue *catalogue;
    struct target target;
    const struct pack *pack;
    struct questions questions;
};

/* ---- The target ----------------------------------------------------------------------------- */

/* The kind that is tested: as the option or the environment says, else the only one that the pack
 * is written for. False where it is not known. */
static bool find_kind(const struct target *target, const struct pack *pack,
                      enum credential_kind *ret_kind)
{
    const struct credential *given = target_credential(target, "integration");
    if (given != NULL) {
        *ret_kind = given->kind;
        return true;
    }
    return pack->credentials.n_items == 1 &&
           credential_kind_from_name(pack->credentials.items[0], ret_kind);
}

/* Of --kind: no more is known of it than that. */
static bool add_credential(struct arena *arena, struct diag *diag, const struct options *options,
                           struct target *target)
{
    struct credential credential = {.name = "integration"};
    if (options->kind == NULL) {
        return true;
    }
    if (!credential_kind_from_name(options->kind, &credential.kind)) {
        return diag_error(diag, (struct where){0}, "--kind is no kind of credential: '%s'",
                          options->kind);
    }
    target->credentials = arena_allocate(arena, sizeof credential);
    target->credentials[0] = credential;
    target->n_credentials = 1;
    return true;
}

/* What the environment says of credentials stays, so that parameters follow from it as in a check;
 * an auditor is what the script takes the place of. */
static bool make_target(struct arena *arena, struct diag *diag, const struct options *options,
                        const char *name, struct target *target)
{
    struct pack_choice *choice = arena_allocate(arena, sizeof *choice);
    bool is_fine = target_add_environment(arena, diag, target);
    is_fine = add_credential(arena, diag, options, target) && is_fine;
    *choice = (struct pack_choice){.name = name, .credential = "integration"};
    target->packs = choice;
    target->n_packs = 1;
    target->instance = instance_parse(arena, "acme");
    for (size_t i = 0; i < options->set.n_items; i++) {
        is_fine = target_set_parameter(arena, diag, target, options->set.items[i]) && is_fine;
    }
    return is_fine;
}

static struct credential stand_in(const char *name, enum credential_kind kind)
{
    return (struct credential){
        .name = name, .kind = kind, .client_id = "", .source = "", .stands_in = SOURCE_SCRIPT};
}

/* ---- The questions -------------------------------------------------------------------------- */

/* Asked again alone is a matter of hidden rows, of which there are none here. */
static bool is_for_script(const struct question *question)
{
    return question->kind == QUESTION_ROWS && text_equal(question->credential, "auditor") &&
           !question->is_alone && question->minutes == 0 && plan_can_ask(question);
}

static void add_questions(struct drafting *drafting, const struct check *check)
{
    const struct foresee_options options = {.now = clock_now_seconds()};
    const struct foresight foresight = foresee_with(
        drafting->arena, drafting->catalogue, &drafting->target, drafting->pack, check, &options);
    for (size_t i = 0; i < foresight.n_items; i++) {
        const struct question *question = &foresight.items[i].question;
        struct question *known = questions_find(&drafting->questions, question);
        if (!is_for_script(question)) {
            continue;
        }
        if (known == NULL) {
            known = questions_add(drafting->arena, &drafting->questions, question);
            known->askers = (struct strings){0};
        }
        strings_add_unique(drafting->arena, &known->askers, check->name);
    }
}

/* With a credential of this kind under test. */
static void ask_as(struct drafting *drafting, enum credential_kind kind)
{
    struct credential *both = arena_array(drafting->arena, 2, sizeof *both);
    both[0] = stand_in(drafting->pack->credential, kind);
    both[1] = stand_in("auditor", CREDENTIAL_TOKEN);
    drafting->target.credentials = both;
    drafting->target.n_credentials = 2;
    for (size_t i = 0; i < drafting->pack->n_checks; i++) {
        if (drafting->pack->checks[i].applies) {
            add_questions(drafting, &drafting->pack->checks[i]);
        }
    }
}

static bool is_listing(const struct question *question)
{
    return question->key == NULL;
}

/* Listings do not take in what is asked by a key: one that was cut would tell too little. */
static struct requests plan(struct drafting *drafting)
{
    struct requests requests = {0};
    for (int pass = 0; pass < 2; pass++) {
        const struct question **some = NULL;
        size_t n_some = 0;
        for (size_t i = 0; i < drafting->questions.n_items; i++) {
            struct question *question = &drafting->questions.items[i];
            question->asker = strings_join(drafting->arena, &question->askers, ",");
            question->limit_ms = 0;
            if (is_listing(question) == (pass == 1)) {
                const struct question **slot =
                    arena_append(drafting->arena, &some, &n_some, sizeof *slot);
                *slot = question;
            }
        }
        plan_rows(drafting->arena, "", some, n_some, false, &requests);
    }
    return requests;
}

/* ---- The command ---------------------------------------------------------------------------- */

static void tell_credentials(struct drafting *drafting, bool kind_is_known,
                             enum credential_kind kind, struct script *script)
{
    strings_add(drafting->arena, &script->credentials, "auditor");
    strings_add(drafting->arena, &script->kinds, credential_kind_name(CREDENTIAL_TOKEN));
    if (kind_is_known) {
        strings_add(drafting->arena, &script->credentials, drafting->pack->credential);
        strings_add(drafting->arena, &script->kinds, credential_kind_name(kind));
    }
}

/* What was set for the pack, so that the file is judged as it was asked for. */
static struct pairs parameters_set(struct drafting *drafting)
{
    struct pairs set = {0};
    for (size_t i = 0; i < drafting->pack->parameters.n_items; i++) {
        const struct pair *parameter = &drafting->pack->parameters.items[i];
        pairs_add(drafting->arena, &set, parameter->key, parameter->value);
    }
    return set;
}

static int print_script(struct drafting *drafting, bool kind_is_known, enum credential_kind kind)
{
    for (int each = 0; each < N_KINDS; each++) {
        if (!kind_is_known || each == (int)kind) {
            ask_as(drafting, (enum credential_kind)each);
        }
    }
    const struct pack *pack = drafting->pack;
    struct script script = {
        .tool_version = GLIDEPATH_VERSION,
        .run_id = random_hex(drafting->arena, RUN_ID_BYTES),
        .about = pack->title,
        .pack = {.name = drafting->target.packs[0].name,
                 .credential = pack->credential,
                 .set = parameters_set(drafting)},
        .pack_name = pack->name,
        .pack_version = pack->version,
        .asks = plan(drafting),
    };
    tell_credentials(drafting, kind_is_known, kind, &script);
    return script_write(drafting->arena, &script, stdout) ? 0 : EXIT_INTERNAL;
}

/* What a script does not read because nobody said what it is. */
static void tell_unset(const struct drafting *drafting, bool kind_is_known)
{
    const struct pack *pack = drafting->pack;
    struct strings unset = {0};
    for (size_t i = 0; i < pack->parameter_names.n_items; i++) {
        const char *name = pack->parameter_names.items[i];
        if (pairs_get(&pack->parameters, name) == NULL) {
            strings_add(drafting->arena, &unset, name);
        }
    }
    if (unset.n_items > 0) {
        fprintf(stderr,
                "glidepath: note: not set, so the checks that need them do not apply: %s (--set)\n",
                strings_join(drafting->arena, &unset, ", "));
    }
    if (!kind_is_known) {
        fprintf(stderr, "glidepath: note: of which kind the credential is is not told (--kind), so "
                        "what any kind needs is read\n");
    }
}

int pack_print_script(struct arena *arena, struct diag *diag, const struct options *options,
                      const char *name)
{
    struct kind_schemas schemas = kind_schemas();
    struct catalogue catalogue = {0};
    struct drafting drafting = {.arena = arena, .catalogue = &catalogue};
    struct pack **packs = NULL;
    size_t n_packs = 0;
    enum credential_kind kind = CREDENTIAL_TOKEN;
    bool is_fine = make_target(arena, diag, options, name, &drafting.target);
    is_fine = catalogue_load(arena, diag, &catalogue) && is_fine;
    is_fine = packs_load(arena, diag, &schemas, &drafting.target, &packs, &n_packs) && is_fine;
    if (!is_fine) {
        return EXIT_USAGE;
    }
    bool kind_is_known = find_kind(&drafting.target, packs[0], &kind);
    drafting.pack = packs[0];
    tell_unset(&drafting, kind_is_known);
    return print_script(&drafting, kind_is_known, kind);
}
