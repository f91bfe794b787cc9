/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --anonymise: tokens in the place of what tells whose instance a report is about.
 *
 * What is known to name somebody is handed in (user names, client ids, the instance); e-mail
 * addresses, IP addresses and names of hosts are recognised by their form. One input has one token
 * in all reports of a run, also of several targets, whatever its case, and two inputs never share
 * one: "user-1" seen and "user-2" wanted are still two users. What is looked for is each target's
 * own: what names a group in one of them is a word like any other in the next.
 *
 * What is not recognised: words of a free text that nothing else names (a company in a title, a
 * person in a waiver's reason), and names of records that no parameter sets.
 */
#pragma once

#include <stdbool.h>

struct arena;
struct anonymiser;
struct personal_names;
struct run;
struct token_book;

enum personal {
    PERSONAL_USER,
    PERSONAL_CLIENT,
    PERSONAL_HOST,
    PERSONAL_EMAIL,
    PERSONAL_ADDRESS,
    PERSONAL_VALUE, /* a parameter that somebody set: a group, a table */

    N_PERSONALS
};

/* Which input has which token; it lives in the arena, and longer than the anonymisers that use it.
 */
struct token_book *token_book_new(struct arena *arena);

/* Gives the host of an instance its token before any text has it: the order of the targets decides,
 * and not whose answers come first. */
void token_book_add_host(struct token_book *book, const char *host);

/* True for what stands where the host of an instance stood: "host-1", "host-12.service-now.com". */
bool is_token_of_host(const char *host);

/* For one target: it knows nothing yet, and lives in the arena. */
struct anonymiser *anonymiser_new(struct arena *arena, struct token_book *book);

/*
 * From now on `value` is replaced wherever it stands as a word, percent-encoded too. Of the host of
 * an instance ("acme.service-now.com") the name alone is replaced, and that wherever it stands.
 * Values that say nothing of anybody ("admin", "guest", "integration") are left alone; so are NULL
 * and very short ones.
 */
void anonymiser_know(struct anonymiser *anonymiser, enum personal kind, const char *value);

/* The text with tokens in it; `text` itself when nothing in it names anybody. */
const char *anonymise(struct anonymiser *anonymiser, const char *text);

/* One that knows what a run tells of whose it is, and `names`; as run_clean_anonymous() has it. */
struct anonymiser *anonymiser_of_run(struct arena *arena, const struct run *run,
                                     const struct personal_names *names, struct token_book *book);
