/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The YAML files of this room, compiled into the program (cmake/embed.cmake).
 */
#pragma once

#include "base/diag.h"
#include "base/embedded.h"

struct arena;
struct yaml_node;

extern const struct embedded_file glidepath_world_files[];
extern const size_t glidepath_world_files_count;

/* A built-in file by its name ("tables.yaml", "worlds/cloud-ex-machina.yaml"); NULL when there is
 * none. */
const struct embedded_file *sim_file_find(const char *name);

/* The same, parsed; it must exist. NULL after reporting. */
const struct yaml_node *sim_file_parse(struct arena *arena, struct diag *diag, const char *name);
