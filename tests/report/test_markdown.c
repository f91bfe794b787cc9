/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for a ticket: never longer than forty lines, nothing an instance wrote becomes markup
 * or leaves its line, and its commands are the requests without their secrets.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "report/markdown.h"
#include "sample.h"

enum { MOST_LINES = 40 };

static const struct report_options usual;

static char *written(struct arena *arena, const struct run *run)
{
    return sample_written(arena, &report_format_markdown, run, &usual, NULL);
}

/* A run with so many of everything that is told. */
static struct run *stretched(struct arena *arena, size_t n, enum status status)
{
    static struct reply replies[20];
    static struct exchange exchanges[60];
    struct run *run = sample_random_run(arena, n, 7);
    const struct exchange **sent = arena_array(arena, n, sizeof *sent);
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        replies[i] = (struct reply){"a\nb", "c\nd"};
    }
    for (size_t i = 0; i < n; i++) {
        exchanges[i] = (struct exchange){.n = (int)i + 1,
                                         .credential = "integration",
                                         .method = "GET",
                                         .url = "https://acme.service-now.com/x",
                                         .status = 401};
        sent[i] = &exchanges[i];
    }
    run->exchanges = sent;
    run->n_exchanges = n;
    run->causes = arena_array(arena, n, sizeof *run->causes);
    run->clues.items = arena_array(arena, n, sizeof *run->clues.items);
    for (size_t i = 0; i < n; i++) {
        run->causes[i] = (struct cause){.id = "some-cause",
                                        .confidence = CONFIDENCE_LIKELY,
                                        .says = "says\nit",
                                        .fix = "mend\nit",
                                        .owner = "who",
                                        .ask = "which?",
                                        .replies = replies,
                                        .n_replies = sizeof replies / sizeof replies[0],
                                        .doubt = "none\nat all"};
        run->clues.items[i] = (struct clue){.says = "seen", .exchanges = sent, .n_exchanges = n};
    }
    for (size_t i = 0; i < run->n_findings && n > 0; i++) {
        strings_add(arena, &run->causes[0].explains, run->findings[i].check->id);
    }
    run->n_causes = n;
    run->clues.n_items = n;
    run->waivers = arena_array(arena, n, sizeof *run->waivers);
    run->n_waivers = n;
    for (size_t i = 0; i < n; i++) {
        run->waivers[i] = (struct waiver_told){"a/b",
                                               "2026-11-20",
                                               "j.doe",
                                               "later\nand more",
                                               (enum waiver_state)(i % (WAIVER_UNTOLD + 1)),
                                               "ends today"};
    }
    run->advice = run->causes;
    run->n_advice = n;
    run->status = status;
    return run;
}

Test(markdown, has_at_most_forty_lines_whatever_the_run)
{
    static const size_t sizes[] = {0, 1, 2, 3, 5, 8, 13, 21, 60};
    static const enum status statuses[] = {STATUS_READY, STATUS_NOT_READY, STATUS_INCONCLUSIVE};
    for (size_t i = 0; i < 9 * 3 * 2; i++) {
        struct arena *arena = arena_new();
        struct run *run = stretched(arena, sizes[i % 9], statuses[i / 9 % 3]);
        run->n_causes = i / 27 == 0 ? run->n_causes : 0;
        char *text = written(arena, run);
        cr_expect(count_of(text, "\n") <= MOST_LINES, "row %zu has %zu lines:\n%s", i,
                  count_of(text, "\n"), text);
        arena_free(arena);
    }
    for (uint32_t seed = 1; seed <= 60; seed++) {
        struct arena *arena = arena_new();
        char *text = written(arena, sample_random_run(arena, seed, seed));
        cr_expect(count_of(text, "\n") <= MOST_LINES, "seed %u:\n%s", seed, text);
        arena_free(arena);
    }
}

struct expectation {
    const char *run;
    const char *text;
    bool is_there;
    const char *why;
};

static const struct expectation expectations[] = {
    {"not-ready", "## Not ready: acme.service-now.com, cloud-ex-machina 1.0.0\n", true, "verdict"},
    {"not-ready", "Checked 2026-11-20T10:00:00Z on release Zurich: 4 failed", true, "when"},
    {"not-ready", "### Cause: `client-credentials-disabled` (certain)\n", true, "how sure"},
    {"not-ready", "- Owner: ServiceNow admin\n", true, "who acts"},
    {"not-ready", "- fail: The client credentials grant is enabled: glide.oauth", true, "evidence"},
    {"not-ready", "**Next question** (`client-secret-refused`): Does", true, "what is left to ask"},
    {"not-ready", "**Other causes left**: `client-secret-refused`\n", true, "in one line"},
    {"not-ready", "Advice", false, "hygiene is not what the ticket is about"},
    {"not-ready", "glidepath 0.1.0, run 7f3a90c2, exit 1\n", true, "where it comes from"},
    {"not-ready",
     "# 2026-11-20T10:00:00Z, request 2, credential integration: status 401, \"access_denied\"\n"
     "curl -sSi -H \"Accept: application/json\" -d grant_type=client_credentials --data-urlencode "
     "\"client_id=$CLIENT_ID\" --data-urlencode \"client_secret=$SECRET\" "
     "'https://acme.service-now.com/oauth_token.do'\n",
     true, "the token request as a form"},
    {"diagnosis", "- If \"just now\": not this; a policy comes next\n", true, "replies"},
    {"diagnosis", "- Besides: The same credential was refused on", true, "clues"},
    {"ready", "## Ready: ", true, "verdict"},
    {"ready", "### Cause", false, "there is none"},
    {"ready", "### Advice (gates nothing)\n", true, "nothing else is to be told"},
    {"inconclusive", "- unknown.timeout: The instance answers as ServiceNow (whoever runs the",
     true, "without a cause the findings say who acts"},
    {"inconclusive", "credential none: timeout, \"Operation timed out\"\ncurl", true, "no status"},
    {"empty", "### Evidence", false, "there is none"},
};

Test(markdown, says_what_it_should)
{
    for (size_t i = 0; i < sizeof expectations / sizeof expectations[0]; i++) {
        const struct expectation *row = &expectations[i];
        struct arena *arena = arena_new();
        char *text = written(arena, sample_clean_run(arena, row->run));
        cr_expect((strstr(text, row->text) != NULL) == row->is_there, "row %zu (%s: %s):\n%s", i,
                  row->why, row->text, text);
        arena_free(arena);
    }
}

/* Whether a line outside the block begins with a word of ours. */
static bool is_ours(const char *line)
{
    static const char *const beginnings[] = {"## ",
                                             "### ",
                                             "Checked ",
                                             "- ",
                                             "**Next question** (",
                                             "**Other causes left**: ",
                                             "**Waivers to look at**: ",
                                             "**Waived**: ",
                                             "glidepath "};
    bool begins_so = line[0] == '\0';
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        begins_so = begins_so || text_starts_with(line, beginnings[i]);
    }
    return begins_so;
}

static void expect_no_markup(const char *line)
{
    static const char *const dangers[] = {"<",         "](",  "![", "| ", "``", " https://evil",
                                          " www.evil", "- - "};
    for (size_t i = 0; i < sizeof dangers / sizeof dangers[0]; i++) {
        const char *at = strstr(line, dangers[i]);
        bool is_code = text_starts_with(line, "### Cause: `") ||
                       text_starts_with(line, "**Next question** (`");
        cr_expect(at == NULL || is_code || at[-1] == '\\', "%s in: %s", dangers[i], line);
    }
    cr_expect(is_ours(line), "%s", line);
}

Test(markdown, nothing_hostile_becomes_markup)
{
    for (int with_causes = 0; with_causes <= 1; with_causes++) {
        struct arena *arena = arena_new();
        struct run *run = sample_clean_run(arena, "hostile");
        run->n_causes = with_causes == 1 ? run->n_causes : 0;
        struct strings lines = strings_split(arena, written(arena, run), '\n');
        bool is_in_block = false;
        for (size_t i = 0; i < lines.n_items; i++) {
            bool is_fence = text_starts_with(lines.items[i], "```");
            is_in_block = is_fence ? !is_in_block : is_in_block;
            if (!is_fence && !is_in_block) {
                expect_no_markup(lines.items[i]);
            }
        }
        cr_expect(!is_in_block, "the block is closed");
        arena_free(arena);
    }
}

/* What becomes of a text. */
struct escape {
    const char *text;
    const char *escaped;
    const char *why;
};

static const struct escape escapes[] = {
    {NULL, "", "nothing"},
    {"plain (text), with: signs - and 100 %", "plain (text), with: signs - and 100 %", "readable"},
    {"sys_user_has_role", "sys_user_has_role", "an underscore within a word is no emphasis"},
    {"_so_ it __is__", "\\_so\\_ it \\_\\_is\\_\\_", "around one it is"},
    {"a\nb\r\n# c\td", "a b \\# c d", "one line, no heading"},
    {"  blanks  ", "blanks", "no code block"},
    {"`x` *y* ~~z~~", "\\`x\\` \\*y\\* \\~\\~z\\~\\~", "code and emphasis"},
    {"a | b", "a \\| b", "no table"},
    {"<script>&lt;", "\\<script>\\&lt;", "no HTML, no entity"},
    {"[a](http://b)", "\\[a\\](http\\://b)", "no link"},
    {"https://evil.example", "https\\://evil.example", "nor one of its own accord"},
    {"WWW.evil.example", "WWW\\.evil.example", "nor without a scheme"},
    {"issue #12, C#", "issue \\#12, C#", "no reference"},
    {"$a$ \\", "\\$a\\$ \\\\", "no formula, no escape"},
};

Test(markdown, escapes_what_would_be_markup_and_nothing_else)
{
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        struct arena *arena = arena_new();
        cr_expect_str_eq(markdown_text(arena, escapes[i].text), escapes[i].escaped, "row %zu (%s)",
                         i, escapes[i].why);
        arena_free(arena);
    }
}

Test(markdown, shortens_what_nobody_would_read)
{
    struct arena *arena = arena_new();
    char long_text[2001];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    const char *text = markdown_text(arena, long_text);
    cr_expect(strlen(text) < 500 && text_ends_with(text, "…"));
    arena_free(arena);
}

static const struct escape codes[] = {
    {NULL, "", "nothing"},
    {"x", "`x`", "usual"},
    {"a`b", "``a`b``", "more backticks than inside"},
    {"``", "``` `` ```", "a blank where it would begin or end with one"},
    {"a\nb", "`a b`", "one line"},
};

Test(markdown, code_stays_code)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct arena *arena = arena_new();
        cr_expect_str_eq(markdown_code(arena, codes[i].text), codes[i].escaped, "row %zu (%s)", i,
                         codes[i].why);
        arena_free(arena);
    }
}

Test(markdown, a_fence_is_longer_than_what_it_holds)
{
    struct arena *arena = arena_new();
    struct strings lines = {0};
    cr_expect_str_eq(markdown_fence(arena, &lines), "```");
    strings_add(arena, &lines, "# a ```` b");
    cr_expect_str_eq(markdown_fence(arena, &lines), "`````");
    arena_free(arena);
}

#define URL "https://acme.service-now.com/api/now/table/incident"
#define TOKEN_URL "https://acme.service-now.com/oauth_token.do"
#define CURL "curl -sSi -H \"Accept: application/json\""

struct command {
    const char *credential;
    const char *kind;
    const char *method;
    const char *url;
    const char *line;
    const char *why;
};

static const struct command commands[] = {
    {"none", NULL, "GET", URL, CURL " '" URL "'", "without a credential"},
    {"integration", "api-key", "GET", URL, CURL " -H \"x-sn-apikey: $SECRET\" '" URL "'", "key"},
    {"integration", "basic", "GET", URL, CURL " -u \"$USER:$SECRET\" '" URL "'", "password"},
    {"integration", "token", "GET", URL, CURL " -H \"Authorization: Bearer $SECRET\" '" URL "'",
     "token"},
    {"integration", "oauth-client", "GET", URL,
     CURL " -H \"Authorization: Bearer $TOKEN\" '" URL "'", "a call with the token that was got"},
    {"integration", "oauth-password", "POST", TOKEN_URL,
     CURL " -d grant_type=password --data-urlencode \"username=$USER\" --data-urlencode "
          "\"password=$SECRET\" --data-urlencode \"client_id=$CLIENT_ID\" --data-urlencode "
          "\"client_secret=$CLIENT_SECRET\" '" TOKEN_URL "'",
     "the password grant"},
    {"integration", "oauth-refresh", "POST", TOKEN_URL,
     CURL " -d grant_type=refresh_token --data-urlencode \"refresh_token=$SECRET\" "
          "--data-urlencode \"client_id=$CLIENT_ID\" --data-urlencode "
          "\"client_secret=$CLIENT_SECRET\" '" TOKEN_URL "'",
     "the refresh grant"},
    {"auditor", "basic", "GET", URL, CURL " -u \"$AUDITOR_USER:$AUDITOR_SECRET\" '" URL "'",
     "another credential has other variables"},
    {"integration", "api-key", "HEAD", URL, CURL " --head -H \"x-sn-apikey: $SECRET\" '" URL "'",
     "only the head"},
    {"integration", "api-key", "POST", URL,
     CURL " -X 'POST' -H \"Content-Type: application/json\" -d \"$RECORD\" -H \"x-sn-apikey: "
          "$SECRET\" '" URL "'",
     "a record is not repeated"},
    {"none", NULL, "DELETE", URL, CURL " -X 'DELETE' '" URL "'", "another method"},
    {"none", NULL, "GET", URL "?a='$(id)`x`", CURL " '" URL "?a='\\''$(id)`x`'",
     "no shell reads anything in an address"},
    {"none", NULL, "GET;id", URL, CURL " -X 'GET;id' '" URL "'", "nor in a method"},
};

Test(markdown, requests_can_be_typed_again_without_their_secrets)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const struct command *row = &commands[i];
        struct used_credential used = {row->credential, row->kind, "env X"};
        struct arena *arena = arena_new();
        struct run run = {.credentials = &used, .n_credentials = row->kind == NULL ? 0 : 1};
        struct exchange exchange = {
            .credential = row->credential, .method = row->method, .url = row->url};
        cr_expect_str_eq(markdown_curl(arena, &run, &exchange), row->line, "row %zu (%s)", i,
                         row->why);
        arena_free(arena);
    }
}

Test(markdown, a_made_up_credential_is_of_the_kind_under_test)
{
    struct used_credential used[] = {{"auditor", "basic", NULL}, {"integration", "api-key", NULL}};
    struct arena *arena = arena_new();
    struct run run = {.credentials = used, .n_credentials = 2};
    struct exchange exchange = {.credential = "made-up", .method = "GET", .url = URL};
    cr_expect_str_eq(markdown_curl(arena, &run, &exchange),
                     CURL " -H \"x-sn-apikey: $MADE_UP_SECRET\" '" URL "'");
    arena_free(arena);
}

Test(markdown, tells_when_a_request_was_sent)
{
    struct arena *arena = arena_new();
    struct run *run = sample_clean_run(arena, "inconclusive");
    struct exchange late = *run->exchanges[0];
    late.started_ms = 61500;
    late.transaction_id = "0123abcd";
    run->exchanges[0] = &late;
    run->findings[0].exchanges = run->exchanges;
    char *text = written(arena, run);
    cr_expect(strstr(text, "# 2026-11-20T10:01:01Z, request 1, credential none: timeout, ") != NULL,
              "%s", text);
    cr_expect(strstr(text, ", X-Transaction-ID 0123abcd\n") != NULL);
    arena_free(arena);
}

Test(markdown, tells_without_a_credential_what_was_answered_all_the_same)
{
    struct arena *arena = arena_new();
    struct run *run = sample_clean_run(arena, "diagnosis");
    run->n_credentials = 0;
    run->n_exchanges = 1;
    run->n_causes = 0;
    run->clues.n_items = 0;
    run->findings[5].reason = REASON_NO_AUDITOR;
    char *text = written(arena, run);
    cr_expect(strstr(text, "request 1, credential none: status 401") != NULL, "%s", text);
    cr_expect(strstr(text, "The service account holds itil") == NULL, "nobody could have read it");
    arena_free(arena);
}
