/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference of causes and signatures for readers of a report, written from the data the
 * diagnosis itself reads.
 */
#include <stdio.h>
#include <string.h>

#include "base/strings.h"
#include "rules/catalogue.h"

/* A text of the data in Markdown: no tag and no emphasis comes about by accident. */
static void put_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("<*", *text) != NULL) {
            fputc('\\', out);
        }
        fputc(*text, out);
    }
}

/* A text that is literal, and may hold what would end a code span of one backtick. */
static void put_literal(FILE *out, const char *text)
{
    bool has_tick = strchr(text, '`') != NULL;
    fprintf(out, "%s%s%s", has_tick ? "`` " : "`", text, has_tick ? " ``" : "`");
}

static void put_item(FILE *out, const char *label, const char *text)
{
    if (text != NULL) {
        fprintf(out, "- %s: ", label);
        put_text(out, text);
        fputc('\n', out);
    }
}

static void put_literals(FILE *out, const char *label, const struct strings *texts)
{
    for (size_t i = 0; i < texts->n_items; i++) {
        fputs(i == 0 ? "- " : ", ", out);
        fputs(i == 0 ? label : "", out);
        fputs(i == 0 ? ": " : "", out);
        put_literal(out, texts->items[i]);
    }
    fputs(texts->n_items > 0 ? "\n" : "", out);
}

/* Links to causes, or with the prefix "signature-" to signatures. */
static void put_links(FILE *out, const char *label, const char *prefix, const struct strings *ids)
{
    for (size_t i = 0; i < ids->n_items; i++) {
        const char *id = ids->items[i];
        fprintf(out, "%s%s%s[`%s`](#%s%s)", i == 0 ? "- " : ", ", i == 0 ? label : "",
                i == 0 ? ": " : "", id, prefix, id);
    }
    fputs(ids->n_items > 0 ? "\n" : "", out);
}

static void put_facts(FILE *out, const struct cause_fact *facts, size_t n_facts)
{
    fputs("- Rests on:\n", out);
    for (size_t i = 0; i < n_facts; i++) {
        fputs("  - ", out);
        put_text(out, facts[i].says);
        fputs(" (", out);
        put_text(out, facts[i].source);
        fprintf(out, "; %s)\n", facts[i].is_strong ? "strong" : "weak");
    }
}

/* ---- Causes ---- */

static const char *surest(const struct cause_entry *cause)
{
    for (size_t i = 0; i < cause->n_facts; i++) {
        if (!cause->facts[i].is_strong) {
            return "never certain";
        }
    }
    return cause->n_facts > 0 ? "can be certain" : "never certain";
}

static void put_question(FILE *out, const struct cause_entry *cause)
{
    put_item(out, "Question", cause->ask);
    for (size_t i = 0; i < cause->n_replies; i++) {
        fputs("  - *", out);
        put_text(out, cause->replies[i].reply);
        fputs("*: ", out);
        put_text(out, cause->replies[i].means);
        fputc('\n', out);
    }
}

/* "With `api-key` first: policy-missing policy-inactive" */
static void put_first(FILE *out, const struct cause_entry *cause)
{
    for (size_t i = 0; i < cause->first.n_items; i++) {
        const char *id = cause->first.items[i].value;
        fprintf(out, "  - first with `%s`:", cause->first.items[i].key);
        for (bool is_first = true; *id != '\0'; is_first = false) {
            size_t len = strcspn(id, " ");
            fprintf(out, "%s `%.*s`", is_first ? "" : ",", (int)len, id);
            id += len + strspn(id + len, " ");
        }
        fputc('\n', out);
    }
}

static void put_cause(FILE *out, const struct cause_entry *cause)
{
    fprintf(out, "\n### `%s`\n\n", cause->id);
    put_text(out, cause->says);
    fputs("\n\n- Told from: ", out);
    put_text(out, cause->told_from);
    fprintf(out, "; %s%s%s\n", surest(cause), cause->is_symptom ? "; a symptom" : "",
            cause->is_last_resort ? "; a last resort" : "");
    put_item(out, "Owner", cause->owner);
    put_item(out, "Fix", cause->fix);
    put_question(out, cause);
    put_item(out, "Doubt", cause->doubt);
    put_literals(out, "Only with", &cause->kinds);
    put_links(out, "Pointed to by", "signature-", &cause->signatures);
    put_links(out, "Ruled out by", "signature-", &cause->excluded_by);
    put_links(out, "Candidates", "", &cause->candidates);
    put_first(out, cause);
    put_facts(out, cause->facts, cause->n_facts);
}

/* ---- Signatures ---- */

static bool has_outcome(const struct signature *signature)
{
    return signature->outcome < N_OUTCOMES;
}

/* What else an answer must have for it. */
static void put_conditions(FILE *out, const struct signature *signature)
{
    put_literals(out, "Text", &signature->texts);
    if (signature->is_common) {
        fputs(
            "- Other systems use these words too: without an answer around them, likely at most\n",
            out);
    }
    put_literals(out, has_outcome(signature) ? "Status" : "A status alone", &signature->statuses);
    put_literals(out, "With", &signature->with);
    put_literals(out, "Not with", &signature->unless);
}

static void put_signature(FILE *out, const struct signature *signature)
{
    fprintf(out, "\n### Signature `%s`\n\n", signature->id);
    put_text(out, signature->says);
    fputs(".\n\n", out);
    put_item(out, "Means", signature->means);
    if (signature->cause != NULL) {
        fprintf(out, "- Stands for: [`%s`](#%s)\n", signature->cause, signature->cause);
    } else {
        fputs("- Names no cause by itself\n", out);
    }
    for (size_t i = 0; i < signature->also.n_items; i++) {
        const char *id = signature->also.items[i].key;
        fprintf(out, "%s[`%s`](#%s)%s", i == 0 ? "- Does not tell it from: " : ", ", id, id,
                i + 1 == signature->also.n_items ? "\n" : "");
    }
    put_conditions(out, signature);
    put_facts(out, signature->facts, signature->n_facts);
}

/* ---- The page ---- */

static void put_head(FILE *out)
{
    fputs("<!-- Written by `glidepath explain --causes` from rules/causes.yaml and "
          "rules/signatures.yaml. -->\n"
          "# The causes\n"
          "\n"
          "Every id that a report, a fault of the simulated instance or another page names, and "
          "the signatures\n"
          "that `explain` and `diagnose` recognise. `$subject` stands for the record, user, table "
          "or host a cause\n"
          "is about.\n"
          "\n"
          "- *Told from* outside: with the integration's own credential, or with none. Auditor: "
          "the configuration\n"
          "  must be read with a second credential; without one the candidates that are left are "
          "listed, with the\n"
          "  question that decides.\n"
          "- *Can be certain*: every fact it rests on is strong, which is to say published by "
          "ServiceNow or\n"
          "  recorded from real instances. One weak fact makes it *never certain*: it is called "
          "likely at most.\n"
          "  A strong cause is likely too where several are left, or where its signature leaves "
          "room.\n"
          "- *A symptom* is a refusal that many causes share; it is the answer only while none of "
          "its candidates\n"
          "  is found. They are suspected in the order shown, some kinds of credential having "
          "others first.\n"
          "- *A last resort* is told only because nothing else explains the refusal.\n"
          "- Those of the group hygiene are advice and never the answer.\n"
          "\n",
          out);
}

static bool begins_group(const struct catalogue *catalogue, size_t i)
{
    return i == 0 || !text_equal(catalogue->causes[i].group, catalogue->causes[i - 1].group);
}

static void put_contents(FILE *out, const struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->n_causes; i++) {
        const struct cause_entry *cause = &catalogue->causes[i];
        if (begins_group(catalogue, i)) {
            fprintf(out, "%s- %s: ", i == 0 ? "" : "\n", cause->group);
        } else {
            fputs(",\n  ", out);
        }
        fprintf(out, "[`%s`](#%s)", cause->id, cause->id);
    }
    fputs("\n- [signatures](#signatures)\n", out);
}

bool causes_page_write(const struct catalogue *catalogue, FILE *out)
{
    put_head(out);
    put_contents(out, catalogue);
    for (size_t i = 0; i < catalogue->n_causes; i++) {
        if (begins_group(catalogue, i)) {
            fprintf(out, "\n## Causes: %s\n", catalogue->causes[i].group);
        }
        put_cause(out, &catalogue->causes[i]);
    }
    fputs("\n## Signatures\n\n"
          "What can be seen of a refusal from outside, read in what the instance logged, or found "
          "in a pasted text.\n"
          "What one does not show stands among its facts, as a weak one, and under *does not tell "
          "it from*.\n",
          out);
    for (size_t i = 0; i < catalogue->n_signatures; i++) {
        put_signature(out, &catalogue->signatures[i]);
    }
    return fflush(out) == 0 && ferror(out) == 0;
}
