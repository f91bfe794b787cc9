/* SPDX-License-Identifier: Apache-2.0 */
/*
 * basic_auth: the restriction of Basic authentication that came in 2026 does not shut a user out,
 * now or within a number of days.
 *
 * While it is enforced, Basic calls of an account that may sign in to pages get the 401 of a wrong
 * password (KB3025707, KB3220405). Exempt are accounts with web service access only, those with a
 * role of allowed_roles (snc_basic_auth_api_access as shipped), those named in allowed_users by
 * sys_id, and a call with a one-time code, which an integration does not have; of an external user
 * the property allow_snc_external alone decides. Nothing is enforced while `active` or `enforce` is
 * false; from enforcement_date on a job of the platform enforces it. Sources: product
 * documentation, Basic authentication restriction, and the hardening pages of its properties
 * (ServiceNow/ServiceNowDocs, branch brazil); the date, seen on Zurich:
 * github.com/nowisor/instance-scan-pack.
 *
 * What an administrator decided for an account (sys_user_basic_auth_exception) takes effect through
 * the role or the user's flag, so the decision is told and does not decide.
 */
#include "base/clock.h"
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/role_rows.h"

enum { SECONDS_PER_DAY = 86400 };

struct basic_auth_params {
    const char *user;
    int64_t ahead_days;
};

static const struct field basic_auth_fields[] = {
    FIELD(struct basic_auth_params, user, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_NAMES_USER,
          "User ID (user_name) of the account that calls with Basic"),
    FIELD(struct basic_auth_params, ahead_days, FIELD_FROM_ZERO,
          "and for this many days to come; without it a later date is told and does not fail"),
};

enum property {
    ACTIVE,
    ENFORCE,
    ENFORCEMENT_DATE,
    ALLOWED_ROLES,
    ALLOWED_USERS,
    ALLOW_EXTERNAL,
    ALLOW_WEB_SERVICE_ONLY,
    N_PROPERTIES,
};

static const char *const property_names[N_PROPERTIES] = {
    [ACTIVE] = "glide.authenticate.basic_auth.restriction.active",
    [ENFORCE] = "glide.authenticate.basic_auth.restriction.enforce",
    [ENFORCEMENT_DATE] = "glide.authenticate.basic_auth.restriction.enforcement_date",
    [ALLOWED_ROLES] = "glide.authenticate.basic_auth.allowed_roles",
    [ALLOWED_USERS] = "glide.authenticate.basic_auth.allowed_users",
    [ALLOW_EXTERNAL] = "glide.authenticate.basic_auth.allow_snc_external",
    [ALLOW_WEB_SERVICE_ONLY] = "glide.authenticate.basic_auth.allow_wsao",
};

static const char shipped_role[] = "snc_basic_auth_api_access";
static const char cause[] = "basic-auth-restricted";

static const char *property_columns[] = {"name", "value"};
static const char *exception_columns[] = {"decision"};

/* Whether, and from when on, Basic is restricted here. */
enum stage {
    STAGE_OFF,
    STAGE_AHEAD,    /* not yet: `date` */
    STAGE_ENFORCED, /* now */
    STAGE_UNTOLD,   /* `words` says why */
};

struct restriction {
    const char *values[N_PROPERTIES]; /* NULL: no such record */
    enum stage stage;
    int64_t date;
    const char *words;
};

/* Whether the user is exempt. */
enum exemption {
    EXEMPT,
    NOT_EXEMPT,
    EXEMPT_UNTOLD, /* `reason` and `words` say why */
};

struct standing {
    enum exemption exemption;
    enum reason reason;
    const char *words;
};

static bool is_on(const struct judging *judging, const char *value)
{
    return value != NULL && value_fits(judging->arena, value, "true|1");
}

/* ---- The properties ---- */

static struct reading read_property(struct judging *judging, enum property property)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_properties",
                                .key = "name",
                                .value = property_names[property],
                                .control = "instance_name",
                                .fields = {property_columns, ARRAY_LEN(property_columns)}};
    return read_configuration(judging, question, LIST_NEVER);
}

/* False when the finding is written or a question is open. All are asked before any is judged, so
 * that they become one request. */
static bool read_properties(struct judging *judging, struct restriction *restriction)
{
    bool are_told = true;
    for (enum property i = 0; are_told && i < N_PROPERTIES; i++) {
        struct reading reading = read_property(judging, i);
        if (reading.presence == PRESENCE_FOUND && reading.n_rows > 1) {
            judge_unknown(judging, REASON_AMBIGUOUS,
                          say(judging, "two records bear the name %s", property_names[i]));
            are_told = false;
        } else if (reading.presence == PRESENCE_FOUND) {
            restriction->values[i] = row_get(&reading.rows[0], "value");
            if (restriction->values[i] == NULL) {
                judge_unknown(judging, REASON_FIELD_HIDDEN,
                              say(judging, "the value of %s never came back", property_names[i]));
                are_told = false;
            }
        } else if (reading.presence == PRESENCE_UNTOLD) {
            are_told = false;
        }
    }
    return are_told && !judging->is_open;
}

static bool is_feature_missing(const struct restriction *restriction)
{
    for (enum property i = 0; i < N_PROPERTIES; i++) {
        if (restriction->values[i] != NULL) {
            return false;
        }
    }
    return true;
}

static void read_date(const struct judging *judging, struct restriction *restriction)
{
    const char *date = restriction->values[ENFORCEMENT_DATE];
    if (text_is_empty(date)) {
        restriction->stage = STAGE_OFF;
        restriction->words = "the restriction of Basic is not enforced, and no date is set";
    } else if (!utc_parse(text_trim(judging->arena, date), &restriction->date)) {
        restriction->stage = STAGE_UNTOLD;
        restriction->words = say(judging, "the enforcement date \"%s\" is no date", date);
    } else if (restriction->date > judging->now) {
        restriction->stage = STAGE_AHEAD;
    } else {
        restriction->stage = STAGE_OFF;
        restriction->words = say(judging,
                                 "the restriction of Basic is not enforced, although its date "
                                 "(%s) is past: somebody may enforce it any day",
                                 date);
    }
}

/* What the switches say together. */
static void read_stage(const struct judging *judging, struct restriction *restriction)
{
    const char *active = restriction->values[ACTIVE];
    const char *enforce = restriction->values[ENFORCE];
    if (is_feature_missing(restriction)) {
        restriction->stage = STAGE_OFF;
        restriction->words = "this instance has no restriction of Basic: it came with patch 6 of "
                             "Zurich";
    } else if (active != NULL && !is_on(judging, active)) {
        restriction->stage = STAGE_OFF;
        restriction->words = "the restriction of Basic is switched off";
    } else if (is_on(judging, enforce)) {
        restriction->stage = active == NULL ? STAGE_UNTOLD : STAGE_ENFORCED;
        restriction->words = "the restriction of Basic is enforced, and its main switch has no "
                             "record; which of the two counts then is not certain";
    } else if (enforce == NULL) {
        restriction->stage = STAGE_UNTOLD;
        restriction->words = "whether the restriction of Basic is enforced is not documented for "
                             "an instance without that property";
    } else {
        read_date(judging, restriction);
    }
}

/* ---- The user ---- */

static struct standing told(enum exemption exemption, const char *words)
{
    return (struct standing){.exemption = exemption, .words = words};
}

static struct standing untold(enum reason reason, const char *words)
{
    return (struct standing){.exemption = EXEMPT_UNTOLD, .reason = reason, .words = words};
}

/* The best that is known of any of the exempting roles; which one, in *ret_role. */
static enum holding exempting_role(const struct judging *judging,
                                   const struct restriction *restriction,
                                   const struct reading *roles, const char **ret_role)
{
    const char *allowed = restriction->values[ALLOWED_ROLES];
    struct strings names = strings_split(judging->arena, allowed != NULL ? allowed : "", ',');
    enum holding best = ROLE_NOT_HELD;
    for (size_t i = 0; i < names.n_items; i++) {
        enum holding holding = held_roles_tell(roles, names.items[i]);
        if (holding == ROLE_HELD) {
            *ret_role = names.items[i];
            return ROLE_HELD;
        }
        best = holding == ROLE_UNTOLD ? ROLE_UNTOLD : best;
    }
    return best;
}

static struct standing untold_roles(void)
{
    return untold(REASON_HIDDEN,
                  "its roles did not come back in full, and one that was not seen may decide");
}

/* Exempt or not by what all other users are judged by. */
static struct standing standing_by_lists(const struct judging *judging,
                                         const struct restriction *restriction,
                                         const struct reading *roles, bool is_listed)
{
    const char *role = NULL;
    enum holding holding = exempting_role(judging, restriction, roles, &role);
    if (is_listed) {
        return told(EXEMPT, "it is named in glide.authenticate.basic_auth.allowed_users");
    }
    if (holding == ROLE_HELD) {
        return told(EXEMPT, say(judging, "it holds %s", role));
    }
    if (holding == ROLE_UNTOLD) {
        return untold_roles();
    }
    if (restriction->values[ALLOWED_ROLES] == NULL &&
        held_roles_tell(roles, shipped_role) != ROLE_NOT_HELD) {
        return untold(REASON_UNDOCUMENTED,
                      say(judging,
                          "it may hold %s, and the property that lists the exempt roles has no "
                          "record",
                          shipped_role));
    }
    return told(NOT_EXEMPT, "it may sign in to pages and holds no exempt role");
}

/* An external user is judged by a property of its own; where that says no, whether the other
 * exemptions still count is told in two ways. */
static struct standing standing_by_roles(const struct judging *judging,
                                         const struct restriction *restriction,
                                         const struct reading *roles, bool is_listed)
{
    const char *allows_external = restriction->values[ALLOW_EXTERNAL];
    bool externals_are_exempt = allows_external == NULL || is_on(judging, allows_external);
    struct standing standing = standing_by_lists(judging, restriction, roles, is_listed);
    switch (held_roles_tell(roles, "snc_external")) {
    case ROLE_HELD:
        if (externals_are_exempt) {
            return told(EXEMPT, "it holds snc_external");
        }
        return standing.exemption != EXEMPT
                   ? standing
                   : untold(REASON_UNDOCUMENTED,
                            "it holds snc_external, which is not exempt here; whether its other "
                            "exemption counts then is told in two ways");
    case ROLE_UNTOLD:
        return standing.exemption == EXEMPT && externals_are_exempt ? standing : untold_roles();
    case ROLE_NOT_HELD:
        break;
    }
    return standing;
}

static struct standing standing_of_interactive(struct judging *judging, const char *user,
                                               const struct restriction *restriction,
                                               const char *sys_id)
{
    const char *allowed = restriction->values[ALLOWED_USERS];
    struct strings listed = strings_split(judging->arena, allowed != NULL ? allowed : "", ',');
    struct reading roles = read_configuration(judging, held_roles_question(user), LIST_NEVER);
    if (roles.presence == PRESENCE_UNTOLD) {
        return untold(judging->finding->reason,
                      say(judging, "its roles, one of which may exempt it, were not read: %s",
                          judging->finding->because));
    }
    if (roles.presence == PRESENCE_NO_TABLE) {
        return untold(REASON_UNDOCUMENTED, "this instance has no table of the roles users hold");
    }
    return standing_by_roles(judging, restriction, &roles, strings_have(&listed, sys_id));
}

static struct standing standing_of(struct judging *judging, const char *user,
                                   const struct restriction *restriction, const struct row *row)
{
    const char *only = row_get(row, "web_service_access_only");
    const char *sys_id = row_get(row, "sys_id");
    if (only == NULL || sys_id == NULL) {
        return untold(REASON_FIELD_HIDDEN,
                      "web_service_access_only or sys_id of the user never came back");
    }
    if (!is_on(judging, only)) {
        return standing_of_interactive(judging, user, restriction, sys_id);
    }
    const char *counts = restriction->values[ALLOW_WEB_SERVICE_ONLY];
    return counts == NULL || is_on(judging, counts)
               ? told(EXEMPT, "it has web service access only")
               : untold(REASON_UNDOCUMENTED,
                        "it has web service access only, and the property allow_wsao, whose "
                        "effect is not documented, is not true");
}

/* What an administrator decided for the account, as far as it can be read; "" when not. */
static const char *decision_words(struct judging *judging, const char *user)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_user_basic_auth_exception",
                                .key = "user.user_name",
                                .value = user,
                                .fields = {exception_columns, ARRAY_LEN(exception_columns)}};
    struct reading reading = consult_configuration(judging, question, LIST_NEVER);
    const char *decision =
        reading.presence == PRESENCE_FOUND ? row_get(&reading.rows[0], "decision") : NULL;
    return text_is_empty(decision)
               ? ""
               : say(judging, "; the decision recorded for it is \"%s\"", decision);
}

/* ---- Judging ---- */

static void judge_exempt(struct judging *judging, const char *user, const struct standing *standing)
{
    judge_pass(judging, say(judging, "%s may use Basic: %s", user, standing->words));
    judging->finding->because = NULL;
    rules_out(judging, cause);
}

static void judge_untold_standing(struct judging *judging, const char *user,
                                  const struct standing *standing)
{
    judge_unknown(judging, standing->reason,
                  say(judging, "Basic is restricted, and whether %s is exempt cannot be told: %s",
                      user, standing->words));
    judging->finding->cause_subject = user;
    points_to(judging, cause);
}

static void judge_enforced(struct judging *judging, const char *user,
                           const struct standing *standing)
{
    if (standing->exemption == EXEMPT_UNTOLD) {
        judge_untold_standing(judging, user, standing);
        return;
    }
    judge_fail(judging, cause, user,
               say(judging, "Basic is restricted, and %s gets 401: %s", user, standing->words));
    judging->finding->because = say(judging, "the refusal looks like that of a wrong password%s",
                                    decision_words(judging, user));
}

static const char *days_words(const struct judging *judging, int64_t seconds)
{
    int64_t days = seconds / SECONDS_PER_DAY;
    if (days == 0) {
        return "in less than a day";
    }
    return say(judging, "in %s", quantity(judging->arena, (size_t)days, "day"));
}

/* A date to come: it fails only a check that looks ahead that far. */
static void judge_ahead(struct judging *judging, const struct basic_auth_params *params,
                        const struct restriction *restriction, const struct standing *standing)
{
    int64_t seconds = restriction->date - judging->now;
    bool is_near = seconds < seconds_in_days(params->ahead_days);
    const char *when = say(judging, "from %s on, %s", restriction->values[ENFORCEMENT_DATE],
                           days_words(judging, seconds));
    if (is_near && standing->exemption == EXEMPT_UNTOLD) {
        judge_untold_standing(judging, params->user, standing);
        return;
    }
    const char *effect =
        standing->exemption == EXEMPT_UNTOLD
            ? say(judging, "Basic is restricted %s, and whether %s is exempt cannot be told: %s",
                  when, params->user, standing->words)
            : say(judging, "%s gets 401 %s: %s%s", params->user, when, standing->words,
                  decision_words(judging, params->user));
    if (is_near) {
        judge_fail(judging, cause, say(judging, "%s gets 401 %s", params->user, when), effect);
        judging->finding->because = NULL;
        return;
    }
    judge_pass(judging, "Basic is not restricted yet");
    judging->finding->because = effect;
    judging->finding->causes = (struct strings){0}; /* of roles that could not be read */
    rules_out(judging, cause);
}

static void judge_standing(struct judging *judging, const struct basic_auth_params *params,
                           const struct restriction *restriction, const struct standing *standing)
{
    if (standing->exemption == EXEMPT) {
        judge_exempt(judging, params->user, standing);
    } else if (restriction->stage == STAGE_ENFORCED) {
        judge_enforced(judging, params->user, standing);
    } else if (restriction->stage == STAGE_AHEAD) {
        judge_ahead(judging, params, restriction, standing);
    } else {
        judge_unknown(judging, REASON_UNDOCUMENTED, restriction->words);
        judging->finding->cause_subject = params->user;
        points_to(judging, cause);
    }
}

static void judge_off(struct judging *judging, const char *words)
{
    judge_pass(judging, words);
    judging->finding->because = NULL;
    rules_out(judging, cause);
}

static void judge_user(struct judging *judging, const struct basic_auth_params *params,
                       const struct restriction *restriction)
{
    struct reading reading =
        read_configuration(judging, user_question(judging, params->user), LIST_NEVER);
    if (reading.presence == PRESENCE_ABSENT) {
        judge_fail(judging, "user-missing", params->user,
                   say(judging, "there is no user %s", params->user));
        return;
    }
    if (reading.presence != PRESENCE_FOUND) {
        return;
    }
    if (reading.n_rows > 1) {
        judge_unknown(judging, REASON_AMBIGUOUS,
                      say(judging, "%zu users bear the name %s", reading.n_rows, params->user));
        return;
    }
    struct standing standing = standing_of(judging, params->user, restriction, &reading.rows[0]);
    if (!judging->is_open) {
        judge_standing(judging, params, restriction, &standing);
    }
}

static void basic_auth_judge(struct judging *judging, const void *given)
{
    const struct basic_auth_params *params = given;
    struct restriction restriction = {.stage = STAGE_OFF};
    judging->finding->link =
        list_link(judging, "sys_properties", "nameSTARTSWITHglide.authenticate.basic_auth");
    judging->finding->wanted = say(judging, "%s may use Basic", params->user);
    /* The user is needed where Basic is restricted, and is asked for beside the properties. */
    consult_configuration(judging, user_question(judging, params->user), LIST_NEVER);
    if (!read_properties(judging, &restriction)) {
        return;
    }
    read_stage(judging, &restriction);
    if (restriction.stage == STAGE_OFF) {
        judge_off(judging, restriction.words);
    } else {
        judge_user(judging, params, &restriction);
    }
}

const struct kind kind_basic_auth = {
    .schema = {.name = "basic_auth",
               .summary = "The restriction of Basic authentication does not shut a user out",
               .fields = basic_auth_fields,
               .n_fields = ARRAY_LEN(basic_auth_fields),
               .params_size = sizeof(struct basic_auth_params)},
    .judge = basic_auth_judge,
};
