/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for the states of a waiver.
 */
#include "model/waived.h"

bool waiver_wants_action(const struct waiver_told *waiver)
{
    return waiver->state == WAIVER_ENDING || waiver->state == WAIVER_EXPIRED ||
           waiver->state == WAIVER_UNUSED;
}

const char *waiver_state_name(enum waiver_state state)
{
    static const char *const names[] = {
        [WAIVER_IN_FORCE] = "in-force", [WAIVER_ENDING] = "ending", [WAIVER_EXPIRED] = "expired",
        [WAIVER_UNUSED] = "unused",     [WAIVER_UNTOLD] = "untold",
    };
    return names[state];
}
