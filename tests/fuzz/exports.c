/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading an XML export from anywhere, and asking for the rows of every table it claims to hold.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "probes/exported.h"
#include "probes/exports.h"
#include "tests/fuzz/input.h"

/* All rows, and those that one of them would be found by along a reference. */
static void ask_for(struct arena *arena, struct exports *exports, const struct export_table *table)
{
    static const char *fields[] = {"sys_id", "a", "a.b", "a.b.c"};
    struct question question = {.kind = QUESTION_ROWS,
                                .credential = "auditor",
                                .table = table->name,
                                .fields = {fields, sizeof fields / sizeof fields[0]}};
    struct answer answer = exports_answer(arena, exports, &question);
    assert(answer.reason == REASON_NONE && answer.n_rows >= table->n_records);
    question.key = "a.b";
    question.value = "x";
    answer = exports_answer(arena, exports, &question);
    assert(answer.n_rows <= exports->n_records);
    assert(answer.total < 0 || (size_t)answer.total >= answer.n_rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST_ASKED = 50 };
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    const char *path = input_file(arena, data, size);
    const struct recording *recording =
        exports_read(arena, &(struct strings){&path, 1}, size % 2 == 0, diag);
    unlink(path);
    assert((recording == NULL) == (diag_count(diag) > 0));
    for (size_t i = 0; recording != NULL && i < recording->exports->n_tables && i < MOST_ASKED;
         i++) {
        ask_for(arena, recording->exports, recording->exports->tables[i]);
    }
    diag_free(diag);
    arena_free(arena);
    return 0;
}
