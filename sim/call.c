/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a call and building a reply. The error envelope is the one every public capture shows:
 * {"error":{"message":…,"detail":…},"status":"failure"}.
 */
#include "sim/call.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sim/decode.h"

enum { REPLY_LIMIT = 16 * 1024 * 1024 };

/* A request may name its target in full (RFC 9112, 3.2.2); what counts is the path. */
static const char *after_authority(const char *uri)
{
    static const char *const schemes[] = {"http://", "https://"};

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        size_t len = strlen(schemes[i]);
        if (strncasecmp(uri, schemes[i], len) == 0) {
            const char *path = uri + len + strcspn(uri + len, "/?");
            return *path == '/' ? path : "/";
        }
    }
    return uri;
}

void sim_call_read_uri(struct call *call, const char *uri)
{
    uri = after_authority(uri);
    size_t path_len = strcspn(uri, "?");
    const char *query = uri[path_len] == '?' ? uri + path_len + 1 : uri + path_len;

    call->uri = uri;
    call->path = sim_percent_decode(call->arena, uri, path_len, false);
    call->query = sim_form_decode(call->arena, query, strlen(query));
}

const char *sim_call_header(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->headers.n_items; i++) {
        if (text_equal_nocase(call->headers.items[i].key, name)) {
            return call->headers.items[i].value;
        }
    }
    return NULL;
}

bool sim_call_flag(const struct call *call, const char *name)
{
    return text_equal(pairs_get(&call->query, name), "true");
}

void sim_reply_init(struct reply *reply, struct arena *arena)
{
    *reply = (struct reply){.arena = arena, .status = 500};
    buf_init(&reply->body, REPLY_LIMIT);
}

void sim_reply_release(struct reply *reply)
{
    buf_release(&reply->body);
}

void sim_reply_header(struct reply *reply, const char *name, const char *value)
{
    pairs_add(reply->arena, &reply->headers, name, value);
}

void sim_reply_json(struct reply *reply, int status)
{
    reply->status = status;
    sim_reply_header(reply, "Content-Type", "application/json;charset=UTF-8");
}

void sim_reply_error(struct reply *reply, int status, const char *message, const char *detail)
{
    sim_reply_json(reply, status);
    buf_add(&reply->body, "{\"error\":{\"message\":");
    sim_json_add(&reply->body, message);
    buf_add(&reply->body, ",\"detail\":");
    if (detail == NULL) {
        buf_add(&reply->body, "null");
    } else {
        sim_json_add(&reply->body, detail);
    }
    buf_add(&reply->body, "},\"status\":\"failure\"}");
}

void sim_reply_html(struct reply *reply, int status, const char *html)
{
    reply->status = status;
    sim_reply_header(reply, "Content-Type", "text/html;charset=UTF-8");
    buf_add(&reply->body, html);
}

/* Text that came in a URL may be no UTF-8; as JSON it would be no JSON. */
static void add_checked(struct buf *buf, const char *text, size_t len)
{
    size_t broken;

    while (!utf8_is_valid(text, len, &broken)) {
        buf_add_bytes(buf, text, broken);
        buf_add(buf, "\xEF\xBF\xBD");
        text += broken + 1;
        len -= broken + 1;
    }
    buf_add_bytes(buf, text, len);
}

void sim_json_add(struct buf *buf, const char *text)
{
    buf_add_char(buf, '"');
    while (*text != '\0') {
        size_t plain = 0;
        while ((unsigned char)text[plain] >= 0x20 && text[plain] != '"' && text[plain] != '\\') {
            plain++;
        }
        add_checked(buf, text, plain);
        text += plain;
        if (*text == '"' || *text == '\\') {
            buf_add_char(buf, '\\');
            buf_add_char(buf, *text++);
        } else if (*text != '\0') {
            buf_printf(buf, "\\u%04x", (unsigned)(unsigned char)*text++);
        }
    }
    buf_add_char(buf, '"');
}
