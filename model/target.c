/* SPDX-License-Identifier: Apache-2.0 */
#include "model/target.h"

const struct credential *target_credential(const struct target *target, const char *name)
{
    for (size_t i = 0; i < target->n_credentials; i++) {
        if (text_equal(target->credentials[i].name, name)) {
            return &target->credentials[i];
        }
    }
    return NULL;
}

bool credential_checks_password(enum credential_kind kind)
{
    return kind == CREDENTIAL_BASIC || kind == CREDENTIAL_OAUTH_PASSWORD;
}

bool credential_needs_token(enum credential_kind kind)
{
    return kind == CREDENTIAL_OAUTH_CLIENT || kind == CREDENTIAL_OAUTH_PASSWORD ||
           kind == CREDENTIAL_OAUTH_REFRESH;
}
