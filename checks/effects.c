/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From observed effects to the checks they decide. The list of pairs is data; what counts as an
 * observation is code, here.
 */
#include "checks/effects.h"

#include "base/arena.h"
#include "model/target.h"
#include "rules/schema.h"

/* Something observed to work, and for whom. */
struct observation {
    const char *effect;
    const char *user;      /* the caller that was echoed; NULL when it was not */
    const char *client_id; /* of the application the token came from */
    const char *table;     /* whose row came back */
    const struct exchange *exchange;
};

struct observations {
    struct observation *items;
    size_t n_items;
};

/* ---- What was observed
 * ------------------------------------------------------------------------------ */

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

/*
 * An accepted call shows a user only when the caller was echoed and is not guest: up to Vancouver a
 * client credentials token was issued for guest (KB1710801).
 */
static void observe_acceptance(const struct effect_scope *scope, struct observations *seen)
{
    const struct credential *credential = target_credential(scope->target, scope->pack->credential);
    const struct answer *first = answer_of_kind(scope, QUESTION_FIRST_CALL);
    const struct answer *identity = answer_of_kind(scope, QUESTION_IDENTITY);
    const char *user = identity == NULL ? NULL : identity->user_name;
    bool is_accepted =
        first != NULL && (first->acceptance == ACCEPTANCE_ACCEPTED ||
                          (first->acceptance == ACCEPTANCE_UNPROVEN && identity != NULL &&
                           identity->acceptance == ACCEPTANCE_ACCEPTED));
    if (credential == NULL || !is_accepted || text_equal(user, "guest")) {
        return;
    }
    struct observation *slot =
        arena_append(scope->arena, &seen->items, &seen->n_items, sizeof *slot);
    *slot = (struct observation){.effect = accepted_effect(credential->kind),
                                 .user = user,
                                 .client_id = credential->client_id,
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

/* ---- Whether a pair decides a check
 * ----------------------------------------------------------------- */

static const void *member(const void *params, const struct field *field)
{
    return (const char *)params + field->offset;
}

static const char *text_parameter(const struct check *check, const char *key)
{
    for (size_t i = 0; i < check->kind->n_fields; i++) {
        const struct field *field = &check->kind->fields[i];
        if (field->kind == FIELD_STRING && text_equal(field->key, key)) {
            return *(const char *const *)member(check->params, field);
        }
    }
    return NULL;
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
    for (size_t i = 0; i < pair->where.n_items; i++) {
        const struct pair *wanted = &pair->where.items[i];
        if (!text_equal_nocase(text_parameter(check, wanted->key), wanted->value)) {
            return false;
        }
    }
    return true;
}

static const char *observed(const char *what, const struct observation *observation)
{
    if (text_equal(what, "user")) {
        return observation->user;
    }
    if (text_equal(what, "client-id")) {
        return observation->client_id;
    }
    return observation->table;
}

/* Everything that must be the same was observed and is; a parameter the check does not have cannot
 * differ. */
static bool is_same_subject(const struct effect_pair *pair, const struct observation *observation,
                            const struct check *check)
{
    for (size_t i = 0; i < pair->same.n_items; i++) {
        const char *seen = observed(pair->same.items[i].key, observation);
        const char *expected = text_parameter(check, pair->same.items[i].value);
        if (expected != NULL && (seen == NULL || !text_equal_nocase(seen, expected))) {
            return false;
        }
    }
    return true;
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
    finding->source = "live";
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

void effects_apply(const struct effect_scope *scope)
{
    struct observations seen = {0};
    observe_acceptance(scope, &seen);
    observe_rows(scope, &seen);
    for (size_t i = 0; i < scope->n_findings; i++) {
        struct finding *finding = &scope->findings[i];
        const struct observation *observation =
            may_be_decided(finding) ? deciding(scope, &seen, finding->check) : NULL;
        if (observation != NULL) {
            decide(scope, finding, observation);
        }
    }
}
