/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The operators as their page lists them (ServiceNowDocs, platform-user-interface/
 * r_OpAvailableFiltersQueries.md). Texts are compared exactly and with regard to case; dates and
 * words by their characters, whole numbers by their size.
 */
#include "sim/operators.h"

#include <string.h>

#include "sim/world.h"

/* --- equality --- */

/* "1" is a way to write true: ServiceNow's own sample asks sys_plugins for active=0^ORactive=1
 * (c_GlidePluginManagerScopedAPI.md). "True" is none: "values are case-sensitive"
 * (c_TableAPI.md). */
static const char *as_boolean(const char *operand)
{
    return text_equal(operand, "1") ? "true" : text_equal(operand, "0") ? "false" : operand;
}

static bool is_boolean(const char *value)
{
    return text_equal(value, "true") || text_equal(value, "false");
}

static bool equals(const char *value, const char *operand)
{
    return text_equal(value, is_boolean(value) ? as_boolean(operand) : operand);
}

static bool is_equal(const struct comparison *comparison)
{
    return equals(comparison->value, comparison->operand);
}

static bool is_not_equal(const struct comparison *comparison)
{
    return !is_equal(comparison);
}

static bool is_in(const struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->list->n_items; i++) {
        if (equals(comparison->value, comparison->list->items[i])) {
            return true;
        }
    }
    return false;
}

static bool is_not_in(const struct comparison *comparison)
{
    return !is_in(comparison);
}

static bool is_same(const struct comparison *comparison)
{
    return strncmp(comparison->value, comparison->operand, comparison->most_compared) == 0;
}

static bool is_different(const struct comparison *comparison)
{
    return !is_same(comparison);
}

/* --- parts of a text --- */

static bool is_like(const struct comparison *comparison)
{
    return strstr(comparison->value, comparison->operand) != NULL;
}

static bool is_not_like(const struct comparison *comparison)
{
    return !is_like(comparison);
}

static bool is_starting(const struct comparison *comparison)
{
    return text_starts_with(comparison->value, comparison->operand);
}

static bool is_ending(const struct comparison *comparison)
{
    return text_ends_with(comparison->value, comparison->operand);
}

/* --- emptiness --- */

static bool is_empty(const struct comparison *comparison)
{
    return *comparison->value == '\0';
}

static bool is_not_empty(const struct comparison *comparison)
{
    return !is_empty(comparison);
}

static bool is_anything(const struct comparison *comparison)
{
    (void)comparison;
    return true;
}

/* --- order --- */

int sim_compare(const char *a, const char *b)
{
    int64_t left;
    int64_t right;

    if (text_to_int(a, &left) && text_to_int(b, &right)) {
        return (left > right) - (left < right);
    }
    return strcmp(a, b);
}

static bool is_less(const struct comparison *comparison)
{
    return *comparison->value != '\0' && sim_compare(comparison->value, comparison->operand) < 0;
}

static bool is_at_most(const struct comparison *comparison)
{
    return *comparison->value != '\0' && sim_compare(comparison->value, comparison->operand) <= 0;
}

static bool is_greater(const struct comparison *comparison)
{
    return *comparison->value != '\0' && sim_compare(comparison->value, comparison->operand) > 0;
}

static bool is_at_least(const struct comparison *comparison)
{
    return *comparison->value != '\0' && sim_compare(comparison->value, comparison->operand) >= 0;
}

/* "short_descriptionBETWEENq@t: the first letter is q, r, s, or t": what begins with the upper end
 * is within. Numbers know no beginnings. */
static bool is_between(const struct comparison *comparison)
{
    int64_t number;
    bool begins_so = !text_to_int(comparison->until, &number) && *comparison->until != '\0' &&
                     text_starts_with(comparison->value, comparison->until);

    return is_at_least(comparison) &&
           (begins_so || sim_compare(comparison->value, comparison->until) <= 0);
}

/* "All records in which the value is any other date". */
static bool is_outside(const struct comparison *comparison)
{
    return *comparison->value != '\0' && !is_between(comparison);
}

/* Of two columns that are compared by size, both have to have a value. */
static bool has_both(const struct comparison *comparison)
{
    return *comparison->value != '\0' && *comparison->operand != '\0';
}

static bool is_less_field(const struct comparison *comparison)
{
    return has_both(comparison) && is_less(comparison);
}

static bool is_at_most_field(const struct comparison *comparison)
{
    return has_both(comparison) && is_at_most(comparison);
}

static bool is_greater_field(const struct comparison *comparison)
{
    return has_both(comparison) && is_greater(comparison);
}

static bool is_at_least_field(const struct comparison *comparison)
{
    return has_both(comparison) && is_at_least(comparison);
}

/* --- classes --- */

/* A class and all that extend it (c_UseTheINSTANCEOFOperator.md). */
static bool is_instance_of(const struct comparison *comparison)
{
    const struct table *table = sim_table_find(comparison->world, comparison->value);
    const struct table *ancestor = sim_table_find(comparison->world, comparison->operand);

    return table != NULL && ancestor != NULL && sim_table_is_a(table, ancestor);
}

/* Of two words that begin alike the longer stands first. A word without a test is there so that it
 * is not taken for a shorter one. */
static const struct operation operations[] = {
    {"!=", OPERAND_TEXT, true, false, is_not_equal},
    {"!*", OPERAND_TEXT, false, true, is_not_like},
    {"<=", OPERAND_TEXT, false, false, is_at_most},
    {">=", OPERAND_TEXT, false, false, is_at_least},
    {"=", OPERAND_TEXT, true, false, is_equal},
    {"<", OPERAND_TEXT, false, false, is_less},
    {">", OPERAND_TEXT, false, false, is_greater},
    {"*", OPERAND_TEXT, false, true, is_like},
    {"%", OPERAND_TEXT, false, true, is_ending},
    {"NOT IN", OPERAND_LIST, true, false, is_not_in},
    {"NOT LIKE", OPERAND_TEXT, false, true, is_not_like},
    {"NSAMEAS", OPERAND_COLUMN, true, false, is_different},
    {"SAMEAS", OPERAND_COLUMN, true, false, is_same},
    {"STARTSWITH", OPERAND_TEXT, false, true, is_starting},
    {"ENDSWITH", OPERAND_TEXT, false, true, is_ending},
    {"ISNOTEMPTY", OPERAND_NONE, true, false, is_not_empty},
    {"ISEMPTY", OPERAND_NONE, true, false, is_empty},
    {"EMPTYSTRING", OPERAND_NONE, true, false, is_empty},
    {"ANYTHING", OPERAND_NONE, true, false, is_anything},
    {"BETWEEN", OPERAND_RANGE, false, false, is_between},
    {"NOTON", OPERAND_PERIOD, false, false, is_outside},
    {"ON", OPERAND_PERIOD, false, false, is_between},
    {"LIKE", OPERAND_TEXT, false, true, is_like},
    {"GT_OR_EQUALS_FIELD", OPERAND_COLUMN, false, false, is_at_least_field},
    {"GT_FIELD", OPERAND_COLUMN, false, false, is_greater_field},
    {"LT_OR_EQUALS_FIELD", OPERAND_COLUMN, false, false, is_at_most_field},
    {"LT_FIELD", OPERAND_COLUMN, false, false, is_less_field},
    {"INSTANCEOF", OPERAND_TEXT, false, false, is_instance_of},
    {"IN_HIERARCHY", OPERAND_TEXT, false, false, NULL},
    {"IN", OPERAND_LIST, true, false, is_in},
};

const struct operation *sim_operation_find(const char *text)
{
    for (size_t i = 0; i < ARRAY_LEN(operations); i++) {
        if (text_starts_with(text, operations[i].word)) {
            return operations[i].test == NULL ? NULL : &operations[i];
        }
    }
    return NULL;
}
