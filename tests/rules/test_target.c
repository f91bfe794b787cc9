/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Targets that load: the file, the environment, and the secrets behind the references.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "registry.h"
#include "rules/load.h"

static struct arena *arena;
static struct diag *diag;

static void begin(void)
{
    arena = arena_new();
    diag = diag_new();
    setenv("GLIDEPATH_TEST_KEY", "test-secret-not-real", 1);
}

static void end(void)
{
    diag_free(diag);
    arena_free(arena);
}

static const char target_file[] = ROOM_FIXTURES "/good/target.yaml";

static struct target load(void)
{
    struct target target = {0};
    bool is_loaded = target_load(arena, diag, target_file, &target);
    cr_assert(is_loaded, "%s", is_loaded ? "" : diag_message(diag, 0));
    return target;
}

static const char *bytes_of(const struct secret *secret)
{
    return secret->bytes != NULL ? secret->bytes : "(none)";
}

Test(target, the_file, .init = begin, .fini = end)
{
    struct target target = load();
    cr_expect_str_eq(target.file, target_file);
    cr_expect_str_eq(target.instance.origin, "https://acme.service-now.com");
    cr_assert_eq(target.n_packs, 2);
    cr_expect_str_eq(target.packs[0].name, ROOM_FIXTURES "/good/vendor.yaml",
                     "below the file's own folder");
    cr_expect_null(target.packs[0].credential);
    cr_expect_str_eq(target.packs[1].credential, "cxm");
    cr_expect_str_eq(pairs_get(&target.packs[1].set, "level"), "7");
    cr_expect_eq(target.packs[1].set_places.items[0].line, 4);
    cr_expect_str_eq(pairs_get(&target.set, "base.service_user"), "svc_two");
    cr_expect_eq(target.set_places.n_items, 2);
    cr_assert_eq(target.n_credentials, 4);
    cr_assert_eq(target.n_waivers, 1);
    cr_expect_str_eq(target.waivers[0].check, "vendor/records");
    cr_expect_str_eq(target.waivers[0].until_text, "2027-01-31");
    cr_expect_eq(target.waivers[0].until, utc_seconds(2027, 1, 31, 23, 59, 59),
                 "the last second of the day");
    cr_expect_str_eq(target.waivers[0].by, "j.doe");
    cr_expect_str_eq(target.waivers[0].because, "comes in January");
}

Test(target, credentials_and_their_secrets, .init = begin, .fini = end)
{
    struct target target = load();
    const struct credential *key = target_credential(&target, "integration");
    const struct credential *client = target_credential(&target, "cxm");
    const struct credential *basic = target_credential(&target, "auditor");
    const struct credential *password = target_credential(&target, "also");
    cr_expect_eq(key->kind, CREDENTIAL_API_KEY);
    cr_expect(key->where.is_secret);
    cr_expect(key->secret_from.where.is_secret);
    cr_expect_not(secret_is_set(&key->secret), "nothing is read before secrets_read()");
    bool is_read = secrets_read(arena, diag, &target);
    cr_assert(is_read, "%s", is_read ? "" : diag_message(diag, 0));
    cr_expect_str_eq(bytes_of(&key->secret), "test-secret-not-real");
    cr_expect_str_eq(key->source, "env GLIDEPATH_TEST_KEY");

    cr_expect_eq(client->kind, CREDENTIAL_OAUTH_CLIENT);
    cr_expect_str_eq(client->client_id, "0123");
    cr_expect_str_eq(bytes_of(&client->client_secret), "two words", "one newline is stripped");
    cr_expect_not(secret_is_set(&client->secret));
    cr_expect_str_eq(client->source, "command printf");

    cr_expect_eq(basic->kind, CREDENTIAL_BASIC);
    cr_expect_str_eq(basic->user_name, "audit");
    cr_expect_str_eq(bytes_of(&basic->secret), "test-secret-not-real");
    cr_expect_str_eq(basic->source, "file " ROOM_FIXTURES "/good/../good/secret.txt");

    cr_expect_eq(password->kind, CREDENTIAL_OAUTH_PASSWORD);
    cr_expect_str_eq(password->user_name, "u");
    cr_expect_str_eq(bytes_of(&password->secret), "b");
    cr_expect_str_eq(bytes_of(&password->client_secret), "test-secret-not-real");
    cr_expect_str_eq(password->source, "command printf");
    cr_expect(secrets_read(arena, diag, &target), "reading again replaces");
    target_release(&target);
    cr_expect_not(secret_is_set(&key->secret));
    target_release(&target);
}

Test(target, loads_with_its_packs, .init = begin, .fini = end)
{
    struct target target = load();
    struct kind_schemas kinds = test_kinds();
    struct pack **packs = NULL;
    size_t n_packs = 0;
    bool is_loaded = packs_load(arena, diag, &kinds, &target, &packs, &n_packs);
    cr_assert(is_loaded, "%s", is_loaded ? "" : diag_message(diag, 0));
    cr_expect_str_eq(packs[0]->credential, "integration");
    cr_expect_str_eq(packs[1]->credential, "cxm");
    cr_expect_str_eq(pairs_get(&packs[0]->parameters, "auth"), "api-key");
    cr_expect_str_eq(pairs_get(&packs[1]->parameters, "service_user"), "svc_two");
    cr_expect_str_eq(pairs_get(&packs[1]->parameters, "level"), "7");
}

Test(target, a_file_that_is_not_there, .init = begin, .fini = end)
{
    struct target target = {.file = "untouched"};
    cr_expect_not(target_load(arena, diag, "/nowhere/t.yaml", &target));
    cr_expect_str_eq(diag_message(diag, 0), "/nowhere/t.yaml: error: No such file or directory\n");
    cr_expect_str_eq(target.file, "untouched");
}

/* ---- commands and files ---- */

struct secret_row {
    const char *name;
    enum secret_origin origin;
    const char *argument; /* of `sh -c`, or a path */
    const char *value;    /* NULL: refused */
    const char *message;
};

static const struct secret_row secret_rows[] = {
    {"output", SECRET_COMMAND, "printf x", "x", NULL},
    {"one newline goes, the other stays", SECRET_COMMAND, "printf 'x\\n\\n'", "x\n", NULL},
    {"a Windows newline goes", SECRET_COMMAND, "printf 'x\\r\\n'", "x", NULL},
    {"blanks stay: they are a finding", SECRET_COMMAND, "printf ' x '", " x ", NULL},
    {"standard input is empty", SECRET_COMMAND, "cat; printf x", "x", NULL},
    {"as much as allowed", SECRET_COMMAND, "head -c 65536 /dev/zero | tr '\\0' a | tail -c 3; true",
     "aaa", NULL},
    {"too much", SECRET_COMMAND, "head -c 65537 /dev/zero", NULL,
     "cannot read the secret from command sh: it wrote more than 65536 bytes"},
    {"endless", SECRET_COMMAND, "cat /dev/zero", NULL,
     "cannot read the secret from command sh: it wrote more than 65536 bytes"},
    {"only a newline", SECRET_COMMAND, "echo", NULL,
     "cannot read the secret from command sh: it writes nothing (run it by hand to see what it "
     "says)"},
    {"a failing command's output is not used", SECRET_COMMAND, "printf not-real; exit 3", NULL,
     "cannot read the secret from command sh: it ended with status 3 (run it by hand to see "
     "what it says)"},
    {"a killed command", SECRET_COMMAND, "kill -9 $$", NULL,
     "cannot read the secret from command sh: it was ended by signal 9 (run it by hand to see "
     "what it says)"},
    {"a file", SECRET_FILE, ROOM_FIXTURES "/good/secret.txt", "test-secret-not-real", NULL},
    {"a folder", SECRET_FILE, ROOM_FIXTURES, NULL,
     "cannot read the secret from file " ROOM_FIXTURES ": Is a directory"},
    {"an empty variable", SECRET_ENV, "GLIDEPATH_TEST_EMPTY", NULL,
     "cannot read the secret from env GLIDEPATH_TEST_EMPTY: this variable is empty"},
};

static struct secret_reference reference_of(const struct secret_row *row)
{
    struct secret_reference reference = {.origin = row->origin, .name = row->argument};
    if (row->origin == SECRET_COMMAND) {
        strings_add(arena, &reference.command, "sh");
        strings_add(arena, &reference.command, "-c");
        strings_add(arena, &reference.command, row->argument);
    }
    return reference;
}

Test(target, reading_a_secret, .init = begin, .fini = end)
{
    setenv("GLIDEPATH_TEST_EMPTY", "", 1);
    for (size_t i = 0; i < ARRAY_LEN(secret_rows); i++) {
        const struct secret_row *row = &secret_rows[i];
        struct diag *own = diag_new();
        struct credential credential = {.name = "integration", .secret_from = reference_of(row)};
        struct target target = {.credentials = &credential, .n_credentials = 1};
        bool is_read = secrets_read(arena, own, &target);
        cr_expect_eq(is_read, row->value != NULL, "row %zu (%s)", i, row->name);
        if (row->value != NULL) {
            cr_expect_str_eq(bytes_of(&credential.secret), row->value, "row %zu (%s)", i,
                             row->name);
        } else {
            cr_expect_str_eq(diag_message(own, 0),
                             arena_printf(arena, "glidepath: error: %s\n", row->message),
                             "row %zu (%s): %s", i, row->name, diag_message(own, 0));
            cr_expect_not(secret_is_set(&credential.secret));
        }
        target_release(&target);
        diag_free(own);
    }
}

Test(target, a_command_that_does_not_end_is_ended, .init = begin, .fini = end, .timeout = 30)
{
    const struct secret_row row = {.origin = SECRET_COMMAND, .argument = "exec sleep 60"};
    struct credential credential = {.name = "integration", .secret_from = reference_of(&row)};
    struct target target = {.credentials = &credential, .n_credentials = 1};
    int64_t began_ms = clock_monotonic_ms();
    cr_expect_not(secrets_read(arena, diag, &target));
    cr_expect_lt(clock_monotonic_ms() - began_ms, 15000);
    cr_expect_not_null(strstr(diag_message(diag, 0), "it did not end within 10 seconds"));
}

/* A shell that shows what it runs (-x) would show the secret. */
Test(target, what_a_command_says_beside_its_output_is_not_shown, .init = begin, .fini = end)
{
    static const char script[] = "echo test-secret-not-real >&2; printf x";
    const struct secret_row row = {.origin = SECRET_COMMAND, .argument = script};
    struct credential credential = {.name = "integration", .secret_from = reference_of(&row)};
    struct target target = {.credentials = &credential, .n_credentials = 1};
    char path[] = "/tmp/glidepath-stderr-XXXXXX";
    int seen = mkstemp(path);
    int own = dup(STDERR_FILENO);
    cr_assert(seen >= 0 && own >= 0);
    unlink(path);
    dup2(seen, STDERR_FILENO);
    bool is_read = secrets_read(arena, diag, &target);
    dup2(own, STDERR_FILENO);
    close(own);
    off_t n_written = lseek(seen, 0, SEEK_END);
    close(seen);
    cr_expect(is_read);
    cr_expect_str_eq(bytes_of(&credential.secret), "x");
    cr_expect_eq(n_written, 0, "it went to our standard error");
    target_release(&target);
}

/* ---- what a broken file leaves open ---- */

struct broken_row {
    const char *name;
    const char *text; /* NULL: there is no such file */
    bool may_name_instance;
    bool may_choose_packs;
};

static const struct broken_row broken_rows[] = {
    {"no file", NULL, true, true},
    {"an empty file", "", true, true},
    {"no YAML", "instance: acme\npacks: [baseline\n", true, true},
    {"no mapping", "- a\n", true, true},
    {"both are there", "instance: acme\npacks: [baseline]\ncolour: x\n", true, true},
    {"values that cannot be used", "instance: [a]\npacks: baseline\n", true, true},
    {"misspelt", "instnace: acme\npack: [baseline]\n", true, true},
    {"neither", "colour: x\n", false, false},
};

Test(target, a_broken_file_may_have_said_more, .init = begin, .fini = end)
{
    for (size_t i = 0; i < ARRAY_LEN(broken_rows); i++) {
        const struct broken_row *row = &broken_rows[i];
        struct target target = {.may_name_instance = true, .may_choose_packs = true};
        struct kind_schemas kinds = test_kinds();
        struct pack **packs = NULL;
        size_t n_packs = 0;
        struct diag *own = diag_new();
        char path[] = "/tmp/glidepath-broken-XXXXXX";
        int file = mkstemp(path);
        cr_assert(file >= 0);
        size_t len = row->text == NULL ? 0 : strlen(row->text);
        cr_assert_eq(write(file, row->text == NULL ? "" : row->text, len), (ssize_t)len);
        close(file);
        if (row->text == NULL) {
            unlink(path);
        }
        cr_expect_not(target_load(arena, own, path, &target), "row %zu (%s)", i, row->name);
        unlink(path);
        size_t n_said = diag_count(own);
        cr_expect_gt(n_said, 0, "row %zu (%s)", i, row->name);
        cr_expect_eq(target.may_name_instance, row->may_name_instance, "row %zu (%s)", i,
                     row->name);
        cr_expect_eq(target.may_choose_packs, row->may_choose_packs, "row %zu (%s)", i, row->name);
        if (target.n_packs == 0) {
            cr_expect_not(packs_load(arena, own, &kinds, &target, &packs, &n_packs));
            cr_expect_eq(diag_count(own) - n_said, row->may_choose_packs ? 0 : 1, "row %zu (%s)", i,
                         row->name);
        }
        diag_free(own);
    }
}

/* ---- environment ---- */

struct environment_row {
    const char *name;
    const char *variables[6]; /* NAME=VALUE, the prefix GLIDEPATH_ left out */
    const char *role;         /* the credential that is there after it; NULL: none */
    enum credential_kind kind;
    const char *source;
    const char *message; /* what is refused */
};

static const struct environment_row environment_rows[] = {
    {"nothing", {0}, NULL, 0, NULL, NULL},
    {"an API key", {"API_KEY=k"}, "integration", CREDENTIAL_API_KEY, "env GLIDEPATH_API_KEY", NULL},
    {"user and password",
     {"USER=u", "PASSWORD=p"},
     "integration",
     CREDENTIAL_BASIC,
     "env GLIDEPATH_PASSWORD",
     NULL},
    {"client credentials",
     {"CLIENT_ID=c", "CLIENT_SECRET=s"},
     "integration",
     CREDENTIAL_OAUTH_CLIENT,
     "env GLIDEPATH_CLIENT_SECRET",
     NULL},
    {"password grant",
     {"CLIENT_ID=c", "CLIENT_SECRET=s", "USER=u", "PASSWORD=p"},
     "integration",
     CREDENTIAL_OAUTH_PASSWORD,
     "env GLIDEPATH_PASSWORD",
     NULL},
    {"refresh token",
     {"CLIENT_ID=c", "CLIENT_SECRET=s", "REFRESH_TOKEN=r"},
     "integration",
     CREDENTIAL_OAUTH_REFRESH,
     "env GLIDEPATH_REFRESH_TOKEN",
     NULL},
    {"a token", {"TOKEN=t"}, "integration", CREDENTIAL_TOKEN, "env GLIDEPATH_TOKEN", NULL},
    {"the auditor",
     {"AUDITOR_API_KEY=k"},
     "auditor",
     CREDENTIAL_API_KEY,
     "env GLIDEPATH_AUDITOR_API_KEY",
     NULL},
    {"empty ones beside a whole kind",
     {"API_KEY=k", "USER=", "PASSWORD=", "TOKEN="},
     "integration",
     CREDENTIAL_API_KEY,
     "env GLIDEPATH_API_KEY",
     NULL},
    {"an empty key", {"API_KEY="}, NULL, 0, NULL, "set, but empty: GLIDEPATH_API_KEY"},
    {"only empty ones",
     {"AUDITOR_USER=", "AUDITOR_PASSWORD="},
     NULL,
     0,
     NULL,
     "set, but empty: GLIDEPATH_AUDITOR_USER, GLIDEPATH_AUDITOR_PASSWORD"},
    {"a user alone",
     {"USER=u"},
     NULL,
     0,
     NULL,
     "GLIDEPATH_USER wants GLIDEPATH_PASSWORD beside it (kind 'basic')"},
    {"an empty password",
     {"USER=u", "PASSWORD="},
     NULL,
     0,
     NULL,
     "GLIDEPATH_USER wants GLIDEPATH_PASSWORD beside it (kind 'basic')"},
    {"a client id alone",
     {"CLIENT_ID=c"},
     NULL,
     0,
     NULL,
     "GLIDEPATH_CLIENT_ID wants GLIDEPATH_CLIENT_SECRET beside it (kind 'oauth-client')"},
    {"a refresh token alone",
     {"REFRESH_TOKEN=r"},
     NULL,
     0,
     NULL,
     "GLIDEPATH_REFRESH_TOKEN wants GLIDEPATH_CLIENT_ID, GLIDEPATH_CLIENT_SECRET beside it (kind "
     "'oauth-refresh')"},
    {"a password grant without its user",
     {"CLIENT_ID=c", "CLIENT_SECRET=s", "PASSWORD=p"},
     NULL,
     0,
     NULL,
     "GLIDEPATH_PASSWORD, GLIDEPATH_CLIENT_ID, GLIDEPATH_CLIENT_SECRET wants GLIDEPATH_USER beside "
     "it (kind 'oauth-password')"},
    {"two kinds",
     {"API_KEY=k", "TOKEN=t"},
     NULL,
     0,
     NULL,
     "the environment gives the integration more than one kind of credential: GLIDEPATH_API_KEY, "
     "GLIDEPATH_TOKEN"},
    {"a key and a password",
     {"AUDITOR_API_KEY=k", "AUDITOR_USER=u", "AUDITOR_PASSWORD=p"},
     NULL,
     0,
     NULL,
     "the environment gives the auditor more than one kind of credential: "
     "GLIDEPATH_AUDITOR_API_KEY, GLIDEPATH_AUDITOR_USER, GLIDEPATH_AUDITOR_PASSWORD"},
    {"two grants",
     {"CLIENT_ID=c", "CLIENT_SECRET=s", "USER=u", "PASSWORD=p", "REFRESH_TOKEN=r"},
     NULL,
     0,
     NULL,
     "the environment gives the integration more than one kind of credential: GLIDEPATH_USER, "
     "GLIDEPATH_PASSWORD, GLIDEPATH_CLIENT_ID, GLIDEPATH_CLIENT_SECRET, GLIDEPATH_REFRESH_TOKEN"},
};

/* Sets, or with `is_over` unsets, the variables of a row. */
static void put_variables(const struct environment_row *row, bool is_over)
{
    for (size_t i = 0; i < ARRAY_LEN(row->variables) && row->variables[i] != NULL; i++) {
        const char *equals = strchr(row->variables[i], '=');
        const char *name = arena_printf(arena, "GLIDEPATH_%.*s", (int)(equals - row->variables[i]),
                                        row->variables[i]);
        if (is_over) {
            unsetenv(name);
        } else {
            setenv(name, equals + 1, 1);
        }
    }
}

static void check_environment_row(size_t i, const struct environment_row *row)
{
    struct diag *own = diag_new();
    struct target target = {0};
    bool is_added = target_add_environment(arena, own, &target);
    cr_expect_eq(is_added, row->message == NULL, "row %zu (%s)", i, row->name);
    cr_expect_eq(diag_count(own), row->message == NULL ? 0 : 1, "row %zu (%s)", i, row->name);
    if (row->message != NULL && diag_count(own) > 0) {
        cr_expect_str_eq(diag_message(own, 0),
                         arena_printf(arena, "glidepath: error: %s\n", row->message),
                         "row %zu (%s): %s", i, row->name, diag_message(own, 0));
    }
    cr_expect_eq(target.n_credentials, row->role != NULL ? 1 : 0, "row %zu (%s)", i, row->name);
    if (target.n_credentials == 1 && row->role != NULL) {
        cr_expect_str_eq(target.credentials[0].name, row->role, "row %zu (%s)", i, row->name);
        cr_expect_eq(target.credentials[0].kind, row->kind, "row %zu (%s)", i, row->name);
        cr_expect_str_eq(target.credentials[0].source, row->source, "row %zu (%s)", i, row->name);
        cr_expect(secrets_read(arena, own, &target), "row %zu (%s)", i, row->name);
    }
    target_release(&target);
    diag_free(own);
}

Test(target, credentials_of_the_environment, .init = begin, .fini = end)
{
    for (size_t i = 0; i < ARRAY_LEN(environment_rows); i++) {
        put_variables(&environment_rows[i], false);
        check_environment_row(i, &environment_rows[i]);
        put_variables(&environment_rows[i], true);
    }
}

Test(target, the_environment_wins_over_the_file, .init = begin, .fini = end)
{
    struct target target = load();
    setenv("GLIDEPATH_INSTANCE", "beta", 1);
    setenv("GLIDEPATH_USER", "u", 1);
    setenv("GLIDEPATH_PASSWORD", "test-secret-not-real", 1);
    cr_assert(target_add_environment(arena, diag, &target));
    cr_expect_str_eq(target.instance.origin, "https://beta.service-now.com");
    cr_expect_eq(target.n_credentials, 4);
    const struct credential *credential = target_credential(&target, "integration");
    cr_expect_eq(credential->kind, CREDENTIAL_BASIC);
    cr_expect_str_eq(credential->user_name, "u");
    cr_assert(secrets_read(arena, diag, &target));
    cr_expect_str_eq(bytes_of(&credential->secret), "test-secret-not-real");
    cr_expect_eq(target_credential(&target, "auditor")->kind, CREDENTIAL_BASIC);
    target_release(&target);
}
