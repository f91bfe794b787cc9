/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changed between two runs: of one instance at two times, or of two instances. The first is
 * called A here and in reports, the second B; better and worse are said of B.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strings.h"
#include "model/finding.h"

enum difference_kind {
    DIFFERENCE_FIELD,    /* a column of a row that came back in both */
    DIFFERENCE_ROW_GONE, /* a row that came back in A alone */
    DIFFERENCE_ROW_NEW,  /* … and in B alone */
    DIFFERENCE_COUNT,    /* rows alike, and other counts: some are hidden, or the page was cut */
    DIFFERENCE_CALL,     /* whether a credential counted, or anything answered; with all that was
                            therefore not asked */
    DIFFERENCE_ANSWER,   /* how a request was answered */
    DIFFERENCE_UNASKED,  /* one of the two has no answer to the question */
    DIFFERENCE_SETTING,  /* parameters and credentials, as somebody set them */
    DIFFERENCE_TIME,     /* nothing but the time at which it is judged */

    N_DIFFERENCE_KINDS
};

/* One thing that differs. What does not apply is NULL or 0. */
struct difference {
    enum difference_kind kind;
    const char *credential; /* who asked */
    const char *table;
    const char *row;    /* "'RAD Table API'", "with role.name = itil": which one, for people */
    const char *record; /* its sys_id, of one instance; else what it was found by */
    const char *column; /* DIFFERENCE_FIELD */
    const char *before; /* value, count, or how the call was answered; NULL: it never came */
    const char *after;
    const char *edited_by; /* of the row, where that was asked along and is told by B */
    const char *edited_on; /* "2026-11-17 10:00:00", as the instance has it */
    const char *says;      /* a sentence without a full stop */
};

enum change_direction { CHANGE_WORSE, CHANGE_BETTER, CHANGE_OTHERWISE, N_CHANGE_DIRECTIONS };

/* How sure it is that the differences of a change made it. */
enum change_proof {
    PROOF_ALONE,    /* each of them by itself: undone in B, it gives the verdict of A */
    PROOF_TOGETHER, /* all of them, and none can be left out */
    PROOF_NONE,     /* not found: these are all that differ in what the check rests on */
};

/* A check whose verdict is another one. */
struct change {
    enum change_direction direction;
    const struct finding *before;
    const struct finding *after;
    enum change_proof proof;
    const struct difference **differences;
    size_t n_differences;
};

struct changes {
    struct change *items; /* in the order of B's packs */
    size_t n_items;
    size_t n_directions[N_CHANGE_DIRECTIONS];
    /* Rows and fields of configuration that differ, and none of which is told of a change: they
     * did nothing by themselves. None where nothing changed. */
    const struct difference **besides;
    size_t n_besides;
    struct strings only_before; /* ids of checks that only A has */
    struct strings only_after;
    bool is_one_instance;
    int64_t before_taken; /* when A was begun */
    int64_t after_taken;
};

/* One of the two, as heads show it. */
struct compared {
    const char *instance_url;
    int64_t started;
    const char *release_family; /* NULL when it could not be told */
    const char *release_build;
    const char *digest; /* of the file; NULL: it was no file */
    const char *source; /* "recording" … */
};

/* A pack or parameter that is not the same in both; NULL: not there. */
struct changed_setting {
    const char *pack;
    const char *name; /* of the parameter; NULL: the pack's version */
    const char *before;
    const char *after;
};

/* Everything a report about two runs says. */
struct comparison {
    const char *tool_version;
    struct compared before;
    struct compared after;
    struct changed_setting *settings;
    size_t n_settings;
    const struct changes *changes;
};
