/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registry of kinds, and the small verbs every kind uses.
 */
#include "checks/kind.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/encode.h"
#include "checks/kinds.h"

/* Sorted by name. A kind begins with its schema, so this one list serves the loader and the engine.
 */
static const struct kind_schema *const registry[] = {
    &kind_access_policy.schema, &kind_acl.schema,         &kind_age.schema,
    &kind_api.schema,           &kind_api_key.schema,     &kind_app.schema,
    &kind_auth_profile.schema,  &kind_auth_scope.schema,  &kind_basic_auth.schema,
    &kind_credential.schema,    &kind_domain.schema,      &kind_field.schema,
    &kind_instance.schema,      &kind_ip_access.schema,   &kind_network.schema,
    &kind_oauth_app.schema,     &kind_plugin.schema,      &kind_property.schema,
    &kind_rate_limit.schema,    &kind_record.schema,      &kind_release.schema,
    &kind_role_contains.schema, &kind_role_exists.schema, &kind_roles.schema,
    &kind_schema.schema,        &kind_script.schema,      &kind_secret_shape.schema,
    &kind_table_access.schema,  &kind_table_read.schema,  &kind_table_write.schema,
    &kind_update_set.schema,    &kind_url.schema,         &kind_user.schema,
};

struct kind_schemas kind_schemas(void)
{
    return (struct kind_schemas){.items = registry, .n_items = ARRAY_LEN(registry)};
}

const struct kind *kind_of(const struct kind_schema *schema)
{
    return (const struct kind *)(const void *)schema;
}

char *say(const struct judging *judging, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *text = arena_vprintf(judging->arena, format, values);
    va_end(values);
    return text;
}

void judge_pass(struct judging *judging, const char *seen)
{
    judging->finding->verdict = VERDICT_PASS;
    judging->finding->reason = REASON_NONE;
    judging->finding->seen = seen;
}

void judge_fail(struct judging *judging, const char *cause, const char *subject, const char *seen)
{
    judging->finding->verdict = VERDICT_FAIL;
    judging->finding->reason = REASON_NONE;
    judging->finding->seen = seen;
    judging->finding->cause_subject = subject;
    if (cause != NULL) {
        points_to(judging, cause);
    }
}

void judge_unknown(struct judging *judging, enum reason reason, const char *because)
{
    judging->finding->verdict = VERDICT_UNKNOWN;
    judging->finding->reason = reason;
    judging->finding->because = because;
}

void judge_blocked(struct judging *judging, enum reason reason, const char *because)
{
    judging->finding->verdict = VERDICT_BLOCKED;
    judging->finding->reason = reason;
    judging->finding->because = because;
}

void points_to(struct judging *judging, const char *cause)
{
    strings_add_unique(judging->arena, &judging->finding->causes, cause);
}

void points_to_with(struct judging *judging, const char *cause, const char *subject)
{
    points_to(judging, cause);
    is_about(judging, cause, subject);
}

void rules_out_for(struct judging *judging, const char *cause, const char *subject)
{
    struct finding *finding = judging->finding;
    struct exclusion *slot =
        arena_append(judging->arena, &finding->excludes, &finding->n_excludes, sizeof *slot);
    *slot = (struct exclusion){.cause = cause, .subject = subject};
}

void rules_out(struct judging *judging, const char *cause)
{
    rules_out_for(judging, cause, NULL);
}

void is_about(struct judging *judging, const char *what, const char *which)
{
    if (which != NULL) {
        pairs_add(judging->arena, &judging->finding->about, what, which);
    }
}

const char *call_name(const struct judging *judging, const char *method, const char *table)
{
    return say(judging, "%s %s", method, table);
}

/* `form` is how the list is given, "" for a page. */
static const char *list_link_as(const struct judging *judging, const char *table, const char *form,
                                const char *query)
{
    enum { LONGEST_QUERY = 2000 };
    const char *origin = judging->target->instance.origin;
    if (origin == NULL) {
        return NULL;
    }
    const char *mark = form[0] == '\0' && query[0] == '\0' ? "" : "?";
    const char *between = form[0] == '\0' || query[0] == '\0' ? "" : "&";
    struct buf encoded;
    buf_init(&encoded, LONGEST_QUERY);
    encode_percent(&encoded, query, strlen(query));
    const char *link = say(judging, "%s/%s_list.do%s%s%s%s%s", origin, table, mark, form, between,
                           query[0] == '\0' ? "" : "sysparm_query=", encoded.data);
    buf_release(&encoded);
    return link;
}

const char *list_link(const struct judging *judging, const char *table, const char *query)
{
    return list_link_as(judging, table, "", query == NULL ? "" : query);
}

const char *export_link(const struct judging *judging, const char *table, const char *query)
{
    return list_link_as(judging, table, "XML", query);
}

const char *rules_link(const struct judging *judging, const char *table, const char *operation)
{
    return list_link(
        judging, "sys_security_acl",
        say(judging, "name=%s^ORnameSTARTSWITH%s.^operation=%s", table, table, operation));
}
