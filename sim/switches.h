/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Switches: behaviours that the public documentation leaves open, contradicts itself about, or that
 * differ between instances. Each has a closed list of settings, the first of which is the default.
 * A world may set them (`instance:`), a fault too, and `glidepath sim`'s caller has the last word.
 * sim/README.md says of each setting where it was seen.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/diag.h"

enum switch_id {
    SWITCH_ADDRESS_REFUSAL,
    SWITCH_BAD_PAGE,
    SWITCH_BASIC_CLIENT,
    SWITCH_BATCH_POLICIES,
    SWITCH_BATCH_TIME,
    SWITCH_BLOCKING_POLICY_BODY,
    SWITCH_CERTIFICATE,
    SWITCH_CLOCK,
    SWITCH_CMDB_META_REFUSAL,
    SWITCH_CODE_WITHOUT_CHALLENGE,
    SWITCH_CONFIGURATION_TABLES,
    SWITCH_DICTIONARY_MANDATORY,
    SWITCH_EDGE,
    SWITCH_EMPTY_FIELD,
    SWITCH_EXPLICIT_ROLE_TOKEN,
    SWITCH_EXTERNAL_DIRECTORY,
    SWITCH_FRONT,
    SWITCH_GROUP_DISPLAY,
    SWITCH_HIDDEN_FIELD,
    SWITCH_HIDDEN_ROWS,
    SWITCH_INACTIVE_RESTRICTION,
    SWITCH_INVALID_CHOICE,
    SWITCH_JWT_ADMIN,
    SWITCH_KEY_SCOPE_REFUSAL,
    SWITCH_LARGE_PAYLOAD,
    SWITCH_LAST_LOGIN,
    SWITCH_LOCKED_OUT_TOKEN,
    SWITCH_MACHINE_IDENTITY_REFUSAL,
    SWITCH_MISSING_ACCEPT,
    SWITCH_MISSING_SCOPE,
    SWITCH_NOT_AUTHENTICATED,
    SWITCH_OAUTH_OFF,
    SWITCH_PASSWORD_GRANT_WEB_SERVICE_ONLY,
    SWITCH_PASSWORD_RESET,
    SWITCH_PKCE_MESSAGE,
    SWITCH_PLUGIN_TABLES,
    SWITCH_PLUGIN_VIEW,
    SWITCH_POLICY_TIE,
    SWITCH_POLICY_VERSION,
    SWITCH_PROPERTIES_COUNT,
    SWITCH_QUERY_SCRIPTS,
    SWITCH_READ_ONLY_TOKEN,
    SWITCH_REFRESH_TOKEN,
    SWITCH_REFUSED_CALL_LOG,
    SWITCH_ROLE_TABLES,
    SWITCH_SCOPE_TABLE,
    SWITCH_SESSION_TOKEN,
    SWITCH_SHIPPED_POLICIES,
    SWITCH_SYSTEM_TIME_ZONE,
    SWITCH_TOKEN_ROLE,
    SWITCH_TRANSACTION,
    SWITCH_TRANSPORT,
    SWITCH_UNKNOWN_COLUMN,
    SWITCH_UNKNOWN_PATH,
    SWITCH_UNMAPPED_POLICY,
    SWITCH_UNREADABLE_QUERY_COLUMN,
    SWITCH_UNREADABLE_TABLE,
    SWITCH_UNSUPPORTED_GRANT,
    SWITCH_WRONG_CLIENT,
    N_SWITCHES
};

struct switches {
    const char *settings[N_SWITCHES];
};

/* A row of the table of switches, for help and for tests; NULL past the end. */
struct switch_info {
    const char *name;
    const char *about;
    const char *settings[12]; /* the default first; NULL behind the last */
};
const struct switch_info *sim_switch_info(size_t i);

/* Every switch at its default. */
struct switches sim_switches_default(void);

/* Puts one switch; an unknown name or setting is reported at `where`. */
MUST_USE bool sim_switch_set(struct switches *switches, struct diag *diag, struct where where,
                             const char *name, const char *setting);

/* The number of the switch called `name`; N_SWITCHES when there is none. */
size_t sim_switch_find(const char *name);

/* True when the switch stands at `setting`, which must be one of its settings. */
bool sim_switch_is(const struct switches *switches, enum switch_id id, const char *setting);

/* How many seconds the switch `clock` puts the instance's clock ahead; negative for behind. */
int64_t sim_switch_clock_s(const struct switches *switches);
