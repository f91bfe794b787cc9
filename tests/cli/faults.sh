#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# faults.sh GLIDEPATH: the demo with every fault of its world, over sockets, against tests/cli/faults.txt; a fault without a row
# fails. Then the honesty of the whole: an instance that says less never makes a finding softer.
set -euo pipefail
glidepath=$(realpath "$1")
table=$(dirname "$(realpath "$0")")/faults.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8 NO_COLOR=1
n_rows=0
n_failed=0

complain() {
    n_failed=$((n_failed + 1))
    echo "FAILED: $1"
}

# names KIND ID: whether the report in `out` names the id as it should.
names() {
    case $1 in
        CAUSE) [ "$(grep -m 1 -oE '^CAUSE  [a-z-]+' out)" = "CAUSE  $2" ] ;;
        OR) grep -qE "^(CAUSE|  or)  ? ?$2 " out || tr -s '\n ' ' ' <out | grep -qE "also possible: [a-z, -]*\b$2\b" ;;
        ADVICE) grep -q "^  $2:" out && ! grep -q '^CAUSE' out ;;
        LATER) ! grep -q '^CAUSE' out ;;
    esac
}

fly() {
    local status=0
    "$glidepath" demo "$@" --report terminal --report markdown=ticket.md >out 2>err || status=$?
    echo "$status"
}

# A sanitizer's report is never a verdict.
is_clean() {
    ! grep -qE 'Sanitizer|runtime error' err
}

# The markdown report has at most 40 lines, whatever the run, and none of the world's secrets.
fits_a_ticket() {
    [ "$(wc -l <ticket.md)" -le 40 ] && ! grep -qE 'simulated-[a-z-]*(key|password|secret|token)' ticket.md
}

"$glidepath" demo --help | sed -nE '/^Faults/,/^Variations/ s/^  ([a-z-]+)$/\1/p' >faults
while read -r fault; do
    n_rows=$((n_rows + 1))
    row=$(grep -E "^$fault " "$table" || true)
    if [ -z "$row" ]; then
        complain "$fault has no row in faults.txt"
        continue
    fi
    read -r _ wanted kind id later <<<"$row"
    consent=()
    [ "$later" != WRITES ] || consent=(--allow-writes)
    status=$(fly --fault "$fault" "${consent[@]}")
    [ "$status" = "$wanted" ] || complain "$fault: exit $status, wanted $wanted"
    names "$kind" "$id" || complain "$fault: the report does not name '$kind $id'"
    [[ ! $kind$later =~ LATER|WRONG ]] || ! grep -qE "^(CAUSE|  or)?  ?$fault[ :]" out ||
        complain "$fault: the report names it now; its row says that it does not"
    [ "$later" != ADVICE ] || grep -q "^  $fault:" out || complain "$fault: it is no advice"
    is_clean || complain "$fault: a sanitizer reports"
    fits_a_ticket || complain "$fault: the markdown report is too long, or shows a secret"
done <faults
grep -vE '^#' "$table" | while read -r fault _; do
    grep -qx "$fault" faults || echo "FAILED: $fault has a row and is no fault of this world"
done >stale
[ ! -s stale ] || {
    cat stale
    n_failed=$((n_failed + 1))
}

# With every fault, hiding configuration must not turn the run ready: what was 1 or 3 stays other than 0.
for switch in configuration-tables=denied unknown-column=no-rows unknown-column=refused; do
    for fault in client-credentials-disabled role-missing oauth-app-user rows-hidden; do
        n_rows=$((n_rows + 1))
        status=$(fly --fault "$fault" --switch "$switch")
        [ "$status" = 1 ] || [ "$status" = 3 ] || complain "$fault with $switch: exit $status"
        is_clean || complain "$fault with $switch: a sanitizer reports"
    done
done

if [ "$n_failed" -gt 0 ]; then
    echo "faults.sh: $n_failed failures in $n_rows flights"
    exit 1
fi
echo "faults.sh: $n_rows flights as wanted"
