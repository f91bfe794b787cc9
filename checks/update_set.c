/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update_set: an update set was brought here and committed.
 *
 * A set that was retrieved or imported is a row of sys_remote_update_set: loaded, previewed, at
 * last committed. Committing generates a local copy in sys_update_set, in state complete; so does
 * a set that was made on this very instance. Where no retrieved set is seen, the local copy
 * decides, and where no local copy is seen in a list that is shown to be readable (every instance
 * has the update set "Default") the set was never committed. Several sets may bear one name: one in
 * the wanted state is enough.
 * Sources: product documentation, Commit an update set; Create and select an update set.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/tables.h"

struct update_set_params {
    const char *name;
    const char *state;
    const char *cause;
};

static const struct field update_set_fields[] = {
    FIELD(struct update_set_params, name, FIELD_REQUIRED | FIELD_IDENTIFIES,
          "name of the update set"),
    FIELD(struct update_set_params, state, FIELD_OPTIONAL,
          "the state it must be in, committed unless given; alternatives separated by |"),
    FIELD(struct update_set_params, cause, FIELD_CAUSE,
          "id of the cause a missing set, or one in another state, points to"),
};

static const char *columns[] = {"name", "state"};

static const char *wanted_state(const struct update_set_params *params)
{
    return params->state != NULL ? params->state : "committed";
}

static struct question question_in(const char *table, const char *control,
                                   const struct update_set_params *params)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = table,
                             .key = "name",
                             .value = params->name,
                             .control = control,
                             .fields = {columns, ARRAY_LEN(columns)}};
}

/* Whether one of the sets is in a state that will do; *ret_others lists the states they are in,
 * and is empty when one of them never came. */
static bool any_is(const struct judging *judging, const struct reading *reading, const char *wanted,
                   struct strings *ret_others)
{
    bool is_hidden = false;
    for (size_t i = 0; i < reading->n_rows; i++) {
        const char *state = row_get(&reading->rows[i], "state");
        if (state != NULL && value_fits(judging->arena, state, wanted)) {
            return true;
        }
        is_hidden = is_hidden || state == NULL;
        strings_add_unique(judging->arena, ret_others, text_is_empty(state) ? "(empty)" : state);
    }
    if (is_hidden) {
        *ret_others = (struct strings){0};
    }
    return false;
}

static void pass_set(struct judging *judging, const struct update_set_params *params,
                     const char *seen)
{
    judge_pass(judging, seen);
    if (params->cause != NULL) {
        rules_out(judging, params->cause);
    }
}

static void judge_states(struct judging *judging, const struct update_set_params *params,
                         const struct reading *reading, const struct strings *states)
{
    if (states->n_items == 0) {
        judge_unknown(judging, REASON_FIELD_HIDDEN, "the state of the set never came back");
        return;
    }
    if (!reading->is_complete) {
        judge_unknown(judging, REASON_HIDDEN,
                      "not all sets of this name came back, and another one may be in the wanted "
                      "state");
        return;
    }
    judge_fail(judging, params->cause, params->name,
               say(judging, "\"%s\" is in state %s", params->name,
                   strings_join(judging->arena, states, ", ")));
}

/* No row, none counted, and nothing was cut away. */
static bool is_plainly_empty(const struct reading *reading)
{
    const struct answer *answer = reading->answer;
    return answer != NULL && answer->reason == REASON_NONE && answer->total == 0 &&
           !answer->was_cut && answer->n_strays == 0;
}

/* Neither a retrieved set nor a local one was seen. */
static void judge_nowhere(struct judging *judging, const struct update_set_params *params,
                          const struct reading *remote)
{
    bool wants_committed = value_fits(judging->arena, "committed", wanted_state(params));
    bool is_refused = remote->answer != NULL && remote->answer->reason != REASON_NONE;
    if (is_refused) {
        judge_untold(judging, remote->answer);
    } else if (!is_plainly_empty(remote)) {
        judge_unknown(judging, REASON_HIDDEN,
                      "retrieved sets are counted or cut off that did not come back");
    } else if (!wants_committed) {
        judge_unknown(judging, REASON_FILTERED,
                      "no set of that name was seen, and nothing shows that a retrieved one would "
                      "be");
    } else {
        judge_fail(judging, params->cause, params->name,
                   say(judging, "there is no update set \"%s\", retrieved or local", params->name));
        judging->finding->because = "committing a set leaves a local copy of that name";
    }
}

/* No retrieved set of that name was seen in the wanted state: the local copy decides. */
static void judge_local(struct judging *judging, const struct update_set_params *params,
                        const struct reading *remote, const struct strings *remote_states)
{
    bool wants_committed = value_fits(judging->arena, "committed", wanted_state(params));
    const char *wanted =
        wants_committed ? say(judging, "complete|%s", wanted_state(params)) : wanted_state(params);
    struct reading local =
        read_configuration(judging, question_in("sys_update_set", "Default", params), LIST_NEVER);
    struct strings states = {0};
    switch (local.presence) {
    case PRESENCE_OPEN:
    case PRESENCE_UNTOLD:
        return;
    case PRESENCE_NO_TABLE:
        judge_lost_table(judging, "sys_update_set");
        return;
    case PRESENCE_FOUND:
        if (any_is(judging, &local, wanted, &states)) {
            pass_set(judging, params, say(judging, "a local set \"%s\" is complete", params->name));
            judging->finding->because = "no committed set of that name was seen among the "
                                        "retrieved ones; committing one leaves a local copy";
            return;
        }
        judge_states(judging, params, &local, &states);
        return;
    case PRESENCE_ABSENT:
        break;
    }
    if (remote->presence == PRESENCE_FOUND) {
        judge_states(judging, params, remote, remote_states);
        return;
    }
    judge_nowhere(judging, params, remote);
}

static void update_set_judge(struct judging *judging, const void *given)
{
    const struct update_set_params *params = given;
    struct strings states = {0};
    judging->finding->wanted =
        say(judging, "update set \"%s\" in state %s", params->name, wanted_state(params));
    judging->finding->link =
        list_link(judging, "sys_remote_update_set", say(judging, "name=%s", params->name));
    struct reading remote = consult_configuration(
        judging, question_in("sys_remote_update_set", NULL, params), LIST_NEVER);
    if (remote.presence == PRESENCE_OPEN) {
        return;
    }
    if (remote.presence == PRESENCE_FOUND &&
        any_is(judging, &remote, wanted_state(params), &states)) {
        pass_set(judging, params, say(judging, "\"%s\" is %s", params->name, wanted_state(params)));
        return;
    }
    judge_local(judging, params, &remote, &states);
}

const struct kind kind_update_set = {
    .schema = {.name = "update_set",
               .summary = "An update set was brought to this instance and committed",
               .fields = update_set_fields,
               .n_fields = ARRAY_LEN(update_set_fields),
               .params_size = sizeof(struct update_set_params),
               .example = "update_set: { name: Acme Connector, state: committed }\n"},
    .judge = update_set_judge,
};
