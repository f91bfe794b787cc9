/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Briefs in memory, reports in a file without a name.
 */
#include "report/set.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "report/read.h"
#include "report/report.h"
#include "report/summary.h"

enum { EXIT_NOT_READY = 1, EXIT_INCONCLUSIVE = 3, EXIT_INTERNAL = 4 };

struct run_set *run_set_new(const char *tool_version, const char **ret_fault)
{
    FILE *spool = file_temporary(ret_fault);
    if (spool == NULL) {
        return NULL;
    }
    struct run_set *set = memory_allocate_zeroed(1, sizeof *set);
    set->arena = arena_new();
    set->spool = spool;
    set->tool_version = arena_strdup(set->arena, tool_version);
    return set;
}

void run_set_free(struct run_set *set)
{
    if (set != NULL) {
        fclose(set->spool);
        arena_free(set->arena);
        memory_free(set);
    }
}

/* ---- In and out ----------------------------------------------------------------------------- */

static const char *pack_names(struct arena *arena, const struct run *run)
{
    struct strings names = {0};
    for (size_t i = 0; i < run->n_packs; i++) {
        strings_add(arena, &names, run->packs[i]->name);
    }
    return strings_join(arena, &names, ", ");
}

static struct tally tally_of(const struct run *run)
{
    const struct counts counts = run_counts(run);
    return (struct tally){.pass = counts.all[VERDICT_PASS],
                          .fail = counts.all[VERDICT_FAIL],
                          .unknown = counts.all[VERDICT_UNKNOWN],
                          .blocked = counts.all[VERDICT_BLOCKED],
                          .waived = counts.all[VERDICT_WAIVED],
                          .not_applicable = counts.all[VERDICT_NOT_APPLICABLE]};
}

bool run_set_add(struct run_set *set, const struct run *run, size_t place)
{
    struct arena *arena = set->arena;
    struct brief *brief = arena_append(arena, &set->items, &set->n_items, sizeof *brief);
    *brief = (struct brief){.host = run_host(arena, run),
                            .url = arena_strdup(arena, text_or_empty(run->instance_url)),
                            .packs = arena_strdup(arena, pack_names(arena, run)),
                            .status = run->status,
                            .status_reason = arena_strdup(arena, run->status_reason),
                            .exit_status = run->exit_status,
                            .is_interrupted = run_is_interrupted(run),
                            .tally = tally_of(run),
                            .run_id = arena_strdup(arena, run->run_id),
                            .place = place};
    if (run->n_causes > 0) {
        brief->cause = arena_strdup(arena, run->causes[0].id);
        brief->cause_says = arena_strdup(arena, run->causes[0].says);
    }
    bool is_at_end = fseek(set->spool, 0, SEEK_END) == 0;
    brief->offset = ftell(set->spool);
    if (!is_at_end || brief->offset < 0 || !report_format_json.write(run, NULL, set->spool)) {
        return false;
    }
    long end = ftell(set->spool);
    brief->len = end < brief->offset ? 0 : (size_t)(end - brief->offset);
    return end > brief->offset;
}

void run_set_note_file(struct run_set *set, size_t file)
{
    struct brief *brief = &set->items[set->n_items - 1];
    brief->file = file;
    brief->host = arena_printf(set->arena, "%s of file %zu", brief->host, file);
}

const char *run_set_text(const struct run_set *set, size_t i, struct arena *scratch,
                         size_t *ret_len)
{
    const struct brief *brief = &set->items[i];
    char *text = arena_allocate(scratch, brief->len + 1);
    if (fseek(set->spool, brief->offset, SEEK_SET) != 0 ||
        fread(text, 1, brief->len, set->spool) != brief->len) {
        return NULL;
    }
    *ret_len = brief->len;
    return text;
}

const struct run *run_set_read(const struct run_set *set, size_t i, struct arena *scratch)
{
    size_t len = 0;
    const char *fault = NULL;
    const char *text = run_set_text(set, i, scratch, &len);
    const struct json *document = text == NULL ? NULL : json_parse(scratch, text, len, &fault);
    struct run *run = arena_allocate(scratch, sizeof *run);
    if (document == NULL || !run_read(scratch, document, run, &fault)) {
        return NULL;
    }
    run->run_id = set->items[i].run_id;
    return run;
}

/* ---- Order and labels ----------------------------------------------------------------------- */

static int compare_alike(const struct brief *a, const struct brief *b)
{
    int by_url = strcmp(a->url, b->url);
    int by_packs = strcmp(a->packs, b->packs);
    int by_file = (a->file > b->file) - (a->file < b->file);
    return by_url != 0 ? by_url : by_packs != 0 ? by_packs : by_file;
}

static int compare(const void *a, const void *b)
{
    const struct brief *left = a;
    const struct brief *right = b;
    int order = compare_alike(left, right);
    return order != 0 ? order : (left->place > right->place) - (left->place < right->place);
}

static void label_all(struct run_set *set)
{
    struct arena *arena = set->arena;
    for (size_t i = 0; i < set->n_items; i++) {
        struct brief *brief = &set->items[i];
        bool is_alike = i > 0 && compare_alike(brief, &set->items[i - 1]) == 0;
        const char *packs = text_is_empty(brief->packs) ? "no pack" : brief->packs;
        brief->nth = is_alike ? set->items[i - 1].nth + 1 : 1;
        brief->label = brief->nth == 1
                           ? arena_printf(arena, "%s: %s", brief->host, packs)
                           : arena_printf(arena, "%s: %s (%zu)", brief->host, packs, brief->nth);
    }
}

const struct brief *run_set_double(const struct run_set *set)
{
    for (size_t i = 0; i < set->n_items; i++) {
        if (set->items[i].nth > 1) {
            return &set->items[i];
        }
    }
    return NULL;
}

/* ---- Shares --------------------------------------------------------------------------------- */

void run_set_note_shard(struct run_set *set, const struct shard *shard)
{
    struct shard *slot = arena_append(set->arena, &set->shards, &set->n_shards, sizeof *slot);
    *slot = *shard;
}

static bool has_shard(const struct run_set *set, size_t k, size_t n)
{
    for (size_t i = 0; i < set->n_shards; i++) {
        if (set->shards[i].k == k && set->shards[i].n == n) {
            return true;
        }
    }
    return false;
}

static const char *missing_shards(const struct run_set *set)
{
    enum { MOST_NAMED = 10 };
    struct strings missing = {0};
    for (size_t i = 0; i < set->n_shards; i++) {
        size_t n = set->shards[i].n;
        for (size_t k = 1; k <= n && missing.n_items < MOST_NAMED; k++) {
            if (!has_shard(set, k, n)) {
                strings_add_unique(set->arena, &missing, arena_printf(set->arena, "%zu/%zu", k, n));
            }
        }
    }
    return missing.n_items == 0 ? NULL : strings_join(set->arena, &missing, ", ");
}

/* ---- What it comes to ----------------------------------------------------------------------- */

/* One that was interrupted counts as what it came to by then, and never as ready. */
static int exit_status_of(const struct brief *brief)
{
    if (!brief->is_interrupted) {
        return brief->exit_status;
    }
    return brief->status == STATUS_NOT_READY ? EXIT_NOT_READY : EXIT_INCONCLUSIVE;
}

/* The worst of 4, 1, 3, 0 in that order. */
static int worse(int a, int b)
{
    static const int order[] = {EXIT_INTERNAL, EXIT_NOT_READY, EXIT_INCONCLUSIVE};
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        if (a == order[i] || b == order[i]) {
            return order[i];
        }
    }
    return 0;
}

static void add_tally(struct tally *sum, const struct tally *tally)
{
    sum->pass += tally->pass;
    sum->fail += tally->fail;
    sum->unknown += tally->unknown;
    sum->blocked += tally->blocked;
    sum->waived += tally->waived;
    sum->not_applicable += tally->not_applicable;
}

/* Every target that is not ready could not be reached: trying again may do. */
static bool is_unreachable(const struct run_set *set)
{
    for (size_t i = 0; i < set->n_items; i++) {
        const struct brief *brief = &set->items[i];
        if (brief_is_red(brief) && !text_equal(brief->status_reason, "unreachable")) {
            return false;
        }
    }
    return set->n_items > 0;
}

static const char *reason_of(const struct run_set *set)
{
    if (set->n_items == 0) {
        return "no-target";
    }
    if (set->status == STATUS_INCONCLUSIVE && set->missing != NULL) {
        return "incomplete";
    }
    return set->status == STATUS_INCONCLUSIVE && is_unreachable(set) ? "unreachable" : NULL;
}

static enum status status_of(const struct run_set *set, int exit_status)
{
    if (set->n_of_status[STATUS_NOT_READY] > 0) {
        return STATUS_NOT_READY;
    }
    bool is_untold = set->n_of_status[STATUS_INCONCLUSIVE] > 0 || exit_status == EXIT_INCONCLUSIVE;
    return is_untold ? STATUS_INCONCLUSIVE : STATUS_READY;
}

void run_set_finish(struct run_set *set, int interrupted)
{
    if (set->n_items > 0) {
        qsort(set->items, set->n_items, sizeof *set->items, compare);
    }
    label_all(set);
    set->missing = missing_shards(set);
    bool is_incomplete = set->n_items == 0 || set->missing != NULL;
    int exit_status = is_incomplete ? EXIT_INCONCLUSIVE : 0;
    for (size_t i = 0; i < set->n_items; i++) {
        const struct brief *brief = &set->items[i];
        exit_status = worse(exit_status, exit_status_of(brief));
        set->n_of_status[brief->status]++;
        add_tally(&set->tally, &brief->tally);
    }
    set->status = status_of(set, exit_status);
    set->status_reason = reason_of(set);
    set->exit_status = interrupted != 0 ? interrupted : exit_status;
}

bool brief_is_red(const struct brief *brief)
{
    return brief->status != STATUS_READY || brief->is_interrupted;
}

bool run_set_needs_a_case(const struct run_set *set)
{
    for (size_t i = 0; i < set->n_items; i++) {
        if (brief_is_red(&set->items[i])) {
            return false;
        }
    }
    return set->status != STATUS_READY || run_set_is_interrupted(set);
}

bool run_set_is_interrupted(const struct run_set *set)
{
    const struct run like_it = {.exit_status = set->exit_status};
    return run_is_interrupted(&like_it);
}

char *run_set_sentence(struct arena *arena, const struct run_set *set)
{
    static const struct {
        enum status status;
        const char *words;
    } parts[] = {{STATUS_NOT_READY, "not ready"},
                 {STATUS_INCONCLUSIVE, "inconclusive"},
                 {STATUS_READY, "ready"}};
    struct strings said = {0};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        size_t n = set->n_of_status[parts[i].status];
        if (n > 0) {
            strings_add(arena, &said, arena_printf(arena, "%zu %s", n, parts[i].words));
        }
    }
    const char *opening = run_set_is_interrupted(set)                     ? "interrupted: "
                          : text_equal(set->status_reason, "unreachable") ? "unreachable: "
                                                                          : "";
    const char *share =
        set->shard.n == 0 ? ""
                          : arena_printf(arena, " (share %zu of %zu)", set->shard.k, set->shard.n);
    const char *missing =
        set->missing == NULL ? "" : arena_printf(arena, "; missing: share %s", set->missing);
    if (set->n_items == 0) {
        return arena_printf(arena, "no target%s: nothing was checked%s", share, missing);
    }
    return arena_printf(arena, "%s%s%s: %s%s", opening, quantity(arena, set->n_items, "target"),
                        share, strings_join(arena, &said, ", "), missing);
}
