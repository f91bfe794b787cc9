#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# packs.sh GLIDEPATH [PACK...]: the tests every built-in pack carries, or these packs, two at a time. Each of their cases is a
# flight in a simulated instance of its own, looked at again with less to see.
set -euo pipefail
glidepath=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8 NO_COLOR=1 XDG_STATE_HOME=$work/state

# A sanitizer's report is never a verdict.
try() {
    local status=0
    "$1" pack test "$2" >"$2.out" 2>"$2.err" || status=$?
    if [ "$status" != 0 ] || grep -qE 'Sanitizer|runtime error' "$2.err"; then
        { grep -v '^ok' "$2.out" || true; } | sed "s/^/$2: /"
        sed "s/^/$2: /" "$2.err"
        return 1
    fi
    echo "$2: $(tail -n 1 "$2.out")"
}
export -f try

# The largest first, so that the two end together.
if [ $# -gt 1 ]; then
    printf '%s\n' "${@:2}" >packs
else
    "$glidepath" pack list | cut -d' ' -f1 >packs
fi
{
    grep -xE 'rad-security|harness-sei' packs || true
    grep -vxE "rad-security|harness-sei" packs || true
} | xargs -P 2 -I{} bash -c 'try "$1" "$2"' _ "$glidepath" {}
