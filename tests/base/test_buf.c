/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The growing buffer: its invariants after every step, and what happens at the limit.
 */
#include <criterion/criterion.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buf.h"

static void assert_sane(const struct buf *buf)
{
    cr_assert_not_null(buf->data, "data is never NULL");
    cr_assert(buf->len <= buf->limit, "len %zu, limit %zu", buf->len, buf->limit);
    cr_assert(buf->len < buf->capacity, "len %zu, capacity %zu", buf->len, buf->capacity);
    cr_assert(buf->data[buf->len] == '\0', "NUL-terminated");
    cr_assert(buf_ok(buf) == !buf->overflowed);
}

Test(buf, starts_empty)
{
    struct buf buf;
    buf_init(&buf, 10);
    assert_sane(&buf);
    cr_expect(buf.len == 0);
    cr_expect_str_eq(buf.data, "");
    cr_expect(buf_ok(&buf));
    buf_release(&buf);
}

Test(buf, release_takes_a_zeroed_struct_and_may_be_repeated)
{
    struct buf buf = {0};
    buf_release(&buf);
    buf_wipe(&buf);
    buf_init(&buf, 5);
    buf_release(&buf);
    buf_release(&buf);
    buf_init(&buf, 5);
    buf_add(&buf, "again");
    assert_sane(&buf);
    cr_expect_str_eq(buf.data, "again");
    buf_wipe(&buf);
    cr_expect_null(buf.data);
}

Test(buf, grows_byte_by_byte)
{
    struct buf buf;
    buf_init(&buf, 100000);
    for (size_t i = 0; i < 5000; i++) {
        buf_add_char(&buf, (char)('a' + i % 26));
        assert_sane(&buf);
        cr_assert(buf.len == i + 1);
    }
    for (size_t i = 0; i < buf.len; i++) {
        cr_assert(buf.data[i] == (char)('a' + i % 26), "byte %zu survived the growth", i);
    }
    cr_expect(buf_ok(&buf));
    buf_release(&buf);
}

Test(buf, keeps_what_fits_and_is_poisoned_afterwards)
{
    static const struct {
        size_t limit;
        const char *first;
        const char *second;
        const char *wanted;
        bool is_ok;
        const char *name;
    } rows[] = {
        {6, "abc", "def", "abcdef", true, "exactly full is not too much"},
        {5, "abc", "def", "abcde", false, "one byte too many: the rest is cut"},
        {3, "abc", "def", "abc", false, "full before the second"},
        {3, "abc", "", "abc", true, "nothing fits into a full one"},
        {0, "", "", "", true, "nothing fits into nothing"},
        {0, "a", "", "", false, "a limit of nothing"},
        {2, "abc", "", "ab", false, "the first is cut"},
        {2, "abc", "d", "ab", false, "poisoned: later text is ignored"},
        {SIZE_MAX, "abc", "def", "abcdef", true, "no limit to speak of"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf buf;
        buf_init(&buf, rows[i].limit);
        buf_add(&buf, rows[i].first);
        assert_sane(&buf);
        buf_add(&buf, rows[i].second);
        assert_sane(&buf);
        cr_expect_str_eq(buf.data, rows[i].wanted, "row %zu (%s)", i, rows[i].name);
        cr_expect(buf_ok(&buf) == rows[i].is_ok, "row %zu (%s)", i, rows[i].name);
        buf_release(&buf);
    }
}

Test(buf, a_poisoned_buffer_ignores_what_would_fit)
{
    struct buf buf;
    buf_init(&buf, 4);
    buf_add(&buf, "abc");
    buf_add(&buf, "de");
    buf_clear(&buf);
    assert_sane(&buf);
    cr_expect(buf_ok(&buf), "clearing forgets the overflow");
    buf_add(&buf, "xy");
    cr_expect_str_eq(buf.data, "xy");
    buf_add(&buf, "zzz");
    buf.len = 2; /* even with room again, the loss is not forgotten */
    buf.data[2] = '\0';
    buf_add_char(&buf, '!');
    cr_expect_str_eq(buf.data, "xy");
    cr_expect_not(buf_ok(&buf));
    buf_release(&buf);
}

Test(buf, bytes_may_hold_nul)
{
    struct buf buf;
    buf_init(&buf, 10);
    buf_add_bytes(&buf, "a\0b", 3);
    assert_sane(&buf);
    cr_expect(buf.len == 3);
    cr_expect(memcmp(buf.data, "a\0b", 3) == 0);
    buf_add_bytes(&buf, NULL, 0);
    assert_sane(&buf);
    buf_release(&buf);
}

Test(buf, formatted_text_obeys_the_limit)
{
    struct buf buf;
    buf_init(&buf, 12);
    buf_printf(&buf, "%s=%d", "n", 42);
    assert_sane(&buf);
    cr_expect_str_eq(buf.data, "n=42");
    buf_printf(&buf, "%500s", "x");
    assert_sane(&buf);
    cr_expect(buf.len == 12);
    cr_expect_not(buf_ok(&buf));
    buf_release(&buf);
}
