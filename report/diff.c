/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two runs side by side: which they are, what was set differently, and what changed.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "report/changes.h"
#include "report/page.h"
#include "report/summary.h"

enum { KEY_COLUMN = 2, VALUE_COLUMN = 5 };

/* ---- Text ---- */

static void write_head(struct page *page, const char *letter, const struct compared *compared)
{
    const char *family = compared->release_family;
    const char *build = compared->release_build;
    page_move(page, KEY_COLUMN);
    page_paint(page, STYLE_STRONG, letter);
    page_move(page, VALUE_COLUMN);
    page_wrap(page, VALUE_COLUMN,
              arena_printf(page->scratch, "%s of %s, %s", compared->instance_url,
                           utc_format(page->scratch, compared->started),
                           family != NULL  ? family
                           : build != NULL ? build
                                           : "release not told"));
    page_end_line(page);
}

static const char *or_nothing(const char *text)
{
    return text == NULL ? "(none)" : text;
}

static void write_setting(struct page *page, const char *what, const char *before,
                          const char *after)
{
    page_move(page, VALUE_COLUMN);
    page_wrap(page, VALUE_COLUMN,
              arena_printf(page->scratch, "%s: %s in A, %s in B", what, or_nothing(before),
                           or_nothing(after)));
    page_end_line(page);
}

static void write_settings(struct page *page, const struct comparison *comparison)
{
    const struct compared *before = &comparison->before;
    const struct compared *after = &comparison->after;
    if (!text_equal(before->release_build, after->release_build)) {
        write_setting(page, "release", before->release_build, after->release_build);
    }
    for (size_t i = 0; i < comparison->n_settings; i++) {
        const struct changed_setting *setting = &comparison->settings[i];
        const char *what =
            setting->name == NULL
                ? arena_printf(page->scratch, "pack %s", setting->pack)
                : arena_printf(page->scratch, "parameter %s of %s", setting->name, setting->pack);
        write_setting(page, what, setting->before, setting->after);
    }
}

static void write_only(struct page *page, const char *heading, const struct strings *ids)
{
    if (ids->n_items == 0) {
        return;
    }
    page_end_line(page);
    page_heading(page, heading);
    page_move(page, KEY_COLUMN);
    page_wrap(page, KEY_COLUMN, strings_join(page->scratch, ids, ", "));
    page_end_line(page);
}

static int exit_of(const struct changes *changes)
{
    return changes->n_directions[CHANGE_WORSE] > 0 ? 1 : 0;
}

bool comparison_write_text(const struct comparison *comparison,
                           const struct report_options *options, FILE *out)
{
    const struct changes *changes = comparison->changes;
    struct page page;
    page_init(&page, options);
    write_head(&page, "A", &comparison->before);
    write_head(&page, "B", &comparison->after);
    write_settings(&page, comparison);
    page_changes(&page, changes);
    write_only(&page, "Only in A", &changes->only_before);
    write_only(&page, "Only in B", &changes->only_after);
    page_end_line(&page);
    page_wrap(&page, KEY_COLUMN,
              arena_printf(page.scratch, "From A to B %s. exit %d",
                           changes_sentence(page.scratch, changes), exit_of(changes)));
    page_end_line(&page);
    bool is_written = page_print(&page, out);
    page_release(&page);
    return is_written;
}

/* ---- JSON ---- */

static void put_compared(struct json_writer *json, struct arena *scratch, const char *key,
                         const struct compared *compared)
{
    json_open_object(json, key);
    json_put_text(json, "url", compared->instance_url);
    json_put_text(json, "source", compared->source);
    json_put_text(json, "started", utc_format(scratch, compared->started));
    json_put_text(json, "digest", compared->digest);
    json_put_text(json, "family", compared->release_family);
    json_put_text(json, "build", compared->release_build);
    json_close(json);
}

static void put_summary(struct json_writer *json, const struct changes *changes)
{
    json_open_object(json, "summary");
    json_put_int(json, "exit", exit_of(changes));
    for (size_t i = 0; i < N_CHANGE_DIRECTIONS; i++) {
        json_put_int(json, change_direction_name((enum change_direction)i),
                     (int64_t)changes->n_directions[i]);
    }
    json_close(json);
}

static void put_settings(struct json_writer *json, const struct comparison *comparison)
{
    json_open_array(json, "settings");
    for (size_t i = 0; i < comparison->n_settings; i++) {
        const struct changed_setting *setting = &comparison->settings[i];
        json_open_object(json, NULL);
        json_put_text(json, "pack", setting->pack);
        json_put_text(json, "parameter", setting->name);
        json_put_text(json, "a", setting->before);
        json_put_text(json, "b", setting->after);
        json_close(json);
    }
    json_close(json);
}

bool comparison_write_json(const struct comparison *comparison, FILE *out)
{
    struct arena *scratch = arena_new();
    struct json_writer *json = json_writer_new();
    json_put_text(json, "schema", "glidepath-diff/1");
    json_open_object(json, "tool");
    json_put_text(json, "name", "glidepath");
    json_put_text(json, "version", comparison->tool_version);
    json_close(json);
    put_compared(json, scratch, "a", &comparison->before);
    put_compared(json, scratch, "b", &comparison->after);
    json_put_bool(json, "one_instance", comparison->changes->is_one_instance);
    put_summary(json, comparison->changes);
    put_settings(json, comparison);
    changes_put_json(json, comparison->changes);
    bool is_written = json_writer_finish(json, out, true);
    json_writer_free(json);
    arena_free(scratch);
    return is_written;
}
