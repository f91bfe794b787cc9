#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# glidepath-check.sh TARGET.yaml [OPTION of glidepath check]...: what the CI servers run. Copy it into your repository beside
# the target file; it needs a POSIX shell and glidepath.
#
# It leaves report.html, junit.xml and report.json in a folder, and ends with glidepath's own exit status, so that the CI job
# fails on everything but 0 (ready). It runs glidepath again only when nothing but the way to the instance was in the way:
# status 3, and the reason "unreachable" in the JSON report. Every other status counts at once. Above all, a refused
# credential (status 1) is never tried again: a few such runs would lock the account out. For the same reason, let no `retry`
# of the CI server run this job again.
#
# Variables, with what holds when they are not set:
#   REPORTS=glidepath-reports   the folder of the reports
#   TRIES=3                     run glidepath at most so often
#   PAUSE=60                    seconds between two tries
#   XDG_STATE_HOME              where glidepath remembers which user's password was refused when (no secret). On a CI server
#                               whose machines are new each time, a folder that is kept from run to run.
# The secrets are variables, too; the target file says which: { env: NAME }.
set -u

reports=${REPORTS:-glidepath-reports}
tries=${TRIES:-3}
pause=${PAUSE:-60}

say() {
    echo "glidepath-check: $*" >&2
}

if [ $# -eq 0 ]; then
    say 'usage: glidepath-check.sh TARGET.yaml [OPTION of glidepath check]...'
    exit 2
fi
case $tries:$pause in
    *[!0-9:]* | :* | *: | 0:*)
        say "TRIES and PAUSE are whole numbers, TRIES at least 1, not '$tries' and '$pause'"
        exit 2
        ;;
esac
mkdir -p "$reports" || exit 4
# glidepath removes older reports before it begins; where it is not installed, nothing else would.
rm -f "$reports/junit.xml" "$reports/report.html" "$reports/report.json"

# check OPTION...: one run of glidepath. On GitHub the annotations and the step summary wait until it is known that this was
# the last one.
check() {
    if [ "${GITHUB_ACTIONS-}" != true ]; then
        glidepath check "$@"
        return
    fi
    rm -f "$reports/summary.md"
    GITHUB_STEP_SUMMARY=$reports/summary.md glidepath check "$@" --report "github=$reports/annotations.txt"
}

# Whether the report says that nobody answered. Quotes within texts are escaped in JSON, so no text can look like this key.
is_unreachable() {
    [ -f "$reports/report.json" ] && tr -d ' \t\r\n' <"$reports/report.json" | awk '
        { at = index($0, "\"summary\":{") }
        at > 0 { rest = substr($0, at); sub(/}.*/, "", rest); found = index(rest, "\"reason\":\"unreachable\"") > 0 }
        END { exit !found }'
}

# tell_github STATUS: what was kept back. Without a report there is nothing to annotate but the status.
tell_github() {
    [ ! -f "$reports/annotations.txt" ] || cat "$reports/annotations.txt"
    if [ -n "${GITHUB_STEP_SUMMARY-}" ] && [ -f "$reports/summary.md" ]; then
        cat "$reports/summary.md" >>"$GITHUB_STEP_SUMMARY"
    fi
    case $1 in
        0 | 1 | 3) ;;
        *) echo "::error title=glidepath::ended with status $1, see the log of this step" ;;
    esac
    rm -f "$reports/annotations.txt" "$reports/summary.md"
}

try=1
while :; do
    status=0
    check "$@" --report "junit=$reports/junit.xml" --report "html=$reports/report.html" \
        --report "json=$reports/report.json" || status=$?
    if [ "$status" -ne 3 ] || [ "$try" -ge "$tries" ] || ! is_unreachable; then
        break
    fi
    say "try $try of $tries: the instance could not be reached; again in $pause s"
    sleep "$pause"
    try=$((try + 1))
done

[ "${GITHUB_ACTIONS-}" != true ] || tell_github "$status"
case $status in
    0) say 'ready' ;;
    1) say 'NOT READY: a required check failed, see the reports' ;;
    2) say 'USAGE: a mistake in the target, a pack, an option or a secret; nothing was sent, and there is no report' ;;
    3) say 'INCONCLUSIVE: nothing failed, but what is required could not be told; that is no pass, see the reports' ;;
    4) say 'INTERNAL: glidepath failed, or could not write a report' ;;
    127) say 'glidepath is not installed here (or not in PATH)' ;;
    *) say "glidepath ended with status $status" ;;
esac
exit "$status"
