/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparing versions as text, so that no number is too large.
 */
#include "checks/version.h"

#include <stdbool.h>
#include <string.h>

#include "base/strings.h"

static const char digits[] = "0123456789";
static const char blanks[] = " \t\r\n";

/* Numbers with single dots between, blanks around. */
static bool is_plain(const char *text)
{
    text += strspn(text, blanks);
    size_t n_digits = strspn(text, digits);
    while (n_digits > 0 && text[n_digits] == '.') {
        text += n_digits + 1;
        n_digits = strspn(text, digits);
    }
    text += n_digits;
    return n_digits > 0 && text[strspn(text, blanks)] == '\0';
}

/* A number as it stands, without leading zeros. */
struct number {
    const char *digits;
    size_t len;
};

/* The next number; the empty one behind the last. */
static struct number take_number(const char **text)
{
    size_t n_zeros = strspn(*text, "0");
    const char *first = *text + n_zeros;
    size_t len = strspn(first, digits);
    *text = first + len + (first[len] == '.' ? 1 : 0);
    return (struct number){.digits = first, .len = len};
}

static int compare_numbers(struct number a, struct number b)
{
    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }
    return strncmp(a.digits, b.digits, a.len);
}

static bool is_at_end(const char *text)
{
    return strspn(text, digits) == 0;
}

enum version_order version_compare(const char *version, const char *other)
{
    if (text_is_empty(version) || text_is_empty(other) || !is_plain(version) || !is_plain(other)) {
        return VERSION_UNCLEAR;
    }
    version += strspn(version, blanks);
    other += strspn(other, blanks);
    while (!is_at_end(version) || !is_at_end(other)) {
        int order = compare_numbers(take_number(&version), take_number(&other));
        if (order != 0) {
            return order < 0 ? VERSION_OLDER : VERSION_NEWER;
        }
    }
    return VERSION_SAME;
}
