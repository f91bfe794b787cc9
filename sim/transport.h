/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an answer travels: as it should, or with one of the faults of the switch `transport`.
 */
#pragma once

#include <microhttpd.h>
#include <stdatomic.h>

#include "sim/call.h"
#include "sim/world.h"

/* Sends the reply over the connection. A fault may keep the connection's thread for minutes; it
 * lets go when `stopping` is set or the client has hung up. */
enum MHD_Result sim_transport_send(struct MHD_Connection *connection, const struct world *world,
                                   const struct reply *reply, const atomic_bool *stopping);
