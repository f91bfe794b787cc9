/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a scope on an API shuts out. Once a scope is tied to an API, tokens of applications without
 * it are refused there with "Missing required api access scope"; useraccount opens every API.
 * Sources: "REST API auth scope properties" and "Troubleshooting REST API scopes" in the product
 * documentation.
 */
#include "checks/auth_scope_reach.h"

#include "base/attributes.h"
#include "checks/evidence.h"

enum { LIST_PAGE = 500, NAMED_AT_MOST = 5 };

static const char everything[] = "useraccount";

static struct question applications_question(const struct judging *judging)
{
    struct question question = {.kind = QUESTION_ROWS, .table = "oauth_entity", .limit = LIST_PAGE};
    want_columns(judging, &question, "client_id, name, type, active");
    return question;
}

static struct question links_question(const struct judging *judging)
{
    struct question question = {
        .kind = QUESTION_ROWS, .table = "oauth_entity_auth_scope_mapping", .limit = LIST_PAGE};
    want_columns(judging, &question, "oauth_entity.client_id, auth_scope.name");
    return question;
}

/* What the links say of one application. */
enum reach { REACH_SHUT_OUT, REACH_LET_IN, REACH_UNTOLD };

/* Let in by one of the scopes, or by the one that opens everything. A name that is walked to is
 * empty when its record is out of sight. */
static enum reach reach_of(const struct reading *links, const char *client_id,
                           const struct strings *scopes)
{
    enum reach reach = REACH_SHUT_OUT;
    for (size_t i = 0; i < links->n_rows; i++) {
        const char *linked = row_get(&links->rows[i], "oauth_entity.client_id");
        const char *scope = row_get(&links->rows[i], "auth_scope.name");
        if (!text_is_empty(linked) && !text_equal(linked, client_id)) {
            continue;
        }
        if (text_is_empty(linked) || text_is_empty(scope)) {
            reach = REACH_UNTOLD;
        } else if (text_equal(scope, everything) || strings_have(scopes, scope)) {
            return REACH_LET_IN;
        }
    }
    return reach;
}

/* The applications that are shut out, and whether that is told of all others. */
struct shut_out {
    struct strings names;
    bool is_told;
};

/* Inbound and active, or not; untold when a column that decides never came back. */
static enum reach reach_of_application(const struct row *row, const struct reading *links,
                                       const struct strings *scopes, const char *own_client_id)
{
    static const char *const decisive[][2] = {{"type", "client"}, {"active", "true"}};
    const char *client_id = row_get(row, "client_id");
    bool is_told = client_id != NULL;
    for (size_t i = 0; i < ARRAY_LEN(decisive); i++) {
        const char *value = row_get(row, decisive[i][0]);
        if (value != NULL && !text_equal_nocase(value, decisive[i][1])) {
            return REACH_LET_IN;
        }
        is_told = is_told && value != NULL;
    }
    if (client_id != NULL && (client_id[0] == '\0' || text_equal(client_id, own_client_id))) {
        return REACH_LET_IN;
    }
    enum reach reach = client_id == NULL ? REACH_UNTOLD : reach_of(links, client_id, scopes);
    return is_told || reach == REACH_LET_IN ? reach : REACH_UNTOLD;
}

static struct shut_out find_shut_out(const struct judging *judging,
                                     const struct reading *applications,
                                     const struct reading *links, const struct strings *scopes,
                                     const char *own_client_id)
{
    struct shut_out found = {.is_told = true};
    for (size_t i = 0; i < applications->n_rows; i++) {
        const struct row *row = &applications->rows[i];
        const char *name = row_get(row, "name");
        enum reach reach = reach_of_application(row, links, scopes, own_client_id);
        if (reach == REACH_SHUT_OUT) {
            strings_add(judging->arena, &found.names,
                        text_is_empty(name) ? row_get(row, "client_id") : name);
        }
        found.is_told = found.is_told && reach != REACH_UNTOLD;
    }
    return found;
}

static const char *some_of(const struct judging *judging, const struct strings *names)
{
    struct strings first = *names;
    if (names->n_items <= NAMED_AT_MOST) {
        return strings_join(judging->arena, names, ", ");
    }
    first.n_items = NAMED_AT_MOST;
    return say(judging, "%s and %zu more", strings_join(judging->arena, &first, ", "),
               names->n_items - NAMED_AT_MOST);
}

void ask_scope_reach_ahead(struct judging *judging)
{
    ask_ahead(judging, applications_question(judging), LIST_NEVER);
    ask_ahead(judging, links_question(judging), LIST_NEVER);
}

void judge_scope_reach(struct judging *judging, const char *api, const struct strings *scopes,
                       const char *own_client_id)
{
    struct reading applications =
        read_configuration(judging, applications_question(judging), LIST_NEVER);
    if (applications.presence != PRESENCE_FOUND) {
        return;
    }
    struct reading links = read_configuration(judging, links_question(judging), LIST_NEVER);
    if (links.presence == PRESENCE_OPEN || links.presence == PRESENCE_UNTOLD) {
        return;
    }
    const struct shut_out found =
        find_shut_out(judging, &applications, &links, scopes, own_client_id);
    if (!applications.is_complete || (links.n_rows > 0 && !links.is_complete)) {
        judge_unknown(judging, REASON_HIDDEN, "not all applications or links of scopes came back");
    } else if (found.names.n_items == 1 && own_credential(judging) == NULL &&
               text_is_empty(own_client_id)) {
        judge_unknown(judging, REASON_AMBIGUOUS,
                      say(judging,
                          "%s is shut out, and without its client id nobody can tell whether that "
                          "is the integration's own application",
                          found.names.items[0]));
    } else if (found.names.n_items > 0) {
        judge_fail(judging, "blast-radius", api,
                   say(judging, "shut out of %s: %s", api, some_of(judging, &found.names)));
    } else if (!found.is_told) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "columns of the applications, or of the links of scopes, never came back");
    } else {
        judge_pass(judging,
                   say(judging, "every active application has a scope that opens %s", api));
        judging->finding->because = "as far as the account that read it can see";
    }
}
