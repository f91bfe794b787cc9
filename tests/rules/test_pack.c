/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs that load: what is bound, who sets a parameter, what `extends` takes over, and what a
 * parameter without a value leaves behind.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/embedded.h"
#include "base/file.h"
#include "base/yaml.h"
#include "model/names.h"
#include "registry.h"
#include "rules/catalogue.h"
#include "rules/load.h"
#include "rules/pack_fields.h"
#include "rules/pack_source.h"

static struct arena *arena;
static struct diag *diag;

static void begin(void)
{
    arena = arena_new();
    diag = diag_new();
}

static void end(void)
{
    diag_free(diag);
    arena_free(arena);
}

static const char vendor_file[] = ROOM_FIXTURES "/good/vendor.yaml";
static const char base_file[] = ROOM_FIXTURES "/good/base.yaml";

static void print_messages(void)
{
    for (size_t i = 0; i < diag_count(diag); i++) {
        cr_log_error("%s", diag_message(diag, i));
    }
}

/* The one pack of the target. */
static struct pack *load_one(const struct target *target)
{
    struct kind_schemas kinds = test_kinds();
    struct pack **packs = NULL;
    size_t n_packs = 0;
    bool is_loaded = packs_load(arena, diag, &kinds, target, &packs, &n_packs);
    print_messages();
    cr_assert(is_loaded);
    cr_assert_eq(n_packs, target->n_packs);
    return packs[0];
}

static struct pack *load_vendor(struct pairs set)
{
    struct pack_choice choice = {.name = vendor_file};
    struct target target = {.packs = &choice, .n_packs = 1, .set = set};
    return load_one(&target);
}

static const struct check *find(const struct pack *pack, const char *name)
{
    for (size_t i = 0; i < pack->n_checks; i++) {
        if (text_equal(pack->checks[i].name, name)) {
            return &pack->checks[i];
        }
    }
    cr_assert_fail("no check %s", name);
    return NULL;
}

static struct pairs user_only(void)
{
    struct pairs set = {0};
    pairs_add(arena, &set, "service_user", "svc");
    return set;
}

static const char *joined(const struct strings *list)
{
    return strings_join(arena, list, " ");
}

Test(pack, header_and_guide, .init = begin, .fini = end)
{
    const struct pack *pack = load_vendor(user_only());
    cr_expect_str_eq(pack->name, "vendor");
    cr_expect_str_eq(pack->title, "Vendor");
    cr_expect_str_eq(pack->version, "1.2.3");
    cr_expect_str_eq(pack->guide_title, "The guide");
    cr_expect_str_eq(pack->guide_read, "2026-11-20");
    cr_expect_str_eq(joined(&pack->rows), "V-1 V-2 V-3 V-4 V-6 BASE-2");
    cr_expect_str_eq(pairs_get(&pack->reasons, "V-2"), "the vendor's own status");
    cr_expect_str_eq(pairs_get(&pack->reasons, "BASE-2"), "see V-6");
    cr_expect_eq(pack->reasons.n_items, 3);
    cr_expect_str_eq(pack->first_table, "incident");
    cr_expect_str_eq(pack->credential, "integration");
}

Test(pack, a_check_is_bound, .init = begin, .fini = end)
{
    struct pairs set = user_only();
    pairs_add(arena, &set, "auth", "oauth");
    const struct check *check = find(load_vendor(set), "property");
    const struct property_params *params = check->params;
    cr_expect_str_eq(check->id, "vendor/property");
    cr_expect_str_eq(check->title, "The property costs $5 and is x_vendor");
    cr_expect_str_eq(check->step, "Step 1");
    cr_expect_eq(check->severity, SEVERITY_RECOMMENDED);
    cr_expect_str_eq(joined(&check->covers), "V-3 V-4");
    cr_expect_str_eq(joined(&check->needs), "vendor/answers vendor/roles");
    cr_expect_str_eq(joined(&check->serves), "vendor/records");
    cr_expect_str_eq(check->owner, "Vendor");
    cr_expect_str_eq(check->fix, "Ask <group> about ^a$");
    cr_expect_str_eq(check->link, "/sys_properties_list.do?sysparm_query=name=x_vendor");
    cr_expect_str_eq(check->kind->name, "property");
    cr_expect_str_eq(params->name, "a");
    cr_expect_str_eq(params->value, "$x");
    cr_expect_str_eq(params->absent, "pass");
    cr_expect(check->applies);
    cr_expect_str_eq(check->condition, "auth is basic or oauth");
    cr_expect_null(check->unset_parameter, "a sentence may show a parameter without a value");
    cr_expect_eq(check->where.line, 16);
}

Test(pack, every_sort_of_field_is_bound, .init = begin, .fini = end)
{
    struct pairs set = user_only();
    pairs_add(arena, &set, "group", "Cloud Operations");
    const struct check *check = find(load_vendor(set), "records");
    const struct record_params *params = check->params;
    cr_expect_eq(check->severity, SEVERITY_REQUIRED);
    cr_expect_str_eq(check->owner, "ServiceNow admin");
    cr_expect_str_eq(check->link, "/list?group=Cloud Operations");
    cr_expect_str_eq(params->table, "incident");
    cr_expect_str_eq(pairs_get(&params->where, "assignment_group"), "Cloud Operations");
    cr_expect_str_eq(pairs_get(&params->where, "active"), "true");
    cr_expect_eq(params->min, 3);
    cr_expect(params->active);
    cr_expect_str_eq(joined(&params->fields), "number Cloud Operations short_description");
    cr_expect_null(check->unset_parameter);
    cr_expect_null(check->condition);
    cr_expect(check->applies);
}

Test(pack, a_parameter_without_a_value_is_named, .init = begin, .fini = end)
{
    const struct pack *pack = load_vendor(user_only());
    const struct check *records = find(pack, "records");
    const struct record_params *params = records->params;
    cr_expect_str_eq(records->unset_parameter, "group");
    cr_expect_not(records->unset_identifies);
    cr_expect_null(records->link, "a link without its parameter leads nowhere");
    cr_expect_eq(params->where.n_items, 1, "the pair that wants it is left out");
    cr_expect_eq(params->fields.n_items, 2, "so is the item");
    cr_expect_str_eq(params->table, "incident", "the rest is bound");

    const struct check *application = find(pack, "application");
    cr_expect_str_eq(application->unset_parameter, "client_id",
                     "what identifies a row comes first");
    cr_expect(application->unset_identifies);
    cr_expect_null(((const struct roles_params *)application->params)->user);
    cr_expect_eq(application->severity, SEVERITY_INFO);
}

Test(pack, alternatives, .init = begin, .fini = end)
{
    const struct pack *pack = load_vendor(user_only());
    const struct check *either = find(pack, "either");
    cr_expect_null(either->kind);
    cr_expect_null(either->params);
    cr_expect_null(either->unset_parameter, "one alternative can do without");
    cr_assert_eq(either->n_alternatives, 2);
    cr_expect_str_eq(either->alternatives[0].kind->name, "roles");
    cr_expect_str_eq(either->alternatives[0].unset_parameter, "client_id");
    cr_expect(either->alternatives[0].unset_identifies);
    const struct check *network = &either->alternatives[1];
    cr_expect_str_eq(network->kind->name, "network");
    cr_expect_not_null(network->params);
    cr_expect_str_eq(network->id, "vendor/either");
    cr_expect_str_eq(network->title, "Either");
    cr_expect_str_eq(joined(&network->needs), "vendor/application");
    cr_expect_eq(network->n_alternatives, 0);
    cr_expect_null(network->unset_parameter);
    cr_expect_str_eq(find(pack, "neither")->unset_parameter, "client_id");
    cr_expect(find(pack, "neither")->unset_identifies);
}

Test(pack, extends_takes_over, .init = begin, .fini = end)
{
    const struct pack *pack = load_vendor(user_only());
    static const char *const order[] = {"vendor/answers", "vendor/property",    "vendor/roles",
                                        "vendor/records", "vendor/application", "vendor/either",
                                        "vendor/neither"};
    cr_assert_eq(pack->n_checks, ARRAY_LEN(order));
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        cr_expect_str_eq(pack->checks[i].id, order[i]);
    }
    cr_expect_str_eq(find(pack, "roles")->title, "Roles of svc", "replaced");
    cr_expect_eq(find(pack, "roles")->needs.n_items, 0);
    cr_expect_str_eq(joined(&find(pack, "roles")->covers), "V-6");
    cr_expect_eq(find(pack, "answers")->covers.n_items, 0, "rows of the other guide");
    cr_expect_str_eq(pairs_get(&pack->parameters, "level"), "3");
    cr_expect_str_eq(pairs_get(&pack->parameters, "role"), "x_vendor");
    cr_expect_null(pairs_get(&pack->parameters, "group"));
}

/* As `sha256sum` would say it of the files, the pack's own first. */
Test(pack, what_it_was_read_from_is_named_with_its_digest, .init = begin, .fini = end)
{
    const char *const files[] = {vendor_file, base_file};
    const struct pack *pack = load_vendor(user_only());
    cr_assert_eq(pack->files.n_items, ARRAY_LEN(files));
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const char *fault = NULL;
        size_t len = 0;
        const char *text = file_read(arena, files[i], 1024 * 1024, &len, &fault);
        cr_assert(text != NULL, "%s: %s", files[i], fault);
        cr_expect_str_eq(pack->files.items[i].key, files[i]);
        cr_expect_str_eq(pack->files.items[i].value, digest_sha256_hex(arena, text, len));
    }
}

/* Who sets what: each row gives one more place a value, and says whose value is in force. */
struct precedence_row {
    const char *name;
    const char *choice; /* set of the pack's choice in the file */
    const char *full;   /* vendor.NAME in the target's set */
    const char *plain;  /* NAME in the target's set */
    const char *option; /* --set */
    bool has_credential;
    const char *service_user;
};

static const struct precedence_row precedence_rows[] = {
    {"the credential", NULL, NULL, NULL, NULL, true, "of-credential"},
    {"a plain name", NULL, NULL, "plain", NULL, true, "plain"},
    {"the name with the pack", NULL, "full", "plain", NULL, true, "full"},
    {"the pack's own choice", "choice", "full", "plain", NULL, true, "choice"},
    {"an option", "choice", "full", "plain", "service_user=option", true, "option"},
    {"an option with the pack", "choice", "full", "plain", "vendor.service_user=option", true,
     "option"},
    {"an option with another pack", "choice", "full", "plain", "baseline.service_user=x", true,
     "choice"},
    {"an empty option counts as none", "choice", NULL, NULL, "service_user=", true, "choice"},
    {"an empty value counts as none", "", "", "plain", NULL, true, "plain"},
    {"nothing but a plain name", NULL, NULL, "plain", NULL, false, "plain"},
};

static void set_in_file(struct pairs *set, struct places *places, const char *name,
                        const char *value)
{
    if (value != NULL) {
        struct where *place = arena_append(arena, &places->items, &places->n_items, sizeof *place);
        place->file = "target.yaml";
        pairs_add(arena, set, name, value);
    }
}

Test(pack, precedence_of_values, .init = begin, .fini = end)
{
    for (size_t i = 0; i < ARRAY_LEN(precedence_rows); i++) {
        const struct precedence_row *row = &precedence_rows[i];
        struct credential credential = {
            .name = "integration", .kind = CREDENTIAL_BASIC, .user_name = "of-credential"};
        struct pack_choice choice = {.name = vendor_file};
        struct target target = {.packs = &choice,
                                .n_packs = 1,
                                .credentials = &credential,
                                .n_credentials = row->has_credential ? 1 : 0};
        set_in_file(&choice.set, &choice.set_places, "service_user", row->choice);
        set_in_file(&target.set, &target.set_places, "service_user", row->plain);
        set_in_file(&target.set, &target.set_places, "vendor.service_user", row->full);
        if (row->option != NULL) {
            cr_assert(target_set_parameter(arena, diag, &target, row->option));
        }
        const struct pack *pack = load_one(&target);
        cr_expect_str_eq(pairs_get(&pack->parameters, "service_user"), row->service_user,
                         "row %zu (%s)", i, row->name);
    }
}

Test(pack, the_later_option_wins, .init = begin, .fini = end)
{
    struct pack_choice choice = {.name = vendor_file};
    struct target target = {.packs = &choice, .n_packs = 1};
    cr_assert(target_set_parameter(arena, diag, &target, "service_user=one"));
    cr_assert(target_set_parameter(arena, diag, &target, "service_user=two=2"));
    cr_expect_str_eq(pairs_get(&load_one(&target)->parameters, "service_user"), "two=2");
    cr_expect_not(target_set_parameter(arena, diag, &target, "service_user"));
    cr_expect_not(target_set_parameter(arena, diag, &target, "=x"));
    cr_expect_str_eq(diag_message(diag, 0),
                     "glidepath: error: --set takes [PACK.]NAME=VALUE, not 'service_user'\n");
}

struct auth_row {
    enum credential_kind kind;
    const char *auth;
    bool applies; /* `when: { auth: [basic, oauth] }` */
};

static const struct auth_row auth_rows[] = {
    {CREDENTIAL_API_KEY, "api-key", false},    {CREDENTIAL_BASIC, "basic", true},
    {CREDENTIAL_OAUTH_CLIENT, "oauth", true},  {CREDENTIAL_OAUTH_PASSWORD, "oauth", true},
    {CREDENTIAL_OAUTH_REFRESH, "oauth", true}, {CREDENTIAL_TOKEN, "oauth", true},
};

Test(pack, the_credential_fills_in, .init = begin, .fini = end)
{
    for (size_t i = 0; i < ARRAY_LEN(auth_rows); i++) {
        struct credential credential = {
            .name = "other", .kind = auth_rows[i].kind, .client_id = "0123"};
        struct pack_choice choice = {.name = vendor_file, .credential = "other"};
        struct target target = {.packs = &choice,
                                .n_packs = 1,
                                .set = user_only(),
                                .credentials = &credential,
                                .n_credentials = 1};
        const struct pack *pack = load_one(&target);
        cr_expect_str_eq(pack->credential, "other");
        cr_expect_str_eq(pairs_get(&pack->parameters, "auth"), auth_rows[i].auth, "row %zu", i);
        cr_expect_str_eq(pairs_get(&pack->parameters, "client_id"), "0123", "row %zu", i);
        cr_expect_eq(find(pack, "property")->applies, auth_rows[i].applies, "row %zu", i);
        cr_expect_null(find(pack, "neither")->unset_parameter);
    }
}

Test(pack, a_condition_on_nothing_does_not_hold, .init = begin, .fini = end)
{
    cr_expect_not(find(load_vendor(user_only()), "property")->applies);
}

Test(pack, lint_stands_in_for_required_values, .init = begin, .fini = end)
{
    struct kind_schemas kinds = test_kinds();
    struct pack *pack = NULL;
    bool is_sound = pack_lint(arena, diag, &kinds, vendor_file, &pack);
    print_messages();
    cr_assert(is_sound);
    cr_expect_str_eq(find(pack, "roles")->title, "Roles of <service_user>");
    cr_expect_str_eq(find(pack, "application")->unset_parameter, "client_id");
}

Test(pack, a_stand_in_is_not_held_to_a_type, .init = begin, .fini = end)
{
    static const char text[] =
        "pack: p\ntitle: P\nversion: 1\n"
        "parameters: { n: { about: N, required: true } }\n"
        "checks:\n"
        "  - { id: a, title: A, step: S, record: { table: t, min: $n, active: $n } }\n"
        "  - { id: b, title: B, step: S, property: { name: a, value: b, absent: $n } }\n";
    struct kind_schemas kinds = test_kinds();
    struct pack *pack = NULL;
    bool is_sound = pack_lint_text(arena, diag, &kinds, "p.yaml", text, strlen(text), &pack);
    print_messages();
    cr_assert(is_sound);
    cr_expect_str_eq(pack->first_table, "sys_user", "where a pack names none");
    cr_expect_eq(((const struct record_params *)pack->checks[0].params)->min, 0);
}

Test(pack, a_name_of_another_builtin_pack_may_stay_in_the_set, .init = begin, .fini = end)
{
    struct strings names = builtin_pack_names(arena);
    if (names.n_items == 0) {
        cr_skip_test("no pack is built in yet");
    }
    struct pairs set = user_only();
    pairs_add(arena, &set, arena_printf(arena, "%s.whatever", names.items[0]), "x");
    cr_expect_not_null(load_vendor(set));
}

Test(pack, built_in_files_are_sorted_and_found, .init = begin, .fini = end)
{
    size_t n = 0;
    const struct embedded_file *files = builtin_files(&n);
    for (size_t i = 0; i < n; i++) {
        cr_expect_eq(builtin_file_find(files[i].name), &files[i]);
        cr_expect_str_eq(digest_sha256_hex(arena, files[i].text, files[i].len), files[i].sha256_hex,
                         "computed while building, and by us");
        cr_expect_eq(strlen(files[i].text), files[i].len);
        cr_expect(i == 0 || strcmp(files[i - 1].name, files[i].name) < 0);
    }
    cr_expect_null(builtin_file_find("packs/none.yaml"));
}

/* The loader takes them as they are (yaml_parse_own()), so here they are read as anybody's. */
Test(pack, built_in_files_are_sound_yaml, .init = begin, .fini = end)
{
    size_t n = 0;
    const struct embedded_file *files = builtin_files(&n);
    for (size_t i = 0; i < n; i++) {
        cr_expect_not_null(yaml_parse(arena, diag, files[i].name, files[i].text, files[i].len),
                           "%s: %s", files[i].name,
                           diag_count(diag) > 0 ? diag_message(diag, diag_count(diag) - 1) : "");
    }
}

Test(pack, the_ids_of_the_causes_are_found_by_their_lines, .init = begin, .fini = end)
{
    struct kind_schemas kinds = test_kinds();
    const struct loading loading = loading_begin(arena, diag, &kinds);
    struct catalogue catalogue;
    cr_assert(catalogue_load(arena, diag, &catalogue));
    cr_assert_eq(loading.causes.n_items, catalogue.n_causes);
    for (size_t i = 0; i < catalogue.n_causes; i++) {
        cr_expect_str_eq(loading.causes.items[i], catalogue.causes[i].id);
    }
}

Test(pack, a_target_without_packs_is_refused, .init = begin, .fini = end)
{
    struct kind_schemas kinds = test_kinds();
    struct target target = {0};
    struct pack **packs = NULL;
    size_t n_packs = 99;
    cr_expect_not(packs_load(arena, diag, &kinds, &target, &packs, &n_packs));
    cr_expect_str_eq(diag_message(diag, 0), "glidepath: error: no pack is chosen (--pack NAME)\n");
    cr_expect_null(packs);
    cr_expect_eq(n_packs, 99);
}

struct credentials_row {
    const char *name;
    const char *pack;
    const char *credential; /* NULL: the usual one */
    enum credential_kind kind;
    const char *message; /* a piece of it; NULL: loads */
};

static const struct credentials_row credentials_rows[] = {
    {"the kind it is written for", "oauth", NULL, CREDENTIAL_OAUTH_CLIENT, NULL},
    {"another", "oauth", NULL, CREDENTIAL_BASIC,
     "oauth is checked with a credential of kind oauth-client; 'integration' is of kind basic"},
    {"inherited", "inherits", NULL, CREDENTIAL_TOKEN,
     "inherits is checked with a credential of kind oauth-client; 'integration' is of kind token"},
    {"inherited, and right", "inherits", NULL, CREDENTIAL_OAUTH_CLIENT, NULL},
    {"its own, not the inherited", "own", NULL, CREDENTIAL_OAUTH_CLIENT,
     "own is checked with a credential of kind basic or api-key; 'integration' is of kind "
     "oauth-client"},
    {"one of its own", "own", NULL, CREDENTIAL_API_KEY, NULL},
    {"no credential of that name is no wrong one", "oauth", "other", CREDENTIAL_BASIC, NULL},
    {"a pack without the key takes any", "base", NULL, CREDENTIAL_BASIC, NULL},
};

Test(pack, is_loaded_with_a_credential_it_is_written_for, .init = begin, .fini = end)
{
    struct kind_schemas kinds = test_kinds();
    for (size_t i = 0; i < ARRAY_LEN(credentials_rows); i++) {
        const struct credentials_row *row = &credentials_rows[i];
        struct pack_choice choice = {
            .name = arena_printf(arena, "%s/good/%s.yaml", ROOM_FIXTURES, row->pack),
            .credential = row->credential};
        struct credential credential = {.name = "integration", .kind = row->kind};
        struct target target = {.packs = &choice,
                                .n_packs = 1,
                                .credentials = &credential,
                                .n_credentials = 1,
                                .set = user_only()};
        target.set.n_items = text_equal(row->pack, "base") ? 1 : 0;
        struct diag *own = diag_new();
        struct pack **packs = NULL;
        size_t n_packs = 0;
        bool is_loaded = packs_load(arena, own, &kinds, &target, &packs, &n_packs);
        cr_expect_eq(is_loaded, row->message == NULL, "row %zu (%s)", i, row->name);
        const char *message = diag_count(own) > 0 ? diag_message(own, 0) : "";
        cr_expect(row->message == NULL || strstr(message, row->message) != NULL, "row %zu (%s): %s",
                  i, row->name, message);
        credential.kind_is_unread = true;
        cr_expect(packs_load(arena, own, &kinds, &target, &packs, &n_packs),
                  "row %zu (%s): a kind that could not be read is no wrong one", i, row->name);
        diag_free(own);
    }
}

/* What a pack may list is what a credential can be. */
Test(pack, the_kinds_of_credential_are_those_there_are)
{
    const char *const *names = NULL;
    for (size_t i = 0; i < header_table.n_fields; i++) {
        if (text_equal(header_table.fields[i].key, "credentials")) {
            names = header_table.fields[i].choices;
        }
    }
    cr_assert_not_null(names);
    int n = 0;
    for (; names[n] != NULL; n++) {
        cr_expect_str_eq(names[n], credential_kind_name((enum credential_kind)n));
    }
    cr_expect_eq(n, CREDENTIAL_TOKEN + 1);
}

/* A good pack cut at every byte is read or refused, and nothing worse. */
Test(pack, survives_being_cut_anywhere, .init = begin, .fini = end)
{
    static const char text[] =
        "pack: p\ntitle: P\nversion: 1\nguide: {title: G, rows: A-1..A-3}\n"
        "reasons: {A-1: no}\nparameters:\n  a: {about: A, values: [x, y]}\n"
        "checks:\n  - {id: a, title: T, step: S, when: {a: x}, covers: [A-2],\n"
        "     roles: {user: $a, roles: [a]}}\n"
        "  - {id: b, title: T, step: S, needs: [a], any_of: [network: {},\n"
        "     record: {table: t, min: 1, where: {a: $a}}]}\n";
    struct kind_schemas kinds = test_kinds();
    for (size_t len = 0; len <= strlen(text); len++) {
        struct diag *cut = diag_new();
        struct pack *pack = NULL;
        bool is_sound = pack_lint_text(arena, cut, &kinds, "p.yaml", text, len, &pack);
        cr_expect_eq(is_sound, diag_count(cut) == 0, "cut at %zu", len);
        cr_expect_eq(is_sound, pack != NULL, "cut at %zu", len);
        diag_free(cut);
    }
}

Test(pack, two_packs_of_one_target, .init = begin, .fini = end)
{
    struct kind_schemas kinds = test_kinds();
    struct pack_choice choices[] = {{.name = vendor_file}, {.name = base_file}};
    pairs_add(arena, &choices[1].set, "level", "7");
    struct target target = {.packs = choices, .n_packs = 2, .set = user_only()};
    pairs_add(arena, &target.set, "base.service_user", "svc_two");
    struct pack **packs = NULL;
    size_t n_packs = 0;
    cr_assert(packs_load(arena, diag, &kinds, &target, &packs, &n_packs));
    cr_assert_eq(n_packs, 2);
    cr_expect_str_eq(pairs_get(&packs[0]->parameters, "service_user"), "svc");
    cr_expect_str_eq(pairs_get(&packs[1]->parameters, "service_user"), "svc_two");
    cr_expect_str_eq(pairs_get(&packs[0]->parameters, "level"), "3");
    cr_expect_str_eq(pairs_get(&packs[1]->parameters, "level"), "7");
    cr_expect_str_eq(packs[1]->checks[1].id, "base/roles");
    cr_expect_str_eq(joined(&packs[1]->checks[1].covers), "BASE-2");
}
