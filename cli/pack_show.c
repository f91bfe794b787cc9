/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath pack show NAME: every check, what it reads and by which credential; then, summed up for
 * each credential, the rights that all of it needs. An administrator approves that list, so it
 * comes from the checks themselves: they are asked what they would ask, whatever is answered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/foresee.h"
#include "cli/command.h"
#include "cli/imagined.h"
#include "cli/pack.h"
#include "cli/rights.h"
#include "model/names.h"
#include "model/pack.h"

enum { PAGE_WIDTH = 100, DETAIL_INDENT = 6 };

struct show {
    struct arena *arena;
    struct imagined imagined;
    const struct pack *pack; /* the imagined one */
    struct reads rights;     /* of all checks */
};

/* ---- Collecting ---- */

static struct reads reads_of(struct show *show, const struct check *check)
{
    struct reads reads = {0};
    struct foresight foresight =
        foresee(show->arena, &show->imagined.catalogue, &show->imagined.target, show->pack, check);
    for (size_t i = 0; i < foresight.n_items; i++) {
        reads_add(show->arena, &foresight.items[i], &reads);
        reads_add(show->arena, &foresight.items[i], &show->rights);
    }
    reads_sort(&reads);
    return reads;
}

/* ---- Printing ---- */

/* `words` between commas, broken into lines that begin under the first. */
static void print_wrapped(size_t indent, const struct strings *words)
{
    size_t column = indent;
    for (size_t i = 0; i < words->n_items; i++) {
        size_t len = strlen(words->items[i]) + (i + 1 < words->n_items ? 1 : 0);
        if (i > 0 && column + 1 + len > PAGE_WIDTH) {
            printf("\n%*s", (int)indent, "");
            column = indent;
        } else if (i > 0) {
            putchar(' ');
            column++;
        }
        printf("%s%s", words->items[i], i + 1 < words->n_items ? "," : "");
        column += len;
    }
    putchar('\n');
}

static void print_list(struct arena *arena, const char *label, const struct strings *words)
{
    if (words->n_items == 0) {
        return;
    }
    const char *begin = arena_printf(arena, "%*s%s ", DETAIL_INDENT, "", label);
    fputs(begin, stdout);
    print_wrapped(strlen(begin), words);
}

static const char *short_id(const char *id)
{
    const char *slash = strrchr(id, '/');
    return slash != NULL ? slash + 1 : id;
}

static struct strings short_ids(struct arena *arena, const struct strings *ids)
{
    struct strings names = {0};
    for (size_t i = 0; i < ids->n_items; i++) {
        strings_add(arena, &names, short_id(ids->items[i]));
    }
    return names;
}

static void print_read(struct arena *arena, const struct read *read)
{
    const char *reader = read->credential != NULL ? read->credential : "without a credential";
    if (read->columns.n_items == 0) {
        printf("%*s%s: %s\n", DETAIL_INDENT, "", reader, read->call);
        return;
    }
    const char *begin =
        read->writes ? arena_printf(arena, "%*s%s writes %s, with --allow-writes: ", DETAIL_INDENT,
                                    "", reader, read->table)
                     : arena_printf(arena, "%*s%s reads %s%s: ", DETAIL_INDENT, "", reader,
                                    read->table, read->is_certain ? "" : ", if need be");
    fputs(begin, stdout);
    print_wrapped(strlen(begin), &read->columns);
}

static const char *kinds_of(struct arena *arena, const struct check *check)
{
    struct strings kinds = {0};
    for (size_t i = 0; i < check->n_alternatives; i++) {
        strings_add_unique(arena, &kinds, check->alternatives[i].kind_name);
    }
    return kinds.n_items > 0 ? arena_printf(arena, "any of %s", strings_join(arena, &kinds, ", "))
                             : check->kind_name;
}

static void print_check(struct show *show, const struct check *check)
{
    struct strings needs = short_ids(show->arena, &check->needs);
    struct strings serves = short_ids(show->arena, &check->serves);
    struct reads reads = reads_of(show, check);
    printf("  %s: %s\n", check->name, check->title);
    printf("%*s%s, %s%s%s\n", DETAIL_INDENT, "", severity_name(check->severity),
           kinds_of(show->arena, check), check->condition != NULL ? ", only when " : "",
           check->condition != NULL ? check->condition : "");
    print_list(show->arena, "covers", &check->covers);
    print_list(show->arena, "after", &needs);
    print_list(show->arena, "serves", &serves);
    for (size_t i = 0; i < reads.n_items; i++) {
        print_read(show->arena, &reads.items[i]);
    }
    if (reads.n_items == 0) {
        printf("%*sreads nothing of the instance\n", DETAIL_INDENT, "");
    }
}

/* "auth (required, basic or oauth): How Harness signs in" */
static void print_parameter(struct arena *arena, const struct pack_parameter *parameter)
{
    bool has_fallback = !text_is_empty(parameter->fallback);
    struct strings notes = {0};
    if (parameter->is_required) {
        strings_add(arena, &notes, "required");
    }
    if (parameter->values.n_items > 0) {
        strings_add(arena, &notes, strings_join(arena, &parameter->values, " or "));
    }
    printf("  %s%s%s%s%s%s: %s\n", parameter->name, has_fallback ? " = " : "",
           has_fallback ? parameter->fallback : "", notes.n_items > 0 ? " (" : "",
           strings_join(arena, &notes, ", "), notes.n_items > 0 ? ")" : "", parameter->about);
}

static void print_head(const struct show *show)
{
    const struct pack *pack = show->pack;
    printf("%s %s: %s\n", pack->name, pack->version, pack->title);
    if (pack->guide_title != NULL) {
        printf("Guide: %s%s%s, %s\n", pack->guide_title, pack->guide_read != NULL ? ", read " : "",
               pack->guide_read != NULL ? pack->guide_read : "",
               quantity(show->arena, pack->rows.n_items, "row"));
    }
    if (pack->credentials.n_items > 0) {
        printf("Credential: %s\n", strings_join(show->arena, &pack->credentials, ", "));
    }
    printf("\nParameters\n");
    for (size_t i = 0; i < pack->parameter_names.n_items; i++) {
        print_parameter(show->arena, &pack->declared[i]);
    }
}

static void print_checks(struct show *show)
{
    const char *step = NULL;
    for (size_t i = 0; i < show->pack->n_checks; i++) {
        const struct check *check = &show->pack->checks[i];
        if (!text_equal(step, check->step)) {
            printf("\n%s\n", check->step);
            step = check->step;
        }
        print_check(show, check);
    }
}

/* ---- Rights ---- */

static void print_readers(const struct show *show, const char *table)
{
    const struct table_entry *entry = catalogue_table(&show->imagined.catalogue, table);
    for (size_t i = 0; entry != NULL && i < entry->read_by.n_items; i++) {
        printf("%*s%s reads it as the platform comes (%s)\n", DETAIL_INDENT, "",
               entry->read_by.items[i].key, entry->read_by.items[i].value);
    }
}

static bool asks_for_token(const struct show *show, const char *credential)
{
    const struct credential *given = target_credential(&show->imagined.target, credential);
    return given != NULL && credential_needs_token(given->kind);
}

static void print_credential_head(const struct show *show, const char *credential)
{
    if (credential == NULL) {
        printf("\n  Without a credential\n");
    } else if (text_equal(credential, "auditor")) {
        printf("\n  auditor: may be left out; then the integration's credential is asked instead, "
               "and what it may\n  not see is unknown. The roles admin and snc_read_only read all "
               "of it; less is enough:\n");
    } else {
        printf("\n  %s: the account under test; it needs what the guide gives it\n", credential);
        if (asks_for_token(show, credential)) {
            printf("    POST /oauth_token.do\n");
        }
    }
}

static void print_rights(struct show *show)
{
    const char *last = "";
    reads_walk(show->arena, &show->imagined.catalogue, &show->rights);
    reads_sort(&show->rights);
    printf("\nWhat is asked, and the rights that needs: GET on the Table API, and of each table "
           "read access to\nthe records and to these columns. Nothing is written without "
           "--allow-writes. Columns of passwords,\ntokens and secrets are never asked for.\n");
    for (size_t i = 0; i < show->rights.n_items; i++) {
        const struct read *read = &show->rights.items[i];
        if (!text_equal(last, read->credential)) {
            print_credential_head(show, read->credential);
            last = read->credential;
        }
        printf("    %s%s%s\n", read->is_walked ? "along references: " : read->call,
               read->is_walked ? read->table : "", read->writes ? ", with --allow-writes" : "");
        if (read->columns.n_items > 0) {
            printf("%*s", DETAIL_INDENT, "");
            print_wrapped(DETAIL_INDENT, &read->columns);
        }
        if (text_equal(read->credential, "auditor") && read->table != NULL) {
            print_readers(show, read->table);
        }
    }
}

/* ---- The command ---- */

int pack_show(struct arena *arena, struct diag *diag, const struct strings *operands)
{
    struct show show = {.arena = arena};
    if (!pack_imagine_target(arena, diag, operands->items[0], &show.imagined)) {
        return EXIT_USAGE;
    }
    show.pack = show.imagined.pack;
    print_head(&show);
    print_checks(&show);
    print_rights(&show);
    return 0;
}
