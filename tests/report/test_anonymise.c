/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --anonymise: what is replaced and what is not, that equal inputs have equal tokens in every
 * format, and that nothing of a customer is left in any report of any sample run.
 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/secret.h"
#include "base/strings.h"
#include "report/anonymise.h"
#include "sample.h"

struct anonymised {
    const char *text;
    const char *said;
    const char *why;
};

/* Known: users svc_rad and dana.ops, client 0123…, instance acme.service-now.com, group. */
static const struct anonymised rows[] = {
    {"calls are made as svc_rad", "calls are made as user-1", "a user name"},
    {"calls are made as SVC_RAD.", "calls are made as user-1.", "case is not told apart"},
    {"\"svc_rad\" and 'dana.ops'", "\"user-1\" and 'user-2'", "two users, two tokens"},
    {"svc_radar has no user", "svc_radar has no user", "a word that begins so is another"},
    {"user_name=svc_rad^active=true", "user_name=user-1^active=true", "in a query"},
    {"?q=user.user_nameINsvc_rad%2Cadmin", "?q=user.user_nameINuser-1%2Cadmin", "behind IN"},
    {"?q=messageLIKEsvc_rad", "?q=messageLIKEuser-1", "behind LIKE"},
    {"MAINsvc_rad", "MAINsvc_rad", "letters that are no operator"},
    {"?q=user_name%3Dsvc_rad%5Eactive", "?q=user_name%3Duser-1%5Eactive", "percent-encoded"},
    {"?q=name%3DCloud%20Operations&x=1", "?q=name%3Dvalue-1&x=1", "a blank within it"},
    {"?q=name=Cloud+Operations", "?q=name=value-1", "a blank as plus"},
    {"client_id=0123456789abcdef0123456789abcdef&", "client_id=client-1&", "a client"},
    {"https://acme.service-now.com/api/now", "https://host-1.service-now.com/api/now",
     "of an instance the name: the rest is everybody's"},
    {"type acme", "type host-1", "the bare name of the instance"},
    {"Acme is not ACME.SERVICE-NOW.COM", "host-1 is not host-1.SERVICE-NOW.COM", "in any case"},
    {"acme2.service-now.com", "host-2.service-now.com", "another instance, another token"},
    {"https://<instance>.service-now.com/", "https://<instance>.service-now.com/", "no host"},
    {"https://your-instance.service-now.com/", "https://your-instance.service-now.com/",
     "what stands for a host"},
    {"*.service-now.com", "*.service-now.com", "the name in a certificate"},
    {"https://docs.servicenow.com/x", "https://docs.servicenow.com/x", "the platform's vendor"},
    {"https://login.corp-sso.io:8443/x", "https://host-2:8443/x", "a host in an address"},
    {"Could not resolve host: proxy.corp.local", "Could not resolve host: host-2", "by its ending"},
    {"http://localhost:8080/", "http://localhost:8080/", "everybody's"},
    {"ask dana.ops@example.com.", "ask email-1.", "an e-mail address before the user in it"},
    {"?q=dana.ops%40example.com%5E", "?q=email-1%5E", "percent-encoded"},
    {"<dana@example.com>", "<email-1>", "in brackets"},
    {"the @ sign, a@b", "the @ sign, a@b", "no e-mail address"},
    {"refused from 10.1.2.3.", "refused from address-1.", "IPv4"},
    {"10.1.2.3:8080, 10.1.2.0/24", "address-1:8080, address-2/24", "with what belongs to it"},
    {"from 2001:db8::7f to ::1", "from address-1 to address-2", "IPv6"},
    {"[2001:db8::7f]:443", "[address-1]:443", "in brackets"},
    {"user.user_nameINsvc_rad%2Cdana.ops", "user.user_nameINuser-1%2Cuser-2", "a list in a query"},
    {"user_nameSTARTSWITHsvc_rad", "user_nameSTARTSWITHuser-1", "another operator"},
    {"MAINsvc_rad", "MAINsvc_rad", "no operator"},
    {"at 10:00:00, in 1.2 s", "at 10:00:00, in 1.2 s", "a time is none"},
    {"2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z", "nor a date"},
    {"glide-zurich-07-01-2025__patch4", "glide-zurich-07-01-2025__patch4", "nor a build"},
    {"glide.oauth.inbound.client.enabled", "glide.oauth.inbound.client.enabled", "nor a property"},
    {"com.glide.tokenbased_auth 27.0.1", "com.glide.tokenbased_auth 27.0.1", "nor a plugin"},
    {"open sys_user_list.do", "open sys_user_list.do", "nor a page"},
    {"guest, admin and the integration", "guest, admin and the integration", "everybody has them"},
    {"", "", "nothing"},
};

static struct anonymiser *knowing(struct arena *arena)
{
    struct anonymiser *anonymiser = anonymiser_new(arena, token_book_new(arena));
    anonymiser_know(anonymiser, PERSONAL_HOST, "acme.service-now.com");
    anonymiser_know(anonymiser, PERSONAL_USER, "svc_rad");
    anonymiser_know(anonymiser, PERSONAL_USER, "dana.ops");
    anonymiser_know(anonymiser, PERSONAL_CLIENT, "0123456789abcdef0123456789abcdef");
    anonymiser_know(anonymiser, PERSONAL_VALUE, "Cloud Operations");
    anonymiser_know(anonymiser, PERSONAL_USER, "guest");
    anonymiser_know(anonymiser, PERSONAL_USER, "Integration");
    anonymiser_know(anonymiser, PERSONAL_USER, NULL);
    anonymiser_know(anonymiser, PERSONAL_USER, "");
    anonymiser_know(anonymiser, PERSONAL_VALUE, "30");
    return anonymiser;
}

Test(anonymise, replaces_what_names_somebody)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        cr_expect_str_eq(anonymise(knowing(arena), rows[i].text), rows[i].said, "row %zu (%s)", i,
                         rows[i].why);
        arena_free(arena);
    }
    struct arena *arena = arena_new();
    cr_expect(anonymise(knowing(arena), NULL) == NULL);
    arena_free(arena);
}

Test(anonymise, gives_equal_inputs_equal_tokens)
{
    struct arena *arena = arena_new();
    struct anonymiser *anonymiser = knowing(arena);
    cr_expect_str_eq(anonymise(anonymiser, "10.0.0.1 10.0.0.2"), "address-1 address-2");
    cr_expect_str_eq(anonymise(anonymiser, "10.0.0.2 10.0.0.3 10.0.0.1"),
                     "address-2 address-3 address-1");
    cr_expect_str_eq(anonymise(anonymiser, "A@example.com a@example.com"), "email-1 email-1");
    arena_free(arena);
}

/* Of several targets too, and what names somebody in one of them is no word to look for in the
 * next.
 */
Test(anonymise, one_book_is_for_all_targets)
{
    struct arena *arena = arena_new();
    struct token_book *book = token_book_new(arena);
    token_book_add_host(book, "acme.service-now.com");
    token_book_add_host(book, "globex.service-now.com");
    struct anonymiser *globex = anonymiser_new(arena, book);
    anonymiser_know(globex, PERSONAL_HOST, "globex.service-now.com");
    anonymiser_know(globex, PERSONAL_USER, "svc_rad");
    anonymiser_know(globex, PERSONAL_VALUE, "Network");
    cr_expect_str_eq(anonymise(globex, "svc_rad of globex, acme and Network: a@example.com"),
                     "user-1 of host-2, acme and value-1: email-1");
    struct anonymiser *acme = anonymiser_new(arena, book);
    anonymiser_know(acme, PERSONAL_HOST, "acme.service-now.com");
    anonymiser_know(acme, PERSONAL_USER, "dana.ops");
    anonymiser_know(acme, PERSONAL_USER, "SVC_RAD");
    cr_expect_str_eq(anonymise(acme, "https://acme.service-now.com dana.ops svc_rad Network"),
                     "https://host-1.service-now.com user-2 user-1 Network");
    cr_expect_str_eq(anonymise(acme, "b@example.com A@example.com"), "email-2 email-1");
    arena_free(arena);
}

Test(anonymise, knows_its_tokens_of_hosts)
{
    static const char *const tokens[] = {"host-1", "host-12.service-now.com"};
    static const char *const others[] = {"host-",
                                         "host-1a",
                                         "host-1.example.com",
                                         "a.host-1",
                                         "host.service-now.com",
                                         "",
                                         "ghost-1.service-now.com"};
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        cr_expect(is_token_of_host(tokens[i]), "%s", tokens[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        cr_expect(!is_token_of_host(others[i]), "%s", others[i]);
    }
}

/* ---- Whole runs ---- */

static struct run *without_names(struct arena *arena, const struct run *run)
{
    struct redactor *redactor = redactor_new();
    struct personal_names names = {0};
    redactor_add(redactor, SAMPLE_SECRET, strlen(SAMPLE_SECRET));
    strings_add(arena, &names.users, "cxm_integration");
    strings_add(arena, &names.clients, "5f0c1e7a9b3d4c2e8a6f1b0d7c4e9a21");
    struct run *copy = run_clean_anonymous(arena, run, redactor, &names, token_book_new(arena));
    redactor_free(redactor);
    return copy;
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) != 0;
}

/* True when `word` stands in the text as a word, in any case. */
static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = text; *at != '\0'; at++) {
        if (strncasecmp(at, word, len) == 0 && (at == text || !is_word_char(at[-1])) &&
            !is_word_char(at[len])) {
            return true;
        }
    }
    return false;
}

static const char *const originals[] = {
    "acme",
    "cxm_integration",
    "j.doe",
    "m.roe",
    "CXM_CLIENT_SECRET",
    "/run/secrets",
    "evil",
    "dana.ops",
    "example.com",
    "10.1.2.3",
    "2001:db8::7f",
    "5f0c1e7a9b3d4c2e8a6f1b0d7c4e9a21",
    "Cloud Operations",
    "Acme Service Portal",
    "/home/dana",
    "sso",
};

/* A run in which something of a customer stands wherever something can stand. */
static struct run *telling_run(struct arena *arena)
{
    static const char told[] = "cxm_integration, dana.ops@example.com, 10.1.2.3, 2001:db8::7f, "
                               "acme.service-now.com, 5f0c1e7a9b3d4c2e8a6f1b0d7c4e9a21, "
                               "Cloud Operations, https://sso.corp.example/x";
    static struct pack_parameter declared[] = {{.name = "assignment_group"}};
    struct run *run = sample_run(arena, "waived");
    struct pack *pack = run->packs[0];
    strings_add(arena, &pack->parameter_names, "assignment_group");
    pairs_add(arena, &pack->parameters, "assignment_group", "Cloud Operations");
    pack->declared = declared;
    pack->where.file = pack->checks[2].where.file = "/home/dana/packs/own.yaml";
    pairs_add(arena, &pack->files, "/home/dana/packs/own.yaml", "0123456789abcdef");
    for (size_t i = 0; i < run->n_findings; i++) {
        struct finding *finding = &run->findings[i];
        struct check *check = &pack->checks[i];
        finding->seen = finding->wanted = finding->because = check->title = check->fix = told;
        check->owner = check->step = told;
        finding->link = "https://acme.service-now.com/sys_user.do?q=cxm_integration%5E10.1.2.3";
    }
    struct cause cause = {.id = "user-inactive",
                          .confidence = CONFIDENCE_LIKELY,
                          .subject = "cxm_integration",
                          .says = told,
                          .fix = told,
                          .owner = told,
                          .ask = told,
                          .doubt = told};
    run->causes = arena_array(arena, 2, sizeof *run->causes);
    run->causes[0] = run->causes[1] = cause;
    run->n_causes = 2;
    run->advice = run->causes;
    run->n_advice = 2;
    struct exchange *exchange = arena_allocate(arena, sizeof *exchange);
    *exchange = *run->exchanges[0];
    exchange->url = "https://acme.service-now.com/api?q=user_name%3Ddana.ops%40example.com";
    exchange->message = exchange->detail = exchange->server = exchange->location = told;
    exchange->excerpt = "Acme Service Portal";
    run->exchanges[0] = exchange;
    strings_add(arena, &run->form_texts, "type acme");
    return run;
}

static const struct report_options variants[] = {{0},
                                                 {.verbose = true},
                                                 {.junit_extended = true},
                                                 {.junit_advice_fails = true},
                                                 {.quiet = true}};

static void expect_nobody(struct arena *arena, const struct report_format *format,
                          const struct run *run, const char *name)
{
    for (size_t v = 0; v < ARRAY_LEN(variants); v++) {
        char *text = sample_written(arena, format, run, &variants[v], NULL);
        for (size_t i = 0; i < ARRAY_LEN(originals); i++) {
            cr_expect(!has_word(text, originals[i]), "%s of %s shows %s", format->name, name,
                      originals[i]);
        }
    }
}

Test(anonymise, nothing_of_a_customer_is_left_in_any_format)
{
    static const char *const names[] = {"ready", "not-ready", "diagnosis", "inconclusive",
                                        "empty", "waived",    "hostile"};
    size_t n = 0;
    const struct report_format *const *formats = report_formats(&n);
    for (size_t i = 0; i < n; i++) {
        for (size_t r = 0; r <= ARRAY_LEN(names); r++) {
            struct arena *arena = arena_new();
            bool is_sample = r < ARRAY_LEN(names);
            const struct run *run = is_sample ? sample_run(arena, names[r]) : telling_run(arena);
            expect_nobody(arena, formats[i], without_names(arena, run),
                          is_sample ? names[r] : "a telling run");
            arena_free(arena);
        }
    }
}

/* The test above proves nothing unless the originals are there otherwise. */
Test(anonymise, without_it_the_originals_stand_there)
{
    struct arena *arena = arena_new();
    const struct report_options verbose = {.verbose = true};
    struct run *run = run_clean(arena, telling_run(arena), NULL);
    char *text = sample_written(arena, &report_format_terminal, run, &verbose, NULL);
    size_t n_seen = 0;
    for (size_t i = 0; i < ARRAY_LEN(originals); i++) {
        n_seen += has_word(text, originals[i]) ? 1 : 0;
    }
    cr_expect(n_seen >= 10, "%zu of them", n_seen);
    arena_free(arena);
}

Test(anonymise, all_formats_use_the_same_tokens)
{
    struct arena *arena = arena_new();
    struct run *run = sample_run(arena, "waived");
    run->findings[2].seen = "made by cxm_integration from 10.1.2.3 at acme";
    const struct run *anonymous = without_names(arena, run);
    size_t n = 0;
    const struct report_format *const *formats = report_formats(&n);
    for (size_t i = 0; i < n; i++) {
        const struct report_options options = {.columns = 200};
        char *text = sample_written(arena, formats[i], anonymous, &options, NULL);
        cr_expect(strstr(text, "made by user-1 from address-1 at host-1") != NULL, "%s:\n%.3000s",
                  formats[i]->name, text);
    }
    arena_free(arena);
}

/* Words of ours stay, and what reports find each other by: verdicts, ids, exit status. */
Test(anonymise, changes_nothing_but_names)
{
    struct arena *arena = arena_new();
    struct run *run = sample_run(arena, "not-ready");
    struct run *anonymous = without_names(arena, run);
    cr_expect(anonymous->exit_status == run->exit_status);
    cr_expect_str_eq(anonymous->instance_url, "https://host-1.service-now.com/");
    cr_expect_str_eq(anonymous->run_id, run->run_id);
    cr_expect_str_eq(anonymous->credentials[0].source, "env");
    cr_expect_str_eq(anonymous->credentials[1].source, "file");
    cr_expect_str_eq(anonymous->credentials[1].name, "auditor");
    for (size_t i = 0; i < run->n_findings; i++) {
        cr_expect_str_eq(anonymous->findings[i].check->id, run->findings[i].check->id);
        cr_expect(anonymous->findings[i].verdict == run->findings[i].verdict);
    }
    cr_expect_str_eq(anonymous->causes[0].id, "client-credentials-disabled");
    cr_expect_str_eq(sample_run(arena, "not-ready")->instance_url, run->instance_url,
                     "the original is untouched");
    arena_free(arena);
}
