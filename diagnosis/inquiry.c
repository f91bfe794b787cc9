/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which credentials were refused, and the procedures in their order: samples, differences, a second
 * credential, then what an auditor can read.
 */
#include "diagnosis/inquiry.h"

#include "base/arena.h"
#include "diagnosis/investigation.h"

/* ---- What the procedures share ---- */

const struct answer *look_into(struct investigation *investigation, const struct question *question)
{
    const struct answer *answer = answers_find(investigation->answers, question);
    if (answer == NULL) {
        struct questions *open = &investigation->open;
        struct question *slot =
            arena_append(investigation->arena, &open->items, &open->n_items, sizeof *slot);
        *slot = *question;
        slot->asker = "diagnosis";
    }
    return answer;
}

static void add_about(struct arena *arena, struct pairs *about, const char *key, const char *value)
{
    if (value != NULL) {
        pairs_add(arena, about, key, value);
    }
}

void add_clue(struct investigation *investigation, const struct refusal *refusal,
              const char *signature, const char *says, const struct exchange *exchange)
{
    struct arena *arena = investigation->arena;
    const struct signature *entry =
        catalogue_signature(investigation->inquiry->catalogue, signature);
    struct clue *clue = arena_append(arena, &investigation->clues.items,
                                     &investigation->clues.n_items, sizeof *clue);
    *clue = (struct clue){.signature = signature,
                          .says = says != NULL || entry == NULL ? says : entry->says,
                          .means = entry == NULL ? NULL : entry->means};
    add_about(arena, &clue->about, "credential", refusal->credential->name);
    add_about(arena, &clue->about, "user", refusal->user_name);
    add_about(arena, &clue->about, "client", refusal->credential->client_id);
    if (exchange != NULL) {
        const struct exchange **slot =
            arena_append(arena, &clue->exchanges, &clue->n_exchanges, sizeof *slot);
        *slot = exchange;
    }
}

const char *first_path(struct arena *arena, const char *table)
{
    return arena_printf(arena, "/api/now/table/%s?sysparm_fields=sys_id&sysparm_limit=1", table);
}

/* ---- Refusals ---- */

/* Auditors are refused too, but whose configuration keeps them out is another question. */
static bool is_under_test(const struct credential *credential)
{
    return !text_equal(credential->name, "auditor") && !text_equal(credential->name, "also");
}

static const char *user_of(const struct inquiry *inquiry, const struct credential *credential)
{
    const char *user = credential->user_name;
    for (size_t i = 0; user == NULL && i < inquiry->n_packs; i++) {
        if (text_equal(inquiry->packs[i]->credential, credential->name)) {
            user = pairs_get(&inquiry->packs[i]->parameters, "service_user");
        }
    }
    return user;
}

/* The refusal of a credential, if its first call shows one; one of them is enough. */
static bool find_refusal(const struct investigation *investigation,
                         const struct credential *credential, struct refusal *ret_refusal)
{
    const struct answers *answers = investigation->answers;
    for (size_t i = 0; i < answers->n_items; i++) {
        const struct answer *answer = answers->items[i];
        bool is_of_token = answer->acceptance == ACCEPTANCE_NO_TOKEN;
        const struct exchange *exchange = is_of_token ? answer->token_exchange : answer->exchange;
        if (answer->question.kind == QUESTION_FIRST_CALL &&
            text_equal(answer->question.credential, credential->name) && exchange != NULL &&
            (is_of_token || answer->acceptance == ACCEPTANCE_REFUSED)) {
            *ret_refusal =
                (struct refusal){.credential = credential,
                                 .exchange = exchange,
                                 .table = answer->question.table,
                                 .user_name = user_of(investigation->inquiry, credential),
                                 .is_of_token = is_of_token};
            return true;
        }
    }
    return false;
}

static bool has_usable_auditor(const struct investigation *investigation)
{
    const struct answers *answers = investigation->answers;
    for (size_t i = 0; i < answers->n_items; i++) {
        const struct answer *answer = answers->items[i];
        if (answer->question.kind == QUESTION_IDENTITY &&
            text_equal(answer->question.credential, "auditor") &&
            answer->acceptance == ACCEPTANCE_ACCEPTED) {
            return true;
        }
    }
    return false;
}

static void investigate(struct investigation *investigation, const struct refusal *refusal)
{
    const struct inquiry *inquiry = investigation->inquiry;
    if (!inquiry->leaves_samples && !inquiry->is_answered) {
        inquire_by_sample(investigation, refusal);
        inquire_by_differences(investigation, refusal);
        inquire_by_second_credential(investigation, refusal);
    }
    if (has_usable_auditor(investigation)) {
        inquire_by_logs(investigation, refusal);
        inquire_by_tokens(investigation, refusal);
    }
}

struct questions inquire(struct arena *arena, const struct inquiry *inquiry,
                         const struct answers *answers, struct clues *ret_clues)
{
    struct investigation investigation = {.arena = arena, .inquiry = inquiry, .answers = answers};
    for (size_t i = 0; i < inquiry->target->n_credentials; i++) {
        const struct credential *credential = &inquiry->target->credentials[i];
        struct refusal refusal;
        if (is_under_test(credential) && find_refusal(&investigation, credential, &refusal)) {
            investigate(&investigation, &refusal);
        }
    }
    *ret_clues = investigation.clues;
    return investigation.open;
}

/* ---- Beforehand ---- */

struct foresight {
    struct arena *arena;
    struct foreseen_call *calls;
    size_t n_calls;
};

static void foresee_call(struct foresight *foresight, const char *credential, const char *method,
                         const char *path, const char *why)
{
    struct foreseen_call *slot =
        arena_append(foresight->arena, &foresight->calls, &foresight->n_calls, sizeof *slot);
    *slot = (struct foreseen_call){credential, method, path, why};
}

static void foresee_of(struct foresight *foresight, const struct credential *credential,
                       const char *table)
{
    bool has_token = credential_needs_token(credential->kind);
    const char *why =
        arena_printf(foresight->arena, "a control sample for the credential %s", credential->name);
    if (has_token) {
        foresee_call(foresight, "made-up", "POST", "/oauth_token.do", why);
    }
    foresee_call(foresight, "made-up", "GET", first_path(foresight->arena, table), why);
    for (size_t i = 0; !credential_checks_password(credential->kind) && i < n_differences(); i++) {
        bool is_head = false;
        const char *path = difference_path(foresight->arena, i, table, &is_head);
        const char *method = is_head ? "HEAD" : "GET";
        foresee_call(foresight, credential->name, method, path,
                     "to see whether it is accepted elsewhere");
        foresee_call(foresight, "none", method, path,
                     "what is answered without it, where it is accepted");
    }
}

/* The calls of a second credential of the same user. */
static void foresee_second(struct foresight *foresight, const struct credential *second,
                           const char *table)
{
    static const char why[] = "to see whether another credential of the same user gets in";
    if (credential_needs_token(second->kind)) {
        foresee_call(foresight, second->name, "POST", "/oauth_token.do", why);
    }
    foresee_call(foresight, second->name, "GET", first_path(foresight->arena, table), why);
    foresee_call(foresight, second->name, "GET", "/api/now/table/sys_user",
                 "whose that credential is");
}

struct foreseen_call *inquiry_foresee(struct arena *arena, const struct inquiry *inquiry,
                                      size_t *ret_n)
{
    struct foresight foresight = {.arena = arena};
    const struct credential *second = target_credential(inquiry->target, "also");
    const char *first_table = NULL;
    for (size_t i = 0; i < inquiry->target->n_credentials && !inquiry->leaves_samples; i++) {
        const struct credential *credential = &inquiry->target->credentials[i];
        for (size_t p = 0; is_under_test(credential) && p < inquiry->n_packs; p++) {
            const struct pack *pack = inquiry->packs[p];
            if (text_equal(pack->credential, credential->name) && pack->first_table != NULL) {
                foresee_of(&foresight, credential, pack->first_table);
                first_table = first_table != NULL ? first_table : pack->first_table;
                break;
            }
        }
    }
    if (second != NULL && first_table != NULL) {
        foresee_second(&foresight, second, first_table);
    }
    *ret_n = foresight.n_calls;
    return foresight.calls;
}

/* The first call of the packs a credential is for; NULL when it has none. */
static const char *first_table_of(const struct inquiry *inquiry,
                                  const struct credential *credential)
{
    for (size_t p = 0; p < inquiry->n_packs; p++) {
        const struct pack *pack = inquiry->packs[p];
        if (text_equal(pack->credential, credential->name) && pack->first_table != NULL) {
            return pack->first_table;
        }
    }
    return NULL;
}

struct questions inquiry_foresee_readings(struct arena *arena, const struct inquiry *inquiry)
{
    static const struct exchange imagined = {.status = 401, .outcome = OUTCOME_UNAUTHENTICATED};
    static const struct answers none = {0};
    struct investigation investigation = {.arena = arena, .inquiry = inquiry, .answers = &none};
    bool has_auditor = target_credential(inquiry->target, "auditor") != NULL;
    for (size_t i = 0; has_auditor && i < inquiry->target->n_credentials; i++) {
        const struct credential *credential = &inquiry->target->credentials[i];
        struct refusal refusal = {.credential = credential,
                                  .exchange = &imagined,
                                  .table = first_table_of(inquiry, credential),
                                  .user_name = user_of(inquiry, credential)};
        if (!is_under_test(credential) || refusal.table == NULL) {
            continue;
        }
        inquire_by_logs(&investigation, &refusal);
        inquire_by_tokens(&investigation, &refusal);
        if (credential_needs_token(credential->kind)) {
            refusal.is_of_token = true;
            inquire_by_logs(&investigation, &refusal);
            inquire_by_tokens(&investigation, &refusal);
        }
    }
    return investigation.open;
}
