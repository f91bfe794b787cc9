/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rounds, and what every finding goes through once the last answer is in.
 */
#include "checks/engine.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/lookup.h"
#include "checks/effects.h"
#include "checks/secret_shape.h"
#include "checks/url.h"
#include "checks/waivers.h"
#include "model/names.h"
#include "rules/wants.h"

enum { LONGEST_LINK = 8 * 1024 };

/* A check with what was found so far. */
struct item {
    const struct pack *pack;
    size_t pack_number; /* its place among the packs */
    const struct check *check;
    bool is_wanted; /* by --only and --skip */
    bool is_open;   /* an answer is still to come, to a question of its own or one it waits for */
    struct finding finding;
};

struct engine {
    struct arena *arena;
    const struct target *target;
    struct pack *const *packs;
    size_t n_packs;
    const struct catalogue *catalogue;
    struct engine_options options;
    int64_t now;
    struct item *items;
    size_t n_items;
    struct lookup *by_id;
    struct questions open;
    const struct observations **seen; /* of each pack, in this round; NULL: not looked yet */
};

/* ---- Which checks are wanted ---- */

static bool is_named(const struct strings *ids, const struct check *check)
{
    return strings_have(ids, check->id) || strings_have(ids, check->name);
}

static struct item *find_item(const struct engine *engine, const char *id)
{
    uint64_t hash = lookup_hash(LOOKUP_SEED, id);
    size_t probe = 0;
    size_t place = 0;
    while (lookup_next(engine->by_id, hash, &probe, &place)) {
        if (text_equal(engine->items[place].check->id, id)) {
            return &engine->items[place];
        }
    }
    return NULL;
}

/* Needs have no cycles: the loader refuses them. */
static void want_with_needs(struct engine *engine, struct item *item)
{
    if (item->is_wanted) {
        return;
    }
    item->is_wanted = true;
    for (size_t i = 0; i < item->check->needs.n_items; i++) {
        struct item *needed = find_item(engine, item->check->needs.items[i]);
        if (needed != NULL) {
            want_with_needs(engine, needed);
        }
    }
}

static bool is_wanted_by_options(const struct engine_options *options, const struct check *check)
{
    if (options->only.n_items > 0) {
        return is_named(&options->only, check);
    }
    bool gates = check->severity == SEVERITY_REQUIRED ||
                 (check->severity == SEVERITY_RECOMMENDED && options->recommended_gates);
    return !options->quick || gates;
}

static void choose_items(struct engine *engine)
{
    for (size_t i = 0; i < engine->n_items; i++) {
        if (is_wanted_by_options(&engine->options, engine->items[i].check)) {
            want_with_needs(engine, &engine->items[i]);
        }
    }
    for (size_t i = 0; i < engine->n_items; i++) {
        if (is_named(&engine->options.skip, engine->items[i].check)) {
            engine->items[i].is_wanted = false;
        }
    }
}

static bool check_names(const struct engine *engine, struct diag *diag, const struct strings *ids,
                        const char *option)
{
    struct strings known = {0};
    for (size_t i = 0; i < engine->n_items; i++) {
        strings_add(engine->arena, &known, engine->items[i].check->id);
        strings_add_unique(engine->arena, &known, engine->items[i].check->name);
    }
    bool is_fine = true;
    for (size_t i = 0; i < ids->n_items; i++) {
        if (strings_have(&known, ids->items[i])) {
            continue;
        }
        const char *near = nearest_spelling(ids->items[i], &known);
        is_fine = diag_error(diag, (struct where){0}, "%s: no check '%s'%s%s%s", option,
                             ids->items[i], near != NULL ? " (did you mean '" : "",
                             near != NULL ? near : "", near != NULL ? "'?)" : "");
    }
    return is_fine;
}

bool engine_check_options(const struct engine *engine, struct diag *diag)
{
    bool only_is_fine = check_names(engine, diag, &engine->options.only, "--only");
    return check_names(engine, diag, &engine->options.skip, "--skip") && only_is_fine;
}

struct engine *engine_new(struct arena *arena, const struct target *target,
                          struct pack *const *packs, size_t n_packs,
                          const struct catalogue *catalogue, const struct engine_options *options,
                          int64_t now)
{
    struct engine *engine = arena_allocate(arena, sizeof *engine);
    *engine = (struct engine){.arena = arena,
                              .target = target,
                              .packs = packs,
                              .n_packs = n_packs,
                              .catalogue = catalogue,
                              .options = *options,
                              .now = now,
                              .by_id = lookup_new(arena),
                              .seen = arena_array(arena, n_packs, sizeof *engine->seen)};
    for (size_t p = 0; p < n_packs; p++) {
        for (size_t c = 0; c < packs[p]->n_checks; c++) {
            struct item *item = arena_append(arena, &engine->items, &engine->n_items, sizeof *item);
            *item =
                (struct item){.pack = packs[p], .pack_number = p, .check = &packs[p]->checks[c]};
            lookup_add(engine->by_id, lookup_hash(LOOKUP_SEED, item->check->id),
                       engine->n_items - 1);
        }
    }
    choose_items(engine);
    return engine;
}

bool engine_may_ask(const struct engine *engine, const struct check *check)
{
    const struct item *item = find_item(engine, check->id);
    return item != NULL && item->is_wanted && check->applies && check->unset_parameter == NULL;
}

/* ---- Judging one check ---- */

/* What effects are looked for in. What was observed is the same for all checks of a pack, as long
 * as no answer is added. */
static struct effect_scope scope_of(const struct engine *engine, const struct item *item,
                                    const struct answers *answers)
{
    struct effect_scope scope = {.arena = engine->arena,
                                 .catalogue = engine->catalogue,
                                 .target = engine->target,
                                 .pack = item->pack,
                                 .answers = answers};
    if (engine->seen[item->pack_number] == NULL) {
        engine->seen[item->pack_number] = effects_observe(&scope);
    }
    scope.seen = engine->seen[item->pack_number];
    return scope;
}

static void judge_kind(struct engine *engine, struct item *item, const struct check *check,
                       const struct answers *answers, struct finding *finding)
{
    *finding = (struct finding){.check = item->check, .verdict = VERDICT_UNKNOWN};
    const struct effect_scope scope = scope_of(engine, item, answers);
    struct judging judging = {.arena = engine->arena,
                              .now = engine->now,
                              .target = engine->target,
                              .pack = item->pack,
                              .check = item->check,
                              .catalogue = engine->catalogue,
                              .answers = answers,
                              .may_write = engine->options.allow_writes,
                              .is_quick = engine->options.quick,
                              .is_shown_by_effect = effects_show(&scope, check),
                              .open = &engine->open,
                              .finding = finding};
    kind_of(check->kind)->judge(&judging, check->params);
    item->is_open = item->is_open || judging.is_open;
}

/* Of alternatives the best verdict counts: what cannot be told may still hold. One that does not
 * apply is none. */
static int leniency(enum verdict verdict)
{
    static const int ranks[] = {
        [VERDICT_FAIL] = 0, [VERDICT_BLOCKED] = 1, [VERDICT_UNKNOWN] = 2,
        [VERDICT_PASS] = 3, [VERDICT_WAIVED] = 0,  [VERDICT_NOT_APPLICABLE] = -1,
    };
    return ranks[verdict];
}

static void judge_alternatives(struct engine *engine, struct item *item,
                               const struct answers *answers)
{
    struct finding best = {.check = item->check, .verdict = VERDICT_FAIL};
    bool is_first = true;
    for (size_t i = 0; i < item->check->n_alternatives; i++) {
        struct finding finding;
        if (item->check->alternatives[i].unset_parameter != NULL) {
            continue; /* at least one alternative can do without, or the check would not be here */
        }
        judge_kind(engine, item, &item->check->alternatives[i], answers, &finding);
        if (is_first || leniency(finding.verdict) > leniency(best.verdict)) {
            best = finding;
        }
        is_first = false;
    }
    item->finding = best;
}

static void not_applicable(struct item *item, enum reason reason, const char *because)
{
    item->finding = (struct finding){.check = item->check,
                                     .verdict = VERDICT_NOT_APPLICABLE,
                                     .reason = reason,
                                     .because = because};
}

static void judge_unset(struct engine *engine, struct item *item)
{
    const char *name = item->check->unset_parameter;
    if (!item->check->unset_identifies) {
        not_applicable(item, REASON_CONDITION,
                       arena_printf(engine->arena, "the parameter %s is not set", name));
        return;
    }
    item->finding = (struct finding){
        .check = item->check,
        .verdict = VERDICT_UNKNOWN,
        .reason = REASON_AMBIGUOUS,
        .because = arena_printf(engine->arena,
                                "which record is meant cannot be told while the parameter %s is "
                                "not set (--set %s=…)",
                                name, name)};
}

/* What the pack says of where to look stands before what the kind does. A path is kept as it is
 * written but for what a URL cannot hold. */
static void put_pack_link(const struct engine *engine, struct item *item)
{
    static const char kept[] = "!$&'()*+,/:;=?@%#";
    const char *path = item->check->link;
    const char *origin = engine->target->instance.origin;
    if (path == NULL || origin == NULL) {
        return;
    }
    struct buf link;
    buf_init(&link, LONGEST_LINK);
    buf_add(&link, origin);
    for (size_t i = 0; path[i] != '\0'; i++) {
        if (strchr(kept, path[i]) != NULL) {
            buf_add_char(&link, path[i]);
        } else {
            encode_percent(&link, &path[i], 1);
        }
    }
    item->finding.link = arena_strdup(engine->arena, link.data);
    buf_release(&link);
}

/* ---- What --quick leaves out ----
 *
 * Nothing that could change the status: a check that an observed effect decides, and one that does
 * not gate because what it serves was seen to work. While that is open, such a check waits.
 */

enum stand {
    STAND_BY,   /* what it waits for is open */
    STAND_BACK, /* it is decided by an effect, or does not gate any more */
    STAND_UP,   /* it has to be judged */
};

static bool may_wait(const struct engine *engine, const struct item *item)
{
    const struct check *check = item->check;
    bool has_pair =
        check->kind != NULL && effects_decide_kind(engine->catalogue, check->kind->name);
    return engine->options.quick && (has_pair || check->serves.n_items > 0);
}

/* By what an effect shows of necessity. */
static enum stand stand_by_effect(const struct engine *engine, const struct item *item,
                                  const struct answers *answers)
{
    const struct effect_scope scope = scope_of(engine, item, answers);
    if (item->check->kind == NULL) {
        return STAND_UP;
    }
    if (effects_show(&scope, item->check)) {
        return STAND_BACK;
    }
    return effects_may_show(&scope, &engine->open, item->check) ? STAND_BY : STAND_UP;
}

/* By the checks that see what this one is there for, and whose calls they are. */
static enum stand stand_by_service(const struct engine *engine, const struct item *item,
                                   const struct answers *answers)
{
    const struct effect_scope scope = scope_of(engine, item, answers);
    const struct strings *serves = &item->check->serves;
    bool is_open = effects_caller(&scope) == NULL;
    for (size_t i = 0; i < serves->n_items; i++) {
        const struct item *served = find_item(engine, serves->items[i]);
        if (served == NULL || (!served->is_open && served->finding.verdict != VERDICT_PASS)) {
            return STAND_UP;
        }
        is_open = is_open || served->is_open;
    }
    if (serves->n_items > 0 && is_open && engine->open.n_items > 0) {
        return STAND_BY;
    }
    return serves->n_items > 0 && effects_are_about(&scope, item->check) ? STAND_BACK : STAND_UP;
}

/* False when the check has to be judged after all. */
static bool leave_out(struct engine *engine, struct item *item, const struct answers *answers)
{
    enum stand by_effect = stand_by_effect(engine, item, answers);
    enum stand by_service = stand_by_service(engine, item, answers);
    if (by_effect != STAND_BACK && by_service == STAND_BACK) {
        not_applicable(item, REASON_SKIPPED, "left out by --quick: what it is there for works");
        return true;
    }
    item->is_open = by_effect != STAND_BACK;
    item->finding = (struct finding){
        .check = item->check, .verdict = VERDICT_UNKNOWN, .because = "left out by --quick"};
    return by_effect != STAND_UP || by_service != STAND_UP;
}

static void judge_wanted(struct engine *engine, struct item *item, const struct answers *answers)
{
    item->is_open = false;
    if (item->check->n_alternatives > 0) {
        judge_alternatives(engine, item, answers);
    } else {
        judge_kind(engine, item, item->check, answers, &item->finding);
    }
}

static void judge_item(struct engine *engine, struct item *item, const struct answers *answers)
{
    const struct check *check = item->check;
    item->is_open = false;
    if (!item->is_wanted) {
        not_applicable(item, REASON_SKIPPED, "left out by an option");
    } else if (!check->applies) {
        not_applicable(item, REASON_CONDITION,
                       arena_printf(engine->arena, "only when %s", check->condition));
    } else if (check->unset_parameter != NULL) {
        judge_unset(engine, item);
    } else if (!may_wait(engine, item) || !leave_out(engine, item, answers)) {
        judge_wanted(engine, item, answers);
    }
    item->finding.credential = item->pack->credential;
    put_pack_link(engine, item);
}

/* ---- Questions that must not be sent ---- */

static bool is_kind(const struct check *check, const char *kind)
{
    return check->kind != NULL && text_equal(check->kind->name, kind);
}

/* A credential whose texts are broken is not put on the wire, whether or not somebody asked for the
 * check of them. */
static bool credential_is_broken(const struct engine *engine, const char *name)
{
    const struct credential *credential =
        name == NULL ? NULL : target_credential(engine->target, name);
    return credential != NULL && secret_shape_fault(engine->arena, credential) != NULL;
}

static bool settle(struct engine *engine, const struct question *question, struct answers *answers)
{
    bool instance_is_broken = engine->target->instance.fault != URL_SOUND;
    bool credential_broken = credential_is_broken(engine, question->credential);
    if (!instance_is_broken && !credential_broken) {
        return false;
    }
    struct answer *answer = arena_allocate(engine->arena, sizeof *answer);
    *answer = (struct answer){.question = *question,
                              .total = -1,
                              .is_blocked = true,
                              .reason = instance_is_broken ? REASON_NO_ANSWER
                                                           : REASON_CREDENTIAL_NOT_TRIED};
    struct answer **slot =
        arena_append(engine->arena, &answers->items, &answers->n_items, sizeof *slot);
    *slot = answer;
    return true;
}

static void judge_items(struct engine *engine, const struct answers *answers, bool that_may_wait)
{
    for (size_t i = 0; i < engine->n_items; i++) {
        if (may_wait(engine, &engine->items[i]) == that_may_wait) {
            judge_item(engine, &engine->items[i], answers);
        }
    }
}

static void forget_seen(struct engine *engine)
{
    for (size_t i = 0; i < engine->n_packs; i++) {
        engine->seen[i] = NULL;
    }
}

/* One round of judging; true when a question was settled here and another round may differ. */
static bool judge_round(struct engine *engine, struct answers *answers)
{
    engine->open = (struct questions){0};
    forget_seen(engine);
    answers_look_up(engine->arena, answers);
    judge_items(engine, answers, false);
    judge_items(engine, answers, true); /* by now it is known what is open */
    bool any_settled = false;
    for (size_t i = 0; i < engine->open.n_items; i++) {
        any_settled = settle(engine, &engine->open.items[i], answers) || any_settled;
    }
    return any_settled;
}

const struct questions *engine_judge(struct engine *engine, struct answers *answers)
{
    while (judge_round(engine, answers)) {
    }
    for (size_t i = 0; i < engine->open.n_items; i++) {
        struct question *question = &engine->open.items[i];
        question->asker = strings_join(engine->arena, &question->askers, ", ");
    }
    return &engine->open;
}

/* ---- Finishing ---- */

static bool stands_in_the_way(const struct finding *finding)
{
    return finding->verdict == VERDICT_FAIL || finding->verdict == VERDICT_BLOCKED ||
           finding->verdict == VERDICT_UNKNOWN;
}

/* True when `item` needs `other`, directly or through what it needs; needs have no cycles. */
static bool needs_it(const struct engine *engine, const struct item *item, const struct item *other)
{
    for (size_t i = 0; i < item->check->needs.n_items; i++) {
        const struct item *needed = find_item(engine, item->check->needs.items[i]);
        if (needed != NULL && (needed == other || needs_it(engine, needed, other))) {
            return true;
        }
    }
    return false;
}

static bool is_one_of(const struct check *check, const struct strings *kinds)
{
    for (size_t i = 0; i < kinds->n_items; i++) {
        if (is_kind(check, kinds->items[i])) {
            return true;
        }
    }
    return false;
}

/* How well `other` explains that `item` could not be asked; 0: not at all. */
static int obstacle_rank(const struct engine *engine, const struct item *item,
                         const struct item *other, const struct strings *kinds)
{
    if (other == item || other->pack != item->pack || !stands_in_the_way(&other->finding) ||
        !is_one_of(other->check, kinds) || needs_it(engine, other, item)) {
        return 0;
    }
    if (needs_it(engine, item, other)) {
        return 3;
    }
    return other->finding.verdict == VERDICT_BLOCKED ? 1 : 2;
}

/* The check of these kinds that stands in the item's way: one it needs before one that was itself
 * asked, before any. */
static const char *find_obstacle(const struct engine *engine, const struct item *item,
                                 const struct strings *kinds)
{
    const char *obstacle = NULL;
    int best = 0;
    for (size_t i = 0; i < engine->n_items; i++) {
        int rank = obstacle_rank(engine, item, &engine->items[i], kinds);
        if (rank > best) {
            best = rank;
            obstacle = engine->items[i].check->id;
        }
    }
    return obstacle;
}

static void name_obstacle(const struct engine *engine, struct item *item)
{
    static const char *gates[] = {"url", "network", "instance"};
    static const char *credentials[] = {"secret_shape", "credential"};
    const struct strings gate_kinds = {gates, ARRAY_LEN(gates)};
    const struct strings credential_kinds = {credentials, ARRAY_LEN(credentials)};
    struct finding *finding = &item->finding;
    if (finding->verdict != VERDICT_BLOCKED) {
        return;
    }
    bool is_gate = finding->reason == REASON_NO_ANSWER || finding->reason == REASON_NOT_SERVICENOW;
    finding->blocked_by = find_obstacle(engine, item, is_gate ? &gate_kinds : &credential_kinds);
}

/* The check of a plugin that is shown not to be there, and that ships the table: it names it, or is
 * there for the check that asked for it. */
static bool explains_table(const struct item *plugin, const struct item *item)
{
    const struct finding *finding = &plugin->finding;
    bool is_missing = plugin->pack == item->pack && finding->verdict == VERDICT_FAIL &&
                      (is_kind(plugin->check, "plugin") || is_kind(plugin->check, "app"));
    return is_missing && (check_wants(plugin->check, "table", item->finding.cause_subject) ||
                          strings_have(&plugin->check->serves, item->check->id));
}

/* A table that does not exist because the pack's own plugin is not there: no kind sees other
 * checks, so this is settled here. */
static void name_missing_plugin(const struct engine *engine, struct item *item)
{
    struct finding *finding = &item->finding;
    if (finding->verdict != VERDICT_FAIL || !strings_have(&finding->causes, "table-missing")) {
        return;
    }
    for (size_t i = 0; i < engine->n_items; i++) {
        const struct item *plugin = &engine->items[i];
        if (explains_table(plugin, item)) {
            finding->causes = plugin->finding.causes;
            finding->cause_subject = plugin->finding.cause_subject;
            return;
        }
    }
}

/* What the check is there for was seen to work, and of the same user and client. */
static bool all_served_pass(const struct engine *engine, const struct item *item,
                            const struct answers *answers)
{
    const struct check *check = item->check;
    const struct effect_scope scope = {
        .arena = engine->arena, .target = engine->target, .pack = item->pack, .answers = answers};
    for (size_t i = 0; i < check->serves.n_items; i++) {
        const struct item *served = find_item(engine, check->serves.items[i]);
        if (served == NULL || served->finding.verdict != VERDICT_PASS) {
            return false;
        }
    }
    return check->serves.n_items > 0 && effects_are_about(&scope, check);
}

static void settle_gate(const struct engine *engine, struct item *item,
                        const struct answers *answers)
{
    struct finding *finding = &item->finding;
    enum severity severity = item->check->severity;
    bool may_gate = severity == SEVERITY_REQUIRED ||
                    (severity == SEVERITY_RECOMMENDED && engine->options.recommended_gates);
    finding->gates = may_gate;
    if (!may_gate || !stands_in_the_way(finding) || !all_served_pass(engine, item, answers)) {
        return;
    }
    finding->gates = false;
    const char *note = finding->verdict == VERDICT_FAIL
                           ? "differs from the guide; what it is there for works"
                           : "what it is there for works";
    finding->because = finding->because == NULL
                           ? note
                           : arena_printf(engine->arena, "%s; %s", finding->because, note);
}

static void apply_effects(struct engine *engine, struct finding *findings,
                          const struct answers *answers)
{
    size_t first = 0;
    for (size_t p = 0; p < engine->n_packs; p++) {
        struct effect_scope scope = {.arena = engine->arena,
                                     .catalogue = engine->catalogue,
                                     .target = engine->target,
                                     .pack = engine->packs[p],
                                     .answers = answers,
                                     .findings = findings + first,
                                     .n_findings = engine->packs[p]->n_checks};
        effects_apply(&scope);
        first += engine->packs[p]->n_checks;
    }
}

/* Whose answers it rests on, and when the oldest of them was read. */
static void name_source(struct arena *arena, struct finding *finding)
{
    struct strings names = {0};
    for (size_t i = 0; i < finding->n_exchanges; i++) {
        const struct exchange *exchange = finding->exchanges[i];
        strings_add_unique(arena, &names, source_name(exchange->source));
        bool is_older =
            exchange->taken != 0 && (finding->taken == 0 || exchange->taken < finding->taken);
        finding->taken = is_older ? exchange->taken : finding->taken;
    }
    finding->source = names.n_items == 0 ? NULL : strings_join(arena, &names, ", ");
    if (finding->verdict == VERDICT_UNKNOWN && finding->reason == REASON_HIDDEN &&
        strings_have(&names, source_name(SOURCE_EXPORT))) {
        finding->because =
            arena_printf(arena,
                         "%s; nothing shows that the exports have all rows, "
                         "and --whole-exports says so",
                         finding->because != NULL ? finding->because : "rows are missing");
    }
}

struct finding *engine_finish(struct engine *engine, const struct answers *answers,
                              size_t *ret_n_findings)
{
    struct finding *findings = arena_array(engine->arena, engine->n_items, sizeof *findings);
    for (size_t i = 0; i < engine->n_items; i++) {
        name_obstacle(engine, &engine->items[i]);
        name_missing_plugin(engine, &engine->items[i]);
        findings[i] = engine->items[i].finding;
    }
    apply_effects(engine, findings, answers);
    for (size_t i = 0; i < engine->n_items; i++) {
        engine->items[i].finding = findings[i];
    }
    for (size_t i = 0; i < engine->n_items; i++) {
        settle_gate(engine, &engine->items[i], answers);
        name_source(engine->arena, &engine->items[i].finding);
    }
    for (size_t i = 0; i < engine->n_items; i++) {
        waivers_apply(engine->arena, engine->target, engine->now, &engine->items[i].finding);
        findings[i] = engine->items[i].finding;
    }
    *ret_n_findings = engine->n_items;
    return findings;
}

struct strings engine_form_texts(const struct engine *engine)
{
    struct strings texts = {0};
    for (size_t i = 0; i < engine->n_items; i++) {
        const struct item *item = &engine->items[i];
        if (!is_kind(item->check, "url") || item->check->unset_parameter == NULL ||
            !item->check->applies) {
            continue;
        }
        const char *sentence =
            url_form_sentence(engine->arena, item->check, &engine->target->instance);
        if (sentence != NULL) {
            strings_add(engine->arena, &texts, sentence);
        }
    }
    return texts;
}
