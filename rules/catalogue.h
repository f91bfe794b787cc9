/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data files that are not packs: releases.yaml, causes.yaml, signatures.yaml, effects.yaml and
 * columns.yaml, as typed structs.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "base/strings.h"
#include "model/cause.h"
#include "model/exchange.h"
#include "rules/columns.h"

struct arena;

/* A release family: `base_date` is the first date of its build tags, in seconds since 1970; 0 when
 * not known. */
struct release_family {
    const char *name;  /* "washingtondc", as build tags write it */
    const char *title; /* "Washington DC" */
    int64_t base_date;
};

/* A fact a cause or a signature rests on: where it is published and whether that is strong enough
 * to be certain.
 */
struct cause_fact {
    const char *says;
    const char *source;
    bool is_strong;
};

/* A root cause as the catalogue words it. `$subject` in its texts stands for the record it is
 * about. */
struct cause_entry {
    const char *id;
    const char *group;     /* "input", "network", … "hygiene" */
    const char *told_from; /* "outside", "auditor" …: who can tell it, in the catalogue's words */
    const char *says;
    const char *owner;
    const char *fix;
    const char *ask;
    const char *about; /* what `$subject` is: "user", "client", "plugin" …; NULL: something else */
    const char *unnamed; /* stands for `$subject` where that is not known; NULL: the usual words */
    bool is_absence;     /* what it is about is not there, and what needs it fails with it */
    struct strings seen_by; /* "kind", "kind.parameter" or "kind.parameter=value": suspected only
                               where a check of the pack could see it; none: anywhere */
    bool by_exclusion; /* of a symptom: the candidates are all there are, so that the last one left
                          is likely */
    bool is_symptom; /* a refusal that many causes share: it is the answer only when none of them is
                        found */
    struct strings candidates; /* what may be behind it, in the order in which to suspect them: of a
                                  symptom, or of a cause that one of them would explain */
    struct pairs first;   /* of a symptom: kind of credential -> candidates, comma separated, that
                             are suspected before the others with it */
    bool is_last_resort;  /* told only because nothing else explains the refusal: where something
                             does, it is no more than possible */
    struct strings kinds; /* the kinds of credential it can concern, as targets write them; none:
                             any */
    struct strings signatures;  /* ids of the signatures that point to it */
    struct strings excluded_by; /* ids of the signatures that rule it out */
    struct reply *replies;      /* what each reply to `ask` means */
    size_t n_replies;
    const char *doubt; /* where public sources contradict each other about it; NULL: they do not */
    struct cause_fact *facts;
    size_t n_facts;
};

/*
 * Something that can be observed from outside, or read in what the instance logged: an answer's
 * wording, a pattern over several calls, a line. Causes say which signatures point to them and
 * which rule them out; the signature itself says what it is and how it is known.
 */
struct signature {
    const char *id;
    enum outcome outcome; /* an exchange of this outcome shows it; N_OUTCOMES: no single one does */
    struct strings texts; /* a pasted text with one of these in it shows it; case is not told apart
                           */

    /* Of an answer that is told so, these must hold too; none: nothing more must. With neither
     * outcome nor texts, `statuses` tells an answer of which nothing but the status is known. */
    struct strings statuses; /* HTTP statuses, one of which it has */
    struct strings from;     /* "node", "edge" or "untold": who its headers say has answered */
    struct strings with;     /* texts one of which it holds */
    struct strings unless;   /* texts none of which it holds */
    const char *rows;        /* "some", "none", or "hidden": counted and not returned */
    const char *sent;        /* "nothing": the request that is there carries no credential;
                                "something": that is not so, as far as can be seen */

    bool is_common; /* other systems use its words too: by those alone it is never certain */

    const char *cause;   /* the cause or symptom it stands for by itself; NULL: it only narrows */
    struct pairs also;   /* what leaves the same, and what that is about ("same": what `cause` is
                            about): possible beside `cause`, which is then likely */
    const char *subject; /* what its cause is about: "host", "table", "credential", "rule" or
                            "fields"; NULL: that cannot be read in it */
    const char *says;    /* what it is, in words */
    const char *means;   /* what follows from it, with the trap in it */
    struct cause_fact *facts;
    size_t n_facts;
};

/* What an observed effect shows of necessity about the configuration behind it. */
struct effect_pair {
    const char *effect; /* "oauth-client-accepted", "api-key-accepted", "row-returned" */
    const char *kind;   /* the kind of check it decides */
    struct strings
        only; /* the parameters such a check may have; "want.active" for one key of a mapping */
    struct pairs shows; /* parameter -> the value the effect shows */
    struct pairs
        same; /* what must be the same in both: "user", "client-id" or "table" -> parameter */
    const char *source; /* where that is published */
};

struct catalogue {
    struct release_family *releases; /* oldest first */
    size_t n_releases;
    struct cause_entry *causes;
    size_t n_causes;
    struct signature *signatures;
    size_t n_signatures;
    struct effect_pair *effects;
    size_t n_effects;
    struct table_entry *tables;
    size_t n_tables;
};

/* Loads the built-in files. False after reporting: a mistake in them is a mistake in the program.
 */
MUST_USE bool catalogue_load(struct arena *arena, struct diag *diag,
                             struct catalogue *ret_catalogue);

const struct release_family *catalogue_release(const struct catalogue *catalogue, const char *name);
const struct cause_entry *catalogue_cause(const struct catalogue *catalogue, const char *id);
const struct signature *catalogue_signature(const struct catalogue *catalogue, const char *id);

/* The signature an exchange of this outcome shows; NULL when none is named. */
const struct signature *catalogue_signature_of(const struct catalogue *catalogue,
                                               enum outcome outcome);

/* True when the cause can concern a credential of this kind. */
bool cause_fits_kind(const struct cause_entry *entry, const char *credential_kind);

/* Writes the reference page of all causes and signatures in Markdown: docs/causes.md. False when
 * the stream failed. */
MUST_USE bool causes_page_write(const struct catalogue *catalogue, FILE *out);
