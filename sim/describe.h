/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a world says of itself: the one line of JSON that `glidepath sim` prints.
 */
#pragma once

#include "base/strings.h"
#include "sim/world.h"

struct description {
    const char *json;
    struct pairs values; /* dotted path -> text */
};

/* The description, with where the instance is reached. Texts live in the world's arena. */
struct description sim_describe(struct world *world, const char *url, const char *host, int port,
                                const char *ca_file);
