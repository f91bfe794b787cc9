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

struct cause {
    const char *id;
    enum confidence confidence; /* not used for advice */
    const char *subject;        /* the record, user or path it is about; NULL when there is none */
    const char *says;
    const char *fix;
    const char *owner;
    const char *ask;         /* the question that decides; NULL when nothing is left to ask */
    struct strings explains; /* ids of the checks it explains */
};
