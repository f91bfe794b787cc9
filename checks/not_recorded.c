/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each kind of file leaves other things open: a script was made for a pack and its parameters,
 * exports are taken table by table, and neither makes the integration's calls.
 */
#include "checks/not_recorded.h"

#include <string.h>

#include "base/arena.h"
#include "model/encoded_query.h"

static void add_reference(struct judging *judging, struct strings *references, const char *column)
{
    const char *dot = strchr(column, '.');
    if (dot != NULL) {
        strings_add_unique(judging->arena, references,
                           say(judging, "%.*s", (int)(dot - column), column));
    }
}

/* The columns by which the question goes on to other records: these must be exported too. */
static struct strings references_of(struct judging *judging, const struct question *question)
{
    struct strings references = {0};
    for (size_t i = 0; i < question->where.n_items; i++) {
        add_reference(judging, &references, question->where.items[i].key);
    }
    if (question->key != NULL) {
        add_reference(judging, &references, question->key);
    }
    for (size_t i = 0; i < question->fields.n_items; i++) {
        add_reference(judging, &references, question->fields.items[i]);
    }
    return references;
}

/* How to take the export that tells. */
static const char *because_not_exported(struct judging *judging, const struct question *question)
{
    const char *link =
        export_link(judging, question->table, question_query(judging->arena, question));
    struct strings references = references_of(judging, question);
    const char *also = references.n_items == 0
                           ? ""
                           : say(judging, ", nor of the rows that its %s refer%s to",
                                 strings_join(judging->arena, &references, " and "),
                                 references.n_items == 1 ? "s" : "");
    const char *how = link == NULL ? "" : say(judging, ": take one with %s", link);
    return say(judging, "no export of %s tells this%s%s", question->table, also, how);
}

/* Nobody but the integration, or a log of its calls, tells it. */
static bool needs_call(const struct question *question)
{
    return question->kind != QUESTION_ROWS || question->minutes > 0 ||
           !text_equal(question->credential, "auditor");
}

const char *because_not_recorded(struct judging *judging, const struct question *question,
                                 const char *otherwise)
{
    const struct credential *auditor = target_credential(judging->target, "auditor");
    enum source stands_in = auditor == NULL ? SOURCE_LIVE : auditor->stands_in;
    if (stands_in == SOURCE_LIVE) {
        return otherwise;
    }
    if (needs_call(question)) {
        return "only a call to the instance tells this, and none was made";
    }
    return stands_in == SOURCE_EXPORT
               ? because_not_exported(judging, question)
               : "the script did not read this: it was made for another pack, other parameters or "
                 "another kind of credential (glidepath pack script makes it anew)";
}
