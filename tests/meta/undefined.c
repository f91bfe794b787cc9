/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test whose behaviour is undefined on purpose, and that asserts nothing about it.
 */
#include <criterion/criterion.h>
#include <limits.h>

Test(meta, overflows)
{
    volatile int largest = INT_MAX;
    largest = largest + 1;
}
