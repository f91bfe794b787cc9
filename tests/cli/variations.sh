#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# variations.sh GLIDEPATH: the demo with every variation of its world that breaks nothing. The run must be ready and name no
# cause, and every check but those that only inform must pass as in the healthy world.
set -euo pipefail
glidepath=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8 NO_COLOR=1
n_flights=0
n_failed=0

complain() {
    n_failed=$((n_failed + 1))
    echo "FAILED: $1"
}

# fly NAME...: the demo with these variations, into `out`.
fly() {
    local status=0 name options=()
    for name in "$@"; do
        options+=(--fault "$name")
    done
    n_flights=$((n_flights + 1))
    "$glidepath" demo --quiet "${options[@]}" >out 2>err || status=$?
    [ "$status" = 0 ] || complain "$*: exit $status"
    ! grep -qE '^CAUSE' out || complain "$*: a cause is named: $(grep -m 1 '^CAUSE' out)"
    ! grep -qE 'Sanitizer|runtime error' err || complain "$*: a sanitizer reports"
    grep -E '(✗ fail|\? unknown|blocked) ' out | grep -v ' info ' >worse || true
}

fly
[ ! -s worse ] || complain "the healthy world: $(cat worse)"
"$glidepath" demo --help | sed -nE '/^Variations/,$ s/^  ([a-z-]+)$/\1/p' >variations
[ "$(wc -l <variations)" -gt 5 ] || complain 'there are hardly any variations'
while read -r variation; do
    fly "$variation"
    [ ! -s worse ] || complain "$variation: $(cat worse)"
done <variations

if [ "$n_failed" -gt 0 ]; then
    echo "variations.sh: $n_failed failures in $n_flights flights"
    exit 1
fi
echo "variations.sh: $n_flights flights as wanted"
