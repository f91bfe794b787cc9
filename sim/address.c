/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IP Address Access Control: "The system only blocks an IP address if a matching Deny rule exists
 * and no matching Allow rule exists" (t_AccessControl.md). Ranges of IPv4 or IPv6 addresses, no
 * CIDR; the form's direction is the column `flow`. The stored values of type and flow are not
 * documented, so case does not matter. Every address a call came by is looked at
 * (c_IPRangeBasedAuthentication.md).
 */
#include <arpa/inet.h>
#include <string.h>

#include "sim/caller.h"

enum { ADDRESS_BYTES = 16 };

/* As an IPv6 address; one of IPv4 in its mapped form, so that the two never meet in a range. */
struct address {
    unsigned char bytes[ADDRESS_BYTES];
};

static bool read_address(const char *text, struct address *ret_address)
{
    struct address address = {{0}};
    struct in_addr v4;

    if (inet_pton(AF_INET, text, &v4) == 1) {
        memset(&address.bytes[10], 0xff, 2);
        memcpy(&address.bytes[12], &v4.s_addr, sizeof v4.s_addr);
    } else if (inet_pton(AF_INET6, text, address.bytes) != 1) {
        return false;
    }
    *ret_address = address;
    return true;
}

bool sim_address_is_between(const char *text, const char *from, const char *to)
{
    struct address address;
    struct address first;
    struct address last;

    return read_address(text, &address) && read_address(from, &first) && read_address(to, &last) &&
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

bool sim_call_is_blocked(const struct world *world, const struct call *call)
{
    const char *forwarded = sim_call_header(call, "X-Forwarded-For");
    struct strings hops = {0};

    if (forwarded != NULL) {
        hops = strings_split(call->arena, forwarded, ',');
    }
    for (size_t i = 0; i < hops.n_items; i++) {
        if (sim_address_is_blocked(world, hops.items[i])) {
            return true;
        }
    }
    return sim_address_is_blocked(world, call->remote);
}
