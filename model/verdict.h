/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed lists every finding is made of: verdicts, the typed reasons behind "could not tell",
 * and severities. Names in reports are those of model/names.h.
 */
#pragma once

/* What became of a check. The order is the order of honesty: worst first. */
enum verdict {
    VERDICT_FAIL,           /* seen not to hold */
    VERDICT_BLOCKED,        /* the question could not be asked */
    VERDICT_UNKNOWN,        /* asked, and the answer does not tell */
    VERDICT_PASS,           /* seen to hold */
    VERDICT_WAIVED,         /* would fail or be unknown; somebody signed until a date */
    VERDICT_NOT_APPLICABLE, /* its condition does not hold, it was skipped, or consent was not given
                             */
};

enum severity {
    SEVERITY_REQUIRED,    /* gates */
    SEVERITY_RECOMMENDED, /* gates only under --fail-on recommended */
    SEVERITY_INFO,        /* never gates */
};

/* Why a verdict is unknown, blocked or not applicable. */
enum reason {
    REASON_NONE,

    /* unknown */
    REASON_DENIED,       /* 403 for this account */
    REASON_CLOSED,       /* 403 "Failed API level ACL Validation": closed to REST for everybody */
    REASON_HIDDEN,       /* counted, not returned */
    REASON_FIELD_HIDDEN, /* a field that was asked for never came */
    REASON_FILTERED,    /* nothing counted where a filter may be why, or a query term was dropped */
    REASON_TRUNCATED,   /* a page or a body was cut */
    REASON_NOT_JSON,    /* 2xx or a redirect without an answer in it */
    REASON_HIBERNATING, /* the page of a sleeping developer instance */
    REASON_LOGIN_PAGE,  /* a sign-on page where JSON was expected */
    REASON_TIMEOUT,     /* the run's time ended */
    REASON_RATE_LIMITED,    /* 429 with X-RateLimit-* */
    REASON_BUSY,            /* 429 without, or 502 to 504, or a lost connection */
    REASON_GUEST,           /* nothing shows that the credential counted */
    REASON_REFUSED,         /* not tried: it was refused a moment ago, in an earlier run */
    REASON_NEAR_LOCKOUT,    /* not tried: the account is near its limit */
    REASON_AUDITOR_REFUSED, /* only an auditor can tell, and it was refused */
    REASON_NO_AUDITOR,      /* only an auditor can tell, and none was given */
    REASON_NOT_RECORDED,    /* the recording has no answer to this */
    REASON_STALE,           /* the recorded answer is too old */
    REASON_AMBIGUOUS,       /* two rows or policies fit alike, or a row cannot be found without a
                               parameter */
    REASON_UNDOCUMENTED,    /* the platform does not say */

    /* blocked */
    REASON_CREDENTIAL_REFUSED,
    REASON_CREDENTIAL_NOT_TRIED,
    REASON_TOKEN_REFUSED,
    REASON_NO_ANSWER,
    REASON_NOT_SERVICENOW,

    /* not applicable */
    REASON_CONDITION,
    REASON_SKIPPED,
    REASON_NO_CONSENT,

    N_REASONS
};
