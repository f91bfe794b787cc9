/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From findings to the status of a run: the one number that CI believes.
 */
#include "checks/status.h"

static void count(struct run *run, const struct finding *finding)
{
    size_t *counters[] = {
        [VERDICT_FAIL] = &run->tally.fail,
        [VERDICT_BLOCKED] = &run->tally.blocked,
        [VERDICT_UNKNOWN] = &run->tally.unknown,
        [VERDICT_PASS] = &run->tally.pass,
        [VERDICT_WAIVED] = &run->tally.waived,
        [VERDICT_NOT_APPLICABLE] = &run->tally.not_applicable,
    };
    *counters[finding->verdict] += 1;
    run->n_writes_not_run += finding->reason == REASON_NO_CONSENT ? 1 : 0;
    if (finding->gates) {
        run->n_gating[finding->verdict] += 1;
    }
}

static bool is_transient(enum outcome outcome)
{
    static const bool transients[N_OUTCOMES] = {
        [OUTCOME_NONE] = true,
        [OUTCOME_RATE_LIMITED] = true,
        [OUTCOME_BUSY] = true,
        [OUTCOME_HIBERNATING] = true,
        [OUTCOME_SERVER_ERROR] = true,
        [OUTCOME_CONNECT_FAILURE] = true,
        [OUTCOME_CONNECTION_LOST] = true,
        [OUTCOME_TIMEOUT] = true,
    };
    return transients[outcome];
}

static bool every_call_was_transient(const struct run *run)
{
    for (size_t i = 0; i < run->n_exchanges; i++) {
        if (!is_transient(run->exchanges[i]->outcome)) {
            return false;
        }
    }
    return run->n_exchanges > 0;
}

void run_settle(struct run *run)
{
    for (size_t i = 0; i < run->n_findings; i++) {
        count(run, &run->findings[i]);
    }
    bool is_untold = run->n_gating[VERDICT_UNKNOWN] > 0 || run->n_gating[VERDICT_BLOCKED] > 0 ||
                     run->n_gating[VERDICT_PASS] == 0;
    if (run->n_gating[VERDICT_FAIL] > 0) {
        run->status = STATUS_NOT_READY;
        run->exit_status = 1;
    } else if (is_untold) {
        run->status = STATUS_INCONCLUSIVE;
        run->exit_status = 3;
        run->status_reason = every_call_was_transient(run) ? "unreachable" : NULL;
    } else {
        run->status = STATUS_READY;
        run->exit_status = 0;
    }
}
