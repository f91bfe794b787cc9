#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# fleet-parallel.sh FOLDER N [OPTION]...: checks the targets of a folder in N processes with GNU parallel, and puts their
# reports together. OPTION goes to every check. One process checks many instances at once by itself: shares pay off where
# one machine's processor does not keep up, or (parallel --sshlogin) where several machines are to share the work.
#
# Ends with the status of all targets together: 0, 1 or 3; and with 2 when a share left no report, because something is
# wrong with a target or the program failed. Targets of one instance belong into one target file (packs: [A, B]): two
# processes know nothing of each other, and each would try a wrong password.
#
#   GLIDEPATH          the program (glidepath)
#   GLIDEPATH_REPORTS  the folder for the reports (glidepath-reports)
set -eu
if [ $# -lt 2 ]; then
    echo "usage: fleet-parallel.sh FOLDER N [OPTION]..." >&2
    exit 2
fi
folder=$1
n=$2
shift 2
glidepath=${GLIDEPATH:-glidepath}
reports=${GLIDEPATH_REPORTS:-glidepath-reports}
mkdir -p "$reports"
rm -f "$reports"/share-*.json

# A share that is not ready fails its job; what that means for all of them is decided below.
seq "$n" | parallel --quote --jobs 100% \
    "$glidepath" check "$folder" --shard "{}/$n" --quiet --report "json=$reports/share-{}.json" "$@" || true

# By name, every one of them: a share that left no report is a mistake here, and not passed over.
seq "$n" | sed "s|.*|$reports/share-&.json|" | tr '\n' '\0' |
    xargs -0 sh -c 'glidepath=$1; reports=$2; shift 2
        "$glidepath" report merge "$@" --report json="$reports/report.json" --report junit="$reports/junit.xml" \
            --report html="$reports/report.html" && exit 0
        echo $? >"$reports/.status"' sh "$glidepath" "$reports"
status=0
if [ -e "$reports/.status" ]; then
    status=$(cat "$reports/.status")
    rm -f "$reports/.status"
fi
exit "$status"
