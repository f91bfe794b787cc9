/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ip_access: the instance's address rules let addresses in - those the vendor calls from.
 *
 * "The system only blocks an IP address if a matching Deny rule exists and no matching Allow rule
 * exists"; without rules there are no restrictions, and a rule counts for calls to the instance
 * when its direction is inbound or bidirectional (product documentation, IP Address Access
 * Control). The columns are those of a public harvest (github.com/tehubersheezy/servicenow-tools):
 * the direction is the column `flow`. How type and direction are stored, and what a rule with ports
 * does, is not published. So a rule that cannot be read for certain may be at work or not, and the
 * verdict is only certain where it would be the same either way.
 */
#include "checks/address.h"
#include "checks/evidence.h"
#include "checks/kinds.h"

/* As many as reading a whole table asks for, so that both are one question. */
enum { RULE_PAGE = 500, MOST_RANGES_TOLD = 4 };

struct ip_access_params {
    const char *allows;
};

static const struct field ip_access_fields[] = {
    FIELD(struct ip_access_params, allows, FIELD_REQUIRED,
          "addresses, CIDR blocks and ranges A-B that must be let in, with commas between"),
};

static const char *columns[] = {"active",    "type",        "flow",     "range_start",
                                "range_end", "description", "use_ports"};

/* What the rules do, as far as it can be told. */
struct coverage {
    struct address_set allowed;
    struct address_set denied;
    struct address_set perhaps_allowed;
    struct address_set perhaps_denied;
    enum reason doubt;    /* why some rules may or may not be at work; REASON_NONE: none may */
    const char *doubtful; /* … and the first of them, for people */
};

/* A rule, read. */
struct rule {
    bool is_idle; /* not active, or for calls of the instance to others: does not count */
    bool is_certain;
    bool is_hidden; /* a column never came back */
    bool may_allow;
    bool may_deny;
    struct address_set range;
};

static const char *name_of(const struct judging *judging, const struct row *row)
{
    const char *description = row_get(row, "description");
    const char *first = row_get(row, "range_start");
    const char *last = row_get(row, "range_end");
    return say(judging, "\"%s\" (%s-%s)", text_is_empty(description) ? "no text" : description,
               text_is_empty(first) ? "?" : first, text_is_empty(last) ? "?" : last);
}

/* Whether a rule counts for calls to the instance at all. */
static void read_use(const struct judging *judging, const struct row *row, struct rule *rule)
{
    const char *active = row_get(row, "active");
    const char *flow = row_get(row, "flow");
    const char *use_ports = row_get(row, "use_ports");
    rule->is_hidden = active == NULL || flow == NULL || use_ports == NULL;
    rule->is_idle = (active != NULL && !value_fits(judging->arena, active, "true|1")) ||
                    (flow != NULL && value_fits(judging->arena, flow, "outbound"));
    rule->is_certain = !rule->is_hidden &&
                       value_fits(judging->arena, flow, "inbound|bidirectional") &&
                       (use_ports[0] == '\0' || value_fits(judging->arena, use_ports, "false|0"));
}

static void read_type(const struct judging *judging, const struct row *row, struct rule *rule)
{
    const char *type = row_get(row, "type");
    bool allows = type != NULL && value_fits(judging->arena, type, "allow");
    bool denies = type != NULL && value_fits(judging->arena, type, "deny");
    rule->is_hidden = rule->is_hidden || type == NULL;
    rule->is_certain = rule->is_certain && (allows || denies);
    rule->may_allow = !denies;
    rule->may_deny = !allows;
}

/* A range that cannot be read may be any. */
static void read_range(const struct judging *judging, const struct row *row, struct rule *rule)
{
    const char *first = row_get(row, "range_start");
    const char *last = row_get(row, "range_end");
    struct address_range range;
    rule->is_hidden = rule->is_hidden || first == NULL || last == NULL;
    if (first != NULL && last != NULL &&
        address_range_between(text_trim(judging->arena, first), text_trim(judging->arena, last),
                              &range)) {
        address_set_add(judging->arena, &rule->range, range);
        return;
    }
    rule->is_certain = false;
    rule->range = address_set_all(judging->arena);
}

static void join(const struct judging *judging, struct address_set *set,
                 const struct address_set *more)
{
    *set = address_set_union(judging->arena, set, more);
}

static struct rule read_rule(const struct judging *judging, const struct row *row)
{
    struct rule rule = {0};
    read_use(judging, row, &rule);
    read_type(judging, row, &rule);
    read_range(judging, row, &rule);
    return rule;
}

static void add_rule(const struct judging *judging, const struct row *row,
                     const struct address_set *wanted, struct coverage *coverage)
{
    struct rule rule = read_rule(judging, row);
    struct address_set touched = address_set_intersection(judging->arena, &rule.range, wanted);
    if (rule.is_idle || touched.n_items == 0) {
        return;
    }
    if (rule.is_certain) {
        join(judging, rule.may_allow ? &coverage->allowed : &coverage->denied, &rule.range);
        return;
    }
    if (rule.may_allow) {
        join(judging, &coverage->perhaps_allowed, &rule.range);
    }
    if (rule.may_deny) {
        join(judging, &coverage->perhaps_denied, &rule.range);
    }
    if (coverage->doubt == REASON_NONE || rule.is_hidden) {
        coverage->doubt = rule.is_hidden ? REASON_FIELD_HIDDEN : REASON_UNDOCUMENTED;
        coverage->doubtful = name_of(judging, row);
    }
}

static struct coverage coverage_of(const struct judging *judging, const struct reading *reading,
                                   const struct address_set *wanted)
{
    struct coverage coverage = {0};
    for (size_t i = 0; i < reading->n_rows; i++) {
        add_rule(judging, &reading->rows[i], wanted, &coverage);
    }
    if (!reading->is_complete) { /* rules that were not seen may do anything */
        coverage.doubt = reading->answer->was_cut ? REASON_TRUNCATED : REASON_HIDDEN;
        coverage.perhaps_allowed = address_set_all(judging->arena);
        coverage.perhaps_denied = coverage.perhaps_allowed;
    }
    return coverage;
}

static const char *doubt_words(const struct judging *judging, const struct coverage *coverage)
{
    switch (coverage->doubt) {
    case REASON_FIELD_HIDDEN:
        return say(judging, "columns of the rule %s never came back", coverage->doubtful);
    case REASON_UNDOCUMENTED:
        return say(judging,
                   "the rule %s cannot be read for certain: how its type, direction, ports or "
                   "range count is not documented",
                   coverage->doubtful);
    default:
        return "not all address rules came back, and one that was not seen may decide";
    }
}

/* The first rule that denies one of these addresses for certain. */
static const char *denier_of(const struct judging *judging, const struct reading *reading,
                             const struct address_set *blocked)
{
    for (size_t i = 0; i < reading->n_rows; i++) {
        struct rule rule = read_rule(judging, &reading->rows[i]);
        struct address_set touched = address_set_intersection(judging->arena, &rule.range, blocked);
        if (!rule.is_idle && rule.is_certain && rule.may_deny && touched.n_items > 0) {
            return name_of(judging, &reading->rows[i]);
        }
    }
    return "that denies it";
}

static void judge_coverage(struct judging *judging, const struct reading *reading,
                           const struct address_set *wanted, const struct coverage *coverage)
{
    struct arena *arena = judging->arena;
    struct address_set denied = address_set_intersection(arena, wanted, &coverage->denied);
    struct address_set may_deny =
        address_set_union(arena, &coverage->denied, &coverage->perhaps_denied);
    struct address_set may_allow =
        address_set_union(arena, &coverage->allowed, &coverage->perhaps_allowed);
    struct address_set blocked = address_set_difference(arena, &denied, &may_allow);
    struct address_set touched = address_set_intersection(arena, wanted, &may_deny);
    struct address_set open = address_set_difference(arena, &touched, &coverage->allowed);
    if (blocked.n_items > 0) {
        const char *list = address_set_format(arena, &blocked, MOST_RANGES_TOLD);
        judge_fail(judging, "vendor-egress-blocked", list,
                   say(judging, "%s is denied by the rule %s, and no Allow rule covers it", list,
                       denier_of(judging, reading, &blocked)));
        return;
    }
    if (open.n_items > 0) {
        judge_unknown(judging, coverage->doubt,
                      say(judging, "whether %s is let in cannot be told: %s",
                          address_set_format(arena, &open, MOST_RANGES_TOLD),
                          doubt_words(judging, coverage)));
        return;
    }
    judge_pass(judging, denied.n_items > 0 ? "an Allow rule covers what a Deny rule names"
                                           : "no Deny rule covers these addresses");
    judging->finding->because = "as far as the account that read it can see; address rules only: "
                                "authentication policies, and what stands before the instance, may "
                                "refuse an address too";
    rules_out(judging, "vendor-egress-blocked");
}

static void judge_without_rules(struct judging *judging, const char *seen, const char *because)
{
    judge_pass(judging, seen);
    judging->finding->because = because;
    rules_out(judging, "vendor-egress-blocked");
}

static void ip_access_judge(struct judging *judging, const void *given)
{
    const struct ip_access_params *params = given;
    struct address_set wanted = {0};
    const char *fault = NULL;
    judging->finding->link = list_link(judging, "ip_access", "active=true");
    judging->finding->wanted = say(judging, "%s is let in", params->allows);
    if (!address_set_parse(judging->arena, params->allows, &wanted, &fault)) {
        judge_unknown(judging, REASON_AMBIGUOUS,
                      say(judging, "\"%s\" is no address, no block and no range A-B", fault));
        return;
    }
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "ip_access",
                                .fields = {columns, ARRAY_LEN(columns)},
                                .limit = RULE_PAGE};
    struct reading reading = read_configuration(judging, question, LIST_LAST);
    switch (reading.presence) {
    case PRESENCE_FOUND: {
        struct coverage coverage = coverage_of(judging, &reading, &wanted);
        judge_coverage(judging, &reading, &wanted, &coverage);
        break;
    }
    case PRESENCE_ABSENT:
        judge_without_rules(judging, "there is no address rule",
                            "as far as the account that read it can see; without address rules "
                            "every address is let in");
        break;
    case PRESENCE_NO_TABLE:
        judge_without_rules(judging,
                            "there is no table of address rules: IP range based "
                            "authentication (com.snc.ipauthenticator) is not installed",
                            "without address rules every address is let in");
        break;
    case PRESENCE_OPEN:
    case PRESENCE_UNTOLD:
        break;
    }
}

const struct kind kind_ip_access = {
    .schema = {.name = "ip_access",
               .summary = "The address rules let addresses in, the vendor's for instance",
               .fields = ip_access_fields,
               .n_fields = ARRAY_LEN(ip_access_fields),
               .params_size = sizeof(struct ip_access_params)},
    .judge = ip_access_judge,
};
