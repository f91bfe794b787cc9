/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user: a user exists, once, its record has the wanted values, and it is fit for what the pack's
 * credential does with it.
 *
 * web_service_only: an account that checks a key, a client or a Basic password should not sign in
 * to pages ("Non-interactive sessions"); the authorization code needs such a sign-in, so there the
 * flag is wrong. Of the password grant the product documentation says that it "has an interactive
 * session", and reports contradict each other, so the flag is told there and nothing is asserted.
 * dedicated: signs of a person, in checks/personal.h.
 * local: a password of an LDAP user is checked by the directory, and what another source in
 * `source` does to a password is not documented. unrestricted: a machine identity access control
 * (since Zurich) limits an account to the APIs and tables it lists, whatever its roles ("Machine
 * identity access controls"). Sources: the pages named of the product documentation; public reports
 * of LDAP accounts refused.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/personal.h"

struct user_params {
    const char *name;
    struct pairs want;
    const char *web_service_only;
    bool dedicated;
    bool local;
    bool unrestricted;
};

static const char *const web_service_choices[] = {"by-credential", NULL};

static const struct field user_fields[] = {
    FIELD(struct user_params, name, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_NAMES_USER,
          "User ID (user_name)"),
    FIELD(struct user_params, want, FIELD_OPTIONAL, "columns of sys_user and the values wanted"),
    FIELD_CHOICE(struct user_params, web_service_only, FIELD_OPTIONAL, web_service_choices,
                 "Web service access only is set as the pack's kind of credential needs it"),
    FIELD(struct user_params, dedicated, FIELD_ADVICE,
          "it looks like a service account, not like somebody's own: a guess, for advice"),
    FIELD(struct user_params, local, FIELD_OPTIONAL,
          "where a password is checked, it is checked by the instance and no directory"),
    FIELD(struct user_params, unrestricted, FIELD_OPTIONAL,
          "no machine identity access control limits it"),
};

static const struct column_cause causes[] = {
    {"active", "true", "user-inactive"},
    {"locked_out", "false", "user-locked-out"},
    {"password_needs_reset", "false", "password-needs-reset"},
    {"web_service_access_only", NULL, "web-service-only-conflict"},
};

/* The shared question has the usual columns; others make it a question of their own. */
static struct question question_for(const struct judging *judging, const struct user_params *params)
{
    struct question question = user_question(judging, params->name);
    struct strings fields = {0};
    for (size_t i = 0; i < question.fields.n_items; i++) {
        strings_add(judging->arena, &fields, question.fields.items[i]);
    }
    for (size_t i = 0; i < params->want.n_items; i++) {
        strings_add_unique(judging->arena, &fields, params->want.items[i].key);
    }
    for (size_t i = 0; params->dedicated && i < personal_columns.n_items; i++) {
        strings_add_unique(judging->arena, &fields, personal_columns.items[i]);
    }
    if (fields.n_items > question.fields.n_items) {
        question.fields = fields;
    }
    return question;
}

/* ---- Web service access only ---- */

static void judge_flag_as_wanted(struct judging *judging, const struct user_params *params,
                                 const char *flag, bool is_wanted, const char *why)
{
    bool is_set = text_equal_nocase(flag, "true");
    const char *seen =
        say(judging, "%s: Web service access only is %s", params->name, is_set ? "set" : "not set");
    if (is_set == is_wanted) {
        judge_pass(judging, seen);
        rules_out(judging, "web-service-only-conflict");
        return;
    }
    judge_fail(judging, "web-service-only-conflict", params->name, seen);
    judging->finding->because = why;
}

static void judge_flag_of_password_grant(struct judging *judging, const struct user_params *params,
                                         const char *flag)
{
    if (!text_equal_nocase(flag, "true")) {
        judge_flag_as_wanted(judging, params, flag, false, NULL);
        return;
    }
    judge_unknown(judging, REASON_UNDOCUMENTED,
                  "Web service access only is set; the documentation says that the password grant "
                  "has an interactive session, and reports of whether it is refused then "
                  "contradict each other");
    points_to(judging, "web-service-only-conflict");
    judging->finding->cause_subject = params->name;
}

static void judge_web_service_only(struct judging *judging, const struct user_params *params,
                                   const struct row *row)
{
    const struct credential *credential = own_credential(judging);
    const char *flag = row_get(row, "web_service_access_only");
    judging->finding->wanted = "Web service access only as this kind of credential needs it";
    if (credential == NULL) {
        judge_blocked(judging, REASON_CREDENTIAL_NOT_TRIED,
                      "no credential was given, and what the flag has to be depends on its kind");
        return;
    }
    if (flag == NULL) {
        judge_unknown(judging, REASON_FIELD_HIDDEN, "web_service_access_only never came back");
        return;
    }
    switch (credential->kind) {
    case CREDENTIAL_API_KEY:
    case CREDENTIAL_BASIC:
    case CREDENTIAL_OAUTH_CLIENT:
        judge_flag_as_wanted(judging, params, flag, true,
                             "the account of an integration needs no sign-in to pages, and without "
                             "the flag it may sign in");
        break;
    case CREDENTIAL_OAUTH_REFRESH:
        judge_flag_as_wanted(judging, params, flag, false,
                             "the authorization code is given after a sign-in in the browser, "
                             "which the flag forbids");
        break;
    case CREDENTIAL_OAUTH_PASSWORD:
        judge_flag_of_password_grant(judging, params, flag);
        break;
    case CREDENTIAL_TOKEN:
        judge_unknown(judging, REASON_AMBIGUOUS,
                      "which grant an access token came from does not stand in it, and what the "
                      "flag has to be depends on that");
        break;
    }
}

/* ---- Dedicated ---- */

static void judge_dedicated(struct judging *judging, const struct user_params *params,
                            const struct row *row)
{
    struct personal personal = personal_signs(judging->arena, row);
    const char *signs = strings_join(judging->arena, &personal.signs, ", ");
    judging->finding->wanted = "an account of the integration's own";
    if (personal.is_likely) {
        judge_fail(judging, "personal-account", params->name,
                   say(judging, "%s looks like somebody's own account: %s", params->name, signs));
        judging->finding->because = "a guess from the record, no proof";
    } else if (personal.unseen.n_items > 0) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      say(judging, "%s never came back",
                          strings_join(judging->arena, &personal.unseen, ", ")));
    } else {
        judge_pass(judging, say(judging, "%s looks like a service account", params->name));
        judging->finding->because =
            signs[0] == '\0' ? "a guess from the record, no proof"
                             : say(judging, "a guess from the record, no proof; %s", signs);
        rules_out(judging, "personal-account");
    }
}

/* ---- Local ---- */

static void judge_local_source(struct judging *judging, const struct user_params *params,
                               const char *source, const char *server)
{
    judging->finding->cause_subject = params->name;
    if (text_starts_with(text_lower(judging->arena, source), "ldap:") || server[0] != '\0') {
        judge_fail(judging, "user-external-directory", params->name,
                   say(judging, "the password of %s is checked by an LDAP directory (%s)",
                       params->name, source[0] != '\0' ? "source" : "ldap_server"));
    } else if (source[0] != '\0') {
        judge_unknown(judging, REASON_UNDOCUMENTED,
                      "the user came from another source, and whether a password is then checked "
                      "here is not documented");
        points_to(judging, "user-external-directory");
    } else {
        judge_pass(judging, say(judging, "the password of %s is kept here", params->name));
        rules_out(judging, "user-external-directory");
    }
}

static void judge_local(struct judging *judging, const struct user_params *params,
                        const struct row *row)
{
    const struct credential *credential = own_credential(judging);
    const char *source = row_get(row, "source");
    const char *server = row_get(row, "ldap_server");
    judging->finding->wanted = "a password that is checked here";
    if (credential != NULL && !credential_checks_password(credential->kind)) {
        judge_pass(judging, "this kind of credential has no password checked");
        rules_out(judging, "user-external-directory");
    } else if (source == NULL || server == NULL) {
        bool is_ldap =
            text_starts_with(source == NULL ? "" : source, "ldap:") || !text_is_empty(server);
        if (is_ldap) {
            judge_local_source(judging, params, source != NULL ? source : "",
                               server != NULL ? server : "");
            return;
        }
        judge_unknown(
            judging, REASON_FIELD_HIDDEN,
            say(judging, "%s never came back", source == NULL ? "source" : "ldap_server"));
    } else {
        judge_local_source(judging, params, source, server);
    }
}

/* ---- Unrestricted ---- */

static struct question controls_question(const char *user_name)
{
    static const char *columns[] = {
        "user.user_name",
        "machine_identity_access_control.name",
        "machine_identity_access_control.active",
        "machine_identity_access_control.tables",
        "machine_identity_access_control.rest_api_policy",
    };
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_security_machine_identity_access_config",
                             .key = "user.user_name",
                             .value = user_name,
                             .fields = {columns, ARRAY_LEN(columns)}};
}

static void judge_controls(struct judging *judging, const struct user_params *params,
                           const struct reading *reading)
{
    bool is_untold = !reading->is_complete;
    for (size_t i = 0; i < reading->n_rows; i++) {
        const struct row *row = &reading->rows[i];
        const char *active = row_get(row, "machine_identity_access_control.active");
        const char *name = row_get(row, "machine_identity_access_control.name");
        const char *tables = row_get(row, "machine_identity_access_control.tables");
        is_untold = is_untold || active == NULL;
        if (text_equal_nocase(active, "true")) {
            judge_fail(judging, "machine-identity-restricted", params->name,
                       say(judging, "the control %s limits %s to the tables %s",
                           text_is_empty(name) ? "(unnamed)" : name, params->name,
                           text_is_empty(tables) ? "(none named)" : tables));
            judging->finding->because = "APIs and tables that it does not list are refused, "
                                        "whatever the roles; whether it lists what the "
                                        "integration calls, the calls show";
            return;
        }
    }
    if (is_untold) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "whether the controls on the user are active could not be read in full");
        return;
    }
    judge_pass(judging, say(judging, "the controls on %s are not active", params->name));
    rules_out(judging, "machine-identity-restricted");
}

static void judge_unrestricted(struct judging *judging, const struct user_params *params,
                               const struct row *row)
{
    (void)row;
    struct reading reading =
        read_configuration(judging, controls_question(params->name), LIST_FIRST);
    judging->finding->wanted = "no machine identity access control on the user";
    switch (reading.presence) {
    case PRESENCE_FOUND:
        judge_controls(judging, params, &reading);
        break;
    case PRESENCE_ABSENT:
        judge_pass(judging,
                   say(judging, "no machine identity access control names %s", params->name));
        rules_out(judging, "machine-identity-restricted");
        break;
    case PRESENCE_NO_TABLE:
        judge_pass(judging, "this release has no machine identity access controls");
        rules_out(judging, "machine-identity-restricted");
        break;
    case PRESENCE_OPEN:
    case PRESENCE_UNTOLD:
        break;
    }
}

/* ---- Several in one ---- */

static void judge_want(struct judging *judging, const struct user_params *params,
                       const struct row *row)
{
    judge_row(judging, "sys_user", row, &params->want, causes, ARRAY_LEN(causes), NULL,
              params->name);
}

/* Worst first, as far as a kind can say. */
static int rank_of(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_FAIL:
        return 0;
    case VERDICT_BLOCKED:
        return 1;
    case VERDICT_UNKNOWN:
        return 2;
    case VERDICT_PASS:
    case VERDICT_WAIVED:
    case VERDICT_NOT_APPLICABLE:
        break;
    }
    return 3;
}

static const char *both(const struct judging *judging, const char *first, const char *second)
{
    if (first == NULL || second == NULL) {
        return first != NULL ? first : second;
    }
    return say(judging, "%s; %s", first, second);
}

/* Puts what was found so far before what was found last; the worse of the two is the verdict, and
 * only what is as bad is told. */
static void combine(struct judging *judging, const struct finding *sofar)
{
    struct finding *last = judging->finding;
    int order = rank_of(sofar->verdict) - rank_of(last->verdict);
    last->wanted = both(judging, sofar->wanted, last->wanted);
    if (order > 0) {
        return;
    }
    struct strings causes_of_last = last->causes;
    last->causes = sofar->causes;
    if (order < 0) {
        last->verdict = sofar->verdict;
        last->reason = sofar->reason;
        last->seen = sofar->seen;
        last->because = sofar->because;
        last->cause_subject = sofar->cause_subject;
        return;
    }
    last->reason = sofar->reason;
    last->seen = both(judging, sofar->seen, last->seen);
    last->because = both(judging, sofar->because, last->because);
    for (size_t i = 0; i < causes_of_last.n_items; i++) {
        points_to(judging, causes_of_last.items[i]);
    }
}

static void judge_parts(struct judging *judging, const struct user_params *params,
                        const struct row *row)
{
    const struct {
        bool is_wanted;
        void (*judge)(struct judging *, const struct user_params *, const struct row *);
    } parts[] = {
        {params->want.n_items > 0, judge_want},
        {params->web_service_only != NULL, judge_web_service_only},
        {params->dedicated, judge_dedicated},
        {params->local, judge_local},
        {params->unrestricted, judge_unrestricted},
    };
    bool is_first = true;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (!parts[i].is_wanted) {
            continue;
        }
        struct finding sofar = *judging->finding;
        judging->finding->causes = (struct strings){0};
        judging->finding->because = NULL;
        judging->finding->seen = NULL;
        judging->finding->wanted = NULL;
        parts[i].judge(judging, params, row);
        if (!is_first) {
            combine(judging, &sofar);
        }
        is_first = false;
    }
    if (is_first) {
        judge_pass(judging, say(judging, "user %s is there", params->name));
    }
}

static void user_judge(struct judging *judging, const void *given)
{
    const struct user_params *params = given;
    if (params->unrestricted) {
        /* Asked with the user, so that it costs no wave of its own. */
        consult_configuration(judging, controls_question(params->name), LIST_FIRST);
    }
    struct reading reading = read_configuration(judging, question_for(judging, params), LIST_NEVER);
    judging->finding->link =
        list_link(judging, "sys_user", say(judging, "user_name=%s", params->name));
    judging->finding->wanted = say(judging, "a user %s", params->name);
    if (reading.presence == PRESENCE_ABSENT) {
        judge_fail(judging, "user-missing", params->name,
                   say(judging, "there is no user %s", params->name));
        return;
    }
    if (reading.presence != PRESENCE_FOUND) {
        return;
    }
    if (reading.n_rows > 1) {
        judge_unknown(judging, REASON_AMBIGUOUS,
                      say(judging, "%zu users bear the name %s", reading.n_rows, params->name));
        return;
    }
    judge_parts(judging, params, &reading.rows[0]);
    rules_out(judging, "user-missing");
}

const struct kind kind_user = {
    .schema = {.name = "user",
               .summary = "A user exists, its record has the wanted values, and it suits its use",
               .fields = user_fields,
               .n_fields = ARRAY_LEN(user_fields),
               .params_size = sizeof(struct user_params)},
    .judge = user_judge,
};
