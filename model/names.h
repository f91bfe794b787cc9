/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for the closed lists of the model, as reports and files spell them. The contract fixes
 * them; a test holds each table to its enum.
 */
#pragma once

#include <stdbool.h>

#include "base/attributes.h"
#include "model/cause.h"
#include "model/exchange.h"
#include "model/question.h"
#include "model/run.h"
#include "model/target.h"
#include "model/verdict.h"

const char *verdict_name(enum verdict verdict);    /* "pass", "not-applicable" … */
const char *reason_name(enum reason reason);       /* "denied" …; NULL for REASON_NONE */
const char *severity_name(enum severity severity); /* "required" … */
const char *
outcome_name(enum outcome outcome); /* "result", "tls-untrusted" …: recordings and --verbose */
const char *confidence_name(enum confidence confidence);
const char *status_name(enum status status); /* "ready", "not-ready", "inconclusive" */
const char *credential_kind_name(enum credential_kind kind); /* "api-key", "oauth-client" … */
const char *source_name(enum source source);                 /* "live", "script" … */
const char *question_kind_name(enum question_kind kind);     /* "gate", "first-call", "rows" … */
const char *acceptance_name(enum acceptance acceptance);     /* "accepted", "not-tried" … */

/* The value a name stands for; false, and the result untouched, for any other text. */
MUST_USE bool severity_from_name(const char *name, enum severity *ret_severity);
MUST_USE bool verdict_from_name(const char *name, enum verdict *ret_verdict);
MUST_USE bool reason_from_name(const char *name, enum reason *ret_reason);
MUST_USE bool outcome_from_name(const char *name, enum outcome *ret_outcome);
MUST_USE bool confidence_from_name(const char *name, enum confidence *ret_confidence);
MUST_USE bool status_from_name(const char *name, enum status *ret_status);
MUST_USE bool credential_kind_from_name(const char *name, enum credential_kind *ret_kind);
MUST_USE bool source_from_name(const char *name, enum source *ret_source);
MUST_USE bool question_kind_from_name(const char *name, enum question_kind *ret_kind);
MUST_USE bool acceptance_from_name(const char *name, enum acceptance *ret_acceptance);
