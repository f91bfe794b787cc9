/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A control sample: the refused call once more with a credential that exists nowhere. Where the two
 * answers differ, the instance tells ours from an unknown one; where they are alike, that shows
 * nothing.
 */
#include "diagnosis/investigation.h"

#include "base/arena.h"

static bool is_alike(const struct exchange *a, const struct exchange *b)
{
    return a->status == b->status && a->bytes == b->bytes && text_equal(a->message, b->message) &&
           text_equal(a->detail, b->detail) && text_equal(a->www_authenticate, b->www_authenticate);
}

/* "status 401, "User is not authenticated"" */
static const char *answer_text(struct arena *arena, const struct exchange *exchange)
{
    return exchange->message == NULL
               ? arena_printf(arena, "status %d", exchange->status)
               : arena_printf(arena, "status %d, \"%s\"", exchange->status, exchange->message);
}

void inquire_by_sample(struct investigation *investigation, const struct refusal *refusal)
{
    struct arena *arena = investigation->arena;
    struct question question = {.kind = QUESTION_SAMPLE,
                                .credential = refusal->credential->name,
                                .table = refusal->is_of_token ? NULL : refusal->table,
                                .path = refusal->is_of_token ? "/oauth_token.do" : NULL};
    const struct answer *answer = look_into(investigation, &question);
    const struct exchange *sample = answer == NULL ? NULL : answer->exchange;
    if (sample == NULL || sample->status == 0) {
        return;
    }
    const char *what = refusal->is_of_token ? "client" : "credential of the same kind";
    if (is_alike(sample, refusal->exchange)) {
        add_clue(investigation, refusal, "alike-made-up",
                 arena_printf(arena, "A made-up %s gets the same answer (%s)", what,
                              answer_text(arena, sample)),
                 sample);
        return;
    }
    add_clue(investigation, refusal,
             refusal->is_of_token ? "client-unlike-made-up" : "unlike-made-up",
             arena_printf(arena, "A made-up %s gets another answer (%s) than this one (%s)", what,
                          answer_text(arena, sample), answer_text(arena, refusal->exchange)),
             sample);
}
