/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bench for kinds: prepared answers in, one finding out, without a network.
 *
 * A canned answer fits every question of its kind, table ("*": of any kind and table; of
 * QUESTION_API its path) and credential (NULL: any). The first that fits is given. Its rows are
 * written as "column=value,column=value; column=value", with ~ for a comma within a value: the
 * bench hands a question those rows that fit it, as the live source does.
 */
#pragma once

#include "checks/kind.h"

struct canned {
    enum question_kind kind;
    const char *table;
    const char *credential;
    const char *rows;
    enum source source;   /* who answered */
    enum outcome outcome; /* OUTCOME_NONE counts as OUTCOME_RESULT */
    int status;           /* 0 counts as 200, unless the call failed */
    enum reason reason;
    bool is_blocked;
    bool control_seen; /* a row more than those in `rows` came back: the control */
    int64_t total;     /* 0 counts as the number of rows that came back; -1 as not told */
    size_t n_strays;
    bool was_cut;
    bool is_merged; /* others were asked with it */
    bool is_alone;  /* the answer to a question that is not to be merged */
    enum acceptance acceptance;
    enum outcome token_outcome;
    const char *user_name;
    const struct written *written; /* QUESTION_WRITE */
    const char *detail;            /* of the refusal */
    const char *server;
    bool is_from_node;
    int64_t date;
    int64_t certificate_until;
};

struct bench_case {
    const char *why;          /* what the row shows */
    const char *params;       /* as a pack writes them; NULL: none */
    struct canned canned[10]; /* up to the first without a table */
    enum verdict verdict;
    enum reason reason;
    const char *cause; /* the first cause; NULL: none */
    bool has_no_auditor;
    bool has_no_integration;
    bool rest_is_untold;    /* a question without a canned answer gets one with nothing in it */
    enum source auditor_is; /* what stands for one, and answers: a script, or exports */
    const char *credential_kind; /* of the integration, as a target calls it; NULL: oauth-client */
    const char *secret;          /* of the integration; NULL: the bench's own */
    struct canned elsewhere[3];  /* answers to questions of other checks of the run */
    bool sees_controls;          /* control rows came back to both accounts elsewhere in the run */
    bool may_write;
    const char
        *proof; /* "no": what it points to is never certain; "yes": it may be; NULL: either */
    const char *excludes; /* the causes it rules out, with blanks between; NULL: any */
    const char *second;   /* the second cause; NULL: anything may be */
    const char *says;     /* must occur in `seen` or `because`; NULL: anything may */
    const char *wants;    /* occurs in what was wanted; NULL: not compared */
};

/* The time all cases are judged at: 2026-11-20 10:00:00 UTC. */
enum { BENCH_NOW = 1795168800 };

/* The parameters of a kind, read from the text a pack would hold. */
const void *bench_params(struct arena *arena, const struct kind_schema *schema, const char *text);

/* Judges every case with the kind called `kind` and expects what it says. */
void bench_expect(const char *kind, const struct bench_case *cases, size_t n_cases);

/*
 * Judges every case again with less to see: each table denied or cut, each row hidden while the
 * count stays, each column hidden that no question looks its rows up by. What was a pass or a fail
 * may become untold and nothing else, and what was untold stays so (law 1).
 */
void bench_expect_law_1(const char *kind, const struct bench_case *cases, size_t n_cases);

/* The target of the bench; a case may change it before judging. */
struct target *bench_target(struct arena *arena, bool has_integration, bool has_auditor);

/* The loaded catalogue; fails the test when it does not load. */
struct catalogue bench_catalogue(struct arena *arena);

/* Canned answers for the questions in `open`, added to `answers`. */
void bench_answer(struct arena *arena, const struct canned *canned, size_t n_canned,
                  const struct questions *open, struct answers *answers);
