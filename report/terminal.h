/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the terminal report and of an explanation share: its lines of a key and a
 * value, and the parts that tell what diagnosis found.
 */
#pragma once

#include "model/run.h"
#include "report/page.h"

/* How far a value stands behind where its key begins. */
enum { TERMINAL_KEY_WIDTH = 9 };

/* A line "key      value" with the key at `column`; nothing when there is no value. */
void terminal_pair(struct page *page, size_t column, const char *key, const char *value);

/* The question that decides, below a cause, and what each reply to it means where that is wanted;
 * and what public sources contradict each other about. */
void terminal_question(struct page *page, const struct cause *cause, bool with_replies);

/* What is wrong, and the question that decides where that is not settled. Of a diagnosis it is said
 * when there is no cause, too. */
void terminal_causes(struct page *page, const struct run *run);

/* What gates nothing. */
void terminal_advice(struct page *page, const struct run *run);

/* The waivers that somebody has to look at; with `all` those in force too, where no finding tells
 * them. */
void terminal_waivers(struct page *page, const struct run *run, bool all);

/* What was seen besides the checks; nothing where nothing was. */
void terminal_clues(struct page *page, const struct run *run);
