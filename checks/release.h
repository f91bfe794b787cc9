/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a build tag: which release an instance runs.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "rules/catalogue.h"

struct arena;
struct answers;
struct judging;

/* A build tag taken apart. */
struct build {
    const char *text;   /* as the instance gave it */
    const char *family; /* "zurich"; NULL when the tag has none */
    int64_t
        base_date; /* the first date of the tag, in seconds since 1970; 0 when it is not complete */
};

/*
 * Takes a tag like glide-zurich-07-01-2025__patch1-08-20-2025 apart (with or without "glide-" in
 * front and anything behind). False when there is no such tag in `text`.
 */
MUST_USE bool build_parse(struct arena *arena, const char *text, struct build *ret_build);

enum release_order { RELEASE_OLDER, RELEASE_SAME_OR_NEWER, RELEASE_UNKNOWN };

/*
 * Whether a build is at least `family`: by the base date in the tag where both dates are known,
 * else by the place of the two families in the catalogue. Never by name: after Zurich the alphabet
 * starts again.
 */
enum release_order build_compare(const struct catalogue *catalogue, const struct build *build,
                                 const char *family);

/* What people call the family of a build: "Zurich", "Washington DC", or the tag's own word with a
 * capital letter. */
const char *build_family_title(struct arena *arena, const struct catalogue *catalogue,
                               const struct build *build);

/* The build any answer of the run tells; false when none does. */
MUST_USE bool build_seen(struct arena *arena, const struct answers *answers,
                         struct build *ret_build);

/*
 * Asks for the build tag beside what a kind judges; whatever comes of it, the finding stays as it
 * was. False while that is open, and when no tag came back.
 */
MUST_USE bool build_consult(struct judging *judging, struct build *ret_build);

/* Puts the question for the build tag beside those that are open. */
void build_ask_ahead(struct judging *judging);
