/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden reports: golden/CASE.EXIT.FORMAT holds what every format writes for the sample runs, byte
 * for byte. GLIDEPATH_UPDATE=1 rewrites them; the difference is then read by a person.
 */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "sample.h"

enum { LARGEST_GOLDEN_BYTES = 4 * 1024 * 1024 };

struct golden {
    const char *run;
    const char *variant; /* behind the name of the run; "" for the usual options */
    const char *format;  /* NULL: every format */
    struct report_options options;
    const char *why;
};

static const struct golden goldens[] = {
    {"ready", "", NULL, .why = "nothing gates, one deviation and one waiver are told"},
    {"not-ready", "", NULL, .why = "a cause, its consequences folded, one hidden answer"},
    {"inconclusive", "", NULL, .why = "no answer: unreachable, and no pass"},
    {"empty", "", NULL, .why = "no required pass is never ready"},
    {"waived", "", NULL, .why = "waivers in force, ending, expired, unused and untold"},
    {"waived", "-quiet", "terminal", {.quiet = true}, "those in force are told besides"},
    {"diagnosis", "", NULL, .why = "what is likely, what is possible, and what decides"},
    {"diagnosis", "-verbose", "terminal", {.verbose = true}, "everything that is possible"},
    {"hostile", "", NULL, .why = "text that attacks each format"},
    {"not-ready", "-quiet", "terminal", {.quiet = true}, "only problems"},
    {"not-ready", "-verbose", "terminal", {.verbose = true}, "evidence and every request"},
    {"not-ready", "-color", "terminal", {.color = true, .is_terminal = true}, "colour codes"},
    {"not-ready", "-narrow", "terminal", {.columns = 48}, "wrapped at 48 columns"},
    {"not-ready", "-extended", "junit", {.junit_extended = true}, "properties, file and line"},
    {"not-ready", "-advice", "junit", {.junit_advice_fails = true}, "what does not gate fails"},
    {"hostile", "-ascii", "terminal", {.ascii = true}, "no character outside ASCII"},
};

static void compare(struct arena *arena, const struct golden *row,
                    const struct report_format *format)
{
    const char *written_files[] = {"report.html"};
    struct report_options options = row->options;
    options.written = (struct strings){written_files, 1};
    const struct run *run = sample_clean_run(arena, row->run);
    size_t len = 0;
    char *text = sample_written(arena, format, run, &options, &len);
    char *path = arena_printf(arena, ROOM_FIXTURES "/golden/%s%s.%d.%s", row->run, row->variant,
                              run->exit_status, format->name);
    if (getenv("GLIDEPATH_UPDATE") != NULL) {
        FILE *out = fopen(path, "wb");
        cr_assert(out != NULL, "%s: cannot be written", path);
        cr_expect(fwrite(text, 1, len, out) == len);
        fclose(out);
    }
    const char *fault = NULL;
    size_t golden_len = 0;
    char *golden = file_read(arena, path, LARGEST_GOLDEN_BYTES, &golden_len, &fault);
    cr_assert(golden != NULL, "%s: %s", path, fault);
    bool is_same = golden_len == len && memcmp(golden, text, len) == 0;
    cr_expect(is_same, "%s differs (%s); it now begins:\n%.400s", path, row->why, text);
}

Test(golden, every_format_writes_what_it_wrote)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    size_t n_formats = 0;
    const struct report_format *const *formats = report_formats(&n_formats);
    for (size_t i = 0; i < sizeof goldens / sizeof goldens[0]; i++) {
        const struct golden *row = &goldens[i];
        for (size_t j = 0; j < n_formats; j++) {
            if (row->format == NULL || strcmp(row->format, formats[j]->name) == 0) {
                struct arena *arena = arena_new();
                compare(arena, row, formats[j]);
                arena_free(arena);
            }
        }
    }
}
