/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoded queries, as the instance reads them in URLs: of the operators only `=` and ISEMPTY.
 */
#pragma once

struct arena;
struct buf;
struct question;

/* Adds one term, behind a "^" where the query has one already. */
void query_add_term(struct buf *query, const char *column, const char *value);

/* A value as it stands in a query. */
void query_add_value(struct buf *query, const char *value);

/* The query for the rows that a question asks for, by `where` and key; "" for all of them. */
const char *question_query(struct arena *arena, const struct question *question);
