/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call of the simulated instance and the reply to it, free of any HTTP library: server.c fills
 * the one and sends the other, tests may do the same without a socket.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/strings.h"

struct call {
    struct arena *arena; /* for everything about this call */
    const char *method;
    const char *uri;      /* as it came, from the path on, with the query */
    const char *path;     /* decoded */
    struct pairs query;   /* decoded */
    struct pairs headers; /* as they came */
    const char *body;
    size_t body_len;
    const char *remote; /* the other end of the socket */
    int64_t now;        /* seconds since 1970 */
};

struct reply {
    struct arena *arena;
    int status;
    struct pairs headers;
    struct buf body;
    const char *user;  /* who was let in, for the log; NULL when nobody was */
    bool is_from_node; /* an application node answers, not what stands in front of it */
    bool is_for_xml;   /* what is written as JSON goes out as XML (xml.c) */
    int delay_ms;      /* the answer takes that long */
};

/* Splits the URI into path and query. */
void sim_call_read_uri(struct call *call, const char *uri);

/* The value of a header whatever its case; NULL when it was not sent. */
const char *sim_call_header(const struct call *call, const char *name);

/* True when a parameter says "true". */
bool sim_call_flag(const struct call *call, const char *name);

void sim_reply_init(struct reply *reply, struct arena *arena);
void sim_reply_release(struct reply *reply);
void sim_reply_header(struct reply *reply, const char *name, const char *value);

/* A JSON body: sets the type; the caller writes into reply->body. */
void sim_reply_json(struct reply *reply, int status);

/* The REST error envelope; a NULL detail becomes null. */
void sim_reply_error(struct reply *reply, int status, const char *message, const char *detail);
void sim_reply_html(struct reply *reply, int status, const char *html);

/* Adds `text` as a JSON string. */
void sim_json_add(struct buf *buf, const char *text);
