/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of a list: sysparm_limit, sysparm_offset, and the header Link.
 */
#pragma once

#include "sim/call.h"
#include "sim/world.h"

struct page {
    size_t offset;
    size_t limit; /* at least 1 */
};

/* Reads what page the call asks for; of `default_limit` rows when it does not say. False when it
 * says no page; the reply is then complete. */
MUST_USE bool sim_page_read(const struct world *world, const struct call *call, struct reply *reply,
                            size_t default_limit, struct page *ret_page);

/* True when the rows are not to be counted. */
bool sim_page_is_uncounted(const struct call *call);

/* Puts the links to the other pages of `total` rows, unless all of them fit one. */
void sim_page_put_links(const struct world *world, const struct call *call, struct reply *reply,
                        const struct page *page, size_t total);
