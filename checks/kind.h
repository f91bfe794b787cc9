/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a kind of check is, and what it may use to judge.
 *
 * A kind is one file that exports one `const struct kind`: the table of its parameters and one
 * function. The function is called again after every wave. It asks for what it needs with the
 * functions of checks/evidence.h and either finds an answer there, or learns that the question is
 * open now and returns; when it returns without an open question, what it wrote is the finding. So
 * asking and judging cannot drift apart, a follow-up question is simply one that is asked after
 * another was answered, and a kind never sees the network, other checks or the clock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "model/finding.h"
#include "model/question.h"
#include "model/target.h"
#include "rules/catalogue.h"
#include "rules/schema.h"

struct arena;

/* Everything one call of a kind's function may see and write. */
struct judging {
    struct arena *arena; /* for everything the finding refers to */
    int64_t now;         /* seconds since 1970 */
    const struct target *target;
    const struct pack *pack;
    const struct check *check;
    const struct catalogue *catalogue;
    const struct answers *answers;
    bool may_write;          /* consent to write was given */
    bool is_quick;           /* nothing is to be read that can only add a remark */
    bool is_shown_by_effect; /* what came back so far shows that the check holds */
    struct questions *open;  /* questions without an answer are added here */
    bool is_open;            /* … and by this check at least one was */
    struct finding *finding; /* what the kind writes; begins as unknown without a reason */
};

struct kind {
    struct kind_schema schema; /* first: see kind_of() */
    void (*judge)(struct judging *judging, const void *params);
};

/* The schemas of all kinds, sorted by name, as the loader wants them. */
struct kind_schemas kind_schemas(void);

/* The kind a schema belongs to: every schema the loader was handed is the first member of one. */
const struct kind *kind_of(const struct kind_schema *schema);

/* A formatted text that lives as long as the finding. */
char *say(const struct judging *judging, const char *format, ...) PRINTF_LIKE(2, 3);

/* The verdicts. `seen` is one line for people. */
void judge_pass(struct judging *judging, const char *seen);
void judge_fail(struct judging *judging, const char *cause, const char *subject, const char *seen);
void judge_unknown(struct judging *judging, enum reason reason, const char *because);
void judge_blocked(struct judging *judging, enum reason reason, const char *because);

/* Names a cause the finding points to, with a subject of its own where it has another one than the
 * finding, or one that it rules out: for everybody, or for one user, table, plugin or call. */
void points_to(struct judging *judging, const char *cause);
void points_to_with(struct judging *judging, const char *cause, const char *subject);
void rules_out(struct judging *judging, const char *cause);
void rules_out_for(struct judging *judging, const char *cause, const char *subject);

/* What a cause behind the finding would be about: which "call", "table", "user", "client",
 * "credential" or "plugin". Nothing happens when `which` is NULL. */
void is_about(struct judging *judging, const char *what, const char *which);

/* A call, as rules_out_for() and is_about() name it: "GET incident". */
const char *call_name(const struct judging *judging, const char *method, const char *table);

/* The link to a list on the instance: table and encoded query, "" for all of it. */
const char *list_link(const struct judging *judging, const char *table, const char *query);

/* The link that takes an XML export of the same rows. */
const char *export_link(const struct judging *judging, const char *table, const char *query);

/* The link to the access rules of a table and its columns for one operation. */
const char *rules_link(const struct judging *judging, const char *table, const char *operation);
