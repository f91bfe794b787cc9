/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages as the Table API's reference has them (ServiceNowDocs, api-reference/rest-apis/
 * c_TableAPI.md). A limit that is no positive number is refused since London and was passed over
 * before (rbw/pysnow issue 100); "Don't pass a negative number" says the reference of the offset,
 * and a vendor's page shows the refusal (Tangoe, "Exceptions and Errors").
 */
#include "sim/pages.h"

#include "sim/decode.h"

/* --- the page a call asks for --- */

static bool refuse(struct reply *reply, const char *message, const char *detail)
{
    sim_reply_error(reply, 400, message, detail);
    return false;
}

static bool read_limit(const struct call *call, struct reply *reply, bool is_strict,
                       size_t *ret_limit)
{
    const char *text = pairs_get(&call->query, "sysparm_limit");
    int64_t limit;

    if (text_is_empty(text)) {
        return true;
    }
    if (text_to_int(text, &limit) && limit > 0) {
        *ret_limit = (size_t)limit;
        return true;
    }
    return !is_strict || refuse(reply, "Invalid value given for sysparm_limit",
                                "sysparm_limit value must be a positive integer");
}

static bool read_offset(const struct call *call, struct reply *reply, bool is_strict,
                        size_t *ret_offset)
{
    const char *text = pairs_get(&call->query, "sysparm_offset");
    int64_t offset;

    if (text_is_empty(text) || !text_to_int(text, &offset)) {
        return true;
    }
    if (offset >= 0) {
        *ret_offset = (size_t)offset;
        return true;
    }
    return !is_strict || refuse(reply, arena_printf(call->arena, "offset is %s", text),
                                "Negative offset is not supported");
}

bool sim_page_read(const struct world *world, const struct call *call, struct reply *reply,
                   size_t default_limit, struct page *ret_page)
{
    bool is_strict = sim_switch_is(&world->switches, SWITCH_BAD_PAGE, "refused");
    struct page page = {.offset = 0, .limit = default_limit};

    if (!read_limit(call, reply, is_strict, &page.limit) ||
        !read_offset(call, reply, is_strict, &page.offset)) {
        return false;
    }
    *ret_page = page;
    return true;
}

bool sim_page_is_uncounted(const struct call *call)
{
    return sim_call_flag(call, "sysparm_no_count");
}

/* --- the links --- */

static const char *link_to(const struct world *world, const struct call *call, size_t offset,
                           const char *relation)
{
    struct strings parameters = {0};

    for (size_t i = 0; i < call->query.n_items; i++) {
        const struct pair *pair = &call->query.items[i];
        if (!text_equal(pair->key, "sysparm_offset")) {
            strings_add(call->arena, &parameters,
                        arena_printf(call->arena, "%s=%s", pair->key,
                                     sim_percent_encode(call->arena, pair->value)));
        }
    }
    strings_add(call->arena, &parameters, arena_printf(call->arena, "sysparm_offset=%zu", offset));
    return arena_printf(call->arena, "<%s%s?%s>;rel=\"%s\"", world->base_url, call->path,
                        strings_join(call->arena, &parameters, "&"), relation);
}

/* Whoever has not counted knows that a page is full, not what is behind it, and no last page. */
void sim_page_put_links(const struct world *world, const struct call *call, struct reply *reply,
                        const struct page *page, size_t total)
{
    bool is_counted = !sim_page_is_uncounted(call);
    size_t n_left = page->offset < total ? total - page->offset : 0;
    bool has_next = is_counted ? n_left > page->limit : n_left >= page->limit;
    bool is_alone = is_counted ? total <= page->limit : page->offset == 0 && !has_next;
    struct strings links = {0};

    if (is_alone || sim_call_flag(call, "sysparm_suppress_pagination_header")) {
        return;
    }
    strings_add(call->arena, &links, link_to(world, call, 0, "first"));
    if (page->offset > 0) {
        size_t before = page->offset > page->limit ? page->offset - page->limit : 0;
        strings_add(call->arena, &links, link_to(world, call, before, "prev"));
    }
    if (has_next) {
        strings_add(call->arena, &links, link_to(world, call, page->offset + page->limit, "next"));
    }
    if (is_counted) {
        strings_add(call->arena, &links,
                    link_to(world, call, (total - 1) / page->limit * page->limit, "last"));
    }
    sim_reply_header(reply, "Link", strings_join(call->arena, &links, ","));
}
