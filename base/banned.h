/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that are easy to misuse stop the build: this header is force-included into every
 * translation unit of the project. The comment behind each names what to use instead. Their own
 * headers come first, so that the bans cannot break a later declaration.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(function) sorry_##function##_is_a_banned_function

#undef strcpy
#define strcpy(to, from) BANNED(strcpy) /* arena_strdup, buf_add */
#undef strcat
#define strcat(to, from) BANNED(strcat) /* buf_add */
#undef strncpy
#define strncpy(to, from, n) BANNED(strncpy) /* arena_strndup */
#undef strncat
#define strncat(to, from, n) BANNED(strncat) /* buf_add_bytes */
#undef strtok
#define strtok(text, separators) BANNED(strtok) /* strings_split */
#undef sprintf
#define sprintf(...) BANNED(sprintf) /* arena_printf, buf_printf, snprintf */
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf) /* vsnprintf */
#undef gets
#define gets(line) BANNED(gets) /* fgets */
#undef atoi
#define atoi(text) BANNED(atoi) /* text_to_int */
#undef atol
#define atol(text) BANNED(atol) /* text_to_int */
#undef gmtime
#define gmtime(seconds) BANNED(gmtime) /* utc_format */
#undef localtime
#define localtime(seconds) BANNED(localtime) /* utc_format: reports are in UTC */
#undef ctime
#define ctime(seconds) BANNED(ctime) /* utc_format */
#undef asctime
#define asctime(parts) BANNED(asctime) /* utc_format */
