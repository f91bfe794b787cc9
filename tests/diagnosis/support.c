/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading what a diagnosis rests on; its mistakes are printed.
 */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "base/diag.h"

struct catalogue load_catalogue(struct arena *arena)
{
    struct diag *diag = diag_new();
    struct catalogue catalogue = {0};
    bool is_loaded = catalogue_load(arena, diag, &catalogue);
    diag_print(diag, stderr);
    diag_free(diag);
    cr_assert(is_loaded);
    return catalogue;
}
