/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access control rules of one name, type and operation, each with the roles it asks for.
 */
#pragma once

#include "checks/evidence.h"

struct acl_rule {
    const struct row *row;
    struct strings roles; /* one of them is enough; none: whoever meets condition and script */
    bool is_active;
    bool is_deny;        /* Deny-Unless; else Allow-If */
    bool is_told;        /* type, operation, active and decision type came back */
    bool roles_are_told; /* its roles were read to the end */
    bool terms_are_told; /* what else it asks for came back */
};

struct acl_rules {
    struct acl_rule *items;
    size_t n_items;
    bool are_whole; /* there are no others of this name, type and operation */
};

/* Whether a rule passes by its roles. */
enum fit {
    FIT_NO,
    FIT_YES,
    FIT_PERHAPS, /* it is open to whoever meets its condition or script */
    FIT_UNTOLD,
    FIT_OPEN, /* a question is open now */
};

/*
 * Reads the rules. PRESENCE_FOUND: `ret_rules` holds them, possibly none. Anything else: the
 * finding is written, or a question is open.
 */
enum presence read_acl_rules(struct judging *judging, const char *name, const char *type,
                             const char *operation, struct acl_rules *ret_rules);

/* The same for a look that decides nothing by itself: the finding stays as it was. */
enum presence consult_acl_rules(struct judging *judging, const char *name, const char *type,
                                const char *operation, struct acl_rules *ret_rules);

/* What a rule asks for besides its roles, in words; NULL for nothing. */
const char *acl_rule_terms(const struct judging *judging, const struct acl_rule *rule);

/* True when the rule asks for no role in particular: it has none, or the pseudo role public. */
bool acl_rule_is_unbound(const struct acl_rule *rule);

/* True when the rule was read to the end and has nothing set, by which it denies. */
bool acl_rule_is_empty(const struct acl_rule *rule);

/* True when `role` is admin and passes the rule whatever it asks for. */
bool acl_rule_is_overridden(const struct judging *judging, const struct acl_rule *rule,
                            const char *role);

/* What is left of a pass by roles (of `role`; NULL: not of administrators): condition, script and
 * attribute must be met besides. */
enum fit acl_rule_fit_beside_terms(const struct judging *judging, const struct acl_rule *rule,
                                   const char *role, enum fit fit);

/* Whether a user passes the rule by the roles it holds. */
enum fit acl_rule_fit_of_user(struct judging *judging, const struct acl_rule *rule,
                              const char *user);
