/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for programs about several targets, "glidepath-reports/1": a summary, and the report
 * of each target as it is alone.
 */
#include "report/json_set.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/memory.h"
#include "model/names.h"
#include "report/indent.h"
#include "report/report.h"
#include "report/summary.h"

/* How deep a report stands in the set's. */
static const char indent[] = "    ";

static void put_summary(struct json_writer *json, struct arena *scratch, const struct run_set *set)
{
    const struct shard *shard = &set->shard;
    json_open_object(json, "summary");
    json_put_text(json, "status", status_name(set->status));
    json_put_text(json, "reason", set->status_reason);
    json_put_int(json, "exit", set->exit_status);
    json_put_int(json, "pass", (int64_t)set->tally.pass);
    json_put_int(json, "fail", (int64_t)set->tally.fail);
    json_put_int(json, "unknown", (int64_t)set->tally.unknown);
    json_put_int(json, "blocked", (int64_t)set->tally.blocked);
    json_put_int(json, "waived", (int64_t)set->tally.waived);
    json_put_int(json, "not_applicable", (int64_t)set->tally.not_applicable);
    json_put_int(json, "targets", (int64_t)set->n_items);
    json_put_int(json, "ready", (int64_t)set->n_of_status[STATUS_READY]);
    json_put_int(json, "not_ready", (int64_t)set->n_of_status[STATUS_NOT_READY]);
    json_put_int(json, "inconclusive", (int64_t)set->n_of_status[STATUS_INCONCLUSIVE]);
    json_put_text(json, "shard",
                  shard->n == 0 ? NULL : arena_printf(scratch, "%zu/%zu", shard->k, shard->n));
    json_put_text(json, "missing", set->missing);
    json_close(json);
}

/* The document without its last brace: what follows is written as it comes. */
static bool write_head(const struct run_set *set, struct arena *scratch, FILE *out)
{
    char *text = NULL;
    size_t len = 0;
    FILE *memory = open_memstream(&text, &len);
    struct json_writer *json = json_writer_new();
    json_put_text(json, "schema", "glidepath-reports/1");
    put_summary(json, scratch, set);
    bool is_written = memory != NULL && json_writer_finish(json, memory, true);
    is_written = (memory == NULL || fclose(memory) == 0) && is_written;
    json_writer_free(json);
    if (is_written) {
        const char *end = strstr(text, "\n}");
        fwrite(text, 1, end == NULL ? 0 : (size_t)(end - text), out);
    }
    memory_free(text);
    return is_written;
}

bool json_write_set(const struct run_set *set, const struct report_options *options, FILE *out)
{
    (void)options;
    struct arena *head = arena_new();
    bool is_written = write_head(set, head, out);
    arena_free(head);
    fputs(",\n  \"reports\": [", out);
    for (size_t i = 0; is_written && i < set->n_items; i++) {
        struct arena *scratch = arena_new();
        size_t len = 0;
        const char *text = run_set_text(set, i, scratch, &len);
        is_written = text != NULL;
        fputs(i == 0 ? "\n" : ",\n", out);
        write_indented(text_or_empty(text), len, 0, indent, out); /* newlines are the layout's */
        arena_free(scratch);
    }
    fputs(set->n_items == 0 ? "]\n}\n" : "\n  ]\n}\n", out);
    return is_written && fflush(out) == 0 && ferror(out) == 0;
}
