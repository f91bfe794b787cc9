/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of one table and operation, held against the roles of the account that was refused.
 *
 * The nearest level with active Allow-If rules decides: the table, its parents, then *. One rule
 * that passes is enough; Deny-Unless rules are looked at before. So the account is refused where it
 * holds no role of any deciding rule. As soon as a rule asks for something else besides, a
 * condition or a script, nothing is said, and neither where a rule, a role or a parent was not
 * read. Which rules of the farther levels deny is not published: those up to the deciding level are
 * looked at. Sources: "Exploring access control lists", "Deny-Unless ACL" and "Default deny
 * property" in the product documentation.
 */
#include "checks/acl_cause.h"

#include "base/arena.h"
#include "checks/acl_rules.h"
#include "checks/role_rows.h"
#include "checks/tables.h"

/* What the levels that were looked at say. */
struct survey {
    const char *user;
    const char *operation;
    const struct acl_rule *denying;  /* a Deny-Unless rule the account does not pass */
    const struct acl_rule *inactive; /* would let the account in, were it active */
    struct strings roles;            /* what the rules that refuse ask for */
    const char *level;               /* whose rules refuse; NULL: there are none */
    bool may_pass;                   /* some rule lets the account in, or may do so */
    bool holds_role;                 /* … by a role that the account holds */
    bool is_untold;
};

static const char *caller_of(struct judging *judging)
{
    struct question question = identity_question(judging, judging->pack->credential);
    const struct answer *answer = ask(judging, &question);
    return answer == NULL ? NULL : answer->user_name;
}

/* ---- One level ---- */

static void survey_active(const struct judging *judging, const char *level,
                          const struct acl_rule *rule, enum fit fit, struct survey *survey)
{
    if (fit != FIT_NO && !acl_rule_is_empty(rule)) {
        survey->may_pass = true;
        survey->holds_role = survey->holds_role || fit == FIT_YES;
        return;
    }
    survey->level = level;
    for (size_t i = 0; i < rule->roles.n_items; i++) {
        strings_add_unique(judging->arena, &survey->roles, rule->roles.items[i]);
    }
}

static void survey_rule(struct judging *judging, const char *level, const struct acl_rule *rule,
                        struct survey *survey)
{
    if (!rule->is_told) {
        survey->is_untold = true;
        return;
    }
    enum fit fit = acl_rule_fit_of_user(judging, rule, survey->user);
    if (rule->is_deny) {
        survey->denying = rule->is_active && fit == FIT_NO ? rule : survey->denying;
    } else if (rule->is_active) {
        survey_active(judging, level, rule, fit, survey);
    } else if (acl_rule_fit_beside_terms(judging, rule, NULL, fit) == FIT_YES) {
        survey->inactive = rule;
    }
}

/* True when nothing nearer than the next level decides. */
static bool survey_level(struct judging *judging, const char *level, struct survey *survey)
{
    struct acl_rules rules = {0};
    enum presence presence = consult_acl_rules(judging, level, "record", survey->operation, &rules);
    survey->is_untold = survey->is_untold || presence != PRESENCE_FOUND || !rules.are_whole;
    for (size_t i = 0; presence == PRESENCE_FOUND && i < rules.n_items; i++) {
        survey_rule(judging, level, &rules.items[i], survey);
    }
    return !survey->is_untold && !survey->may_pass && survey->level == NULL &&
           survey->denying == NULL;
}

/* Parents and *, asked for at once. */
static void survey_farther(struct judging *judging, const struct ancestry *ancestry,
                           struct survey *survey)
{
    struct strings levels = {0};
    for (size_t i = 1; i < ancestry->names.n_items; i++) {
        strings_add(judging->arena, &levels, ancestry->names.items[i]);
    }
    strings_add(judging->arena, &levels, "*");
    for (size_t i = 0; i < levels.n_items; i++) {
        struct acl_rules rules = {0};
        consult_acl_rules(judging, levels.items[i], "record", survey->operation, &rules);
    }
    bool is_undecided = !judging->is_open;
    for (size_t i = 0; i < levels.n_items && is_undecided; i++) {
        is_undecided = survey_level(judging, levels.items[i], survey);
    }
}

/* ---- Naming it ---- */

/* A role that only an administrator holds is not what an integration was meant to get. */
static bool is_for_administrators(const struct strings *roles)
{
    for (size_t i = 0; i < roles->n_items; i++) {
        if (!text_equal(roles->items[i], "admin") && !text_equal(roles->items[i], "nobody")) {
            return false;
        }
    }
    return true;
}

/* Nobody but the account's own list of roles tells a role that was not granted from one that the
 * rule should not ask for: what other checks saw of the roles settles it. */
static void point_to_refusing(struct judging *judging, const struct survey *survey,
                              const char *table)
{
    bool is_own = text_equal(survey->level, table);
    bool is_for_admin = is_for_administrators(&survey->roles);
    const char *roles =
        survey->roles.n_items == 0 ? NULL : strings_join(judging->arena, &survey->roles, " or ");
    if (!is_for_admin) {
        points_to_with(judging, "role-missing", roles);
    }
    if (is_own) {
        points_to(judging, "acl-role");
    }
    points_to(judging, "acl-missing");
    if (is_for_admin) {
        points_to_with(judging, "role-missing", roles);
    }
    judging->finding->causes_are_alternatives = true;
}

static const char *words_of_refusing(const struct judging *judging, const struct survey *survey,
                                     const char *table)
{
    if (survey->level == NULL) {
        return say(judging, "there is no active rule to %s %s", survey->operation, table);
    }
    if (survey->roles.n_items == 0) {
        return say(judging, "the active rule to %s %s has nothing set, and so refuses everybody",
                   survey->operation, survey->level);
    }
    return say(judging, "the active rules to %s %s ask for %s, which %s does not hold",
               survey->operation, survey->level,
               strings_join(judging->arena, &survey->roles, " or "), survey->user);
}

static const char *point_to_rule(struct judging *judging, const struct survey *survey,
                                 const char *table)
{
    if (survey->denying != NULL) {
        points_to(judging, "acl-denies");
        return say(judging, "a Deny-Unless rule to %s %s asks for %s, which %s does not hold",
                   survey->operation, table,
                   strings_join(judging->arena, &survey->denying->roles, " or "), survey->user);
    }
    if (survey->inactive != NULL) {
        points_to(judging, "acl-inactive");
        return say(judging, "a rule that would let %s %s %s is not active", survey->user,
                   survey->operation, table);
    }
    if (survey->level == NULL) {
        points_to(judging, "acl-missing");
    } else {
        point_to_refusing(judging, survey, table);
    }
    return words_of_refusing(judging, survey, table);
}

static void name_rule(struct judging *judging, const struct survey *survey, const char *table)
{
    struct finding *finding = judging->finding;
    finding->causes = (struct strings){0};
    finding->cause_subject = say(judging, "%s on %s", survey->operation, table);
    finding->is_no_proof = true;
    const char *words = point_to_rule(judging, survey, table);
    finding->because = say(judging, "%s%s%s; this is read from the rules and is no proof",
                           finding->because != NULL ? finding->because : "",
                           finding->because != NULL ? "; " : "", words);
}

/* An active rule names a role that the account holds: whatever else it asks for, neither the rule
 * nor its role is missing. */
static void rule_out_rules(struct judging *judging, const char *table)
{
    static const char *const causes[] = {"acl-role", "acl-missing", "acl-inactive"};
    for (size_t i = 0; i < ARRAY_LEN(causes); i++) {
        rules_out_for(judging, causes[i], table);
    }
}

/* ---- Judging ---- */

void judge_by_rules(struct judging *judging, const char *table, const char *operation)
{
    struct survey survey = {.operation = operation};
    struct acl_rules rules = {0};
    if (!has_auditor(judging)) {
        return;
    }
    /* Asked for at once, whatever of it will be needed. */
    survey.user = caller_of(judging);
    const struct ancestry ancestry = consult_ancestry(judging, table);
    consult_acl_rules(judging, table, "record", operation, &rules);
    if (!text_is_empty(survey.user)) {
        consult_configuration(judging, held_roles_question(survey.user), LIST_NEVER);
    }
    if (judging->is_open || text_is_empty(survey.user)) {
        return;
    }
    bool is_undecided = survey_level(judging, table, &survey);
    if (is_undecided && ancestry.is_whole) {
        survey_farther(judging, &ancestry, &survey);
    }
    bool is_untold =
        survey.is_untold || survey.may_pass || (survey.level == NULL && !ancestry.is_whole);
    if (judging->is_open) {
        return;
    }
    if (survey.denying != NULL || !is_untold) {
        name_rule(judging, &survey, table);
    } else if (survey.holds_role) {
        rule_out_rules(judging, table);
    }
}

void judge_refused_by_rules(struct judging *judging, const struct exchange *exchange,
                            const char *table, const char *operation)
{
    bool is_of_a_rule = exchange != NULL && (exchange->outcome == OUTCOME_DENIED ||
                                             exchange->outcome == OUTCOME_WRITE_DENIED);
    if (is_of_a_rule && !judging->is_open) {
        judge_by_rules(judging, table, operation);
    }
}
