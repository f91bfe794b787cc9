/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The defaults of tables.yaml in a new record, as in the answer to a POST in ServiceNowDocs,
 * api-reference/rest-apis/c_TableAPI.md. Those of a table go before its parent's.
 */
#include "sim/defaults.h"

/* `$now` and its kin are no text of their own. */
static bool is_word(const char *value)
{
    return *value == '$';
}

const char *sim_default_of(const struct table *table, const char *column)
{
    for (; table != NULL; table = table->parent) {
        const char *value = pairs_get(&table->defaults, column);
        if (value != NULL) {
            return is_word(value) ? NULL : value;
        }
    }
    return NULL;
}

void sim_defaults_put(struct world *world, struct row *row, const char *now, const char *caller)
{
    const struct pair words[] = {{"$now", now}, {"$caller", caller == NULL ? "" : caller}};

    for (const struct table *table = row->table; table != NULL; table = table->parent) {
        for (size_t i = 0; i < table->defaults.n_items; i++) {
            const struct pair *given = &table->defaults.items[i];
            const struct column *column = sim_column_find(row->table, given->key);
            const char *value = given->value;
            for (size_t k = 0; k < ARRAY_LEN(words); k++) {
                value = text_equal(value, words[k].key) ? words[k].value : value;
            }
            /* A fault may have dropped the column. */
            if (column != NULL && *sim_row_value(row, column) == '\0') {
                sim_row_set(world, row, given->key, value);
            }
        }
    }
}
