/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions are compared number by number.
 */
#include <criterion/criterion.h>

#include "base/attributes.h"
#include "checks/version.h"

Test(version, is_compared_by_numbers)
{
    static const struct {
        const char *why;
        const char *version;
        const char *other;
        enum version_order order;
    } rows[] = {
        {"the same", "1.2.0", "1.2.0", VERSION_SAME},
        {"ten is more than nine", "1.10.0", "1.9.9", VERSION_NEWER},
        {"the left decides", "2.0.0", "10.0.0", VERSION_OLDER},
        {"what is missing counts as 0", "1.2", "1.2.0", VERSION_SAME},
        {"on the other side too", "1.2.0.0", "1.2", VERSION_SAME},
        {"and a further number counts", "1.2.0.1", "1.2", VERSION_NEWER},
        {"leading zeros do not", "01.002", "1.2", VERSION_SAME},
        {"no number is too large", "1.99999999999999999999999", "1.99999999999999999999998",
         VERSION_NEWER},
        {"blanks around do not count", " 1.2 ", "1.2\n", VERSION_SAME},
        {"one number", "24", "23.9", VERSION_NEWER},
        {"letters", "1.2-beta", "1.2", VERSION_UNCLEAR},
        {"letters in the other", "1.2", "v1.2", VERSION_UNCLEAR},
        {"an empty number", "1..2", "1.2", VERSION_UNCLEAR},
        {"a dot at the end", "1.2.", "1.2", VERSION_UNCLEAR},
        {"a blank inside", "1. 2", "1.2", VERSION_UNCLEAR},
        {"nothing", "", "1.2", VERSION_UNCLEAR},
        {"nothing at all", NULL, "1.2", VERSION_UNCLEAR},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect(version_compare(rows[i].version, rows[i].other) == rows[i].order, "row %zu: %s",
                  i, rows[i].why);
    }
}
