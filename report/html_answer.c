/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of the page's body: the cause, and who must do what. A reader who stops here has read
 * what matters.
 */
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/html.h"
#include "report/summary.h"

/* A finding links to its cause as well: a longer list would push the next cause off the screen. */
enum { MOST_EXPLAINED_TOLD = 6 };

static void write_explained(struct html *html, const struct cause *cause)
{
    if (cause->explains.n_items == 0) {
        return;
    }
    xml_element(html->xml, "dt", "Explains");
    xml_open(html->xml, "dd");
    xml_open(html->xml, "ul");
    const size_t n = cause->explains.n_items;
    const size_t n_told = n <= MOST_EXPLAINED_TOLD + 1 ? n : MOST_EXPLAINED_TOLD;
    for (size_t i = 0; i < n_told; i++) {
        xml_open(html->xml, "li");
        html_finding_link(html, cause->explains.items[i]);
        xml_close(html->xml);
    }
    if (n_told < n) {
        xml_element(html->xml, "li",
                    arena_printf(html->scratch, "and %zu more findings", n - n_told));
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

/* The question that decides, and what each reply to it means. */
static void write_question(struct html *html, const struct cause *cause)
{
    html_pair(html, "To decide, ask", cause->ask);
    if (cause->n_replies > 0) {
        xml_element(html->xml, "dt", "Replies");
        xml_open(html->xml, "dd");
        xml_open(html->xml, "ul");
    }
    for (size_t i = 0; i < cause->n_replies; i++) {
        xml_open(html->xml, "li");
        xml_element(html->xml, "b", text_or_empty(cause->replies[i].reply));
        xml_printf(html->xml, ": %s", text_or_empty(cause->replies[i].means));
        xml_close(html->xml);
    }
    if (cause->n_replies > 0) {
        xml_close(html->xml);
        xml_close(html->xml);
    }
    html_pair(html, "Doubt", cause->doubt);
}

/* What the cause is about, where its sentence does not name it. */
static const char *subject_unnamed(const struct cause *cause)
{
    bool is_named =
        cause->subject != NULL && strstr(text_or_empty(cause->says), cause->subject) != NULL;
    return is_named ? NULL : cause->subject;
}

static void write_cause(struct html *html, size_t i)
{
    const struct cause *cause = &html->run->causes[i];
    xml_open(html->xml, "li");
    xml_attribute(html->xml, "class", i == 0 ? "cause first" : "cause");
    html_id(html, arena_printf(html->scratch, "cause-%zu", i + 1));
    html_heading(html, 3, text_is_empty(cause->says) ? cause->id : cause->says);
    html_open(html, "p", "tags");
    xml_element(html->xml, "code", cause->id);
    xml_text(html->xml, " ");
    html_text(html, "span", "confidence", confidence_name(cause->confidence));
    xml_close(html->xml);
    xml_open(html->xml, "dl");
    html_pair(html, "About", subject_unnamed(cause));
    html_pair(html, "Since", cause->since);
    if (run_is_possibility(html->run, i)) {
        write_question(html, cause);
        html_pair(html, "Fix, if so", cause->fix);
        html_pair(html, "Owner", cause->owner);
    } else {
        html_pair(html, "Fix", cause->fix);
        html_pair(html, "Owner", cause->owner);
        write_question(html, cause);
        write_explained(html, cause);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

/* How many causes are told openly; those that are merely possible come last. */
static size_t count_told(const struct run *run)
{
    size_t n_possible = 0;
    size_t n = 0;
    for (; n < run->n_causes; n++) {
        n_possible += run_is_possibility(run, n) ? 1 : 0;
        if (n_possible > MOST_POSSIBLE_TOLD) {
            break;
        }
    }
    return n;
}

static void write_causes(struct html *html)
{
    if (html->run->n_causes == 0) {
        return;
    }
    html_open(html, "section", "causes");
    html_heading(html, 2, html->run->n_causes == 1 ? "The cause" : "The causes");
    const size_t n = html->run->n_causes;
    const size_t n_told = count_told(html->run);
    xml_open(html->xml, "ol");
    for (size_t i = 0; i < n_told; i++) {
        write_cause(html, i);
    }
    xml_close(html->xml);
    if (n_told < n) {
        html_open(html, "details", "more");
        xml_element(html->xml, "summary",
                    arena_printf(html->scratch, "%zu more %s merely possible", n - n_told,
                                 n - n_told == 1 ? "is" : "are"));
        xml_open(html->xml, "ol");
        for (size_t i = n_told; i < n; i++) {
            write_cause(html, i);
        }
        xml_close(html->xml);
        xml_close(html->xml);
    }
    xml_close(html->xml);
}

/* One thing to do: from a cause (`i` of the causes) or from a finding no cause explains. */
struct task {
    const char *owner;
    const char *fix;
    const struct finding *finding; /* NULL for a cause */
    const struct cause *cause;
};

struct tasks {
    struct task *items;
    size_t n_items;
    struct strings owners; /* in the order in which they come up */
};

static void add_task(struct html *html, struct tasks *tasks, struct task task)
{
    if (text_is_empty(task.fix)) {
        return;
    }
    task.owner = text_is_empty(task.owner) ? "Whoever runs the integration" : task.owner;
    struct task *slot = arena_append(html->scratch, &tasks->items, &tasks->n_items, sizeof *slot);
    *slot = task;
    strings_add_unique(html->scratch, &tasks->owners, task.owner);
}

static bool is_mended_by_a_cause(const struct run *run, const struct finding *finding)
{
    for (size_t i = 0; i < run->n_causes; i++) {
        if (!run_is_possibility(run, i) &&
            strings_have(&run->causes[i].explains, finding->check->id)) {
            return true;
        }
    }
    return false;
}

/* Nobody asked the instance: its fix would mend what need not be broken. */
static bool is_untried(const struct finding *finding)
{
    return finding->verdict == VERDICT_UNKNOWN &&
           (finding->reason == REASON_NOT_RECORDED || finding->reason == REASON_STALE);
}

/* A finding that a cause explains is mended by the cause's fix, so it is no task of its own. What
 * is merely possible has a question to be answered first. */
static struct tasks tasks_of(struct html *html)
{
    const struct run *run = html->run;
    struct tasks tasks = {0};
    for (size_t i = 0; i < run->n_causes; i++) {
        const struct cause *cause = &run->causes[i];
        if (!run_is_possibility(run, i)) {
            add_task(html, &tasks,
                     (struct task){.owner = cause->owner, .fix = cause->fix, .cause = cause});
        }
    }
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct finding *finding = &run->findings[i];
        if (finding_wants_action(finding) && !is_untried(finding) &&
            !is_mended_by_a_cause(run, finding)) {
            add_task(html, &tasks,
                     (struct task){.owner = finding->check->owner,
                                   .fix = finding->check->fix,
                                   .finding = finding});
        }
    }
    return tasks;
}

static void write_task(struct html *html, const struct task *task)
{
    xml_open(html->xml, "li");
    html_text(html, "span", "fix", task->fix);
    html_open(html, "small", "why");
    if (task->cause != NULL) {
        xml_printf(html->xml, " %s cause: ", confidence_name(task->cause->confidence));
        html_jump(html,
                  arena_printf(html->scratch, "cause-%td", task->cause - html->run->causes + 1),
                  task->cause->id);
    } else {
        xml_printf(html->xml, " %s%s: ", html_word(task->finding->verdict),
                   task->finding->gates ? "" : ", does not gate");
        html_finding_link(html, task->finding->check->id);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

static void write_tasks(struct html *html)
{
    struct tasks tasks = tasks_of(html);
    if (tasks.n_items == 0) {
        return;
    }
    html_open(html, "section", "tasks");
    html_heading(html, 2, "What to do, by owner");
    for (size_t i = 0; i < tasks.owners.n_items; i++) {
        const char *owner = tasks.owners.items[i];
        html_heading(html, 3, owner);
        xml_open(html->xml, "ol");
        for (size_t j = 0; j < tasks.n_items; j++) {
            if (text_equal(tasks.items[j].owner, owner)) {
                write_task(html, &tasks.items[j]);
            }
        }
        xml_close(html->xml);
    }
    xml_close(html->xml);
}

static void write_clue(struct html *html, const struct clue *clue)
{
    xml_open(html->xml, "li");
    xml_element(html->xml, "strong", text_or_empty(clue->says));
    if (!text_is_empty(clue->means)) {
        html_text(html, "p", "means", clue->means);
    }
    xml_text(html->xml, " ");
    html_open(html, "small", "why");
    xml_element(html->xml, "code", text_or_empty(clue->signature));
    html_jump_to_requests(html, clue->exchanges, clue->n_exchanges,
                          clue->n_exchanges == 1 ? ", seen in request " : ", seen in requests ");
    xml_close(html->xml);
    xml_close(html->xml);
}

static void write_clues(struct html *html)
{
    const struct clues *clues = &html->run->clues;
    if (clues->n_items == 0) {
        return;
    }
    html_open(html, "section", "clues");
    html_heading(html, 2, "What was seen besides the checks");
    xml_open(html->xml, "ul");
    for (size_t i = 0; i < clues->n_items; i++) {
        write_clue(html, &clues->items[i]);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

static void write_form_texts(struct html *html)
{
    const struct strings *texts = &html->run->form_texts;
    if (texts->n_items == 0) {
        return;
    }
    html_open(html, "section", "form");
    html_heading(html, 2, "What to type into the vendor's form");
    xml_open(html->xml, "ul");
    for (size_t i = 0; i < texts->n_items; i++) {
        xml_element(html->xml, "li", texts->items[i]);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

/* All of them: those that somebody has to look at first. */
static void write_waiver(struct html *html, const struct waiver_told *waiver)
{
    xml_open(html->xml, "li");
    xml_attribute(html->xml, "class", waiver_state_name(waiver->state));
    html_finding_link(html, waiver->check);
    xml_text(html->xml, ": ");
    xml_element(html->xml, "strong", waiver->says);
    xml_text(html->xml, " ");
    html_open(html, "small", "why");
    xml_printf(html->xml, "waived by %s until %s: %s", waiver->by, waiver->until, waiver->because);
    xml_close(html->xml);
    xml_close(html->xml);
}

static void write_waivers(struct html *html)
{
    if (html->run->n_waivers == 0) {
        return;
    }
    html_open(html, "section", "waivers");
    html_heading(html, 2, "Waivers");
    xml_open(html->xml, "ul");
    for (int wants_action = 1; wants_action >= 0; wants_action--) {
        for (size_t i = 0; i < html->run->n_waivers; i++) {
            const struct waiver_told *waiver = &html->run->waivers[i];
            if (waiver_wants_action(waiver) == (wants_action == 1)) {
                write_waiver(html, waiver);
            }
        }
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

void html_answer(struct html *html)
{
    write_causes(html);
    write_tasks(html);
    write_clues(html);
    write_waivers(html);
    write_form_texts(html);
}

void html_advice(struct html *html)
{
    if (html->run->n_advice == 0) {
        return;
    }
    html_open(html, "section", "advice");
    html_heading(html, 2, "Advice");
    html_text(html, "p", "note", "Worth doing; none of it changes the verdict.");
    xml_open(html->xml, "ul");
    for (size_t i = 0; i < html->run->n_advice; i++) {
        const struct cause *advice = &html->run->advice[i];
        xml_open(html->xml, "li");
        xml_element(html->xml, "strong", text_is_empty(advice->says) ? advice->id : advice->says);
        xml_open(html->xml, "dl");
        html_pair(html, "Advice", advice->id);
        html_pair(html, "About", subject_unnamed(advice));
        html_pair(html, "Fix", advice->fix);
        html_pair(html, "Owner", advice->owner);
        write_question(html, advice);
        xml_close(html->xml);
        xml_close(html->xml);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}
