/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Product documentation: Operators available for filters and queries; Encoded query strings.
 */
#include "model/encoded_query.h"

#include "base/arena.h"
#include "base/buf.h"
#include "model/question.h"

enum { LONGEST_QUERY_BYTES = 1 << 20 };

void query_add_value(struct buf *query, const char *value)
{
    for (const char *c = value; *c != '\0'; c++) {
        buf_add(query, *c == '^' ? "^" : ""); /* a '^' in a value is written twice */
        buf_add_char(query, *c);
    }
}

void query_add_term(struct buf *query, const char *column, const char *value)
{
    buf_add(query, query->len > 0 ? "^" : "");
    buf_add(query, column);
    if (value[0] == '\0') {
        buf_add(query, "ISEMPTY");
        return;
    }
    buf_add_char(query, '=');
    query_add_value(query, value);
}

const char *question_query(struct arena *arena, const struct question *question)
{
    struct buf query;
    buf_init(&query, LONGEST_QUERY_BYTES);
    for (size_t i = 0; i < question->where.n_items; i++) {
        query_add_term(&query, question->where.items[i].key, question->where.items[i].value);
    }
    if (question->key != NULL && question->value != NULL) {
        query_add_term(&query, question->key, question->value);
    }
    const char *text = arena_strdup(arena, query.data);
    buf_release(&query);
    return text;
}
