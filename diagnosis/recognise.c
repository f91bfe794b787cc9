/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures are tried on every answer and every line. An answer may show several: what was said,
 * and who said it.
 */
#include "diagnosis/recognise.h"

#include <string.h>

#include "base/arena.h"
#include "base/strings.h"

/* ---- Does it show it? ----------------------------------------------------------------------- */

static bool has_any(const char *text, const struct strings *texts)
{
    for (size_t i = 0; text != NULL && i < texts->n_items; i++) {
        if (text_contains_nocase(text, texts->items[i])) {
            return true;
        }
    }
    return false;
}

/* The texts that must and must not be there besides. */
static bool words_fit(const struct signature *signature, const char *text)
{
    return (signature->with.n_items == 0 || has_any(text, &signature->with)) &&
           !has_any(text, &signature->unless);
}

static bool status_fits(struct arena *arena, const struct signature *signature, int status)
{
    return signature->statuses.n_items == 0 ||
           strings_have(&signature->statuses, arena_printf(arena, "%d", status));
}

static bool origin_fits(const struct signature *signature, const struct paste_answer *answer)
{
    const char *from = !answer->has_headers            ? "untold"
                       : answer->exchange.is_from_node ? "node"
                                                       : "edge";
    return signature->from.n_items == 0 || strings_have(&signature->from, from);
}

/* No row was asked for, or maybe only rows behind the last one: then none had to come. */
static bool is_of_no_page(const struct paste_answer *answer)
{
    static const char offset[] = "sysparm_offset=";
    static const char none[] = "sysparm_limit=0";
    const char *url = answer->exchange.url;
    const char *at = url == NULL ? NULL : strstr(url, offset);
    const char *limit = url == NULL ? NULL : strstr(url, none);
    bool is_behind =
        at != NULL && strspn(at + strlen(offset), "0") < strspn(at + strlen(offset), "0123456789");
    return is_behind || (limit != NULL && strspn(limit + strlen(none), "0123456789") == 0);
}

static bool rows_fit(const struct signature *signature, const struct paste_answer *answer)
{
    const char *rows = answer->n_rows < 0      ? NULL
                       : answer->n_rows > 0    ? "some"
                       : is_of_no_page(answer) ? NULL
                       : answer->n_counted > 0 ? "hidden"
                                               : "none";
    return signature->rows == NULL || text_equal(signature->rows, rows);
}

static bool sent_fits(const struct signature *signature, const struct paste_answer *answer)
{
    return signature->sent == NULL ||
           answer->is_without_credential == text_equal(signature->sent, "nothing");
}

/* What is told by its status alone is told by nothing else. */
static bool is_of_status_alone(const struct signature *signature)
{
    return signature->outcome == N_OUTCOMES && signature->texts.n_items == 0 &&
           signature->statuses.n_items > 0;
}

static bool answer_shows(struct arena *arena, const struct signature *signature,
                         const struct paste_answer *answer)
{
    bool is_bare = answer->exchange.outcome == OUTCOME_NONE && !answer->has_body;
    bool is_told = signature->outcome == answer->exchange.outcome ||
                   has_any(answer->text, &signature->texts) ||
                   (is_bare && is_of_status_alone(signature));
    return is_told && status_fits(arena, signature, answer->exchange.status) &&
           origin_fits(signature, answer) && rows_fit(signature, answer) &&
           sent_fits(signature, answer) && words_fit(signature, answer->text);
}

/* A line has no status, no headers, no rows and no request that something could be told by. */
static bool line_shows(const struct signature *signature, const char *text)
{
    return signature->statuses.n_items == 0 && signature->from.n_items == 0 &&
           signature->rows == NULL && !text_equal(signature->sent, "nothing") &&
           has_any(text, &signature->texts) && words_fit(signature, text);
}

/* ---- What is it about? ---------------------------------------------------------------------- */

/* The word behind the first of these marks, up to one of `ends`. */
static const char *word_behind(struct arena *arena, const char *text, const char *const *marks,
                               size_t n_marks, const char *ends)
{
    for (size_t i = 0; text != NULL && i < n_marks; i++) {
        const char *at = strstr(text, marks[i]);
        if (at == NULL) {
            continue;
        }
        at += strlen(marks[i]);
        size_t len = strcspn(at, ends);
        if (len > 0 && len < 200) {
            return text_trim(arena, arena_strndup(arena, at, len));
        }
    }
    return NULL;
}

static const char *table_in(struct arena *arena, const char *text, const char *url)
{
    static const char *const words[] = {"unauthorized to access table: ", "Invalid table "};
    static const char *const paths[] = {"/table/", "/stats/", "/import/"};
    const char *table = word_behind(arena, text, words, ARRAY_LEN(words), " \"'\\,;}");
    table = table != NULL ? table : word_behind(arena, url, paths, ARRAY_LEN(paths), "/?&# \"'");
    return table != NULL ? table : word_behind(arena, text, paths, ARRAY_LEN(paths), "/?&# \"'\\");
}

static const char *host_in(struct arena *arena, const char *text, const char *url)
{
    static const char *const urls[] = {"https://", "http://"};
    static const char *const words[] = {
        "resolve host: ", "UnknownHostException: ", "host='", "ENOTFOUND ", "lookup ",
        "https://",       "Failed to connect to "};
    const char *host = word_behind(arena, url, urls, ARRAY_LEN(urls), "/:?# \"'");
    return host != NULL ? host : word_behind(arena, text, words, ARRAY_LEN(words), "/:?# \"',;)");
}

static const char *rule_in(struct arena *arena, const char *text)
{
    static const char *const words[] = {"by Business Rule '", "by Business Rule "};
    return word_behind(arena, text, words, ARRAY_LEN(words), "^'\\\"\n");
}

static const char *fields_in(struct arena *arena, const char *text)
{
    static const char *const words[] = {"fields are mandatory: "};
    return word_behind(arena, text, words, ARRAY_LEN(words), "\\\"'\n}");
}

static const char *path_in(struct arena *arena, const char *url)
{
    const char *path = url == NULL ? NULL : strstr(url, "/api/");
    return path == NULL ? NULL : arena_strndup(arena, path, strcspn(path, "? "));
}

/* The words for the record a cause is about, as they can be read; a word that is none of the known
 * ones stands for itself. */
static const char *subject_of(struct arena *arena, const struct signature *signature,
                              const char *text, const char *url, const char *kind)
{
    const struct {
        const char *what;
        const char *found;
    } known[] = {
        {"table", table_in(arena, text, url)}, {"host", host_in(arena, text, url)},
        {"rule", rule_in(arena, text)},        {"fields", fields_in(arena, text)},
        {"path", path_in(arena, url)},         {"credential", kind},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (text_equal(signature->subject, known[i].what)) {
            return known[i].found != NULL ? known[i].found
                                          : arena_printf(arena, "(%s not told)", known[i].what);
        }
    }
    return signature->subject;
}

/* ---- Clues ---------------------------------------------------------------------------------- */

/* The kind the user named, else what the call sent; a token is the end of the grant before it. */
static const char *kind_of(const struct paste *paste, const struct paste_answer *answer,
                           const char *kind)
{
    if (kind != NULL) {
        return kind;
    }
    bool is_token = answer == NULL || answer->kind == NULL || text_equal(answer->kind, "token");
    return is_token && paste->kind != NULL ? paste->kind : answer == NULL ? NULL : answer->kind;
}

static struct clue new_clue(struct arena *arena, const struct signature *signature,
                            const char *subject, const char *kind)
{
    struct clue clue = {.signature = signature->id,
                        .subject = subject,
                        .says = signature->says,
                        .means = signature->means,
                        .stands_alone = signature->cause != NULL};
    if (kind != NULL) {
        pairs_add(arena, &clue.about, "kind", kind);
    }
    return clue;
}

static void add_exchange(struct arena *arena, struct clue *clue, const struct exchange *exchange)
{
    const struct exchange **slot =
        arena_append(arena, &clue->exchanges, &clue->n_exchanges, sizeof *slot);
    *slot = exchange;
}

static bool find_in_answers(struct arena *arena, const struct signature *signature,
                            const struct paste *paste, const char *kind, struct clue *ret_clue)
{
    bool is_found = false;
    for (size_t i = 0; i < paste->n_answers; i++) {
        const struct paste_answer *answer = &paste->answers[i];
        if (!answer_shows(arena, signature, answer)) {
            continue;
        }
        if (!is_found) {
            const char *table = table_in(arena, NULL, answer->exchange.url);
            const char *told = kind_of(paste, answer, kind);
            const char *subject =
                subject_of(arena, signature, answer->text, answer->exchange.url, told);
            *ret_clue = new_clue(arena, signature, subject, told);
            ret_clue->is_words_only =
                signature->is_common && answer->exchange.outcome != signature->outcome;
            if (table != NULL && answer->exchange.method != NULL) {
                pairs_add(arena, &ret_clue->about, "call",
                          arena_printf(arena, "%s %s", answer->exchange.method, table));
            }
        }
        is_found = true;
        add_exchange(arena, ret_clue, &answer->exchange);
    }
    return is_found;
}

static bool find_in_lines(struct arena *arena, const struct signature *signature,
                          const struct paste *paste, const char *kind, struct clue *ret_clue)
{
    for (size_t i = 0; i < paste->n_lines; i++) {
        const struct paste_line *line = &paste->lines[i];
        if (line_shows(signature, line->text)) {
            const char *told = kind_of(paste, NULL, kind);
            const char *subject = subject_of(arena, signature, line->text, NULL, told);
            *ret_clue = new_clue(arena, signature, subject, told);
            ret_clue->is_words_only = signature->is_common;
            ret_clue->says = arena_printf(
                arena, "%s%s (line %zu)", signature->says,
                signature->is_common ? "; only words of it are there" : "", line->number);
            return true;
        }
    }
    return false;
}

struct clues recognise(struct arena *arena, const struct catalogue *catalogue,
                       const struct paste *paste, const char *kind)
{
    struct clues clues = {0};
    for (size_t i = 0; i < catalogue->n_signatures; i++) {
        const struct signature *signature = &catalogue->signatures[i];
        struct clue clue = {0};
        if (find_in_answers(arena, signature, paste, kind, &clue) ||
            find_in_lines(arena, signature, paste, kind, &clue)) {
            struct clue *slot = arena_append(arena, &clues.items, &clues.n_items, sizeof *slot);
            *slot = clue;
        }
    }
    return clues;
}
