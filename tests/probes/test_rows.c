/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows: every form of a field, the columns that are dropped, the test against the query, and who
 * the caller is.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/json.h"
#include "probes/credentials.h"
#include "probes/rows.h"

static struct row *read_rows(struct arena *arena, const char *text, size_t *ret_n)
{
    const char *fault = NULL;
    const struct json *document = json_parse(arena, text, strlen(text), &fault);
    cr_assert_not_null(document, "%s", fault);
    return rows_read(arena, document, ret_n);
}

Test(rows, every_form_of_a_field)
{
    static const struct {
        const char *field;
        const char *value;
        const char *why;
    } rows[] = {
        {"\"text\"", "text", "a scalar is a string"},
        {"\"\"", "", "empty"},
        {"null", "", "null counts as empty"},
        {"true", "true", "a boolean, should one come"},
        {"20", "20", "a number, should one come"},
        {"{\"link\":\"https://x/1\",\"value\":\"1\"}", "1", "a reference with its link"},
        {"{\"display_value\":\"A\",\"value\":\"1\"}", "1", "both values: the stored one"},
        {"{\"display_value\":\"A\",\"link\":\"https://x\"}", "A", "only the shown value"},
        {"{\"display_value\":\"\",\"value\":\"\"}", "", "an empty reference with both values"},
        {"{}", "", "an object without any"},
        {"[1]", "", "a list is no field"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        size_t n = 0;
        char *text = arena_printf(arena, "[{\"role.name\":%s}]", rows[i].field);
        struct row *read = read_rows(arena, text, &n);
        cr_assert_eq(n, 1);
        cr_expect_str_eq(row_get(&read[0], "role.name"), rows[i].value, "row %zu (%s)", i,
                         rows[i].why);
        arena_free(arena);
    }
}

Test(rows, one_record_and_what_is_no_record)
{
    struct arena *arena = arena_new();
    size_t n = 0;
    read_rows(arena, "{\"sys_id\":\"1\"}", &n);
    cr_expect_eq(n, 1);
    read_rows(arena, "[{\"sys_id\":\"1\"},\"x\",{\"sys_id\":\"2\"}]", &n);
    cr_expect_eq(n, 2);
    read_rows(arena, "[]", &n);
    cr_expect_eq(n, 0);
    cr_expect_null(rows_read(arena, NULL, &n));
    arena_free(arena);
}

Test(rows, secret_columns_are_dropped)
{
    static const struct {
        const char *column;
        bool is_secret;
    } rows[] = {
        {"user_password", true},
        {"password", true},
        {"last_password", true},
        {"basic_auth_password", true},
        {"key_store_password", true},
        {"client_secret", true},
        {"oauth_entity.client_secret", true},
        {"token", true},
        {"api_key.token", true},
        {"refresh_token", true},
        {"token_hash", true},
        {"ssh_private_key", true},
        {"ssh_passphrase", true},
        {"bound_session_key", true},
        {"shared_key", true},
        {"salt", true},
        {"Client_Secret", true},
        {"password_needs_reset", false},
        {"access_token_lifespan", false},
        {"refresh_token_lifespan", false},
        {"token_format", false},
        {"token_url", false},
        {"extend_refresh_token_expiry", false},
        {"token_issued", false},
        {"reference_key", false},
        {"default_key_id", false},
        {"user_name", false},
        {"sys_token_auth_parameter.prefix", false},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect_eq(column_is_secret(rows[i].column), rows[i].is_secret, "row %zu (%s)", i,
                     rows[i].column);
    }
    size_t n = 0;
    struct row *read = read_rows(
        arena, "[{\"name\":\"a\",\"token\":\"test-token-not-real\",\"active\":\"true\"}]", &n);
    cr_expect_eq(read[0].n_cells, 2);
    cr_expect_null(row_get(&read[0], "token"));
    arena_free(arena);
}

Test(rows, tested_against_the_query)
{
    struct cell cells[] = {{"name", "Itil"}, {"active", "true"}, {"user", ""}};
    struct row row = {cells, ARRAY_LEN(cells)};
    static const struct {
        const char *column;
        const char *value;
        bool fits;
        const char *why;
    } rows[] = {
        {"active", "true", true, "equal"},
        {"active", "false", false, "another value"},
        {"name", "itil", true, "the platform does not tell case apart"},
        {"user", "", true, "empty"},
        {"manager", "", false, "hidden or unknown is not empty"},
        {"manager", "x", false, "never came: an unknown column, whose term was dropped"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct pair pair = {rows[i].column, rows[i].value};
        struct pairs where = {&pair, 1};
        cr_expect_eq(row_fits_where(&row, &where), rows[i].fits, "row %zu (%s)", i, rows[i].why);
    }
}

/* ---- Who the caller is ---------------------------------------------------------------------- */

Test(identity, who_the_caller_is)
{
    static const struct {
        const char *returned; /* user names, comma separated; "-" for a row without one */
        const char *others;
        int64_t total;
        const char *caller; /* NULL: cannot be told */
        bool is_ambiguous;
        const char *why;
    } rows[] = {
        {"aud", "", 1, "aud", false, "alone"},
        {"aud", "", -1, "aud", false, "no count"},
        {"guest", "", 1, "guest", false, "a guest is echoed as what he is"},
        {"", "", 0, NULL, false, "the own row is hidden"},
        {"a,b", "", 2, NULL, false, "a dropped term returns others"},
        {"a", "", 94, NULL, false, "counted more than were asked for: a dropped term, rows hidden"},
        {"-", "", 1, NULL, false, "the name is hidden"},
        {"aud,svc", "svc", 2, "aud", false, "the row that is not the user read along"},
        {"svc,aud", "svc", 2, "aud", false, "in any order"},
        {"aud", "svc", 1, "aud", false, "the user read along is missing"},
        {"svc", "svc", 1, NULL, true, "the auditor is the user, or its own row is hidden"},
        {"SVC", "svc", 1, NULL, true, "case is not told apart"},
        {"aud,other", "svc", 2, NULL, false, "a row nobody asked for"},
        {"aud,svc,other", "svc", 3, NULL, false, "one more than could have been asked for"},
        {"aud,a,b", "a,b", 3, "aud", false, "several read along"},
        {"a,b", "a,b", 2, NULL, true, "one of those may be the caller"},
        {"svc,svc", "svc", 2, NULL, true, "a doubled name tells nothing"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct strings names = strings_split(arena, rows[i].returned, ',');
        struct strings others = strings_split(arena, rows[i].others, ',');
        struct row *returned = arena_array(arena, names.n_items, sizeof *returned);
        for (size_t j = 0; j < names.n_items; j++) {
            struct cell *cell = arena_allocate(arena, sizeof *cell);
            bool is_hidden = text_equal(names.items[j], "-");
            *cell = (struct cell){is_hidden ? "sys_id" : "user_name", names.items[j]};
            returned[j] = (struct row){cell, 1};
        }
        bool is_ambiguous = false;
        const struct row *caller =
            identity_caller(returned, names.n_items, rows[i].total, &others, &is_ambiguous);
        cr_expect(text_equal(caller == NULL ? NULL : row_get(caller, "user_name"), rows[i].caller),
                  "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(is_ambiguous, rows[i].is_ambiguous, "row %zu (%s)", i, rows[i].why);
        arena_free(arena);
    }
}

Test(identity, guest_is_nobody)
{
    struct cell cells[] = {{"user_name", "guest"}, {"user_name", "Guest"}, {"user_name", "svc_a"}};
    struct row rows[] = {{&cells[0], 1}, {&cells[1], 1}, {&cells[2], 1}};
    cr_expect_not(identity_is_named(&rows[0]));
    cr_expect_not(identity_is_named(&rows[1]));
    cr_expect(identity_is_named(&rows[2]));
    cr_expect_not(identity_is_named(NULL));
}

Test(identity, near_lockout)
{
    static const struct {
        const char *locked_out;
        const char *failed_attempts;
        bool is_near;
        const char *why;
    } rows[] = {
        {"false", "", false, "never failed"},
        {"false", "2", false, "three tries are left"},
        {"false", "3", true, "two below the default limit of five"},
        {"false", "4", true, "nearer"},
        {"true", "0", true, "locked"},
        {"false", "many", false, "no number"},
        {NULL, NULL, false, "hidden columns say nothing"},
        {NULL, "5", true, "one column is enough"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct cell cells[2];
        struct row row = {cells, 0};
        if (rows[i].locked_out != NULL) {
            cells[row.n_cells++] = (struct cell){"locked_out", rows[i].locked_out};
        }
        if (rows[i].failed_attempts != NULL) {
            cells[row.n_cells++] = (struct cell){"failed_attempts", rows[i].failed_attempts};
        }
        cr_expect_eq(user_is_near_lockout(&row), rows[i].is_near, "row %zu (%s)", i, rows[i].why);
    }
}
