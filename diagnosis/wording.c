/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cause in words: with its subject in the sentence, and the question only where one is left.
 */
#include "diagnosis/procedure.h"

#include <string.h>

#include "base/arena.h"

static const char *with_subject(const struct procedure *procedure, const char *text,
                                const char *subject)
{
    static const char placeholder[] = "$subject";
    const char *place = text == NULL ? NULL : strstr(text, placeholder);
    if (place == NULL) {
        return text;
    }
    const char *rest = with_subject(procedure, place + strlen(placeholder), subject);
    return arena_printf(procedure->arena, "%.*s%s%s", (int)(place - text), text, subject, rest);
}

struct cause worded(const struct procedure *procedure, const struct suspect *suspect)
{
    const struct cause_entry *entry = suspect->entry;
    const char *unnamed = entry->unnamed != NULL ? entry->unnamed : "of this integration";
    const char *subject = suspect->subject != NULL ? suspect->subject : unnamed;
    bool is_settled = suspect->confidence == CONFIDENCE_CERTAIN && !entry->is_symptom;
    bool asks = !is_settled && entry->ask != NULL;
    return (struct cause){
        .id = entry->id,
        .confidence = suspect->confidence,
        .subject = suspect->subject,
        .says = with_subject(procedure, entry->says, subject),
        .fix = with_subject(procedure, entry->fix, subject),
        .owner = entry->owner,
        .ask = asks ? with_subject(procedure, entry->ask, subject) : NULL,
        .replies = asks ? entry->replies : NULL,
        .n_replies = asks ? entry->n_replies : 0,
        .doubt = entry->doubt,
        .since = worked_until(procedure, suspect),
        .explains = suspect->explains,
    };
}
