/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three function attributes used beyond ISO C17, each under one readable name.
 */
#pragma once

/* The caller must look at the result. */
#define MUST_USE __attribute__((warn_unused_result))

/* Argument `format_index` is a printf format whose values begin at argument `first_value`. */
#define PRINTF_LIKE(format_index, first_value) \
    __attribute__((format(printf, format_index, first_value)))

/* The function does not return. */
#define NO_RETURN __attribute__((noreturn))

/* The number of elements of an array (never of a pointer). */
#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))
