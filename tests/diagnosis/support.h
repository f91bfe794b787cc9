/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of diagnosis share.
 */
#pragma once

#include "rules/catalogue.h"

struct arena;

/* The built-in catalogue; fails the test when it does not load. */
struct catalogue load_catalogue(struct arena *arena);
