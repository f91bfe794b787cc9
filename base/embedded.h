/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file compiled into the program (cmake/embed.cmake writes the tables).
 */
#pragma once

#include <stddef.h>

struct embedded_file {
    const char *name; /* its path below the folder it came from */
    const char *text; /* NUL-terminated */
    size_t len;
    const char *sha256_hex; /* digest of its bytes, computed when the program was built */
};
