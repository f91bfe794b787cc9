/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the run says while it waits: one line that is rewritten on a terminal and erased in the end;
 * elsewhere a line only when it takes long, and another only when something else does.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "model/names.h"
#include "probes/session.h"

enum { REWRITE_MS = 200, LONG_MS = 5000, USUAL_COLUMNS = 80, LINE_BYTES = 512 };

#define ERASE_LINE "\r\x1b[K"

/* A span as it is told: whole seconds, begun ones not counted. */
static int64_t whole_seconds(int64_t ms)
{
    return ms / 1000;
}

/* The exchange under way that began first, of `errands` and the one found before. */
static const struct exchange *oldest_of(struct errand *const *errands, size_t n_errands,
                                        const struct exchange *oldest)
{
    for (size_t i = 0; i < n_errands; i++) {
        const struct exchange *exchange = errands[i]->exchange;
        bool is_under_way = exchange != NULL && exchange->outcome == OUTCOME_NONE;
        if (is_under_way && (oldest == NULL || exchange->started_ms < oldest->started_ms)) {
            oldest = exchange;
        }
    }
    return oldest;
}

static const struct exchange *oldest_under_way(const struct wave *wave)
{
    const struct prober *prober = wave->prober;
    return oldest_of(prober->aside, prober->n_aside,
                     oldest_of(wave->errands, wave->n_errands, NULL));
}

/* The URL from its host or, when that is to be short, from its path on; without the query. */
static const char *place_of(const struct exchange *exchange, bool is_short, size_t *ret_len)
{
    const char *scheme = strstr(exchange->url, "://");
    const char *host = scheme == NULL ? exchange->url : scheme + 3;
    const char *path = is_short ? host + strcspn(host, "/") : host;
    *ret_len = strcspn(path, "?");
    return path;
}

/* "waiting 8 s for acme.service-now.com/api/now/table/incident (3 of 24 answered; 12 s of 60 s)".
 * Returns its length, which may be more than fits into `line`. */
static size_t describe(const struct wave *wave, int64_t now_ms, bool is_short, char *line)
{
    const struct prober *prober = wave->prober;
    const struct exchange *exchange = oldest_under_way(wave);
    int64_t elapsed_ms = now_ms - prober->began_ms;
    int64_t waited_s = exchange == NULL ? 0 : whole_seconds(elapsed_ms - exchange->started_ms);
    const char *place = prober->target->instance.host;
    size_t len = strlen(place);
    char waited[32] = "";
    char total[64] = "";
    if (exchange != NULL && exchange->url != NULL) {
        place = place_of(exchange, is_short, &len);
    }
    if (waited_s > 0) {
        snprintf(waited, sizeof waited, " %" PRId64 " s", waited_s);
    }
    if (whole_seconds(elapsed_ms) > 0) {
        snprintf(total, sizeof total, "; %" PRId64 " s of %" PRId64 " s", whole_seconds(elapsed_ms),
                 (prober->options.timeout_ms + 999) / 1000);
    }
    int n = snprintf(line, LINE_BYTES, "waiting%s for %.*s (%zu of %zu answered%s)", waited,
                     (int)len, place, prober->progress.n_answered, prober->progress.n_asked, total);
    return n < 0 ? 0 : (size_t)n;
}

/* A line that wraps cannot be erased: it leaves out the host, and is cut where even that does not
 * help. */
static void rewrite_line(const struct wave *wave, int64_t now_ms)
{
    FILE *out = wave->prober->options.progress;
    size_t columns = wave->prober->options.progress_columns;
    char line[LINE_BYTES];
    size_t limit = (columns == 0 ? USUAL_COLUMNS : columns) - 1;
    if (describe(wave, now_ms, false, line) > limit) {
        describe(wave, now_ms, true, line);
    }
    fprintf(out, ERASE_LINE "%.*s", (int)limit, line);
}

/* Off a terminal nothing can be taken back: what is waited for must be long in coming, and news. */
static bool is_worth_a_line(const struct wave *wave, int64_t now_ms)
{
    const struct prober *prober = wave->prober;
    const struct exchange *exchange = oldest_under_way(wave);
    int64_t silent_since_ms =
        prober->progress.told_ms > 0 ? prober->progress.told_ms : prober->began_ms;
    return exchange != NULL && exchange->n != prober->progress.told_n &&
           now_ms - silent_since_ms >= LONG_MS;
}

static void add_line(const struct wave *wave, int64_t now_ms)
{
    struct prober *prober = wave->prober;
    char line[LINE_BYTES];
    describe(wave, now_ms, false, line);
    fprintf(prober->options.progress, "%s\n", line);
    prober->progress.told_n = oldest_under_way(wave)->n;
}

void progress_tell(const struct wave *wave)
{
    struct prober *prober = wave->prober;
    struct progress *progress = &prober->progress;
    int64_t now_ms = clock_monotonic_ms();
    if (prober->options.progress == NULL || prober->options.is_one_of_many) {
        return;
    }
    if (prober->options.progress_is_terminal) {
        bool is_fresh = progress->is_shown && now_ms - progress->told_ms < REWRITE_MS;
        if (is_fresh || (!progress->is_shown && oldest_under_way(wave) == NULL)) {
            return;
        }
        rewrite_line(wave, now_ms);
        progress->is_shown = true;
    } else {
        if (!is_worth_a_line(wave, now_ms)) {
            return;
        }
        add_line(wave, now_ms);
    }
    fflush(prober->options.progress);
    progress->told_ms = now_ms;
}

void progress_erase(struct prober *prober)
{
    if (prober->progress.is_shown) {
        fputs(ERASE_LINE, prober->options.progress);
        fflush(prober->options.progress);
        prober->progress.is_shown = false;
    }
}

/* Of several targets whom it is about; else "". */
static const char *host_of_many(const struct prober *prober)
{
    const char *host = prober->target->instance.host;
    return prober->options.is_one_of_many && host != NULL ? host : "";
}

void exchange_tell(struct prober *prober, const struct exchange *exchange)
{
    FILE *out = prober->options.verbose;
    if (out == NULL) {
        return;
    }
    progress_erase(prober);
    fprintf(out, "%s%s", host_of_many(prober), prober->options.is_one_of_many ? " " : "");
    fprintf(out, "[%d] wave %d, %s: %s %s -> %d %s, %" PRId64 " ms, %" PRId64 " byte%s%s%s\n",
            exchange->n, exchange->wave, exchange->credential, exchange->method, exchange->url,
            exchange->status, outcome_name(exchange->outcome), exchange->ms, exchange->bytes,
            exchange->bytes == 1 ? "" : "s", exchange->reused ? ", connection reused" : "",
            exchange->is_http2 ? ", HTTP/2" : "");
}

void progress_warn(struct prober *prober, const char *text)
{
    if (prober->options.warnings != NULL) {
        progress_erase(prober);
        fprintf(prober->options.warnings, "glidepath: warning: %s%s%s\n", host_of_many(prober),
                prober->options.is_one_of_many ? ": " : "", text);
    }
}
