/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roles a user holds, for kinds that are not about roles but depend on one. Rows of
 * sys_user_has_role hold what is granted directly, through groups and through contained roles
 * alike (product documentation, Base system roles); the user admin is asked along, because it holds
 * roles everywhere.
 */
#pragma once

#include <stdbool.h>

#include "checks/evidence.h"

/* The question for the roles of a user, in the words in which the kind `roles` asks it. */
struct question held_roles_question(const char *user);

/* What a reading of them says of one role. */
enum holding {
    ROLE_HELD,
    ROLE_NOT_HELD,
    ROLE_UNTOLD, /* not seen, and rows or columns are missing in which it may stand */
};

/* Whether the role is held, for a reading that is found or absent. */
enum holding held_roles_tell(const struct reading *reading, const char *role);
