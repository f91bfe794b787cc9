/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth_profile: an active inbound authentication profile of a kind exists; for API keys it takes
 * the key from the place the integration puts it.
 *
 * Profiles for API keys are rows of http_key_auth, those for Basic, OAuth, ID tokens and
 * certificates are rows of std_http_auth, told apart by their type. What a profile is called does
 * not matter. Sources: "Configure an API key" and "Create an inbound authentication profile" in the
 * product documentation; public set-up scripts.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/policy_rows.h"

struct auth_profile_params {
    const char *kind;
    const char *parameter;
    const char *in;
    const char *prefix;
};

static const char *const kind_names[] = {"api-key", "basic", "oauth", NULL};
static const char *const places[] = {"header", "query", NULL};

static const struct field auth_profile_fields[] = {
    FIELD_CHOICE(struct auth_profile_params, kind, FIELD_REQUIRED, kind_names,
                 "the kind of credential it admits"),
    FIELD(struct auth_profile_params, parameter, FIELD_OPTIONAL,
          "name of the header or query parameter that carries an API key"),
    FIELD_CHOICE(struct auth_profile_params, in, FIELD_OPTIONAL, places,
                 "where the parameter is sent"),
    FIELD(struct auth_profile_params, prefix, FIELD_OPTIONAL,
          "the text before the key in the parameter; none when it is not given"),
};

/* How near a profile comes to what is wanted; the larger, the nearer. */
enum fit {
    FIT_OTHER_KIND,
    FIT_INACTIVE_AND_OTHER, /* not active, and with another parameter besides */
    FIT_INACTIVE,
    FIT_OTHER_PARAMETER,
    FIT_UNTOLD, /* a column that decides never came back */
    FIT_WHOLLY,
};

struct profile_look {
    enum fit fit;
    const char *name;
    const char *seen;
};

static bool is_about_keys(const struct auth_profile_params *params)
{
    return text_equal(params->kind, "api-key");
}

/* What a profile's auth parameter says against what is wanted of it. */
static enum fit fit_of_parameter(const struct judging *judging,
                                 const struct auth_profile_params *params, const struct row *row,
                                 const char **ret_seen)
{
    bool wants_prefix = params->parameter != NULL || params->prefix != NULL;
    const struct key_carrier carrier = key_profile_carrier(row);
    struct key_carrier wanted = {.parameter = params->parameter, .place = params->in};
    if (wants_prefix) {
        wanted.prefix = params->prefix != NULL ? params->prefix : "";
    }
    *ret_seen = key_carrier_words(judging->arena, &carrier);
    switch (key_carrier_fits(judging->arena, &carrier, &wanted)) {
    case TOLD_NO:
        return FIT_OTHER_PARAMETER;
    case TOLD_YES:
        return FIT_WHOLLY;
    case TOLD_NOTHING:
        break;
    }
    return FIT_UNTOLD;
}

static enum fit fit_of_kind(const struct auth_profile_params *params, const struct row *row)
{
    enum profile_kind wanted = text_equal(params->kind, "basic") ? PROFILE_BASIC : PROFILE_OAUTH;
    if (is_about_keys(params)) {
        return FIT_WHOLLY;
    }
    enum profile_kind kind = standard_profile_kind(row_get(row, "type"));
    if (kind == PROFILE_STANDARD) {
        return FIT_UNTOLD;
    }
    return kind == wanted ? FIT_WHOLLY : FIT_OTHER_KIND;
}

static struct profile_look look_at(const struct judging *judging,
                                   const struct auth_profile_params *params, const struct row *row)
{
    enum told is_active = told_flag(row_get(row, "active"));
    const char *name = row_get(row, "name");
    struct profile_look look = {.name = text_is_empty(name) ? "without a name" : name,
                                .fit = fit_of_kind(params, row)};
    if (look.fit == FIT_OTHER_KIND) {
        return look;
    }
    enum fit of_parameter = FIT_WHOLLY;
    if (is_about_keys(params)) {
        of_parameter = fit_of_parameter(judging, params, row, &look.seen);
    }
    if (is_active == TOLD_NO) {
        look.fit = of_parameter == FIT_OTHER_PARAMETER ? FIT_INACTIVE_AND_OTHER : FIT_INACTIVE;
        return look;
    }
    look.fit = of_parameter < look.fit ? of_parameter : look.fit;
    if (look.fit == FIT_WHOLLY && is_active == TOLD_NOTHING) {
        look.fit = FIT_UNTOLD;
    }
    return look;
}

static const char *words_of_kind(const struct auth_profile_params *params)
{
    return is_about_keys(params)               ? "API keys"
           : text_equal(params->kind, "basic") ? "Basic"
                                               : "OAuth";
}

static void judge_best(struct judging *judging, const struct auth_profile_params *params,
                       const struct profile_look *best)
{
    const char *details = best->seen == NULL ? "active" : best->seen;
    switch (best->fit) {
    case FIT_WHOLLY:
        judge_pass(judging, say(judging, "the profile %s: %s", best->name, details));
        rules_out(judging, "profile-kind");
        break;
    case FIT_UNTOLD:
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      say(judging,
                          "the profile %s: its type, whether it is active, or its parameter never "
                          "came back or is not known",
                          best->name));
        break;
    case FIT_OTHER_PARAMETER:
        judge_fail(judging, "auth-parameter-mismatch", best->name,
                   say(judging, "the profile %s takes the key from %s", best->name, details));
        break;
    case FIT_INACTIVE_AND_OTHER:
        judge_fail(judging, "profile-inactive", best->name,
                   say(judging, "the profile %s is not active, and takes the key from %s",
                       best->name, details));
        points_to(judging, "auth-parameter-mismatch");
        break;
    case FIT_INACTIVE:
        judge_fail(judging, "profile-inactive", best->name,
                   say(judging, "the profile %s is not active", best->name));
        break;
    case FIT_OTHER_KIND:
        judge_fail(judging, "profile-kind", say(judging, "for %s", words_of_kind(params)),
                   say(judging, "there is no profile for %s", words_of_kind(params)));
        break;
    }
}

static void judge_profiles(struct judging *judging, const struct auth_profile_params *params,
                           const struct reading *reading)
{
    struct profile_look best = {.fit = FIT_OTHER_KIND};
    for (size_t i = 0; i < reading->n_rows; i++) {
        struct profile_look look = look_at(judging, params, &reading->rows[i]);
        if (i == 0 || look.fit > best.fit) {
            best = look;
        }
    }
    if (best.fit < FIT_UNTOLD && reading->presence == PRESENCE_FOUND && !reading->is_complete) {
        judge_unknown(judging, reading->answer->was_cut ? REASON_TRUNCATED : REASON_HIDDEN,
                      "not all profiles came back, and the right one may be among the others");
        return;
    }
    judge_best(judging, params, &best);
}

static const char *words_of_wanted(const struct judging *judging,
                                   const struct auth_profile_params *params)
{
    const char *kind = words_of_kind(params);
    if (!is_about_keys(params) || params->parameter == NULL) {
        return say(judging, "an active profile for %s", kind);
    }
    return say(judging, "an active profile for %s in %s%s%s", kind, params->parameter,
               params->in != NULL ? ", " : "", params->in != NULL ? params->in : "");
}

static void auth_profile_judge(struct judging *judging, const void *given)
{
    const struct auth_profile_params *params = given;
    bool is_key = is_about_keys(params);
    struct question question =
        is_key ? key_profiles_question(judging) : standard_profiles_question(judging);
    struct reading reading = read_configuration(judging, question, LIST_LAST);
    judging->finding->link = list_link(judging, question.table, "active=true");
    judging->finding->wanted = words_of_wanted(judging, params);
    switch (reading.presence) {
    case PRESENCE_FOUND:
    case PRESENCE_ABSENT:
        judge_profiles(judging, params, &reading);
        break;
    case PRESENCE_NO_TABLE:
        judge_fail(judging, "plugin-missing",
                   is_key ? "com.glide.tokenbased_auth" : "com.glide.rest.policy",
                   say(judging, "the table %s does not exist", question.table));
        break;
    case PRESENCE_OPEN:
    case PRESENCE_UNTOLD:
        break;
    }
}

const struct kind kind_auth_profile = {
    .schema = {.name = "auth_profile",
               .summary = "An active inbound authentication profile of a kind exists",
               .fields = auth_profile_fields,
               .n_fields = ARRAY_LEN(auth_profile_fields),
               .params_size = sizeof(struct auth_profile_params)},
    .judge = auth_profile_judge,
};
