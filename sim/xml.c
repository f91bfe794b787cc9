/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The XML form of an answer, made of its JSON: every member is an element, and an item of a list an
 * element with the name of the list. ServiceNow's sample of a batch has
 * "<response><result><user_name/></result></response>" (ServiceNowDocs, api-reference/rest-apis/
 * batch-api.md), rbw/pysnow issue 100 an error, and a course reads the list response.result.sys_id
 * (TestLeafPages/RestApi_June). The text is written here, not by the door to libxml2, which would
 * indent it.
 */
#include "sim/xml.h"

#include <string.h>

#include "base/json.h"
#include "sim/call.h"

/* What XML has no way to write is left as the replacement character. */
static void put_character(struct buf *buf, char c)
{
    static const struct {
        char c;
        const char *text;
    } escapes[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'\r', "&#13;"}};

    for (size_t i = 0; i < ARRAY_LEN(escapes); i++) {
        if (escapes[i].c == c) {
            buf_add(buf, escapes[i].text);
            return;
        }
    }
    if ((unsigned char)c < 0x20 && c != '\t' && c != '\n') {
        buf_add(buf, "\xEF\xBF\xBD");
    } else {
        buf_add_char(buf, c);
    }
}

static void put_text(struct buf *buf, const char *text)
{
    static const char *const noncharacters[] = {"\xEF\xBF\xBE", "\xEF\xBF\xBF"};

    while (*text != '\0') {
        if (text_starts_with(text, noncharacters[0]) || text_starts_with(text, noncharacters[1])) {
            buf_add(buf, "\xEF\xBF\xBD");
            text += strlen(noncharacters[0]);
        } else {
            put_character(buf, *text++);
        }
    }
}

static void put_element(struct buf *buf, const char *name, const struct json *value);

static void put_content(struct buf *buf, const struct json *value)
{
    switch (value->kind) {
    case JSON_KIND_OBJECT:
        for (size_t i = 0; i < value->n_values; i++) {
            put_element(buf, value->keys[i], value->values[i]);
        }
        break;
    case JSON_KIND_BOOL:
        buf_add(buf, value->boolean ? "true" : "false");
        break;
    case JSON_KIND_NUMBER:
    case JSON_KIND_STRING:
        put_text(buf, value->text);
        break;
    case JSON_KIND_NULL:
    case JSON_KIND_ARRAY:
        break;
    }
}

static void put_element(struct buf *buf, const char *name, const struct json *value)
{
    size_t before;

    if (value->kind == JSON_KIND_ARRAY) {
        for (size_t i = 0; i < value->n_values; i++) {
            put_element(buf, name, value->values[i]);
        }
        return;
    }
    buf_printf(buf, "<%s>", name);
    before = buf->len;
    put_content(buf, value);
    if (buf->len > before) {
        buf_printf(buf, "</%s>", name);
    } else if (buf_ok(buf)) {
        buf->data[--buf->len] = '\0';
        buf_add(buf, "/>");
    }
}

static struct pair *content_type(struct reply *reply)
{
    for (size_t i = 0; i < reply->headers.n_items; i++) {
        if (text_equal(reply->headers.items[i].key, "Content-Type")) {
            return &reply->headers.items[i];
        }
    }
    return NULL;
}

void sim_xml_put(struct reply *reply)
{
    struct pair *type = content_type(reply);
    const char *fault;
    const struct json *root;

    if (type == NULL || !text_starts_with(type->value, "application/json")) {
        return;
    }
    root = json_parse(reply->arena, reply->body.data, reply->body.len, &fault);
    if (root == NULL) {
        return;
    }
    buf_clear(&reply->body);
    buf_add(&reply->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    put_element(&reply->body, "response", root);
    type->value = "application/xml; charset=UTF-8";
}
