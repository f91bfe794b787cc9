/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Putting a plan together.
 */
#include "cli/plan.h"

#include <string.h>

#include "base/arena.h"
#include "base/secret.h"
#include "checks/engine.h"
#include "cli/rights.h"
#include "diagnosis/inquiry.h"
#include "model/names.h"
#include "model/pack.h"
#include "probes/probe.h"
#include "rules/catalogue.h"

enum { MOST_NAMED = 3 };

/* A question that may come later, and upon what. */
struct outlook {
    struct plan_condition *conditions;
    size_t n_conditions;
};

struct draft {
    const struct planning *planning;
    struct arena *arena;
    struct plan *plan;
    struct questions later;
    struct outlook *outlooks; /* one for each of `later` */
    size_t n_outlooks;
    struct reads reads;
};

/* ---- What is certain ---- */

static struct plan_request request_of(struct arena *arena, const struct planned_request *planned)
{
    struct plan_request request = {
        .wave = planned->wave,
        .credential = planned->credential,
        .method = planned->method,
        .url = planned->url,
        .body = planned->body,
        .is_write = planned->is_write,
    };
    if (planned->why != NULL) {
        const struct strings checks = strings_split(arena, planned->why, ',');
        for (size_t i = 0; i < checks.n_items; i++) {
            strings_add_unique(arena, &request.checks, checks.items[i]);
        }
    }
    return request;
}

static void add_certain(struct draft *draft)
{
    struct plan *plan = draft->plan;
    size_t n = 0;
    const struct planned_request *planned =
        prober_plan(draft->planning->prober, draft->planning->open, &n);
    plan->requests = arena_array(draft->arena, n, sizeof *plan->requests);
    plan->n_requests = n;
    for (size_t i = 0; i < n; i++) {
        plan->requests[i] = request_of(draft->arena, &planned[i]);
        size_t n_waves = (size_t)planned[i].wave + 1;
        plan->n_waves = n_waves > plan->n_waves ? n_waves : plan->n_waves;
    }
    for (size_t i = 0; i < draft->planning->open->n_items; i++) {
        const struct foreseen foreseen = {.question = draft->planning->open->items[i],
                                          .is_certain = true};
        reads_add(draft->arena, &foreseen, &draft->reads);
    }
}

/* ---- What may follow ---- */

static bool is_open(const struct questions *open, const struct question *question)
{
    for (size_t i = 0; i < open->n_items; i++) {
        if (question_equal(&open->items[i], question)) {
            return true;
        }
    }
    return false;
}

/* Settled before anything was sent: its text is broken, and it goes nowhere. */
static bool is_broken(const struct planning *planning, const char *credential)
{
    for (size_t i = 0; i < planning->answers->n_items; i++) {
        const struct answer *answer = planning->answers->items[i];
        if (answer->is_blocked && text_equal(answer->question.credential, credential)) {
            return true;
        }
    }
    return false;
}

static struct outlook *outlook_of(struct draft *draft, const struct question *question)
{
    for (size_t i = 0; i < draft->later.n_items; i++) {
        if (question_equal(&draft->later.items[i], question)) {
            return &draft->outlooks[i];
        }
    }
    struct question *slot =
        arena_append(draft->arena, &draft->later.items, &draft->later.n_items, sizeof *slot);
    *slot = *question;
    struct outlook *outlook =
        arena_append(draft->arena, &draft->outlooks, &draft->n_outlooks, sizeof *outlook);
    *outlook = (struct outlook){0};
    return outlook;
}

static void add_condition(struct arena *arena, struct plan_condition **conditions,
                          size_t *n_conditions, const char *when, const char *check)
{
    struct plan_condition *condition = NULL;
    for (size_t i = 0; i < *n_conditions; i++) {
        condition = text_equal((*conditions)[i].when, when) ? &(*conditions)[i] : condition;
    }
    if (condition == NULL) {
        condition = arena_append(arena, conditions, n_conditions, sizeof *condition);
        *condition = (struct plan_condition){.when = when};
    }
    strings_add_unique(arena, &condition->checks, check);
}

/* "sys_user_has_role is empty or is refused". What is certain of the check and was not asked for at
 * once is held back by --quick. */
static const char *condition_of(struct arena *arena, const struct foreseen *foreseen)
{
    if (foreseen->is_certain) {
        return "what the check is there for was not seen to work";
    }
    const struct strings *upon = &foreseen->upon;
    const char *what = upon->n_items > MOST_NAMED || upon->n_items == 0
                           ? "what the check reads first"
                           : strings_join(arena, upon, " or ");
    return arena_printf(arena, "%s %s", what, foreseen_after_words(arena, foreseen->after));
}

static void foresee_check(struct draft *draft, const struct pack *pack, const struct check *check)
{
    const struct planning *planning = draft->planning;
    const struct foresight foresight = foresee_with(
        draft->arena, planning->catalogue, planning->target, pack, check, &planning->foresee);
    for (size_t i = 0; i < foresight.n_items; i++) {
        const struct foreseen *foreseen = &foresight.items[i];
        const struct question *question = &foreseen->question;
        if (is_open(planning->open, question) || is_broken(planning, question->credential)) {
            continue;
        }
        struct outlook *outlook = outlook_of(draft, question);
        struct foreseen possible = *foreseen;
        possible.is_certain = false;
        add_condition(draft->arena, &outlook->conditions, &outlook->n_conditions,
                      condition_of(draft->arena, foreseen), check->id);
        reads_add(draft->arena, &possible, &draft->reads);
    }
}

static void foresee_readings(struct draft *draft)
{
    const struct questions readings =
        inquiry_foresee_readings(draft->arena, draft->planning->inquiry);
    for (size_t i = 0; i < readings.n_items; i++) {
        const struct foreseen foreseen = {.question = readings.items[i]};
        if (is_broken(draft->planning, foreseen.question.credential)) {
            continue;
        }
        struct outlook *outlook = outlook_of(draft, &foreseen.question);
        add_condition(draft->arena, &outlook->conditions, &outlook->n_conditions,
                      "a credential under test is refused: what the instance wrote down of it",
                      "diagnosis");
        reads_add(draft->arena, &foreseen, &draft->reads);
    }
}

static struct plan_request *follow_up_for(struct draft *draft, const struct plan_request *wanted)
{
    struct plan *plan = draft->plan;
    for (size_t i = 0; i < plan->n_follow_ups; i++) {
        struct plan_request *request = &plan->follow_ups[i];
        if (text_equal(request->url, wanted->url) && text_equal(request->method, wanted->method) &&
            text_equal(request->credential, wanted->credential)) {
            return request;
        }
    }
    struct plan_request *slot =
        arena_append(draft->arena, &plan->follow_ups, &plan->n_follow_ups, sizeof *slot);
    *slot = *wanted;
    slot->wave = -1;
    slot->checks = (struct strings){0};
    return slot;
}

static void add_follow_up(struct draft *draft, const struct planned_request *planned)
{
    struct arena *arena = draft->arena;
    const struct plan_request wanted = request_of(arena, planned);
    struct plan_request *request = follow_up_for(draft, &wanted);
    for (size_t q = 0; q < planned->n_questions; q++) {
        const struct outlook *outlook = &draft->outlooks[planned->questions[q]];
        for (size_t c = 0; c < outlook->n_conditions; c++) {
            const struct plan_condition *condition = &outlook->conditions[c];
            for (size_t i = 0; i < condition->checks.n_items; i++) {
                add_condition(arena, &request->conditions, &request->n_conditions, condition->when,
                              condition->checks.items[i]);
                strings_add_unique(arena, &request->checks, condition->checks.items[i]);
            }
        }
    }
}

/* The calls of a diagnosis besides what it reads. */
static void add_calls(struct draft *draft)
{
    size_t n = 0;
    const struct foreseen_call *calls = inquiry_foresee(draft->arena, draft->planning->inquiry, &n);
    for (size_t i = 0; i < n; i++) {
        const struct plan_request wanted = {
            .credential = calls[i].credential,
            .method = calls[i].method,
            .url = arena_printf(draft->arena, "%s%s", draft->planning->target->instance.origin,
                                calls[i].path)};
        struct plan_request *request = follow_up_for(draft, &wanted);
        add_condition(
            draft->arena, &request->conditions, &request->n_conditions,
            arena_printf(draft->arena, "a credential under test is refused: %s", calls[i].why),
            "diagnosis");
        strings_add_unique(draft->arena, &request->checks, "diagnosis");
    }
}

static void add_follow_ups(struct draft *draft)
{
    const struct planning *planning = draft->planning;
    if (planning->open->n_items == 0) {
        return; /* nothing is ever sent, so nothing follows */
    }
    for (size_t p = 0; p < planning->n_packs; p++) {
        for (size_t c = 0; c < planning->packs[p]->n_checks; c++) {
            if (engine_may_ask(planning->engine, &planning->packs[p]->checks[c])) {
                foresee_check(draft, planning->packs[p], &planning->packs[p]->checks[c]);
            }
        }
    }
    if (planning->inquiry != NULL) {
        foresee_readings(draft);
    }
    size_t n = 0;
    const struct planned_request *planned =
        prober_plan_later(planning->prober, planning->open, &draft->later, &n);
    for (size_t i = 0; i < n; i++) {
        add_follow_up(draft, &planned[i]);
    }
    if (planning->inquiry != NULL) {
        add_calls(draft);
    }
}

/* ---- Totals ---- */

/* Whose account a credential is, as far as the target and the packs say. */
static const char *user_of(const struct planning *planning, const char *name)
{
    const struct credential *credential = target_credential(planning->target, name);
    const char *user = credential != NULL ? credential->user_name : NULL;
    for (size_t i = 0; user == NULL && i < planning->n_packs; i++) {
        if (text_equal(planning->packs[i]->credential, name)) {
            user = pairs_get(&planning->packs[i]->parameters, "service_user");
        }
    }
    return text_equal(name, "none") ? "guest" : redact(planning->redactor, planning->arena, user);
}

static struct plan_share *share_of(struct draft *draft, const char *credential)
{
    struct plan *plan = draft->plan;
    for (size_t i = 0; i < plan->n_shares; i++) {
        if (text_equal(plan->shares[i].credential, credential)) {
            return &plan->shares[i];
        }
    }
    const struct credential *given = target_credential(draft->planning->target, credential);
    struct plan_share *slot =
        arena_append(draft->arena, &plan->shares, &plan->n_shares, sizeof *slot);
    *slot = (struct plan_share){.credential = credential,
                                .kind = given != NULL ? credential_kind_name(given->kind) : NULL,
                                .user = user_of(draft->planning, credential)};
    return slot;
}

static bool is_token(const struct plan_request *request)
{
    return text_ends_with(request->url, "/oauth_token.do");
}

/* "now/table" of ".../api/now/v2/table/incident?...": as rules and policies name it; NULL for what
 * is none of the REST API. */
static const char *api_of(struct arena *arena, const char *url)
{
    const char *begin = strstr(url, "/api/");
    if (begin == NULL) {
        return NULL;
    }
    const char *path = arena_strndup(arena, begin + 5, strcspn(begin + 5, "?"));
    const struct strings parts = strings_split(arena, path, '/');
    size_t name = parts.n_items > 2 && parts.items[1][0] == 'v' && parts.items[1][1] >= '0' &&
                          parts.items[1][1] <= '9'
                      ? 2
                      : 1;
    return parts.n_items > name ? arena_printf(arena, "%s/%s", parts.items[0], parts.items[name])
                                : path;
}

/* Two credentials of one user count together, where it is known that they are. */
static struct plan_rate *rate_of(struct draft *draft, const struct plan_share *share,
                                 const char *api)
{
    struct plan *plan = draft->plan;
    for (size_t i = 0; i < plan->n_rates; i++) {
        struct plan_rate *rate = &plan->rates[i];
        bool is_same_user =
            share->user != NULL
                ? text_equal_nocase(rate->user, share->user)
                : rate->user == NULL && strings_have(&rate->credentials, share->credential);
        if (is_same_user && text_equal(rate->api, api)) {
            return rate;
        }
    }
    struct plan_rate *slot = arena_append(draft->arena, &plan->rates, &plan->n_rates, sizeof *slot);
    *slot = (struct plan_rate){.user = share->user, .api = api};
    return slot;
}

/* Of what is certain alone. */
static void count_special(struct plan *plan, struct plan_share *share,
                          const struct plan_request *request)
{
    size_t n_tokens = is_token(request) ? 1 : 0;
    size_t n_writes = request->is_write ? 1 : 0;
    share->tokens += n_tokens;
    share->writes += n_writes;
    plan->n_tokens += n_tokens;
    plan->n_writes += n_writes;
}

static void count(struct draft *draft, const struct plan_request *request, bool is_certain)
{
    struct plan *plan = draft->plan;
    struct plan_share *share = share_of(draft, request->credential);
    const char *api = api_of(draft->arena, request->url);
    size_t url_bytes = strlen(request->url);
    plan->longest_url_bytes =
        url_bytes > plan->longest_url_bytes ? url_bytes : plan->longest_url_bytes;
    *(is_certain ? &share->certain : &share->follow_ups) += 1;
    if (is_certain) {
        count_special(plan, share, request);
    }
    if (api != NULL) {
        struct plan_rate *rate = rate_of(draft, share, api);
        strings_add_unique(draft->arena, &rate->credentials, request->credential);
        *(is_certain ? &rate->certain : &rate->follow_ups) += 1;
    }
}

static void count_all(struct draft *draft)
{
    const struct plan *plan = draft->plan;
    for (size_t i = 0; i < plan->n_requests; i++) {
        count(draft, &plan->requests[i], true);
    }
    for (size_t i = 0; i < plan->n_follow_ups; i++) {
        count(draft, &plan->follow_ups[i], false);
    }
}

/* ---- Rights ---- */

static void add_right(struct draft *draft, const struct read *read)
{
    struct plan *plan = draft->plan;
    const struct table_entry *table =
        read->table == NULL ? NULL : catalogue_table(draft->planning->catalogue, read->table);
    struct plan_right *slot =
        arena_append(draft->arena, &plan->rights, &plan->n_rights, sizeof *slot);
    *slot = (struct plan_right){
        .credential = read->credential == NULL ? "none" : read->credential,
        .calls = read->is_walked ? NULL : read->call,
        .table = read->table,
        .operations = read->writes                ? "create, write, delete"
                      : read->columns.n_items > 0 ? "read"
                                                  : NULL,
        .columns = read->columns,
        .is_certain = read->is_certain || read->writes,
    };
    if (table != NULL && !read->writes) {
        slot->readers = table->read_by;
    }
}

static void add_rights(struct draft *draft)
{
    reads_walk(draft->arena, draft->planning->catalogue, &draft->reads);
    reads_sort(&draft->reads);
    for (size_t i = 0; i < draft->reads.n_items; i++) {
        add_right(draft, &draft->reads.items[i]);
    }
}

/* ---- The plan ---- */

struct plan *plan_make(const struct planning *planning)
{
    struct arena *arena = planning->arena;
    const struct instance *instance = &planning->target->instance;
    struct plan *plan = arena_allocate(arena, sizeof *plan);
    const char *url =
        instance->origin != NULL ? arena_printf(arena, "%s/", instance->origin) : instance->text;
    *plan = (struct plan){.tool_version = GLIDEPATH_VERSION,
                          .instance_url = redact(planning->redactor, arena, url),
                          .packs = planning->packs,
                          .n_packs = planning->n_packs,
                          .is_diagnosis = planning->inquiry != NULL,
                          .max_requests = planning->max_requests};
    struct draft draft = {.planning = planning, .arena = arena, .plan = plan};
    add_certain(&draft);
    add_follow_ups(&draft);
    count_all(&draft);
    add_rights(&draft);
    return plan;
}
