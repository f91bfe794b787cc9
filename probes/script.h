/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The script of `glidepath pack script`: what an admin runs under System Definition > Scripts -
 * Background, and what it prints is a recording (source "script"). It reads the requests it is
 * given through GlideRecord and nothing else; how is in probes/script.js. It is ECMAScript 5.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/attributes.h"
#include "model/target.h"
#include "probes/planner.h"

struct arena;

struct script {
    const char *tool_version;
    const char *run_id;
    const char *about; /* whose requirements, on one line: "RAD Security - ServiceNow (ITSM)" */
    struct pack_choice pack;
    const char *pack_version;
    const char *pack_name;
    struct strings credentials; /* what their answers stand for: "auditor", … */
    struct strings kinds;       /* of each */
    struct requests asks;       /* PURPOSE_ROWS; a value "<TABLE.COLUMN>" is one that the rows of
                                   TABLE tell */
};

/* True for such a value. */
bool script_value_follows(const char *value);

/* Prints it. False when that failed. */
MUST_USE bool script_write(struct arena *arena, const struct script *script, FILE *out);
