/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The formats, sorted by name (a test holds the order).
 */
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

static const struct report_format *const formats[] = {
    &report_format_github,   &report_format_html,  &report_format_json, &report_format_junit,
    &report_format_markdown, &report_format_sarif, &report_format_tap,  &report_format_terminal,
};

const struct report_format *const *report_formats(size_t *ret_n)
{
    *ret_n = ARRAY_LEN(formats);
    return formats;
}

static int compare_name(const void *name, const void *element)
{
    const struct report_format *const *format = element;
    return strcmp(name, (*format)->name);
}

const struct report_format *report_format_find(const char *name)
{
    const struct report_format *const *found =
        bsearch(name, formats, ARRAY_LEN(formats), sizeof formats[0], compare_name);
    return found == NULL ? NULL : *found;
}
