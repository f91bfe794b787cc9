/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading rows honestly. The platform hides rows and fields without saying so, drops query terms it
 * does not know and counts before it hides, so no kind looks at an answer itself: these functions
 * tell found, absent and untold apart, and when it is untold they have already written the finding.
 */
#pragma once

#include "checks/kind.h"

/* Whether a table may be read whole, without a query: only one that is small. */
enum listing {
    LIST_NEVER,
    LIST_LAST,  /* where the query does not settle it: one follow-up */
    LIST_FIRST, /* in place of the query, which would tell nothing where nothing is to be found */
};

enum presence {
    PRESENCE_OPEN,     /* not answered yet: return */
    PRESENCE_FOUND,    /* `rows` holds what fits the question */
    PRESENCE_ABSENT,   /* shown not to be there */
    PRESENCE_NO_TABLE, /* the table itself does not exist */
    PRESENCE_UNTOLD,   /* the finding says why: return */
};

struct reading {
    enum presence presence;
    const struct row *rows;
    size_t n_rows;
    const struct answer *answer;
    bool is_complete; /* as many rows as the platform counted, and the page was not cut */
};

/*
 * Adds columns to what a question asks for, each under every name that public sources give it
 * (rules/columns.yaml). `columns` is a list with commas between.
 */
void want_columns(const struct judging *judging, struct question *question, const char *columns);

/* The value of a column that was asked for so, under whichever name it came; NULL when it did not.
 */
const char *column_of(const struct judging *judging, const char *table, const struct row *row,
                      const char *column);

/* The columns of a table, in words that name the table whose field rules decide where one was
 * reached by a dot-walk. */
const char *columns_in_words(const struct judging *judging, const char *table,
                             const struct strings *columns);

/* Asks a question; NULL when it is open now. Notes the answer and its exchanges in the finding. */
const struct answer *ask(struct judging *judging, const struct question *question);

/*
 * Reads configuration: by the auditor, or with the pack's own credential where there is no auditor
 * or it was refused. `question->credential` is filled in. Absent is only said when the control row
 * came back, or the whole table was listed, where `listing` allows that.
 */
struct reading read_configuration(struct judging *judging, struct question question,
                                  enum listing listing);

/* The same for a look that decides nothing by itself: whatever came of it, the finding stays as it
 * was. */
struct reading consult_configuration(struct judging *judging, struct question question,
                                     enum listing listing);

/*
 * Puts a question of configuration beside those that are open: one whose answer is needed next, as
 * it is almost everywhere, costs no wave of its own then. Call it while something else is open.
 */
void ask_ahead(struct judging *judging, struct question question, enum listing listing);

/* Takes back what a look that decides nothing wrote into the finding; its exchanges stay noted. */
void put_finding_back(struct judging *judging, const struct finding *before);

/* Reads with the pack's own credential, as the integration would. */
struct reading read_as_integration(struct judging *judging, struct question question);

/* True when an auditor was given and is not known to be refused. */
bool has_auditor(const struct judging *judging);

/* Writes the finding for an answer that tells nothing: its typed reason and what would tell. */
void judge_untold(struct judging *judging, const struct answer *answer);

/* The pack's own credential, or NULL when the target has none of that name. */
const struct credential *own_credential(const struct judging *judging);

/* The questions several kinds ask in the same words, so that they become one exchange. */
struct question gate_question(const struct judging *judging);
struct question first_call_question(const struct judging *judging);
struct question identity_question(const struct judging *judging, const char *credential);
struct question user_question(const struct judging *judging, const char *user_name);

/* v_plugin is rebuilt for every query; what takes longer than this does not come. Every question to
 * it has this limit. */
enum { V_PLUGIN_LIMIT_MS = 3000 };

/*
 * True for tables that hold an instance's configuration. Of others a before-query rule, a domain or
 * a data filter may keep rows back without a trace in the count, so that not even a whole listing
 * shows what is absent.
 */
bool table_is_configuration(const char *table);

/* What a wanted value is compared with: how a column's deviation is called. */
struct column_cause {
    const char *column;
    const char *value; /* the wanted value it is about; NULL: any */
    const char *cause;
};

/*
 * Judges a row of a table against wanted values (column -> value; alternatives separated by "|";
 * case, and blanks around, are not told apart). Deviations fail with the cause the table names for
 * the column (or `other_cause`), a column that never came back is unknown: field-hidden. A pass
 * rules out the causes of all wanted columns.
 */
void judge_row(struct judging *judging, const char *table, const struct row *row,
               const struct pairs *want, const struct column_cause *causes, size_t n_causes,
               const char *other_cause, const char *subject);

/* True when `value` is one of the alternatives of `wanted`. */
bool value_fits(struct arena *arena, const char *value, const char *wanted);
