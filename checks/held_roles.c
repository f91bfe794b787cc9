/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One question and its reading; nothing here writes a finding.
 */
#include "checks/held_roles.h"

enum { ROLE_PAGE = 1000 };

static const char *columns[] = {"user.user_name", "role.name", "inherited", "state"};

struct question held_roles_question(const char *user)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_user_has_role",
                             .key = "user.user_name",
                             .value = user,
                             .control = "admin",
                             .fields = {columns, ARRAY_LEN(columns)},
                             .limit = ROLE_PAGE};
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

enum holding held_roles_tell(const struct reading *reading, const char *role)
{
    bool is_whole = reading->presence == PRESENCE_ABSENT ||
                    (reading->presence == PRESENCE_FOUND && reading->is_complete);
    enum holding holding = is_whole ? ROLE_NOT_HELD : ROLE_UNTOLD;
    for (size_t i = 0; i < reading->n_rows; i++) {
        switch (tell(&reading->rows[i], role)) {
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
