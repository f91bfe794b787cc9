/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for the states of a waiver.
 */
#include "model/waived.h"

#include "base/strings.h"

bool waiver_wants_action(const struct waiver_told *waiver)
{
    return waiver->state == WAIVER_ENDING || waiver->state == WAIVER_EXPIRED ||
           waiver->state == WAIVER_UNUSED;
}

static const char *const state_names[] = {
    [WAIVER_IN_FORCE] = "in-force", [WAIVER_ENDING] = "ending", [WAIVER_EXPIRED] = "expired",
    [WAIVER_UNUSED] = "unused",     [WAIVER_UNTOLD] = "untold",
};

const char *waiver_state_name(enum waiver_state state)
{
    return state_names[state];
}

bool waiver_state_from_name(const char *name, enum waiver_state *ret_state)
{
    for (int i = WAIVER_IN_FORCE; i <= WAIVER_UNTOLD; i++) {
        if (text_equal(state_names[i], name)) {
            *ret_state = (enum waiver_state)i;
            return true;
        }
    }
    return false;
}
