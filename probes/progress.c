/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the run says while it waits: one line that is rewritten on a terminal and erased in the end;
 * elsewhere one line, and only when it takes long.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "model/names.h"
#include "probes/session.h"

enum { REWRITE_MS = 200, LONG_MS = 5000 };

static void write_line(const struct prober *prober, int64_t now_ms)
{
    fprintf(prober->options.progress, "waiting for %s: %zu of %zu answered (%" PRId64 " s)",
            prober->target->instance.host, prober->progress.n_answered, prober->progress.n_asked,
            (now_ms - prober->began_ms) / 1000);
}

void progress_tell(struct prober *prober)
{
    FILE *out = prober->options.progress;
    struct progress *progress = &prober->progress;
    int64_t now_ms = clock_monotonic_ms();
    if (out == NULL || prober->options.is_one_of_many) {
        return;
    }
    if (prober->options.progress_is_terminal) {
        if (!progress->is_shown || now_ms - progress->told_ms >= REWRITE_MS) {
            fputs("\r\x1b[K", out);
            write_line(prober, now_ms);
            fflush(out);
            progress->is_shown = true;
            progress->told_ms = now_ms;
        }
    } else if (!progress->was_told && now_ms - prober->began_ms > LONG_MS) {
        write_line(prober, now_ms);
        fputs("\n", out);
        fflush(out);
        progress->was_told = true;
    }
}

void progress_erase(struct prober *prober)
{
    if (prober->progress.is_shown) {
        fputs("\r\x1b[K", prober->options.progress);
        fflush(prober->options.progress);
        prober->progress.is_shown = false;
    }
}

void exchange_tell(const struct prober *prober, const struct exchange *exchange)
{
    FILE *out = prober->options.verbose;
    if (out == NULL) {
        return;
    }
    if (prober->options.is_one_of_many) {
        fprintf(out, "%s ", prober->target->instance.host);
    }
    fprintf(out, "[%d] wave %d, %s: %s %s -> %d %s, %" PRId64 " ms, %" PRId64 " byte%s%s%s\n",
            exchange->n, exchange->wave, exchange->credential, exchange->method, exchange->url,
            exchange->status, outcome_name(exchange->outcome), exchange->ms, exchange->bytes,
            exchange->bytes == 1 ? "" : "s", exchange->reused ? ", connection reused" : "",
            exchange->is_http2 ? ", HTTP/2" : "");
}

void progress_warn(struct prober *prober, const char *text)
{
    if (prober->options.progress != NULL) {
        progress_erase(prober);
        fprintf(prober->options.progress, "glidepath: warning: %s%s%s\n",
                prober->options.is_one_of_many ? prober->target->instance.host : "",
                prober->options.is_one_of_many ? ": " : "", text);
    }
}
