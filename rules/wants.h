/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a check wants, looked up by the name of the parameter.
 */
#pragma once

#include <stdbool.h>

#include "model/pack.h"

/*
 * True when the parameter `key` of the check is given and holds `value`: a text is equal to it, a
 * list has it, a mapping has it as a key, a switch is on. NULL stands for any value. False for
 * alternatives, and for a key its kind does not know.
 */
bool check_wants(const struct check *check, const char *key, const char *value);
