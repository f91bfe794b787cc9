/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From observed effects to the checks they decide. The list of pairs is data; what counts as an
 * observation is code, here.
 */
#include "checks/effects.h"

#include <string.h>

#include "base/arena.h"
#include "checks/evidence.h"
#include "model/target.h"
#include "rules/schema.h"

/* Something observed to work, and for whom. */
struct observation {
    const char *effect;
    const char *user;      /* the caller that was echoed; NULL when it was not */
    const char *client_id; /* of the application the token came from */
    const char *table;     /* whose row came back, or that was called */
    const char *method;    /* it was called with; NULL where rows are looked at */
    const struct exchange *exchange;
    bool is_hoped_for; /* it may yet be observed, of any user */
};

struct observations {
    struct observation *items;
    size_t n_items;
};

/* ---- What was observed ---- */

static const struct answer *answer_of_kind(const struct effect_scope *scope,
                                           enum question_kind kind)
{
    for (size_t i = 0; i < scope->answers->n_items; i++) {
        const struct answer *answer = scope->answers->items[i];
        if (answer->question.kind == kind &&
            text_equal(answer->question.credential, scope->pack->credential)) {
            return answer;
        }
    }
    return NULL;
}

static const char *accepted_effect(enum credential_kind kind)
{
    switch (kind) {
    case CREDENTIAL_API_KEY:
        return "api-key-accepted";
    case CREDENTIAL_OAUTH_CLIENT:
        return "oauth-client-accepted";
    case CREDENTIAL_OAUTH_PASSWORD:
        return "oauth-password-accepted";
    case CREDENTIAL_OAUTH_REFRESH:
        return "oauth-refresh-accepted";
    case CREDENTIAL_TOKEN:
        return "token-accepted";
    case CREDENTIAL_BASIC:
        break;
    }
    return "basic-accepted";
}

static bool is_token_kind(enum credential_kind kind)
{
    return credential_needs_token(kind) || kind == CREDENTIAL_TOKEN;
}

/*
 * Up to Vancouver a client credentials token was issued for guest (KB1710801), so a token shows
 * something only with a caller that was echoed as somebody else.
 */
static bool shows_somebody(enum credential_kind kind, const char *user)
{
    if (text_equal_nocase(user, "guest")) {
        return false;
    }
    return user != NULL || !is_token_kind(kind);
}

const char *effects_caller(const struct effect_scope *scope)
{
    const struct answer *identity = answer_of_kind(scope, QUESTION_IDENTITY);
    return identity == NULL ? NULL : identity->user_name;
}

static void observe_acceptance(const struct effect_scope *scope, struct observations *seen)
{
    const struct credential *credential = target_credential(scope->target, scope->pack->credential);
    const struct answer *first = answer_of_kind(scope, QUESTION_FIRST_CALL);
    const struct answer *identity = answer_of_kind(scope, QUESTION_IDENTITY);
    const char *user = effects_caller(scope);
    bool is_accepted =
        first != NULL && (first->acceptance == ACCEPTANCE_ACCEPTED ||
                          (first->acceptance == ACCEPTANCE_UNPROVEN && identity != NULL &&
                           identity->acceptance == ACCEPTANCE_ACCEPTED));
    if (credential == NULL || !is_accepted || !shows_somebody(credential->kind, user)) {
        return;
    }
    struct observation *slot =
        arena_append(scope->arena, &seen->items, &seen->n_items, sizeof *slot);
    *slot = (struct observation){.effect = accepted_effect(credential->kind),
                                 .user = user,
                                 .client_id = credential->client_id,
                                 .table = scope->pack->first_table,
                                 .method = "GET",
                                 .exchange = first->exchange};
}

static void observe_rows(const struct effect_scope *scope, struct observations *seen)
{
    for (size_t i = 0; i < scope->answers->n_items; i++) {
        const struct answer *answer = scope->answers->items[i];
        if (answer->question.kind != QUESTION_ROWS || answer->n_rows == 0 ||
            !text_equal(answer->question.credential, scope->pack->credential)) {
            continue;
        }
        struct observation *slot =
            arena_append(scope->arena, &seen->items, &seen->n_items, sizeof *slot);
        *slot = (struct observation){.effect = "row-returned",
                                     .table = answer->question.table,
                                     .exchange = answer->exchange};
    }
}

/* ---- Whether a pair decides a check ---- */

static const void *member(const void *params, const struct field *field)
{
    return (const char *)params + field->offset;
}

static const struct field *find_field(const struct check *check, const char *key, size_t len)
{
    for (size_t i = 0; i < check->kind->n_fields; i++) {
        const struct field *field = &check->kind->fields[i];
        if (strlen(field->key) == len && strncmp(field->key, key, len) == 0) {
            return field;
        }
    }
    return NULL;
}

/* A check that does not want anything of `path`, or wants the value that the effect shows. */
static bool wants_what_is_shown(const struct effect_scope *scope, const struct check *check,
                                const char *path, const char *shown)
{
    size_t len = strcspn(path, ".");
    const struct field *field = find_field(check, path, len);
    if (field == NULL) {
        return true;
    }
    const void *value = member(check->params, field);
    const char *wanted = NULL;
    if (field->kind == FIELD_STRINGS) {
        const struct strings *list = value;
        return list->n_items == 0 || strings_have(list, shown);
    }
    if (field->kind == FIELD_PAIRS) {
        wanted = pairs_get(value, path[len] == '.' ? path + len + 1 : path);
    } else if (field->kind == FIELD_STRING) {
        wanted = *(const char *const *)value;
    }
    return wanted == NULL || value_fits(scope->arena, shown, wanted);
}

static bool pairs_are_covered(const struct effect_scope *scope, const struct field *field,
                              const struct pairs *pairs, const struct strings *only)
{
    for (size_t i = 0; i < pairs->n_items; i++) {
        const char *path = arena_printf(scope->arena, "%s.%s", field->key, pairs->items[i].key);
        if (!strings_have(only, path)) {
            return false;
        }
    }
    return true;
}

/* Everything the check wants lies within what the effect shows. */
static bool field_is_covered(const struct effect_scope *scope, const struct check *check,
                             const struct field *field, const struct strings *only)
{
    const void *value = member(check->params, field);
    switch (field->kind) {
    case FIELD_STRING:
        return *(const char *const *)value == NULL || strings_have(only, field->key);
    case FIELD_INT:
        return *(const int64_t *)value == 0 || strings_have(only, field->key);
    case FIELD_BOOL:
        return !*(const bool *)value || strings_have(only, field->key);
    case FIELD_STRINGS:
        return ((const struct strings *)value)->n_items == 0 || strings_have(only, field->key);
    case FIELD_PAIRS:
        return pairs_are_covered(scope, field, value, only);
    }
    return false;
}

static bool check_is_covered(const struct effect_scope *scope, const struct effect_pair *pair,
                             const struct check *check)
{
    for (size_t i = 0; i < check->kind->n_fields; i++) {
        if (!field_is_covered(scope, check, &check->kind->fields[i], &pair->only)) {
            return false;
        }
    }
    for (size_t i = 0; i < pair->shows.n_items; i++) {
        if (!wants_what_is_shown(scope, check, pair->shows.items[i].key,
                                 pair->shows.items[i].value)) {
            return false;
        }
    }
    return true;
}

/* Every user and client the check names is the one observed; what was not observed is nobody. */
static bool names_are(const struct check *check, const char *user, const char *client_id)
{
    for (size_t i = 0; i < check->kind->n_fields; i++) {
        const struct field *field = &check->kind->fields[i];
        unsigned names = field->flags & (FIELD_NAMES_USER | FIELD_NAMES_CLIENT);
        const char *named = names == 0 ? NULL : *(const char *const *)member(check->params, field);
        const char *seen = (names & FIELD_NAMES_USER) != 0 ? user : client_id;
        if (named != NULL && (seen == NULL || !text_equal_nocase(named, seen))) {
            return false;
        }
    }
    return true;
}

bool effects_are_about(const struct effect_scope *scope, const struct check *check)
{
    const struct credential *credential = target_credential(scope->target, scope->pack->credential);
    const char *user = effects_caller(scope);
    const char *client_id = credential == NULL ? NULL : credential->client_id;
    for (size_t i = 0; i < check->n_alternatives; i++) {
        if (!names_are(&check->alternatives[i], user, client_id)) {
            return false;
        }
    }
    return check->kind == NULL || names_are(check, user, client_id);
}

/* True when a parameter names nothing but what was observed; one that is not set names the pack's
 * own, which is what was called. */
static bool names_only(const struct check *check, const char *key, const char *seen)
{
    const struct field *field = find_field(check, key, strlen(key));
    if (field != NULL && field->kind == FIELD_STRING) {
        return text_equal_nocase(seen, *(const char *const *)member(check->params, field));
    }
    if (field == NULL || field->kind != FIELD_STRINGS) {
        return false;
    }
    const struct strings *list = member(check->params, field);
    for (size_t i = 0; i < list->n_items; i++) {
        if (!text_equal_nocase(seen, list->items[i])) {
            return false;
        }
    }
    return true;
}

static bool is_same_subject(const struct effect_pair *pair, const struct observation *observation,
                            const struct check *check)
{
    for (size_t i = 0; i < pair->same.n_items; i++) {
        bool is_method = text_equal(pair->same.items[i].key, "method");
        const char *seen = is_method ? observation->method : observation->table;
        if (!names_only(check, pair->same.items[i].value, seen)) {
            return false;
        }
    }
    return observation->is_hoped_for || names_are(check, observation->user, observation->client_id);
}

/* What will have been observed if the questions of the pack's own credential are answered well; who
 * the caller is then is not known. */
static struct observations foresee_effects(const struct effect_scope *scope,
                                           const struct questions *open)
{
    const struct credential *credential = target_credential(scope->target, scope->pack->credential);
    struct observations hoped = {0};
    for (size_t i = 0; credential != NULL && i < open->n_items; i++) {
        const struct question *question = &open->items[i];
        bool is_rows = question->kind == QUESTION_ROWS;
        bool is_call = question->kind == QUESTION_FIRST_CALL || question->kind == QUESTION_IDENTITY;
        if (text_equal(question->credential, credential->name) && (is_rows || is_call)) {
            struct observation *slot =
                arena_append(scope->arena, &hoped.items, &hoped.n_items, sizeof *slot);
            *slot = (struct observation){
                .effect = is_rows ? "row-returned" : accepted_effect(credential->kind),
                .client_id = credential->client_id,
                .table = is_rows ? question->table : scope->pack->first_table,
                .method = is_rows ? NULL : "GET",
                .is_hoped_for = true};
        }
    }
    return hoped;
}

static const struct observation *deciding(const struct effect_scope *scope,
                                          const struct observations *seen,
                                          const struct check *check)
{
    for (size_t p = 0; p < scope->catalogue->n_effects; p++) {
        const struct effect_pair *pair = &scope->catalogue->effects[p];
        if (!text_equal(pair->kind, check->kind->name) || !check_is_covered(scope, pair, check)) {
            continue;
        }
        for (size_t i = 0; i < seen->n_items; i++) {
            if (text_equal(seen->items[i].effect, pair->effect) &&
                is_same_subject(pair, &seen->items[i], check)) {
                return &seen->items[i];
            }
        }
    }
    return NULL;
}

static const char *effect_words(const struct effect_scope *scope,
                                const struct observation *observation)
{
    if (text_equal(observation->effect, "row-returned")) {
        return arena_printf(scope->arena, "rows of %s came back", observation->table);
    }
    return "the credential works, which is not possible otherwise";
}

static void decide(const struct effect_scope *scope, struct finding *finding,
                   const struct observation *observation)
{
    const char *words = effect_words(scope, observation);
    if (finding->verdict == VERDICT_FAIL) {
        finding->because = arena_printf(scope->arena, "the record says otherwise: %s",
                                        finding->seen != NULL ? finding->seen : "it deviates");
    } else if (finding->because != NULL) {
        finding->because =
            arena_printf(scope->arena, "the record itself was not read: %s", finding->because);
    }
    finding->verdict = VERDICT_PASS;
    finding->reason = REASON_NONE;
    finding->seen = words;
    finding->causes = (struct strings){0};
    finding->blocked_by = NULL;
    const struct exchange **slot =
        arena_append(scope->arena, &finding->exchanges, &finding->n_exchanges, sizeof *slot);
    *slot = observation->exchange;
}

static bool may_be_decided(const struct finding *finding)
{
    bool is_open_verdict = finding->verdict == VERDICT_FAIL ||
                           finding->verdict == VERDICT_UNKNOWN ||
                           finding->verdict == VERDICT_BLOCKED;
    return is_open_verdict && finding->check->kind != NULL &&
           finding->check->unset_parameter == NULL;
}

const struct observations *effects_observe(const struct effect_scope *scope)
{
    struct observations *seen = arena_allocate(scope->arena, sizeof *seen);
    observe_acceptance(scope, seen);
    observe_rows(scope, seen);
    return seen;
}

static const struct observations *seen_in(const struct effect_scope *scope)
{
    return scope->seen != NULL ? scope->seen : effects_observe(scope);
}

bool effects_show(const struct effect_scope *scope, const struct check *check)
{
    return deciding(scope, seen_in(scope), check) != NULL;
}

bool effects_decide_kind(const struct catalogue *catalogue, const char *kind)
{
    for (size_t i = 0; i < catalogue->n_effects; i++) {
        if (text_equal(catalogue->effects[i].kind, kind)) {
            return true;
        }
    }
    return false;
}

bool effects_may_show(const struct effect_scope *scope, const struct questions *open,
                      const struct check *check)
{
    const struct observations hoped = foresee_effects(scope, open);
    return deciding(scope, &hoped, check) != NULL;
}

void effects_apply(const struct effect_scope *scope)
{
    const struct observations *seen = seen_in(scope);
    for (size_t i = 0; i < scope->n_findings; i++) {
        struct finding *finding = &scope->findings[i];
        const struct observation *observation =
            may_be_decided(finding) ? deciding(scope, seen, finding->check) : NULL;
        if (observation != NULL) {
            decide(scope, finding, observation);
        }
    }
}
