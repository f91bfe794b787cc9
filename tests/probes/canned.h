/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server of canned answers on loopback, for what no healthy HTTP server sends: cut bodies,
 * dropped connections, redirects, pages, floods. Rules are tried in order; the first that fits a
 * request and is not used up answers it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct canned;

enum canned_end {
    CANNED_KEEP,  /* the connection stays open */
    CANNED_CLOSE, /* it is closed after the answer */
    CANNED_STALL, /* the answer is all that ever comes; the connection stays open */
    CANNED_FLOOD, /* blanks follow it for as long as the client reads */
};

struct canned_rule {
    const char *with;    /* must occur in the request, head or body; NULL: any request */
    const char *without; /* must not occur in it; NULL: nothing */
    const char *answer;  /* as it goes over the wire; NULL: the connection is dropped */
    size_t answer_len;   /* 0: strlen(answer) */
    enum canned_end end;
    int times;   /* how often it may be used; 0: always */
    int hold_ms; /* how long it is held back, so that others can arrive meanwhile */
};

/* Starts serving. The rules are copied: what they were made of may go while an answer is being
 * sent. */
struct canned *canned_start(const struct canned_rule *rules, size_t n_rules);
void canned_stop(struct canned *canned);

int canned_port(const struct canned *canned);
int canned_n_connections(struct canned *canned);

/* How many bytes CANNED_FLOOD got rid of. */
size_t canned_flooded_bytes(struct canned *canned);

/* The most requests under way at once when an answer that was held back was given. */
size_t canned_most_together(struct canned *canned);

/* How many requests had `text` somewhere in them; NULL counts all. */
size_t canned_count(struct canned *canned, const char *text);

/* Request `i`, head and body; NULL when there was none. */
const char *canned_request(struct canned *canned, size_t i);

/* The text of an answer: status line, content type, length, `headers` (each ended by CR LF) and
 * body. */
const char *canned_answer(struct arena *arena, int status, const char *content_type,
                          const char *headers, const char *body);

/* The same for JSON from an application node. */
const char *canned_json(struct arena *arena, int status, const char *body);
