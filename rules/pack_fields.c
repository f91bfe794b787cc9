/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of pack_fields.h.
 */
#include "rules/pack_fields.h"

#include "rules/parameters.h"

#define TABLE(fields_)                                      \
    {                                                       \
        .fields = (fields_), .n_fields = ARRAY_LEN(fields_) \
    }

/* The names of enum credential_kind; a test holds the list to them. */
static const char *const credential_kind_names[] = {
    "api-key", "basic", "oauth-client", "oauth-password", "oauth-refresh", "token", NULL};

static const struct field header_fields[] = {
    FIELD(struct header_text, pack, FIELD_REQUIRED, "Its name: small letters, digits and '-'"),
    FIELD(struct header_text, title, FIELD_REQUIRED, "The vendor and the product, for people"),
    FIELD(struct header_text, version, FIELD_REQUIRED, "The version of the pack"),
    FIELD(struct header_text, extends, FIELD_OPTIONAL,
          "The pack whose checks, parameters, first call and credentials it takes over"),
    FIELD_CHOICE(struct header_text, credentials, FIELD_OPTIONAL, credential_kind_names,
                 "The kinds of credential it is written for; any when there are none"),
};
const struct field_table header_table = TABLE(header_fields);

static const struct field guide_fields[] = {
    FIELD(struct guide_text, title, FIELD_REQUIRED, "The title of the vendor's guide"),
    FIELD(struct guide_text, read, FIELD_OPTIONAL, "The day it was read (YYYY-MM-DD)"),
    FIELD(struct guide_text, rows, FIELD_OPTIONAL,
          "Its rows, as a range (ABC-1..ABC-80) or a list"),
};
const struct field_table guide_table = TABLE(guide_fields);

static const struct field call_fields[] = {
    FIELD(struct call_text, table, FIELD_REQUIRED | FIELD_TABLE,
          "The table of the vendor's own first call"),
};
const struct field_table call_table = TABLE(call_fields);

static const struct field parameter_fields[] = {
    FIELD(struct parameter, about, FIELD_REQUIRED, "What it is, for people"),
    FIELD(struct parameter, required, FIELD_OPTIONAL, "A run without it is refused"),
    {.key = "default",
     .kind = FIELD_STRING,
     .offset = offsetof(struct parameter, fallback),
     .help = "Its value when nothing sets it"},
    FIELD(struct parameter, values, FIELD_OPTIONAL, "The only values allowed"),
};
const struct field_table parameter_table = TABLE(parameter_fields);

static const char *const severities[] = {"required", "recommended", "info", NULL};

static const struct field check_fields[] = {
    FIELD(struct check_text, id, FIELD_REQUIRED, "Its name within the pack"),
    FIELD(struct check_text, title, FIELD_REQUIRED, "What must hold, in one sentence"),
    FIELD(struct check_text, step, FIELD_REQUIRED, "The heading of the guide it belongs to"),
    FIELD_CHOICE(struct check_text, severity, FIELD_OPTIONAL, severities,
                 "required (the default) gates; recommended and info do not"),
    FIELD(struct check_text, owner, FIELD_OPTIONAL, "Who can change it"),
    FIELD(struct check_text, fix, FIELD_OPTIONAL, "What to do when it does not hold"),
    FIELD(struct check_text, covers, FIELD_OPTIONAL, "The rows of the guide it tells"),
    FIELD(struct check_text, needs, FIELD_OPTIONAL, "The checks that come before it"),
    FIELD(struct check_text, serves, FIELD_OPTIONAL,
          "The checks that see the effect this configuration exists for"),
};
const struct field_table check_table = TABLE(check_fields);

static const struct field link_fields[] = {
    FIELD(struct link_text, link, FIELD_PAGE, "A path on the instance, instead of the kind's own"),
};
const struct field_table link_table = TABLE(link_fields);

/* Names of enum status; a test holds the list to them. */
static const char *const statuses[] = {"ready", "not-ready", "inconclusive", NULL};

static const char *const leavable_credentials[] = {"auditor", "integration", NULL};

static const struct field case_fields[] = {
    FIELD(struct case_text, world, FIELD_REQUIRED,
          "The world of the simulated instance: a built-in one, or the path of a file beside the "
          "pack"),
    FIELD(struct case_text, faults, FIELD_OPTIONAL, "What is broken in it: ids of faults"),
    FIELD(struct case_text, switches, FIELD_OPTIONAL,
          "Behaviours that are not documented: switch and setting"),
    FIELD_CHOICE(struct case_text, without, FIELD_OPTIONAL, leavable_credentials,
                 "The world's credentials that are left out"),
    FIELD(struct case_text, set, FIELD_OPTIONAL, "Parameters of the pack, over the world's own"),
    FIELD(struct case_text, writes, FIELD_OPTIONAL,
          "The run may write, as with --allow-writes; without, checks that write do not apply"),
    FIELD_CHOICE(struct case_text, status, FIELD_OPTIONAL, statuses, "How the run must end"),
    FIELD(struct case_text, cause, FIELD_OPTIONAL,
          "The cause that must come first; none: there must be no cause"),
    FIELD(struct case_text, verdicts, FIELD_OPTIONAL,
          "Checks of the pack and the verdicts they must have"),
};
const struct field_table case_table = TABLE(case_fields);

const char *const case_expectations[] = {"status", "cause", "verdicts", NULL};
