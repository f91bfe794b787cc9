/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cause is ruled out of one thing and suspected of another: a policy that lets GET in says
 * nothing about POST, and a pack without a smallest release suspects no old one.
 */
#include "diagnosis/suspicion.h"

#include <string.h>

#include "base/arena.h"
#include "rules/schema.h"
#include "rules/wants.h"

static bool is_one_of(const char *subject, const struct pairs *about)
{
    for (size_t i = 0; i < about->n_items; i++) {
        if (text_equal(about->items[i].value, subject)) {
            return true;
        }
    }
    return false;
}

/* The finding without what it rules out for everybody. */
static bool excludes_by_name(const struct finding *finding, const char *id, const char *subject,
                             const struct pairs *about)
{
    for (size_t i = 0; i < finding->n_excludes; i++) {
        const struct exclusion *exclusion = &finding->excludes[i];
        if (text_equal(exclusion->cause, id) && exclusion->subject != NULL &&
            (text_equal(exclusion->subject, subject) || is_one_of(exclusion->subject, about))) {
            return true;
        }
    }
    return false;
}

static bool excludes_for_everybody(const struct finding *finding, const char *id)
{
    for (size_t i = 0; i < finding->n_excludes; i++) {
        if (text_equal(finding->excludes[i].cause, id) && finding->excludes[i].subject == NULL) {
            return true;
        }
    }
    return false;
}

bool excludes(const struct finding *finding, const char *id, const char *subject,
              const struct pairs *about)
{
    return excludes_for_everybody(finding, id) || excludes_by_name(finding, id, subject, about);
}

bool is_of_instance(const struct cause_entry *entry)
{
    static const char *const groups[] = {"network", "instance", "release and plugins"};
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        if (text_equal(entry->group, groups[i])) {
            return true;
        }
    }
    return false;
}

static bool is_of_another(const struct finding *finding, const struct pairs *about)
{
    const char *credential = pairs_get(about, "credential");
    return credential != NULL && finding->credential != NULL &&
           !text_equal(credential, finding->credential);
}

bool is_excluded_by_a_pass(const struct observations *observations, const struct cause_entry *entry,
                           const char *subject, const struct pairs *about)
{
    for (size_t i = 0; i < observations->n_findings; i++) {
        const struct finding *finding = &observations->findings[i];
        bool is_named_only = is_of_another(finding, about) && !is_of_instance(entry);
        if (finding->verdict == VERDICT_PASS &&
            (is_named_only ? excludes_by_name(finding, entry->id, subject, about)
                           : excludes(finding, entry->id, subject, about))) {
            return true;
        }
    }
    return false;
}

bool is_excluded_by_name(const struct observations *observations, const char *id,
                         const char *subject, const struct pairs *about)
{
    for (size_t i = 0; i < observations->n_findings; i++) {
        const struct finding *finding = &observations->findings[i];
        if (finding->verdict == VERDICT_PASS && excludes_by_name(finding, id, subject, about)) {
            return true;
        }
    }
    return false;
}

bool concerns(const struct clue *clue, const struct pairs *about)
{
    const char *credential = pairs_get(&clue->about, "credential");
    const char *refused = pairs_get(about, "credential");
    return credential == NULL || refused == NULL || text_equal(credential, refused);
}

bool is_excluded_by_a_clue(const struct clues *clues, const struct cause_entry *entry,
                           const struct pairs *about)
{
    for (size_t i = 0; i < clues->n_items; i++) {
        if (strings_have(&entry->excluded_by, clues->items[i].signature) &&
            concerns(&clues->items[i], about)) {
            return true;
        }
    }
    return false;
}

enum confidence clue_strength(const struct catalogue *catalogue, const struct cause_entry *entry,
                              const struct clue *clue)
{
    const struct signature *signature = catalogue_signature(catalogue, clue->signature);
    return clue->is_words_only || signature == NULL
               ? CONFIDENCE_LIKELY
               : pointing_strength(catalogue, entry, signature);
}

/* `pattern` is "kind", "kind.parameter" or "kind.parameter=value". */
static bool check_fits(struct arena *arena, const struct check *check, const char *pattern)
{
    size_t kind_len = strcspn(pattern, ".");
    const char *kind = arena_strndup(arena, pattern, kind_len);
    if (check->kind == NULL || !text_equal(check->kind->name, kind)) {
        return false;
    }
    if (pattern[kind_len] == '\0') {
        return true;
    }
    const char *parameter = pattern + kind_len + 1;
    size_t len = strcspn(parameter, "=");
    const char *value = parameter[len] == '=' ? parameter + len + 1 : NULL;
    return check_wants(check, arena_strndup(arena, parameter, len), value);
}

static bool check_could_see(struct arena *arena, const struct check *check,
                            const struct strings *seen_by)
{
    for (size_t i = 0; i < seen_by->n_items; i++) {
        if (check_fits(arena, check, seen_by->items[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < check->n_alternatives; i++) {
        if (check_could_see(arena, &check->alternatives[i], seen_by)) {
            return true;
        }
    }
    return false;
}

bool could_be_seen(struct arena *arena, const struct cause_entry *entry,
                   const struct observations *observations)
{
    for (size_t i = 0; i < observations->n_findings && entry->seen_by.n_items > 0; i++) {
        const struct finding *finding = &observations->findings[i];
        if (finding->verdict != VERDICT_NOT_APPLICABLE &&
            check_could_see(arena, finding->check, &entry->seen_by)) {
            return true;
        }
    }
    return entry->seen_by.n_items == 0 || observations->n_findings == 0;
}

const char *about_which(const struct cause_entry *entry, const struct pairs *about)
{
    return entry->about == NULL ? NULL : pairs_get(about, entry->about);
}
