/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The packs of a target, ready to be asked and judged; and one pack by itself.
 */
#include <string.h>

#include "base/arena.h"
#include "model/names.h"
#include "rules/load.h"
#include "rules/pack_source.h"

/* The ids of the catalogue's causes, found by the lines that begin a cause: to read the whole file
 * as YAML would be half the work of loading a pack. tests/rules holds them to the catalogue. */
static struct strings cause_ids(struct arena *arena)
{
    static const char begin[] = "\n  - id: ";
    const struct embedded_file *file = builtin_file_find("causes.yaml");
    struct strings ids = {0};
    const char *at = strstr(file->text, begin);
    for (; at != NULL; at = strstr(at, begin)) {
        at += strlen(begin);
        strings_add(arena, &ids, arena_strndup(arena, at, strcspn(at, "\n")));
    }
    return ids;
}

struct loading loading_begin(struct arena *arena, struct diag *diag,
                             const struct kind_schemas *kinds)
{
    return (struct loading){
        .arena = arena, .diag = diag, .kinds = kinds, .causes = cause_ids(arena)};
}

/* The packs of one load, as sources and, later, bound: both in the order of the target. */
struct shelf {
    struct pack_source *sources;
    struct pack **packs;
    size_t n_packs;
};

static bool is_chosen_before(const struct shelf *shelf, size_t i)
{
    for (size_t earlier = 0; earlier < i; earlier++) {
        if (text_equal(shelf->sources[earlier].name, shelf->sources[i].name)) {
            return true;
        }
    }
    return false;
}

static void read_sources(const struct loading *loading, const struct target *target,
                         struct shelf *shelf)
{
    for (size_t i = 0; i < target->n_packs; i++) {
        const struct pack_choice *choice = &target->packs[i];
        bool is_sound = pack_source_load(loading, choice->name, choice->where, &shelf->sources[i]);
        if (is_sound && is_chosen_before(shelf, i)) {
            diag_error(loading->diag, choice->where, "the pack '%s' is chosen twice",
                       shelf->sources[i].name);
        }
    }
}

/* ---- credentials ---- */

static const char *credential_of(const struct pack_choice *choice)
{
    return choice->credential != NULL ? choice->credential : "integration";
}

/* A vendor that signs in another way finds other things in its way: a pack tried with a credential
 * it is not written for would say nothing that counts. */
static void check_credential(const struct loading *loading, const struct target *target,
                             const struct pack_choice *choice, const struct pack_source *source)
{
    const char *name = credential_of(choice);
    const struct credential *credential = target_credential(target, name);
    if (credential == NULL || credential->kind_is_unread || source->credentials.n_items == 0 ||
        strings_have(&source->credentials, credential_kind_name(credential->kind))) {
        return;
    }
    diag_error(loading->diag, choice->where,
               "%s is checked with a credential of kind %s; '%s' is of kind %s (give another one, "
               "in TARGET as { pack: %s, credential: NAME }, or choose another pack)",
               source->name, join_alternatives(loading->arena, &source->credentials), name,
               credential_kind_name(credential->kind), choice->name);
}

/* ---- names in `set` ---- */

static bool any_declares(const struct shelf *shelf, const char *pack, const char *name)
{
    for (size_t i = 0; i < shelf->n_packs; i++) {
        const struct pack_source *source = &shelf->sources[i];
        if ((pack == NULL || text_equal(source->name, pack)) &&
            parameters_find(&source->parameters, name) != NULL) {
            return true;
        }
    }
    return false;
}

static bool is_on_shelf(const struct shelf *shelf, const char *pack)
{
    for (size_t i = 0; i < shelf->n_packs; i++) {
        if (text_equal(shelf->sources[i].name, pack)) {
            return true;
        }
    }
    return false;
}

/* Every name that could be set: plain, or with the pack in front. */
static struct strings settable_names(const struct loading *loading, const struct shelf *shelf,
                                     bool with_pack)
{
    struct strings names = {0};
    for (size_t i = 0; i < shelf->n_packs; i++) {
        const struct pack_source *source = &shelf->sources[i];
        for (size_t p = 0; p < source->parameters.n_items; p++) {
            const char *name = source->parameters.items[p].name;
            strings_add_unique(loading->arena, &names,
                               with_pack ? arena_printf(loading->arena, "%s.%s", source->name, name)
                                         : name);
        }
    }
    return names;
}

/* A name no pack declares is a slip. A built-in pack that is not part of this run (--pack chose
 * others) may have its values in the file all the same. */
static void check_set_name(const struct loading *loading, const struct shelf *shelf,
                           const char *name, struct where where)
{
    struct binder binder = {.arena = loading->arena, .diag = loading->diag};
    const char *dot = strrchr(name, '.');
    const char *pack =
        dot == NULL ? NULL : arena_strndup(loading->arena, name, (size_t)(dot - name));
    if (any_declares(shelf, pack, dot == NULL ? name : dot + 1)) {
        return;
    }
    struct strings builtin = builtin_pack_names(loading->arena);
    if (pack != NULL && !is_on_shelf(shelf, pack) && strings_have(&builtin, pack)) {
        return;
    }
    struct strings names = settable_names(loading, shelf, dot != NULL);
    diag_error(loading->diag, where, "no pack of this run has a parameter '%s'%s", name,
               did_you_mean(&binder, name, &names));
}

static void check_set_names(const struct loading *loading, const struct shelf *shelf,
                            const struct target *target)
{
    for (size_t i = 0; i < target->set.n_items; i++) {
        struct where where =
            i < target->set_places.n_items ? target->set_places.items[i] : whole_file(NULL);
        check_set_name(loading, shelf, target->set.items[i].key, where);
    }
}

/* ---- waivers ---- */

static void check_waiver(const struct loading *loading, const struct shelf *shelf,
                         const struct waiver *waiver)
{
    struct binder binder = {.arena = loading->arena, .diag = loading->diag};
    struct strings ids = {0};
    struct strings packs = {0};
    for (size_t i = 0; i < shelf->n_packs; i++) {
        strings_add(loading->arena, &packs, shelf->packs[i]->name);
        for (size_t c = 0; c < shelf->packs[i]->n_checks; c++) {
            strings_add(loading->arena, &ids, shelf->packs[i]->checks[c].id);
        }
    }
    if (strings_have(&ids, waiver->check)) {
        return;
    }
    size_t pack_len = strcspn(waiver->check, "/");
    const char *pack = arena_strndup(loading->arena, waiver->check, pack_len);
    if (strings_have(&packs, pack) || nearest_spelling(pack, &packs) != NULL) {
        diag_error(loading->diag, waiver->where, "the waiver names no check: '%s'%s", waiver->check,
                   did_you_mean(&binder, waiver->check, &ids));
    }
}

/* ---- loading ---- */

static void bind_packs(const struct loading *loading, const struct target *target,
                       struct shelf *shelf)
{
    struct binder binder = {.arena = loading->arena, .diag = loading->diag};
    for (size_t i = 0; i < shelf->n_packs; i++) {
        const struct pack_choice *choice = &target->packs[i];
        struct pack_source *source = &shelf->sources[i];
        check_credential(loading, target, choice, source);
        parameters_settle(&binder, source->name, &source->parameters, target, choice);
        shelf->packs[i] = pack_bind(loading, source, credential_of(choice));
    }
}

/* True when every file could be read far enough to look at its content. */
static bool all_are_there(const struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->n_packs; i++) {
        if (shelf->sources[i].name == NULL) {
            return false;
        }
    }
    return true;
}

bool packs_load(struct arena *arena, struct diag *diag, const struct kind_schemas *kinds,
                const struct target *target, struct pack ***ret_packs, size_t *ret_n_packs)
{
    const struct loading loading = loading_begin(arena, diag, kinds);
    size_t n_before = diag_count(diag);
    if (target->n_packs == 0 && target->may_choose_packs) {
        return false; /* what is wrong with them has been said */
    }
    if (target->n_packs == 0) {
        return diag_error(diag, whole_file(target->file), "no pack is chosen (--pack NAME)");
    }
    struct shelf shelf = {
        .sources = arena_array(arena, target->n_packs, sizeof *shelf.sources),
        .packs = arena_array(arena, target->n_packs, sizeof *shelf.packs),
        .n_packs = target->n_packs,
    };
    read_sources(&loading, target, &shelf);
    if (!all_are_there(&shelf)) {
        return false;
    }
    check_set_names(&loading, &shelf, target);
    bind_packs(&loading, target, &shelf);
    for (size_t i = 0; i < target->n_waivers; i++) {
        check_waiver(&loading, &shelf, &target->waivers[i]);
    }
    if (diag_count(diag) > n_before) {
        return false;
    }
    *ret_packs = shelf.packs;
    *ret_n_packs = shelf.n_packs;
    return true;
}

/* ---- a pack by itself ---- */

static bool finish_lint(const struct loading *loading, struct pack_source *source,
                        enum stand_in stand_in, size_t n_before, struct pack **ret_pack)
{
    if (source->name == NULL) {
        return false;
    }
    parameters_stand_in(loading->arena, &source->parameters, stand_in);
    struct pack *pack = pack_bind(loading, source, "integration");
    if (diag_count(loading->diag) > n_before) {
        return false;
    }
    *ret_pack = pack;
    return true;
}

static bool lint_file(struct arena *arena, struct diag *diag, const struct kind_schemas *kinds,
                      const char *name, enum stand_in stand_in, struct pack **ret_pack)
{
    const struct loading loading = loading_begin(arena, diag, kinds);
    size_t n_before = diag_count(diag);
    struct pack_source source = {0};
    bool is_sound = pack_source_load(&loading, name, whole_file(NULL), &source);
    (void)is_sound; /* the rest of its mistakes comes from binding what could be read */
    return finish_lint(&loading, &source, stand_in, n_before, ret_pack);
}

bool pack_lint(struct arena *arena, struct diag *diag, const struct kind_schemas *kinds,
               const char *name, struct pack **ret_pack)
{
    return lint_file(arena, diag, kinds, name, STAND_IN_REQUIRED, ret_pack);
}

bool pack_imagine(struct arena *arena, struct diag *diag, const struct kind_schemas *kinds,
                  const char *name, struct pack **ret_pack)
{
    return lint_file(arena, diag, kinds, name, STAND_IN_ALL, ret_pack);
}

bool pack_lint_text(struct arena *arena, struct diag *diag, const struct kind_schemas *kinds,
                    const char *file, const char *text, size_t len, struct pack **ret_pack)
{
    const struct loading loading = loading_begin(arena, diag, kinds);
    size_t n_before = diag_count(diag);
    struct pack_source source = {0};
    bool is_sound = pack_source_parse(&loading, file, text, len, &source);
    (void)is_sound;
    return finish_lint(&loading, &source, STAND_IN_REQUIRED, n_before, ret_pack);
}
