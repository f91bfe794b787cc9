/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a scope on an API shuts out. Once a scope is tied to an API, tokens of applications without
 * it are refused there with "Missing required api access scope"; useraccount opens every API.
 * Sources: "REST API auth scope properties" and "Troubleshooting REST API scopes" in the product
 * documentation.
 */
#include "checks/auth_scope_reach.h"

#include "checks/evidence.h"

enum { LIST_PAGE = 500, NAMED_AT_MOST = 5 };

static const char everything[] = "useraccount";

static struct reading read_all(struct judging *judging, const char *table, const char *columns)
{
    struct question question = {.kind = QUESTION_ROWS, .table = table, .limit = LIST_PAGE};
    want_columns(judging, &question, columns);
    return read_configuration(judging, question, false);
}

/* The applications that one of the scopes, or the one that opens everything, is linked to. */
static struct strings let_in(const struct judging *judging, const struct reading *links,
                             const struct strings *scopes)
{
    struct strings client_ids = {0};
    for (size_t i = 0; i < links->n_rows; i++) {
        const char *linked = row_get(&links->rows[i], "oauth_entity.client_id");
        const char *scope = row_get(&links->rows[i], "auth_scope.name");
        if (linked != NULL && scope != NULL &&
            (text_equal(scope, everything) || strings_have(scopes, scope))) {
            strings_add(judging->arena, &client_ids, linked);
        }
    }
    return client_ids;
}

static struct strings left_out(const struct judging *judging, const struct reading *applications,
                               const struct reading *links, const struct strings *scopes,
                               const char *own_client_id)
{
    struct strings names = {0};
    const struct strings open_to = let_in(judging, links, scopes);
    for (size_t i = 0; i < applications->n_rows; i++) {
        const struct row *row = &applications->rows[i];
        const char *client_id = row_get(row, "client_id");
        const char *name = row_get(row, "name");
        bool counts = row_has(row, "type", "client") && row_has(row, "active", "true");
        if (counts && !text_is_empty(client_id) && !text_equal(client_id, own_client_id) &&
            !strings_have(&open_to, client_id)) {
            strings_add(judging->arena, &names, text_is_empty(name) ? client_id : name);
        }
    }
    return names;
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

static bool any_row_lacks(const struct reading *reading, const char *const *columns, size_t n)
{
    for (size_t i = 0; i < reading->n_rows; i++) {
        for (size_t c = 0; c < n; c++) {
            if (row_get(&reading->rows[i], columns[c]) == NULL) {
                return true;
            }
        }
    }
    return false;
}

/* The finding says so when columns that decide never came back. */
static bool lacks_columns(struct judging *judging, const struct reading *applications,
                          const struct reading *links)
{
    static const char *const of_applications[] = {"client_id", "type", "active"};
    static const char *const of_links[] = {"oauth_entity.client_id", "auth_scope.name"};
    bool is_lacking = any_row_lacks(applications, of_applications, ARRAY_LEN(of_applications)) ||
                      any_row_lacks(links, of_links, ARRAY_LEN(of_links));
    if (is_lacking) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "columns of the applications or of their links to scopes never came back");
    }
    return is_lacking;
}

void judge_scope_reach(struct judging *judging, const char *api, const struct strings *scopes,
                       const char *own_client_id)
{
    struct reading applications =
        read_all(judging, "oauth_entity", "client_id, name, type, active");
    if (applications.presence != PRESENCE_FOUND) {
        return;
    }
    struct reading links = read_all(judging, "oauth_entity_auth_scope_mapping",
                                    "oauth_entity.client_id, auth_scope.name");
    if (links.presence == PRESENCE_OPEN || links.presence == PRESENCE_UNTOLD) {
        return;
    }
    judging->finding->wanted = say(judging, "no other application is shut out of %s", api);
    if (lacks_columns(judging, &applications, &links)) {
        return;
    }
    struct strings names = left_out(judging, &applications, &links, scopes, own_client_id);
    if (!applications.is_complete || (links.n_rows > 0 && !links.is_complete)) {
        judge_unknown(judging, REASON_HIDDEN, "not all applications or links of scopes came back");
    } else if (names.n_items > 0) {
        judge_fail(judging, "blast-radius", api,
                   say(judging, "shut out of %s: %s", api, some_of(judging, &names)));
    } else {
        judge_pass(judging,
                   say(judging, "every active application has a scope that opens %s", api));
    }
}
