/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writing half of the Table API: POST, PUT, PATCH, DELETE.
 */
#pragma once

#include "sim/record.h"

/* Answers a call that is neither GET nor HEAD. The table exists and is open to web services. */
void sim_table_write(struct reading *reading);
