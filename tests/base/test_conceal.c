/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which lines of a file may be shown.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/conceal.h"
#include "base/strings.h"

struct hidden_row {
    const char *name;
    const char *text;   /* SECRET is what must not be left of it */
    const char *result; /* with the keys "instance", "packs" and "set" */
};

static const struct hidden_row hidden_rows[] = {
    {"a misspelt section on one line", "instance: a\ncredentails: {i: {k: SECRET}}\n",
     "instance: a\n\n"},
    {"a misspelt section", "instance: a\nacess:\n  i:\n    k: SECRET\nset: {}\n",
     "instance: a\n\n\n\nset: {}\n"},
    {"a section that ends the file without a newline", "instance: a\nx:\n  SECRET",
     "instance: a\n\n"},
    {"items at the indent of their key", "x:\n- SECRET\n- SECRET\nset: {}\n", "\n\n\nset: {}\n"},
    {"items of a key that is shown", "packs:\n- pack: a\n- b\n", "packs:\n- pack: a\n- b\n"},
    {"a bracket at the margin belongs to what it closes", "x: {\n  k: SECRET\n}\nset: {}\n",
     "\n\n\nset: {}\n"},
    {"a tab at the margin likewise", "x:\n\tk: SECRET\nset: {}\n", "\n\nset: {}\n"},
    {"a tab below a shown key", "set:\n\ta: b\n", "set:\n\ta: b\n"},
    {"lines below a misspelt key that are no keys", "x:\nSECRET\n y\nset: {}\n", "\n\n\nset: {}\n"},
    {"a key with a blank in it", "my access: SECRET\nset: {}\n", "\n\n"},
    {"a key in quotes", "\"set\": {}\n'x' : SECRET\n\"packs\" : a\n",
     "\"set\": {}\n\n\"packs\" : a\n"},
    {"an explicit key", "set: {}\n? x\n: SECRET\npacks: a\n", "set: {}\n\n\npacks: a\n"},
    {"an indented document", "  set: {}\n  x:\n    SECRET\n  packs: a\n",
     "  set: {}\n\n\n  packs: a\n"},
    {"Windows lines", "set: {}\r\n\r\n  a: b\r\nx: SECRET\r\n", "set: {}\r\n\r\n  a: b\r\n\n"},
    {"comments and empty lines change nothing", "set:\n# SECRETIVE\n\n  a: b\n",
     "set:\n# SECRETIVE\n\n  a: b\n"},
    {"a comment below it is hidden, too", "x:\n# SECRET\n", "\n\n"},
    {"directives and the bare start of a document", "%YAML 1.1\n---\nset: {}\n",
     "%YAML 1.1\n---\nset: {}\n"},
    {"a document that begins behind its start", "--- {x: {k: SECRET}}\nset: {}\n", "\n\n"},
    {"braces around the document", "{instance: a,\n x: {k: SECRET}}\n", "\n\n"},
    {"a sequence for a document", "- i:\n   k: SECRET\n", "\n\n"},
    {"a text for a document", "SECRET\n", "\n"},
    {"credentials at their place", "credentials:\n  i: SECRET\nset: {}\n", "\n\nset: {}\n"},
    {"credentials of one pack", "packs:\n  - pack: a\n    credential: {k: SECRET}\n  - b\n",
     "packs:\n  - pack: a\n\n  - b\n"},
    {"an item that begins with them", "packs:\n  - credentials:\n      SECRET\n  - a: b\n",
     "packs:\n\n\n  - a: b\n"},
    {"items below them", "set:\n  credentials:\n  - i: SECRET\n  a: b\n", "set:\n\n\n  a: b\n"},
    {"in braces: to the end", "packs: [{credentials:\n  {i: SECRET}}]\nset: {}\n", "\n\n\n"},
    {"the credential a pack is checked with", "packs:\n  - {pack: a, credential: c}\n  - b\n",
     "packs:\n\n  - b\n"},
    {"misspelt inside", "set:\n  CREDENITALS:\n    k: SECRET\n  a: b\n", "set:\n\n\n  a: b\n"},
    {"keys that sound like a secret",
     "set:\n  passwort: SECRET\n  API_KEY: SECRET\n  a: {token: SECRET}\n  client-secret : "
     "SECRET\n",
     "set:\n\n\n\n\n"},
    {"values that do", "set:\n  a: token\n  grant: client_credentials\n",
     "set:\n  a: token\n  grant: client_credentials\n"},
    {"a user in a URL", "instance: https://u:SECRET@acme.example\nset: {}\n", "\nset: {}\n"},
    {"nothing", "", ""},
};

Test(conceal, hides_what_may_be_a_secret)
{
    const char *keys[] = {"instance", "packs", "set"};
    const struct strings shown = {.items = keys, .n_items = ARRAY_LEN(keys)};
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(hidden_rows); i++) {
        const struct hidden_row *row = &hidden_rows[i];
        const char *result = conceal_secrets(arena, row->text, &shown);
        cr_expect_str_eq(result, row->result, "row %zu (%s): %s", i, row->name, result);
    }
    arena_free(arena);
}

Test(conceal, without_keys_only_credentials_are_hidden)
{
    struct arena *arena = arena_new();
    cr_expect_str_eq(conceal_secrets(arena, "{a: b,\n c: d}\n", NULL), "{a: b,\n c: d}\n");
    cr_expect_str_eq(conceal_secrets(arena, "a: b\ncredentials:\n  i: x\nc: d\n", NULL),
                     "a: b\n\n\nc: d\n");
    arena_free(arena);
}
