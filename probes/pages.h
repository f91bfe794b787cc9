/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a page says about one question. Pure: a page that has just come and one of a recording are
 * read alike.
 */
#pragma once

#include <stdbool.h>

#include "model/question.h"

struct arena;

/* True for a row that came because it exists anyhow. */
bool row_is_control(const struct row *row, const struct question *question);

/*
 * How many of the page's rows its own query did not ask for (law 3), where the page says which rows
 * it is of: 0 where it does not.
 */
size_t page_count_strays(const struct table_page *page);

/* Completes an answer whose question the page answers, but for its reason. */
void page_answer(struct arena *arena, const struct table_page *page, struct answer *answer);

/* What is true of the page as a whole. */
void page_describe(const struct table_page *page, struct answer *answer);

/* The rows that fit, and whether a control was seen. */
void page_take_rows(struct arena *arena, const struct table_page *page, struct answer *answer);
