/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions of applications, "1.2.0": which of two is the newer one.
 */
#pragma once

enum version_order {
    VERSION_OLDER,
    VERSION_SAME,
    VERSION_NEWER,
    VERSION_UNCLEAR, /* one of them is not just numbers with dots between */
};

/*
 * How `version` stands to `other`, number by number from the left; a number that is not there
 * counts as 0 ("1.2" is "1.2.0"). Blanks around do not count. Numbers may be of any length.
 */
enum version_order version_compare(const char *version, const char *other);
