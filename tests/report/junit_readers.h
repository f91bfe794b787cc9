/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How programs that show JUnit files read them, as far as their sources say: Jenkins' junit-plugin,
 * GitLab's parser, Azure Pipelines' publisher, dorny's test-reporter and EnricoMi's action. They
 * differ in what decides about a case, in what they show of it, and in what they lose.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum shown_state { SHOWN_PASSED, SHOWN_FAILED, SHOWN_ERROR, SHOWN_SKIPPED, N_SHOWN_STATES };

struct shown_case {
    const char *name;
    const char *group; /* what the reader files it under */
    enum shown_state state;
    const char *told; /* what it shows besides the name; "" for nothing */
};

struct shown {
    struct shown_case *cases; /* in the order of the file */
    size_t n_cases;
    size_t counts[N_SHOWN_STATES]; /* what its summary says */
    size_t n_lost;                 /* cases of the file that it does not show */
    size_t n_without_time;         /* cases that it shows a nonsense duration of */
    const char *refusal;           /* why it takes the whole file for an error; NULL: it does not */
    bool is_red;
};

struct junit_reader;

extern const struct junit_reader *const junit_readers[];
extern const size_t n_junit_readers;

const char *junit_reader_name(const struct junit_reader *reader);

/* True for a reader that does not tell an error from a failure. */
bool junit_reader_merges_errors(const struct junit_reader *reader);

/* True for a reader that tells why a case was skipped. */
bool junit_reader_tells_skips(const struct junit_reader *reader);

/* What the reader shows of a file; lives in the arena. */
struct shown junit_read(struct arena *arena, const struct junit_reader *reader, const char *text,
                        size_t len);
