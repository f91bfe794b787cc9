/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A credential in use: how it goes onto the wire, and what has become of it in this run.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/question.h"
#include "model/target.h"
#include "probes/planner.h"

struct buf;
struct redactor;

enum standing {
    STANDING_UNTRIED,
    STANDING_USABLE, /* accepted, or not refused and of a kind no account is locked for */
    STANDING_REFUSED,
    STANDING_NO_TOKEN,  /* the token endpoint said no */
    STANDING_NOT_TRIED, /* see `reason`: it must not be tried, or the try told nothing */
};

/* The rows of sys_user that the credential's first identity call read. */
struct look {
    bool is_done;
    struct strings user_names; /* asked for beside the caller */
    struct strings fields;
    const struct exchange *exchange;
    const struct table_page *page;
    struct row *rows;
    size_t n_rows;
    int64_t total;
    size_t n_strays;
    const struct row *caller; /* NULL when it could not be told */
};

struct use {
    const struct credential *credential;
    enum standing standing;
    enum reason reason; /* of STANDING_NOT_TRIED */
    bool is_accepted;
    struct secret token; /* issued in this run */
    const struct exchange *token_exchange;
    int n_refusals;    /* after it was accepted */
    int n_differences; /* calls made with it after it was refused */
    bool password_was_refused;
    struct look look;
};

bool use_is_auditor(const struct use *use);

/* True when a request of `purpose` carries a password: law 8 counts those. */
bool use_carries_password(const struct use *use, enum purpose purpose);

/* True while such a request must stay the only one: the password was not accepted yet. */
bool use_is_single_try(const struct use *use, enum purpose purpose);

/* True when the next step is a token request. */
bool use_needs_token(const struct use *use);

/* False when a secret is missing or could not stand in a header, or the user name could not stand
 * before a colon. Such a credential is a finding and is never sent. */
bool use_can_be_sent(const struct use *use);

/* Appends the header line that carries the credential (or its token). */
void use_add_header(const struct use *use, struct buf *line);

/* Appends the form that asks for a token. */
void use_add_token_form(const struct use *use, struct buf *form);

/* Makes the forms known in which the secret goes over the wire as a whole. */
void use_teach_redactor(const struct use *use, struct redactor *redactor);

void use_release(struct use *use);

/*
 * The caller's row among `rows`, which came back for "the caller or one of `others`": the row that
 * is none of the others. NULL when there is no such row, more than one, or more rows than could
 * have been asked for (law 3: a term was dropped). *ret_is_ambiguous: nothing came but others, and
 * the caller may be one of them.
 */
const struct row *identity_caller(const struct row *rows, size_t n_rows, int64_t total,
                                  const struct strings *others, bool *ret_is_ambiguous);

/* True for a caller who shows that a credential counted: named, and not guest. */
bool identity_is_named(const struct row *caller);

/* True when the user's row says that the account is locked, or near the limit of failed logins. */
bool user_is_near_lockout(const struct row *user);
