/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a check needs to know, and what came back.
 *
 * Questions are values: two with equal contents are the same question, however many checks ask it.
 * How many requests answer them is the planner's business (it merges questions that differ only in
 * `value` and `fields`); a check only ever sees the answer to its own question.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strings.h"
#include "model/exchange.h"
#include "model/verdict.h"

struct arena;
struct lookup;

enum question_kind {
    /* Wave 0: GET the pack's first path without any credential. Rows are not looked at. */
    QUESTION_GATE,
    /* Wave 1: the same path with the credential, a token request before it where the kind needs
     * one. The answer's `acceptance` says whether the credential counted. */
    QUESTION_FIRST_CALL,
    /* Who the caller is: its own row of sys_user, found by the server's gs.getUserName(). For the
     * auditor this is its first call (wave 1), for others it is asked once the credential was
     * accepted. */
    QUESTION_IDENTITY,
    /* Rows of a table. */
    QUESTION_ROWS,
    /* What a GET of another path of the REST API is answered: the exchange is the answer. */
    QUESTION_API,
    /* What the same call is answered without a credential (`credential` NULL) or with a made-up one
     * of the kind of `credential`: the first path of `table`, `path`, or the token endpoint. The
     * exchange is the answer. */
    QUESTION_SAMPLE,
    /* What a credential that was refused is answered on another call, `path`: asked by a diagnosis
     * only, at most four times of a credential, never of a kind that checks a password (law 8). */
    QUESTION_DIFFERENCE,
    /* A record created, read back, changed, read back again and deleted: one question, because what
     * was begun must be tidied up whatever becomes of the run. Asked only with consent, and last.
     */
    QUESTION_WRITE,
};

struct question {
    enum question_kind kind;
    const char *credential; /* its name in the target; NULL for QUESTION_GATE */

    /* The table: of the first call, to read from, or to write to. NULL for QUESTION_API. */
    const char *table;

    /* QUESTION_API, QUESTION_DIFFERENCE, QUESTION_SAMPLE: the path on the instance,
     * "/api/now/cmdb/meta/cmdb_ci"; and whether only its head is asked for, the last two only. */
    const char *path;
    bool is_head;

    /* QUESTION_WRITE: the columns of the new record, those changed afterwards (none: it is not
     * changed), and whether it stays. */
    struct pairs values;
    struct pairs changes;
    bool is_kept;

    /* QUESTION_ROWS: rows must have every pair of `where` (column = value; a column may be
     * dot-walked along references, "role.name") and, unless `key` is NULL, `key` = `value`. */
    struct pairs where;
    const char *key;
    const char *value;

    /* A value of `key` that exists on every instance, so that its coming back proves that absent
     * means absent; NULL when none is known. */
    const char *control;

    /* QUESTION_ROWS, QUESTION_IDENTITY: the columns wanted. Those of `where` and `key` come by
     * themselves. */
    struct strings fields;

    /* QUESTION_ROWS: rows whose column has this text in it (column -> text), and only those made in
     * the last so many minutes, the newest first; 0: whenever. For tables that are logs. */
    struct pairs containing;
    int minutes;

    /* QUESTION_ROWS: the most rows wanted; 0 means the planner's own page size. */
    size_t limit;

    /* QUESTION_ROWS: how long an answer may take, in milliseconds, where that is known to be long:
     * no other question waits for it, and only the end of the run waits for what is left of the
     * limit. 0: as long as the run lasts. */
    int64_t limit_ms;

    /* QUESTION_ROWS: not to be merged with others, because a merged answer left open whose rows
     * were hidden. */
    bool is_alone;

    /* Not part of the question's identity: the ids of the checks that ask, and the same comma
     * separated, for --plan, which is put together once all have asked; and whether nobody waits
     * for the answer yet. */
    struct strings askers;
    const char *asker;
    bool is_ahead;
};

/* One column of a row. */
struct cell {
    const char *column;
    const char *value; /* never NULL: "" when empty */
};

/* A row: only the columns that came back. A column that was asked for and is not here was hidden.
 */
struct row {
    struct cell *cells;
    size_t n_cells;
};

/*
 * The rows of one exchange as they came, and what they were asked for. Several answers may rest on
 * one page, and questions that nobody asked then may be answered of it later.
 */
struct table_page {
    const struct exchange *exchange;
    struct row *rows;
    size_t n_rows;
    int64_t total;   /* X-Total-Count; -1 when not told */
    bool was_cut;    /* as many rows as the limit, a Link to a next page, or a cut body */
    size_t n_strays; /* rows that none of the questions asked for */

    /* Which rows: the question of which they are all the rows there are, with `values` in the place
     * of its one value, those of controls included. NULL where no question says it, as of a
     * caller's own row or the first rows of a table. */
    const struct question *shape;
    struct strings values;
    struct strings fields; /* the columns asked for */
    bool is_list;          /* a 2xx without a list in it is no answer to a question for rows */
};

/* What is done for a QUESTION_WRITE, in this order; the search only where the answer to the first
 * did not say whether a record was made. */
enum write_step {
    WRITE_INSERT,
    WRITE_READ_INSERTED,
    WRITE_UPDATE,
    WRITE_READ_UPDATED,
    WRITE_SEARCH,
    WRITE_REMOVE,

    N_WRITE_STEPS
};

/* What became of one step. */
struct step_taken {
    const struct exchange *exchange; /* NULL: it was not taken */
    const struct row *row;           /* the record, as it came back; NULL when it did not */
    int64_t total;                   /* X-Total-Count; -1 when not told */
    enum reason reason;              /* why no answer came; REASON_NONE: one did */
    /* Columns that were written by name and hold a sys_id of which people are shown another name:
     * column and that name, "" where it never came. */
    struct pairs names;
};

/* What a QUESTION_WRITE did to the instance. */
struct written {
    struct step_taken steps[N_WRITE_STEPS];
    const char *tag;    /* what was written into correlation_id, to find the record by */
    const char *sys_id; /* of the record, or what the answer to the insert claims; NULL: none */
    const char *number; /* NULL where the table has none, or it never came back */
    bool is_ours;       /* it was read back with the tag in it: else nothing is done to it */
    bool lacks_tag;     /* the record claimed was read, without the tag in it */
    bool is_removed;
    bool may_be_left; /* whether a record of ours is there could not be told */
};

/* Whether a credential counted (law 4). */
enum acceptance {
    ACCEPTANCE_NOT_TRIED, /* see `reason` */
    ACCEPTANCE_ACCEPTED, /* the same URL was refused without it, or the caller was echoed as a named
                            user */
    ACCEPTANCE_UNPROVEN, /* it was answered, and would have been without it */
    ACCEPTANCE_REFUSED,  /* 401 with it */
    ACCEPTANCE_NO_TOKEN, /* the token endpoint said no */
};

struct answer {
    struct question question;

    /* The exchange that settled it; NULL when none was made. `token_exchange`: the token request,
     * if any. */
    const struct exchange *exchange;
    const struct exchange *token_exchange;

    /* When there is no answer in it: why. `is_blocked`: it was never asked. REASON_NONE: there is
     * one. */
    enum reason reason;
    bool is_blocked;
    bool is_over_ceiling; /* of REASON_TIMEOUT: the run had used up the requests it may send */

    /* QUESTION_ROWS and QUESTION_IDENTITY: the rows that fit the question, tested again here (law
     * 3). */
    struct row *rows;
    size_t n_rows;

    /* About the whole exchange, for laws 2, 3 and 5. */
    int64_t total;     /* X-Total-Count; -1 when not told */
    size_t n_returned; /* rows in the exchange */
    size_t n_strays;   /* rows nobody asked for (a query term was dropped), or that do not tell
                        * whether they fit, because a column that decides never came */
    bool is_merged;    /* others were asked with it: what is not whole may be theirs */
    bool control_seen; /* a row came back that is known to exist */
    bool was_cut;      /* as many rows as the limit, a Link to a next page, or a cut body */

    /* What `rows` were taken from; NULL where there is no such thing. */
    const struct table_page *page;

    /* When it was taken, in seconds since 1970: of a recording. 0: in this run. */
    int64_t taken;

    /* QUESTION_WRITE; NULL when nothing was written. */
    const struct written *written;

    /* QUESTION_FIRST_CALL and QUESTION_IDENTITY. */
    enum acceptance acceptance;
    const char *user_name; /* who the caller is, where it was echoed; else NULL */
};

/* All answers so far, in the order in which they were settled. The first `n_looked_up` are found by
 * `lookup`, where there is one, the others by going through them: whoever adds one need not care.
 */
struct answers {
    struct answer **items;
    size_t n_items;
    struct lookup *lookup;
    size_t n_looked_up;
};
struct questions {
    struct question *items;
    size_t n_items;
    struct lookup *lookup;
    size_t n_looked_up;
};

/* The value of `column` in `row`, or NULL when the column did not come back. */
const char *row_get(const struct row *row, const char *column);

/* True when `column` came back with this value; case is not told apart, and absent is not empty. */
bool row_has(const struct row *row, const char *column, const char *value);

/* True when the row has every pair of `where`. */
bool row_fits_where(const struct row *row, const struct pairs *where);

/* True when the row is one that the question asks for. */
bool row_fits(const struct row *row, const struct question *question);

/* Columns of sys_user that checks of users and the protection of accounts read; asked for together,
 * so that one answer serves all of them. */
extern const struct strings usual_user_columns;

/* True when two questions ask the same. */
bool question_equal(const struct question *a, const struct question *b);

/* A copy that lives as long as `arena`, its texts too. */
struct question question_copy(struct arena *arena, const struct question *question);

/* The answer to `question`, or NULL when there is none yet. */
const struct answer *answers_find(const struct answers *answers, const struct question *question);

/* Makes the answers there are quick to find. `arena` must outlive every use of `answers`. */
void answers_look_up(struct arena *arena, struct answers *answers);

/* The question in the list that is equal to this one, or NULL. */
struct question *questions_find(const struct questions *questions, const struct question *question);

/* Adds a question and returns its place in the list; valid until the next is added. */
struct question *questions_add(struct arena *arena, struct questions *questions,
                               const struct question *question);
