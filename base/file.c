/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading whole files, and replacing them so that a killed run leaves no half of one.
 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/memory.h"

enum { MOST_TEMPORARY_NAMES = 100, PIECE_BYTES = 16 * 1024 };

static const char *words(struct arena *arena, int error)
{
    return arena_strdup(arena, strerror(error));
}

/* Reads to the end, or until the buffer overflows. It may be a secret's file: no copy stays. */
static bool read_all(FILE *in, struct buf *contents)
{
    char piece[PIECE_BYTES];
    size_t n = 0;
    do {
        n = fread(piece, 1, sizeof piece, in);
        buf_add_bytes(contents, piece, n);
    } while (n > 0 && buf_ok(contents));
    wipe(piece, sizeof piece);
    return ferror(in) == 0;
}

char *stream_read(struct arena *arena, FILE *in, size_t limit, size_t *ret_len,
                  const char **ret_fault)
{
    char *text = NULL;
    struct buf contents;
    setvbuf(in, NULL, _IONBF, 0); /* pieces are large enough, and it leaves no copy behind */
    buf_init(&contents, limit);
    errno = 0;
    if (!read_all(in, &contents)) {
        *ret_fault = words(arena, errno);
    } else if (!buf_ok(&contents)) {
        *ret_fault = arena_printf(arena, "larger than %zu bytes", limit);
    } else {
        text = arena_strndup(arena, contents.data, contents.len);
        *ret_len = contents.len;
    }
    buf_wipe(&contents);
    return text;
}

char *file_read(struct arena *arena, const char *path, size_t limit, size_t *ret_len,
                const char **ret_fault)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        *ret_fault = words(arena, errno);
        return NULL;
    }
    char *text = stream_read(arena, in, limit, ret_len, ret_fault);
    fclose(in);
    return text;
}

/* A file beside `path` that did not exist; its descriptor, or -1 with errno set. */
static int create_beside(struct arena *arena, const char *path, char **ret_name)
{
    int fd = -1;
    for (int i = 0; i < MOST_TEMPORARY_NAMES && fd < 0; i++) {
        char *name = arena_printf(arena, "%s.%ld-%d.tmp", path, (long)getpid(), i);
        fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0) {
            *ret_name = name;
        } else if (errno != EEXIST) {
            break;
        }
    }
    return fd;
}

/*
 * Where to write: a link is followed, so that it stays one. A path that is there and no regular
 * file (a terminal, a pipe, /dev/full) is written to directly: renaming over it would replace it.
 */
static const char *resolve(struct arena *arena, const char *path, bool *ret_is_special)
{
    struct stat status;
    bool exists = stat(path, &status) == 0;
    *ret_is_special = exists && !S_ISREG(status.st_mode);
    char *real = arena_allocate(arena, PATH_MAX);
    return exists && realpath(path, real) != NULL ? real : path;
}

FILE *file_replace_begin(struct file_replacement *replacement, struct arena *arena,
                         const char *path, const char **ret_fault)
{
    bool is_special = false;
    const char *real = resolve(arena, path, &is_special);
    char *temporary_path = NULL;
    int fd =
        is_special ? open(real, O_WRONLY | O_CLOEXEC) : create_beside(arena, real, &temporary_path);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "wb");
    if (out == NULL) {
        *ret_fault = words(arena, errno);
        if (fd >= 0) {
            close(fd);
        }
        return NULL;
    }
    *replacement =
        (struct file_replacement){.out = out, .path = real, .temporary_path = temporary_path};
    return out;
}

/* Everything written has reached the disk (or whatever takes its place). */
static bool flush_to_disk(FILE *out, bool is_regular)
{
    if (fflush(out) != 0) {
        return false;
    }
    if (ferror(out) != 0) {
        errno = EIO; /* an earlier write failed, and said so then */
        return false;
    }
    return !is_regular || fsync(fileno(out)) == 0;
}

bool file_replace_commit(struct file_replacement *replacement, struct arena *arena,
                         const char **ret_fault)
{
    bool is_regular = replacement->temporary_path != NULL;
    int error = flush_to_disk(replacement->out, is_regular) ? 0 : errno;
    if (fclose(replacement->out) != 0 && error == 0) {
        error = errno;
    }
    replacement->out = NULL;
    if (error == 0 && is_regular && rename(replacement->temporary_path, replacement->path) != 0) {
        error = errno;
    }
    if (error != 0) {
        *ret_fault = words(arena, error);
        file_replace_abandon(replacement);
        return false;
    }
    *replacement = (struct file_replacement){0};
    return true;
}

void file_replace_abandon(struct file_replacement *replacement)
{
    if (replacement->out != NULL) {
        fclose(replacement->out);
    }
    if (replacement->temporary_path != NULL) {
        unlink(replacement->temporary_path);
    }
    *replacement = (struct file_replacement){0};
}

bool folder_make(struct arena *arena, const char *path)
{
    char *partial = arena_strdup(arena, path);
    for (char *c = partial + 1; *c != '\0'; c++) {
        if (*c == '/') {
            *c = '\0';
            if (mkdir(partial, 0700) != 0 && errno != EEXIST) {
                return false;
            }
            *c = '/';
        }
    }
    return mkdir(partial, 0700) == 0 || errno == EEXIST;
}

static int is_listed(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

struct strings folder_list(struct arena *arena, const char *path)
{
    struct strings names = {0};
    struct dirent **entries = NULL;
    int n = scandir(path, &entries, is_listed, alphasort);
    for (int i = 0; i < n; i++) {
        strings_add(arena, &names, arena_strdup(arena, entries[i]->d_name));
        memory_free(entries[i]);
    }
    memory_free(n < 0 ? NULL : entries);
    return names;
}

/* mkstemp() makes it for its owner alone; what has no name any more cannot be left behind. */
FILE *file_temporary(const char **ret_fault)
{
    const char *folder = getenv("TMPDIR");
    struct arena *scratch = arena_new();
    char *path =
        arena_printf(scratch, "%s/glidepath-XXXXXX", text_is_empty(folder) ? "/tmp" : folder);
    int descriptor = mkstemp(path);
    FILE *file = NULL;
    if (descriptor >= 0) {
        (void)unlink(path);
        (void)fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        file = fdopen(descriptor, "w+b");
    }
    if (file == NULL) {
        *ret_fault = strerror(errno);
    }
    if (file == NULL && descriptor >= 0) {
        (void)close(descriptor);
    }
    arena_free(scratch);
    return file;
}
