/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kind ip_access: allow beats deny, no matching rule lets in, and what cannot be read for
 * certain makes a verdict only where it would be the same either way.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "bench.h"

#define RULES .kind = QUESTION_ROWS, .table = "ip_access"
#define RULE(type_, first, last)                                                               \
    "active=true,flow=inbound,use_ports=false,description=x,type=" type_ ",range_start=" first \
    ",range_end=" last
#define DENY_ALL RULE("deny", "0.0.0.0", "255.255.255.255")
#define ALLOW_VENDOR RULE("allow", "198.51.100.0", "198.51.100.31")

static const char one[] = "{ allows: 198.51.100.10 }";
static const char many[] =
    "{ allows: \"198.51.100.8/29, 203.0.113.1-203.0.113.9, 2001:db8::/64\" }";

Test(ip_access, allow_beats_deny)
{
    static const struct bench_case cases[] = {
        {"denied for everybody, allowed for the vendor",
         one,
         {{RULES, .rows = DENY_ALL ";" ALLOW_VENDOR}},
         VERDICT_PASS},
        {"the order of the rules does not matter",
         one,
         {{RULES, .rows = ALLOW_VENDOR ";" DENY_ALL}},
         VERDICT_PASS},
        {"an Allow rule alone keeps nobody out",
         one,
         {{RULES, .rows = RULE("allow", "192.0.2.1", "192.0.2.9")}},
         VERDICT_PASS},
        {"denied, and nobody allows it",
         one,
         {{RULES, .rows = DENY_ALL}},
         VERDICT_FAIL,
         .cause = "vendor-egress-blocked"},
        {"denied, and another is allowed",
         one,
         {{RULES, .rows = DENY_ALL ";" RULE("allow", "192.0.2.1", "192.0.2.9")}},
         VERDICT_FAIL,
         .cause = "vendor-egress-blocked"},
        {"denied elsewhere",
         one,
         {{RULES, .rows = RULE("deny", "192.0.2.1", "192.0.2.9")}},
         VERDICT_PASS,
         .says = "as far as the account that read it can see"},
        {"one address of many is not allowed",
         many,
         {{RULES,
           .rows = DENY_ALL ";" ALLOW_VENDOR ";" RULE("allow", "203.0.113.1", "203.0.113.8")}},
         VERDICT_FAIL,
         .cause = "vendor-egress-blocked"},
        {"allowed piece by piece; IPv6 is not denied at all",
         many,
         {{RULES, .rows = DENY_ALL ";" ALLOW_VENDOR
                                   ";" RULE("allow", "203.0.113.1", "203.0.113.4") ";" RULE(
                                       "allow", "203.0.113.5", "203.0.113.9")}},
         VERDICT_PASS},
        {"IPv6 is denied, and only IPv4 is allowed",
         many,
         {{RULES, .rows = RULE("deny", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") ";" RULE(
                      "allow", "0.0.0.0", "255.255.255.255")}},
         VERDICT_FAIL,
         .cause = "vendor-egress-blocked"},
        {"an inactive Deny rule does not count",
         one,
         {{RULES, .rows = "active=false,flow=inbound,use_ports=false,type=deny,"
                          "range_start=0.0.0.0,range_end=255.255.255.255"}},
         VERDICT_PASS},
        {"nor does an inactive Allow rule",
         one,
         {{RULES, .rows = DENY_ALL ";active=false,flow=inbound,use_ports=false,type=allow,"
                                   "range_start=198.51.100.0,range_end=198.51.100.31"}},
         VERDICT_FAIL,
         .cause = "vendor-egress-blocked"},
        {"an outbound Allow rule is for calls of the instance",
         one,
         {{RULES, .rows = DENY_ALL ";active=true,flow=outbound,use_ports=false,type=allow,"
                                   "range_start=198.51.100.0,range_end=198.51.100.31"}},
         VERDICT_FAIL,
         .cause = "vendor-egress-blocked"},
        {"a bidirectional one counts, however it is spelt",
         one,
         {{RULES, .rows = DENY_ALL ";active=true,flow=Bidirectional,use_ports=,type=Allow,"
                                   "range_start=198.51.100.0,range_end=198.51.100.31"}},
         VERDICT_PASS},
        {"no rule at all, told to an account that sees control rows elsewhere",
         one,
         {{RULES}},
         VERDICT_PASS,
         .sees_controls = true,
         .says = "as far as the account that read it can see"},
        {"the table does not exist",
         one,
         {{RULES, .outcome = OUTCOME_INVALID_TABLE, .status = 400}},
         VERDICT_PASS},
    };
    bench_expect("ip_access", cases, ARRAY_LEN(cases));
}

Test(ip_access, what_is_not_certain_is_not_asserted)
{
    static const struct bench_case cases[] = {
        {"the parameter is a name",
         "{ allows: vendor.example.com }",
         {{0}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS},
        {"the parameter is empty", "{ allows: \" \" }", {{0}}, VERDICT_UNKNOWN, REASON_AMBIGUOUS},
        {"a Deny rule for some ports only may not be at work",
         one,
         {{RULES, .rows = "active=true,flow=inbound,use_ports=true,type=deny,range_start=0.0.0.0,"
                          "range_end=255.255.255.255"}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"… and need not, where an Allow rule covers the address",
         one,
         {{RULES, .rows = "active=true,flow=inbound,use_ports=true,type=deny,range_start=0.0.0.0,"
                          "range_end=255.255.255.255;" ALLOW_VENDOR}},
         VERDICT_PASS},
        {"an Allow rule for some ports may save the address",
         one,
         {{RULES, .rows = DENY_ALL ";active=true,flow=inbound,use_ports=true,type=allow,"
                                   "range_start=198.51.100.0,range_end=198.51.100.31"}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"a type nobody has written about",
         one,
         {{RULES, .rows = "active=true,flow=inbound,use_ports=false,type=1,range_start=0.0.0.0,"
                          "range_end=255.255.255.255"}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"… elsewhere changes nothing",
         one,
         {{RULES, .rows = "active=true,flow=inbound,use_ports=false,type=1,range_start=192.0.2.0,"
                          "range_end=192.0.2.9"}},
         VERDICT_PASS},
        {"a direction nobody has written about",
         one,
         {{RULES, .rows = "active=true,flow=,use_ports=false,type=deny,range_start=0.0.0.0,"
                          "range_end=255.255.255.255"}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"a range that is none",
         one,
         {{RULES, .rows = RULE("deny", "198.51.*", "")}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"a Deny rule of which a column never came back",
         one,
         {{RULES, .rows = "flow=inbound,use_ports=false,type=deny,range_start=0.0.0.0,"
                          "range_end=255.255.255.255"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"the ports never came back: the Allow rule may be for others",
         one,
         {{RULES, .rows = DENY_ALL ";active=true,flow=inbound,type=allow,range_start=198.51.100.0,"
                                   "range_end=198.51.100.31"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"the type of a rule never came back",
         one,
         {{RULES, .rows = "active=true,flow=inbound,use_ports=false,range_start=0.0.0.0,"
                          "range_end=255.255.255.255"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"rows were counted and not returned: one may deny",
         one,
         {{RULES, .rows = RULE("deny", "192.0.2.1", "192.0.2.9"), .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"… one may allow",
         one,
         {{RULES, .rows = DENY_ALL, .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"… but what an Allow rule covers is let in, whatever the others say",
         one,
         {{RULES, .rows = ALLOW_VENDOR, .total = 9}},
         VERDICT_PASS},
        {"the page was cut",
         one,
         {{RULES, .rows = DENY_ALL, .was_cut = true}},
         VERDICT_UNKNOWN,
         REASON_TRUNCATED},
        {"nothing came back, and nothing shows that a row would",
         one,
         {{RULES}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"counted, and none returned", one, {{RULES, .total = 3}}, VERDICT_UNKNOWN, REASON_HIDDEN},
        {"refused with 403",
         one,
         {{RULES, .reason = REASON_DENIED, .outcome = OUTCOME_DENIED}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"no credential at all",
         one,
         {{0}},
         VERDICT_UNKNOWN,
         REASON_NO_AUDITOR,
         .has_no_auditor = true,
         .has_no_integration = true},
        {"without an auditor the integration's own look decides",
         one,
         {{RULES, .rows = DENY_ALL ";" ALLOW_VENDOR}},
         VERDICT_PASS,
         .has_no_auditor = true},
        {"the auditor is refused, and the integration sees nothing",
         one,
         {{RULES, .credential = "auditor", .is_blocked = true, .reason = REASON_CREDENTIAL_REFUSED},
          {RULES, .total = 2}},
         VERDICT_UNKNOWN,
         REASON_AUDITOR_REFUSED},
        {"the credential was refused",
         one,
         {{RULES, .is_blocked = true, .reason = REASON_CREDENTIAL_REFUSED}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_REFUSED,
         .has_no_auditor = true},
    };
    bench_expect("ip_access", cases, ARRAY_LEN(cases));
}
