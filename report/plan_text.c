/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan for people. URLs stand whole, so that each can be copied and tried; what is long or
 * encoded in them is written out below.
 */
#include "report/plan.h"

#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/text.h"
#include "model/pack.h"

enum { PAGE_WIDTH = 80, DETAIL_INDENT = 8, DETAIL_WIDTH = 16 };

struct page {
    struct arena *arena;
    const struct plan *plan;
    FILE *out;
};

/* ---- Lines ---- */

static const char *clean(const struct page *page, const char *text)
{
    return text_sanitize_line(page->arena, text);
}

/* Words between blanks, broken into lines that begin at `indent`; the first begins at `column`. */
static void put_words(const struct page *page, size_t column, int indent, const char *text)
{
    const struct strings words = strings_split(page->arena, clean(page, text), ' ');
    for (size_t i = 0; i < words.n_items; i++) {
        size_t len = strlen(words.items[i]);
        if (i > 0 && column + 1 + len > PAGE_WIDTH) {
            fprintf(page->out, "\n%*s", indent, "");
            column = (size_t)indent;
        } else if (i > 0) {
            fputc(' ', page->out);
            column++;
        }
        fputs(words.items[i], page->out);
        column += len;
    }
    fputc('\n', page->out);
}

static void put_paragraph(const struct page *page, int indent, const char *text)
{
    fprintf(page->out, "%*s", indent, "");
    put_words(page, (size_t)indent, indent, text);
}

/* "        columns name, sys_id" */
static void put_detail(const struct page *page, const char *label, const char *text)
{
    fprintf(page->out, "%*s%-*s", DETAIL_INDENT, "", DETAIL_WIDTH - DETAIL_INDENT, label);
    put_words(page, DETAIL_WIDTH, DETAIL_WIDTH, text);
}

/* "name IN a, b" of "nameINa,b": columns are in small letters, operators in capitals. */
static const char *spaced_term(const struct page *page, const char *term)
{
    static const char column_characters[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";
    static const char *const operators[] = {"ISEMPTY", "IN", "LIKE"};
    size_t len = strspn(term, column_characters);
    const struct strings values = strings_split(page->arena, term, ',');
    const char *text = values.n_items > 1 ? strings_join(page->arena, &values, ", ") : term;
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        if (text_starts_with(term + len, operators[i])) {
            return arena_printf(page->arena, "%.*s %s %s", (int)len, text, operators[i],
                                text + len + strlen(operators[i]));
        }
    }
    return text;
}

/* A term of a query to a line: they are long, and have no blanks to break at. */
static void put_query(const struct page *page, const char *query)
{
    const char *rest = query;
    const char *label = "query";
    while (rest[0] != '\0') {
        size_t len = strcspn(rest, "^");
        if (rest[len] == '^' && rest[len + 1] == '^') {
            len = strlen(rest); /* a value with '^' in it: left as it is */
        }
        const char *term = arena_strndup(page->arena, rest, len);
        put_detail(page, label, spaced_term(page, term));
        label = "  and";
        rest += len;
        rest += rest[0] == '^' ? 1 : 0;
        if (text_starts_with(rest, "OR") && !text_starts_with(rest, "ORDERBY")) {
            label = "  or";
            rest += strlen("OR");
        }
    }
}

/* Check ids without the pack's name where there is one pack alone. */
static const char *checks_text(const struct page *page, const struct strings *checks)
{
    struct strings names = {0};
    for (size_t i = 0; i < checks->n_items; i++) {
        const char *slash = page->plan->n_packs == 1 ? strrchr(checks->items[i], '/') : NULL;
        strings_add_unique(page->arena, &names, slash != NULL ? slash + 1 : checks->items[i]);
    }
    return strings_join(page->arena, &names, ", ");
}

/* ---- Requests ---- */

static const char *path_end(const char *url)
{
    return url + strcspn(url, "?");
}

static bool is_of_one_path(const struct plan_request *a, const struct plan_request *b)
{
    size_t len = (size_t)(path_end(a->url) - a->url);
    return text_equal(a->credential, b->credential) && text_equal(a->method, b->method) &&
           len == (size_t)(path_end(b->url) - b->url) && strncmp(a->url, b->url, len) == 0;
}

static bool has_all(const struct strings *columns, const struct strings *wanted)
{
    for (size_t i = 0; i < wanted->n_items; i++) {
        if (!strings_have(columns, wanted->items[i])) {
            return false;
        }
    }
    return true;
}

/* A follow-up for columns that a certain request reads of the same table anyway. */
static bool is_shown_above(const struct page *page, const struct plan_request *request,
                           const struct strings *columns)
{
    for (size_t i = 0; request->wave < 0 && i < page->plan->n_requests; i++) {
        const struct plan_request *other = &page->plan->requests[i];
        const struct plan_url url = plan_url_read(page->arena, other->url);
        if (is_of_one_path(request, other) && has_all(&url.columns, columns)) {
            return true;
        }
    }
    return false;
}

static void put_request(const struct page *page, const struct plan_request *request)
{
    const struct plan_url url = plan_url_read(page->arena, request->url);
    if (request->wave >= 0) {
        fprintf(page->out, "wave %-2d", request->wave);
    } else {
        fputs("only if", page->out);
    }
    fprintf(page->out, " %-12s %-6s %s\n", clean(page, request->credential), request->method,
            clean(page, request->url));
    if (url.query != NULL) {
        put_query(page, url.query);
    }
    if (url.columns.n_items > 1 && !is_shown_above(page, request, &url.columns)) {
        put_detail(page, "columns", strings_join(page->arena, &url.columns, ", "));
    }
    if (request->is_write) {
        fprintf(page->out, "%*sWRITES%s%s\n", DETAIL_INDENT, "", request->body != NULL ? " " : "",
                request->body != NULL ? clean(page, request->body) : "");
    }
    if (request->wave >= 0 && request->checks.n_items > 0) {
        put_detail(page, "for", checks_text(page, &request->checks));
    }
    for (size_t i = 0; i < request->n_conditions; i++) {
        const struct plan_condition *condition = &request->conditions[i];
        put_detail(page, i == 0 ? "if" : "or if",
                   arena_printf(page->arena, "%s (for %s)", condition->when,
                                checks_text(page, &condition->checks)));
    }
}

static void put_head(const struct page *page)
{
    const struct plan *plan = page->plan;
    struct strings packs = {0};
    for (size_t i = 0; i < plan->n_packs; i++) {
        strings_add(
            page->arena, &packs,
            arena_printf(page->arena, "%s %s", plan->packs[i]->name, plan->packs[i]->version));
    }
    put_paragraph(page, 0,
                  arena_printf(page->arena, "What a %s of %s sends, for %s. Nothing has been sent.",
                               plan->is_diagnosis ? "diagnosis" : "check", plan->instance_url,
                               strings_join(page->arena, &packs, ", ")));
    put_paragraph(
        page, 0,
        "Requests of one wave do not wait for each other. Wave 0 carries no credential; "
        "no credential is sent anywhere before it was answered by ServiceNow. A value "
        "that begins with javascript:gs. is worked out by the instance itself: who calls, "
        "what time it is.");
    fputc('\n', page->out);
}

static void put_requests(const struct page *page)
{
    const struct plan *plan = page->plan;
    for (size_t i = 0; i < plan->n_requests; i++) {
        put_request(page, &plan->requests[i]);
    }
    if (plan->n_follow_ups == 0) {
        return;
    }
    fputc('\n', page->out);
    put_paragraph(page, 0,
                  "Follow-ups. Each is sent only if an answer makes it necessary, and those that "
                  "differ only in values or columns are sent as one request. <value>: as an "
                  "earlier answer gave it.");
    fputc('\n', page->out);
    for (size_t i = 0; i < plan->n_follow_ups; i++) {
        put_request(page, &plan->follow_ups[i]);
    }
}

/* ---- Totals ---- */

static void put_wave_totals(const struct page *page)
{
    const struct plan *plan = page->plan;
    fprintf(page->out, "\nRequests    certain  follow-ups  at most\n");
    for (size_t i = 0; i < plan->n_shares; i++) {
        const struct plan_share *share = &plan->shares[i];
        fprintf(page->out, "%-12s %6zu  %10zu  %7zu\n", clean(page, share->credential),
                share->certain, share->follow_ups, share->certain + share->follow_ups);
    }
    fprintf(page->out, "%-12s %6zu  %10zu  %7zu\n", "together", plan_certain(plan),
            plan->n_follow_ups, plan_at_most(plan));
    for (size_t wave = 0; wave < plan->n_waves; wave++) {
        size_t n = 0;
        for (size_t i = 0; i < plan->n_requests; i++) {
            n += plan->requests[i].wave == (int)wave ? 1 : 0;
        }
        fprintf(page->out, "%swave %zu: %zu", wave == 0 ? "" : ", ", wave, n);
    }
    fprintf(page->out, "\n");
}

static void put_totals(const struct page *page)
{
    const struct plan *plan = page->plan;
    struct arena *arena = page->arena;
    const char *warning = plan_ceiling_warning(arena, plan);
    put_wave_totals(page);
    put_paragraph(page, 0,
                  arena_printf(arena,
                               "%s in %s, %zu of them for a token; longest URL %zu bytes. "
                               "Nothing was sent.",
                               quantity(arena, plan_certain(plan), "request"),
                               quantity(arena, plan->n_waves, "wave"), plan->n_tokens,
                               plan->longest_url_bytes));
    put_paragraph(page, 0,
                  plan->n_writes == 0
                      ? "None of them writes to the instance."
                      : arena_printf(arena, "%zu of them write to the instance.", plan->n_writes));
    put_paragraph(
        page, 0,
        arena_printf(arena,
                     "At most: with every follow-up that is foreseen, each by itself. "
                     "Not counted: a request is repeated once where the instance is busy "
                     "or the connection is lost. --max-requests N is a ceiling that "
                     "nothing exceeds%s.",
                     plan->max_requests == 0
                         ? ""
                         : arena_printf(arena, " (here %lld)", (long long)plan->max_requests)));
    if (warning != NULL) {
        put_paragraph(page, 0, arena_printf(arena, "WARNING: %s.", warning));
    }
}

/* ---- What a rate limit rule counts ----
 *
 * Product documentation, Inbound REST API rate limiting: rules count by user and hour, a single
 * user's before those of roles before those for all users. That none is shipped was seen on
 * developer instances (no X-RateLimit header came). */

static void put_rates(const struct page *page)
{
    const struct plan *plan = page->plan;
    fprintf(page->out, "\nRate limit\n");
    put_paragraph(page, 2,
                  "Inbound REST API rate limit rules count requests of each user in each hour. "
                  "What this check adds to a user's hour, and in parentheses what it adds with "
                  "every follow-up:");
    fprintf(page->out, "\n  %-22s %-16s %11s %12s %12s\n", "user", "API", "one run", "every 15 min",
            "every 5 min");
    for (size_t i = 0; i < plan->n_rates; i++) {
        const struct plan_rate *rate = &plan->rates[i];
        const char *owner = strings_join(page->arena, &rate->credentials, ", ");
        const char *user = rate->user != NULL ? rate->user
                           : text_equal(owner, "made-up")
                               ? "nobody (made-up)"
                               : arena_printf(page->arena, "the user of %s", owner);
        fprintf(page->out, "  %-22s %-16s", clean(page, user), clean(page, rate->api));
        for (size_t r = 0; r < N_PLAN_PACES; r++) {
            size_t n_runs = plan_runs_an_hour[r];
            fprintf(page->out, " %*s", r == 0 ? 11 : 12,
                    arena_printf(page->arena, "%zu (%zu)", n_runs * rate->certain,
                                 n_runs * (rate->certain + rate->follow_ups)));
        }
        fputc('\n', page->out);
    }
    fputc('\n', page->out);
    put_paragraph(page, 2,
                  "No rule exists as shipped. Of several, one for a single user goes before those "
                  "for roles, the lowest of those counts, then one for all users. A rule may be "
                  "for one table or resource and counts fewer then. Whether it counts calls that "
                  "are refused, and those for tokens, is not published: the latter are no calls "
                  "of the REST API and not in this table.");
}

/* ---- Rights ---- */

/* Product documentation, REST API access policies; keys need one: the same, Configure API key. */
static const char *access_of(const struct plan_share *share)
{
    return text_equal(share->kind, "api-key")
               ? "an active REST API access policy with an API key profile must admit these calls "
                 "(without one the platform takes no API key)"
               : "where REST API access policies are about these calls, one must admit this kind "
                 "of credential";
}

static void put_share_head(const struct page *page, const struct plan_share *share)
{
    struct arena *arena = page->arena;
    fputc('\n', page->out);
    if (share->kind == NULL) {
        put_paragraph(page, 2,
                      text_equal(share->credential, "made-up")
                          ? "made-up: a credential that exists nowhere, to be refused"
                          : "none: calls without a credential, to be refused");
        return;
    }
    put_paragraph(
        page, 2,
        arena_printf(arena, "%s (%s%s%s): %s.%s", share->credential, share->kind,
                     share->user != NULL ? ", user " : "", share->user != NULL ? share->user : "",
                     access_of(share),
                     share->tokens > 0 ? " It asks for a token: POST /oauth_token.do." : ""));
}

/* "(itil)": who reads it as the platform comes. */
static const char *readers_of(struct arena *arena, const struct plan_right *right)
{
    struct strings roles = {0};
    for (size_t i = 0; i < right->readers.n_items; i++) {
        strings_add(arena, &roles, right->readers.items[i].key);
    }
    return roles.n_items == 0 ? ""
                              : arena_printf(arena, " (as the platform comes, by %s)",
                                             strings_join(arena, &roles, " or "));
}

static void put_right(const struct page *page, const struct plan_right *right)
{
    struct arena *arena = page->arena;
    if (right->operations == NULL) {
        put_paragraph(page, 4, right->calls);
        return;
    }
    fprintf(page->out, "    ");
    put_words(page, 4, 8,
              arena_printf(arena, "%s %s%s%s%s: %s", right->operations, right->table,
                           right->calls == NULL ? ", along references" : "",
                           right->is_certain ? "" : ", only if", readers_of(arena, right),
                           strings_join(arena, &right->columns, ", ")));
}

static void put_rights(const struct page *page)
{
    const struct plan *plan = page->plan;
    fprintf(page->out, "\nRights needed\n");
    put_paragraph(page, 2,
                  "To read: the table's own read rule and those of these columns must admit the "
                  "user; a role stands here only where it is published which one does. Columns of "
                  "passwords, tokens and secrets are never asked for. \"only if\": for follow-ups "
                  "alone. What a user may not see makes a check unknown, never green.");
    for (size_t s = 0; s < plan->n_shares; s++) {
        put_share_head(page, &plan->shares[s]);
        for (size_t i = 0; i < plan->n_rights; i++) {
            if (text_equal(plan->rights[i].credential, plan->shares[s].credential)) {
                put_right(page, &plan->rights[i]);
            }
        }
    }
}

bool plan_write_text(const struct plan *plan, FILE *out)
{
    struct arena *arena = arena_new();
    const struct page page = {.arena = arena, .plan = plan, .out = out};
    if (plan->n_requests == 0) {
        put_paragraph(&page, 0,
                      "Nothing would be sent. Either no check needs an answer, or what the target "
                      "says of the instance or of its credentials cannot be used: without --plan "
                      "the checks say which, and send nothing either.");
    } else {
        put_head(&page);
        put_requests(&page);
        put_rates(&page);
        put_rights(&page);
        put_totals(&page);
    }
    arena_free(arena);
    return fflush(out) == 0 && ferror(out) == 0;
}
