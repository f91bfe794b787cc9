/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vendor's requirements as the loader hands them over: parameters filled in, conditions settled,
 * every check bound to the typed parameters of its kind.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/strings.h"
#include "model/verdict.h"

struct kind_schema; /* rules/schema.h */

struct check {
    const char *id;   /* "PACK/CHECK" */
    const char *name; /* the part behind the slash */
    const char *title;
    const char *step; /* the guide's heading; checks are grouped by it */
    enum severity severity;
    struct strings covers;
    struct strings needs;  /* full ids */
    struct strings serves; /* full ids */
    const char *owner;
    const char *fix;
    const char *link; /* a path on the instance, or NULL */

    const char *kind_name; /* of `kind`; "any_of" where there are alternatives */
    const struct kind_schema *kind;
    const void *params; /* the struct its kind declares */

    /* Alternatives (`any_of:`): when there are some, kind and params are NULL, and the check holds
     * when one of them does. An alternative has the check's own id, and no alternatives. */
    struct check *alternatives;
    size_t n_alternatives;

    bool applies;                /* its `when` holds */
    const char *condition;       /* the `when` in words: "auth is oauth" */
    const char *unset_parameter; /* a parameter it uses that is not set; NULL when all are */
    bool unset_identifies; /* … and without it no row can be found: ambiguous rather than not
                              applicable */

    struct where where;
};

/*
 * A pack's own test: a world of the simulated instance, what is broken in it, and what the pack
 * must say then. What is not given is not wanted.
 */
struct pack_case {
    const char *world;      /* a built-in one, or the path of a file */
    struct strings faults;  /* ids of faults and variations */
    struct pairs switches;  /* of the simulated instance: name -> setting */
    struct strings without; /* credentials that are left out: "auditor", "integration" */
    struct pairs set;       /* parameters */
    bool writes;            /* with consent to write, as --allow-writes gives it */
    const char *status;     /* of the run, as reports name it */
    const char *cause;      /* the first cause; "none": no cause at all */
    struct pairs verdicts;  /* check (without the pack) -> verdict */
    struct where where;
};

/* What a pack says of one of its parameters. */
struct pack_parameter {
    const char *name;
    const char *about;     /* what it is, for people */
    bool is_required;      /* a run without it is refused */
    const char *fallback;  /* its value when nothing sets it, or NULL */
    struct strings values; /* the only values allowed; none: any */
};

struct pack {
    const char *name;
    const char *title;
    const char *version;
    const char *guide_title;
    const char *guide_read;
    struct pairs files;   /* what it was read from: path -> SHA-256; what it extends comes last */
    struct strings rows;  /* the rows of the guide it declares */
    struct pairs reasons; /* row -> why no machine can tell */
    const char *first_table;        /* the table of the vendor's own first call */
    struct strings parameter_names; /* all it declares */
    struct pairs parameters; /* the values in force, defaults included; unset ones are not in it */
    struct pack_parameter *declared; /* the same in full, as many as there are names */
    struct strings credentials;      /* the kinds of credential it is written for; none: any */
    const char *credential;          /* the name of the credential it is checked with */
    struct check *checks;
    size_t n_checks;
    struct pack_case *cases; /* its own tests; those of a pack it extends are not among them */
    size_t n_cases;
    struct where where;
};
