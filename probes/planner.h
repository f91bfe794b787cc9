/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From questions to requests: which are one request, and what its URL is. Pure: nothing here knows
 * of credentials' secrets, of answers or of the network.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strings.h"
#include "model/question.h"

struct arena;

enum purpose {
    PURPOSE_GATE,
    PURPOSE_TOKEN,
    PURPOSE_FIRST_CALL,
    PURPOSE_IDENTITY,
    PURPOSE_ROWS,
    PURPOSE_API,
    PURPOSE_SAMPLE,
    PURPOSE_DIFFERENCE,
    PURPOSE_WRITE
};

struct request {
    enum purpose purpose;
    const char *method;
    const char *url;
    const char *table;
    struct strings fields;             /* what it asks for */
    struct strings user_names;         /* PURPOSE_IDENTITY: the users read along with the caller */
    size_t limit;                      /* sysparm_limit */
    int64_t limit_ms;                  /* how long it may take; 0: as long as the run */
    const char *body;                  /* PURPOSE_WRITE: what is sent; NULL: nothing */
    enum write_step step;              /* PURPOSE_WRITE: for which it is */
    const char *query;                 /* PURPOSE_ROWS: the encoded query in its URL; "": none */
    const struct question *shape;      /* PURPOSE_ROWS: which rows, but for its value … */
    struct strings values;             /* … which is one of these; controls included */
    const struct question **questions; /* what its answer settles; none for a token */
    size_t n_questions;
};

struct requests {
    struct request **items;
    size_t n_items;
};

/* What is asked of the table of a first call: the columns some questions want of its first rows, so
 * that the same call answers them; without any, as little as can be. */
struct first_path {
    const char *table;
    struct strings fields; /* empty: sys_id */
    size_t limit;          /* 0: one row */
};

/* The path of a pack's own first call. The URL does not depend on who asks: law 4 compares it. */
struct request *plan_first_path(struct arena *arena, enum purpose purpose, const char *origin,
                                const struct first_path *path);

/* Makes the path answer a question for the first rows of its table. False, and nothing done, for
 * any other question. */
bool plan_widen_first_path(struct arena *arena, const struct question *question,
                           struct first_path *path);

/* True when what the request of a first path brings answers the question. */
bool plan_first_path_answers(const struct request *request, const struct question *question);

struct request *plan_token(struct arena *arena, const char *origin);

/* A call of a path of the REST API: of a QUESTION_API, a QUESTION_SAMPLE or a QUESTION_DIFFERENCE.
 */
struct request *plan_call(struct arena *arena, enum purpose purpose, const char *origin,
                          const struct question *question);

/*
 * False for a path that is none of the REST API, that a browser would read as another one, or whose
 * GET is known to change the instance.
 */
bool plan_can_call(const char *path);

/* The URL of a list of the Table API; `query` is a whole encoded query, "" for none. */
const char *plan_table_url(struct arena *arena, const char *origin, const char *table,
                           const char *query, const struct strings *fields, size_t limit);

/*
 * The caller's own row, found by the server, with the columns `fields`. `user_names` are read
 * along.
 */
struct request *plan_identity(struct arena *arena, const char *origin, const struct strings *fields,
                              const struct strings *user_names);

/*
 * Adds to `requests` the fewest that answer `questions`: QUESTION_ROWS of one credential, all
 * plan_can_ask(). What one request answers together is told in probes/merge.h; it is split where
 * the URL would grow too long. `one_by_one`: a request for each question.
 */
void plan_rows(struct arena *arena, const char *origin, const struct question *const *questions,
               size_t n_questions, bool one_by_one, struct requests *requests);

/* The columns that say who made and last edited a row, and when. */
extern const struct strings editor_columns;

/*
 * The same, and asks for `along` beside the columns that the questions want; not of logs and not of
 * tables that take long.
 */
void plan_rows_along(struct arena *arena, const char *origin,
                     const struct question *const *questions, size_t n_questions, bool one_by_one,
                     const struct strings *along, struct requests *requests);

/*
 * False for a question that cannot be put into a query and mean the same: a column that is no
 * column's name, a secret column, or a value the platform would run as a script.
 */
bool plan_can_ask(const struct question *question);

/* Adds a question to those a request settles. */
void request_add_question(struct arena *arena, struct request *request,
                          const struct question *question);

/* The checks a request is sent for, comma separated; "" when nobody asked by name. */
const char *request_why(struct arena *arena, const struct request *request);
