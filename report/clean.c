/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One deep copy of a run in which every text is fit to be written: no secret, valid UTF-8, no
 * control characters, and where that is asked for nothing that tells whose instance it is about.
 * What has a text is listed in a table per struct; a copy begins as a plain assignment, then the
 * texts of its table are replaced.
 */
#include <string.h>

#include "base/arena.h"
#include "base/secret.h"
#include "base/text.h"
#include "report/anonymise.h"
#include "report/changes.h"
#include "report/report.h"
#include "report/summary.h"

struct cleaner {
    struct arena *arena;
    const struct redactor *redactor;
    struct anonymiser *anonymiser; /* NULL: names stay */
};

/* A text of a struct; the type of the member is checked when the row is written. */
struct text_member {
    size_t offset;
    bool may_have_lines;
    bool is_ours; /* a word of a closed list, or of the program: it names nobody */
};

#define OFFSET(type, member) _Generic(((type *)NULL)->member, const char * : offsetof(type, member))
#define LINE(type, member)                 \
    {                                      \
        OFFSET(type, member), false, false \
    }
#define LINES(type, member)               \
    {                                     \
        OFFSET(type, member), true, false \
    }
#define OURS(type, member)                \
    {                                     \
        OFFSET(type, member), false, true \
    }

static const struct text_member run_texts[] = {
    OURS(struct run, tool_version),  OURS(struct run, run_id),
    LINE(struct run, instance_url),  OURS(struct run, release_family),
    OURS(struct run, release_build), OURS(struct run, clock),
    OURS(struct run, status_reason),
};

static const struct text_member credential_texts[] = {
    LINE(struct used_credential, name),
    OURS(struct used_credential, kind),
    LINE(struct used_credential, source),
};

static const struct text_member pack_texts[] = {
    LINE(struct pack, name),        LINE(struct pack, title),      OURS(struct pack, version),
    LINE(struct pack, guide_title), OURS(struct pack, guide_read), LINE(struct pack, first_table),
    LINE(struct pack, credential),  LINE(struct pack, where.file),
};

static const struct text_member check_texts[] = {
    LINE(struct check, id),
    LINE(struct check, name),
    LINE(struct check, title),
    LINE(struct check, step),
    LINE(struct check, owner),
    LINES(struct check, fix),
    LINE(struct check, link),
    OURS(struct check, kind_name),
    LINE(struct check, condition),
    LINE(struct check, where.file),
    LINE(struct check, unset_parameter),
};

static const struct text_member finding_texts[] = {
    LINE(struct finding, seen),          LINE(struct finding, wanted),
    LINES(struct finding, because),      LINE(struct finding, link),
    LINE(struct finding, cause_subject), LINE(struct finding, blocked_by),
    OURS(struct finding, source),
};

static const struct text_member cause_texts[] = {
    OURS(struct cause, id),     LINE(struct cause, subject), LINES(struct cause, says),
    LINES(struct cause, fix),   LINE(struct cause, owner),   LINES(struct cause, ask),
    LINES(struct cause, doubt), LINES(struct cause, since),
};

static const struct text_member reply_texts[] = {
    LINE(struct reply, reply),
    LINES(struct reply, means),
};

static const struct text_member clue_texts[] = {
    OURS(struct clue, signature),
    LINE(struct clue, subject),
    LINES(struct clue, says),
    LINES(struct clue, means),
};

static const struct text_member waiver_texts[] = {
    LINE(struct waiver_told, check), OURS(struct waiver_told, until),
    LINE(struct waiver_told, by),    LINES(struct waiver_told, because),
    LINE(struct waiver_told, says),
};

static const struct text_member difference_texts[] = {
    LINE(struct difference, credential), LINE(struct difference, table),
    LINE(struct difference, row),        LINE(struct difference, record),
    OURS(struct difference, column),     LINE(struct difference, before),
    LINE(struct difference, after),      LINE(struct difference, edited_by),
    OURS(struct difference, edited_on),  LINE(struct difference, says),
};

static const struct text_member compared_texts[] = {
    LINE(struct compared, instance_url),
    OURS(struct compared, release_family),
    OURS(struct compared, release_build),
};

static const struct text_member setting_texts[] = {
    LINE(struct changed_setting, pack),
    LINE(struct changed_setting, name),
    LINE(struct changed_setting, before),
    LINE(struct changed_setting, after),
};

static const struct text_member exchange_texts[] = {
    LINE(struct exchange, credential),
    OURS(struct exchange, method),
    LINE(struct exchange, url),
    LINE(struct exchange, message),
    LINES(struct exchange, detail),
    LINES(struct exchange, excerpt),
    LINE(struct exchange, server),
    LINE(struct exchange, www_authenticate),
    LINE(struct exchange, transaction_id),
    LINE(struct exchange, is_logged_in),
    LINE(struct exchange, location),
    LINE(struct exchange, rate_limit_rule),
    LINE(struct exchange, why),
};

/*
 * Redacted before, because the sanitiser may change bytes of a secret; and after, because dropping
 * a carriage return may put one together.
 */
static const char *clean_text(const struct cleaner *cleaner, const char *text, bool may_have_lines)
{
    const char *before = text;
    if (text != NULL && cleaner->redactor != NULL) {
        before = redact(cleaner->redactor, cleaner->arena, text);
    }
    const char *clean = may_have_lines ? text_sanitize(cleaner->arena, before)
                                       : text_sanitize_line(cleaner->arena, before);
    if (clean == NULL || cleaner->redactor == NULL) {
        return clean;
    }
    return redact(cleaner->redactor, cleaner->arena, clean);
}

/* The same without names, where that is asked for. */
static const char *fit_text(const struct cleaner *cleaner, const char *text, bool may_have_lines)
{
    const char *clean = clean_text(cleaner, text, may_have_lines);
    return cleaner->anonymiser == NULL ? clean : anonymise(cleaner->anonymiser, clean);
}

static void clean_members(const struct cleaner *cleaner, const struct text_member *members,
                          size_t n_members, void *object)
{
    for (size_t i = 0; i < n_members; i++) {
        void *member = (char *)object + members[i].offset;
        const char **text = member;
        *text = members[i].is_ours ? clean_text(cleaner, *text, members[i].may_have_lines)
                                   : fit_text(cleaner, *text, members[i].may_have_lines);
    }
}

#define CLEAN_MEMBERS(cleaner, table, object) \
    clean_members((cleaner), (table), ARRAY_LEN(table), (object))

static struct strings clean_strings(const struct cleaner *cleaner, const struct strings *list)
{
    struct strings copy = {0};
    for (size_t i = 0; i < list->n_items; i++) {
        strings_add(cleaner->arena, &copy, fit_text(cleaner, list->items[i], false));
    }
    return copy;
}

/* Of ids of causes and rows of the guide, which name nobody. */
static struct strings clean_ids(const struct cleaner *cleaner, const struct strings *list)
{
    const struct cleaner ours = {.arena = cleaner->arena, .redactor = cleaner->redactor};
    return clean_strings(&ours, list);
}

static struct pairs clean_pairs(const struct cleaner *cleaner, const struct pairs *pairs)
{
    struct pairs copy = {0};
    for (size_t i = 0; i < pairs->n_items; i++) {
        pairs_add(cleaner->arena, &copy, clean_text(cleaner, pairs->items[i].key, false),
                  fit_text(cleaner, pairs->items[i].value, true));
    }
    return copy;
}

/* Where files lie on somebody's machine tells who that is; where they lie in a repository, not. */
static const char *place_text(const struct cleaner *cleaner, const char *path)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    bool is_told = cleaner->anonymiser == NULL || slash == NULL || path[0] != '/';
    return is_told ? path : slash + 1;
}

static struct pairs clean_files(const struct cleaner *cleaner, const struct pairs *files)
{
    struct pairs copy = {0};
    for (size_t i = 0; i < files->n_items; i++) {
        pairs_add(cleaner->arena, &copy,
                  fit_text(cleaner, place_text(cleaner, files->items[i].key), false),
                  clean_text(cleaner, files->items[i].value, false));
    }
    return copy;
}

static struct check *clean_checks(const struct cleaner *cleaner, const struct check *checks,
                                  size_t n_checks);

static struct check clean_check(const struct cleaner *cleaner, const struct check *check)
{
    struct check copy = *check;
    CLEAN_MEMBERS(cleaner, check_texts, &copy);
    copy.covers = clean_ids(cleaner, &check->covers);
    copy.where.file = place_text(cleaner, copy.where.file);
    copy.needs = clean_strings(cleaner, &check->needs);
    copy.serves = clean_strings(cleaner, &check->serves);
    copy.alternatives = clean_checks(cleaner, check->alternatives, check->n_alternatives);
    return copy;
}

/* Alternatives have no alternatives of their own, so this goes one level deep. */
static struct check *clean_checks(const struct cleaner *cleaner, const struct check *checks,
                                  size_t n_checks)
{
    struct check *copies = arena_array(cleaner->arena, n_checks, sizeof *copies);
    for (size_t i = 0; i < n_checks; i++) {
        copies[i] = clean_check(cleaner, &checks[i]);
    }
    return n_checks == 0 ? NULL : copies;
}

static struct pack *clean_pack(const struct cleaner *cleaner, const struct pack *pack)
{
    struct pack *copy = arena_allocate(cleaner->arena, sizeof *copy);
    *copy = *pack;
    CLEAN_MEMBERS(cleaner, pack_texts, copy);
    copy->files = clean_files(cleaner, &pack->files);
    copy->rows = clean_ids(cleaner, &pack->rows);
    copy->where.file = place_text(cleaner, copy->where.file);
    copy->reasons = clean_pairs(cleaner, &pack->reasons);
    copy->parameters = clean_pairs(cleaner, &pack->parameters);
    copy->checks = clean_checks(cleaner, pack->checks, pack->n_checks);
    return copy;
}

/* Where in the packs the search for the next finding's check begins: findings are in pack order. */
struct place {
    size_t pack;
    size_t check;
};

/* The copy that stands for `check`, or a new one when no pack has it. */
static const struct check *copy_of_check(const struct cleaner *cleaner, const struct run *run,
                                         struct pack *const *copies, const struct check *check,
                                         struct place *place)
{
    for (; place->pack < run->n_packs; place->pack++, place->check = 0) {
        const struct pack *pack = run->packs[place->pack];
        while (place->check < pack->n_checks) {
            size_t i = place->check++;
            if (&pack->checks[i] == check) {
                return &copies[place->pack]->checks[i];
            }
        }
    }
    *place = (struct place){0};
    struct check *own = arena_allocate(cleaner->arena, sizeof *own);
    *own = clean_check(cleaner, check);
    return own;
}

/* A page that is no answer shows whose it is, in words nothing recognises. */
static struct exchange *clean_exchange(const struct cleaner *cleaner,
                                       const struct exchange *exchange)
{
    struct exchange *own = arena_allocate(cleaner->arena, sizeof *own);
    *own = *exchange;
    own->excerpt = cleaner->anonymiser == NULL ? own->excerpt : NULL;
    CLEAN_MEMBERS(cleaner, exchange_texts, own);
    return own;
}

/* Exchanges are numbered from 1 in the order of the array, so the number finds the copy. */
static const struct exchange *copy_of_exchange(const struct cleaner *cleaner, const struct run *run,
                                               const struct run *copy,
                                               const struct exchange *exchange)
{
    size_t i = (size_t)exchange->n - 1;
    if (exchange->n > 0 && i < run->n_exchanges && run->exchanges[i] == exchange) {
        return copy->exchanges[i];
    }
    return clean_exchange(cleaner, exchange);
}

static void clean_exchanges(const struct cleaner *cleaner, const struct run *run, struct run *copy)
{
    copy->exchanges = arena_array(cleaner->arena, run->n_exchanges, sizeof *copy->exchanges);
    for (size_t i = 0; i < run->n_exchanges; i++) {
        copy->exchanges[i] = clean_exchange(cleaner, run->exchanges[i]);
    }
}

static void clean_findings(const struct cleaner *cleaner, const struct run *run, struct run *copy)
{
    struct place place = {0};
    copy->findings = arena_array(cleaner->arena, run->n_findings, sizeof *copy->findings);
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct finding *finding = &run->findings[i];
        struct finding *own = &copy->findings[i];
        *own = *finding;
        CLEAN_MEMBERS(cleaner, finding_texts, own);
        own->check = copy_of_check(cleaner, run, copy->packs, finding->check, &place);
        own->causes = clean_ids(cleaner, &finding->causes);
        own->exchanges = arena_array(cleaner->arena, finding->n_exchanges, sizeof *own->exchanges);
        for (size_t j = 0; j < finding->n_exchanges; j++) {
            own->exchanges[j] = copy_of_exchange(cleaner, run, copy, finding->exchanges[j]);
        }
    }
}

static struct cause *clean_causes(const struct cleaner *cleaner, const struct cause *causes,
                                  size_t n_causes)
{
    struct cause *copies = arena_array(cleaner->arena, n_causes, sizeof *copies);
    for (size_t i = 0; i < n_causes; i++) {
        copies[i] = causes[i];
        CLEAN_MEMBERS(cleaner, cause_texts, &copies[i]);
        copies[i].explains = clean_strings(cleaner, &causes[i].explains);
        copies[i].replies = arena_array(cleaner->arena, causes[i].n_replies, sizeof(struct reply));
        for (size_t r = 0; r < causes[i].n_replies; r++) {
            copies[i].replies[r] = causes[i].replies[r];
            CLEAN_MEMBERS(cleaner, reply_texts, &copies[i].replies[r]);
        }
    }
    return copies;
}

static void clean_clues(const struct cleaner *cleaner, const struct run *run, struct run *copy)
{
    const size_t n = run->clues.n_items;
    copy->clues.items = arena_array(cleaner->arena, n, sizeof *copy->clues.items);
    for (size_t i = 0; i < n; i++) {
        const struct clue *clue = &run->clues.items[i];
        struct clue *own = &copy->clues.items[i];
        *own = *clue;
        CLEAN_MEMBERS(cleaner, clue_texts, own);
        own->about = clean_pairs(cleaner, &clue->about);
        own->exchanges = arena_array(cleaner->arena, clue->n_exchanges, sizeof *own->exchanges);
        for (size_t j = 0; j < clue->n_exchanges; j++) {
            own->exchanges[j] = copy_of_exchange(cleaner, run, copy, clue->exchanges[j]);
        }
    }
}

static void clean_packs(const struct cleaner *cleaner, const struct run *run, struct run *copy)
{
    copy->packs = arena_array(cleaner->arena, run->n_packs, sizeof(struct pack *));
    for (size_t i = 0; i < run->n_packs; i++) {
        copy->packs[i] = clean_pack(cleaner, run->packs[i]);
    }
}

/* "env", "file", "command": where a secret lies has names of people and projects in it. */
static const char *source_text(const struct cleaner *cleaner, const char *source)
{
    static const char *const kinds[] = {"env ", "file ", "command "};
    for (size_t i = 0; i < ARRAY_LEN(kinds) && cleaner->anonymiser != NULL && source != NULL; i++) {
        if (text_starts_with(source, kinds[i])) {
            return arena_strndup(cleaner->arena, source, strlen(kinds[i]) - 1);
        }
    }
    return source;
}

static void clean_credentials(const struct cleaner *cleaner, const struct run *run,
                              struct run *copy)
{
    copy->credentials = arena_array(cleaner->arena, run->n_credentials, sizeof *copy->credentials);
    for (size_t i = 0; i < run->n_credentials; i++) {
        copy->credentials[i] = run->credentials[i];
        CLEAN_MEMBERS(cleaner, credential_texts, &copy->credentials[i]);
        copy->credentials[i].source = source_text(cleaner, copy->credentials[i].source);
    }
}

static void clean_waivers(const struct cleaner *cleaner, const struct run *run, struct run *copy)
{
    copy->waivers = arena_array(cleaner->arena, run->n_waivers, sizeof *copy->waivers);
    for (size_t i = 0; i < run->n_waivers; i++) {
        copy->waivers[i] = run->waivers[i];
        CLEAN_MEMBERS(cleaner, waiver_texts, &copy->waivers[i]);
    }
}

/* ---- Changes ---- */

/* What a report says of one side of a change: the finding, without what it rests on. */
static const struct finding *clean_side(const struct cleaner *cleaner,
                                        const struct finding *finding)
{
    struct finding *own = arena_allocate(cleaner->arena, sizeof *own);
    struct check *check = arena_allocate(cleaner->arena, sizeof *check);
    *own = *finding;
    *check = clean_check(cleaner, finding->check);
    CLEAN_MEMBERS(cleaner, finding_texts, own);
    own->check = check;
    return own;
}

static const struct difference **clean_differences(const struct cleaner *cleaner,
                                                   const struct difference *const *differences,
                                                   size_t n)
{
    const struct difference **copies = arena_array(cleaner->arena, n, sizeof *copies);
    for (size_t i = 0; i < n; i++) {
        struct difference *own = arena_allocate(cleaner->arena, sizeof *own);
        *own = *differences[i];
        CLEAN_MEMBERS(cleaner, difference_texts, own);
        copies[i] = own;
    }
    return copies;
}

static struct change clean_change(const struct cleaner *cleaner, const struct change *change)
{
    struct change own = *change;
    own.before = clean_side(cleaner, change->before);
    own.after = clean_side(cleaner, change->after);
    own.differences = clean_differences(cleaner, change->differences, change->n_differences);
    return own;
}

static const struct changes *clean_changes(const struct cleaner *cleaner,
                                           const struct changes *changes)
{
    if (changes == NULL) {
        return NULL;
    }
    struct changes *own = arena_allocate(cleaner->arena, sizeof *own);
    *own = *changes;
    own->items = arena_array(cleaner->arena, changes->n_items, sizeof *own->items);
    for (size_t i = 0; i < changes->n_items; i++) {
        own->items[i] = clean_change(cleaner, &changes->items[i]);
    }
    own->besides = clean_differences(cleaner, changes->besides, changes->n_besides);
    own->only_before = clean_strings(cleaner, &changes->only_before);
    own->only_after = clean_strings(cleaner, &changes->only_after);
    return own;
}

struct comparison *comparison_clean(struct arena *arena, const struct comparison *comparison,
                                    const struct redactor *redactor)
{
    const struct cleaner cleaner = {.arena = arena, .redactor = redactor};
    struct comparison *own = arena_allocate(arena, sizeof *own);
    *own = *comparison;
    CLEAN_MEMBERS(&cleaner, compared_texts, &own->before);
    CLEAN_MEMBERS(&cleaner, compared_texts, &own->after);
    own->settings = arena_array(arena, comparison->n_settings, sizeof *own->settings);
    for (size_t i = 0; i < comparison->n_settings; i++) {
        own->settings[i] = comparison->settings[i];
        CLEAN_MEMBERS(&cleaner, setting_texts, &own->settings[i]);
    }
    own->changes = clean_changes(&cleaner, comparison->changes);
    return own;
}

static struct run *copy_clean(const struct cleaner *cleaner, const struct run *run)
{
    struct run *copy = arena_allocate(cleaner->arena, sizeof *copy);
    *copy = *run;
    CLEAN_MEMBERS(cleaner, run_texts, copy);
    clean_packs(cleaner, run, copy);
    clean_credentials(cleaner, run, copy);
    clean_exchanges(cleaner, run, copy);
    clean_findings(cleaner, run, copy);
    copy->causes = clean_causes(cleaner, run->causes, run->n_causes);
    copy->advice = clean_causes(cleaner, run->advice, run->n_advice);
    clean_clues(cleaner, run, copy);
    clean_waivers(cleaner, run, copy);
    copy->form_texts = clean_strings(cleaner, &run->form_texts);
    copy->changes = clean_changes(cleaner, run->changes);
    return copy;
}

struct run *run_clean(struct arena *arena, const struct run *run, const struct redactor *redactor)
{
    const struct cleaner cleaner = {.arena = arena, .redactor = redactor};
    return copy_clean(&cleaner, run);
}

/* ---- Without names ---- */

/* True for a value that the pack itself names: it says nothing of whoever runs it. */
static bool is_the_packs(const struct pack_parameter *parameter, const char *value)
{
    return text_equal(value, parameter->fallback) || strings_have(&parameter->values, value);
}

static void know_parameter(struct anonymiser *anonymiser, const struct pack_parameter *parameter,
                           const char *value)
{
    if (text_ends_with(parameter->name, "user")) {
        anonymiser_know(anonymiser, PERSONAL_USER, value);
    } else if (text_equal(parameter->name, "client_id")) {
        anonymiser_know(anonymiser, PERSONAL_CLIENT, value);
    } else if (value != NULL && !is_the_packs(parameter, value) && strchr(value, '.') == NULL) {
        anonymiser_know(anonymiser, PERSONAL_VALUE, value); /* with a dot: known by its form */
    }
}

static void know_packs(struct anonymiser *anonymiser, const struct run *run)
{
    for (size_t p = 0; p < run->n_packs; p++) {
        const struct pack *pack = run->packs[p];
        for (size_t i = 0; pack->declared != NULL && i < pack->parameter_names.n_items; i++) {
            const struct pack_parameter *parameter = &pack->declared[i];
            know_parameter(anonymiser, parameter, pairs_get(&pack->parameters, parameter->name));
        }
    }
}

static void know_findings(struct anonymiser *anonymiser, const struct run *run)
{
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct pairs *about = &run->findings[i].about;
        anonymiser_know(anonymiser, PERSONAL_USER, pairs_get(about, "user"));
        anonymiser_know(anonymiser, PERSONAL_CLIENT, pairs_get(about, "client"));
    }
    for (size_t i = 0; i < run->clues.n_items; i++) {
        anonymiser_know(anonymiser, PERSONAL_USER, pairs_get(&run->clues.items[i].about, "user"));
    }
}

static void know_run(struct anonymiser *anonymiser, struct arena *arena, const struct run *run,
                     const struct personal_names *names)
{
    anonymiser_know(anonymiser, PERSONAL_HOST, run_host(arena, run));
    for (size_t i = 0; i < names->users.n_items; i++) {
        anonymiser_know(anonymiser, PERSONAL_USER, names->users.items[i]);
    }
    for (size_t i = 0; i < names->clients.n_items; i++) {
        anonymiser_know(anonymiser, PERSONAL_CLIENT, names->clients.items[i]);
    }
    know_packs(anonymiser, run);
    know_findings(anonymiser, run);
    for (size_t i = 0; i < run->n_waivers; i++) {
        anonymiser_know(anonymiser, PERSONAL_USER, run->waivers[i].by);
    }
}

struct anonymiser *anonymiser_of_run(struct arena *arena, const struct run *run,
                                     const struct personal_names *names, struct token_book *book)
{
    struct anonymiser *anonymiser = anonymiser_new(arena, book);
    know_run(anonymiser, arena, run, names);
    return anonymiser;
}

struct run *run_clean_anonymous(struct arena *arena, const struct run *run,
                                const struct redactor *redactor, const struct personal_names *names,
                                struct token_book *book)
{
    const struct cleaner cleaner = {.arena = arena,
                                    .redactor = redactor,
                                    .anonymiser = anonymiser_of_run(arena, run, names, book)};
    return copy_clean(&cleaner, run);
}
