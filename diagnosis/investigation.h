/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look at the answers so far: what the procedures of an inquiry share. Each procedure is a
 * function that asks what it needs and, once it was answered, adds clues. Within this room only.
 */
#pragma once

#include "diagnosis/inquiry.h"

/* A credential of the integration that was refused, by the API or by the token endpoint. */
struct refusal {
    const struct credential *credential;
    const struct exchange *exchange; /* the refusal itself */
    const char *table;               /* of the first call; NULL when it was not asked for */
    const char *user_name;           /* whose it is, where that is known; else NULL */
    bool is_of_token;                /* the token endpoint refused */
};

struct investigation {
    struct arena *arena;
    const struct inquiry *inquiry;
    const struct answers *answers;
    struct questions open;
    struct clues clues;
};

/* The answer, or NULL when the question is open now. */
const struct answer *look_into(struct investigation *investigation,
                               const struct question *question);

/* Adds a clue about a refusal; `says` replaces the signature's own sentence unless NULL. */
void add_clue(struct investigation *investigation, const struct refusal *refusal,
              const char *signature, const char *says, const struct exchange *exchange);

/* The path of a pack's first call, as the planner writes it. */
const char *first_path(struct arena *arena, const char *table);

/* samples.c: a made-up credential of the same kind. */
void inquire_by_sample(struct investigation *investigation, const struct refusal *refusal);

/* differences.c: the same credential on other calls. */
void inquire_by_differences(struct investigation *investigation, const struct refusal *refusal);
const char *difference_path(struct arena *arena, size_t i, const char *table, bool *ret_is_head);
size_t n_differences(void);

/* second.c: another credential of the same user. */
void inquire_by_second_credential(struct investigation *investigation,
                                  const struct refusal *refusal);

/* logs.c: what the instance wrote down about the refused call. */
void inquire_by_logs(struct investigation *investigation, const struct refusal *refusal);

/* tokens.c: what the instance holds of tokens, and whether it gives any for a password. */
void inquire_by_tokens(struct investigation *investigation, const struct refusal *refusal);
