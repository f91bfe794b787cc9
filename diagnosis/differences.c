/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The refused key or token on other calls: another table, version, API and method. Access policies
 * decide by exactly these, so one call that lets it in shows that the credential and its user are
 * good, and which part of a policy is not. It counts only where the same call is refused without
 * the credential (law 4).
 */
#include "diagnosis/investigation.h"

#include "base/arena.h"
#include "base/attributes.h"

struct difference {
    const char *signature;
    const char *path; /* before the table's name … */
    const char *rest; /* … and behind it */
    const char *what;
    bool is_of_other_table;
    bool is_head;
};

static const char one_row[] = "?sysparm_fields=sys_id&sysparm_limit=1";

static const struct difference differences[] = {
    {"accepted-on-another-table", "/api/now/table/", one_row, "another table", true, false},
    {"accepted-on-another-api", "/api/now/v2/table/", one_row, "version 2 of the API", false,
     false},
    {"accepted-on-another-api", "/api/now/stats/", "?sysparm_count=true", "the Aggregate API",
     false, false},
    {"accepted-on-another-api", "/api/now/table/", one_row, "the method HEAD", false, true},
};

size_t n_differences(void)
{
    return ARRAY_LEN(differences);
}

/* There on every instance, and on the list of neither shipped policy (Table GET and Table POST API
 * Access Policy, as public notes on live instances list their tables). */
static const char *other_table(const char *table)
{
    return text_equal(table, "sys_user_role") ? "cmn_location" : "sys_user_role";
}

static const char *subject_of(const struct difference *difference, const char *table)
{
    return difference->is_of_other_table ? other_table(table) : table;
}

const char *difference_path(struct arena *arena, size_t i, const char *table, bool *ret_is_head)
{
    *ret_is_head = differences[i].is_head;
    return arena_printf(arena, "%s%s%s", differences[i].path, subject_of(&differences[i], table),
                        differences[i].rest);
}

/* Only what comes behind authentication shows that it was passed: a full queue, a redirect or a
 * page comes before it. An answer to HEAD has no body to be read. */
static bool is_let_in(const struct answer *answer, bool is_head)
{
    static const int statuses[] = {200, 400, 403, 404};
    const struct exchange *exchange = answer->exchange;
    bool is_page = false;
    bool is_judged = false;
    if (exchange == NULL || !exchange->is_from_node) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        is_judged = is_judged || exchange->status == statuses[i];
    }
    switch (exchange->outcome) {
    case OUTCOME_FORBIDDEN:
    case OUTCOME_HIBERNATING:
    case OUTCOME_LOGIN_PAGE:
    case OUTCOME_NOT_JSON:
        is_page = true;
        break;
    default:
        break;
    }
    return is_judged && (is_head || !is_page);
}

static bool is_refused(const struct answer *answer)
{
    return answer->exchange != NULL && answer->exchange->status == 401;
}

/* Whether the call is refused without the credential; asked only where it was let in with it. */
static bool counts(struct investigation *investigation, const struct question *question)
{
    struct question bare = {
        .kind = QUESTION_SAMPLE, .path = question->path, .is_head = question->is_head};
    const struct answer *answer = look_into(investigation, &bare);
    return answer != NULL && is_refused(answer);
}

void inquire_by_differences(struct investigation *investigation, const struct refusal *refusal)
{
    struct arena *arena = investigation->arena;
    size_t n_refused = 0;
    if (refusal->is_of_token || refusal->table == NULL ||
        credential_checks_password(refusal->credential->kind)) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(differences); i++) {
        struct question question = {.kind = QUESTION_DIFFERENCE,
                                    .credential = refusal->credential->name};
        question.path = difference_path(arena, i, refusal->table, &question.is_head);
        const struct answer *answer = look_into(investigation, &question);
        if (answer != NULL && is_let_in(answer, question.is_head) &&
            counts(investigation, &question)) {
            const char *subject = subject_of(&differences[i], refusal->table);
            add_clue(
                investigation, refusal, differences[i].signature,
                arena_printf(
                    arena,
                    "The same credential is accepted on %s (%s): status %d, and 401 without it",
                    differences[i].what, subject, answer->exchange->status),
                answer->exchange);
        }
        n_refused += answer != NULL && is_refused(answer) ? 1 : 0;
    }
    if (n_refused == ARRAY_LEN(differences)) {
        add_clue(investigation, refusal, "refused-everywhere", NULL, refusal->exchange);
    }
}
