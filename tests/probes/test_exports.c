/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML exports: which rows they hold, what is answered of them, and what is not.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/strings.h"
#include "model/names.h"
#include "probes/exports.h"
#include "probes/sources.h"

#define UNLOAD(date, rows) "<unload unload_date=\"" date "\">" rows "</unload>"
#define LIST(rows) "<?xml version=\"1.0\" encoding=\"UTF-8\"?><xml>" rows "</xml>"
#define MORNING "2026-11-20 08:00:00"
#define NOON "2026-11-20 12:00:00"

static struct arena *arena;
static struct diag *diag;
static char folder[] = "/tmp/glidepath-exports-XXXXXX";

static void set_up(void)
{
    arena = arena_new();
    diag = diag_new();
    cr_assert_not_null(mkdtemp(folder));
}

static void tear_down(void)
{
    struct strings names = folder_list(arena, folder);
    for (size_t i = 0; i < names.n_items; i++) {
        const char *path = arena_printf(arena, "%s/%s", folder, names.items[i]);
        (void)!remove(path);
    }
    (void)!rmdir(folder);
    diag_free(diag);
    arena_free(arena);
}

TestSuite(exports, .init = set_up, .fini = tear_down);

/* ---- Files and questions -------------------------------------------------------------------- */

static const char *put(const char *name, const char *text)
{
    const char *path = arena_printf(arena, "%s/%s", folder, name);
    FILE *out = fopen(path, "wb");
    cr_assert_not_null(out);
    fputs(text, out);
    fclose(out);
    return path;
}

static void clear(void)
{
    struct strings names = folder_list(arena, folder);
    for (size_t i = 0; i < names.n_items; i++) {
        cr_assert_eq(remove(arena_printf(arena, "%s/%s", folder, names.items[i])), 0);
    }
    diag_free(diag);
    diag = diag_new();
}

static const struct recording *read_folder(bool are_whole)
{
    const char *paths[] = {folder};
    const struct strings list = {paths, 1};
    return exports_read(arena, &list, are_whole, diag);
}

/* "a=1 b=2". */
static struct pairs pairs_of(const char *text)
{
    struct pairs pairs = {0};
    struct strings words = strings_split(arena, text, ' ');
    for (size_t i = 0; i < words.n_items; i++) {
        struct strings sides = strings_split(arena, words.items[i], '=');
        pairs_add(arena, &pairs, sides.items[0], sides.n_items > 1 ? sides.items[1] : "");
    }
    return pairs;
}

static struct question rows_of(const char *table, const char *where, const char *key,
                               const char *value, const char *fields)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .credential = "auditor",
                             .table = table,
                             .where = pairs_of(where),
                             .key = key,
                             .value = value,
                             .fields = strings_split(arena, fields, ' ')};
}

static const struct answer *ask(const struct recording *recording, const struct question *question)
{
    return recording_tell(arena, recording, 0, question);
}

/* The rows of an answer as "sys_id:field=value,field=value …", a field that never came left out. */
static const char *told(const struct answer *answer)
{
    struct strings rows = {0};
    for (size_t i = 0; i < answer->n_rows; i++) {
        struct strings cells = {0};
        for (size_t f = 0; f < answer->question.fields.n_items; f++) {
            const char *column = answer->question.fields.items[f];
            const char *value = row_get(&answer->rows[i], column);
            if (value != NULL) {
                strings_add(arena, &cells, arena_printf(arena, "%s=%s", column, value));
            }
        }
        strings_add(arena, &rows,
                    arena_printf(arena, "%s:%s", row_get(&answer->rows[i], "sys_id"),
                                 strings_join(arena, &cells, ",")));
    }
    return strings_join(arena, &rows, " ");
}

/* ---- A small instance ----------------------------------------------------------------------- */

#define USERS                                                                   \
    "<sys_user action=\"INSERT_OR_UPDATE\"><active>true</active><company/>"     \
    "<first_name>Ann</first_name><sys_id>u1</sys_id><user_name>svc</user_name>" \
    "<user_password>test-secret-not-real</user_password></sys_user>"            \
    "<sys_user action=\"INSERT_OR_UPDATE\"><active>true</active><company/>"     \
    "<first_name/><sys_id>u2</sys_id><user_name>admin</user_name></sys_user>"
#define ROLES                                                             \
    "<sys_user_role><name>itil</name><sys_id>r1</sys_id></sys_user_role>" \
    "<sys_user_role><name>admin</name><sys_id>r2</sys_id></sys_user_role>"
#define HELD(id, user, role)                                                               \
    "<sys_user_has_role><role display_value=\"lies\">" role "</role><state>active</state>" \
    "<sys_id>" id "</sys_id><user>" user "</user></sys_user_has_role>"

static void put_instance(void)
{
    put("users.xml", UNLOAD(NOON, USERS));
    put("roles.xml", UNLOAD(NOON, ROLES));
    put("held.xml",
        UNLOAD(MORNING, HELD("h1", "u1", "r1") HELD("h2", "u2", "r2") HELD("h3", "", "r1")));
}

Test(exports, what_is_answered)
{
    const struct {
        struct question question;
        enum reason reason;
        const char *rows;
        const char *why;
    } rows[] = {
        {rows_of("sys_user", "", "user_name", "svc", "active first_name"), REASON_NONE,
         "u1:active=true,first_name=Ann", "a row by its key"},
        {rows_of("sys_user", "active=true", NULL, NULL, "user_name"), REASON_NONE,
         "u1:user_name=svc u2:user_name=admin", "rows by a condition"},
        {rows_of("sys_user", "first_name=", NULL, NULL, "user_name"), REASON_NONE,
         "u2:user_name=admin", "what came empty is empty"},
        {rows_of("sys_user", "", "user_name", "SVC", "active"), REASON_NONE, "u1:active=true",
         "case is not told apart"},
        {rows_of("sys_user", "", "user_name", "nobody", "active"), REASON_NONE, "", "no such row"},
        {rows_of("sys_user", "", "user_name", "svc", "locked_out active"), REASON_NONE,
         "u1:active=true", "a column that was not exported is not empty"},
        {rows_of("sys_user", "", "user_name", "svc", "user_password active"), REASON_NONE,
         "u1:active=true", "a secret never comes"},
        {rows_of("sys_user", "", "locked_out", "true", "active"), REASON_NONE, "",
         "a key that was not exported"},
        {rows_of("sys_user", "", "user_name", "svc", "company.name"), REASON_NONE,
         "u1:company.name=", "an empty reference has empty columns"},
        {rows_of("sys_user_has_role", "", "user.user_name", "svc", "role.name state"), REASON_NONE,
         "h1:role.name=itil,state=active", "columns along references"},
        {rows_of("sys_user_has_role", "role.name=itil", NULL, NULL, "user.user_name"), REASON_NONE,
         "h1:user.user_name=svc h3:user.user_name=", "a condition along one"},
        {rows_of("sys_user_has_role", "", "user.user_name", "", "state"), REASON_NONE,
         "h3:state=active", "the one without a user"},
        {rows_of("sys_user_group", "", NULL, NULL, "name"), REASON_NOT_RECORDED, "",
         "a table that nobody exported is not empty"},
        {rows_of("sys_user", "", "user_name", "javascript:gs.getUserName()", "name"),
         REASON_NOT_RECORDED, "", "what the server would have to work out"},
        {{.kind = QUESTION_ROWS, .credential = "integration", .table = "sys_user"},
         REASON_NOT_RECORDED,
         "",
         "nobody but an admin exports"},
        {{.kind = QUESTION_ROWS, .credential = "auditor", .table = "sys_user", .minutes = 5},
         REASON_NOT_RECORDED,
         "",
         "what was made lately depends on when it is asked"},
        {{.kind = QUESTION_ROWS,
          .credential = "auditor",
          .table = "sys_user",
          .containing = pairs_of("user_name=sv")},
         REASON_NOT_RECORDED,
         "",
         "a search of a log"},
        {{.kind = QUESTION_ROWS, .credential = "auditor", .table = "sys_user", .limit = 1},
         REASON_NOT_RECORDED,
         "",
         "which rows come first is not known"},
        {{.kind = QUESTION_IDENTITY, .credential = "auditor", .table = "sys_user"},
         REASON_NOT_RECORDED,
         "",
         "who exported is not told"},
        {{.kind = QUESTION_GATE, .table = "incident"}, REASON_NOT_RECORDED, "", "a call"},
        {{.kind = QUESTION_API, .credential = "auditor", .path = "/api/now/x"},
         REASON_NOT_RECORDED,
         "",
         "another call"},
    };
    put_instance();
    const struct recording *recording = read_folder(false);
    cr_assert_not_null(recording);
    cr_expect_eq(recording->warnings.n_items, 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct answer *answer = ask(recording, &rows[i].question);
        cr_expect_eq(answer->reason, rows[i].reason, "row %zu (%s): %s", i, rows[i].why,
                     reason_name(answer->reason));
        cr_expect_str_eq(told(answer), rows[i].rows, "row %zu (%s)", i, rows[i].why);
        cr_expect(answer->total == -1 && !answer->control_seen, "row %zu (%s)", i, rows[i].why);
    }
}

Test(exports, what_rests_on_which_files)
{
    put_instance();
    const struct recording *recording = read_folder(false);
    const struct question user = rows_of("sys_user", "", "user_name", "svc", "active");
    const struct question held = rows_of("sys_user_has_role", "", "user.user_name", "svc", "state");
    int64_t morning = 0;
    int64_t noon = 0;
    cr_assert(utc_parse(MORNING, &morning) && utc_parse(NOON, &noon));
    const struct exchange *one = ask(recording, &user)->exchange;
    cr_expect_str_eq(one->url, "users.xml");
    cr_expect_str_eq(one->method, "export");
    cr_expect_eq(one->source, SOURCE_EXPORT);
    cr_expect_eq(one->taken, noon);
    const struct answer *joined = ask(recording, &held);
    cr_expect_str_eq(joined->exchange->url, "held.xml, users.xml");
    cr_expect_eq(joined->taken, morning, "the oldest");
    cr_expect_eq(ask(recording, &user)->exchange, one, "equal files, one exchange");
    cr_expect_eq(recording->n_exchanges, 2);
    cr_expect_eq(recording->started, morning);
    cr_expect_eq(recording_tell(arena, recording, noon, &held)->reason, REASON_STALE);
    cr_expect_eq(recording_tell(arena, recording, noon, &user)->reason, REASON_NONE);
    cr_expect_eq(recording->target.credentials[0].stands_in, SOURCE_EXPORT);
}

Test(exports, whole_tables_show_what_is_absent)
{
    put_instance();
    put("sys_ip.xml", UNLOAD(NOON, ""));
    put("no table.xml", LIST(""));
    const struct recording *recording = read_folder(true);
    cr_assert_not_null(recording);
    struct question user = rows_of("sys_user", "", "user_name", "nobody", "active");
    user.control = "admin";
    const struct answer *answer = ask(recording, &user);
    cr_expect(answer->total == 1 && answer->control_seen && answer->n_rows == 0, "the control");
    const struct question all = rows_of("sys_user", "", NULL, NULL, "active");
    cr_expect_eq(ask(recording, &all)->total, 2);
    struct question sample = all;
    sample.limit = 1;
    cr_expect_eq(ask(recording, &sample)->total, 2, "the first rows are among all rows");
    const struct question empty = rows_of("sys_ip", "", NULL, NULL, "name");
    answer = ask(recording, &empty);
    cr_expect(answer->reason == REASON_NONE && answer->total == 0, "an empty file has its name");
    cr_expect_str_eq(answer->exchange->url, "sys_ip.xml");
    const struct question unnamed = rows_of("no", "", NULL, NULL, "name");
    cr_expect_eq(ask(recording, &unnamed)->reason, REASON_NOT_RECORDED);
    cr_expect_eq(recording->warnings.n_items, 1, "of the file whose name is no table's");
    clear();
    put("sys_ip.xml", LIST(""));
    const struct recording *partial = read_folder(false);
    cr_expect_eq(ask(partial, &empty)->reason, REASON_NOT_RECORDED, "a filter may be why");
}

Test(exports, where_a_record_is_not_exported)
{
    const struct {
        struct question question;
        enum reason reason;
        const char *rows;
        const char *why;
    } rows[] = {
        {rows_of("sys_user_has_role", "", "user.user_name", "svc", "state"), REASON_NOT_RECORDED,
         "", "the key of a row is not known"},
        {rows_of("sys_user_has_role", "user.user_name=svc", NULL, NULL, "state"),
         REASON_NOT_RECORDED, "", "a condition of a row is not known"},
        {rows_of("sys_user_has_role", "state=other", "user.user_name", "svc", "state"), REASON_NONE,
         "", "rows that differ anyhow decide nothing"},
        {rows_of("sys_user_has_role", "", "sys_id", "h2", "user.user_name state"), REASON_NONE,
         "h2:state=active", "a column that is only wanted never came"},
    };
    put("users.xml", UNLOAD(NOON, USERS));
    put("held.xml", UNLOAD(NOON, HELD("h1", "u1", "r1") HELD("h2", "u9", "r2")));
    for (int whole = 0; whole < 2; whole++) {
        const struct recording *recording = read_folder(whole == 1);
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            const struct answer *answer = ask(recording, &rows[i].question);
            cr_expect_eq(answer->reason, rows[i].reason, "row %zu (%s)", i, rows[i].why);
            cr_expect_str_eq(told(answer), rows[i].rows, "row %zu (%s)", i, rows[i].why);
        }
    }
}

#define OBJECT(id, name, parent)                                                           \
    "<sys_db_object><name>" name "</name><super_class>" parent "</super_class><sys_id>" id \
    "</sys_id></sys_db_object>"
#define TASK(table, id, class)                                                                \
    "<" table "><number>" id "</number><sys_class_name>" class "</sys_class_name><sys_id>" id \
                                                               "</sys_id></" table ">"
#define INCIDENT(id)                 \
    "<incident><caller/><number>" id \
    "</number><sys_class_name>incident</sys_class_name><sys_id>" id "</sys_id></incident>"

Test(exports, parents_and_children)
{
    static const struct {
        const char *text;
        const char *table;
        enum reason reason;
        const char *rows;
        int64_t total;
        const char *why;
    } rows[] = {
        {TASK("task", "t1", "task"), "task", REASON_NONE, "t1:", 1, "a table by itself"},
        {TASK("task", "t1", "incident"), "task", REASON_NONE, "t1:", 1,
         "a record of a child is one of the parent's"},
        {TASK("task", "t1", "incident"), "incident", REASON_NONE, "t1:", -1,
         "and one of its class, which need not be all of them"},
        {INCIDENT("i1"), "task", REASON_NOT_RECORDED, "", -1, "what a child is below is not known"},
        {INCIDENT("i1") TASK("task", "t1", "task"), "task", REASON_NONE, "t1:", -1,
         "a table with all its columns may be below it"},
        {INCIDENT("i1") "<task><opened/><sys_id>t1</sys_id></task>", "task", REASON_NONE, "t1:", 1,
         "one that lacks a column is not"},
        {INCIDENT("i1") TASK("task", "t1", "task") OBJECT("o1", "task", "")
             OBJECT("o2", "incident", "o1"),
         "task", REASON_NONE, "t1: i1:", 2, "sys_db_object says what is below what"},
        {INCIDENT("i1") OBJECT("o1", "task", "") OBJECT("o2", "incident", "o1"), "task",
         REASON_NONE, "i1:", -1, "rows of a child alone, which need not be all of the parent's"},
        {INCIDENT("i1") TASK("task", "t1", "task") OBJECT("o1", "task", "")
             OBJECT("o2", "incident", ""),
         "task", REASON_NONE, "t1:", 1, "or that it is not"},
        {INCIDENT("i1") TASK("task", "i1", "incident") OBJECT("o1", "task", "")
             OBJECT("o2", "incident", "o1"),
         "task", REASON_NONE, "i1:", 1, "one record, exported twice"},
        {INCIDENT("i1") OBJECT("o1", "task", "o2") OBJECT("o2", "incident", "o1"), "problem",
         REASON_NOT_RECORDED, "", -1, "tables below each other"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        put("all.xml", arena_printf(arena, "<xml>%s</xml>", rows[i].text));
        const struct recording *recording = read_folder(true);
        cr_assert_not_null(recording, "row %zu (%s)", i, rows[i].why);
        const struct question question = rows_of(rows[i].table, "", NULL, NULL, "");
        const struct answer *answer = ask(recording, &question);
        cr_expect_eq(answer->reason, rows[i].reason, "row %zu (%s)", i, rows[i].why);
        cr_expect_str_eq(told(answer), rows[i].rows, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(answer->total, rows[i].total, "row %zu (%s)", i, rows[i].why);
    }
}

/* ---- The same record twice ------------------------------------------------------------------ */

#define CHANGED(date, value) \
    "<t><a>" value "</a><sys_id>1</sys_id><sys_updated_on>" date "</sys_updated_on></t>"
#define PLAIN(value) "<t><a>" value "</a><sys_id>1</sys_id></t>"

Test(exports, the_younger_reading_counts)
{
    static const struct {
        const char *first;
        const char *second;
        const char *value; /* NULL: refused */
        const char *why;
    } rows[] = {
        {UNLOAD(NOON, CHANGED(MORNING, "old")), UNLOAD(MORNING, CHANGED(NOON, "new")), "new",
         "changed later"},
        {UNLOAD(NOON, CHANGED(NOON, "new")), UNLOAD(MORNING, CHANGED(MORNING, "old")), "new",
         "changed later, read first"},
        {UNLOAD(NOON, PLAIN("new")), UNLOAD(MORNING, PLAIN("old")), "new", "taken later"},
        {UNLOAD(NOON, CHANGED(MORNING, "new")), UNLOAD(MORNING, CHANGED(MORNING, "old")), "new",
         "not changed, and taken later"},
        {UNLOAD(NOON, PLAIN("x")), UNLOAD(NOON, PLAIN("x")), "x", "the same twice"},
        {UNLOAD(NOON, PLAIN("x")), UNLOAD(NOON, "<t><b>y</b><sys_id>1</sys_id></t>"), "x",
         "other columns of the same record"},
        {UNLOAD(NOON, PLAIN("x")), UNLOAD(NOON, PLAIN("y")), NULL, "nothing says which"},
        {UNLOAD(NOON, PLAIN("x") PLAIN("x")), UNLOAD(NOON, ""), "x", "twice in one file"},
        {UNLOAD(NOON, PLAIN("x") PLAIN("y")), UNLOAD(NOON, ""), NULL, "differently in one file"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        clear();
        put("1.xml", rows[i].first);
        put("2.xml", rows[i].second);
        const struct recording *recording = read_folder(false);
        cr_assert_eq(recording != NULL, rows[i].value != NULL, "row %zu (%s)", i, rows[i].why);
        if (recording == NULL) {
            cr_expect(strstr(diag_message(diag, 0), "1.xml") != NULL, "row %zu (%s): %s", i,
                      rows[i].why, diag_message(diag, 0));
            continue;
        }
        const struct question question = rows_of("t", "", NULL, NULL, "a");
        const struct answer *answer = ask(recording, &question);
        cr_assert_eq(answer->n_rows, 1, "row %zu (%s)", i, rows[i].why);
        cr_expect_str_eq(row_get(&answer->rows[0], "a"), rows[i].value, "row %zu (%s)", i,
                         rows[i].why);
    }
}

/* ---- Files that are none -------------------------------------------------------------------- */

#define SET(state)                                                                       \
    "<sys_remote_update_set action=\"INSERT_OR_UPDATE\"><name>Guide</name><state>" state \
    "</state><sys_id>s1</sys_id></sys_remote_update_set>"
#define UPDATE                                                                             \
    "<sys_update_xml "                                                                     \
    "action=\"INSERT_OR_UPDATE\"><name>x</name><payload><![CDATA[<a/>]]></payload>"        \
    "<remote_update_set display_value=\"Guide\">s1</remote_update_set><sys_id>x1</sys_id>" \
    "</sys_update_xml>"

Test(exports, an_update_set_to_be_loaded_shows_nothing)
{
    static const struct {
        const char *text;
        bool is_left_out;
        const char *why;
    } rows[] = {
        {UNLOAD(NOON, SET("loaded") UPDATE), true, "a set with its updates"},
        {UNLOAD(NOON, SET("loaded")), true, "a set without any"},
        {UNLOAD(NOON, SET("committed") UPDATE), true, "updates that belong to a set"},
        {UNLOAD(NOON, SET("committed")), false, "a record of a set that was committed"},
        {LIST(SET("loaded")), false, "a list of the sets of this instance"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        put("set.xml", rows[i].text);
        const struct recording *recording = read_folder(true);
        cr_assert_not_null(recording, "row %zu (%s)", i, rows[i].why);
        const struct question question =
            rows_of("sys_remote_update_set", "", "name", "Guide", "state");
        const struct answer *answer = ask(recording, &question);
        cr_expect_eq(answer->reason, rows[i].is_left_out ? REASON_NOT_RECORDED : REASON_NONE,
                     "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(recording->warnings.n_items, rows[i].is_left_out ? 1 : 0, "row %zu (%s)", i,
                     rows[i].why);
    }
}

Test(exports, what_is_left_out)
{
    put("deleted.xml", UNLOAD(NOON, "<t action=\"DELETE\"><sys_id>1</sys_id></t>"
                                    "<t action=\"INSERT_OR_UPDATE\"><a>x</a><b><c>1</c></b>"
                                    "<d>password=test-secret-not-real of it</d><sys_id>2</sys_id>"
                                    "</t>"));
    put("notes.txt", "no export");
    put("t.csv", "no export");
    const struct recording *recording = read_folder(false);
    cr_assert_not_null(recording);
    const struct question question = rows_of("t", "", NULL, NULL, "a b d");
    cr_expect_str_eq(told(ask(recording, &question)), "2:a=x,d=password=[secret] of it",
                     "no row that is to be deleted, no value of elements, no secret");
    cr_assert_eq(recording->warnings.n_items, 2);
    cr_expect(strstr(recording->warnings.items[0], "1 element with another action") != NULL);
    cr_expect(strstr(recording->warnings.items[1], "notes.txt, t.csv") != NULL);
}

Test(exports, what_is_refused)
{
    static const struct {
        const char *text;
        const char *fault;
        const char *why;
    } rows[] = {
        {"", "cannot be judged", "nothing"},
        {"<record_update table=\"t\"><t/></record_update>", "its first element is <record_update>",
         "a payload"},
        {"<unload><t><sys_id>1</sys_id></t>", "cannot be judged: line 1", "cut off"},
        {LIST("<t><a>1</a></t>"), "a row of t has no sys_id", "a row nobody can tell from others"},
        {LIST("<t><a>1</a><a>1</a><sys_id>1</sys_id></t>"), "a column twice", "a column twice"},
        {LIST("<t:u><sys_id>1</sys_id></t:u>"), "no table's name", "no table"},
        {LIST("<t><a:b>1</a:b><sys_id>1</sys_id></t>"), "no column's name", "no column"},
        {LIST("<t>text<sys_id>1</sys_id></t>"), "text between", "text where none is"},
        {LIST("text"), "text between", "text and no row"},
        {"<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
         "<xml><t><sys_id>&e;</sys_id></t></xml>",
         "a DOCTYPE", "an entity"},
        {LIST("<t><sys_id>\xE4</sys_id></t>"), "no UTF-8", "Latin-1"},
        {LIST("<t><a><b><c><d><e><f><g><h><i><j><k><l><m><n><o/></n></m></l></k></j></i></h></g>"
              "</f></e></d></c></b></a><sys_id>1</sys_id></t>"),
         "nested deeper", "deep"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        clear();
        put("x.xml", rows[i].text);
        cr_expect_null(read_folder(false), "row %zu (%s)", i, rows[i].why);
        cr_assert_gt(diag_count(diag), 0, "row %zu (%s)", i, rows[i].why);
        cr_expect(strstr(diag_message(diag, 0), rows[i].fault) != NULL, "row %zu (%s): %s", i,
                  rows[i].why, diag_message(diag, 0));
        cr_expect(strstr(diag_message(diag, 0), "x.xml") != NULL, "row %zu (%s): the file", i,
                  rows[i].why);
    }
}

Test(exports, folders_and_files)
{
    put("notes.txt", "no export");
    cr_expect_null(read_folder(false), "a folder without any");
    clear();
    const char *missing[] = {arena_printf(arena, "%s/none.xml", folder)};
    cr_expect_null(exports_read(arena, &(struct strings){missing, 1}, false, diag));
    const char *pipe = arena_printf(arena, "%s/pipe.xml", folder);
    cr_assert_eq(mkfifo(pipe, 0600), 0);
    cr_expect_null(read_folder(false), "nobody waits for a pipe");
    cr_expect(exports_are_at(folder) && exports_are_at(pipe) && exports_are_at("A.XML") &&
              !exports_are_at("a.json"));
}

/* As `sha256sum *.xml | sha256sum` says it. */
Test(exports, the_digest_is_of_all_files_by_name)
{
    const char *one = LIST("<t><sys_id>1</sys_id></t>");
    const char *two = LIST("<t><sys_id>2</sys_id></t>");
    const char *paths[] = {put("b.xml", one), put("a.xml", two)};
    const char *lines =
        arena_printf(arena, "%s  a.xml\n%s  b.xml\n", digest_sha256_hex(arena, two, strlen(two)),
                     digest_sha256_hex(arena, one, strlen(one)));
    const char *wanted =
        arena_printf(arena, "sha256:%s", digest_sha256_hex(arena, lines, strlen(lines)));
    cr_expect_str_eq(exports_read(arena, &(struct strings){paths, 2}, false, diag)->digest, wanted);
    cr_expect_str_eq(read_folder(false)->digest, wanted);
}

Test(exports, users_are_known_to_whoever_asks_beside_them)
{
    put_instance();
    const struct recording *items[] = {read_folder(false)};
    const struct sources sources = {.items = items, .n_items = 1};
    size_t n = 0;
    const struct row *users = sources_users(arena, &sources, &n);
    cr_assert_eq(n, 2);
    cr_expect_str_eq(row_get(&users[0], "user_name"), "svc");
    cr_expect_null(row_get(&users[0], "user_password"));
}

Test(exports, a_round_number_of_rows_may_be_a_limit)
{
    static const struct {
        int n_rows;
        bool may_be_cut;
        const char *why;
    } rows[] = {
        {999, false, "one less"},
        {1000, true, "a round number"},
        {1001, false, "one more"},
        {10000, true, "the platform's own limit"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct strings elements = {0};
        for (int n = 0; n < rows[i].n_rows; n++) {
            strings_add(arena, &elements,
                        arena_printf(arena, "<t><sys_id>%d</sys_id><a>x</a></t>", n));
        }
        put("t.xml", arena_printf(arena, "<xml>%s</xml>", strings_join(arena, &elements, "")));
        const struct recording *recording = read_folder(true);
        const struct question question = rows_of("t", "", "a", "y", "");
        const struct answer *answer = ask(recording, &question);
        cr_expect_eq(answer->was_cut, rows[i].may_be_cut, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(answer->total, rows[i].may_be_cut ? -1 : 0, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(recording->warnings.n_items, rows[i].may_be_cut ? 1 : 0, "row %zu (%s)", i,
                     rows[i].why);
    }
}

Test(exports, a_table_that_sys_db_object_does_not_list_does_not_exist)
{
    static const struct {
        const char *objects;
        const char *table;
        bool is_whole;
        bool is_none;
        const char *why;
    } rows[] = {
        {OBJECT("o1", "sys_user", ""), "sn_new", true, true, "all tables, and not this one"},
        {OBJECT("o1", "sys_user", ""), "sn_new", false, false, "a filter may be why"},
        {OBJECT("o1", "task", ""), "sn_new", true, false, "nor one that is on every instance"},
        {OBJECT("o1", "sys_user", ""), "sys_user", true, false, "it is there, and not exported"},
        {OBJECT("o1", "sys_user", ""), "v_plugin", true, false, "a table that is made up"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        put("x.xml", arena_printf(arena, "<xml>%s</xml>", rows[i].objects));
        const struct recording *recording = read_folder(rows[i].is_whole);
        const struct question question = rows_of(rows[i].table, "", NULL, NULL, "");
        const struct answer *answer = ask(recording, &question);
        bool is_none =
            answer->exchange != NULL && answer->exchange->outcome == OUTCOME_INVALID_TABLE;
        cr_expect_eq(is_none, rows[i].is_none, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(answer->reason, is_none ? REASON_NONE : REASON_NOT_RECORDED, "row %zu (%s)", i,
                     rows[i].why);
    }
}
