/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading secrets from where a target says they are. Messages name the reference, never the value,
 * and every buffer a secret passed through is wiped.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "rules/credentials.h"
#include "rules/load.h"

extern char **environ;

enum {
    LARGEST_SECRET_BYTES = 64 * 1024,
    COMMAND_LIMIT_MS = 10 * 1000,
    EXIT_POLL_MS = 10,
    PIECE_BYTES = 4096,
};

struct reader {
    struct arena *arena;
    struct diag *diag;
    const struct secret_reference *reference;
};

static bool refuse(const struct reader *reader, const char *why)
{
    return diag_error(reader->diag, reader->reference->where, "cannot read the secret from %s: %s",
                      reference_source(reader->arena, reader->reference), why);
}

/* What a program says about its own failure is not shown: it may show the secret, too. */
static bool refuse_end(const struct reader *reader, const char *why)
{
    return refuse(reader,
                  arena_printf(reader->arena, "%s (run it by hand to see what it says)", why));
}

/* Takes the bytes without one newline at their end. */
static bool take(const struct reader *reader, const char *bytes, size_t len,
                 struct secret *ret_secret)
{
    if (len > 0 && bytes[len - 1] == '\n') {
        len--;
        len -= len > 0 && bytes[len - 1] == '\r' ? 1 : 0;
    }
    if (len == 0) {
        bool is_command = reader->reference->origin == SECRET_COMMAND;
        return is_command ? refuse_end(reader, "it writes nothing") : refuse(reader, "it is empty");
    }
    *ret_secret = secret_new(bytes, len);
    return true;
}

static bool read_env(const struct reader *reader, struct secret *ret_secret)
{
    const char *value = getenv(reader->reference->name);
    if (value == NULL) {
        return refuse(reader, "this variable is not set");
    }
    if (value[0] == '\0') {
        return refuse(reader, "this variable is empty");
    }
    *ret_secret = secret_new(value, strlen(value));
    return true;
}

static bool read_file(const struct reader *reader, struct secret *ret_secret)
{
    size_t len = 0;
    const char *fault = NULL;
    char *text =
        file_read(reader->arena, reader->reference->name, LARGEST_SECRET_BYTES, &len, &fault);
    if (text == NULL) {
        return refuse(reader, fault);
    }
    bool is_done = take(reader, text, len, ret_secret);
    wipe(text, len);
    return is_done;
}

/* ---- commands ---- */

static char **argument_list(struct arena *arena, const struct strings *command)
{
    char **list = arena_array(arena, command->n_items + 1, sizeof *list);
    for (size_t i = 0; i < command->n_items; i++) {
        list[i] = arena_strdup(arena, command->items[i]);
    }
    return list;
}

/*
 * Starts the program without a shell: nothing to read, its output into `write_end`. Its error
 * output is thrown away: it may show the secret (`sh -x`), and ours ends in logs. 0, or an errno.
 */
static int start(const struct reader *reader, int write_end, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t pipe_signal;
    char **arguments = argument_list(reader->arena, &reader->reference->command);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, write_end, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE); /* ours may be ignored; a program expects the usual */
    posix_spawnattr_setsigdefault(&attributes, &pipe_signal);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    int error = posix_spawnp(ret_pid, arguments[0], &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

enum reading { READING_GOES_ON, READING_DONE, READING_TOO_SLOW, READING_TOO_MUCH, READING_FAILED };

/* Waits for the next piece of the output and adds it. */
static enum reading read_piece(int read_end, int64_t deadline_ms, struct buf *output)
{
    char piece[PIECE_BYTES];
    int64_t left_ms = deadline_ms - clock_monotonic_ms();
    struct pollfd waiting = {.fd = read_end, .events = POLLIN};
    int n_ready = left_ms > 0 ? poll(&waiting, 1, (int)left_ms) : 0;
    if (n_ready == 0) {
        return READING_TOO_SLOW;
    }
    ssize_t n = n_ready < 0 ? -1 : read(read_end, piece, sizeof piece);
    if (n < 0) {
        return errno == EINTR ? READING_GOES_ON : READING_FAILED;
    }
    buf_add_bytes(output, piece, (size_t)n);
    wipe(piece, sizeof piece);
    if (!buf_ok(output)) {
        return READING_TOO_MUCH;
    }
    return n == 0 ? READING_DONE : READING_GOES_ON;
}

/* Reads to the end of the output. */
static enum reading read_output(int read_end, int64_t deadline_ms, struct buf *output)
{
    enum reading reading = READING_GOES_ON;
    while (reading == READING_GOES_ON) {
        reading = read_piece(read_end, deadline_ms, output);
    }
    return reading;
}

/* Waits for the program's end; false when the time is over first. */
static bool await_end(pid_t pid, int64_t deadline_ms, int *ret_status)
{
    while (true) {
        pid_t ended = waitpid(pid, ret_status, WNOHANG);
        if (ended == pid) {
            return true;
        }
        if ((ended < 0 && errno != EINTR) || clock_monotonic_ms() >= deadline_ms) {
            return false;
        }
        poll(NULL, 0, EXIT_POLL_MS);
    }
}

static void end_it(pid_t pid)
{
    int status = 0;
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
}

static bool judge_end(const struct reader *reader, int status)
{
    if (WIFSIGNALED(status)) {
        return refuse_end(
            reader, arena_printf(reader->arena, "it was ended by signal %d", WTERMSIG(status)));
    }
    if (WEXITSTATUS(status) != 0) {
        return refuse_end(
            reader, arena_printf(reader->arena, "it ended with status %d", WEXITSTATUS(status)));
    }
    return true;
}

/* Everything the program writes, once it ended well. */
static bool collect(const struct reader *reader, pid_t pid, int read_end, struct buf *output)
{
    int64_t deadline_ms = clock_monotonic_ms() + COMMAND_LIMIT_MS;
    int status = 0;
    enum reading reading = read_output(read_end, deadline_ms, output);
    if (reading == READING_DONE && await_end(pid, deadline_ms, &status)) {
        return judge_end(reader, status);
    }
    end_it(pid);
    if (reading == READING_TOO_MUCH) {
        return refuse(reader, arena_printf(reader->arena, "it wrote more than %d bytes",
                                           LARGEST_SECRET_BYTES));
    }
    if (reading == READING_FAILED) {
        return refuse(reader, "its output cannot be read");
    }
    return refuse_end(reader, arena_printf(reader->arena, "it did not end within %d seconds",
                                           COMMAND_LIMIT_MS / 1000));
}

/* Both ends are for this process only: the program gets a copy as its standard output. */
static bool open_pipe(int ret_ends[2])
{
    if (pipe(ret_ends) != 0) {
        return false;
    }
    fcntl(ret_ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ret_ends[1], F_SETFD, FD_CLOEXEC);
    return true;
}

static bool read_command(const struct reader *reader, struct secret *ret_secret)
{
    int ends[2];
    pid_t pid = 0;
    if (!open_pipe(ends)) {
        return refuse(reader, strerror(errno));
    }
    int error = start(reader, ends[1], &pid);
    close(ends[1]);
    bool is_done = false;
    if (error != 0) {
        is_done = refuse(reader, strerror(error));
    } else {
        struct buf output;
        buf_init(&output, LARGEST_SECRET_BYTES);
        is_done = collect(reader, pid, ends[0], &output) &&
                  take(reader, output.data, output.len, ret_secret);
        buf_wipe(&output);
    }
    close(ends[0]);
    return is_done;
}

static void read_secret(struct arena *arena, struct diag *diag,
                        const struct secret_reference *reference, struct secret *secret)
{
    static bool (*const readers[])(const struct reader *, struct secret *) = {
        [SECRET_ENV] = read_env,
        [SECRET_FILE] = read_file,
        [SECRET_COMMAND] = read_command,
    };
    struct reader reader = {.arena = arena, .diag = diag, .reference = reference};
    if (reference->origin != SECRET_NOT_GIVEN) {
        secret_release(secret);
        bool is_done = readers[reference->origin](&reader, secret);
        (void)is_done; /* the caller counts the messages */
    }
}

bool secrets_read(struct arena *arena, struct diag *diag, struct target *target)
{
    size_t n_before = diag_count(diag);
    for (size_t i = 0; i < target->n_credentials; i++) {
        struct credential *credential = &target->credentials[i];
        read_secret(arena, diag, &credential->secret_from, &credential->secret);
        read_secret(arena, diag, &credential->client_secret_from, &credential->client_secret);
    }
    return diag_count(diag) == n_before;
}
