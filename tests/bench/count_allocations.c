/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A library to preload: counts what a program allocates, its libraries included, and writes
 * "ALLOCATIONS BYTES" to the file that BENCH_ALLOCATIONS names when the program ends. A block that
 * is resized counts again. glibc only.
 */
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *block, size_t size);

static atomic_ullong n_allocations;
static atomic_ullong n_bytes;

static void count(size_t size)
{
    atomic_fetch_add_explicit(&n_allocations, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&n_bytes, size, memory_order_relaxed);
}

void *malloc(size_t size)
{
    count(size);
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    count(n * size);
    return __libc_calloc(n, size);
}

void *realloc(void *block, size_t size)
{
    count(size);
    return __libc_realloc(block, size);
}

__attribute__((destructor)) static void tell(void)
{
    unsigned long long n = atomic_load(&n_allocations);
    unsigned long long bytes = atomic_load(&n_bytes);
    const char *path = getenv("BENCH_ALLOCATIONS");
    FILE *out = path == NULL ? NULL : fopen(path, "w");
    if (out != NULL) {
        fprintf(out, "%llu %llu\n", n, bytes);
        fclose(out);
    }
}
