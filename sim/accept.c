/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the header Accept: "application/xml;q=0.9, application/json". Of what the caller would
 * take equally gladly the first counts. "Supported types: application/json or application/xml.
 * Default: application/json" (ServiceNowDocs, api-reference/rest-apis/c_TableAPI.md); for a file
 * "use image/jpeg or image/png to accept JPEG or PNG image files exclusively", and by default any
 * (c_AttachmentAPI.md).
 */
#include "sim/accept.h"

#include <string.h>
#include <strings.h>

enum { WEIGHT_ONE = 1000 };

struct range {
    const char *type;
    int weight; /* its q in thousandths */
};

static enum form form_of(const char *type)
{
    static const struct {
        const char *type;
        enum form form;
    } types[] = {{"application/json", FORM_JSON},
                 {"application/xml", FORM_XML},
                 {"application/*", FORM_JSON},
                 {"*/*", FORM_JSON}};

    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (text_equal_nocase(types[i].type, type)) {
            return types[i].form;
        }
    }
    return FORM_NONE;
}

/* "0.85" is 850; what is no such number counts as 1. */
static int read_weight(const char *text)
{
    int weight = *text == '0' ? 0 : WEIGHT_ONE;
    int unit = WEIGHT_ONE / 10;

    if (weight > 0 || text[1] != '.') {
        return weight;
    }
    for (text += 2; *text >= '0' && *text <= '9' && unit > 0; text++) {
        weight += (*text - '0') * unit;
        unit /= 10;
    }
    return weight;
}

static struct range read_range(struct arena *arena, const char *text)
{
    struct strings parts = strings_split(arena, text, ';');
    struct range range = {.type = parts.n_items == 0 ? "" : parts.items[0], .weight = WEIGHT_ONE};

    for (size_t i = 1; i < parts.n_items; i++) {
        if (text_starts_with(parts.items[i], "q=")) {
            range.weight = read_weight(parts.items[i] + 2);
        }
    }
    return range;
}

enum form sim_form_wanted(const struct call *call, bool has_xml)
{
    const char *accept = sim_call_header(call, "Accept");
    enum form wanted = FORM_NONE;
    int best = 0;

    if (accept == NULL) {
        return FORM_JSON;
    }
    struct strings ranges = strings_split(call->arena, accept, ',');
    for (size_t i = 0; i < ranges.n_items; i++) {
        struct range range = read_range(call->arena, ranges.items[i]);
        enum form form = form_of(range.type);
        if (form != FORM_NONE && (form != FORM_XML || has_xml) && range.weight > best) {
            wanted = form;
            best = range.weight;
        }
    }
    return wanted;
}

/* "image/png", "image/" and a star, or two stars. */
static bool range_has(const char *range, const char *type)
{
    size_t len = strlen(range);

    return text_equal_nocase(range, type) || text_equal(range, "*/*") ||
           (len > 2 && text_ends_with(range, "/*") && strncasecmp(range, type, len - 1) == 0);
}

bool sim_type_is_wanted(const struct call *call, const char *type)
{
    const char *accept = sim_call_header(call, "Accept");

    if (accept == NULL) {
        return true;
    }
    struct strings ranges = strings_split(call->arena, accept, ',');
    for (size_t i = 0; i < ranges.n_items; i++) {
        struct range range = read_range(call->arena, ranges.items[i]);
        if (range.weight > 0 && range_has(range.type, type)) {
            return true;
        }
    }
    return false;
}
