/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kinds that judge text alone: url and secret_shape; and the registry of kinds.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "bench.h"
#include "checks/url.h"

Test(registry, is_sorted_and_documented)
{
    struct kind_schemas schemas = kind_schemas();
    for (size_t i = 0; i < schemas.n_items; i++) {
        const struct kind_schema *schema = schemas.items[i];
        cr_expect(schema->summary != NULL && schema->summary[0] != '\0', "%s has a summary",
                  schema->name);
        cr_expect(kind_of(schema)->judge != NULL, "%s judges", schema->name);
        if (i > 0) {
            cr_expect(strcmp(schemas.items[i - 1]->name, schema->name) < 0, "%s is in order",
                      schema->name);
        }
        for (size_t f = 0; f < schema->n_fields; f++) {
            cr_expect(schema->fields[f].help != NULL, "%s.%s has help", schema->name,
                      schema->fields[f].key);
        }
    }
}

static const struct kind *kind_named(const char *name)
{
    struct kind_schemas schemas = kind_schemas();
    for (size_t i = 0; i < schemas.n_items; i++) {
        if (text_equal(schemas.items[i]->name, name)) {
            return kind_of(schemas.items[i]);
        }
    }
    return NULL;
}

static struct finding judge_with(struct arena *arena, const char *kind_name, struct target *target,
                                 const char *params)
{
    static const struct answers no_answers = {0};
    const struct kind *kind = kind_named(kind_name);
    struct pack pack = {.name = "bench", .credential = "integration", .first_table = "incident"};
    struct check check = {.id = "bench/check", .name = "check", .kind = &kind->schema};
    struct questions open = {0};
    struct finding finding = {.check = &check, .verdict = VERDICT_UNKNOWN};
    struct judging judging = {.arena = arena,
                              .target = target,
                              .pack = &pack,
                              .check = &check,
                              .answers = &no_answers,
                              .open = &open,
                              .finding = &finding};
    kind->judge(&judging, bench_params(arena, &kind->schema, params));
    cr_assert_eq(open.n_items, 0, "texts are judged without asking");
    return finding;
}

Test(url, every_fault_has_its_cause)
{
    static const struct {
        enum url_fault fault;
        const char *cause;
    } rows[] = {
        {URL_MALFORMED, "url-malformed"},   {URL_NOT_HTTPS, "url-not-https"},
        {URL_HAS_PATH, "url-has-path"},     {URL_PLACEHOLDER, "url-placeholder"},
        {URL_WRONG_HOST, "url-wrong-host"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct target *target = bench_target(arena, true, false);
        target->instance.fault = rows[i].fault;
        struct finding finding = judge_with(arena, "url", target, NULL);
        cr_expect(finding.verdict == VERDICT_FAIL, "row %zu", i);
        cr_expect_str_eq(finding.causes.items[0], rows[i].cause);
    }
    struct finding sound = judge_with(arena, "url", bench_target(arena, true, false), NULL);
    cr_expect(sound.verdict == VERDICT_PASS);
    arena_free(arena);
}

Test(url, the_form_is_judged_to_the_letter)
{
    static const struct {
        const char *form;
        const char *text;
        enum verdict verdict;
        const char *cause; /* NULL: none */
        const char *why;
    } rows[] = {
        {"subdomain", "acme", VERDICT_PASS, NULL, "the subdomain alone"},
        {"subdomain", "acme.service-now.com", VERDICT_FAIL, "url-form",
         "a host where a subdomain is wanted"},
        {"subdomain", "acne", VERDICT_FAIL, NULL, "another instance's"},
        {"root-slash", "https://acme.service-now.com/", VERDICT_PASS, NULL, "with the slash"},
        {"root-slash", "https://acme.service-now.com", VERDICT_FAIL, "url-form",
         "without the slash"},
        {"root-slash", "http://acme.service-now.com/", VERDICT_FAIL, "url-form",
         "the right instance, and not https"},
        {"root-slash", "https://acme.service-now.com/now/nav", VERDICT_FAIL, "url-form",
         "something behind the host"},
        {"root-slash", "https://developer.servicenow.com/", VERDICT_FAIL, "url-wrong-host",
         "the developer portal is no instance"},
        {"root-slash", "https://dev12345.service-now.com/", VERDICT_FAIL, NULL,
         "a developer instance, and another"},
        {"root-slash", "https://your-company.service-now.com/", VERDICT_FAIL, "url-placeholder",
         "the guide's placeholder"},
        {"root-slash", "the usual one", VERDICT_FAIL, "url-malformed", "no address"},
        {"root-slash", "https://acme.servicenowservices.com/", VERDICT_FAIL, NULL,
         "an instance of the government cloud is another"},
        {"root-slash", "https://it.acme.test/", VERDICT_UNKNOWN, NULL,
         "a name of one's own may stand before the instance"},
        {"root", "https://acme.service-now.com", VERDICT_PASS, NULL,
         "without the slash, as wanted"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *params =
            arena_printf(arena, "{ form: %s, text: \"%s\" }", rows[i].form, rows[i].text);
        struct finding finding = judge_with(arena, "url", bench_target(arena, true, false), params);
        const char *cause = finding.causes.n_items > 0 ? finding.causes.items[0] : NULL;
        cr_expect(finding.verdict == rows[i].verdict, "row %zu (%s)", i, rows[i].why);
        cr_expect(text_equal(cause, rows[i].cause), "row %zu (%s): %s", i, rows[i].why,
                  cause == NULL ? "no cause" : cause);
    }
    struct finding secret = judge_with(arena, "url", bench_target(arena, true, false),
                                       "{ form: root, text: \"https://me:test-secret-not-real@"
                                       "acme.service-now.com\" }");
    cr_expect_null(strstr(secret.seen, "test-secret"), "%s", secret.seen);
    struct instance own = {.origin = "https://snow.acme.example", .host = "snow.acme.example"};
    cr_expect_str_eq(url_form_text(arena, "subdomain", &own), "https://snow.acme.example",
                     "an instance of one's own is entered in full");
    arena_free(arena);
}

Test(url, tells_hosted_instances_by_their_name)
{
    static const struct {
        const char *host;
        enum verdict verdict;
        enum reason reason;
    } rows[] = {
        {"acme.service-now.com", VERDICT_PASS, REASON_NONE},
        {"acme.servicenowservices.com", VERDICT_PASS, REASON_NONE},
        {"support.acme.example", VERDICT_UNKNOWN, REASON_AMBIGUOUS},
        {"service-now.com.acme.example", VERDICT_UNKNOWN, REASON_AMBIGUOUS},
        {NULL, VERDICT_BLOCKED, REASON_NO_ANSWER},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct target *target = bench_target(arena, true, false);
        target->instance.host = rows[i].host;
        struct finding finding = judge_with(arena, "url", target, "{ hosted: true }");
        cr_expect(finding.verdict == rows[i].verdict && finding.reason == rows[i].reason, "row %zu",
                  i);
    }
    arena_free(arena);
}

Test(credential, of_a_kind_the_vendor_can_use)
{
    struct arena *arena = arena_new();
    struct target *target = bench_target(arena, true, false);
    static const char basic[] = "{ kinds: [basic] }";
    target->credentials[0].kind = CREDENTIAL_OAUTH_REFRESH;
    struct finding finding = judge_with(arena, "credential", target, basic);
    cr_expect(finding.verdict == VERDICT_FAIL);
    cr_expect_str_eq(finding.seen, "the credential is of the kind oauth-refresh");
    target->credentials[0].kind = CREDENTIAL_BASIC;
    cr_expect(judge_with(arena, "credential", target, basic).verdict == VERDICT_PASS);
    finding = judge_with(arena, "credential", bench_target(arena, false, false), basic);
    cr_expect(finding.verdict == VERDICT_BLOCKED);
    arena_free(arena);
}

Test(secret_shape, names_the_fault_and_never_the_text)
{
    static const struct {
        const char *secret;
        size_t len;
        const char *cause;
        const char *why;
    } rows[] = {
        {"fine-secret", 11, NULL, "nothing odd"},
        {"two words", 9, NULL, "a blank inside may belong to it"},
        {" lead-blank", 11, "secret-whitespace", "blank before"},
        {"tail-blank\t", 11, "secret-whitespace", "tab behind"},
        {"line\nbreak", 10, "secret-whitespace", "line break inside"},
        {"nul\0inside", 10, "secret-whitespace", "NUL inside"},
        {"\"quoted-it\"", 11, "secret-whitespace", "in quotes"},
        {"Bearer abc", 10, "secret-malformed", "scheme in front"},
        {"********", 8, "secret-malformed", "masked with asterisks"},
        {"\xE2\x80\xA2\xE2\x80\xA2", 6, "secret-malformed", "masked with bullets"},
        {"<client-secret>", 15, "secret-malformed", "a placeholder"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct target *target = bench_target(arena, true, false);
        target->credentials[0].client_secret = secret_new(rows[i].secret, rows[i].len);
        struct finding finding = judge_with(arena, "secret_shape", target, NULL);
        const char *cause = finding.causes.n_items > 0 ? finding.causes.items[0] : NULL;
        cr_expect(text_equal(cause, rows[i].cause), "row %zu (%s)", i, rows[i].why);
        cr_expect(finding.seen == NULL || strstr(finding.seen, rows[i].secret) == NULL,
                  "row %zu (%s) shows the secret", i, rows[i].why);
        secret_release(&target->credentials[0].client_secret);
    }
    struct finding none =
        judge_with(arena, "secret_shape", bench_target(arena, false, false), NULL);
    cr_expect(none.verdict == VERDICT_NOT_APPLICABLE, "no credential, nothing to look at");
    arena_free(arena);
}
