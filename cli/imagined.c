/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials of the kinds the pack is written for, with nothing in them: no request is made.
 */
#include "cli/imagined.h"

#include "base/arena.h"
#include "checks/kind.h"
#include "model/names.h"
#include "rules/load.h"

static enum credential_kind kind_wanted(const struct pack *pack)
{
    enum credential_kind kind = CREDENTIAL_API_KEY;
    if (pack->credentials.n_items > 0 &&
        !credential_kind_from_name(pack->credentials.items[0], &kind)) {
        kind = CREDENTIAL_API_KEY;
    }
    return kind;
}

static void put_target(struct arena *arena, struct imagined *imagined)
{
    imagined->credentials[0] = (struct credential){.name = imagined->pack->credential,
                                                   .kind = kind_wanted(imagined->pack),
                                                   .client_id = "<client_id>",
                                                   .source = ""};
    imagined->credentials[1] =
        (struct credential){.name = "auditor", .kind = CREDENTIAL_API_KEY, .source = ""};
    imagined->target = (struct target){
        .instance = instance_parse(arena, "acme"),
        .credentials = imagined->credentials,
        .n_credentials = ARRAY_LEN(imagined->credentials),
    };
}

bool pack_imagine_target(struct arena *arena, struct diag *diag, const char *name,
                         struct imagined *ret_imagined)
{
    struct kind_schemas schemas = kind_schemas();
    if (!pack_imagine(arena, diag, &schemas, name, &ret_imagined->pack) ||
        !catalogue_load(arena, diag, &ret_imagined->catalogue)) {
        return false;
    }
    put_target(arena, ret_imagined);
    return true;
}
