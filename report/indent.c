/* SPDX-License-Identifier: Apache-2.0 */
#include "report/indent.h"

#include <string.h>

void write_indented(const char *text, size_t len, size_t n_skipped, const char *indent, FILE *out)
{
    for (size_t line = 0; len > 0; line++) {
        const char *newline = memchr(text, '\n', len);
        size_t n = newline == NULL ? len : (size_t)(newline - text);
        size_t n_taken = n + (newline == NULL ? 0 : 1);
        if (line >= n_skipped) {
            fputs(n > 0 ? indent : "", out);
            fwrite(text, 1, n, out);
            fputs(n_taken < len ? "\n" : "", out);
        }
        text += n_taken;
        len -= n_taken;
    }
}
