/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resolver: the vendor's table of priorities, and every reading of what it leaves open.
 */
#include "checks/policy.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"

/*
 * What is not documented, as readings: a set of these says how everything is read at once. A call
 * is resolved under every set that is possible for it.
 */
enum reading {
    READS_STALE_AS_EMPTY = 1 << 0,      /* a ticked "apply to all" hides the value left below it */
    READS_VERSION_AS_ANY = 1 << 1,      /* a path without a version is one of every version */
    READS_UNMAPPED_AS_OPEN = 1 << 2,    /* a policy without an active profile restricts nothing */
    READS_RESOURCE_AS_ANOTHER = 1 << 3, /* the resource that is called is not the policy's */
    ALL_READINGS = 15,
};

/* The vendor's priorities: 1 is the most specific. Row 7 of the page reads "version" and "all
 * versions" in one, so a policy that names nothing shares it. */
enum { RANK_WHOLE_API = 7, RANK_GLOBAL_METHODS = 8, RANK_GLOBAL = 9, RANK_NONE = 10 };

enum admission { ADMITS, REFUSES, ADMISSION_UNTOLD };

/* ---- Texts ---- */

const char *profile_kind_words(enum profile_kind kind)
{
    switch (kind) {
    case PROFILE_API_KEY:
        return "API keys";
    case PROFILE_BASIC:
        return "Basic";
    case PROFILE_OAUTH:
        return "OAuth";
    case PROFILE_OTHER:
        return "other kinds";
    case PROFILE_STANDARD:
    case PROFILE_UNTOLD:
        break;
    }
    return "a kind that is not told";
}

const char *policy_loss_words(enum policy_loss loss)
{
    switch (loss) {
    case LOST_INACTIVE:
        return "not active";
    case LOST_OTHER_API:
        return "for another API";
    case LOST_METHOD:
        return "for another method";
    case LOST_RESOURCE:
        return "for another resource";
    case LOST_VERSION:
        return "for another version";
    case LOST_TABLE:
        return "for other tables";
    case LOST_LESS_SPECIFIC:
        return "less specific";
    case LOST_GLOBAL:
        return "global";
    case LOST_NOT:
        break;
    }
    return "of the same priority";
}

bool policy_is_sys_id(const char *text)
{
    enum { SYS_ID_LENGTH = 32 };
    return strlen(text) == SYS_ID_LENGTH && strspn(text, "0123456789abcdefABCDEF") == SYS_ID_LENGTH;
}

/* The part of a path that counts: no blanks and slashes around it, and no "api" in front. */
struct path_core {
    const char *start;
    size_t len;
};

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* True when `text`, which need not end there, begins so; the letters of ASCII in either case. */
static bool begins_nocase(const char *text, const char *beginning, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\0' || folded(text[i]) != folded(beginning[i])) {
            return false;
        }
    }
    return true;
}

static struct path_core path_core(const char *path)
{
    static const char prefix[] = "api/";
    const char *start = path + strspn(path, " \t\r\n");
    start += strspn(start, "/");
    start += begins_nocase(start, prefix, strlen(prefix)) ? strlen(prefix) : 0;
    size_t len = strlen(start);
    while (len > 0 && strchr(" \t\r\n/", start[len - 1]) != NULL) {
        len--;
    }
    return (struct path_core){start, len};
}

bool policy_same_path(const char *a, const char *b)
{
    struct path_core of_a = path_core(a);
    struct path_core of_b = path_core(b);
    return of_a.len == of_b.len && begins_nocase(of_a.start, of_b.start, of_a.len);
}

/* "v2" and "2" are one version. */
static const char *version_core(struct arena *arena, const char *version)
{
    const char *lower = text_lower(arena, text_trim(arena, version));
    return lower[0] == 'v' && isdigit((unsigned char)lower[1]) ? lower + 1 : lower;
}

static bool same_version(struct arena *arena, const char *a, const char *b)
{
    return text_equal(version_core(arena, a), version_core(arena, b));
}

/* ---- Whether a policy is about a call ---- */

static bool is_stale(const struct policy_field *field)
{
    return !text_is_empty(field->value) && field->applies_to_all == TOLD_YES;
}

bool policy_has_stale_value(const struct policy *policy)
{
    return is_stale(&policy->method) || is_stale(&policy->resource) || is_stale(&policy->version);
}

static bool is_specific(const struct policy_field *field, unsigned readings)
{
    return !text_is_empty(field->value) &&
           (field->applies_to_all != TOLD_YES || (readings & READS_STALE_AS_EMPTY) == 0);
}

static bool lists_table(struct arena *arena, const struct policy *policy,
                        const struct policy_call *call)
{
    struct strings list = strings_split(arena, policy->tables, ',');
    for (size_t i = 0; i < list.n_items; i++) {
        if (text_equal_nocase(list.items[i], call->table) ||
            (call->table_id != NULL && text_equal_nocase(list.items[i], call->table_id))) {
            return true;
        }
    }
    return false;
}

static bool is_for_table(struct arena *arena, const struct policy *policy,
                         const struct policy_call *call)
{
    return call->table == NULL || policy->applies_to_all_tables == TOLD_YES ||
           text_is_empty(policy->tables) || lists_table(arena, policy, call);
}

static bool is_for_version(struct arena *arena, const struct policy *policy,
                           const struct policy_call *call, unsigned readings)
{
    if (!is_specific(&policy->version, readings)) {
        return true;
    }
    if (text_is_empty(call->version)) {
        return (readings & READS_VERSION_AS_ANY) != 0;
    }
    return same_version(arena, policy->version.value, call->version);
}

static bool is_for_resource(const struct policy *policy, const struct policy_call *call,
                            unsigned readings)
{
    if (!is_specific(&policy->resource, readings)) {
        return true;
    }
    return call->resource == NULL ? (readings & READS_RESOURCE_AS_ANOTHER) == 0
                                  : policy_same_path(policy->resource.value, call->resource);
}

/* Why a policy, were it active, is not about the call; LOST_NOT when it is. */
static enum policy_loss mismatch(struct arena *arena, const struct policy *policy,
                                 const struct policy_call *call, unsigned readings)
{
    if (policy->is_global != TOLD_YES && !policy_same_path(policy->api_path, call->api)) {
        return LOST_OTHER_API;
    }
    if (is_specific(&policy->method, readings) &&
        !text_equal_nocase(policy->method.value, call->method)) {
        return LOST_METHOD;
    }
    if (!is_for_resource(policy, call, readings)) {
        return LOST_RESOURCE;
    }
    if (!is_for_version(arena, policy, call, readings)) {
        return LOST_VERSION;
    }
    return is_for_table(arena, policy, call) ? LOST_NOT : LOST_TABLE;
}

static int rank_of(const struct policy *policy, unsigned readings)
{
    /* [method][resource][version]: the rows of the vendor's page */
    static const int ranks[2][2][2] = {{{RANK_WHOLE_API, RANK_WHOLE_API}, {4, 3}},
                                       {{6, 5}, {2, 1}}};
    if (policy->is_global == TOLD_YES) {
        return policy->method.applies_to_all == TOLD_YES ? RANK_GLOBAL : RANK_GLOBAL_METHODS;
    }
    return ranks[is_specific(&policy->method, readings)][is_specific(&policy->resource, readings)]
                [is_specific(&policy->version, readings)];
}

/* ---- Whom a policy admits ---- */

static bool may_be(enum profile_kind kind, enum profile_kind wanted)
{
    return kind == wanted || kind == PROFILE_UNTOLD ||
           (kind == PROFILE_STANDARD && wanted != PROFILE_API_KEY);
}

static bool same_name(struct arena *arena, const char *a, const char *b)
{
    return text_equal_nocase(text_trim(arena, a), text_trim(arena, b));
}

enum told key_carrier_fits(struct arena *arena, const struct key_carrier *of_profile,
                           const struct key_carrier *wanted)
{
    const char *const has[] = {of_profile->parameter, of_profile->place};
    const char *const wants[] = {wanted->parameter, wanted->place};
    bool is_told = wanted->prefix == NULL || of_profile->prefix != NULL;
    for (size_t i = 0; i < ARRAY_LEN(has); i++) {
        if (wants[i] != NULL && has[i] != NULL && !same_name(arena, has[i], wants[i])) {
            return TOLD_NO;
        }
        is_told = is_told && (wants[i] == NULL || has[i] != NULL);
    }
    if (wanted->prefix != NULL && of_profile->prefix != NULL &&
        !text_equal(text_trim(arena, of_profile->prefix), text_trim(arena, wanted->prefix))) {
        return TOLD_NO;
    }
    return is_told ? TOLD_YES : TOLD_NOTHING;
}

const char *key_carrier_words(struct arena *arena, const struct key_carrier *carrier)
{
    bool has_prefix = !text_is_empty(carrier->prefix);
    return arena_printf(arena, "%s in the %s, %s%s",
                        carrier->parameter == NULL ? "a parameter" : carrier->parameter,
                        carrier->place == NULL ? "place that is not told" : carrier->place,
                        has_prefix ? "behind the prefix " : "without a prefix",
                        has_prefix ? carrier->prefix : "");
}

enum told policy_profile_takes(struct arena *arena, const struct policy_profile *profile,
                               const struct policy_call *call)
{
    if (profile->kind == PROFILE_API_KEY && call->kind == PROFILE_API_KEY) {
        return key_carrier_fits(arena, &profile->carrier, &call->carrier);
    }
    if (profile->kind == call->kind) {
        return TOLD_YES;
    }
    return may_be(profile->kind, call->kind) ? TOLD_NOTHING : TOLD_NO;
}

/* A profile for keys, active or not as told, that takes them from somewhere else. */
static const struct policy_profile *find_other_carrier(struct arena *arena,
                                                       const struct policy *policy,
                                                       const struct policy_call *call,
                                                       enum told is_active)
{
    for (size_t i = 0; call->kind == PROFILE_API_KEY && i < policy->n_profiles; i++) {
        const struct policy_profile *profile = policy->profiles[i];
        if (profile->kind == PROFILE_API_KEY && profile->is_active == is_active &&
            policy_profile_takes(arena, profile, call) == TOLD_NO) {
            return profile;
        }
    }
    return NULL;
}

const struct policy_profile *policy_other_carrier(struct arena *arena, const struct policy *policy,
                                                  const struct policy_call *call)
{
    return find_other_carrier(arena, policy, call, TOLD_YES);
}

static enum admission admission_of(struct arena *arena, const struct policy *policy,
                                   const struct policy_call *call, unsigned readings)
{
    bool is_untold = false;
    bool has_active = false;
    bool may_have_active = false;
    if (call->kind == PROFILE_API_KEY && policy->is_global == TOLD_YES) {
        return REFUSES;
    }
    for (size_t i = 0; i < policy->n_profiles; i++) {
        const struct policy_profile *profile = policy->profiles[i];
        enum told takes = policy_profile_takes(arena, profile, call);
        if (takes == TOLD_YES && profile->is_active == TOLD_YES) {
            return ADMITS;
        }
        is_untold = is_untold || (takes != TOLD_NO && profile->is_active != TOLD_NO);
        has_active = has_active || profile->is_active == TOLD_YES;
        may_have_active = may_have_active || profile->is_active == TOLD_NOTHING;
    }
    if (is_untold) {
        return ADMISSION_UNTOLD;
    }
    if (call->kind == PROFILE_API_KEY || has_active) {
        return REFUSES;
    }
    if (may_have_active) {
        return ADMISSION_UNTOLD;
    }
    return (readings & READS_UNMAPPED_AS_OPEN) != 0 ? ADMITS : REFUSES;
}

/* ---- One reading ---- */

struct resolution {
    enum policy_outcome outcome;
    const struct policy *winner;
    int rank;
};

static enum policy_outcome outcome_of(enum admission admission)
{
    switch (admission) {
    case ADMITS:
        return POLICY_ADMITTED;
    case REFUSES:
        return POLICY_REFUSED;
    case ADMISSION_UNTOLD:
        break;
    }
    return POLICY_UNTOLD;
}

/* Of two policies of one priority nothing says which wins: what both say stands. */
static enum policy_outcome outcome_of_both(enum policy_outcome a, enum policy_outcome b)
{
    return a == b ? a : a == POLICY_UNTOLD || b == POLICY_UNTOLD ? POLICY_UNTOLD : POLICY_AMBIGUOUS;
}

static struct resolution resolve_read_so(struct arena *arena, const struct policy_facts *facts,
                                         const struct policy_call *call, unsigned readings)
{
    struct resolution best = {.outcome =
                                  call->kind == PROFILE_API_KEY ? POLICY_REFUSED : POLICY_ADMITTED,
                              .rank = RANK_NONE};
    for (size_t i = 0; i < facts->n_policies; i++) {
        const struct policy *policy = &facts->policies[i];
        int rank = rank_of(policy, readings);
        if (policy->is_active != TOLD_YES || rank > best.rank ||
            mismatch(arena, policy, call, readings) != LOST_NOT) {
            continue;
        }
        enum policy_outcome outcome = outcome_of(admission_of(arena, policy, call, readings));
        if (rank == best.rank) {
            best.outcome = outcome_of_both(best.outcome, outcome);
        } else {
            best = (struct resolution){.outcome = outcome, .winner = policy, .rank = rank};
        }
    }
    return best;
}

/* ---- Columns that never came back ---- */

static bool field_is_untold(const struct policy_field *field)
{
    return field->value == NULL ||
           (field->value[0] != '\0' && field->applies_to_all == TOLD_NOTHING);
}

static bool tables_are_untold(struct arena *arena, const struct policy_facts *facts,
                              const struct policy *policy, const struct policy_call *call)
{
    if (call->table == NULL || policy->applies_to_all_tables == TOLD_YES ||
        facts->has_no_table_lists) {
        return false;
    }
    if (policy->tables == NULL) {
        return true;
    }
    if (policy->tables[0] == '\0') {
        return false;
    }
    if (policy->applies_to_all_tables == TOLD_NOTHING) {
        return true;
    }
    struct strings list = strings_split(arena, policy->tables, ',');
    bool is_by_id = false;
    for (size_t i = 0; i < list.n_items; i++) {
        is_by_id = is_by_id || policy_is_sys_id(list.items[i]);
    }
    return is_by_id && call->table_id == NULL && !lists_table(arena, policy, call);
}

/* What is missing of a policy to tell whether it is in force; NULL when nothing is. */
static const char *untold_column(struct arena *arena, const struct policy_facts *facts,
                                 const struct policy *policy, const struct policy_call *call)
{
    if (policy->is_active == TOLD_NO) {
        return NULL;
    }
    if (policy->is_global == TOLD_NOTHING) {
        return "apply_global";
    }
    if (policy->is_global == TOLD_NO && policy->api_path == NULL) {
        return "api_path";
    }
    if (policy->is_global == TOLD_NO && !policy_same_path(policy->api_path, call->api)) {
        return NULL;
    }
    if (policy->is_active == TOLD_NOTHING) {
        return "active";
    }
    if (field_is_untold(&policy->method) ||
        (policy->is_global == TOLD_YES && policy->method.applies_to_all == TOLD_NOTHING)) {
        return "http_method or apply_all_methods";
    }
    if (field_is_untold(&policy->resource)) {
        return "api_resource or apply_all_resources";
    }
    if (field_is_untold(&policy->version)) {
        return "version or apply_all_versions";
    }
    return tables_are_untold(arena, facts, policy, call) ? "the tables" : NULL;
}

static const char *untold_policy(struct arena *arena, const struct policy_facts *facts,
                                 const struct policy_call *call)
{
    for (size_t i = 0; i < facts->n_policies; i++) {
        const struct policy *policy = &facts->policies[i];
        const char *column = untold_column(arena, facts, policy, call);
        if (column != NULL) {
            return arena_printf(arena, "%s of the policy %s never came back, and it decides",
                                column, policy->name);
        }
    }
    return NULL;
}

/* ---- Why a call is refused ---- */

struct refusal {
    struct arena *arena;
    const struct policy_facts *facts;
    const struct policy_call *call;
    unsigned readings;
    struct resolution resolution;
};

/* … or may admit: what is not told of it does not make another cause the only one. */
static bool admits(const struct refusal *refusal, const struct policy *policy)
{
    return admission_of(refusal->arena, policy, refusal->call, refusal->readings) != REFUSES;
}

static bool is_about(const struct refusal *refusal, const struct policy *policy)
{
    return mismatch(refusal->arena, policy, refusal->call, refusal->readings) == LOST_NOT;
}

/* The first profile for the credential of a call that is, or is not, active; NULL when there is
 * none. */
static const struct policy_profile *find_profile(struct arena *arena,
                                                 const struct policy_profile *const *profiles,
                                                 size_t n_profiles, const struct policy_call *call,
                                                 enum told is_active)
{
    for (size_t i = 0; i < n_profiles; i++) {
        if (profiles[i]->is_active == is_active &&
            policy_profile_takes(arena, profiles[i], call) == TOLD_YES) {
            return profiles[i];
        }
    }
    return NULL;
}

/* What else there is that might be mapped, where no profile is told to take what the call brings.
 */
struct leftovers {
    bool has_untold; /* an active one that may take it */
    bool has_other;  /* an active one of the kind that wants it otherwise */
};

static struct leftovers leftovers_of(const struct refusal *refusal)
{
    const struct policy_facts *facts = refusal->facts;
    struct leftovers left = {0};
    for (size_t i = 0; i < facts->n_profiles; i++) {
        const struct policy_profile *profile = facts->profiles[i];
        enum told takes = policy_profile_takes(refusal->arena, profile, refusal->call);
        bool is_active = profile->is_active == TOLD_YES;
        left.has_untold = left.has_untold || (is_active && takes == TOLD_NOTHING);
        left.has_other = left.has_other ||
                         (is_active && takes == TOLD_NO && profile->kind == refusal->call->kind);
    }
    return left;
}

/* Something that has to be mended. */
static void add_cause(struct policy_ruling *ruling, const char *cause, const char *subject)
{
    if (ruling->cause == NULL) {
        ruling->cause = cause;
        ruling->subject = subject;
    } else if (ruling->n_besides < MOST_POLICY_FAULTS) {
        ruling->besides[ruling->n_besides++] = (struct policy_fault){cause, subject};
    }
}

/* ---- A policy that was meant to admit the call ---- */

/* What keeps a policy from admitting the call although it maps a profile for the credential. */
struct shortfall {
    const struct policy *policy;
    bool is_inactive;
    bool is_elsewhere;                /* it is about other calls of the API */
    bool is_outranked;                /* by the policy in force */
    const struct policy_profile *off; /* the profile is not active */
    const struct policy_profile *odd; /* it takes keys from somewhere else */
};

/* The more is wrong, the less a policy explains; of one fault each, that of a profile comes before
 * that of the priority. */
static int weight_of(const struct shortfall *shortfall)
{
    enum { EACH = 8, INACTIVE = 4, ELSEWHERE = 2, OUTRANKED = 1 };
    int n = (shortfall->is_inactive ? 1 : 0) + (shortfall->is_elsewhere ? 1 : 0) +
            (shortfall->is_outranked ? 1 : 0) + (shortfall->off != NULL ? 1 : 0) +
            (shortfall->odd != NULL ? 1 : 0);
    return n * EACH + (shortfall->is_inactive ? INACTIVE : 0) +
           (shortfall->is_elsewhere ? ELSEWHERE : 0) + (shortfall->is_outranked ? OUTRANKED : 0);
}

/* What is wrong with the profile by which the policy would admit the credential. */
static void look_at_profiles(const struct refusal *refusal, struct shortfall *shortfall)
{
    struct arena *arena = refusal->arena;
    const struct policy *policy = shortfall->policy;
    const struct policy_call *call = refusal->call;
    shortfall->off = find_profile(arena, policy->profiles, policy->n_profiles, call, TOLD_NO);
    if (shortfall->off == NULL) {
        shortfall->odd = find_other_carrier(arena, policy, call, TOLD_YES);
    }
    if (shortfall->off == NULL && shortfall->odd == NULL) {
        shortfall->odd = find_other_carrier(arena, policy, call, TOLD_NO);
        shortfall->off = shortfall->odd;
    }
}

/* False for a policy that maps no profile for the credential, or is about something else. Of the
 * policy in force a profile that takes keys from somewhere else is told with those that might be
 * mapped in its place. */
static bool falls_short(const struct refusal *refusal, const struct policy *policy,
                        struct shortfall *ret_shortfall)
{
    const struct policy_call *call = refusal->call;
    struct shortfall shortfall = {.policy = policy, .is_inactive = policy->is_active == TOLD_NO};
    bool is_known = policy->is_active != TOLD_NOTHING && policy->is_global != TOLD_NOTHING &&
                    policy->api_path != NULL;
    bool is_global = policy->is_global == TOLD_YES;
    if (!is_known || (is_global && call->kind == PROFILE_API_KEY)) {
        return false;
    }
    bool is_admitting = admits(refusal, policy);
    if (!is_admitting) {
        look_at_profiles(refusal, &shortfall);
    }
    int rank = rank_of(policy, refusal->readings);
    shortfall.is_elsewhere = !is_about(refusal, policy);
    shortfall.is_outranked = !shortfall.is_elsewhere && rank > refusal->resolution.rank;
    bool is_of_api = is_global || policy_same_path(policy->api_path, call->api);
    bool is_level = shortfall.is_inactive && rank == refusal->resolution.rank;
    *ret_shortfall = shortfall;
    bool is_in_force = !shortfall.is_inactive && !shortfall.is_elsewhere && !shortfall.is_outranked;
    bool maps_one =
        is_admitting || shortfall.off != NULL || (shortfall.odd != NULL && !is_in_force);
    return is_of_api && !is_level && maps_one && weight_of(&shortfall) > 0;
}

/* The policy that lacks the least, among those about the call or among the others of the API;
 * without a policy when there is none. */
static struct shortfall find_shortfall(const struct refusal *refusal, bool is_elsewhere)
{
    struct shortfall least = {0};
    for (size_t i = 0; i < refusal->facts->n_policies; i++) {
        const struct policy *policy = &refusal->facts->policies[i];
        struct shortfall shortfall = {0};
        if (falls_short(refusal, policy, &shortfall) && shortfall.is_elsewhere == is_elsewhere &&
            (least.policy == NULL || weight_of(&shortfall) < weight_of(&least))) {
            least = shortfall;
        }
    }
    return least;
}

static void explain_shortfall(const struct refusal *refusal, const struct shortfall *shortfall,
                              struct policy_ruling *ruling)
{
    if (shortfall->is_inactive) {
        add_cause(ruling, "policy-inactive", shortfall->policy->name);
    }
    if (shortfall->is_elsewhere) {
        add_cause(ruling, "policy-coverage", shortfall->policy->name);
    }
    if (shortfall->off != NULL) {
        add_cause(ruling, "profile-inactive", shortfall->off->name);
    }
    if (shortfall->odd != NULL) {
        add_cause(ruling, "auth-parameter-mismatch", shortfall->odd->name);
    }
    if (shortfall->is_outranked && refusal->resolution.winner != NULL) {
        add_cause(ruling, "policy-outranked", refusal->resolution.winner->name);
    }
}

/* ---- No policy was ---- */

/*
 * The policy maps no profile that takes what the call brings: whether there is one to map.
 * Where there is, it is the link that is missing, whatever else is mapped; where there is none, and
 * the policy maps a profile that wants its keys otherwise, key and profile differ.
 */
static void explain_profiles(const struct refusal *refusal, const struct policy *policy,
                             struct policy_ruling *ruling)
{
    struct arena *arena = refusal->arena;
    const struct policy_facts *facts = refusal->facts;
    const struct policy_call *call = refusal->call;
    const struct policy_profile *const *all = (const struct policy_profile *const *)facts->profiles;
    const struct policy_profile *off = find_profile(arena, all, facts->n_profiles, call, TOLD_NO);
    const struct policy_profile *other = policy_other_carrier(arena, policy, call);
    const struct leftovers left = leftovers_of(refusal);
    bool has_fitting = find_profile(arena, all, facts->n_profiles, call, TOLD_YES) != NULL;
    bool may_have_more = left.has_untold || facts->may_have_more_profiles;
    bool may_be_unlinked =
        other == NULL && (left.has_untold || (off == NULL && (left.has_other || may_have_more)));
    if (has_fitting || may_be_unlinked) {
        add_cause(ruling, "policy-profile-unlinked", policy->name);
    } else if (other != NULL) {
        add_cause(ruling, "auth-parameter-mismatch", other->name);
        ruling->or_cause =
            may_have_more && ruling->n_besides == 0 ? "policy-profile-unlinked" : NULL;
    } else if (off != NULL) {
        add_cause(ruling, "profile-inactive", off->name);
        add_cause(ruling, "policy-profile-unlinked", policy->name);
    } else {
        add_cause(ruling, "profile-kind", policy->name);
    }
}

/*
 * An inactive policy of the whole API, as guides have one made: those that are shipped name a
 * method and a resource, and say nothing about what was meant here.
 */
static const struct policy *find_unused(const struct refusal *refusal)
{
    for (size_t i = 0; i < refusal->facts->n_policies; i++) {
        const struct policy *policy = &refusal->facts->policies[i];
        bool is_told = policy->api_path != NULL && !field_is_untold(&policy->method) &&
                       !field_is_untold(&policy->resource) && !field_is_untold(&policy->version);
        if (policy->is_active == TOLD_NO && policy->is_global == TOLD_NO && is_told &&
            is_about(refusal, policy) && rank_of(policy, refusal->readings) == RANK_WHOLE_API) {
            return policy;
        }
    }
    return NULL;
}

/* No policy is about the call, or only a global one, and no key is admitted without. */
static void explain_no_policy(const struct refusal *refusal, struct policy_ruling *ruling)
{
    const struct shortfall elsewhere = find_shortfall(refusal, true);
    const struct policy *unused = find_unused(refusal);
    if (elsewhere.policy != NULL) {
        explain_shortfall(refusal, &elsewhere, ruling);
    } else if (unused != NULL) {
        add_cause(ruling, "policy-inactive", unused->name);
        explain_profiles(refusal, unused, ruling);
    } else {
        add_cause(ruling, "policy-missing", refusal->call->api);
    }
}

static void explain(const struct refusal *refusal, struct policy_ruling *ruling)
{
    static const struct policy_call any_key = {.kind = PROFILE_API_KEY};
    const struct policy *winner = refusal->resolution.winner;
    const struct shortfall meant = find_shortfall(refusal, false);
    bool is_global_to_keys =
        winner != NULL && winner->is_global == TOLD_YES && refusal->call->kind == PROFILE_API_KEY;
    if (is_global_to_keys && find_profile(refusal->arena, winner->profiles, winner->n_profiles,
                                          &any_key, TOLD_YES) != NULL) {
        add_cause(ruling, "profile-kind", winner->name);
    } else if (meant.policy != NULL) {
        explain_shortfall(refusal, &meant, ruling);
    } else if (winner == NULL || is_global_to_keys) {
        explain_no_policy(refusal, ruling);
    } else {
        explain_profiles(refusal, winner, ruling);
    }
}

/* ---- All readings ---- */

static const char *words_of_reading(unsigned reading, enum profile_kind kind, struct arena *arena)
{
    switch (reading) {
    case READS_STALE_AS_EMPTY:
        return "an \"apply to all\" box is ticked and a value is left in the field below it, and "
               "whether the value still counts differs between releases "
               "(glide.rest.policy.normalize_apply_all_fields)";
    case READS_VERSION_AS_ANY:
        return "a policy names one version, the call's path names none, and whether the policy is "
               "about it is not documented";
    case READS_RESOURCE_AS_ANOTHER:
        return "a policy names one resource of the API, and which one is called is not known";
    default:
        return arena_printf(arena,
                            "the policy in force has no active profile, and what that means for %s "
                            "is not documented",
                            profile_kind_words(kind));
    }
}

static unsigned open_readings(const struct policy_facts *facts, const struct policy_call *call)
{
    unsigned open = 0;
    open |= facts->stale_values == STALE_UNTOLD ? READS_STALE_AS_EMPTY : 0U;
    open |= text_is_empty(call->version) ? READS_VERSION_AS_ANY : 0U;
    open |= call->kind != PROFILE_API_KEY ? READS_UNMAPPED_AS_OPEN : 0U;
    open |= call->resource == NULL ? READS_RESOURCE_AS_ANOTHER : 0U;
    return open;
}

/* The one reading that makes the difference, or all open ones when only several together do. */
static unsigned deciding_reading(struct arena *arena, const struct policy_facts *facts,
                                 const struct policy_call *call, unsigned base, unsigned open,
                                 enum policy_outcome outcome)
{
    for (unsigned reading = 1; reading < ALL_READINGS; reading <<= 1) {
        if ((open & reading) != 0 &&
            resolve_read_so(arena, facts, call, base | reading).outcome != outcome) {
            return reading;
        }
    }
    return (open & READS_VERSION_AS_ANY) != 0 ? READS_VERSION_AS_ANY : READS_STALE_AS_EMPTY;
}

static bool outcomes_differ(struct arena *arena, const struct policy_facts *facts,
                            const struct policy_call *call, unsigned base, unsigned open,
                            enum policy_outcome outcome)
{
    for (unsigned readings = 1; readings <= ALL_READINGS; readings++) {
        bool is_possible = (readings & ~open) == 0;
        if (is_possible &&
            resolve_read_so(arena, facts, call, base | readings).outcome != outcome) {
            return true;
        }
    }
    return false;
}

/* The policies in force under some reading, those of one priority all of them. */
static void note_in_force(struct arena *arena, const struct policy_facts *facts,
                          const struct policy_call *call, unsigned readings, bool *in_force)
{
    int best = resolve_read_so(arena, facts, call, readings).rank;
    for (size_t i = 0; i < facts->n_policies; i++) {
        const struct policy *policy = &facts->policies[i];
        bool is_of_rank = policy->is_active == TOLD_YES && rank_of(policy, readings) == best &&
                          mismatch(arena, policy, call, readings) == LOST_NOT;
        in_force[i] = in_force[i] || is_of_rank;
    }
}

static void note_admitting(struct arena *arena, const struct policy_facts *facts,
                           const struct policy_call *call, unsigned base, unsigned open,
                           struct policy_ruling *ruling)
{
    bool *in_force = arena_array(arena, facts->n_policies + 1, sizeof *in_force);
    for (unsigned readings = 0; readings <= ALL_READINGS; readings++) {
        if ((readings & ~open) != 0) {
            continue;
        }
        note_in_force(arena, facts, call, base | readings, in_force);
        ruling->may_be_unrestricted =
            ruling->may_be_unrestricted ||
            resolve_read_so(arena, facts, call, base | readings).rank == RANK_NONE;
    }
    ruling->in_force = in_force;
}

static enum policy_loss *losses_of(struct arena *arena, const struct policy_facts *facts,
                                   const struct policy_call *call, unsigned readings, int best)
{
    enum policy_loss *losses = arena_array(arena, facts->n_policies + 1, sizeof *losses);
    for (size_t i = 0; i < facts->n_policies; i++) {
        const struct policy *policy = &facts->policies[i];
        if (policy->is_active == TOLD_NO) {
            losses[i] = LOST_INACTIVE;
            continue;
        }
        losses[i] = mismatch(arena, policy, call, readings);
        if (losses[i] == LOST_NOT && rank_of(policy, readings) > best) {
            bool is_global = policy->is_global == TOLD_YES && best < RANK_GLOBAL_METHODS;
            losses[i] = is_global ? LOST_GLOBAL : LOST_LESS_SPECIFIC;
        }
    }
    return losses;
}

struct policy_ruling policy_resolve(struct arena *arena, const struct policy_facts *facts,
                                    const struct policy_call *call)
{
    struct policy_ruling ruling = {.outcome = POLICY_UNTOLD,
                                   .because = untold_policy(arena, facts, call)};
    if (ruling.because != NULL) {
        return ruling;
    }
    unsigned base = facts->stale_values == STALE_IGNORED ? READS_STALE_AS_EMPTY : 0U;
    unsigned open = open_readings(facts, call);
    struct resolution resolution = resolve_read_so(arena, facts, call, base);
    ruling.outcome = resolution.outcome;
    ruling.winner = resolution.winner;
    ruling.losses = losses_of(arena, facts, call, base, resolution.rank);
    if (resolution.outcome == POLICY_UNTOLD) {
        ruling.because = arena_printf(arena,
                                      "which kind a profile on the policy %s is of, whether it is "
                                      "active, or from where it takes "
                                      "its keys never came back",
                                      resolution.winner->name);
    } else if (outcomes_differ(arena, facts, call, base, open, resolution.outcome)) {
        unsigned reading = deciding_reading(arena, facts, call, base, open, resolution.outcome);
        ruling.outcome = POLICY_UNDOCUMENTED;
        ruling.because = words_of_reading(reading, call->kind, arena);
        ruling.depends_on_fields = reading != READS_UNMAPPED_AS_OPEN;
    } else if (resolution.outcome == POLICY_AMBIGUOUS) {
        ruling.because = "two policies of one priority are about the call and differ in whom they "
                         "admit, and which of them wins is not documented";
    } else if (resolution.outcome == POLICY_REFUSED) {
        struct refusal refusal = {arena, facts, call, base, resolution};
        explain(&refusal, &ruling);
    } else {
        note_admitting(arena, facts, call, base, open, &ruling);
    }
    return ruling;
}
