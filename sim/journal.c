/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing the journal.
 */
#include "sim/journal.h"

#include <string.h>

#include "sim/decode.h"

enum { KEPT_REQUESTS = 10000, LINE_LIMIT = 64 * 1024 };

/* Parameters that carry a secret where a client puts it into the URL. */
static bool is_secret_parameter(const struct world *world, const char *name)
{
    static const char *const names[] = {"access_token",  "assertion",     "client_secret",
                                        "code",          "code_verifier", "password",
                                        "refresh_token", "token",         "x-sn-apikey"};
    const struct table *parameters = sim_table_find(world, "sys_token_auth_parameter");

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (text_equal_nocase(name, names[i])) {
            return true;
        }
    }
    for (size_t i = 0; parameters != NULL && i < parameters->n_rows; i++) {
        if (text_equal(sim_row_get(parameters->rows[i], "parameter_name"), name)) {
            return true;
        }
    }
    return false;
}

/* The URI as it came, unless a parameter has to be kept out of it. */
const char *sim_journal_uri(const struct world *world, const struct call *call)
{
    size_t path_len = strcspn(call->uri, "?");
    struct strings parts = {0};
    bool has_secret = false;

    for (size_t i = 0; i < call->query.n_items; i++) {
        const struct pair *pair = &call->query.items[i];
        bool is_secret = is_secret_parameter(world, pair->key);
        const char *value = is_secret ? "[secret]" : sim_percent_encode(call->arena, pair->value);
        strings_add(
            call->arena, &parts,
            arena_printf(call->arena, "%s=%s", sim_percent_encode(call->arena, pair->key), value));
        has_secret = has_secret || is_secret;
    }
    return has_secret ? arena_printf(call->arena, "%.*s?%s", (int)path_len, call->uri,
                                     strings_join(call->arena, &parts, "&"))
                      : call->uri;
}

static void write_line(const struct journal *journal, const struct call *call,
                       const struct reply *reply, const char *uri,
                       const struct journal_place *place)
{
    struct buf line;

    buf_init(&line, LINE_LIMIT);
    buf_printf(&line, "{\"n\":%zu,\"connection\":%zu,\"host\":", journal->n_requests,
               place->connection);
    sim_json_add(&line, place->host);
    buf_add(&line, ",\"method\":");
    sim_json_add(&line, call->method);
    buf_add(&line, ",\"url\":");
    sim_json_add(&line, uri);
    buf_add(&line, ",\"user\":");
    if (reply->user == NULL) {
        buf_add(&line, "null");
    } else {
        sim_json_add(&line, reply->user);
    }
    buf_printf(&line, ",\"status\":%d,\"bytes\":%zu,\"ms\":%lld}\n", reply->status, reply->body.len,
               (long long)place->ms);
    fputs(line.data, journal->out);
    fflush(journal->out);
    buf_release(&line);
}

void sim_journal_add(struct journal *journal, const struct world *world, const struct call *call,
                     const struct reply *reply, const struct journal_place *place)
{
    const char *uri = sim_journal_uri(world, call);

    journal->n_requests++;
    if (journal->requests.n_items < KEPT_REQUESTS) {
        strings_add(journal->arena, &journal->requests,
                    arena_printf(journal->arena, "%s %s", call->method, uri));
    }
    if (journal->out != NULL) {
        write_line(journal, call, reply, uri, place);
    }
}
