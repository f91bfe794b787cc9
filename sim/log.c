/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing the instance's own logs (r_TransactionLogs.md, t_FindDeniedIPAddresses.md). The rows live
 * in slots that are used again, so a long run does not grow.
 */
#include "sim/log.h"

#include <inttypes.h>
#include <string.h>

#include "sim/journal.h"

enum { ROWS_KEPT = 1000, SLOT_BYTES = 320, LEVEL_WARNING = 1 };

/* Cuts the text to a slot, at the end of a character. */
static void fill_slot(char *slot, const char *text)
{
    size_t len = strlen(text);

    if (len > SLOT_BYTES - 1) {
        len = SLOT_BYTES - 1;
        while (len > 0 && ((unsigned char)text[len] & 0xc0U) == 0x80U) {
            len--;
        }
    }
    memcpy(slot, text, len);
    slot[len] = '\0';
}

static struct row *new_row(const struct world *world, struct table *table, size_t n_cells)
{
    struct row *row = arena_allocate(world->arena, sizeof *row);
    struct row **slot =
        arena_append(world->arena, &table->rows, &table->n_rows, sizeof(struct row *));

    *slot = row;
    row->table = table;
    row->cells = arena_array(world->arena, n_cells, sizeof *row->cells);
    row->slots = arena_array(world->arena, n_cells, SLOT_BYTES);
    return row;
}

/* The oldest row written by this file, moved to the end; NULL while there is room for more. */
static struct row *reuse_row(struct table *table)
{
    size_t i = 0;

    if (table->n_rows < ROWS_KEPT) {
        return NULL;
    }
    while (i < table->n_rows && table->rows[i]->slots == NULL) {
        i++;
    }
    if (i == table->n_rows) {
        return NULL;
    }
    struct row *row = table->rows[i];
    memmove(&table->rows[i], &table->rows[i + 1], (table->n_rows - i - 1) * sizeof(struct row *));
    table->rows[table->n_rows - 1] = row;
    return row;
}

/* Adds a row of these cells; every call for one table brings the same columns. */
static void add_row(struct world *world, const struct call *call, const char *table_name,
                    const struct pair *cells, size_t n_cells)
{
    const struct pair common[] = {
        {"sys_id", arena_printf(call->arena, "%016" PRIx64 "%016" PRIx64, (uint64_t)0x10c,
                                (uint64_t)++world->n_logged)},
        {"sys_created_on", sim_date_time(call->arena, call->now)},
    };
    struct table *table = sim_table_find(world, table_name);
    size_t n_all = ARRAY_LEN(common) + n_cells;

    if (table == NULL) {
        return;
    }
    struct row *row = reuse_row(table);
    if (row == NULL) {
        row = new_row(world, table, n_all);
    }
    row->n_cells = 0;
    for (size_t i = 0; i < n_all; i++) {
        const struct pair *pair =
            i < ARRAY_LEN(common) ? &common[i] : &cells[i - ARRAY_LEN(common)];
        char *slot = row->slots + i * SLOT_BYTES;
        fill_slot(slot, pair->value == NULL ? "" : pair->value);
        row->cells[row->n_cells++] = (struct cell){sim_column_find(table, pair->key), slot};
    }
    row->sys_id = row->cells[0].value;
    sim_table_touch(table);
}

void sim_log_message(struct world *world, const struct call *call, const char *source,
                     const char *message)
{
    const struct pair cells[] = {{"level", arena_printf(call->arena, "%d", LEVEL_WARNING)},
                                 {"source", source},
                                 {"message", message},
                                 {"sys_class_name", "syslog"},
                                 {"sys_created_by", "system"}};

    add_row(world, call, "syslog", cells, ARRAY_LEN(cells));
}

void sim_log_event(struct world *world, const struct call *call, const char *name,
                   const char *parm1)
{
    const struct pair cells[] = {{"name", name},
                                 {"parm1", parm1},
                                 {"state", "processed"},
                                 {"user_name", "guest"},
                                 {"sys_created_by", "guest"}};

    add_row(world, call, "sysevent", cells, ARRAY_LEN(cells));
}

/* Which words `result`, `event_type` and `event_source` hold is not recorded; these stand in. */
void sim_log_policy_refusal(struct world *world, const struct call *call,
                            const struct caller *caller, const struct row *policy)
{
    const char *user =
        caller == NULL || caller->user == NULL ? "guest" : sim_row_get(caller->user, "user_name");
    const struct pair cells[] = {
        {"user_name", user},
        {"source_ip", caller == NULL ? sim_call_origin(call) : caller->address},
        {"result", "deny"},
        {"event_type", "api"},
        {"api_auth_policies", policy == NULL ? "" : policy->sys_id},
        {"sys_created_by", "system"}};

    add_row(world, call, "adaptive_auth_event", cells, ARRAY_LEN(cells));
}

/* Calls without a user are the guest's; whether a refused one leaves a row at all is not
 * established (github.com/nowisor/instance-scan-pack looks for them under Guest). */
void sim_log_transaction(struct world *world, const struct call *call, const struct reply *reply)
{
    const char *agent = sim_call_header(call, "User-Agent");
    const char *user = reply->user == NULL ? "guest" : reply->user;
    const struct pair cells[] = {
        {"url", sim_journal_uri(world, call)},
        {"type", text_starts_with(call->path, "/api/") ? "rest" : ""},
        {"http_response_code", arena_printf(call->arena, "%d", reply->status)},
        {"remote_ip", sim_call_origin(call)},
        {"user_agent", agent},
        {"protocol", "HTTP/1.1"},
        {"output_length", arena_printf(call->arena, "%zu", reply->body.len)},
        {"sys_created_by", user}};

    if (reply->user == NULL && reply->status == 401 &&
        sim_switch_is(&world->switches, SWITCH_REFUSED_CALL_LOG, "none")) {
        return;
    }
    add_row(world, call, "syslog_transaction", cells, ARRAY_LEN(cells));
}
