/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows the access policy resolver works on: policies, profiles, and what ties them together,
 * read whole, because what was left out could win.
 */
#pragma once

#include "checks/evidence.h"
#include "checks/policy.h"

/* What the two tables of inbound profiles are asked, so that several checks share one request. */
struct question key_profiles_question(const struct judging *judging);
struct question standard_profiles_question(const struct judging *judging);

/* How a row of http_key_auth wants its keys. */
struct key_carrier key_profile_carrier(const struct row *row);

/* The kind a row of std_http_auth is of, by its type; of a type that is not known: untold. */
enum profile_kind standard_profile_kind(const char *type);

/* What a column of flags says: nothing when it never came. */
enum told told_flag(const char *value);

struct policy_reading {
    struct policy_facts facts;
    bool has_no_policies_table; /* the plugin com.glide.rest.policy is not there */
    bool has_no_keys_table;     /* com.glide.tokenbased_auth is not there */
    bool rules_are_told;        /* the authentication policies on profiles were read */
};

/* What is read besides policies and what is mapped on them. */
struct policy_scope {
    bool keys;     /* profiles that take API keys */
    bool standard; /* the others */
    bool rules;    /* authentication policies on profiles */
};

/*
 * Reads everything about `api` and `tables` (NULL: none). Profiles out of scope are known as far as
 * they are mapped on a policy. False while a question is open, and when the finding already says
 * why nothing can be told.
 */
bool policy_read(struct judging *judging, const char *api, const struct strings *tables,
                 struct policy_scope scope, struct policy_reading *ret_reading);

/* Finds out whether policies of `api` that came without lists of tables can have any here, for a
 * call on a table that was not among those read for. */
void policy_settle_table_lists(struct judging *judging, const char *api,
                               struct policy_facts *facts);

/* The sys_id of a table, where a policy lists tables by sys_id and it could be read; else NULL. */
const char *policy_table_id(struct judging *judging, const struct policy_facts *facts,
                            const char *table);
