/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Law 9: a write that cannot delete what it made says so.
 */
#include "checks/left_behind.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/strings.h"
#include "model/exchange.h"

const char *written_link(struct arena *arena, const struct instance *instance,
                         const struct answer *answer)
{
    const struct written *written = answer->written;
    if (written == NULL || written->sys_id == NULL || instance->origin == NULL) {
        return NULL;
    }
    return arena_printf(arena, "%s/%s.do?sys_id=%s", instance->origin, answer->question.table,
                        written->sys_id);
}

/* Why the record is still there. */
static const char *obstacle(struct arena *arena, const struct exchange *removal)
{
    if (removal == NULL) {
        return "there was no time or no credential left to delete it";
    }
    const char *words = removal->detail != NULL ? removal->detail : removal->message;
    return arena_printf(arena, "deleting it was answered with status %d%s%s%s", removal->status,
                        words != NULL ? ", \"" : "", words != NULL ? words : "",
                        words != NULL ? "\"" : "");
}

/* A record that is not known to be ours is named as what was claimed, and nobody is told to delete
 * it unseen. */
static const char *in_doubt(struct arena *arena, const struct answer *answer)
{
    const struct written *written = answer->written;
    const char *table = answer->question.table;
    if (!written->may_be_left) {
        return NULL;
    }
    if (written->sys_id == NULL) {
        return arena_printf(arena,
                            "whether a record of %s was made could not be told: look for one with "
                            "correlation_id %s, and delete it",
                            table, written->tag);
    }
    return arena_printf(arena,
                        "the answer named the record of %s with sys_id %s, which was not seen to "
                        "hold %s in correlation_id, so nothing was changed or deleted: look for "
                        "one that does, and whether the one named was made by this run",
                        table, written->sys_id, written->tag);
}

const char *left_behind(struct arena *arena, const struct answer *answer)
{
    const struct written *written = answer->written;
    const char *table = answer->question.table;
    if (written == NULL || written->is_removed || answer->question.is_kept) {
        return NULL;
    }
    if (!written->is_ours) {
        return in_doubt(arena, answer);
    }
    return arena_printf(arena, "the record %s%sof %s (sys_id %s) is still there and has to go: %s",
                        written->number != NULL ? written->number : "",
                        written->number != NULL ? " " : "", table, written->sys_id,
                        obstacle(arena, written->steps[WRITE_REMOVE].exchange));
}

const char *left_earlier(struct arena *arena, const struct instance *instance, const char *table,
                         const char *tag, int64_t seconds, const char *file)
{
    return arena_printf(arena,
                        "a run that made a record of %s at %s did not see the end of it. If one is "
                        "still there, it has to go: "
                        "%s/%s_list.do?sysparm_query=correlation_id%%3D%s (no longer said when %s "
                        "is deleted)",
                        table, utc_format(arena, seconds),
                        instance->origin != NULL ? instance->origin : "", table, tag, file);
}
