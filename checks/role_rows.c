/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roles and their rows. sys_user_has_role holds what is granted directly, through groups and within
 * other roles alike; sys_user_role_contains, not the text list includes_roles, is what a role
 * contains. Sources: "Base system roles" and "Role Management V2" in the product documentation; a
 * public harvest of a developer instance's tables (github.com/tehubersheezy/servicenow-tools).
 */
#include "checks/role_rows.h"

#include "base/arena.h"

enum { HELD_PAGE = 1000, CONTAINED_PAGE = 200 };

static const char *role_columns[] = {"name", "elevated_privilege"};
static const char *held_columns[] = {"user.user_name", "role.name", "inherited", "state",
                                     "role.elevated_privilege"};
static const char *contained_columns[] = {"role.name", "contains.name"};

/* The user and the role admin are on every instance. */
struct question role_question(const char *role)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_user_role",
                             .key = "name",
                             .value = role,
                             .control = "admin",
                             .fields = {role_columns, ARRAY_LEN(role_columns)}};
}

struct question held_roles_question(const char *user_name)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_user_has_role",
                             .key = "user.user_name",
                             .value = user_name,
                             .control = "admin",
                             .fields = {held_columns, ARRAY_LEN(held_columns)},
                             .limit = HELD_PAGE};
}

const struct row *held_role_row(const struct reading *held, const char *role)
{
    for (size_t i = 0; i < held->n_rows; i++) {
        const char *state = row_get(&held->rows[i], "state");
        bool counts = text_is_empty(state) || text_equal_nocase(state, "active");
        if (counts && text_equal(row_get(&held->rows[i], "role.name"), role)) {
            return &held->rows[i];
        }
    }
    return NULL;
}

enum holding held_role_counts(const struct row *row)
{
    if (row == NULL || row_has(row, "role.elevated_privilege", "true")) {
        return ROLE_NOT_HELD;
    }
    return row_get(row, "role.elevated_privilege") == NULL ? ROLE_UNTOLD : ROLE_HELD;
}

/* Rows in state "active" count; one without its role or its state tells nothing. */
static enum holding tell(const struct row *row, const char *role)
{
    const char *name = row_get(row, "role.name");
    const char *state = row_get(row, "state");
    if (name != NULL && !text_equal(name, role)) {
        return ROLE_NOT_HELD;
    }
    if (name == NULL || state == NULL) {
        return ROLE_UNTOLD;
    }
    return state[0] == '\0' || text_equal_nocase(state, "active") ? ROLE_HELD : ROLE_NOT_HELD;
}

enum holding held_roles_tell(const struct reading *held, const char *role)
{
    bool is_whole = held->presence == PRESENCE_ABSENT ||
                    (held->presence == PRESENCE_FOUND && held->is_complete);
    enum holding holding = is_whole ? ROLE_NOT_HELD : ROLE_UNTOLD;
    for (size_t i = 0; i < held->n_rows; i++) {
        switch (tell(&held->rows[i], role)) {
        case ROLE_HELD:
            return ROLE_HELD;
        case ROLE_UNTOLD:
            holding = ROLE_UNTOLD;
            break;
        case ROLE_NOT_HELD:
            break;
        }
    }
    return holding;
}

/* The role itil contains others wherever it is, so that its rows show that an empty answer means
 * something. */
struct question contained_roles_question(const char *role)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_user_role_contains",
                             .key = "role.name",
                             .value = role,
                             .control = "itil",
                             .fields = {contained_columns, ARRAY_LEN(contained_columns)},
                             .limit = CONTAINED_PAGE};
}

/* Adds what one role contains directly. False while that is open. */
static bool add_contained(struct judging *judging, const char *role,
                          struct contained_roles *contained, struct strings *next)
{
    struct reading reading =
        consult_configuration(judging, contained_roles_question(role), LIST_NEVER);
    if (reading.presence == PRESENCE_OPEN || reading.presence == PRESENCE_ABSENT) {
        return reading.presence == PRESENCE_ABSENT;
    }
    if (reading.presence != PRESENCE_FOUND) {
        contained->is_whole = false;
        return true;
    }
    contained->is_whole = contained->is_whole && reading.is_complete;
    for (size_t i = 0; i < reading.n_rows; i++) {
        const char *name = row_get(&reading.rows[i], "contains.name");
        if (text_is_empty(name)) {
            contained->is_whole = false;
        } else if (!strings_have(&contained->names, name)) {
            strings_add(judging->arena, &contained->names, name);
            strings_add(judging->arena, next, name);
        }
    }
    return true;
}

bool find_contained_roles(struct judging *judging, const char *role, int depth,
                          struct contained_roles *ret_contained)
{
    struct contained_roles contained = {.is_whole = true};
    struct strings level = {0};
    strings_add(judging->arena, &level, role);
    for (int n = 0; n < depth && level.n_items > 0; n++) {
        struct strings next = {0};
        bool is_read = true;
        for (size_t i = 0; i < level.n_items; i++) {
            is_read = add_contained(judging, level.items[i], &contained, &next) && is_read;
        }
        if (!is_read) {
            return false;
        }
        level = next;
    }
    *ret_contained = contained;
    return true;
}
