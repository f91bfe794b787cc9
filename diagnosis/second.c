/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another credential of the same user on the same call (`also` in the target): where that one gets
 * in, the user is good, and the refused credential or its kind is the reason.
 */
#include "diagnosis/investigation.h"

#include "base/arena.h"
#include "model/names.h"

static const struct credential *second_credential(const struct investigation *investigation)
{
    return target_credential(investigation->inquiry->target, "also");
}

/* Not shown to be somebody else: a user that is not known, on either side, may be the same. */
static bool may_be_the_same(const struct refusal *refusal, const char *caller)
{
    return caller == NULL || refusal->user_name == NULL ||
           text_equal_nocase(caller, refusal->user_name);
}

/* Whose the second credential is: who is echoed, else the name that a password goes with. */
static const char *caller_of(const struct credential *second, const struct answer *echo)
{
    return echo != NULL && echo->user_name != NULL ? echo->user_name : second->user_name;
}

/* Who is not echoed is taken to be who the target says, and that is said. */
static const char *accepted_text(struct arena *arena, const struct credential *second,
                                 const char *echoed)
{
    const char *kind = credential_kind_name(second->kind);
    return echoed != NULL
               ? arena_printf(arena,
                              "Another credential (%s) of the user %s is accepted on the same call",
                              kind, echoed)
               : arena_printf(arena,
                              "Another credential (%s), given as one of the same user, is accepted "
                              "on the same call; whose it is the instance did not tell",
                              kind);
}

static void tell_accepted(struct investigation *investigation, const struct refusal *refusal,
                          const struct credential *second, const struct exchange *exchange)
{
    struct question question = {.kind = QUESTION_IDENTITY, .credential = second->name};
    strings_add(investigation->arena, &question.fields, "user_name");
    const struct answer *answer = look_into(investigation, &question);
    if (answer == NULL || !may_be_the_same(refusal, caller_of(second, answer))) {
        return;
    }
    add_clue(investigation, refusal, "same-user-otherwise-accepted",
             accepted_text(investigation->arena, second, answer->user_name), exchange);
}

void inquire_by_second_credential(struct investigation *investigation,
                                  const struct refusal *refusal)
{
    const struct credential *second = second_credential(investigation);
    if (second == NULL || refusal->table == NULL) {
        return;
    }
    struct question question = {
        .kind = QUESTION_FIRST_CALL, .credential = second->name, .table = refusal->table};
    const struct answer *answer = look_into(investigation, &question);
    if (answer == NULL) {
        return;
    }
    if (answer->acceptance == ACCEPTANCE_ACCEPTED) {
        tell_accepted(investigation, refusal, second, answer->exchange);
    } else if (answer->acceptance == ACCEPTANCE_REFUSED &&
               may_be_the_same(refusal, caller_of(second, NULL))) {
        add_clue(investigation, refusal, "same-user-otherwise-refused", NULL, answer->exchange);
    }
}
