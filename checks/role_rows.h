/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kinds of several sorts read of roles: the role itself, who holds it, and what it contains.
 * Asked in the same words, so that it becomes the same requests.
 */
#pragma once

#include "checks/evidence.h"

/* The row of a role. */
struct question role_question(const char *role);

/* The rows of the roles a user holds: granted directly, through groups and within other roles. */
struct question held_roles_question(const char *user_name);

/* The row by which the role is held; NULL when no row in state "active" names it. */
const struct row *held_role_row(const struct reading *held, const char *role);

/* What is told of one role. */
enum holding {
    ROLE_HELD,
    ROLE_NOT_HELD,
    ROLE_UNTOLD, /* not seen, and rows or columns are missing in which it may stand */
};

/* Whether a role that `row` holds (NULL: none does) counts in a REST call: an elevated one counts
 * only in a session that elevated to it, which no REST call can do. */
enum holding held_role_counts(const struct row *row);

/* Whether the role is held, for a reading that is found or absent. */
enum holding held_roles_tell(const struct reading *held, const char *role);

/* The rows of the roles that a role contains directly. */
struct question contained_roles_question(const char *role);

/* The roles that a role contains, near ones first, itself not among them. */
struct contained_roles {
    struct strings names;
    bool is_whole; /* every level was read to its end: what is not named is not contained */
};

/*
 * Follows what roles contain, `depth` levels deep; each level that was not read yet costs a wave.
 * False while a level is open. The finding stays as it was.
 */
bool find_contained_roles(struct judging *judging, const char *role, int depth,
                          struct contained_roles *ret_contained);
