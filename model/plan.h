/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run would send, to be read and approved before anything is sent: every request that is
 * certain, those that may follow and upon what, what all of them count for, and the rights they
 * need. Nothing in it is secret: URLs are redacted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strings.h"

struct pack;

/* A follow-up is sent only if one of these holds. */
struct plan_condition {
    const char *when; /* "sys_user_has_role is empty or refused" */
    struct strings checks;
};

struct plan_request {
    int wave; /* -1 of a follow-up */
    const char *credential;
    const char *method;
    const char *url;
    const char *body; /* what a write sends; NULL: nothing */
    bool is_write;
    struct strings checks;             /* that it is sent for */
    struct plan_condition *conditions; /* of a follow-up */
    size_t n_conditions;
};

/* What one credential sends. */
struct plan_share {
    const char *credential; /* "none" without one */
    const char *kind;       /* "api-key" …; NULL without one */
    const char *user;       /* whose it is, where that is known; else NULL */
    size_t certain;         /* requests, those for tokens and those that write included */
    size_t follow_ups;
    size_t tokens;
    size_t writes;
};

/* What a rate limit rule would count in a run: the calls of one API by one user. */
struct plan_rate {
    const char *user;           /* NULL: not known by name */
    struct strings credentials; /* "none": guest */
    const char *api;            /* "now/table" */
    size_t certain;
    size_t follow_ups;
};

/* What one credential must be allowed to do with one table, or another call it makes. */
struct plan_right {
    const char *credential; /* "none" without one */
    const char *calls;      /* "GET /api/now/table/incident"; NULL: read along references only */
    const char *table;      /* NULL: of another API */
    const char *operations; /* "read", "create, write, delete"; NULL: no record is looked at */
    struct strings columns;
    struct pairs
        readers;     /* a role that reads it as the platform comes -> where that is published */
    bool is_certain; /* not only of a follow-up */
};

struct plan {
    const char *tool_version;
    const char *instance_url;
    struct pack *const *packs;
    size_t n_packs;
    bool is_diagnosis;
    struct plan_request *requests; /* in the order in which they are sent */
    size_t n_requests;
    struct plan_request *follow_ups;
    size_t n_follow_ups;
    struct plan_share *shares;
    size_t n_shares;
    struct plan_rate *rates;
    size_t n_rates;
    struct plan_right *rights;
    size_t n_rights;
    size_t n_waves;
    size_t n_writes;
    size_t n_tokens;
    size_t longest_url_bytes;
    int64_t max_requests; /* 0: no ceiling */
};
