/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret_shape: the secrets and ids look like what they are meant to be. Nothing is asked, nothing
 * is shown: a finding names the fault and never the text.
 */
#include "checks/secret_shape.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/token_expiry.h"

struct secret_shape_params {
    const char *of;
};

static const char *const of_choices[] = {"auditor", "integration", NULL};

static const struct field secret_shape_fields[] = {
    FIELD_CHOICE(struct secret_shape_params, of, FIELD_OPTIONAL, of_choices,
                 "whose: integration (the default) or auditor"),
};

struct shape_rule {
    bool (*applies)(const char *text, size_t len);
    const char *cause;
    const char *fault;
};

static bool breaks_lines(const char *text, size_t len)
{
    return memchr(text, '\r', len) != NULL || memchr(text, '\n', len) != NULL ||
           memchr(text, '\0', len) != NULL;
}

static bool has_blank_around(const char *text, size_t len)
{
    return isspace((unsigned char)text[0]) || isspace((unsigned char)text[len - 1]);
}

static bool has_quotes_around(const char *text, size_t len)
{
    return len >= 2 && text[0] == text[len - 1] && (text[0] == '"' || text[0] == '\'');
}

static bool has_scheme_in_front(const char *text, size_t len)
{
    (void)len;
    return strncasecmp(text, "bearer ", 7) == 0 || strncasecmp(text, "basic ", 6) == 0;
}

/* Asterisks, or the bullets a password field shows. */
static bool is_masked(const char *text, size_t len)
{
    static const char bullet[] = "\xE2\x80\xA2";
    size_t i = 0;
    while (i < len) {
        if (text[i] == '*') {
            i++;
        } else if (len - i >= 3 && memcmp(text + i, bullet, 3) == 0) {
            i += 3;
        } else {
            return false;
        }
    }
    return true;
}

static bool is_placeholder(const char *text, size_t len)
{
    return text[0] == '<' && text[len - 1] == '>';
}

static const struct shape_rule rules[] = {
    {breaks_lines, "secret-whitespace", "has a line break or a NUL in it"},
    {has_blank_around, "secret-whitespace", "has a blank before or behind it"},
    {has_quotes_around, "secret-whitespace", "stands in quotes"},
    {has_scheme_in_front, "secret-malformed", "begins with the name of an HTTP scheme"},
    {is_masked, "secret-malformed", "is the masked form a browser shows"},
    {is_placeholder, "secret-malformed", "is a placeholder"},
};

/* The first rule a text breaks, or NULL. */
static const struct shape_rule *broken_rule(const char *text, size_t len)
{
    if (text == NULL || len == 0) {
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        if (rules[i].applies(text, len)) {
            return &rules[i];
        }
    }
    return NULL;
}

static const char *const secret_names[] = {
    [CREDENTIAL_API_KEY] = "API key",
    [CREDENTIAL_BASIC] = "password",
    [CREDENTIAL_OAUTH_CLIENT] = "secret",
    [CREDENTIAL_OAUTH_PASSWORD] = "password",
    [CREDENTIAL_OAUTH_REFRESH] = "refresh token",
    [CREDENTIAL_TOKEN] = "access token",
};

/* One of a credential's texts. */
struct part {
    const char *what;
    const char *text;
    size_t len;
};

static size_t length_of(const char *text)
{
    return text == NULL ? 0 : strlen(text);
}

/* The first part that breaks a rule, and the rule; false when none does. */
static bool find_fault(const struct credential *credential, struct told_secret *ret_fault)
{
    if (credential->told != NULL) {
        *ret_fault = *credential->told;
        return ret_fault->part != NULL;
    }
    const struct part parts[] = {
        {secret_names[credential->kind], credential->secret.bytes, credential->secret.len},
        {"Client Secret", credential->client_secret.bytes, credential->client_secret.len},
        {"Client ID", credential->client_id, length_of(credential->client_id)},
        {"user name", credential->user_name, length_of(credential->user_name)},
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const struct shape_rule *rule = broken_rule(parts[i].text, parts[i].len);
        if (rule != NULL) {
            *ret_fault = (struct told_secret){
                .part = parts[i].what, .cause = rule->cause, .oddity = rule->fault};
            return true;
        }
    }
    return false;
}

struct told_secret secret_shape_tell(struct arena *arena, const struct credential *credential)
{
    struct told_secret told = {0};
    (void)find_fault(credential, &told);
    told.expiry = credential_expiry(arena, credential);
    return told;
}

const char *secret_shape_fault(struct arena *arena, const struct credential *credential)
{
    struct told_secret fault = {0};
    return find_fault(credential, &fault)
               ? arena_printf(arena, "the %s %s", fault.part, fault.oddity)
               : NULL;
}

static void judge_shape(struct judging *judging, const struct credential *credential)
{
    struct told_secret fault = {0};
    judging->finding->wanted = "no blanks, quotes or prefixes around it";
    if (find_fault(credential, &fault)) {
        judge_fail(judging, fault.cause, fault.part,
                   say(judging, "the %s %s", fault.part, fault.oddity));
        return;
    }
    judge_pass(judging, say(judging, "nothing odd about what %s gave", credential->source));
    rules_out(judging, "secret-whitespace");
    rules_out(judging, "secret-malformed");
}

static void secret_shape_judge(struct judging *judging, const void *given)
{
    const struct secret_shape_params *params = given;
    const struct credential *credential = text_equal(params->of, "auditor")
                                              ? target_credential(judging->target, "auditor")
                                              : own_credential(judging);
    if (credential != NULL && credential->stands_in == SOURCE_LIVE) {
        judge_shape(judging, credential);
        return;
    }
    judging->finding->verdict = VERDICT_NOT_APPLICABLE;
    judging->finding->reason = REASON_CONDITION;
    judging->finding->because = "no such credential was given";
}

const struct kind kind_secret_shape = {
    .schema = {.name = "secret_shape",
               .summary = "The secrets and ids of a credential have no blanks, quotes or prefixes",
               .fields = secret_shape_fields,
               .n_fields = ARRAY_LEN(secret_shape_fields),
               .params_size = sizeof(struct secret_shape_params)},
    .judge = secret_shape_judge,
};
