/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets in a text that came from elsewhere: a log, a terminal, a ticket. Nobody said which they
 * are, so they are known by where they stand; in doubt a value is hidden.
 */
#pragma once

#include <stddef.h>

struct arena;

/*
 * A copy of `text` (valid UTF-8, no control characters but tab and newline) in which "[secret]"
 * stands for what may be one:
 *
 * - values behind a name that sounds like a secret (`Authorization`, `x-sn-apikey`,
 *   `client_secret=`, `"password":`, `<password>` …), behind `Bearer` and `Basic`, and behind the
 *   options of curl that take one; of Authorization the scheme is left, of cookies the first name;
 * - the user in a URL, private keys, JSON web tokens, and long words that look like chance;
 * - each of these again wherever it stands a second time, encoded or not; of Basic, the password.
 *
 * Words that say something about a secret and are none (`X-MFA_TOKEN: invalid`, `$SECRET`, `null`)
 * stay. *ret_n_hidden counts the places. The copy lives in `arena`.
 */
const char *hide_secrets(struct arena *arena, const char *text, size_t *ret_n_hidden);

/*
 * The same of a value of a row. A word by itself is a name or a number; in a text of several there
 * may be anything. The value itself where nothing in it is hidden.
 */
const char *hide_in_cell(struct arena *arena, const char *value);

/* The same, where the column is known: of a script only that there is one. Code holds secrets in
 * more ways than can be found in it, and no check reads more of it. */
const char *hide_in_column(struct arena *arena, const char *column, const char *value);
