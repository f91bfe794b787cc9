/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api_key: an active, unexpired REST API key of a user exists.
 *
 * A key cannot be looked up by its value (the record holds it encrypted, and nothing here asks for
 * it), so what is said is said of the keys of the user; where several would do, which one is in use
 * is not told. An empty expiry means none, and an expired key is removed seven days later, so that
 * a missing record may be an expired one ("Token expiry for API keys and HMAC" in the product
 * documentation). A key runs with the rights of its user ("Configure an API key"). What an auth
 * scope on a key limits is documented as a field and no more: without one, or with useraccount, a
 * key is taken to be good for every API.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/policy.h"

enum { DAY_SECONDS = 86400 };

struct api_key_params {
    const char *user;
    struct pairs want;
    int64_t valid_days;
    int64_t most_active;
    const char *covers;
};

static const struct field api_key_fields[] = {
    FIELD(struct api_key_params, user, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_NAMES_USER,
          "User ID (user_name) of the key's user"),
    FIELD(struct api_key_params, want, FIELD_OPTIONAL, "columns of api_key and the values wanted"),
    FIELD(struct api_key_params, valid_days, FIELD_FROM_ONE | FIELD_ADVICE,
          "the key must go on for at least that many days"),
    FIELD(struct api_key_params, most_active, FIELD_FROM_ONE,
          "no more keys of the user than that may be active"),
    FIELD(struct api_key_params, covers, FIELD_API,
          "path of an API that the key's auth scope must cover, as in now/table"),
};

static const char table[] = "api_key";

/* What a key is good for, and what a condition says of it. */
enum key_state { KEY_USABLE, KEY_INACTIVE, KEY_EXPIRED, KEY_UNTOLD };
enum condition { CONDITION_MET, CONDITION_FAILED, CONDITION_UNTOLD };

struct keys {
    const struct row *const *items;
    size_t n_items;
};

static struct question keys_question(const struct judging *judging,
                                     const struct api_key_params *params)
{
    struct question question = {
        .kind = QUESTION_ROWS, .table = table, .key = "user.user_name", .value = params->user};
    want_columns(judging, &question,
                 "user.user_name, user, name, active, expires, auth_scope, auth_scope.name");
    for (size_t i = 0; i < params->want.n_items; i++) {
        want_columns(judging, &question, params->want.items[i].key);
    }
    return question;
}

static const char *name_of(const struct row *row)
{
    const char *name = row_get(row, "name");
    return text_is_empty(name) ? "without a name" : name;
}

/* ---- Whether a key is usable ---- */

/* Seconds since 1970 of the expiry in *ret_expires, INT64_MAX for none. False when the column never
 * came back or cannot be read. */
static bool expiry_of(const struct judging *judging, const struct row *row, int64_t *ret_expires)
{
    const char *expires = column_of(judging, table, row, "expires");
    if (expires == NULL) {
        return false;
    }
    const char *trimmed = text_trim(judging->arena, expires);
    if (trimmed[0] == '\0') {
        *ret_expires = INT64_MAX;
        return true;
    }
    return utc_parse(trimmed, ret_expires);
}

static enum key_state state_of(const struct judging *judging, const struct row *row)
{
    const char *active = row_get(row, "active");
    int64_t expires = 0;
    bool is_dated = expiry_of(judging, row, &expires);
    if (active != NULL && !value_fits(judging->arena, active, "true|1")) {
        return KEY_INACTIVE;
    }
    if (is_dated && expires <= judging->now) {
        return KEY_EXPIRED;
    }
    return active == NULL || !is_dated ? KEY_UNTOLD : KEY_USABLE;
}

/* The keys in this state whose other columns are as wanted; of those that are not, one deviation.
 */
static struct keys keys_in(const struct judging *judging, const struct reading *reading,
                           enum key_state state)
{
    const struct row **items = NULL;
    size_t n_items = 0;
    for (size_t i = 0; i < reading->n_rows; i++) {
        if (state_of(judging, &reading->rows[i]) == state) {
            const struct row **slot =
                arena_append(judging->arena, &items, &n_items, sizeof(void *));
            *slot = &reading->rows[i];
        }
    }
    return (struct keys){.items = items, .n_items = n_items};
}

/* ---- Conditions on the usable keys ---- */

static enum condition as_wanted(const struct judging *judging, const struct row *row,
                                const struct pairs *want)
{
    enum condition condition = CONDITION_MET;
    for (size_t i = 0; i < want->n_items; i++) {
        const char *value = column_of(judging, table, row, want->items[i].key);
        if (value != NULL && !value_fits(judging->arena, value, want->items[i].value)) {
            return CONDITION_FAILED;
        }
        condition = value == NULL ? CONDITION_UNTOLD : condition;
    }
    return condition;
}

static struct keys keys_as_wanted(const struct judging *judging, const struct keys *keys,
                                  const struct pairs *want, bool *ret_is_untold)
{
    const struct row **items = NULL;
    size_t n_items = 0;
    *ret_is_untold = false;
    for (size_t i = 0; i < keys->n_items; i++) {
        enum condition condition = as_wanted(judging, keys->items[i], want);
        *ret_is_untold = *ret_is_untold || condition == CONDITION_UNTOLD;
        if (condition == CONDITION_MET) {
            const struct row **slot =
                arena_append(judging->arena, &items, &n_items, sizeof(void *));
            *slot = keys->items[i];
        }
    }
    return (struct keys){.items = items, .n_items = n_items};
}

static enum condition lasts(const struct judging *judging, const struct row *row, int64_t days)
{
    int64_t expires = 0;
    if (!expiry_of(judging, row, &expires)) {
        return CONDITION_UNTOLD;
    }
    return expires == INT64_MAX || expires - judging->now >= days * DAY_SECONDS ? CONDITION_MET
                                                                                : CONDITION_FAILED;
}

/* Which of the scope's active records name the API. */
static enum condition scope_covers(struct judging *judging, const char *scope, const char *api)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_api_access_scope",
                                .key = "auth_scope.name",
                                .value = scope,
                                .control = "useraccount"};
    want_columns(judging, &question, "auth_scope.name, active, api_path");
    struct reading reading = consult_configuration(judging, question, LIST_LAST);
    bool is_untold = reading.presence == PRESENCE_UNTOLD ||
                     (reading.presence == PRESENCE_FOUND && !reading.is_complete);
    for (size_t i = 0; reading.presence == PRESENCE_FOUND && i < reading.n_rows; i++) {
        const char *active = row_get(&reading.rows[i], "active");
        const char *path = row_get(&reading.rows[i], "api_path");
        if (active == NULL || path == NULL) {
            is_untold = true;
        } else if (text_equal_nocase(active, "true") && policy_same_path(path, api)) {
            return CONDITION_MET;
        }
    }
    return is_untold ? CONDITION_UNTOLD : CONDITION_FAILED;
}

static enum condition covers(struct judging *judging, const struct row *row, const char *api)
{
    const char *scope = column_of(judging, table, row, "auth_scope");
    const char *name = column_of(judging, table, row, "auth_scope.name");
    if (scope != NULL && scope[0] == '\0') {
        return CONDITION_MET;
    }
    if (text_is_empty(name)) {
        return CONDITION_UNTOLD;
    }
    return text_equal(name, "useraccount") ? CONDITION_MET : scope_covers(judging, name, api);
}

/* What the conditions of all keys come to, written for the one that is not met. */
struct tally {
    size_t n_failed;
    size_t n_untold;
    const struct row *failed;
};

static void count(struct tally *tally, enum condition condition, const struct row *row)
{
    if (condition == CONDITION_FAILED) {
        tally->n_failed++;
        tally->failed = row;
    }
    tally->n_untold += condition == CONDITION_UNTOLD ? 1 : 0;
}

/* True when all keys meet the condition; else the finding is written. */
static bool is_met(struct judging *judging, const struct tally *tally, const struct keys *keys,
                   const char *cause, const char *seen)
{
    if (tally->n_untold > 0) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "a column that decides, or what it refers to, never came back");
        return false;
    }
    if (tally->n_failed == 0) {
        rules_out(judging, cause);
        return true;
    }
    if (tally->n_failed < keys->n_items) {
        judge_unknown(judging, REASON_AMBIGUOUS,
                      say(judging,
                          "of %zu usable keys %zu would not do (%s), and which one is in "
                          "use cannot be read",
                          keys->n_items, tally->n_failed, seen));
        return false;
    }
    judge_fail(judging, cause, name_of(tally->failed), seen);
    return false;
}

static bool keys_last(struct judging *judging, const struct api_key_params *params,
                      const struct keys *keys)
{
    struct tally tally = {0};
    for (size_t i = 0; i < keys->n_items; i++) {
        count(&tally, lasts(judging, keys->items[i], params->valid_days), keys->items[i]);
    }
    const char *expires =
        tally.failed == NULL ? "" : column_of(judging, table, tally.failed, "expires");
    const char *seen = tally.failed == NULL ? ""
                                            : say(judging, "the key %s expires on %s UTC",
                                                  name_of(tally.failed), expires);
    return is_met(judging, &tally, keys, "credential-expires-soon", seen);
}

static bool keys_cover(struct judging *judging, const struct api_key_params *params,
                       const struct keys *keys)
{
    struct tally tally = {0};
    for (size_t i = 0; i < keys->n_items; i++) {
        count(&tally, covers(judging, keys->items[i], params->covers), keys->items[i]);
    }
    const char *scope =
        tally.failed == NULL ? "" : column_of(judging, table, tally.failed, "auth_scope.name");
    const char *seen = tally.failed == NULL
                           ? ""
                           : say(judging,
                                 "the key %s has the auth scope %s, which no active record "
                                 "ties to %s",
                                 name_of(tally.failed), scope, params->covers);
    return !judging->is_open && is_met(judging, &tally, keys, "api-key-scope", seen);
}

/* ---- Judging ---- */

/* The user's keys, when none of them is usable and as wanted. */
static void judge_unusable(struct judging *judging, const struct api_key_params *params,
                           const struct reading *reading)
{
    struct keys inactive = keys_in(judging, reading, KEY_INACTIVE);
    struct keys expired = keys_in(judging, reading, KEY_EXPIRED);
    struct keys usable = keys_in(judging, reading, KEY_USABLE);
    if (usable.n_items > 0) {
        judge_fail(judging, NULL, params->user,
                   say(judging, "the usable key of %s is %s, and not as wanted", params->user,
                       name_of(usable.items[0])));
        return;
    }
    struct strings parts = {0};
    if (inactive.n_items > 0) {
        strings_add(judging->arena, &parts,
                    say(judging, "%s is not active", name_of(inactive.items[0])));
        points_to(judging, "api-key-inactive");
    }
    if (expired.n_items > 0) {
        strings_add(judging->arena, &parts,
                    say(judging, "%s expired on %s UTC", name_of(expired.items[0]),
                        column_of(judging, table, expired.items[0], "expires")));
        points_to(judging, "api-key-expired");
    }
    bool is_both = inactive.n_items == 1 && expired.n_items == 0 &&
                   lasts(judging, inactive.items[0], 0) == CONDITION_FAILED;
    if (is_both) {
        strings_add(judging->arena, &parts, "and has expired");
        points_to(judging, "api-key-expired");
    }
    judge_fail(judging, NULL, params->user,
               say(judging, "no key of %s is usable: %s", params->user,
                   strings_join(judging->arena, &parts, is_both ? " " : ", ")));
    judging->finding->causes_are_alternatives = !is_both && judging->finding->causes.n_items > 1;
}

static const char *words_of_pass(const struct judging *judging, const struct api_key_params *params,
                                 const struct keys *keys)
{
    const struct row *row = keys->items[0];
    const char *expires = column_of(judging, table, row, "expires");
    const char *until =
        text_is_empty(expires) ? "without an expiry" : say(judging, "good until %s UTC", expires);
    return say(judging, "the key %s of %s is active, %s%s", name_of(row), params->user, until,
               keys->n_items > 1 ? say(judging, "; %zu more %s usable", keys->n_items - 1,
                                       keys->n_items == 2 ? "is" : "are")
                                 : "");
}

/* That a key is usable does not show that it is the one in use, but where none of the user's is in
 * a state, the one in use is not either. */
static void rule_out_states(struct judging *judging, const struct reading *reading)
{
    if (reading->is_complete && keys_in(judging, reading, KEY_UNTOLD).n_items == 0) {
        if (keys_in(judging, reading, KEY_INACTIVE).n_items == 0) {
            rules_out(judging, "api-key-inactive");
        }
        if (keys_in(judging, reading, KEY_EXPIRED).n_items == 0) {
            rules_out(judging, "api-key-expired");
        }
    }
}

/* What is said of all keys of the user needs all of them, and whether each is usable. */
static bool all_are_told(struct judging *judging, const struct reading *reading)
{
    size_t n_untold = keys_in(judging, reading, KEY_UNTOLD).n_items;
    if (n_untold == 0 && reading->is_complete) {
        return true;
    }
    judge_unknown(judging, n_untold > 0 ? REASON_FIELD_HIDDEN : REASON_HIDDEN,
                  "not all keys of the user, or not whether they are active, came back");
    return false;
}

static bool is_within_number(struct judging *judging, const struct api_key_params *params,
                             const struct reading *reading)
{
    size_t n_usable = keys_in(judging, reading, KEY_USABLE).n_items;
    if (params->most_active <= 0 || n_usable <= (size_t)params->most_active) {
        return true;
    }
    judge_fail(
        judging, NULL, params->user,
        say(judging, "%s has %s", params->user, quantity(judging->arena, n_usable, "usable key")));
    return false;
}

static void judge_usable(struct judging *judging, const struct api_key_params *params,
                         const struct keys *keys, const struct reading *reading)
{
    bool is_about_all = params->valid_days > 0 || params->covers != NULL || params->most_active > 0;
    if (!is_within_number(judging, params, reading) ||
        (is_about_all && !all_are_told(judging, reading)) ||
        (params->valid_days > 0 && !keys_last(judging, params, keys)) ||
        (params->covers != NULL && !keys_cover(judging, params, keys))) {
        return;
    }
    judge_pass(judging, words_of_pass(judging, params, keys));
    rule_out_states(judging, reading);
    if (params->covers != NULL &&
        text_is_empty(column_of(judging, table, keys->items[0], "auth_scope"))) {
        judging->finding->because =
            "the key has no auth scope, so nothing on its record limits it; that it is good for "
            "every API then is likely, and not documented";
    }
}

static void judge_keys(struct judging *judging, const struct api_key_params *params,
                       const struct reading *reading)
{
    bool is_untold = false;
    struct keys usable = keys_in(judging, reading, KEY_USABLE);
    struct keys fitting = keys_as_wanted(judging, &usable, &params->want, &is_untold);
    is_untold = is_untold || keys_in(judging, reading, KEY_UNTOLD).n_items > 0;
    if (fitting.n_items > 0) {
        judge_usable(judging, params, &fitting, reading);
    } else if (is_untold) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "whether a key is active, until when it is good, or another column that is "
                      "wanted never came back");
    } else if (!reading->is_complete) {
        judge_unknown(judging, reading->answer->was_cut ? REASON_TRUNCATED : REASON_HIDDEN,
                      "not all keys of the user came back");
    } else {
        judge_unusable(judging, params, reading);
    }
}

/* As whom calls with the integration's own key are made; NULL when that is not known. False while
 * it is open. */
static bool ask_caller(struct judging *judging, const char **ret_caller)
{
    const struct credential *own = own_credential(judging);
    *ret_caller = NULL;
    if (own == NULL || own->kind != CREDENTIAL_API_KEY) {
        return true;
    }
    struct question identity = identity_question(judging, own->name);
    const struct answer *answer = ask(judging, &identity);
    if (answer != NULL && !text_equal_nocase(answer->user_name, "guest")) {
        *ret_caller = answer->user_name;
    }
    return answer != NULL;
}

/* Whether the first call was accepted with the key, which is then somebody's. False while open. */
static bool ask_acceptance(struct judging *judging, bool *ret_is_accepted)
{
    const struct credential *own = own_credential(judging);
    *ret_is_accepted = false;
    if (own == NULL || own->kind != CREDENTIAL_API_KEY) {
        return true;
    }
    struct question first = first_call_question(judging);
    const struct answer *answer = ask(judging, &first);
    *ret_is_accepted = answer != NULL && answer->acceptance == ACCEPTANCE_ACCEPTED;
    return answer != NULL;
}

static void judge_missing(struct judging *judging, const struct api_key_params *params)
{
    bool is_accepted = false;
    if (!ask_acceptance(judging, &is_accepted)) {
        return;
    }
    if (is_accepted) {
        judge_fail(judging, "api-key-user", NULL,
                   say(judging, "no API key of %s is there, and the key in use is accepted",
                       params->user));
        return;
    }
    judge_fail(judging, "api-key-unknown", params->user,
               say(judging, "no API key of %s is there", params->user));
    judging->finding->because = "an expired key is removed seven days later, so a missing one may "
                                "have expired, not been revoked; or it is another user's";
    points_to_with(judging, "api-key-user", "which one was not read");
    judging->finding->causes_are_alternatives = true;
}

static void api_key_judge(struct judging *judging, const void *given)
{
    const struct api_key_params *params = given;
    const char *caller = NULL;
    struct reading reading = read_configuration(judging, keys_question(judging, params), LIST_LAST);
    bool is_asked = ask_caller(judging, &caller);
    judging->finding->link =
        list_link(judging, table, say(judging, "user.user_name=%s", params->user));
    judging->finding->wanted = say(judging, "an active, unexpired key of %s", params->user);
    if (!is_asked) {
        return;
    }
    if (caller != NULL && !text_equal_nocase(caller, params->user)) {
        judge_fail(judging, "api-key-user", caller,
                   say(judging, "calls with the key are made as %s", caller));
        return;
    }
    switch (reading.presence) {
    case PRESENCE_FOUND:
        judge_keys(judging, params, &reading);
        break;
    case PRESENCE_ABSENT:
        judge_missing(judging, params);
        break;
    case PRESENCE_NO_TABLE:
        judge_fail(judging, "plugin-missing", "com.glide.tokenbased_auth",
                   "the table api_key does not exist");
        break;
    case PRESENCE_OPEN:
    case PRESENCE_UNTOLD:
        break;
    }
}

const struct kind kind_api_key = {
    .schema = {.name = "api_key",
               .summary = "An active, unexpired API key of a user exists",
               .fields = api_key_fields,
               .n_fields = ARRAY_LEN(api_key_fields),
               .params_size = sizeof(struct api_key_params)},
    .judge = api_key_judge,
};
