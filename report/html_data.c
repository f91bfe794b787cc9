/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page for programs: what was found, in the words of the JSON report, without the texts that
 * stand on the page already. It is a block of data, which no browser runs; with '<', '>' and '&'
 * written as escapes nothing in it can end the block.
 */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "model/names.h"
#include "report/html.h"
#include "report/summary.h"

/* JSON inside of HTML. */
static void write_escaped(struct html *html, const char *json)
{
    static const struct {
        char character;
        const char *escape;
    } escapes[] = {{'<', "\\u003c"}, {'>', "\\u003e"}, {'&', "\\u0026"}};
    while (*json != '\0') {
        size_t len = strcspn(json, "<>&");
        xml_raw(html->xml, arena_strndup(html->scratch, json, len));
        json += len;
        for (size_t i = 0; i < ARRAY_LEN(escapes) && *json != '\0'; i++) {
            if (*json == escapes[i].character) {
                xml_raw(html->xml, escapes[i].escape);
                json++;
                break;
            }
        }
    }
}

static void put_strings(struct json_writer *json, const char *key, const struct strings *list)
{
    json_open_array(json, key);
    for (size_t i = 0; i < list->n_items; i++) {
        json_put_text(json, NULL, list->items[i]);
    }
    json_close(json);
}

static void put_packs(struct json_writer *json, const struct run *run)
{
    json_open_array(json, "packs");
    for (size_t i = 0; i < run->n_packs; i++) {
        json_open_object(json, NULL);
        json_put_text(json, "name", run->packs[i]->name);
        json_put_text(json, "version", run->packs[i]->version);
        json_close(json);
    }
    json_close(json);
}

static void put_causes(struct json_writer *json, const struct run *run)
{
    json_open_array(json, "causes");
    for (size_t i = 0; i < run->n_causes; i++) {
        const struct cause *cause = &run->causes[i];
        json_open_object(json, NULL);
        json_put_text(json, "id", cause->id);
        json_put_text(json, "confidence", confidence_name(cause->confidence));
        json_put_text(json, "subject", cause->subject);
        put_strings(json, "explains", &cause->explains);
        json_close(json);
    }
    json_close(json);
}

static void put_run(struct html *html, struct json_writer *json)
{
    const struct run *run = html->run;
    json_put_text(json, "schema", "glidepath-page/1");
    json_put_text(json, "tool", run->tool_version);
    json_put_text(json, "run", run->run_id);
    json_put_text(json, "instance", run->instance_url);
    json_put_text(json, "build", run->release_build);
    json_put_text(json, "started", utc_format(html->scratch, run->started));
    json_put_text(json, "status", status_name(run->status));
    json_put_text(json, "reason", run->status_reason);
    json_put_int(json, "exit", run->exit_status);
    put_packs(json, run);
    put_causes(json, run);
}

/* By verdict, in the order of the page. */
static void put_findings(struct json_writer *json, const struct run *run)
{
    json_open_object(json, "checks");
    for (int v = 0; v < N_VERDICTS; v++) {
        const enum verdict verdict = (enum verdict)v;
        json_open_array(json, verdict_name(verdict));
        for (size_t i = 0; i < run->n_findings; i++) {
            if (run->findings[i].verdict == verdict) {
                json_put_text(json, NULL, run->findings[i].check->id);
            }
        }
        json_close(json);
    }
    json_close(json);
}

/* What keeps the instance from being ready. */
static void put_gating(struct json_writer *json, const struct run *run)
{
    json_open_array(json, "gating");
    for (size_t i = 0; i < run->n_findings; i++) {
        if (run->findings[i].gates && finding_is_problem(&run->findings[i])) {
            json_put_text(json, NULL, run->findings[i].check->id);
        }
    }
    json_close(json);
}

void html_data(struct html *html)
{
    struct json_writer *json = json_writer_new();
    put_run(html, json);
    put_findings(json, html->run);
    put_gating(json, html->run);
    xml_open(html->xml, "script");
    xml_attribute(html->xml, "type", "application/json");
    html_id(html, "data");
    write_escaped(html, json_writer_text(json, html->scratch));
    xml_close(html->xml);
    json_writer_free(json);
}
