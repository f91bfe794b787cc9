/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IP Address Access Control: "The system only blocks an IP address if a matching Deny rule exists
 * and no matching Allow rule exists" (t_AccessControl.md). IPv4 ranges; the form's direction is the
 * column `flow`. The stored values of type and flow are not documented, so case does not matter.
 */
#include <arpa/inet.h>

#include "sim/caller.h"

static bool read_address(const char *text, uint32_t *ret_address)
{
    struct in_addr address;

    if (inet_pton(AF_INET, text, &address) != 1) {
        return false;
    }
    *ret_address = ntohl(address.s_addr);
    return true;
}

static bool is_about(const struct row *rule, uint32_t address)
{
    uint32_t from;
    uint32_t to;

    return sim_row_is_true(rule, "active") &&
           !text_equal_nocase(sim_row_get(rule, "flow"), "outbound") &&
           read_address(sim_row_get(rule, "range_start"), &from) &&
           read_address(sim_row_get(rule, "range_end"), &to) && from <= address && address <= to;
}

bool sim_address_is_blocked(const struct world *world, const char *address)
{
    const struct table *rules = sim_table_find(world, "ip_access");
    bool is_denied = false;
    uint32_t number;

    if (rules == NULL || !read_address(address, &number)) {
        return false;
    }
    for (size_t i = 0; i < rules->n_rows; i++) {
        if (!is_about(rules->rows[i], number)) {
            continue;
        }
        if (text_equal_nocase(sim_row_get(rules->rows[i], "type"), "allow")) {
            return false;
        }
        is_denied = true;
    }
    return is_denied;
}
