/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the instance writes down about the calls it gets: rows of syslog, sysevent,
 * syslog_transaction and adaptive_auth_event, which an admin reads like any other. The newest
 * thousand of a table are kept ("rotated").
 */
#pragma once

#include "sim/caller.h"

/* A line of syslog. */
void sim_log_message(struct world *world, const struct call *call, const char *source,
                     const char *message);

/* An event: "login.failed" of a user name. */
void sim_log_event(struct world *world, const struct call *call, const char *name,
                   const char *parm1);

/* A call that an authentication policy or an access policy refused; `policy` may be NULL. */
void sim_log_policy_refusal(struct world *world, const struct call *call,
                            const struct caller *caller, const struct row *policy);

/* The transaction of a call that has been answered. */
void sim_log_transaction(struct world *world, const struct call *call, const struct reply *reply);
