/* SPDX-License-Identifier: Apache-2.0 */
/*
 * acl: an access control rule grants an operation to a role, or no Deny-Unless rule stands in the
 * way of it.
 *
 * This is a static reading and says so: rules of the parent tables and of *, conditions, scripts,
 * security attributes, before-query rules and data filters have their say, and only a call shows
 * what comes of it. One role of a rule's list is enough; a role counts with what it contains; a
 * rule without roles is open to whoever meets its condition or script, and one with nothing set
 * denies. Deny-Unless rules (since Xanadu) are looked at before all others. Sources: "Exploring
 * access control lists", "Deny-Unless ACL" and "Create an ACL rule" in the product documentation.
 */
#include "base/arena.h"
#include "checks/acl_rules.h"
#include "checks/kinds.h"
#include "checks/role_rows.h"

enum { DEPTH = 2 }; /* of what the role contains: as many waves as may follow */

struct acl_params {
    const char *table;
    const char *field;
    const char *name;
    const char *type;
    const char *operation;
    const char *role;
    const char *user;
    const char *decision;
    bool none;
};

static const char *const decision_choices[] = {"allow", "deny", NULL};

static const struct field acl_fields[] = {
    FIELD(struct acl_params, table, FIELD_OPTIONAL, "table the rule is about"),
    FIELD(struct acl_params, field, FIELD_OPTIONAL, "column of that table; * for all of them"),
    FIELD(struct acl_params, name, FIELD_OPTIONAL,
          "name of the rule, where it is not table or table.field"),
    FIELD(struct acl_params, type, FIELD_OPTIONAL, "type of the rule: record unless given"),
    FIELD(struct acl_params, operation, FIELD_REQUIRED, "create, read, write, delete, execute …"),
    FIELD(struct acl_params, role, FIELD_OPTIONAL | FIELD_IDENTIFIES,
          "role that must satisfy the rule, itself or by what it contains"),
    FIELD(struct acl_params, user, FIELD_OPTIONAL | FIELD_IDENTIFIES | FIELD_NAMES_USER,
          "User ID of the account: with decision deny its roles must satisfy the rule, with "
          "allow it is told when they satisfy another one"),
    FIELD_CHOICE(struct acl_params, decision, FIELD_OPTIONAL, decision_choices,
                 "kind of rule: allow (the default) or deny (Deny-Unless)"),
    FIELD(struct acl_params, none, FIELD_OPTIONAL,
          "no such rule may be active; with deny: none that the role or user does not satisfy"),
};

/* What a check looks at. */
struct look {
    const struct acl_params *params;
    const char *name;
    const char *object; /* "create on incident" */
    bool wants_deny;
    struct acl_rules rules;
};

/* ---- Roles ---- */

static bool role_is_listed(const struct judging *judging, const struct acl_rule *rule,
                           const char *role)
{
    return strings_have(&rule->roles, role) || acl_rule_is_overridden(judging, rule, role);
}

static bool any_is_contained(const struct acl_rule *rule, const struct contained_roles *contained)
{
    for (size_t i = 0; i < rule->roles.n_items; i++) {
        if (strings_have(&contained->names, rule->roles.items[i])) {
            return true;
        }
    }
    return false;
}

/* A rule names others; the role may contain one of them. A level is asked for when the one before
 * it does not settle it. */
static enum fit fit_by_contained(struct judging *judging, const struct acl_rule *rule,
                                 const char *role)
{
    struct contained_roles contained = {0};
    for (int depth = 1; depth <= DEPTH; depth++) {
        if (!find_contained_roles(judging, role, depth, &contained)) {
            return FIT_OPEN;
        }
        if (any_is_contained(rule, &contained)) {
            return FIT_YES;
        }
    }
    return contained.is_whole ? FIT_NO : FIT_UNTOLD;
}

static enum fit fit_of_role(struct judging *judging, const struct acl_rule *rule, const char *role)
{
    if (role == NULL || role_is_listed(judging, rule, role)) {
        return FIT_YES;
    }
    bool may_be_overridden =
        text_equal(role, "admin") && row_get(rule->row, "admin_overrides") == NULL;
    if (!rule->roles_are_told || may_be_overridden) {
        return FIT_UNTOLD;
    }
    if (acl_rule_is_unbound(rule)) {
        return acl_rule_is_empty(rule) ? FIT_NO : FIT_PERHAPS;
    }
    return fit_by_contained(judging, rule, role);
}

/* Whether the account passes a Deny-Unless rule. */
static enum fit fit_of_deny(struct judging *judging, const struct acl_params *params,
                            const struct acl_rule *rule)
{
    if (params->user != NULL) {
        return acl_rule_fit_beside_terms(judging, rule, NULL,
                                         acl_rule_fit_of_user(judging, rule, params->user));
    }
    if (acl_rule_is_unbound(rule)) {
        return FIT_PERHAPS;
    }
    if (params->role != NULL) {
        return acl_rule_fit_beside_terms(judging, rule, params->role,
                                         fit_of_role(judging, rule, params->role));
    }
    return rule->roles.n_items > 0 ? FIT_NO : FIT_UNTOLD;
}

/* ---- Words ---- */

static const char *roles_of(const struct judging *judging, const struct acl_rule *rule)
{
    return rule->roles.n_items == 0 ? "no role" : strings_join(judging->arena, &rule->roles, ", ");
}

/* What a passing rule asks for besides, and that reading it proves nothing. */
static const char *caveats_of(const struct judging *judging, const struct look *look,
                              const struct acl_rule *rule)
{
    struct strings parts = {0};
    const char *terms = acl_rule_terms(judging, rule);
    const char *overrides = row_get(rule->row, "admin_overrides");
    if (terms != NULL) {
        strings_add(judging->arena, &parts, say(judging, "%s must be met besides", terms));
    }
    if (rule->roles.n_items > 1) {
        strings_add(judging->arena, &parts,
                    say(judging, "one of its roles is enough: %s", roles_of(judging, rule)));
    }
    if (overrides != NULL && value_fits(judging->arena, overrides, "true")) {
        strings_add(judging->arena, &parts, "administrators pass it anyway");
    }
    for (size_t i = 0; i < look->rules.n_items; i++) {
        const struct acl_rule *other = &look->rules.items[i];
        if (other->is_deny && !rule->is_deny && other->is_active) {
            strings_add(judging->arena, &parts,
                        say(judging, "a Deny-Unless rule is looked at first and asks for %s",
                            roles_of(judging, other)));
        }
    }
    strings_add(judging->arena, &parts,
                "this is read from the rules and not tried: it is no proof");
    return strings_join(judging->arena, &parts, "; ");
}

static const char no_proof[] = "this is read from the rules and not tried: rules of the parent "
                               "tables and of * may decide otherwise";

/* ---- A rule is wanted ---- */

/* What the rules amount to, the best first. */
struct tally {
    const struct acl_rule *granting;
    const struct acl_rule *bound;    /* would grant, were its condition or script met */
    const struct acl_rule *perhaps;  /* active, and open to whoever meets its condition or script */
    const struct acl_rule *inactive; /* would grant, were it active */
    const struct acl_rule *other;    /* active, for other roles */
    bool is_untold;
    bool is_open;
};

/* A grant must be one that works; a rule of which none may be active, or that must deny, is there
 * whatever else it asks for. */
static enum fit fit_of_grant(const struct judging *judging, const struct look *look,
                             const struct acl_rule *rule, enum fit by_role)
{
    return look->wants_deny || look->params->none
               ? by_role
               : acl_rule_fit_beside_terms(judging, rule, look->params->role, by_role);
}

/* Where an active rule that was read counts. */
static const struct acl_rule **slot_of(struct tally *tally, enum fit by_role, enum fit fit)
{
    if (fit == FIT_PERHAPS) {
        return by_role == FIT_YES ? &tally->bound : &tally->perhaps;
    }
    return fit == FIT_YES ? &tally->granting : &tally->other;
}

static void count_rule(struct judging *judging, const struct look *look,
                       const struct acl_rule *rule, struct tally *tally)
{
    if (rule->is_told && rule->is_deny != look->wants_deny) {
        return;
    }
    enum fit by_role = fit_of_role(judging, rule, look->params->role);
    enum fit fit = fit_of_grant(judging, look, rule, by_role);
    tally->is_open = tally->is_open || fit == FIT_OPEN;
    tally->is_untold = tally->is_untold || fit == FIT_UNTOLD || !rule->is_told;
    if (!rule->is_told || fit == FIT_OPEN || fit == FIT_UNTOLD) {
        return;
    }
    const struct acl_rule **slot =
        rule->is_active ? slot_of(tally, by_role, fit) : &tally->inactive;
    bool counts = rule->is_active || by_role == FIT_YES;
    if (counts && *slot == NULL) {
        *slot = rule;
    }
}

/* An active rule that names the role itself, and asks for nothing else: nothing need be asked. */
static const struct acl_rule *rule_that_lists(const struct judging *judging,
                                              const struct look *look)
{
    const char *role = look->params->role;
    for (size_t i = 0; i < look->rules.n_items; i++) {
        const struct acl_rule *rule = &look->rules.items[i];
        bool counts = rule->is_told && rule->is_active && rule->is_deny == look->wants_deny;
        if (counts && (role == NULL || role_is_listed(judging, rule, role)) &&
            fit_of_grant(judging, look, rule, FIT_YES) == FIT_YES) {
            return rule;
        }
    }
    return NULL;
}

static struct tally tally_rules(struct judging *judging, const struct look *look)
{
    struct tally tally = {.granting = rule_that_lists(judging, look)};
    for (size_t i = 0; i < look->rules.n_items && tally.granting == NULL; i++) {
        count_rule(judging, look, &look->rules.items[i], &tally);
    }
    return tally;
}

static void judge_granting(struct judging *judging, const struct look *look,
                           const struct acl_rule *rule)
{
    const char *whom = look->params->role != NULL ? look->params->role : roles_of(judging, rule);
    judge_pass(judging, say(judging, "an active %s rule grants %s to %s",
                            rule->is_deny ? "Deny-Unless" : "Allow-If", look->object, whom));
    judging->finding->because = caveats_of(judging, look, rule);
}

static void judge_unbound(struct judging *judging, const struct look *look)
{
    judge_unknown(judging, REASON_AMBIGUOUS,
                  say(judging,
                      "no active rule for %s names the role, and one is open to whoever meets its "
                      "condition or script: only a call shows whether that lets it in",
                      look->object));
    points_to(judging, "acl-role");
    judging->finding->cause_subject = look->object;
    judging->finding->causes_are_possible = true;
}

static void judge_bound(struct judging *judging, const struct look *look,
                        const struct acl_rule *rule)
{
    judge_unknown(judging, REASON_AMBIGUOUS,
                  say(judging,
                      "the rule for %s that names the role asks for %s besides: only a call shows "
                      "whether it is met",
                      look->object, acl_rule_terms(judging, rule)));
    points_to(judging, "acl-missing");
    judging->finding->cause_subject = look->object;
    judging->finding->causes_are_possible = true;
}

/* The account passes every rule there is by other roles: none of them is the wanted one gone
 * wrong. */
static bool user_passes_all(struct judging *judging, const struct look *look)
{
    bool passes = look->params->user != NULL;
    for (size_t i = 0; i < look->rules.n_items && passes; i++) {
        const struct acl_rule *rule = &look->rules.items[i];
        bool counts = rule->is_active && rule->is_deny == look->wants_deny;
        passes = !counts || acl_rule_fit_of_user(judging, rule, look->params->user) == FIT_YES;
    }
    return passes;
}

/* There are rules, for other roles: the wanted one was never made, or was made with another role.
 */
static void judge_other_roles(struct judging *judging, const struct look *look,
                              const struct acl_rule *rule)
{
    bool is_passed = user_passes_all(judging, look);
    judge_fail(judging, is_passed ? "acl-missing" : "acl-role", look->object,
               say(judging, "the rule for %s asks for %s", look->object, roles_of(judging, rule)));
    points_to(judging, is_passed ? "acl-role" : "acl-missing");
    judging->finding->causes_are_alternatives = true;
    judging->finding->because =
        is_passed ? say(judging,
                        "%s passes it by a role it holds, so the operation may work all the same; "
                        "this is read from the rules and not tried",
                        look->params->user)
                  : no_proof;
}

static void judge_lacking(struct judging *judging, const struct look *look,
                          const struct tally *tally)
{
    if (tally->bound != NULL) {
        judge_bound(judging, look, tally->bound);
    } else if (tally->perhaps != NULL) {
        judge_unbound(judging, look);
    } else if (tally->inactive != NULL) {
        judge_fail(judging, "acl-inactive", look->object,
                   say(judging, "the rule for %s is not active", look->object));
        judging->finding->because = no_proof;
    } else if (tally->other != NULL) {
        judge_other_roles(judging, look, tally->other);
    } else {
        judge_fail(judging, "acl-missing", look->object,
                   say(judging, "there is no rule for %s", look->object));
        judging->finding->because = no_proof;
    }
}

/* The rules came back, and not all of what decides. */
static void judge_part_only(struct judging *judging, const struct look *look, bool lacks_columns)
{
    if (lacks_columns) {
        judge_unknown(
            judging, REASON_FIELD_HIDDEN,
            say(judging, "what the rules for %s ask for could not be read in full", look->object));
    } else {
        judge_unknown(judging, REASON_HIDDEN,
                      say(judging, "not all rules for %s came back", look->object));
    }
}

static void judge_wanted(struct judging *judging, const struct look *look)
{
    struct tally tally = tally_rules(judging, look);
    if (tally.granting != NULL) {
        judge_granting(judging, look, tally.granting);
    } else if (tally.is_open) {
        return;
    } else if (tally.is_untold || !look->rules.are_whole) {
        judge_part_only(judging, look, tally.is_untold);
    } else {
        judge_lacking(judging, look, &tally);
    }
}

/* ---- No rule is wanted ---- */

static void judge_in_the_way(struct judging *judging, const struct look *look,
                             const struct acl_rule *rule)
{
    const struct acl_params *params = look->params;
    judge_fail(judging, "acl-denies", look->object,
               say(judging, "a Deny-Unless rule for %s asks for %s", look->object,
                   roles_of(judging, rule)));
    judging->finding->because =
        params->user != NULL
            ? say(judging, "%s holds none of these roles", params->user)
            : "it denies whoever holds none of these roles; an account that holds one passes it";
}

/* Deny-Unless rules, the worst first. */
struct obstacles {
    const struct acl_rule *denying;
    const struct acl_rule *perhaps;
    bool are_untold;
};

static struct obstacles find_obstacles(struct judging *judging, const struct look *look)
{
    struct obstacles obstacles = {0};
    for (size_t i = 0; i < look->rules.n_items; i++) {
        const struct acl_rule *rule = &look->rules.items[i];
        if (!rule->is_told) {
            obstacles.are_untold = true;
        }
        if (!rule->is_told || !rule->is_deny || !rule->is_active) {
            continue;
        }
        enum fit fit = fit_of_deny(judging, look->params, rule);
        obstacles.are_untold = obstacles.are_untold || fit == FIT_UNTOLD;
        obstacles.denying = fit == FIT_NO ? rule : obstacles.denying;
        obstacles.perhaps = fit == FIT_PERHAPS ? rule : obstacles.perhaps;
    }
    return obstacles;
}

static void judge_perhaps_denying(struct judging *judging, const struct look *look)
{
    judge_unknown(judging, REASON_AMBIGUOUS,
                  say(judging,
                      "a Deny-Unless rule for %s asks for what its condition, script or security "
                      "attribute says: only a call shows whether it denies",
                      look->object));
    points_to(judging, "acl-denies");
    judging->finding->cause_subject = look->object;
    judging->finding->causes_are_possible = true;
}

static void judge_no_deny(struct judging *judging, const struct look *look)
{
    struct obstacles obstacles = find_obstacles(judging, look);
    if (judging->is_open) {
        return;
    }
    if (obstacles.denying != NULL) {
        judge_in_the_way(judging, look, obstacles.denying);
    } else if (obstacles.are_untold || !look->rules.are_whole) {
        judge_part_only(judging, look, obstacles.are_untold);
    } else if (obstacles.perhaps != NULL) {
        judge_perhaps_denying(judging, look);
    } else {
        judge_pass(judging,
                   say(judging, "no Deny-Unless rule stands in the way of %s", look->object));
        judging->finding->because = "as far as the account that read the rules can see; this is "
                                    "not tried, and no proof";
    }
}

static void judge_no_grant(struct judging *judging, const struct look *look)
{
    struct tally tally = tally_rules(judging, look);
    if (tally.granting != NULL) {
        judge_fail(judging, NULL, look->object,
                   say(judging, "an active rule grants %s to %s", look->object,
                       look->params->role != NULL ? look->params->role
                                                  : roles_of(judging, tally.granting)));
    } else if (tally.is_open) {
        return;
    } else if (tally.is_untold || !look->rules.are_whole) {
        judge_part_only(judging, look, tally.is_untold);
    } else {
        judge_pass(judging, say(judging, "no active rule grants %s", look->object));
        judging->finding->because = "as far as the account that read the rules can see";
    }
}

/* ---- The check ---- */

static const char *name_of(const struct judging *judging, const struct acl_params *params)
{
    if (params->name != NULL || params->field == NULL) {
        return params->name != NULL ? params->name : params->table;
    }
    return params->table == NULL ? NULL : say(judging, "%s.%s", params->table, params->field);
}

static const char *wording_of(const struct judging *judging, const struct look *look)
{
    const struct acl_params *params = look->params;
    if (look->wants_deny && params->none) {
        return say(judging, "no Deny-Unless rule in the way of %s", look->object);
    }
    return say(judging, "%s active %s rule for %s%s%s", params->none ? "no" : "an",
               look->wants_deny ? "Deny-Unless" : "Allow-If", look->object,
               params->role != NULL ? " with the role " : "",
               params->role != NULL ? params->role : "");
}

static void acl_judge(struct judging *judging, const void *given)
{
    const struct acl_params *params = given;
    const char *type = params->type != NULL ? params->type : "record";
    struct look look = {.params = params,
                        .name = name_of(judging, params),
                        .wants_deny = text_equal(params->decision, "deny")};
    if (look.name == NULL) {
        judging->finding->wanted = say(judging, "a rule for %s", params->operation);
        judge_unknown(judging, REASON_AMBIGUOUS, "the check names neither a table nor a rule");
        return;
    }
    if (params->user != NULL) {
        /* Asked with the rules, so that it costs no wave of its own. */
        consult_configuration(judging, held_roles_question(params->user), LIST_NEVER);
    }
    look.object = say(judging, "%s on %s", params->operation, look.name);
    judging->finding->wanted = wording_of(judging, &look);
    judging->finding->link =
        list_link(judging, "sys_security_acl",
                  say(judging, "name=%s^operation=%s", look.name, params->operation));
    if (read_acl_rules(judging, look.name, type, params->operation, &look.rules) !=
        PRESENCE_FOUND) {
        return;
    }
    if (!params->none) {
        judge_wanted(judging, &look);
    } else if (look.wants_deny) {
        judge_no_deny(judging, &look);
    } else {
        judge_no_grant(judging, &look);
    }
}

static const char *const one_of[] = {"table", "name", NULL};

const struct kind kind_acl = {
    .schema = {.name = "acl",
               .summary = "An access control rule grants an operation to a role, or none denies it",
               .fields = acl_fields,
               .n_fields = ARRAY_LEN(acl_fields),
               .params_size = sizeof(struct acl_params),
               .one_of = one_of},
    .judge = acl_judge,
};
