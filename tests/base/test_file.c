/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading with a limit, and replacing a file whole or not at all.
 */
#include "base/file.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

static struct arena *arena;
static char folder[] = "/tmp/glidepath-file-XXXXXX";

static void begin(void)
{
    arena = arena_new();
    if (mkdtemp(folder) == NULL) {
        abort();
    }
}

static const char *in_folder(const char *name)
{
    return arena_printf(arena, "%s/%s", folder, name);
}

/* No file a test may leave has another name. */
static void end(void)
{
    static const char *const names[] = {"a", "link", "new"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        unlink(in_folder(names[i]));
    }
    rmdir(folder);
    arena_free(arena);
}

static void put(const char *path, const char *text)
{
    FILE *out = fopen(path, "wb");
    cr_assert_not_null(out);
    fputs(text, out);
    fclose(out);
}

static const char *contents(const char *path)
{
    size_t len = 0;
    const char *fault = NULL;
    const char *text = file_read(arena, path, 1000, &len, &fault);
    return text != NULL ? text : fault;
}

Test(file, reads_up_to_its_limit, .init = begin, .fini = end)
{
    const char *path = in_folder("a");
    put(path, "12345");
    size_t len = 99;
    const char *fault = "untouched";
    cr_expect_null(file_read(arena, path, 4, &len, &fault));
    cr_expect_str_eq(fault, "larger than 4 bytes");
    cr_expect_eq(len, 99);
    fault = "untouched";
    cr_expect_str_eq(file_read(arena, path, 5, &len, &fault), "12345");
    cr_expect_eq(len, 5);
    cr_expect_str_eq(fault, "untouched");
}

Test(file, says_why_it_cannot_read, .init = begin, .fini = end)
{
    cr_expect_str_eq(contents(in_folder("none")), "No such file or directory");
    cr_expect_str_eq(contents(folder), "Is a directory");
    cr_expect_str_eq(contents("/dev/null"), "");
}

Test(file, replaces_at_commit_only, .init = begin, .fini = end)
{
    const char *path = in_folder("a");
    put(path, "old");
    struct file_replacement replacement = {0};
    const char *fault = NULL;
    FILE *out = file_replace_begin(&replacement, arena, path, &fault);
    cr_assert_not_null(out, "%s", fault);
    fputs("new", out);
    fflush(out);
    cr_expect_str_eq(contents(path), "old");
    cr_assert(file_replace_commit(&replacement, arena, &fault));
    cr_expect_str_eq(contents(path), "new");
    cr_expect_null(replacement.temporary_path);
}

Test(file, abandoning_leaves_nothing, .init = begin, .fini = end)
{
    struct file_replacement replacement = {0};
    const char *fault = NULL;
    FILE *out = file_replace_begin(&replacement, arena, in_folder("new"), &fault);
    cr_assert_not_null(out);
    fputs("half", out);
    file_replace_abandon(&replacement);
    cr_expect_eq(access(in_folder("new"), F_OK), -1);
    cr_expect_eq(rmdir(folder), 0, "the temporary file is gone too");
    file_replace_abandon(&replacement); /* twice is fine */
}

Test(file, a_new_file_gets_the_usual_mode, .init = begin, .fini = end)
{
    umask(022);
    struct file_replacement replacement = {0};
    const char *fault = NULL;
    cr_assert_not_null(file_replace_begin(&replacement, arena, in_folder("new"), &fault));
    cr_assert(file_replace_commit(&replacement, arena, &fault));
    struct stat status;
    cr_assert_eq(stat(in_folder("new"), &status), 0);
    cr_expect_eq(status.st_mode & 0777, 0644);
}

Test(file, a_link_stays_a_link, .init = begin, .fini = end)
{
    put(in_folder("a"), "old");
    cr_assert_eq(symlink("a", in_folder("link")), 0);
    struct file_replacement replacement = {0};
    const char *fault = NULL;
    FILE *out = file_replace_begin(&replacement, arena, in_folder("link"), &fault);
    cr_assert_not_null(out);
    fputs("new", out);
    cr_assert(file_replace_commit(&replacement, arena, &fault));
    struct stat status;
    cr_assert_eq(lstat(in_folder("link"), &status), 0);
    cr_expect(S_ISLNK(status.st_mode));
    cr_expect_str_eq(contents(in_folder("a")), "new");
}

Test(file, a_full_disk_is_noticed, .init = begin, .fini = end)
{
    struct file_replacement replacement = {0};
    const char *fault = NULL;
    FILE *out = file_replace_begin(&replacement, arena, "/dev/full", &fault);
    cr_assert_not_null(out);
    cr_expect_null(replacement.temporary_path, "a device is never replaced");
    fputs("text", out);
    cr_expect_not(file_replace_commit(&replacement, arena, &fault));
    cr_expect_str_eq(fault, "No space left on device");
    cr_expect_null(replacement.out);
}

Test(file, an_early_write_failure_is_not_forgotten, .init = begin, .fini = end)
{
    struct file_replacement replacement = {0};
    const char *fault = NULL;
    FILE *out = file_replace_begin(&replacement, arena, "/dev/full", &fault);
    cr_assert_not_null(out);
    fputs("text", out);
    fflush(out);
    cr_expect_not(file_replace_commit(&replacement, arena, &fault));
}

Test(file, says_why_it_cannot_write, .init = begin, .fini = end)
{
    struct file_replacement replacement = {0};
    const char *fault = NULL;
    cr_expect_null(file_replace_begin(&replacement, arena, "/nowhere/x", &fault));
    cr_expect_str_eq(fault, "No such file or directory");
    cr_expect_null(file_replace_begin(&replacement, arena, folder, &fault));
    cr_expect_str_eq(fault, "Is a directory");
}
