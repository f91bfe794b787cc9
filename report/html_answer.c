/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of the page's body: the cause, and who must do what. A reader who stops here has read
 * what matters.
 */
#include "base/arena.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/html.h"
#include "report/summary.h"

static void write_explained(struct html *html, const struct cause *cause)
{
    if (cause->explains.n_items == 0) {
        return;
    }
    xml_element(html->xml, "dt", "Explains");
    xml_open(html->xml, "dd");
    xml_open(html->xml, "ul");
    for (size_t i = 0; i < cause->explains.n_items; i++) {
        xml_open(html->xml, "li");
        html_finding_link(html, cause->explains.items[i]);
        xml_close(html->xml);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

static void write_cause(struct html *html, size_t i)
{
    const struct cause *cause = &html->run->causes[i];
    xml_open(html->xml, "li");
    xml_attribute(html->xml, "class", i == 0 ? "cause first" : "cause");
    xml_attribute(html->xml, "id", arena_printf(html->scratch, "cause-%zu", i + 1));
    xml_open(html->xml, "h3");
    xml_text(html->xml, text_is_empty(cause->says) ? cause->id : cause->says);
    xml_close(html->xml);
    html_open(html, "p", "tags");
    xml_element(html->xml, "code", cause->id);
    xml_text(html->xml, " ");
    html_text(html, "span", "confidence", confidence_name(cause->confidence));
    xml_close(html->xml);
    xml_open(html->xml, "dl");
    html_pair(html, "About", cause->subject);
    html_pair(html, "Fix", cause->fix);
    html_pair(html, "Owner", cause->owner);
    html_pair(html, "To decide, ask", cause->ask);
    write_explained(html, cause);
    xml_close(html->xml);
    xml_close(html->xml);
}

static void write_causes(struct html *html)
{
    if (html->run->n_causes == 0) {
        return;
    }
    html_open(html, "section", "causes");
    xml_element(html->xml, "h2", html->run->n_causes == 1 ? "The cause" : "The causes");
    xml_open(html->xml, "ol");
    for (size_t i = 0; i < html->run->n_causes; i++) {
        write_cause(html, i);
    }
    xml_close(html->xml);
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

/* A finding that a cause explains is mended by the cause's fix, so it is no task of its own. */
static struct tasks tasks_of(struct html *html)
{
    const struct run *run = html->run;
    struct tasks tasks = {0};
    for (size_t i = 0; i < run->n_causes; i++) {
        const struct cause *cause = &run->causes[i];
        add_task(html, &tasks,
                 (struct task){.owner = cause->owner, .fix = cause->fix, .cause = cause});
    }
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct finding *finding = &run->findings[i];
        if (finding_wants_action(finding) && run_cause_of(run, finding->check->id) == NULL) {
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
        xml_printf(html->xml, " %s cause: %s", confidence_name(task->cause->confidence),
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
    xml_element(html->xml, "h2", "What to do, by owner");
    for (size_t i = 0; i < tasks.owners.n_items; i++) {
        const char *owner = tasks.owners.items[i];
        xml_element(html->xml, "h3", owner);
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

static void write_form_texts(struct html *html)
{
    const struct strings *texts = &html->run->form_texts;
    if (texts->n_items == 0) {
        return;
    }
    html_open(html, "section", "form");
    xml_element(html->xml, "h2", "What to type into the vendor's form");
    xml_open(html->xml, "ul");
    for (size_t i = 0; i < texts->n_items; i++) {
        xml_element(html->xml, "li", texts->items[i]);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

void html_answer(struct html *html)
{
    write_causes(html);
    write_tasks(html);
    write_form_texts(html);
}

void html_advice(struct html *html)
{
    if (html->run->n_advice == 0) {
        return;
    }
    html_open(html, "section", "advice");
    xml_element(html->xml, "h2", "Advice");
    html_text(html, "p", "note", "Worth doing; none of it changes the verdict.");
    xml_open(html->xml, "ul");
    for (size_t i = 0; i < html->run->n_advice; i++) {
        const struct cause *advice = &html->run->advice[i];
        xml_open(html->xml, "li");
        xml_element(html->xml, "strong", text_is_empty(advice->says) ? advice->id : advice->says);
        xml_open(html->xml, "dl");
        html_pair(html, "Advice", advice->id);
        html_pair(html, "About", advice->subject);
        html_pair(html, "Fix", advice->fix);
        html_pair(html, "Owner", advice->owner);
        xml_close(html->xml);
        xml_close(html->xml);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}
