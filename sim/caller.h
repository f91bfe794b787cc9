/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who calls, and what is let through before any row is read: authentication, REST API access
 * policies, auth scopes, rate limits, address rules.
 */
#pragma once

#include <stdbool.h>

#include "sim/call.h"
#include "sim/world.h"

enum caller_kind { CALLER_GUEST, CALLER_BASIC, CALLER_OAUTH, CALLER_API_KEY };

struct caller {
    enum caller_kind kind;
    const struct row *user;      /* NULL for a guest */
    const struct row *client;    /* the application whose token was used, else NULL */
    const struct row *key;       /* of api_key, else NULL */
    const struct row *parameter; /* the Auth Parameter the key came by, else NULL */
    struct strings roles;        /* names; empty for a guest */
    bool is_public_only;         /* has no explicit role where every user needs one */
    bool lacks_second_factor;    /* a good password, and a second factor was due */
    const char *address;         /* where the call comes from (sim_call_origin) */
    int64_t now;                 /* when it came, in seconds since 1970 */
};

/* From the worst to the best. */
enum authentication {
    AUTHENTICATION_NONE,    /* no credential was sent */
    AUTHENTICATION_REFUSED, /* one was sent, and is not good */
    AUTHENTICATION_DONE
};

/* What is called, as access policies and auth scopes name it. */
struct api_target {
    const char *name;     /* "Table API" */
    const char *api_path; /* "now/table" */
    const char *resource; /* "/now/table/{tableName}" */
    const char *method;
    const char *version; /* "v1", "v2", or "" for a path without one */
    const char *table;   /* "" for an API without tables */
};

/* Finds out who calls the target. Failed passwords are counted. */
enum authentication sim_authenticate(struct world *world, const struct call *call,
                                     const struct api_target *target, struct caller *ret_caller);

/* Moves last_login_time and last_login of a caller who was let in, where its kind of credential
 * counts as a login. */
void sim_note_login(struct world *world, const struct call *call, const struct caller *caller);

/* Ends the locks by failures whose time is over. */
void sim_unlock_in_time(struct world *world, const struct call *call);

/* The user with this name and password, when it may use a password; else NULL. A wrong password is
 * counted, logged, and locks the user out at the limit. */
struct row *sim_user_by_password(struct world *world, const struct call *call,
                                 const char *user_name, const char *password);

/* Fills the caller's roles with those its user holds; the names are borrowed from the world. */
void sim_caller_read_roles(const struct world *world, struct arena *arena, struct caller *caller);

/* True when every user needs a role that says whether it is one of the house. */
bool sim_explicit_roles_are_on(const struct world *world);

/* True when the user holds the role, directly or by inheritance. */
bool sim_user_has_role(const struct world *world, const struct row *user, const char *role);

/* True when the caller holds the role, itself or by inheritance. `public` is everybody's. */
bool sim_caller_has_role(const struct caller *caller, const char *role);

/* True when a check for the role lets the caller pass: it holds the role, or admin, which passes
 * every check (r_BaseSystemRoles.md). */
bool sim_caller_passes_role(const struct caller *caller, const char *role);

/* True when the access policy in force for the target, if any, admits the caller; else the policy
 * that refused it, or NULL when the lack of one did, in *ret_refusal. */
bool sim_policy_admits(struct world *world, struct arena *arena, const struct api_target *target,
                       const struct caller *caller, const struct row **ret_refusal);

/* The schemes of WWW-Authenticate for a refused call of the target: "BASIC", "BEARER". */
struct strings sim_policy_schemes(struct world *world, struct arena *arena,
                                  const struct api_target *target);

/* True when the row of sys_api_access_policy or sys_api_access_scope is about the target. */
bool sim_api_rule_covers(const struct world *world, const struct row *rule,
                         const struct api_target *target);

/* The names of the scopes an application has. */
struct strings sim_client_scopes(const struct world *world, struct arena *arena,
                                 const struct row *client);

/* Why the caller's token may not be used for the target (the detail of a 403); NULL when it may. */
const char *sim_scope_refusal(struct world *world, struct arena *arena,
                              const struct api_target *target, const struct caller *caller);

/* The same for an API key with a scope of its own. */
const char *sim_key_scope_refusal(struct world *world, struct arena *arena,
                                  const struct api_target *target, const struct caller *caller);

/* Counts the call against the rate limits; true when it was answered with 429. Adds the headers of
 * a matching rule either way. */
bool sim_rate_refuses(struct world *world, const struct call *call, const struct api_target *target,
                      struct reply *reply, const struct caller *caller);

/* True when an address rule keeps this address out; or one of those the call came by. */
bool sim_address_is_blocked(const struct world *world, const char *address);
bool sim_call_is_blocked(const struct world *world, const struct call *call);

/* Where the call comes from, for policies and logs: the first hop of X-Forwarded-For that is an
 * address, else the socket's. */
const char *sim_call_origin(const struct call *call);

/* True when all three are addresses of one family and the first lies between the others. */
bool sim_address_is_between(const char *address, const char *from, const char *to);

/* The Global Blocking Policy when it denies the call, else NULL. */
const struct row *sim_blocking_policy(const struct world *world, const struct call *call);

/* The authentication policy on the profile that denies the caller, else NULL. */
const struct row *sim_profile_refusal(const struct world *world, struct arena *arena,
                                      const struct row *profile, const struct caller *caller);
