/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release: the instance runs at least a family. The build tag stands in sys_properties (glide.war,
 * glide.buildtag, glide.buildtag.last), which callers without rights see empty; the upgrade history
 * is the second source. Its first date is the same for every build of a family, so families that
 * nobody has named yet are placed rightly too.
 */
#include "checks/release.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/pattern.h"
#include "checks/evidence.h"
#include "checks/kinds.h"

struct release_params {
    const char *at_least;
};

static const struct field release_fields[] = {
    FIELD(struct release_params, at_least, FIELD_REQUIRED,
          "family as build tags write it: washingtondc, xanadu …"),
};

enum { GROUP_FAMILY = 1, GROUP_MONTH, GROUP_DAY, GROUP_YEAR, N_GROUPS };

static const char tag_pattern[] = "(?:^|glide-)([a-z]{3,20})-([0-9]{2})-([0-9]{2})-([0-9]{4})?";

bool build_parse(struct arena *arena, const char *text, struct build *ret_build)
{
    const char *fault = NULL;
    size_t offset = 0;
    struct pattern *pattern = pattern_new(arena, tag_pattern, &fault, &offset);
    const char *groups[N_GROUPS] = {0};
    enum pattern_result result = pattern == NULL
                                     ? PATTERN_DIFFERS
                                     : pattern_find_groups(pattern, arena, text, groups, N_GROUPS);
    pattern_free(pattern);
    if (result != PATTERN_MATCHES) {
        return false;
    }
    *ret_build = (struct build){.text = text, .family = groups[GROUP_FAMILY]};
    int64_t day = 0;
    if (groups[GROUP_YEAR] != NULL &&
        utc_parse(arena_printf(arena, "%s-%s-%s", groups[GROUP_YEAR], groups[GROUP_MONTH],
                               groups[GROUP_DAY]),
                  &day)) {
        ret_build->base_date = day;
    }
    return true;
}

enum release_order build_compare(const struct catalogue *catalogue, const struct build *build,
                                 const char *family)
{
    const struct release_family *floor = catalogue_release(catalogue, family);
    const struct release_family *known = catalogue_release(catalogue, build->family);
    if (floor == NULL) {
        return RELEASE_UNKNOWN;
    }
    if (build->base_date != 0 && floor->base_date != 0) {
        return build->base_date >= floor->base_date ? RELEASE_SAME_OR_NEWER : RELEASE_OLDER;
    }
    if (known == NULL) {
        return RELEASE_UNKNOWN;
    }
    return known >= floor ? RELEASE_SAME_OR_NEWER : RELEASE_OLDER;
}

const char *build_family_title(struct arena *arena, const struct catalogue *catalogue,
                               const struct build *build)
{
    const struct release_family *known = catalogue_release(catalogue, build->family);
    if (known != NULL) {
        return known->title;
    }
    char *title = arena_strdup(arena, build->family);
    title[0] = (char)toupper((unsigned char)title[0]);
    return title;
}

static const char *const tag_properties[] = {"glide.war", "glide.buildtag", "glide.buildtag.last"};
static const char *property_columns[] = {"name", "value"};
static const char *history_columns[] = {"to_version", "upgrade_finished", "upgrade_started"};

static struct question property_question(const char *name)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_properties",
                             .key = "name",
                             .value = name,
                             .control = "instance_name",
                             .fields = {property_columns, ARRAY_LEN(property_columns)}};
}

static struct question history_question(void)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_upgrade_history",
                             .fields = {history_columns, ARRAY_LEN(history_columns)},
                             .limit = 200};
}

/* The build of the upgrade that finished last. */
static bool latest_upgrade(struct arena *arena, const struct row *rows, size_t n_rows,
                           struct build *ret_build)
{
    const char *latest = "";
    bool is_found = false;
    for (size_t i = 0; i < n_rows; i++) {
        const char *version = row_get(&rows[i], "to_version");
        const char *finished = row_get(&rows[i], "upgrade_finished");
        struct build build;
        if (version == NULL || text_is_empty(finished) || strcmp(finished, latest) < 0 ||
            !build_parse(arena, version, &build)) {
            continue;
        }
        latest = finished;
        *ret_build = build;
        is_found = true;
    }
    return is_found;
}

static bool is_tag_property(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(tag_properties); i++) {
        if (text_equal(name, tag_properties[i])) {
            return true;
        }
    }
    return false;
}

bool build_seen(struct arena *arena, const struct answers *answers, struct build *ret_build)
{
    for (size_t i = 0; i < answers->n_items; i++) {
        const struct answer *answer = answers->items[i];
        bool is_tag = text_equal(answer->question.table, "sys_properties") &&
                      is_tag_property(answer->question.value);
        for (size_t r = 0; is_tag && r < answer->n_rows; r++) {
            const char *value = row_get(&answer->rows[r], "value");
            if (value != NULL && build_parse(arena, value, ret_build)) {
                return true;
            }
        }
    }
    for (size_t i = 0; i < answers->n_items; i++) {
        const struct answer *answer = answers->items[i];
        if (text_equal(answer->question.table, "sys_upgrade_history") &&
            latest_upgrade(arena, answer->rows, answer->n_rows, ret_build)) {
            return true;
        }
    }
    return false;
}

static void judge_build(struct judging *judging, const struct release_params *params,
                        const struct build *build)
{
    const char *title = build_family_title(judging->arena, judging->catalogue, build);
    const char *seen = say(judging, "%s (%s)", title, build->text);
    switch (build_compare(judging->catalogue, build, params->at_least)) {
    case RELEASE_SAME_OR_NEWER:
        judge_pass(judging, seen);
        rules_out(judging, "release-too-old");
        break;
    case RELEASE_OLDER:
        judge_fail(judging, "release-too-old", title, seen);
        break;
    case RELEASE_UNKNOWN:
        judge_unknown(
            judging, REASON_UNDOCUMENTED,
            say(judging, "the build \"%s\" has no date and its family is not known", build->text));
        break;
    }
}

/* A later upgrade that did not come back could only make the release newer. */
static void judge_history(struct judging *judging, const struct release_params *params,
                          const struct build *build, const struct reading *history)
{
    judge_build(judging, params, build);
    if (judging->finding->verdict == VERDICT_FAIL && !history->is_complete) {
        judging->finding->causes = (struct strings){0};
        judge_unknown(
            judging, REASON_HIDDEN,
            "not all rows of the upgrade history came back, so a newer one may be hidden");
    }
}

/* All three properties are asked together; the first one that holds a tag decides. */
static bool find_in_properties(struct judging *judging, struct build *ret_build)
{
    bool is_found = false;
    for (size_t i = 0; i < ARRAY_LEN(tag_properties); i++) {
        struct reading reading =
            read_configuration(judging, property_question(tag_properties[i]), LIST_NEVER);
        const char *value =
            reading.presence == PRESENCE_FOUND ? row_get(&reading.rows[0], "value") : NULL;
        is_found = is_found || (value != NULL && build_parse(judging->arena, value, ret_build));
    }
    return is_found;
}

void build_ask_ahead(struct judging *judging)
{
    for (size_t i = 0; i < ARRAY_LEN(tag_properties); i++) {
        ask_ahead(judging, property_question(tag_properties[i]), LIST_NEVER);
    }
}

bool build_consult(struct judging *judging, struct build *ret_build)
{
    bool is_found = false;
    for (size_t i = 0; i < ARRAY_LEN(tag_properties); i++) {
        struct reading reading =
            consult_configuration(judging, property_question(tag_properties[i]), LIST_NEVER);
        const char *value =
            reading.presence == PRESENCE_FOUND ? row_get(&reading.rows[0], "value") : NULL;
        is_found = is_found || (value != NULL && build_parse(judging->arena, value, ret_build));
    }
    return is_found && !judging->is_open;
}

static void release_judge(struct judging *judging, const void *given)
{
    const struct release_params *params = given;
    const struct release_family *floor = catalogue_release(judging->catalogue, params->at_least);
    struct build build;
    judging->finding->wanted =
        say(judging, "%s or later", floor != NULL ? floor->title : params->at_least);
    judging->finding->link = list_link(judging, "sys_upgrade_history", "");
    bool is_found = find_in_properties(judging, &build);
    if (is_found) {
        judge_build(judging, params, &build);
        return;
    }
    if (judging->is_open || judging->finding->verdict == VERDICT_BLOCKED) {
        return;
    }
    struct reading history = consult_configuration(judging, history_question(), LIST_NEVER);
    if (history.presence == PRESENCE_FOUND &&
        latest_upgrade(judging->arena, history.rows, history.n_rows, &build)) {
        judge_history(judging, params, &build, &history);
    } else if (judging->finding->reason == REASON_NONE) {
        judge_unknown(judging, REASON_FILTERED, "no build tag came back that could be read");
    }
}

const struct kind kind_release = {
    .schema = {.name = "release",
               .summary = "The instance runs at least a release family",
               .fields = release_fields,
               .n_fields = ARRAY_LEN(release_fields),
               .params_size = sizeof(struct release_params)},
    .judge = release_judge,
};
