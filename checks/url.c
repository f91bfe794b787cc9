/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url: the text that says how to reach the instance is sound; or the text in the vendor's own form
 * has the literal form that form wants; or the instance is one that ServiceNow hosts, as far as its
 * name tells: a customer may put a name of its own before a hosted instance. Nothing is asked of
 * the instance. Source: "Custom URL" and "Government Community Cloud" in the product documentation.
 */
#include "checks/url.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "checks/kinds.h"
#include "rules/load.h"

struct url_params {
    const char *form;
    const char *field;
    const char *text;
    bool hosted;
};

static const char *const form_choices[] = {"root", "root-slash", "subdomain", NULL};

static const struct field url_fields[] = {
    FIELD_CHOICE(struct url_params, form, FIELD_OPTIONAL, form_choices,
                 "the literal form the vendor's field wants; without it the instance itself is "
                 "judged"),
    FIELD(struct url_params, field, FIELD_OPTIONAL, "what the vendor's form calls the field"),
    FIELD(struct url_params, text, FIELD_OPTIONAL, "the text that stands in the vendor's form"),
    FIELD(struct url_params, hosted, FIELD_OPTIONAL,
          "judge instead whether ServiceNow hosts the instance"),
};

struct fault_text {
    const char *cause;
    const char *seen;
};

static const struct fault_text fault_texts[] = {
    [URL_MALFORMED] = {"url-malformed", "it cannot be read as the address of an instance"},
    [URL_NOT_HTTPS] = {"url-not-https", "it begins with http://: credentials would go in clear"},
    [URL_HAS_PATH] = {"url-has-path", "a path, query or fragment is left behind the host name"},
    [URL_PLACEHOLDER] = {"url-placeholder", "it still holds the guide's placeholder"},
    [URL_WRONG_HOST] = {"url-wrong-host",
                        "this is a ServiceNow site, but not an instance of your own"},
};

static const char hosted[] = ".service-now.com";
static const char government[] = ".servicenowservices.com";

static bool host_is_hosted(const char *host)
{
    return text_ends_with(host, hosted) || text_ends_with(host, government);
}

const char *url_form_text(struct arena *arena, const char *form, const struct instance *instance)
{
    if (instance->origin == NULL) {
        return NULL;
    }
    bool is_hosted = text_ends_with(instance->host, hosted);
    if (text_equal(form, "subdomain") && is_hosted) {
        return arena_strndup(arena, instance->host, strlen(instance->host) - strlen(hosted));
    }
    if (text_equal(form, "root-slash")) {
        return arena_printf(arena, "%s/", instance->origin);
    }
    return instance->origin;
}

const char *url_form_sentence(struct arena *arena, const struct check *check,
                              const struct instance *instance)
{
    const struct url_params *params = check->params;
    const char *text = params->form == NULL ? NULL : url_form_text(arena, params->form, instance);
    if (text == NULL) {
        return NULL;
    }
    return arena_printf(arena, "field %s: type %s",
                        params->field != NULL ? params->field : "for the address", text);
}

static void judge_instance(struct judging *judging)
{
    const struct instance *instance = &judging->target->instance;
    judging->finding->wanted = "https://<instance>.service-now.com/";
    if (instance->fault == URL_SOUND) {
        judge_pass(judging, say(judging, "%s", instance->origin));
        for (size_t i = URL_MALFORMED; i < ARRAY_LEN(fault_texts); i++) {
            rules_out(judging, fault_texts[i].cause);
        }
        return;
    }
    const struct fault_text *text = &fault_texts[instance->fault];
    judge_fail(judging, text->cause, instance->text,
               say(judging, "\"%s\": %s", instance->text, text->seen));
}

/* What is wrong with a text that is not the one wanted: it may be no address at all, or another
 * instance's, and only of the right instance can it be said that the letters differ. A name of
 * one's own may stand before a hosted instance. */
static void judge_other_text(struct judging *judging, const struct url_params *params)
{
    const char *host = judging->target->instance.host;
    const struct instance meant = instance_parse(judging->arena, params->text);
    if (meant.origin == NULL) {
        const struct fault_text *text = &fault_texts[meant.fault];
        judge_fail(judging, text->cause, meant.text,
                   say(judging, "\"%s\": %s", meant.text, text->seen));
    } else if (text_equal_nocase(meant.host, host)) {
        judge_fail(judging, "url-form", meant.text, say(judging, "\"%s\"", meant.text));
    } else if (host_is_hosted(meant.host) && host_is_hosted(host)) {
        judge_fail(
            judging, NULL, meant.text,
            say(judging, "\"%s\": another instance than the one that is checked", meant.text));
    } else {
        judge_unknown(judging, REASON_AMBIGUOUS,
                      say(judging,
                          "\"%s\" may be another name of the instance that is checked, or another "
                          "instance",
                          meant.text));
    }
}

static void judge_form(struct judging *judging, const struct url_params *params)
{
    const char *wanted = url_form_text(judging->arena, params->form, &judging->target->instance);
    if (wanted == NULL) {
        judge_blocked(judging, REASON_NO_ANSWER,
                      "the instance itself is not known well enough to compare with");
        return;
    }
    judging->finding->wanted = say(judging, "literally %s", wanted);
    if (text_equal(params->text, wanted)) {
        judge_pass(judging, say(judging, "%s", params->text));
    } else {
        judge_other_text(judging, params);
    }
}

static void judge_hosted(struct judging *judging)
{
    const char *host = judging->target->instance.host;
    judging->finding->wanted = say(judging, "a host under %s or %s", hosted + 1, government + 1);
    if (host == NULL) {
        judge_blocked(judging, REASON_NO_ANSWER, "the address names no host");
    } else if (host_is_hosted(host)) {
        judge_pass(judging, say(judging, "%s is hosted by ServiceNow", host));
    } else {
        judge_unknown(judging, REASON_AMBIGUOUS,
                      say(judging,
                          "%s may be a name of your own before a hosted instance, or an instance "
                          "on premises",
                          host));
    }
}

static void url_judge(struct judging *judging, const void *given)
{
    const struct url_params *params = given;
    if (params->hosted) {
        judge_hosted(judging);
    } else if (params->form == NULL) {
        judge_instance(judging);
    } else {
        judge_form(judging, params);
    }
}

const struct kind kind_url = {
    .schema = {.name = "url",
               .summary = "The address of the instance is sound, or stands in the vendor's form as "
                          "that form wants it",
               .fields = url_fields,
               .n_fields = ARRAY_LEN(url_fields),
               .params_size = sizeof(struct url_params)},
    .judge = url_judge,
};
