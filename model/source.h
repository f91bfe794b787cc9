/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who answers.
 */
#pragma once

#include <stdint.h>

enum source {
    SOURCE_LIVE,      /* the instance, in this run */
    SOURCE_RECORDING, /* a file of what an earlier run saw */
    SOURCE_SCRIPT,    /* what the script of glidepath pack script printed on the instance */
    SOURCE_EXPORT,    /* the platform's own XML exports */

    N_SOURCES
};

/* A file, or folder of files, that was judged in the place of the instance, or beside it. */
struct used_source {
    enum source source;
    const char *digest; /* "sha256:…" of its contents */
    int64_t taken;      /* when it was begun, in seconds since 1970; of several files the oldest */
    int64_t age_s;      /* when this was printed */
};
