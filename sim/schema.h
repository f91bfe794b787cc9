/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading sim/tables.yaml: which tables and columns an instance has.
 */
#pragma once

#include "base/attributes.h"
#include "base/diag.h"

struct world;

/* Fills the world's tables, without rows. */
MUST_USE bool sim_schema_load(struct world *world, struct diag *diag);
