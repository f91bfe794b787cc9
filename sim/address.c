/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IP Address Access Control: "The system only blocks an IP address if a matching Deny rule exists
 * and no matching Allow rule exists" (t_AccessControl.md). Ranges of IPv4 or IPv6 addresses, no
 * CIDR; the form's direction is the column `flow`. The stored values of type and flow are not
 * documented, so case does not matter. Every address a call came by is looked at
 * (c_IPRangeBasedAuthentication.md); policies and logs go by the first of them.
 */
#include <arpa/inet.h>
#include <string.h>

#include "sim/caller.h"

enum { ADDRESS_BYTES = 16, PREFIX_BYTES = 12 };

/* An address of IPv4 in its mapped form (RFC 4291, 2.5.5.2), which is one of IPv4 however it came.
 */
struct address {
    unsigned char bytes[ADDRESS_BYTES];
    bool is_v4;
};

static bool read_address(const char *text, struct address *ret_address)
{
    static const unsigned char mapped[PREFIX_BYTES] = {[10] = 0xff, [11] = 0xff};
    struct address address = {{0}, false};
    struct in_addr v4;

    if (inet_pton(AF_INET, text, &v4) == 1) {
        memcpy(address.bytes, mapped, sizeof mapped);
        memcpy(&address.bytes[PREFIX_BYTES], &v4.s_addr, sizeof v4.s_addr);
    } else if (inet_pton(AF_INET6, text, address.bytes) != 1) {
        return false;
    }
    address.is_v4 = memcmp(address.bytes, mapped, sizeof mapped) == 0;
    *ret_address = address;
    return true;
}

bool sim_address_is_between(const char *text, const char *from, const char *to)
{
    struct address address;
    struct address first;
    struct address last;

    return read_address(text, &address) && read_address(from, &first) && read_address(to, &last) &&
           address.is_v4 == first.is_v4 && address.is_v4 == last.is_v4 &&
           memcmp(first.bytes, address.bytes, ADDRESS_BYTES) <= 0 &&
           memcmp(address.bytes, last.bytes, ADDRESS_BYTES) <= 0;
}

bool sim_address_is_blocked(const struct world *world, const char *address)
{
    const struct table *rules = sim_table_find(world, "ip_access");
    bool is_denied = false;

    for (size_t i = 0; rules != NULL && i < rules->n_rows; i++) {
        const struct row *rule = rules->rows[i];
        if (!sim_row_is_true(rule, "active") ||
            text_equal_nocase(sim_row_get(rule, "flow"), "outbound") ||
            !sim_address_is_between(address, sim_row_get(rule, "range_start"),
                                    sim_row_get(rule, "range_end"))) {
            continue;
        }
        if (text_equal_nocase(sim_row_get(rule, "type"), "allow")) {
            return false;
        }
        is_denied = true;
    }
    return is_denied;
}

/* --- the way of a call --- */

/* The address of a hop without what may stand around it: "[2001:db8::7]:443", "192.0.2.7:443". NULL
 * when it is none ("unknown"). */
static const char *hop_address(struct arena *arena, const char *hop)
{
    const char *colon = strchr(hop, ':');
    struct address address;

    if (*hop == '[') {
        hop = arena_strndup(arena, hop + 1, strcspn(hop + 1, "]"));
    } else if (colon != NULL && strchr(colon + 1, ':') == NULL) {
        hop = arena_strndup(arena, hop, (size_t)(colon - hop));
    }
    return read_address(hop, &address) ? hop : NULL;
}

/* The forwarded hops, of every header of that name, in their order. */
static struct strings forwarded_hops(const struct call *call)
{
    struct strings hops = {0};

    for (size_t i = 0; i < call->headers.n_items; i++) {
        struct strings list = {0};
        if (text_equal_nocase(call->headers.items[i].key, "X-Forwarded-For")) {
            list = strings_split(call->arena, call->headers.items[i].value, ',');
        }
        for (size_t k = 0; k < list.n_items; k++) {
            const char *address = hop_address(call->arena, list.items[k]);
            if (address != NULL) {
                strings_add(call->arena, &hops, address);
            }
        }
    }
    return hops;
}

const char *sim_call_origin(const struct call *call)
{
    struct strings hops = forwarded_hops(call);

    return hops.n_items > 0 ? hops.items[0] : call->remote;
}

bool sim_call_is_blocked(const struct world *world, const struct call *call)
{
    struct strings hops = forwarded_hops(call);

    for (size_t i = 0; i < hops.n_items; i++) {
        if (sim_address_is_blocked(world, hops.items[i])) {
            return true;
        }
    }
    return sim_address_is_blocked(world, call->remote);
}
