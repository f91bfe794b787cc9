/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test that leaks on purpose.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

Test(meta, leaks)
{
    char *volatile lost = malloc(7);
    cr_assert(lost != NULL);
    lost = NULL;
}
