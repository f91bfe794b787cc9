/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which REST API access policy is in force for a call, and whom it admits.
 *
 * Of all active policies about a call only the most specific one counts, and one that is not
 * global comes before every global one ("API access policy prioritization" in the product
 * documentation). It admits the kinds of credential whose active profiles are mapped on it; calls
 * of other kinds get 401, and so do keys in another header or query parameter than the one a
 * profile names ("Configure an API key"). Where no policy is about the call, Basic and OAuth are
 * admitted, and API keys are not (KB2628660; "Demystifying REST API Access Policies" on the
 * community); keys are admitted by no global policy ("Configure an API key"). This is a pure
 * function over the rows: what the platform does not document is resolved both ways, and only what
 * comes out the same is said.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"

struct arena;

/* What a flag says; nothing when its column never came back. */
enum told { TOLD_NOTHING, TOLD_NO, TOLD_YES };

/* What an inbound authentication profile admits. Calls are of one of the first three kinds. */
enum profile_kind {
    PROFILE_API_KEY,
    PROFILE_BASIC,
    PROFILE_OAUTH,
    PROFILE_OTHER,    /* HMAC, ID token, certificate … */
    PROFILE_STANDARD, /* of the table std_http_auth, and its type is not told: no key */
    PROFILE_UNTOLD,
};

/* How an API key travels. NULL is not told of a profile, and anything will do of a call. */
struct key_carrier {
    const char *parameter; /* name of the header or query parameter */
    const char *place;     /* "header" or "query" */
    const char *prefix;    /* the text before the key; "": none */
};

struct policy_profile {
    const char *sys_id;
    const char *name;
    enum profile_kind kind;
    enum told is_active;
    struct strings rules;       /* names of the authentication policies on it */
    struct key_carrier carrier; /* of a profile for API keys */
};

/* One of method, resource and version: NULL, when its column never came back, is not "". */
struct policy_field {
    const char *value;
    enum told applies_to_all; /* the box "apply to all", its own or the one for all three */
};

struct policy {
    const char *sys_id;
    const char *name;
    const char *api_path; /* "now/table"; NULL: never came back */
    enum told is_active;
    enum told is_global;
    struct policy_field method;
    struct policy_field resource;
    struct policy_field version;
    const char *tables; /* names or sys_ids with commas between; NULL: never came back */
    enum told applies_to_all_tables;
    const struct policy_profile **profiles; /* mapped on it, active or not */
    size_t n_profiles;
};

/* Whether a value that is left in a field counts although its "apply to all" box is ticked: the
 * property glide.rest.policy.normalize_apply_all_fields. */
enum stale_values { STALE_UNTOLD, STALE_IGNORED, STALE_COUNTED };

struct policy_facts {
    struct policy *policies;
    size_t n_policies;
    struct policy_profile **profiles; /* all there are, mapped or not */
    size_t n_profiles;
    bool may_have_more_profiles; /* … as far as they could be read */
    enum stale_values stale_values;
    bool has_no_table_lists; /* a release before Yokohama: policies hold for all tables */
};

struct policy_call {
    const char *method;   /* "GET" */
    const char *api;      /* "now/table" */
    const char *version;  /* "v2"; NULL or "": the path names none */
    const char *resource; /* "/now/table/{tableName}"; NULL: not known */
    const char *table;    /* NULL: not the Table API */
    const char *table_id; /* its sys_id in sys_db_object; NULL: not known */
    enum profile_kind kind;
    struct key_carrier carrier; /* of a call with an API key */
};

enum policy_outcome {
    POLICY_ADMITTED,
    POLICY_REFUSED,
    POLICY_AMBIGUOUS,    /* two policies of one priority, and they differ about this kind */
    POLICY_UNDOCUMENTED, /* it depends on something the platform does not document */
    POLICY_UNTOLD,       /* it depends on a column that never came back */
};

/* Why a policy is not the one in force. */
enum policy_loss {
    LOST_NOT, /* it is in force, or of the same priority as the one that is */
    LOST_INACTIVE,
    LOST_OTHER_API,
    LOST_METHOD,
    LOST_RESOURCE,
    LOST_VERSION,
    LOST_TABLE,
    LOST_LESS_SPECIFIC,
    LOST_GLOBAL, /* it is global, and the winner is not */
};

/* A root cause, and the record it is about. */
struct policy_fault {
    const char *cause;
    const char *subject;
};

enum { MOST_POLICY_FAULTS = 3 };

struct policy_ruling {
    enum policy_outcome outcome;
    const struct policy *winner; /* NULL: no active policy is about the call */
    enum policy_loss *losses;    /* one for each policy of the facts, in their order */
    const bool *in_force; /* of an admission, like `losses`: in force under some reading of what is
                             open, or one of several of the winner's priority; else NULL */
    bool may_be_unrestricted; /* of an admission: under some reading no policy is about the call */
    const char *cause;        /* of a refusal: id of the root cause; else NULL */
    const char *or_cause;     /* … the other one it may be; NULL: none */
    const char *subject;      /* the record the cause is about */
    struct policy_fault besides[MOST_POLICY_FAULTS]; /* what has to be mended too, before the call
                                                        is let in; not with `or_cause` */
    size_t n_besides;
    const char *because;    /* of the three untold outcomes: on what it depends; else NULL */
    bool depends_on_fields; /* … and it is what a policy's method, resource or version means */
};

/*
 * Resolves one call. All texts of the result are borrowed from the facts and the call, or live in
 * the arena. Never fails: what cannot be told is an outcome.
 */
struct policy_ruling policy_resolve(struct arena *arena, const struct policy_facts *facts,
                                    const struct policy_call *call);

/* Whether a profile takes keys that travel so: each part that is wanted must be the profile's. */
enum told key_carrier_fits(struct arena *arena, const struct key_carrier *of_profile,
                           const struct key_carrier *wanted);

/* "x-sn-apikey in the header, without a prefix" */
const char *key_carrier_words(struct arena *arena, const struct key_carrier *carrier);

/* Whether a profile is for the credential of the call, be it active or not. */
enum told policy_profile_takes(struct arena *arena, const struct policy_profile *profile,
                               const struct policy_call *call);

/* The first active key profile on the policy that wants its keys otherwise; NULL: none. */
const struct policy_profile *policy_other_carrier(struct arena *arena, const struct policy *policy,
                                                  const struct policy_call *call);

/* True when a box "apply to all" is ticked and a value is left in the field it is about. */
bool policy_has_stale_value(const struct policy *policy);

/* True when the two paths are of one API: without "api" in front, slashes around, and case. */
bool policy_same_path(const char *a, const char *b);

/* True for the text of a sys_id. */
bool policy_is_sys_id(const char *text);

/* "API keys", "Basic", "OAuth" … */
const char *profile_kind_words(enum profile_kind kind);

/* Why a policy lost, in words; the text of LOST_NOT is "of the same priority". */
const char *policy_loss_words(enum policy_loss loss);
