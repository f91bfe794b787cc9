/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 against the examples of FIPS 180-2, appendix B, and at the lengths where the padding
 * changes.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"

static const struct {
    const char *text; /* written `n` times */
    size_t n;
    const char *digest;
    const char *why;
} rows[] = {
    {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "nothing"},
    {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "B.1"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", "B.2: two blocks"},
    {"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", "B.3"},
    {"a", 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318",
     "the longest rest with room for the length"},
    {"a", 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb",
     "a whole block and no rest"},
};

Test(digest, sha256_is_what_the_standard_says)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        size_t len = strlen(rows[i].text);
        char *text = arena_allocate(arena, len * rows[i].n + 1);
        for (size_t n = 0; n < rows[i].n; n++) {
            memcpy(text + n * len, rows[i].text, len);
        }
        char *digest = digest_sha256_hex(arena, text, len * rows[i].n);
        cr_expect_str_eq(digest, rows[i].digest, "row %zu (%s)", i, rows[i].why);
        arena_free(arena);
    }
}

Test(digest, hmac_is_what_rfc_4231_says)
{
    static const char twenty[] = "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
                                 "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b";
    static const struct {
        const char *key;
        const char *text;
        const char *digest;
        const char *why;
    } keyed[] = {
        {twenty, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
         "4.2"},
        {"Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", "4.3"},
    };
    for (size_t i = 0; i < sizeof keyed / sizeof keyed[0]; i++) {
        struct arena *arena = arena_new();
        const char *digest = digest_hmac_sha256_hex(arena, keyed[i].key, strlen(keyed[i].key),
                                                    keyed[i].text, strlen(keyed[i].text));
        cr_expect_str_eq(digest, keyed[i].digest, "row %zu (%s)", i, keyed[i].why);
        arena_free(arena);
    }
}
