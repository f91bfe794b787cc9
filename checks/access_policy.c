/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access_policy: the REST API access policy in force for the integration's calls admits its kind of
 * credential, and does not lock out others that must be admitted besides.
 *
 * Not any fitting policy decides but the one in force, so all of them are read, with the profiles
 * mapped on them, and resolved for every method and table (checks/policy.h). A profile for API keys
 * counts only where it takes the key as the integration sends it. A profile may carry
 * authentication policies of its own, which can refuse an address, a role or a group (KB1963039);
 * their conditions cannot be read as rows, so only an accepted call shows that they let it in, and
 * only one that can have gone through no other profiles.
 */
#include "base/arena.h"
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/policy_rows.h"

struct access_policy_params {
    const char *api;
    struct strings methods;
    struct strings tables;
    const char *resource;
    const char *version;
    const char *admits;
    const char *parameter;
    const char *in;
    const char *prefix;
    struct strings also;
};

static const char *const kind_names[] = {"api-key", "basic", "oauth", NULL};
static const char *const places[] = {"header", "query", NULL};

/* The platform's own, and how the first call sends a key. */
static const struct key_carrier usual_carrier = {"x-sn-apikey", "header", ""};

static const struct field access_policy_fields[] = {
    FIELD(struct access_policy_params, api, FIELD_REQUIRED | FIELD_API,
          "path of the API, as in now/table"),
    FIELD(struct access_policy_params, methods, FIELD_OPTIONAL,
          "HTTP methods that are called; GET when none is given"),
    FIELD(struct access_policy_params, tables, FIELD_TABLE,
          "tables that are called, of the Table API; that of the pack's first call when none is "
          "given"),
    FIELD(struct access_policy_params, resource, FIELD_OPTIONAL,
          "the resource that is called, as policies name it; not needed for the Table API"),
    FIELD(struct access_policy_params, version, FIELD_OPTIONAL,
          "the version in the path that is called, as in v2; none when it has none"),
    FIELD_CHOICE(struct access_policy_params, admits, FIELD_OPTIONAL, kind_names,
                 "the kind of credential; that of the pack's own when none is given"),
    FIELD(
        struct access_policy_params, parameter, FIELD_OPTIONAL,
        "name of the header or query parameter in which an API key is sent; x-sn-apikey when none "
        "is given"),
    FIELD_CHOICE(struct access_policy_params, in, FIELD_OPTIONAL, places,
                 "where that parameter is sent: header (the default) or query"),
    FIELD(struct access_policy_params, prefix, FIELD_OPTIONAL,
          "the text before the key in the parameter; none when it is not given"),
    FIELD_CHOICE(struct access_policy_params, also, FIELD_ADVICE, kind_names,
                 "kinds the policy in force must admit besides, because others use them"),
};

/* Everything one judgement goes along. */
struct inquiry {
    struct judging *judging;
    const struct access_policy_params *params;
    struct policy_reading reading;
    struct strings methods;
    struct strings tables; /* at least one; NULL in it: not the Table API */
    enum profile_kind kind;
    struct key_carrier carrier;
    bool is_own_kind;
};

/* What came of calls, those of one result together. */
struct result {
    const char *text;
    struct strings calls;
};
struct results {
    struct result *items;
    size_t n_items;
};

static enum profile_kind kind_named(const char *name)
{
    if (text_equal(name, "api-key")) {
        return PROFILE_API_KEY;
    }
    return text_equal(name, "basic") ? PROFILE_BASIC : PROFILE_OAUTH;
}

static enum profile_kind kind_of_credential(enum credential_kind kind)
{
    if (kind == CREDENTIAL_API_KEY) {
        return PROFILE_API_KEY;
    }
    return kind == CREDENTIAL_BASIC ? PROFILE_BASIC : PROFILE_OAUTH;
}

/* False, and the finding written, when nothing says which kind is meant. */
static bool settle_kind(struct inquiry *inquiry)
{
    const struct credential *own = own_credential(inquiry->judging);
    if (inquiry->params->admits == NULL && own == NULL) {
        inquiry->judging->finding->wanted =
            say(inquiry->judging, "the integration's kind of credential admitted on %s",
                inquiry->params->api);
        judge_unknown(inquiry->judging, REASON_AMBIGUOUS,
                      "neither the check nor a credential of the integration says which kind must "
                      "be admitted");
        return false;
    }
    inquiry->kind = inquiry->params->admits != NULL ? kind_named(inquiry->params->admits)
                                                    : kind_of_credential(own->kind);
    inquiry->is_own_kind = own != NULL && kind_of_credential(own->kind) == inquiry->kind;
    return true;
}

static void settle_carrier(struct inquiry *inquiry)
{
    const struct access_policy_params *params = inquiry->params;
    inquiry->carrier = usual_carrier;
    if (params->parameter != NULL) {
        inquiry->carrier.parameter = params->parameter;
    }
    if (params->in != NULL) {
        inquiry->carrier.place = params->in;
    }
    if (params->prefix != NULL) {
        inquiry->carrier.prefix = params->prefix;
    }
}

static void settle_calls(struct inquiry *inquiry)
{
    struct judging *judging = inquiry->judging;
    const struct access_policy_params *params = inquiry->params;
    inquiry->methods = params->methods;
    inquiry->tables = params->tables;
    if (inquiry->methods.n_items == 0) {
        strings_add(judging->arena, &inquiry->methods, "GET");
    }
    bool is_table_api = policy_same_path(params->api, "now/table");
    if (!is_table_api) {
        inquiry->tables = (struct strings){0};
    } else if (inquiry->tables.n_items == 0) {
        strings_add(judging->arena, &inquiry->tables, judging->pack->first_table);
    }
}

/* ---- One call ---- */

/* The resource of the Table API that a method is called on. */
static const char *resource_of(const struct inquiry *inquiry, const char *method)
{
    if (inquiry->params->resource != NULL || inquiry->tables.n_items == 0) {
        return inquiry->params->resource;
    }
    bool is_of_table = text_equal_nocase(method, "GET") || text_equal_nocase(method, "POST");
    return is_of_table ? "/now/table/{tableName}" : "/now/table/{tableName}/{sys_id}";
}

/* How others send their keys is not known, so any profile of the kind counts for them. */
static struct policy_call call_of(const struct inquiry *inquiry, const char *method,
                                  const char *table, enum profile_kind kind)
{
    const struct policy_facts *facts = &inquiry->reading.facts;
    struct policy_call call = {.method = method,
                               .api = inquiry->params->api,
                               .version = inquiry->params->version,
                               .resource = resource_of(inquiry, method),
                               .table = table,
                               .table_id = policy_table_id(inquiry->judging, facts, table),
                               .kind = kind};
    if (kind == inquiry->kind) {
        call.carrier = inquiry->carrier;
    }
    return call;
}

static const char *words_of_ruling(const struct inquiry *inquiry,
                                   const struct policy_ruling *ruling,
                                   const struct policy_call *call)
{
    struct judging *judging = inquiry->judging;
    bool admits = ruling->outcome == POLICY_ADMITTED;
    const char *besides = "";
    if (ruling->winner == NULL) {
        return say(judging, "no active policy is about it, so %s %s admitted",
                   profile_kind_words(call->kind), admits ? "is" : "are not");
    }
    const struct policy_profile *other = policy_other_carrier(judging->arena, ruling->winner, call);
    if (ruling->winner->n_profiles == 0) {
        besides = ": no profile is mapped on it";
    } else if (!admits && other != NULL) {
        besides = say(judging, ": its profile %s takes them from %s", other->name,
                      key_carrier_words(judging->arena, &other->carrier));
    }
    return say(judging, "%s is in force and %s %s%s", ruling->winner->name,
               admits ? "admits" : "does not admit", profile_kind_words(call->kind), besides);
}

static void add_result(const struct inquiry *inquiry, struct results *results, const char *text,
                       const char *call)
{
    struct judging *judging = inquiry->judging;
    for (size_t i = 0; i < results->n_items; i++) {
        if (text_equal(results->items[i].text, text)) {
            strings_add_unique(judging->arena, &results->items[i].calls, call);
            return;
        }
    }
    struct result *slot =
        arena_append(judging->arena, &results->items, &results->n_items, sizeof *slot);
    slot->text = text;
    strings_add(judging->arena, &slot->calls, call);
}

static const char *words_of_results(const struct inquiry *inquiry, const struct results *results)
{
    struct judging *judging = inquiry->judging;
    struct strings parts = {0};
    for (size_t i = 0; i < results->n_items; i++) {
        const char *calls = strings_join(judging->arena, &results->items[i].calls, ", ");
        strings_add(judging->arena, &parts, say(judging, "%s: %s", calls, results->items[i].text));
    }
    return strings_join(judging->arena, &parts, "; ");
}

/* ---- All calls ---- */

/* What came of the calls of one kind of credential: the worst of it, and the texts. */
struct rulings {
    struct policy_ruling refused; /* the first refusal; without a cause when there is none */
    struct policy_fault *faults;  /* what has to be mended, for all refusals */
    size_t n_faults;
    struct policy_ruling untold; /* the first that could not be told; without words likewise */
    struct results refusals;
    struct results admissions;
    struct results others;         /* why other policies are not in force */
    const struct policy **winners; /* all that may be in force for one of the admissions */
    size_t n_winners;
};

static void note_losses(const struct inquiry *inquiry, const struct policy_ruling *ruling,
                        struct results *others)
{
    const struct policy_facts *facts = &inquiry->reading.facts;
    for (size_t i = 0; ruling->losses != NULL && i < facts->n_policies; i++) {
        const struct policy *policy = &facts->policies[i];
        bool is_of_api =
            policy->is_global == TOLD_YES ||
            (policy->api_path != NULL && policy_same_path(policy->api_path, inquiry->params->api));
        if (policy != ruling->winner && is_of_api) {
            add_result(inquiry, others, policy_loss_words(ruling->losses[i]), policy->name);
        }
    }
}

static void note_winner(const struct inquiry *inquiry, const struct policy *winner,
                        struct rulings *rulings)
{
    for (size_t i = 0; i < rulings->n_winners; i++) {
        if (rulings->winners[i] == winner) {
            return;
        }
    }
    const struct policy **slot = arena_append(inquiry->judging->arena, &rulings->winners,
                                              &rulings->n_winners, sizeof(void *));
    *slot = winner;
}

/* All that may be in force for an admitted call. */
static void note_winners(const struct inquiry *inquiry, const struct policy_ruling *ruling,
                         struct rulings *rulings)
{
    const struct policy_facts *facts = &inquiry->reading.facts;
    for (size_t i = 0; i < facts->n_policies; i++) {
        if (ruling->in_force[i]) {
            note_winner(inquiry, &facts->policies[i], rulings);
        }
    }
}

static void note_fault(const struct inquiry *inquiry, const char *cause, const char *subject,
                       struct rulings *rulings)
{
    for (size_t i = 0; i < rulings->n_faults; i++) {
        if (text_equal(rulings->faults[i].cause, cause)) {
            return;
        }
    }
    struct policy_fault *slot =
        arena_append(inquiry->judging->arena, &rulings->faults, &rulings->n_faults, sizeof *slot);
    *slot = (struct policy_fault){cause, subject};
}

static void note_faults(const struct inquiry *inquiry, const struct policy_ruling *ruling,
                        struct rulings *rulings)
{
    note_fault(inquiry, ruling->cause, ruling->subject, rulings);
    for (size_t i = 0; i < ruling->n_besides; i++) {
        note_fault(inquiry, ruling->besides[i].cause, ruling->besides[i].subject, rulings);
    }
}

static void note_call(const struct inquiry *inquiry, const char *method, const char *table,
                      enum profile_kind kind, struct rulings *rulings)
{
    struct policy_call resolved = call_of(inquiry, method, table, kind);
    struct policy_ruling ruling =
        policy_resolve(inquiry->judging->arena, &inquiry->reading.facts, &resolved);
    const char *call =
        say(inquiry->judging, "%s %s", method, table != NULL ? table : inquiry->params->api);
    if (ruling.outcome == POLICY_ADMITTED) {
        add_result(inquiry, &rulings->admissions, words_of_ruling(inquiry, &ruling, &resolved),
                   call);
        note_losses(inquiry, &ruling, &rulings->others);
        note_winners(inquiry, &ruling, rulings);
    } else if (ruling.outcome == POLICY_REFUSED) {
        add_result(inquiry, &rulings->refusals, words_of_ruling(inquiry, &ruling, &resolved), call);
        note_losses(inquiry, &ruling, &rulings->others);
        note_faults(inquiry, &ruling, rulings);
        if (rulings->refused.cause == NULL) {
            rulings->refused = ruling;
        }
    } else if (rulings->untold.because == NULL) {
        rulings->untold = ruling;
        rulings->untold.because = say(inquiry->judging, "%s: %s", call, ruling.because);
    }
}

static struct rulings resolve_all(const struct inquiry *inquiry, enum profile_kind kind)
{
    struct rulings rulings = {0};
    for (size_t m = 0; m < inquiry->methods.n_items; m++) {
        const char *method = inquiry->methods.items[m];
        for (size_t t = 0; t < inquiry->tables.n_items; t++) {
            note_call(inquiry, method, inquiry->tables.items[t], kind, &rulings);
        }
        if (inquiry->tables.n_items == 0) {
            note_call(inquiry, method, NULL, kind, &rulings);
        }
    }
    return rulings;
}

/* ---- The finding ---- */

/* All that has to be mended before the calls are let in. */
static void point_to_faults(const struct inquiry *inquiry, const struct rulings *rulings)
{
    struct judging *judging = inquiry->judging;
    for (size_t i = 0; i < rulings->n_faults; i++) {
        points_to_with(judging, rulings->faults[i].cause, rulings->faults[i].subject);
    }
    if (rulings->n_faults == 1 && rulings->refused.or_cause != NULL) {
        points_to(judging, rulings->refused.or_cause);
        judging->finding->causes_are_alternatives = true;
    }
}

static void judge_refused(const struct inquiry *inquiry, const struct rulings *rulings)
{
    struct judging *judging = inquiry->judging;
    bool lacks_plugin = inquiry->kind == PROFILE_API_KEY && inquiry->reading.has_no_keys_table;
    judge_fail(judging, lacks_plugin ? "plugin-missing" : NULL,
               lacks_plugin ? "com.glide.tokenbased_auth" : rulings->refused.subject,
               words_of_results(inquiry, &rulings->refusals));
    if (!lacks_plugin) {
        point_to_faults(inquiry, rulings);
    }
    if (rulings->others.n_items > 0) {
        judging->finding->because =
            say(judging, "the other policies: %s", words_of_results(inquiry, &rulings->others));
    }
}

static void judge_untold_ruling(const struct inquiry *inquiry, const struct policy_ruling *ruling)
{
    struct judging *judging = inquiry->judging;
    enum reason reason = ruling->outcome == POLICY_AMBIGUOUS      ? REASON_AMBIGUOUS
                         : ruling->outcome == POLICY_UNDOCUMENTED ? REASON_UNDOCUMENTED
                                                                  : REASON_FIELD_HIDDEN;
    judge_unknown(judging, reason, ruling->because);
    if (ruling->outcome == POLICY_UNDOCUMENTED && ruling->depends_on_fields) {
        judging->finding->cause_subject =
            ruling->winner != NULL ? ruling->winner->name : inquiry->params->api;
        points_to(judging, "policy-coverage");
    }
}

/* The kinds that the policies in force refuse, for the warning whom they lock out. */
static const char *words_of_locked_out(const struct inquiry *inquiry)
{
    static const enum profile_kind kinds[] = {PROFILE_BASIC, PROFILE_OAUTH};
    struct strings locked_out = {0};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct rulings rulings = {0};
        if (kinds[i] != inquiry->kind) {
            rulings = resolve_all(inquiry, kinds[i]);
        }
        if (rulings.refusals.n_items > 0) {
            strings_add(inquiry->judging->arena, &locked_out, profile_kind_words(kinds[i]));
        }
    }
    return locked_out.n_items == 0 ? NULL
                                   : strings_join(inquiry->judging->arena, &locked_out, " and ");
}

static const char *stale_policies(const struct inquiry *inquiry)
{
    struct strings names = {0};
    for (size_t i = 0; i < inquiry->reading.facts.n_policies; i++) {
        const struct policy *policy = &inquiry->reading.facts.policies[i];
        if (policy->is_active == TOLD_YES && policy_has_stale_value(policy)) {
            strings_add(inquiry->judging->arena, &names, policy->name);
        }
    }
    return names.n_items == 0 ? NULL : strings_join(inquiry->judging->arena, &names, ", ");
}

/* What the reader of a pass should know: who lost and why, who is locked out, what is left over. */
static const char *words_besides(const struct inquiry *inquiry, const struct rulings *rulings)
{
    struct judging *judging = inquiry->judging;
    struct strings parts = {0};
    const char *locked_out = words_of_locked_out(inquiry);
    const char *stale = stale_policies(inquiry);
    if (rulings->others.n_items > 0) {
        strings_add(
            judging->arena, &parts,
            say(judging, "the other policies: %s", words_of_results(inquiry, &rulings->others)));
    }
    if (locked_out != NULL) {
        strings_add(judging->arena, &parts,
                    say(judging, "calls with %s get 401 there, whoever makes them", locked_out));
    }
    if (stale != NULL) {
        strings_add(judging->arena, &parts,
                    say(judging,
                        "%s: an \"apply to all\" box is ticked and a value is left in its field; "
                        "clear it",
                        stale));
    }
    if (inquiry->reading.facts.has_no_table_lists) {
        strings_add(judging->arena, &parts,
                    "policies of this release hold for all tables: it has no column for them");
    }
    if (inquiry->kind == PROFILE_OAUTH && rulings->n_winners == 0) {
        strings_add(judging->arena, &parts,
                    "tokens of an application with Enforce token restrictions need a policy that "
                    "maps its profile");
    }
    strings_add(judging->arena, &parts, "as far as the account that read it can see");
    return strings_join(judging->arena, &parts, "; ");
}

/* What also must be admitted: whom the guide's own policy would lock out. */
static bool also_admits(const struct inquiry *inquiry)
{
    struct judging *judging = inquiry->judging;
    for (size_t i = 0; i < inquiry->params->also.n_items; i++) {
        enum profile_kind kind = kind_named(inquiry->params->also.items[i]);
        struct rulings rulings = resolve_all(inquiry, kind);
        if (rulings.refusals.n_items > 0) {
            const struct policy *winner = rulings.refused.winner;
            judge_fail(judging, "blast-radius",
                       winner != NULL ? winner->name : inquiry->params->api,
                       words_of_results(inquiry, &rulings.refusals));
            judging->finding->because =
                say(judging, "calls of other integrations with %s get 401 there",
                    profile_kind_words(kind));
            return false;
        }
        if (rulings.untold.because != NULL) {
            judge_untold_ruling(inquiry, &rulings.untold);
            judging->finding->causes = (struct strings){0};
            return false;
        }
    }
    return true;
}

/* ---- Authentication policies on the profiles ---- */

/* What of an admission an authentication policy may undo. */
struct guards {
    struct strings names;
    const struct policy **policies; /* those that let the call in through guarded profiles alone */
    size_t n_policies;
};

/* True when every profile through which `policy` admits the call carries a policy of its own; their
 * names are added. */
static bool is_guarded(const struct inquiry *inquiry, const struct policy *policy,
                       struct strings *names)
{
    struct arena *arena = inquiry->judging->arena;
    const struct policy_call call = {.kind = inquiry->kind, .carrier = inquiry->carrier};
    bool is_open = false;
    size_t n_before = names->n_items;
    for (size_t i = 0; i < policy->n_profiles; i++) {
        const struct policy_profile *profile = policy->profiles[i];
        if (profile->is_active != TOLD_YES ||
            policy_profile_takes(arena, profile, &call) != TOLD_YES) {
            continue;
        }
        is_open = is_open || profile->rules.n_items == 0;
        for (size_t r = 0; r < profile->rules.n_items; r++) {
            strings_add(arena, names,
                        say(inquiry->judging, "%s on the profile %s", profile->rules.items[r],
                            profile->name));
        }
    }
    if (is_open) {
        names->n_items = n_before;
    }
    return !is_open && names->n_items > n_before;
}

static struct guards find_guards(const struct inquiry *inquiry, const struct rulings *rulings)
{
    struct guards guards = {0};
    for (size_t i = 0; i < rulings->n_winners; i++) {
        bool counts = is_guarded(inquiry, rulings->winners[i], &guards.names);
        if (counts || !inquiry->reading.rules_are_told) {
            const struct policy **slot = arena_append(inquiry->judging->arena, &guards.policies,
                                                      &guards.n_policies, sizeof(void *));
            *slot = rulings->winners[i];
        }
    }
    return guards;
}

static bool maps(const struct policy *policy, const struct policy_profile *profile)
{
    for (size_t i = 0; i < policy->n_profiles; i++) {
        if (policy->profiles[i] == profile) {
            return true;
        }
    }
    return false;
}

/* True when whatever profile let the call in that `policy` admits, each of `guards` maps it too. */
static bool went_through_same(const struct inquiry *inquiry, const struct policy_call *call,
                              const struct policy *policy, const struct guards *guards)
{
    bool may_admit = false;
    for (size_t i = 0; i < policy->n_profiles; i++) {
        const struct policy_profile *profile = policy->profiles[i];
        if (profile->is_active == TOLD_NO ||
            policy_profile_takes(inquiry->judging->arena, profile, call) == TOLD_NO) {
            continue;
        }
        may_admit = true;
        for (size_t g = 0; g < guards->n_policies; g++) {
            if (!maps(guards->policies[g], profile)) {
                return false;
            }
        }
    }
    return may_admit;
}

/* The pack's first call: what it asks for, and how its credential travels. */
static struct policy_call first_call_of(const struct inquiry *inquiry)
{
    const char *table = inquiry->judging->pack->first_table;
    return (struct policy_call){
        .method = "GET",
        .api = "now/table",
        .resource = "/now/table/{tableName}",
        .table = table,
        .table_id = policy_table_id(inquiry->judging, &inquiry->reading.facts, table),
        .kind = inquiry->kind,
        .carrier = usual_carrier};
}

static bool is_sent_as_first_call(const struct inquiry *inquiry)
{
    return inquiry->kind != PROFILE_API_KEY ||
           key_carrier_fits(inquiry->judging->arena, &usual_carrier, &inquiry->carrier) == TOLD_YES;
}

/* Whether an accepted first call shows that the guards let the integration in: only when it went
 * through profiles that the guarded policies map too. */
static bool first_call_shows(const struct inquiry *inquiry, const struct guards *guards)
{
    struct policy_facts facts = inquiry->reading.facts;
    const struct policy_call call = first_call_of(inquiry);
    policy_settle_table_lists(inquiry->judging, call.api, &facts);
    struct policy_ruling ruling = policy_resolve(inquiry->judging->arena, &facts, &call);
    bool shows = is_sent_as_first_call(inquiry) && ruling.outcome == POLICY_ADMITTED &&
                 !ruling.may_be_unrestricted;
    for (size_t i = 0; shows && i < facts.n_policies; i++) {
        shows =
            !ruling.in_force[i] || went_through_same(inquiry, &call, &facts.policies[i], guards);
    }
    return shows;
}

/* Whether the integration's own first call was accepted: then no authentication policy on the way
 * it took refuses its address. False while that is open. */
static bool ask_acceptance(const struct inquiry *inquiry, enum acceptance *ret_acceptance)
{
    if (!inquiry->is_own_kind) {
        *ret_acceptance = ACCEPTANCE_NOT_TRIED;
        return true;
    }
    struct question first = first_call_question(inquiry->judging);
    const struct answer *answer = ask(inquiry->judging, &first);
    if (answer != NULL) {
        *ret_acceptance = answer->acceptance;
    }
    return answer != NULL;
}

static void judge_guarded(const struct inquiry *inquiry, const struct guards *guards,
                          const char *list, enum acceptance acceptance)
{
    struct judging *judging = inquiry->judging;
    bool has_names = guards->names.n_items > 0;
    judge_unknown(judging, has_names ? REASON_UNDOCUMENTED : REASON_FILTERED,
                  say(judging, "%s: whom such a policy lets in cannot be read from its record%s",
                      list,
                      acceptance == ACCEPTANCE_ACCEPTED
                          ? ", and the first call may have gone through another profile"
                          : ""));
    if (acceptance == ACCEPTANCE_REFUSED && has_names) {
        judging->finding->cause_subject = guards->names.items[0];
        points_to(judging, "profile-policy-denies");
    } else if (acceptance == ACCEPTANCE_NO_TOKEN && has_names) { /* no call came that far */
        judging->finding->cause_subject = guards->names.items[0];
        judging->finding->causes_are_possible = true;
        points_to(judging, "profile-policy-denies");
    }
}

/* Points where only an accepted call shows more. False when the finding is written or open. */
static bool passes_guards(const struct inquiry *inquiry, const struct rulings *rulings,
                          const char **ret_words)
{
    struct judging *judging = inquiry->judging;
    enum acceptance acceptance = ACCEPTANCE_NOT_TRIED;
    const struct guards guards = find_guards(inquiry, rulings);
    if (rulings->n_winners == 0) {
        return true;
    }
    if (guards.n_policies == 0) {
        rules_out(judging, "profile-policy-denies");
        return true;
    }
    if (!ask_acceptance(inquiry, &acceptance)) {
        return false;
    }
    const char *list = guards.names.n_items == 0
                           ? "whether authentication policies stand on the profiles "
                             "was not read"
                           : strings_join(judging->arena, &guards.names, ", ");
    if (acceptance == ACCEPTANCE_ACCEPTED && first_call_shows(inquiry, &guards)) {
        *ret_words = say(judging, "%s; the first call was let in from here", list);
        rules_out(judging, "profile-policy-denies");
        return true;
    }
    judge_guarded(inquiry, &guards, list, acceptance);
    return false;
}

/* ---- Judging ---- */

/* A pass says something about the refusal of the first call only where it was about that call. */
static bool is_about_first_call(const struct inquiry *inquiry)
{
    return inquiry->is_own_kind && is_sent_as_first_call(inquiry) &&
           text_is_empty(inquiry->params->version) && inquiry->params->resource == NULL &&
           strings_have(&inquiry->methods, "GET") &&
           strings_have(&inquiry->tables, inquiry->judging->pack->first_table);
}

static void rule_out_policies(const struct inquiry *inquiry)
{
    static const char *const causes[] = {
        "policy-missing",   "policy-inactive", "policy-coverage", "policy-profile-unlinked",
        "profile-inactive", "profile-kind",    "policy-outranked"};
    for (size_t i = 0; is_about_first_call(inquiry) && i < ARRAY_LEN(causes); i++) {
        rules_out_for(inquiry->judging, causes[i],
                      call_name(inquiry->judging, "GET", inquiry->judging->pack->first_table));
    }
}

static void judge_admitted(const struct inquiry *inquiry, const struct rulings *rulings)
{
    struct judging *judging = inquiry->judging;
    const char *guards = NULL;
    rule_out_policies(inquiry);
    if (!passes_guards(inquiry, rulings, &guards) || !also_admits(inquiry)) {
        return;
    }
    judge_pass(judging, words_of_results(inquiry, &rulings->admissions));
    judging->finding->because = words_besides(inquiry, rulings);
    if (guards != NULL) {
        judging->finding->because = say(judging, "%s; %s", guards, judging->finding->because);
    }
}

static void judge_without_plugin(const struct inquiry *inquiry)
{
    if (inquiry->kind == PROFILE_API_KEY) {
        judge_fail(inquiry->judging, "plugin-missing", "com.glide.rest.policy",
                   "the table sys_api_access_policy does not exist, and API keys need a policy");
    } else {
        judge_pass(inquiry->judging, "the table sys_api_access_policy does not exist, so no policy "
                                     "restricts the API");
    }
}

static const char *words_of_wanted(const struct inquiry *inquiry)
{
    struct judging *judging = inquiry->judging;
    const char *how = "";
    if (inquiry->kind == PROFILE_API_KEY) {
        how = say(judging, " (%s)", key_carrier_words(judging->arena, &inquiry->carrier));
    }
    return say(judging, "%s%s admitted for %s on %s %s", profile_kind_words(inquiry->kind), how,
               strings_join(judging->arena, &inquiry->methods, ", "), inquiry->params->api,
               strings_join(judging->arena, &inquiry->tables, ", "));
}

/* False while something is open, when the finding is written, and where there are no policies. */
static bool read_and_resolve(struct inquiry *inquiry, struct policy_scope scope,
                             struct rulings *ret_rulings)
{
    if (!policy_read(inquiry->judging, inquiry->params->api, &inquiry->tables, scope,
                     &inquiry->reading)) {
        return false;
    }
    if (inquiry->reading.has_no_policies_table) {
        judge_without_plugin(inquiry);
        return false;
    }
    *ret_rulings = resolve_all(inquiry, inquiry->kind);
    return true;
}

static bool is_admitted(const struct rulings *rulings)
{
    return rulings->refusals.n_items == 0 && rulings->untold.because == NULL;
}

/*
 * What the integration's own first call may show need not be read where time is short: that no
 * authentication policy refuses it. True while that is open, too.
 */
static bool may_leave_rules(const struct inquiry *inquiry)
{
    enum acceptance acceptance = ACCEPTANCE_NOT_TRIED;
    return inquiry->judging->is_quick && inquiry->is_own_kind &&
           (!ask_acceptance(inquiry, &acceptance) || acceptance == ACCEPTANCE_ACCEPTED);
}

static bool is_let_in(const struct inquiry *inquiry, const struct rulings *rulings)
{
    const struct guards guards = find_guards(inquiry, rulings);
    return rulings->n_winners == 0 || first_call_shows(inquiry, &guards);
}

/*
 * The profiles of a call's own kind tell that it is admitted; why it is not, only all of them. So
 * the rest is read after that.
 */
static bool resolve(struct inquiry *inquiry, struct rulings *ret_rulings)
{
    static const struct policy_scope everything = {true, true, true};
    bool is_key = inquiry->kind == PROFILE_API_KEY;
    bool needs_all = inquiry->params->also.n_items > 0;
    struct policy_scope scope = {.keys = is_key || needs_all,
                                 .standard = !is_key || needs_all,
                                 .rules = !may_leave_rules(inquiry)};
    if (!read_and_resolve(inquiry, scope, ret_rulings)) {
        return false;
    }
    bool is_enough = is_admitted(ret_rulings) && (scope.rules || is_let_in(inquiry, ret_rulings));
    return is_enough || read_and_resolve(inquiry, everything, ret_rulings);
}

static void access_policy_judge(struct judging *judging, const void *given)
{
    struct rulings rulings = {0};
    struct inquiry inquiry = {.judging = judging, .params = given};
    settle_calls(&inquiry);
    judging->finding->link = list_link(judging, "sys_api_access_policy",
                                       say(judging, "api_path=%s", inquiry.params->api));
    if (!settle_kind(&inquiry)) {
        return;
    }
    settle_carrier(&inquiry);
    judging->finding->wanted = words_of_wanted(&inquiry);
    if (!resolve(&inquiry, &rulings)) {
        return;
    }
    if (rulings.refusals.n_items > 0) {
        judge_refused(&inquiry, &rulings);
    } else if (rulings.untold.because != NULL) {
        judge_untold_ruling(&inquiry, &rulings.untold);
    } else {
        judge_admitted(&inquiry, &rulings);
    }
}

const struct kind kind_access_policy = {
    .schema = {.name = "access_policy",
               .summary = "The REST API access policy in force admits the integration's calls",
               .fields = access_policy_fields,
               .n_fields = ARRAY_LEN(access_policy_fields),
               .params_size = sizeof(struct access_policy_params)},
    .judge = access_policy_judge,
};
