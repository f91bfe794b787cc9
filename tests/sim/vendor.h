/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vendor of a world calls, and what it gets: worlds, faults and variations are tested by
 * it, without a socket. What a call came to is an *outcome*, a line such as
 *
 *     200 svc_rad                     the caller is this user
 *     200 2 of 3 without number       rows returned, counted; fields that never came
 *     200 token, 200 described        a token, a class of the CMDB
 *     201 created                     a new row that holds what was sent
 *     401 Required to provide Auth …  the status and the detail (else the message) of the envelope
 *     502 html, 403                   a page; no body
 */
#pragma once

#include "support.h"

struct vendor_call {
    const char *world;
    const char *name; /* "anonymous", "auditor" and "consent" (in a browser) are those of others,
                         the rest is the vendor's */
    const char *method;
    const char *uri;
    const char *body;
    const char *outcome; /* in the healthy world */
    bool is_optional;    /* the guide leaves it to the customer whether the vendor makes it */
};

/* The calls of all worlds; those of one world stand together. */
extern const struct vendor_call vendor_calls[];
extern const size_t n_vendor_calls;

/* Opens a world with a fault or variation (NULL for none) and asks for the header of one of its
 * credentials; NULL when there is no token for it. */
void vendor_open(struct bench *bench, const char *world, const char *fault);
const char *vendor_header(struct bench *bench, const char *credential);

/* Makes the call, and says what it came to. */
const char *vendor_outcome(struct bench *bench, const struct vendor_call *call);

/* The outcome of asking for a token; "none needed" where the credential is used as it is. */
const char *vendor_token_outcome(struct bench *bench);

/* Reads as the auditor: the body of the answer. */
const char *vendor_audit(struct bench *bench, const char *uri);
