/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages: their form, the caret, and what must never be shown.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/attributes.h"
#include "base/diag.h"

static const char source[] = "pack: demo\n"
                             "checks:\n"
                             "\tseverty: required\n"
                             "title: Zürich \xff\x1b[31m\n"
                             "password: test-secret-not-real\n"
                             "last: line";

static struct diag *diag;

static void set_up(void)
{
    diag = diag_new();
    diag_add_source(diag, "a.yaml", source, sizeof source - 1);
}

static void tear_down(void)
{
    diag_free(diag);
}

TestSuite(diag, .init = set_up, .fini = tear_down);

Test(diag, form_of_a_message)
{
    static const struct {
        struct where where;
        const char *wanted;
        const char *name;
    } rows[] = {
        {{.file = NULL}, "glidepath: error: no\n", "the command line"},
        {{.file = "a.yaml"}, "a.yaml: error: no\n", "the file as a whole"},
        {{.file = "a.yaml", .line = 1, .column = 7, .len = 4},
         "a.yaml:1:7: error: no\n"
         "     1 | pack: demo\n"
         "       |       ^~~~\n",
         "a word in a line"},
        {{.file = "a.yaml", .line = 1, .column = 1},
         "a.yaml:1:1: error: no\n"
         "     1 | pack: demo\n"
         "       | ^\n",
         "no length is a length of one"},
        {{.file = "a.yaml", .line = 3, .column = 2, .len = 7},
         "a.yaml:3:2: error: no\n"
         "     3 |  severty: required\n"
         "       |  ^~~~~~~\n",
         "a tab is as wide as its column"},
        {{.file = "a.yaml", .line = 4, .column = 8, .len = 6},
         "a.yaml:4:8: error: no\n"
         "     4 | title: Zürich \uFFFD\uFFFD[31m\n"
         "       |        ^~~~~~\n",
         "columns are characters; the line cannot play with the terminal"},
        {{.file = "a.yaml", .line = 6, .column = 11},
         "a.yaml:6:11: error: no\n"
         "     6 | last: line\n"
         "       |           ^\n",
         "behind the end of a file without a last newline"},
        {{.file = "a.yaml", .line = 5, .column = 11, .len = 20, .is_secret = true},
         "a.yaml:5:11: error: no\n",
         "a line that may hold a secret is not shown"},
        {{.file = "a.yaml", .line = 7, .column = 1},
         "a.yaml:7:1: error: no\n",
         "a line the file does not have"},
        {{.file = "b.yaml", .line = 1, .column = 1},
         "b.yaml:1:1: error: no\n",
         "a file whose text is not known"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect_not(diag_error(diag, rows[i].where, "%s", "no"), "row %zu: always false", i);
        cr_assert(diag_count(diag) == i + 1, "row %zu: one message each", i);
        cr_expect_str_eq(diag_message(diag, i), rows[i].wanted, "row %zu (%s)", i, rows[i].name);
    }
}

Test(diag, a_long_line_is_not_shown)
{
    char text[300];
    memset(text, 'x', sizeof text);
    diag_add_source(diag, "long.yaml", text, sizeof text);
    diag_error(diag, (struct where){.file = "long.yaml", .line = 1, .column = 250}, "no");
    cr_expect_str_eq(diag_message(diag, 0), "long.yaml:1:250: error: no\n");
}

Test(diag, an_empty_line_is_not_shown)
{
    diag_add_source(diag, "c.yaml", "a\n\nb\n", 5);
    diag_error(diag, (struct where){.file = "c.yaml", .line = 2, .column = 3, .len = 4}, "no");
    cr_expect_str_eq(diag_message(diag, 0), "c.yaml:2:3: error: no\n");
}

Test(diag, the_text_of_a_file_may_be_replaced)
{
    char again[] = "new text\n";
    diag_add_source(diag, "a.yaml", again, sizeof again - 1);
    again[0] = 'N';
    diag_error(diag, (struct where){.file = "a.yaml", .line = 1, .column = 1}, "no");
    cr_expect_str_eq(diag_message(diag, 0),
                     "a.yaml:1:1: error: no\n"
                     "     1 | new text\n"
                     "       | ^\n",
                     "the newest text, as it was when it was added");
}

Test(diag, what_the_user_wrote_is_sanitised_in_the_message)
{
    diag_error(diag, (struct where){0}, "unknown key '%s'", "\x1b[2J\xff");
    cr_expect_str_eq(diag_message(diag, 0), "glidepath: error: unknown key '\uFFFD[2J\uFFFD'\n");
}

Test(diag, a_message_has_a_limit)
{
    static char huge[200 * 1024];
    memset(huge, 'x', sizeof huge - 1);
    diag_error(diag, (struct where){0}, "%s", huge);
    cr_expect_leq(strlen(diag_message(diag, 0)), 64 * 1024);
}

Test(diag, prints_everything_in_order)
{
    cr_expect(diag_count(diag) == 0);
    for (int i = 1; i <= 3; i++) {
        diag_error(diag, (struct where){.file = "z.yaml"}, "number %d", i);
    }
    char *printed = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&printed, &len);
    diag_print(diag, out);
    fclose(out);
    cr_expect_str_eq(printed, "z.yaml: error: number 1\n"
                              "z.yaml: error: number 2\n"
                              "z.yaml: error: number 3\n");
    free(printed);
}

Test(diag, free_takes_null)
{
    diag_free(NULL);
}
