#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# templates.sh GLIDEPATH: ci/templates as a user has them, copied into a repository of their own, against the simulated
# instance: how often glidepath runs, the status that is passed on, the reports that are there, and that no secret is printed.
set -euo pipefail
glidepath=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
templates=$here/../../ci/templates
work=$(mktemp -d)
sim=
trap 'if [ -n "$sim" ]; then kill "$sim"; fi; rm -rf "$work"' EXIT
mkdir -p "$work/repository/ci" "$work/bin" "$work/commands"
cp "$templates/glidepath-check.sh" "$templates/target.yaml" "$work/repository/ci/"
cd "$work/repository"
for name in $(compgen -e | grep -E '^(GLIDEPATH_|GITHUB_|NO_COLOR$|.*_proxy$|.*_PROXY$)' || true); do
    unset "$name"
done
export LC_ALL=C.UTF-8 XDG_STATE_HOME=$work/state PAUSE=0
n_rows=0
n_failed=0

# The secrets of the simulated worlds.
export CXM_CLIENT_SECRET=simulated-client-secret GLIDEPATH_AUDITOR_KEY=simulated-auditor-key \
    SEI_PASSWORD=simulated-service-password
sed -i 's/client_id: .*/client_id: 5f0c1e7a9b3d4c2e8a6f1b0d7c4e9a21/' ci/target.yaml
cat >ci/sei.yaml <<'END'
instance: https://acme.service-now.com/
packs: [harness-sei]
credentials:
  integration: { kind: basic, user: svc_sei, password: { env: SEI_PASSWORD } }
END
sed 's/packs:/pakcs:/' ci/target.yaml >ci/misspelt.yaml

# The glidepath of this PATH counts its runs and finds its way to the simulated instance: $first is the port of the first
# run, $port that of the others.
cat >"$work/bin/glidepath" <<END
#!/bin/sh
echo run >>"$work/runs"
port=\$later
[ "\$(wc -l <"$work/runs")" -gt 1 ] || port=\$first
exec "$glidepath" "\$@" --connect-to "acme.service-now.com:443:127.0.0.1:\$port" --cacert "\$(cat "$work/ca")"
END
chmod +x "$work/bin/glidepath"
usual_path=$PATH

# serve WORLD [FAULT]
serve() {
    [ -z "$sim" ] || { kill "$sim" && wait "$sim" 2>/dev/null; } || true
    : >"$work/sim.json"
    "$glidepath" sim --world "$1" --tls --host acme.service-now.com ${2:+--fault "$2"} >"$work/sim.json" &
    sim=$!
    for _ in $(seq 100); do
        ! grep -q url "$work/sim.json" || break
        sleep 0.1
    done
    port=$(sed -E 's/.*"port":([0-9]+).*/\1/' "$work/sim.json")
    sed -E 's/.*"ca_file":"([^"]*)".*/\1/' "$work/sim.json" >"$work/ca"
    first=$port later=$port
}

complain() {
    n_failed=$((n_failed + 1))
    echo "FAILED ($1): $2"
    sed 's/^/  /' "$work/out"
}

# check REASON STATUS RUNS LAST COMMAND...: LAST is an extended regular expression that the last line must match.
check() {
    local reason=$1 wanted=$2 runs=$3 last=$4 status=0
    shift 4
    n_rows=$((n_rows + 1))
    : >"$work/runs"
    PATH=$work/bin:$usual_path first=$first later=$later "$@" >"$work/out" 2>&1 </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || complain "$reason" "status $status, wanted $wanted"
    [ "$(wc -l <"$work/runs")" -eq "$runs" ] || complain "$reason" "$(wc -l <"$work/runs") runs, wanted $runs"
    tail -n 1 "$work/out" | grep -qE -- "$last" || complain "$reason" "the last line does not match $last"
    ! grep -rqE 'simulated-(client-secret|auditor-key|service-password)' "$work/out" . ||
        complain "$reason" 'a secret was printed'
    for report in junit.xml report.html report.json; do
        case $wanted in
            0 | 1 | 3) [ -s "glidepath-reports/$report" ] || complain "$reason" "$report is missing" ;;
            2 | 127) [ ! -e "glidepath-reports/$report" ] || complain "$reason" "$report is there" ;;
        esac
    done
}
run=(sh ci/glidepath-check.sh ci/target.yaml)

# ---- How often, and what comes of it
serve cloud-ex-machina
check 'a healthy instance' 0 1 'ready$' "${run[@]}"
first=1
check 'an instance that answers at the second try' 0 2 'ready$' "${run[@]}"
first=$port
check 'options are handed on' 0 1 'ready$' "${run[@]}" --report tap=glidepath-reports/report.tap
[ -s glidepath-reports/report.tap ] || complain 'options are handed on' 'no TAP'
check 'a mistake in the target: no report, not even an older one' 2 1 'USAGE' sh ci/glidepath-check.sh ci/misspelt.yaml
check 'no target' 2 0 'usage: ' sh ci/glidepath-check.sh
TRIES=0 check 'no try' 2 0 'whole numbers' "${run[@]}"
PAUSE=soon check 'a pause that is none' 2 0 'whole numbers' "${run[@]}"
mkdir -p glidepath-reports/report.html
check 'a report that cannot be written' 4 1 'INTERNAL' "${run[@]}"
rm -rf glidepath-reports
for fault in connect-failure instance-hibernating; do
    serve cloud-ex-machina "$fault"
    TRIES=2 check "$fault: unreachable" 3 2 'INCONCLUSIVE' "${run[@]}"
done
TRIES=1 check 'one try is one' 3 1 'INCONCLUSIVE' "${run[@]}"
check 'three, unless told' 3 3 'INCONCLUSIVE' "${run[@]}"

# ---- In GitHub Actions only the last run is told
told=0
python3 "$here/templates.py" "$templates" "$work/commands" >"$work/out" || told=$?
cat "$work/out"
[ "$told" -eq 0 ] || [ "$told" -eq 77 ] || n_failed=$((n_failed + 1))
echo 'before' >"$work/summary"
GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$work/summary TRIES=2 check 'in GitHub Actions' 3 2 'INCONCLUSIVE' "${run[@]}"
[ "$(grep -c '^::error' "$work/out")" -eq "$(grep -c '^::error' <(sort -u "$work/out"))" ] &&
    grep -q '^::error' "$work/out" || complain 'in GitHub Actions' 'each annotation once'
head -n 1 "$work/summary" | grep -qx before && [ "$(grep -cE '^#+ .*acme' "$work/summary")" -eq 1 ] ||
    complain 'in GitHub Actions' "one summary, behind what was there: $(cat "$work/summary")"
GITHUB_ACTIONS=true check 'a mistake is annotated' 2 1 'USAGE' sh ci/glidepath-check.sh ci/misspelt.yaml
grep -q '^::error title=glidepath::ended with status 2' "$work/out" || complain 'a mistake is annotated' 'it is not'

# ---- What must not be tried again
serve cloud-ex-machina login-page
check 'inconclusive, but reached' 3 1 'INCONCLUSIVE' "${run[@]}"
serve cloud-ex-machina client-secret-refused
check 'a refused client' 1 1 'NOT READY' "${run[@]}"
serve harness-sei password-refused
check 'a refused password' 1 1 'NOT READY' sh ci/glidepath-check.sh ci/sei.yaml

# ---- The command of each template, as it stands there
serve cloud-ex-machina
if [ "$told" -eq 0 ]; then
    for server in github gitlab jenkins; do
        rm -rf glidepath-reports
        check "the command of $server" 0 1 'ready$' sh -e "$work/commands/$server"
    done
    check 'the masks of GitHub' 0 0 '^::add-mask::' env CXM_CLIENT_SECRET=test-secret-not-real GLIDEPATH_AUDITOR_KEY= \
        sh -e "$work/commands/mask"
    [ "$(cat "$work/out")" = "$(printf '::add-mask::%s\n' test-secret-not-real dGVzdC1zZWNyZXQtbm90LXJlYWw=)" ] ||
        complain 'the masks of GitHub' 'the secret and its base64 form, nothing of the empty one'
fi
rm "$work/bin/glidepath"
usual_path=/usr/bin:/bin
check 'without glidepath: no older report is taken for this one' 127 0 'not installed' "${run[@]}"

echo "templates.sh: $n_rows rows, $n_failed failed"
[ "$n_failed" -eq 0 ]
