/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What vendors' guides mean by "a dedicated service account with a service email", as far as a
 * record can show it. A manager may be the account's owner, and the time of the last login moves
 * with API calls too unless a property stops that, so neither is enough by itself.
 */
#include "checks/personal.h"

#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"

enum { ENOUGH = 2 };

static const char *columns[] = {
    "user_name", "employee_number", "email",
    "manager",   "last_login_time", "web_service_access_only",
};

const struct strings personal_columns = {columns, ARRAY_LEN(columns)};

static const char *const private_mail[] = {
    "@gmail.com", "@googlemail.com", "@outlook.com", "@hotmail.com",    "@live.com",
    "@yahoo.com", "@icloud.com",     "@me.com",      "@gmx.net",        "@gmx.de",
    "@web.de",    "@aol.com",        "@proton.me",   "@protonmail.com", "@mail.com",
};

static bool is_private_mail(struct arena *arena, const char *email)
{
    const char *lower = text_lower(arena, email);
    for (size_t i = 0; i < ARRAY_LEN(private_mail); i++) {
        if (text_ends_with(lower, private_mail[i])) {
            return true;
        }
    }
    return false;
}

/* Words that stand in the names of accounts which are nobody's own. */
static bool has_service_word(const char *name)
{
    static const char *const words[] = {"svc", "service", "api", "integration", "bot", "system"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_contains_nocase(name, words[i])) {
            return true;
        }
    }
    return false;
}

/* "jo.doe": two words of letters with a dot between. */
static bool is_name_of_person(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t first_len = strspn(name, letters);
    size_t second_len = name[first_len] == '.' ? strspn(name + first_len + 1, letters) : 0;
    bool is_whole = second_len > 0 && name[first_len + 1 + second_len] == '\0';
    return first_len > 0 && is_whole && !has_service_word(name);
}

static size_t weak_signs(struct arena *arena, const struct row *row, struct personal *personal)
{
    size_t n_before = personal->signs.n_items;
    const char *user_name = row_get(row, "user_name");
    bool may_use_pages = text_equal_nocase(row_get(row, "web_service_access_only"), "false");
    if (!text_is_empty(row_get(row, "manager"))) {
        strings_add(arena, &personal->signs, "it has a manager");
    }
    if (user_name != NULL && is_name_of_person(user_name)) {
        strings_add(arena, &personal->signs, "its User ID is built like a person's name");
    }
    if (may_use_pages && !text_is_empty(row_get(row, "last_login_time"))) {
        strings_add(arena, &personal->signs, "it may sign in to pages and has logged in");
    }
    return personal->signs.n_items - n_before;
}

struct personal personal_signs(struct arena *arena, const struct row *row)
{
    struct personal personal = {0};
    const char *email = row_get(row, "email");
    if (!text_is_empty(row_get(row, "employee_number"))) {
        strings_add(arena, &personal.signs, "it has a personnel number");
    }
    if (email != NULL && is_private_mail(arena, email)) {
        strings_add(arena, &personal.signs, "its e-mail address is a private mailbox");
    }
    bool is_certain = personal.signs.n_items > 0;
    personal.is_likely = weak_signs(arena, row, &personal) >= ENOUGH || is_certain;
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        if (row_get(row, columns[i]) == NULL) {
            strings_add(arena, &personal.unseen, columns[i]);
        }
    }
    return personal;
}
