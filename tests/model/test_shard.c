/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shares of a list: every item is in exactly one of them, and what is no share is refused.
 */
#include <criterion/criterion.h>

#include "model/shard.h"

struct text {
    const char *text;
    bool is_sound;
    size_t k;
    size_t n;
    const char *why;
};

static const struct text texts[] = {
    {"1/1", true, 1, 1, "the whole list"},
    {"3/4", true, 3, 4, "the third of four"},
    {"4/4", true, 4, 4, "the last"},
    {"100000/100000", true, 100000, 100000, "as many as there may be"},
    {"0/4", false, 0, 0, "shares are counted from 1; SLURM_ARRAY_TASK_ID may not be"},
    {"5/4", false, 0, 0, "more than there are"},
    {"1/0", false, 0, 0, "no share at all"},
    {"1/100001", false, 0, 0, "too many"},
    {"99999999999999999999/99999999999999999999", false, 0, 0, "more than a number holds"},
    {"1", false, 0, 0, "of how many?"},
    {"/4", false, 0, 0, "an unset variable before the slash"},
    {"1/", false, 0, 0, "an unset variable behind it"},
    {"-1/4", false, 0, 0, "a sign"},
    {" 1/4", false, 0, 0, "a blank"},
    {"1/4/5", false, 0, 0, "two slashes"},
    {"", false, 0, 0, "nothing"},
    {NULL, false, 0, 0, "not even a text"},
};

Test(shard, a_text_is_read_or_refused)
{
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct shard shard = {0};
        cr_expect_eq(shard_parse(texts[i].text, &shard), texts[i].is_sound, "%s", texts[i].why);
        cr_expect_eq(shard.k, texts[i].k, "%s", texts[i].why);
        cr_expect_eq(shard.n, texts[i].n, "%s", texts[i].why);
    }
}

Test(shard, every_item_is_in_exactly_one_share_and_shares_differ_by_one_at_most)
{
    for (size_t n_items = 0; n_items <= 20; n_items++) {
        for (size_t n = 1; n <= 7; n++) {
            size_t n_in[20] = {0};
            for (size_t k = 1; k <= n; k++) {
                size_t size = 0;
                const struct shard shard = {.k = k, .n = n};
                for (size_t i = 0; i < n_items; i++) {
                    n_in[i] += shard_has(&shard, i) ? 1 : 0;
                    size += shard_has(&shard, i) ? 1 : 0;
                }
                cr_expect(size == n_items / n || size == n_items / n + 1);
            }
            for (size_t i = 0; i < n_items; i++) {
                cr_expect_eq(n_in[i], 1, "item %zu of %zu, %zu shares", i, n_items, n);
            }
        }
    }
}

Test(shard, without_shares_everything_is_in)
{
    const struct shard none = {0};
    cr_expect(shard_has(&none, 0) && shard_has(&none, 17));
}
