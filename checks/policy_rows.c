/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From rows to the facts of the resolver. The columns of table lists are younger than the others:
 * where none came back, the release tells whether it has none (they are new in Yokohama: "Specify
 * the tables that a REST API access policy restricts" in the release notes) or hides them.
 */
#include "checks/policy_rows.h"

#include "base/arena.h"
#include "checks/release.h"

enum { WHOLE_TABLE = 500 };

static const char policy_table[] = "sys_api_access_policy";

struct question key_profiles_question(const struct judging *judging)
{
    struct question question = {
        .kind = QUESTION_ROWS, .table = "http_key_auth", .limit = WHOLE_TABLE};
    want_columns(judging, &question,
                 "sys_id, name, active, auth_parameter, auth_parameter.parameter_name, "
                 "auth_parameter.type, auth_parameter.prefix");
    return question;
}

struct question standard_profiles_question(const struct judging *judging)
{
    struct question question = {
        .kind = QUESTION_ROWS, .table = "std_http_auth", .limit = WHOLE_TABLE};
    want_columns(judging, &question, "sys_id, name, active, type");
    return question;
}

/* Of the types only "auth_header" is known: anything else is taken for a query parameter. A column
 * that is walked to is empty when its record is out of sight, and a parameter has a name. */
struct key_carrier key_profile_carrier(const struct row *row)
{
    const char *name = row_get(row, "auth_parameter.parameter_name");
    const char *type = row_get(row, "auth_parameter.type");
    struct key_carrier carrier = {.parameter = text_is_empty(name) ? NULL : name};
    if (!text_is_empty(type)) {
        carrier.place = text_equal_nocase(type, "auth_header") ? "header" : "query";
    }
    if (name == NULL || name[0] != '\0') {
        carrier.prefix = row_get(row, "auth_parameter.prefix");
    }
    return carrier;
}

/* The stored value is known of Basic alone ("basic_auth"); labels name the others. */
enum profile_kind standard_profile_kind(const char *type)
{
    static const char *const others[] = {"id_token", "id token", "cert", "mutual"};
    if (text_is_empty(type)) {
        return PROFILE_STANDARD;
    }
    if (text_contains_nocase(type, "basic")) {
        return PROFILE_BASIC;
    }
    if (text_contains_nocase(type, "oauth")) {
        return PROFILE_OAUTH;
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        if (text_contains_nocase(type, others[i])) {
            return PROFILE_OTHER;
        }
    }
    return PROFILE_STANDARD;
}

enum told told_flag(const char *value)
{
    if (value == NULL) {
        return TOLD_NOTHING;
    }
    return text_equal_nocase(value, "true") || text_equal(value, "1") ? TOLD_YES : TOLD_NO;
}

/* ---- Policies ---- */

static enum told either(enum told a, enum told b)
{
    if (a == TOLD_YES || b == TOLD_YES) {
        return TOLD_YES;
    }
    return a == TOLD_NO && b == TOLD_NO ? TOLD_NO : TOLD_NOTHING;
}

static const char *policy_column(const struct judging *judging, const struct row *row,
                                 const char *column)
{
    return column_of(judging, policy_table, row, column);
}

static struct policy_field field_of(const struct judging *judging, const struct row *row,
                                    const char *column, const char *flag)
{
    const char *value = policy_column(judging, row, column);
    return (struct policy_field){.value = value == NULL ? NULL : text_trim(judging->arena, value),
                                 .applies_to_all =
                                     either(told_flag(policy_column(judging, row, "apply_all")),
                                            told_flag(policy_column(judging, row, flag)))};
}

static const char *name_or_id(const char *name, const char *sys_id)
{
    if (!text_is_empty(name)) {
        return name;
    }
    return text_is_empty(sys_id) ? "without a name" : sys_id;
}

static struct policy policy_of(const struct judging *judging, const struct row *row)
{
    const char *sys_id = row_get(row, "sys_id");
    return (struct policy){
        .sys_id = sys_id,
        .name = name_or_id(policy_column(judging, row, "name"), sys_id),
        .api_path = policy_column(judging, row, "api_path"),
        .is_active = told_flag(policy_column(judging, row, "active")),
        .is_global = told_flag(policy_column(judging, row, "apply_global")),
        .method = field_of(judging, row, "http_method", "apply_all_methods"),
        .resource = field_of(judging, row, "api_resource", "apply_all_resources"),
        .version = field_of(judging, row, "version", "apply_all_versions"),
        .tables = policy_column(judging, row, "api_tablename"),
        .applies_to_all_tables = told_flag(policy_column(judging, row, "apply_all_tables")),
    };
}

static const char *first_told(const struct row *row, const struct strings *names)
{
    const char *value = NULL;
    for (size_t i = 0; i < names->n_items && value == NULL; i++) {
        value = row_get(row, names->items[i]);
    }
    return value;
}

/* The rows of policies that have a say: not those of other APIs, of which there may be hundreds. */
static const struct row **rows_about(const struct judging *judging, const struct reading *reading,
                                     const char *api, size_t *ret_n)
{
    struct strings paths =
        catalogue_names(judging->arena, judging->catalogue, policy_table, "api_path");
    struct strings flags =
        catalogue_names(judging->arena, judging->catalogue, policy_table, "apply_global");
    const struct row **rows = NULL;
    for (size_t i = 0; i < reading->n_rows; i++) {
        const struct row *row = &reading->rows[i];
        const char *path = first_told(row, &paths);
        if (path == NULL || policy_same_path(path, api) ||
            told_flag(first_told(row, &flags)) != TOLD_NO) {
            const struct row **slot = arena_append(judging->arena, &rows, ret_n, sizeof(void *));
            *slot = row;
        }
    }
    return rows;
}

/* False, and the finding written, when nothing can be mapped on a policy because its sys_id never
 * came back. */
static bool read_policies(struct judging *judging, const struct reading *reading, const char *api,
                          struct policy_facts *facts)
{
    size_t n_rows = 0;
    const struct row **rows = rows_about(judging, reading, api, &n_rows);
    facts->policies = arena_array(judging->arena, n_rows + 1, sizeof *facts->policies);
    for (size_t i = 0; i < n_rows; i++) {
        facts->policies[i] = policy_of(judging, rows[i]);
        if (text_is_empty(facts->policies[i].sys_id)) {
            judge_unknown(judging, REASON_FIELD_HIDDEN,
                          "the sys_ids of the access policies never came back");
            return false;
        }
    }
    facts->n_policies = n_rows;
    return true;
}

/* ---- Profiles ---- */

static struct policy_profile *find_profile(const struct policy_facts *facts, const char *sys_id)
{
    for (size_t i = 0; i < facts->n_profiles; i++) {
        if (text_equal(facts->profiles[i]->sys_id, sys_id)) {
            return facts->profiles[i];
        }
    }
    return NULL;
}

static struct policy_profile *add_profile(const struct judging *judging, struct policy_facts *facts,
                                          const struct policy_profile *profile)
{
    struct policy_profile *copy = arena_allocate(judging->arena, sizeof *copy);
    struct policy_profile **slot =
        arena_append(judging->arena, &facts->profiles, &facts->n_profiles, sizeof(void *));
    *copy = *profile;
    *slot = copy;
    return copy;
}

static void read_profiles(const struct judging *judging, const struct reading *reading,
                          bool are_keys, struct policy_facts *facts)
{
    for (size_t i = 0; reading->presence == PRESENCE_FOUND && i < reading->n_rows; i++) {
        const struct row *row = &reading->rows[i];
        const char *sys_id = row_get(row, "sys_id");
        struct policy_profile profile = {
            .sys_id = sys_id,
            .name = name_or_id(row_get(row, "name"), sys_id),
            .is_active = told_flag(row_get(row, "active")),
            .kind = are_keys ? PROFILE_API_KEY : standard_profile_kind(row_get(row, "type"))};
        if (are_keys) {
            profile.carrier = key_profile_carrier(row);
        }
        if (sys_id != NULL) {
            add_profile(judging, facts, &profile);
        }
    }
}

/* What the mapping itself says of a profile whose own row was not read. */
static enum profile_kind kind_of_class(const char *class_name)
{
    if (text_is_empty(class_name)) {
        return PROFILE_UNTOLD;
    }
    if (text_equal(class_name, "http_key_auth")) {
        return PROFILE_API_KEY;
    }
    return text_equal(class_name, "std_http_auth") ? PROFILE_STANDARD : PROFILE_OTHER;
}

static struct policy_profile *profile_of_mapping(const struct judging *judging,
                                                 struct policy_facts *facts, const struct row *row)
{
    const char *sys_id = row_get(row, "inbound_auth_profile");
    struct policy_profile *known = find_profile(facts, sys_id);
    if (known != NULL) {
        return known;
    }
    /* A flag that is walked to is empty when its record is out of sight. */
    const char *active = row_get(row, "inbound_auth_profile.active");
    struct policy_profile profile = {
        .sys_id = sys_id,
        .name = name_or_id(row_get(row, "inbound_auth_profile.name"), sys_id),
        .is_active = text_is_empty(active) ? TOLD_NOTHING : told_flag(active),
        .kind = kind_of_class(row_get(row, "inbound_auth_profile.sys_class_name"))};
    return add_profile(judging, facts, &profile);
}

/* False, and the finding written, when the two ends of a mapping never came back. */
static bool read_mappings(struct judging *judging, const struct reading *reading,
                          struct policy_facts *facts)
{
    for (size_t i = 0; reading->presence == PRESENCE_FOUND && i < reading->n_rows; i++) {
        const struct row *row = &reading->rows[i];
        const char *policy_id = row_get(row, "api_access_policy");
        if (text_is_empty(policy_id) || text_is_empty(row_get(row, "inbound_auth_profile"))) {
            judge_unknown(judging, REASON_FIELD_HIDDEN,
                          "which profile is mapped on which policy never came back");
            return false;
        }
        const struct policy_profile *profile = profile_of_mapping(judging, facts, row);
        for (size_t p = 0; p < facts->n_policies; p++) {
            struct policy *policy = &facts->policies[p];
            if (text_equal(policy->sys_id, policy_id)) {
                const struct policy_profile **slot = arena_append(
                    judging->arena, &policy->profiles, &policy->n_profiles, sizeof(void *));
                *slot = profile;
            }
        }
    }
    return true;
}

static bool read_rules(const struct judging *judging, const struct reading *reading,
                       const struct policy_facts *facts)
{
    bool is_listed = reading->presence == PRESENCE_FOUND && reading->is_complete;
    for (size_t i = 0; is_listed && i < reading->n_rows; i++) {
        const struct row *row = &reading->rows[i];
        const char *profile_id = row_get(row, "inbound_auth_profile");
        struct policy_profile *profile = find_profile(facts, profile_id);
        is_listed = profile_id != NULL;
        if (profile != NULL && told_flag(row_get(row, "auth_policy.active")) != TOLD_NO) {
            const char *name = row_get(row, "auth_policy.name");
            strings_add(judging->arena, &profile->rules,
                        name_or_id(name, row_get(row, "auth_policy")));
        }
    }
    return is_listed || reading->presence == PRESENCE_ABSENT ||
           reading->presence == PRESENCE_NO_TABLE;
}

/* ---- What only some policies need ---- */

static bool lacks_table_columns(const struct policy_facts *facts, const char *api)
{
    for (size_t i = 0; i < facts->n_policies; i++) {
        const struct policy *policy = &facts->policies[i];
        bool is_in_question = policy->is_global == TOLD_YES ||
                              (policy->api_path != NULL && policy_same_path(policy->api_path, api));
        if (is_in_question && policy->tables == NULL &&
            policy->applies_to_all_tables == TOLD_NOTHING) {
            return true;
        }
    }
    return false;
}

void policy_settle_table_lists(struct judging *judging, const char *api, struct policy_facts *facts)
{
    struct build build;
    if (lacks_table_columns(facts, api)) {
        facts->has_no_table_lists =
            build_consult(judging, &build) &&
            build_compare(judging->catalogue, &build, "yokohama") == RELEASE_OLDER;
    }
}

static bool any_stale_value(const struct policy_facts *facts)
{
    for (size_t i = 0; i < facts->n_policies; i++) {
        if (policy_has_stale_value(&facts->policies[i])) {
            return true;
        }
    }
    return false;
}

/* The property is new in Brazil; without a record what counts differs between releases. */
static void read_normalisation(struct judging *judging, struct policy_facts *facts)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_properties",
                                .key = "name",
                                .value = "glide.rest.policy.normalize_apply_all_fields",
                                .control = "instance_name"};
    want_columns(judging, &question, "name, value, type");
    struct reading reading = consult_configuration(judging, question, LIST_NEVER);
    if (reading.presence != PRESENCE_FOUND) {
        return;
    }
    const char *value = row_get(&reading.rows[0], "value");
    enum told is_on = told_flag(value == NULL ? NULL : text_trim(judging->arena, value));
    facts->stale_values = is_on == TOLD_YES  ? STALE_IGNORED
                          : is_on == TOLD_NO ? STALE_COUNTED
                                             : STALE_UNTOLD;
}

static bool any_list_by_id(const struct judging *judging, const struct policy_facts *facts)
{
    for (size_t i = 0; i < facts->n_policies; i++) {
        const char *tables = facts->policies[i].tables;
        struct strings list = {0};
        if (tables != NULL) {
            list = strings_split(judging->arena, tables, ',');
        }
        for (size_t t = 0; t < list.n_items; t++) {
            if (policy_is_sys_id(list.items[t])) {
                return true;
            }
        }
    }
    return false;
}

const char *policy_table_id(struct judging *judging, const struct policy_facts *facts,
                            const char *table)
{
    if (table == NULL || !any_list_by_id(judging, facts)) {
        return NULL;
    }
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_db_object",
                                .key = "name",
                                .value = table,
                                .control = "task"};
    want_columns(judging, &question, "sys_id, name");
    struct reading reading = consult_configuration(judging, question, LIST_NEVER);
    return reading.presence == PRESENCE_FOUND ? row_get(&reading.rows[0], "sys_id") : NULL;
}

/* ---- Everything ---- */

/* A policy, or a mapping, that was kept back could be the one that decides. */
static bool is_whole(struct judging *judging, const struct reading *reading)
{
    if (reading->presence != PRESENCE_FOUND || reading->is_complete) {
        return true;
    }
    bool was_cut = reading->answer->was_cut;
    judge_unknown(judging, was_cut ? REASON_TRUNCATED : REASON_HIDDEN,
                  say(judging,
                      "not all rows of %s came back, and one that was kept back may decide",
                      reading->answer->question.table));
    return false;
}

static struct question policies_question(const struct judging *judging)
{
    struct question question = {.kind = QUESTION_ROWS, .table = policy_table, .limit = WHOLE_TABLE};
    want_columns(judging, &question,
                 "sys_id, name, active, api_path, http_method, api_resource, version, "
                 "api_tablename, apply_all, apply_all_methods, apply_all_resources, "
                 "apply_all_versions, apply_all_tables, apply_global");
    return question;
}

static struct question mappings_question(const struct judging *judging)
{
    struct question question = {
        .kind = QUESTION_ROWS, .table = "sys_auth_profile_mapping", .limit = WHOLE_TABLE};
    want_columns(judging, &question,
                 "api_access_policy, inbound_auth_profile, inbound_auth_profile.name, "
                 "inbound_auth_profile.active, inbound_auth_profile.sys_class_name");
    return question;
}

static struct question rules_question(const struct judging *judging)
{
    struct question question = {
        .kind = QUESTION_ROWS, .table = "auth_policy_mapping", .limit = WHOLE_TABLE};
    want_columns(judging, &question,
                 "inbound_auth_profile, auth_policy, auth_policy.name, auth_policy.active");
    return question;
}

/* The follow-up wave: what only some policies need to be understood. */
static void read_what_is_needed(struct judging *judging, const char *api,
                                const struct strings *tables, struct policy_facts *facts)
{
    if (tables->n_items > 0) {
        policy_settle_table_lists(judging, api, facts);
    }
    if (any_stale_value(facts)) {
        read_normalisation(judging, facts);
    }
    for (size_t i = 0; i < tables->n_items; i++) {
        policy_table_id(judging, facts, tables->items[i]);
    }
}

/* What is out of scope stays unread. */
static struct reading consult_in_scope(struct judging *judging, struct question question,
                                       bool is_in_scope)
{
    return is_in_scope ? consult_configuration(judging, question, LIST_LAST)
                       : (struct reading){.presence = PRESENCE_UNTOLD};
}

bool policy_read(struct judging *judging, const char *api, const struct strings *tables,
                 struct policy_scope scope, struct policy_reading *ret_reading)
{
    struct policy_reading result = {0};
    struct reading policies = read_configuration(judging, policies_question(judging), LIST_LAST);
    if (policies.presence == PRESENCE_UNTOLD) {
        return false;
    }
    struct reading mappings = read_configuration(judging, mappings_question(judging), LIST_LAST);
    if (mappings.presence == PRESENCE_UNTOLD) {
        return false;
    }
    struct reading keys = consult_in_scope(judging, key_profiles_question(judging), scope.keys);
    struct reading standard =
        consult_in_scope(judging, standard_profiles_question(judging), scope.standard);
    if (policies.presence == PRESENCE_OPEN && tables->n_items > 0) {
        build_ask_ahead(judging);
    }
    struct reading rules = consult_in_scope(judging, rules_question(judging), scope.rules);
    if (judging->is_open || !is_whole(judging, &policies) || !is_whole(judging, &mappings)) {
        return false;
    }
    result.has_no_policies_table = policies.presence == PRESENCE_NO_TABLE;
    result.has_no_keys_table = keys.presence == PRESENCE_NO_TABLE;
    result.facts.may_have_more_profiles =
        keys.presence == PRESENCE_UNTOLD || standard.presence == PRESENCE_UNTOLD;
    read_profiles(judging, &keys, true, &result.facts);
    read_profiles(judging, &standard, false, &result.facts);
    if (!read_policies(judging, &policies, api, &result.facts) ||
        !read_mappings(judging, &mappings, &result.facts)) {
        return false;
    }
    result.rules_are_told = read_rules(judging, &rules, &result.facts);
    read_what_is_needed(judging, api, tables, &result.facts);
    *ret_reading = result;
    return !judging->is_open;
}
