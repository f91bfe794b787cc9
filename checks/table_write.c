/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table_write: the integration can create a record with the fields the vendor sends, and change it.
 *
 * An effect that changes the instance, so only with consent (--allow-writes). The record bears the
 * run's tag in correlation_id, is read back after each write and deleted in the end; so the table
 * must have that column. A status says little: a field rule, an unknown choice or an unknown
 * reference leaves 200 or 201 and the field as it was, so every written field is compared. A
 * refusal names an access rule's operation, the fields a data policy wants (by their labels), or
 * the business rule that aborted. Sources: ServiceNow's Table API reference and REST API HTTP
 * response codes; KB0813377; public reports of refused writes.
 */
#include <string.h>

#include "base/arena.h"
#include "checks/acl_cause.h"
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/left_behind.h"
#include "checks/refusal.h"

struct table_write_params {
    const char *table;
    struct pairs values;
    struct pairs update;
    bool keep;
};

static const struct field table_write_fields[] = {
    FIELD(struct table_write_params, table, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_TABLE,
          "table to create a record in"),
    FIELD(struct table_write_params, values, FIELD_REQUIRED,
          "the columns of the new record; correlation_id is always the run's own tag"),
    FIELD(struct table_write_params, update, FIELD_OPTIONAL, "columns that are changed afterwards"),
    FIELD(struct table_write_params, keep, FIELD_OPTIONAL,
          "true: the record stays; by default it is deleted"),
};

/* ---- Refused -------------------------------------------------------------------------------- */

/* What stands behind `mark` in the words of a refusal; NULL when it does not occur. */
static const char *words_behind(const struct exchange *exchange, const char *mark)
{
    const char *const texts[] = {exchange->detail, exchange->message};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *found = texts[i] == NULL ? NULL : strstr(texts[i], mark);
        if (found != NULL) {
            return found + strlen(mark);
        }
    }
    return NULL;
}

/* True when a label of the form ("Business service") may be that of the column. */
static bool label_fits(const struct judging *judging, const char *label, const char *column)
{
    char *spelt = text_lower(judging->arena, label);
    for (char *c = spelt; *c != '\0'; c++) {
        *c = *c == ' ' ? '_' : *c;
    }
    return text_equal(spelt, column);
}

static void judge_mandatory(struct judging *judging, const struct table_write_params *params,
                            const struct exchange *exchange)
{
    const char *words = words_behind(exchange, "mandatory:");
    const char *fields = words == NULL ? params->table : text_trim(judging->arena, words);
    struct strings labels = strings_split(judging->arena, fields, ',');
    judge_fail(judging, "mandatory-field", fields,
               say(judging, "refused with %d: a data policy demands %s", exchange->status, fields));
    for (size_t l = 0; l < labels.n_items; l++) {
        for (size_t i = 0; i < params->values.n_items; i++) {
            if (label_fits(judging, labels.items[l], params->values.items[i].key)) {
                judging->finding->because =
                    say(judging,
                        "%s was sent: a value that is none of the field's choices may be dropped "
                        "before the policy looks",
                        params->values.items[i].key);
                points_to(judging, "field-write-ignored");
                judging->finding->causes_are_alternatives = true;
            }
        }
    }
}

/* "… was aborted by Business Rule 'Name^sys_id'. Business Rule Stack:…" */
static void judge_aborted(struct judging *judging, const struct table_write_params *params,
                          const struct exchange *exchange)
{
    const char *words = words_behind(exchange, "Business Rule '");
    const char *rule =
        words == NULL ? params->table : arena_strndup(judging->arena, words, strcspn(words, "^'"));
    judge_fail(
        judging, "business-rule-abort", rule,
        say(judging, "refused with %d: the business rule %s aborts it", exchange->status, rule));
    judging->finding->link =
        list_link(judging, "sys_script", say(judging, "name=%s", words == NULL ? "" : rule));
}

/* `operation` is what access control rules call the request: "create" or "write". */
static bool judge_write_refusal(struct judging *judging, const struct table_write_params *params,
                                const struct answer *answer, const struct exchange *exchange,
                                const char *operation)
{
    struct answer refused = *answer;
    refused.exchange = exchange;
    if (exchange == NULL) {
        return false;
    }
    switch (exchange->outcome) {
    case OUTCOME_WRITE_DENIED:
        judge_fail(judging, "write-denied", params->table,
                   say(judging, "%s was refused with %d, \"%s\"", exchange->method,
                       exchange->status,
                       exchange->detail != NULL ? exchange->detail : exchange->message));
        judge_refused_by_rules(judging, exchange, params->table, operation);
        return true;
    case OUTCOME_MANDATORY:
        judge_mandatory(judging, params, exchange);
        return true;
    case OUTCOME_ABORTED:
        judge_aborted(judging, params, exchange);
        return true;
    default:
        if (!judge_refusal(judging, &refused, params->table, "write-denied")) {
            return false;
        }
        judge_refused_by_rules(judging, exchange, params->table, operation);
        return true;
    }
}

/* ---- Read back ------------------------------------------------------------------------------ */

struct comparison {
    struct strings ignored; /* fields that hold something else … */
    struct strings held;    /* … and what, in words */
    struct strings doubted; /* references that may be other records, in words … */
    struct strings names;   /* … and their columns */
    struct strings unseen;  /* fields that never came back */
};

/* A reference is written by name and kept as a sys_id: only the name that people are shown tells
 * which record was found, and a record may be found by another name than it shows. */
static const char *doubt_words(const struct judging *judging, const struct pair *pair,
                               const char *name)
{
    if (name[0] == '\0') {
        return say(judging,
                   "%s holds a reference whose name never came back, where \"%s\" was written",
                   pair->key, pair->value);
    }
    return say(judging, "%s is \"%s\" where \"%s\" was written", pair->key, name, pair->value);
}

static void compare_field(const struct judging *judging, const struct step_taken *step,
                          const struct pair *pair, struct comparison *comparison)
{
    struct arena *arena = judging->arena;
    const char *value = row_get(step->row, pair->key);
    const char *name = pairs_get(&step->names, pair->key);
    if (value == NULL) {
        strings_add(arena, &comparison->unseen, pair->key);
    } else if (text_equal(text_trim(arena, value), text_trim(arena, pair->value))) {
        return;
    } else if (name != NULL) {
        strings_add(arena, &comparison->names, pair->key);
        strings_add(arena, &comparison->doubted, doubt_words(judging, pair, name));
    } else {
        strings_add(arena, &comparison->ignored, pair->key);
        strings_add(
            arena, &comparison->held,
            say(judging, "%s is \"%s\" where \"%s\" was written", pair->key, value, pair->value));
    }
}

static void compare(const struct judging *judging, const struct step_taken *step,
                    const struct pairs *written, struct comparison *comparison)
{
    for (size_t i = 0; i < written->n_items; i++) {
        if (!text_equal(written->items[i].key, "correlation_id")) { /* it holds the tag */
            compare_field(judging, step, &written->items[i], comparison);
        }
    }
}

/* The write went through, so that nothing blocks: what says so means this one request. */
static enum reason reason_of(const struct step_taken *step)
{
    switch (step->reason) {
    case REASON_CREDENTIAL_REFUSED:
        return REASON_DENIED;
    case REASON_NO_ANSWER:
        return REASON_BUSY;
    case REASON_NONE:
        return REASON_UNDOCUMENTED;
    default:
        return step->reason;
    }
}

/* Reading back got no answer: a refusal is something else than a lost connection. */
static void judge_not_read(struct judging *judging, const struct step_taken *step)
{
    const int status = step->exchange->status;
    const char *what =
        status == 0 ? "was not answered" : say(judging, "was answered with status %d", status);
    judge_unknown(judging, reason_of(step),
                  say(judging, "the write was accepted, and reading it back %s", what));
}

/* False when the record did not come back: the finding is written then. */
static bool judge_came_back(struct judging *judging, const char *table,
                            const struct written *written, const struct step_taken *step)
{
    if (step->row != NULL) {
        return true;
    }
    if (written->lacks_tag) {
        judge_unknown(judging, REASON_AMBIGUOUS,
                      say(judging,
                          "the write was accepted, and the record that the answer names does not "
                          "show the run's tag %s in correlation_id: it may be another's",
                          written->tag));
    } else if (step->exchange == NULL) {
        judge_unknown(judging, REASON_TIMEOUT,
                      "the run ended before what was written could be read back");
    } else if (step->exchange->outcome != OUTCOME_RESULT) {
        judge_not_read(judging, step);
    } else {
        judge_unknown(judging, step->total > 0 ? REASON_HIDDEN : REASON_FILTERED,
                      "the write was accepted, and the record did not come back to the account "
                      "that wrote it");
        points_to(judging, step->total > 0 ? "rows-hidden" : "nothing-returned");
        judge_by_rules(judging, table, "read");
    }
    return false;
}

static bool judge_comparison(struct judging *judging, const struct table_write_params *params,
                             const struct comparison *comparison)
{
    struct arena *arena = judging->arena;
    if (comparison->ignored.n_items > 0) {
        judge_fail(
            judging, "field-write-ignored",
            say(judging, "%s: %s", params->table, strings_join(arena, &comparison->ignored, ", ")),
            say(judging, "accepted, but %s", strings_join(arena, &comparison->held, "; ")));
        return false;
    }
    if (comparison->unseen.n_items > 0) {
        const char *list = strings_join(arena, &comparison->unseen, ", ");
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      say(judging, "the write was accepted, and %s never came back", list));
        judging->finding->cause_subject = say(judging, "%s: %s", params->table, list);
        points_to(judging, "field-hidden");
        return false;
    }
    if (comparison->doubted.n_items > 0) {
        judge_unknown(judging, REASON_AMBIGUOUS,
                      say(judging,
                          "accepted, but %s: whether that is the record that was meant cannot be "
                          "told",
                          strings_join(arena, &comparison->doubted, "; ")));
        judging->finding->cause_subject =
            say(judging, "%s: %s", params->table, strings_join(arena, &comparison->names, ", "));
        points_to(judging, "field-write-ignored");
        return false;
    }
    return true;
}

/* The same for both writes: the record came back, and every field holds what was written. */
static bool judge_read_back(struct judging *judging, const struct table_write_params *params,
                            const struct answer *answer, enum write_step step)
{
    const struct written *written = answer->written;
    const struct pairs *values = step == WRITE_READ_UPDATED ? &params->update : &params->values;
    struct comparison comparison = {0};
    if (!judge_came_back(judging, params->table, written, &written->steps[step])) {
        return false;
    }
    compare(judging, &written->steps[step], values, &comparison);
    return judge_comparison(judging, params, &comparison);
}

/* True when the change was made; else the finding says what is wrong. */
static bool judge_update(struct judging *judging, const struct table_write_params *params,
                         const struct answer *answer)
{
    const struct step_taken *steps = answer->written->steps;
    const struct exchange *update = steps[WRITE_UPDATE].exchange;
    if (judge_write_refusal(judging, params, answer, update, "write")) {
        return false;
    }
    if (update == NULL || update->outcome != OUTCOME_RESULT) {
        judge_unknown(judging, update == NULL ? REASON_TIMEOUT : REASON_BUSY,
                      "the record was made, and the change to it was not answered");
        return false;
    }
    return judge_read_back(judging, params, answer, WRITE_READ_UPDATED);
}

/* ---- Judging -------------------------------------------------------------------------------- */

static void judge_passed(struct judging *judging, const struct table_write_params *params,
                         const struct answer *answer)
{
    const struct written *written = answer->written;
    const char *end = written->is_removed ? "deleted"
                      : params->keep      ? "kept, as the pack wants it"
                                          : "NOT deleted";
    judge_pass(judging, say(judging, "%s of %s was created%s, read back and %s",
                            written->number != NULL ? written->number : "a record", params->table,
                            params->update.n_items > 0 ? ", changed" : "", end));
    rules_out(judging, "write-denied");
    rules_out(judging, "mandatory-field");
    rules_out(judging, "business-rule-abort");
    rules_out(judging, "field-write-ignored");
}

static void add_because(struct judging *judging, const char *text)
{
    struct finding *finding = judging->finding;
    finding->because =
        finding->because == NULL ? text : say(judging, "%s; %s", finding->because, text);
}

/* Whatever the verdict, a record that was made is told, and that it is still there. */
static void tell_rest(struct judging *judging, const struct answer *answer)
{
    struct finding *finding = judging->finding;
    const struct written *written = answer->written;
    const char *left = left_behind(judging->arena, answer);
    bool is_surprise = written != NULL && written->is_ours && answer->exchange != NULL &&
                       answer->exchange->outcome != OUTCOME_RESULT;
    if (is_surprise) {
        add_because(judging, say(judging, "a record was made all the same, found by its tag%s",
                                 written->is_removed ? " and deleted" : ""));
    }
    const char *link = written_link(judging->arena, &judging->target->instance, answer);
    if (left != NULL) {
        add_because(judging, left);
    }
    if (link != NULL && written != NULL && !written->is_removed) {
        finding->link = link;
    }
}

static void judge_answer(struct judging *judging, const struct table_write_params *params,
                         const struct answer *answer)
{
    const struct exchange *insert = answer->exchange;
    if (judge_write_refusal(judging, params, answer, insert, "create")) {
        return;
    }
    if (answer->written == NULL || insert == NULL || insert->outcome != OUTCOME_RESULT) {
        judge_untold(judging, answer);
        return;
    }
    if (answer->written->sys_id == NULL) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "the write was accepted, and the answer does not name the record");
        return;
    }
    if (judge_read_back(judging, params, answer, WRITE_READ_INSERTED) &&
        (params->update.n_items == 0 || judge_update(judging, params, answer))) {
        judge_passed(judging, params, answer);
    }
}

static void table_write_judge(struct judging *judging, const void *given)
{
    const struct table_write_params *params = given;
    struct finding *finding = judging->finding;
    finding->wanted = say(judging, "a record of %s can be created%s", params->table,
                          params->update.n_items > 0 ? " and changed" : "");
    finding->link = rules_link(judging, params->table, "create");
    if (!judging->may_write) {
        finding->verdict = VERDICT_NOT_APPLICABLE;
        finding->reason = REASON_NO_CONSENT;
        finding->because = "it writes; only with --allow-writes";
        return;
    }
    if (own_credential(judging) == NULL) {
        judge_blocked(judging, REASON_CREDENTIAL_NOT_TRIED, "no credential was given");
        return;
    }
    const struct question question = {.kind = QUESTION_WRITE,
                                      .credential = judging->pack->credential,
                                      .table = params->table,
                                      .values = params->values,
                                      .changes = params->update,
                                      .is_kept = params->keep};
    const struct answer *answer = ask(judging, &question);
    if (answer == NULL) {
        return;
    }
    judge_answer(judging, params, answer);
    tell_rest(judging, answer);
}

const struct kind kind_table_write = {
    .schema = {.name = "table_write",
               .summary = "The integration creates a record and changes it (with --allow-writes)",
               .fields = table_write_fields,
               .n_fields = ARRAY_LEN(table_write_fields),
               .params_size = sizeof(struct table_write_params)},
    .judge = table_write_judge,
};
