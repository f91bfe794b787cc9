/* SPDX-License-Identifier: Apache-2.0 */
/*
 * measure OUT PROGRAM [ARGUMENT]...: runs a program and adds one line to the file OUT: how long it
 * took and how much CPU time it had, in microseconds, its peak memory in kilobytes, and its exit
 * status. A program of its own because a child's peak counts what its parent held before exec: that
 * of Python would hide every small program's.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t us_of(struct timeval time)
{
    return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: measure OUT PROGRAM [ARGUMENT]...\n", stderr);
        return 2;
    }
    int64_t before = now_us();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("measure");
        return 2;
    }
    int64_t wall = now_us() - before;
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    FILE *out = fopen(argv[1], "a");
    if (out == NULL) {
        perror(argv[1]);
        return 2;
    }
    fprintf(out, "%lld %lld %ld %d\n", (long long)wall,
            (long long)(us_of(usage.ru_utime) + us_of(usage.ru_stime)), usage.ru_maxrss,
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return fclose(out) == 0 ? 0 : 2;
}
