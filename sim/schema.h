/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading sim/tables.yaml: which tables and columns an instance has.
 */
#pragma once

#include "base/attributes.h"
#include "base/diag.h"

struct world;
struct yaml_node;

/* Fills the world's tables, without rows; `own` has those it has besides, in the form of
 * tables.yaml, and may be NULL. */
MUST_USE bool sim_schema_load(struct world *world, struct diag *diag, const struct yaml_node *own);
