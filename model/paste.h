/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pasted text as it was read: the answers found in it and the lines that belong to none. Nothing
 * in it is secret.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/exchange.h"

struct paste_answer {
    /* `status` 0: not told. `outcome` NONE: a status without a body, or a body that does not tell.
     * `method` and `url` NULL: not told. */
    struct exchange exchange;
    const char *kind;  /* of the credential that was sent, as targets write it; NULL: not told */
    const char *text;  /* headers and body; NULL where rows were returned, which say anything */
    size_t line;       /* where it begins, from 1 */
    int64_t n_rows;    /* that came back; -1 where the answer is no list */
    int64_t n_counted; /* header X-Total-Count; -1: not told */
    bool has_headers;  /* of the answer, so that a header that is not there was not sent */
    bool has_body;     /* empty ones count where it is known that there was none */
    bool is_without_credential; /* its request is there, and nothing in it may be a credential */
};

struct paste_line {
    const char *text;
    size_t number; /* from 1 */
};

struct paste {
    struct paste_answer *answers;
    size_t n_answers;
    struct paste_line *lines;
    size_t n_lines;
    const char *kind; /* of the credential, where only one kind is spoken of; NULL: not told */
    size_t n_hidden;  /* secrets that were hidden */
    bool is_cut;      /* there was more than is read */
};
