/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A root cause or a piece of advice, worded for people.
 */
#pragma once

#include "base/strings.h"

enum confidence {
    CONFIDENCE_CERTAIN,
    CONFIDENCE_LIKELY,
    CONFIDENCE_POSSIBLE,
};

/* A reply somebody may give to the question that decides, and what it means. */
struct reply {
    const char *reply;
    const char *means;
};

struct cause {
    const char *id;
    enum confidence confidence; /* not used for advice */
    const char *subject;        /* the record, user or path it is about; NULL when there is none */
    const char *says;
    const char *fix;
    const char *owner;
    const char *ask;       /* the question that decides; NULL when nothing is left to ask */
    struct reply *replies; /* to `ask`; none where the question speaks for itself */
    size_t n_replies;
    const char *doubt;       /* what public sources contradict each other about; NULL: nothing */
    const char *since;       /* "It worked on …: since then …"; NULL: nobody knows */
    struct strings explains; /* ids of the checks it explains */
};
