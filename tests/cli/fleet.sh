#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# fleet.sh GLIDEPATH: several targets in one run, shares of them, and their reports put together, over real sockets.
set -euo pipefail
glidepath=$(realpath "$1")
root=$(realpath "$(dirname "$(realpath "$0")")/../..")
work=$(mktemp -d)
sim=
trap 'if [ -n "$sim" ]; then kill "$sim"; fi; rm -rf "$work"' EXIT
cd "$work"
for name in $(compgen -e | grep -E '^(GLIDEPATH_|GITHUB_|NO_COLOR$|SOURCE_DATE_EPOCH$|.*_proxy$|.*_PROXY$)' || true); do
    unset "$name"
done
export XDG_STATE_HOME=$work/state LC_ALL=C.UTF-8
n_rows=0
n_failed=0

# run REASON STATUS OUT ERR ARGUMENT...: as in run.sh.
run() {
    local reason=$1 wanted=$2 out=$3 err=$4 status=0
    shift 4
    n_rows=$((n_rows + 1))
    "$glidepath" "$@" >out 2>err </dev/null || status=$?
    if [ "$status" -eq "$wanted" ] && prints "$out" out && prints "$err" err; then
        return
    fi
    n_failed=$((n_failed + 1))
    echo "FAILED ($reason): glidepath $*"
    echo "  wanted status $wanted, stdout '$out', stderr '$err'; status was $status"
    sed 's/^/  out: /' out
    sed 's/^/  err: /' err
}

prints() {
    case $1 in
        '*') ;;
        '') [ ! -s "$2" ] ;;
        *) grep -qE -- "$1" "$2" ;;
    esac
}

# expect REASON COMMAND...
expect() {
    local reason=$1
    shift
    n_rows=$((n_rows + 1))
    "$@" >/dev/null 2>&1 && return
    n_failed=$((n_failed + 1))
    echo "FAILED ($reason): $*"
}

# says FILE EXPRESSION: a Python expression over the JSON in FILE holds.
says() {
    python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); s = d["summary"]; sys.exit(not eval(sys.argv[2]))' "$@"
}

# ---- Four instances behind one listener: healthy, broken, asleep, and one with a password
touch sim.json
"$glidepath" sim --world rad-security --tls --host alpha.service-now.com --log requests.log \
    --also bravo.service-now.com=rad-security+role-missing \
    --also charlie.service-now.com=rad-security+instance-hibernating \
    --also delta.service-now.com=1stream >sim.json 2>sim.err &
sim=$!
for _ in $(seq 100); do
    [ "$(wc -l <sim.json)" -eq 4 ] && break
    sleep 0.1
done
port=$(sed -n '1s/.*"port":\([0-9]*\).*/\1/p' sim.json)
value() { # LINE CREDENTIAL KEY
    sed -n "$1p" sim.json | python3 -c 'import json, sys; print(json.load(sys.stdin)["credentials"][sys.argv[1]][sys.argv[2]])' "$2" "$3"
}
RAD_KEY=$(value 1 integration key)
AUDITOR_PASSWORD=$(value 1 auditor password)
export RAD_KEY AUDITOR_PASSWORD
ca=$(sed -n '1s/.*"ca_file":"\([^"]*\)".*/\1/p' sim.json)
there=(--cacert "$ca")
for name in alpha bravo charlie delta; do
    there+=(--connect-to "$name.service-now.com:443:127.0.0.1:$port")
done
mkdir fleet
for name in alpha bravo charlie; do
    cat >fleet/$name.yaml <<YAML
instance: https://$name.service-now.com/
packs: [rad-security]
set: { service_user: svc_rad }
credentials:
  integration: { kind: api-key, key: { env: RAD_KEY } }
  auditor: { kind: basic, user: svc_glidepath_auditor, password: { env: AUDITOR_PASSWORD } }
YAML
done
echo 'not a target' >fleet/notes.txt
sent() { if [ -e requests.log ]; then wc -l <requests.log; else echo 0; fi; }

# ---- One run
run 'the worst of them decides' 1 '^NOT READY  3 targets: 1 not ready, 1 inconclusive, 1 ready. exit 1$' '' \
    check fleet "${there[@]}"
expect 'a line for each' bash -c 'grep -q "^  READY  *alpha.service-now.com: rad-security$" out'
expect 'with its first cause' grep -q '^  *role-missing: A role is not held' out
expect 'and what is wrong' grep -q 'FAIL  *The account holds sn_incident_write' out
expect 'in 80 columns' bash -c '! sed "/ open  */d" out | grep -qE "^.{81}"'
run 'quiet tells only what is not ready' 1 '^  NOT READY  *bravo' '' check fleet "${there[@]}" --quiet
expect 'not alpha' bash -c '! grep -q alpha out'
run 'verbose tells everything of each, and every request by its host' 1 'pass  *The service account is active' \
    '^alpha.service-now.com \[1\] wave 0' check fleet "${there[@]}" --verbose
run 'a share that is ready' 0 '^READY  1 target .share 1 of 1.: 1 ready. exit 0$' '' check fleet/alpha.yaml --shard 1/1 "${there[@]}"
run 'one target by itself is told as ever' 0 '^READY  [0-9]+ passed' '*' check fleet/alpha.yaml "${there[@]}"
run 'no fail, one that cannot be told' 3 '^INCONCLUSIVE  unreachable: 2 targets: 1 inconclusive, 1 ready. exit 3$' '' \
    check fleet/charlie.yaml fleet/alpha.yaml "${there[@]}"
run 'none that can be reached' 3 '^INCONCLUSIVE  unreachable: 1 target' '' check --shard 1/1 fleet/charlie.yaml "${there[@]}"

# ---- Every format
export SOURCE_DATE_EPOCH=1795168800
formats=(--report json --report junit --report tap --report sarif --report markdown --report html)
run 'in every format' 1 '*' '*' check fleet "${there[@]}" "${formats[@]}"
expect 'JSON: the summary' says report.json \
    's["status"] == "not-ready" and s["exit"] == 1 and s["targets"] == 3 and [s[k] for k in ("ready", "not_ready", "inconclusive")] == [1, 1, 1]'
expect 'JSON: counts are sums' says report.json 's["pass"] == sum(r["summary"]["pass"] for r in d["reports"]) > 50'
expect 'JSON: by instance' says report.json \
    '[r["instance"]["url"][8:-17] for r in d["reports"]] == ["alpha", "bravo", "charlie"] or print([r["instance"]["url"] for r in d["reports"]])'
expect 'JUnit: as strict as ever' xmllint --noout --schema "$root/tests/report/junit.xsd" junit.xml
expect 'JUnit: a suite for each target' test "$(grep -c '<testsuite ' junit.xml)" -eq 3
expect 'JUnit: no case has the name of another' bash -c \
    'test -z "$(grep -o "<testcase name=\"[^\"]*\" classname=\"[^\"]*\"" junit.xml | sort | uniq -d)"'
expect 'TAP: one plan' bash -c 'test "$(grep -c "^1\.\." report.tap)" -eq 1 && grep -qx "1..3" report.tap'
expect 'TAP: a subtest for each' bash -c 'test "$(grep -c "^# Subtest: " report.tap)" -eq 3 && grep -q "^not ok 2 - bravo" report.tap'
expect 'SARIF: one run, for GitHub takes twenty at most' python3 -c \
    'import json; assert len(json.load(open("report.sarif"))["runs"]) == 1'
expect 'Markdown: to be pasted' bash -c 'test "$(wc -l <report.md)" -le 40 && grep -q "bravo.*role-missing" report.md'
expect 'HTML: one page' bash -c 'test "$(grep -c "<!DOCTYPE html>" report.html)" -eq 1'
run 'annotations' 1 '^::error title=bravo.service-now.com%3A rad-security::' '*' check fleet "${there[@]}" --report github
GITHUB_STEP_SUMMARY=summary.md run 'the step summary' 1 '*' '*' check fleet "${there[@]}" --report github
expect 'is a table' grep -q '^| bravo.service-now.com: rad-security | Not ready | ' summary.md

expect 'HTML: every link has its place, and no place is there twice' python3 - report.html <<'PYTHON'
import re, sys
page = open(sys.argv[1], encoding="utf-8").read()
ids = re.findall(r' id="([^"]*)"', page)
links = re.findall(r' href="#([^"]*)"', page)
sys.exit(len(ids) != len(set(ids)) or not links or bool(set(links) - set(ids)))
PYTHON

# ---- Reports put together
cp report.json whole.json
for format in junit.xml report.tap report.sarif report.md report.html; do
    cp "$format" "whole-$format"
done
run 'a set alone is itself' 1 '^NOT READY  3 targets' '' report merge whole.json "${formats[@]}"
expect 'as JSON' cmp report.json whole.json
for format in junit.xml report.tap report.sarif report.md report.html; do
    expect "as $format" cmp "$format" "whole-$format"
done
python3 - <<'PYTHON'
import json
for i, report in enumerate(reversed(json.load(open("whole.json"))["reports"])):
    with open("part-%d.json" % i, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2, ensure_ascii=False)
PYTHON
run 'reports of single targets, in any order' 1 '*' '*' report merge part-1.json part-0.json part-2.json "${formats[@]}"
expect 'make the same set' cmp report.json whole.json
expect 'and the same page' cmp junit.xml whole-junit.xml
run 'the same twice' 1 '*' 'warning: 1 of the reports is about an instance and packs' \
    report merge part-0.json part-0.json part-1.json
run 'what is no report' 2 '' 'fleet/alpha.yaml: error: no JSON' report merge whole.json fleet/alpha.yaml
head -1 sim.json >sim.one
run 'nor that' 2 '' 'sim.one: error: neither glidepath-report/1' report merge sim.one
run 'one that is ready' 0 '^READY  1 target' '' report merge part-2.json
sed 's/"verdict": "fail"/"verdict": "pass"/' part-1.json >edited.json
run 'checks that do not bear out the summary' 2 '' 'the summary does not agree with the checks' report merge edited.json
run 'nothing to merge' 2 '' 'needs the reports' report merge
run 'another verb' 2 '' "report takes merge" report mrege whole.json
run 'not over what it reads' 2 '' 'this run reads that file' report merge whole.json --report json=whole.json

# ---- Without names: one host has one token in all of a run, and files that number their own are told apart
run 'without names' 1 '^  NOT READY  *host-2.service-now.com: rad-security' '' \
    check fleet "${there[@]}" --anonymise --report json=anonymous.json --report html=anonymous.html
expect 'by the order of the targets' says anonymous.json \
    '[r["instance"]["url"] for r in d["reports"]] == ["https://host-%d.service-now.com/" % i for i in (1, 2, 3)]'
expect 'one user is one user' bash -c '! grep -q "svc_rad" anonymous.json && grep -q "user-1" anonymous.json'
expect 'nobody is named' bash -c '! grep -qiE "alpha|bravo|charlie|svc_rad" anonymous.json anonymous.html'
run 'a share of it' 1 '*' '' check fleet "${there[@]}" --anonymise --shard 2/3 --report json=anonymous-2.json
run 'files that number by themselves' 1 'host-1.service-now.com of file 2: rad-security' \
    'warning: 2 of the files have tokens in the place of hosts' report merge anonymous.json anonymous-2.json --report html
expect 'are no doubles' bash -c '! grep -q "is about an instance" err'
expect 'which the page says too' grep -q 'host-1.service-now.com of file 2: rad-security' report.html
run 'one file agrees with itself' 1 'host-2.service-now.com: rad-security' '' report merge anonymous.json

# ---- Shares
run 'the first of two' 3 '^INCONCLUSIVE  unreachable: 2 targets .share 1 of 2.: 1 inconclusive, 1' '' \
    check fleet "${there[@]}" --shard 1/2 --report json=share-1.json
run 'the second' 1 '^NOT READY  1 target \(share 2 of 2\): 1 not ready' '' \
    check fleet "${there[@]}" --shard 2/2 --report json=share-2.json
expect 'says which it is' says share-2.json 's["shard"] == "2/2" and s["targets"] == 1'
run 'together they are the whole' 1 '^NOT READY  3 targets: ' '' report merge share-2.json share-1.json --report json
same() { # the two sets differ in nothing but how long it took and over which connections
    python3 - "$@" <<'PYTHON'
import difflib, json, sys
def still(value):
    if isinstance(value, dict) and value.get("id", "").endswith("/clock"):
        return value["verdict"] # a second may pass
    if isinstance(value, dict):
        return {k: still(v) for k, v in value.items() if k not in ("ms", "started_ms", "reused", "connections", "n",
                                                                  "transaction_id", "clock_skew_s", "bytes", "bytes_in", "exchanges")}
    return [still(v) for v in value] if isinstance(value, list) else value
one, other = (json.dumps(still(json.load(open(name))), indent=1).split("\n") for name in sys.argv[1:])
sys.stderr.write("\n".join(difflib.unified_diff(one, other, lineterm="")))
sys.exit(one != other)
PYTHON
}
expect 'as one run would have told it' same report.json whole.json
run 'a share that is not there is missed' 1 'missing: share 2/2.' '' report merge share-1.json part-1.json
run 'also where all the others are well' 3 '^INCONCLUSIVE  .*missing: share' '' \
    report merge <(cat share-1.json) --report json=lacking.json --quiet
run 'a share without a target is not ready' 3 '^INCONCLUSIVE  no target .share 4 of 4.: nothing was checked' '' \
    check fleet "${there[@]}" --shard 4/4 --report json=share-4.json --report junit
expect 'which JUnit says too' grep -q '<error message="Inconclusive: no target' junit.xml
expect 'and is strict' xmllint --noout --schema "$root/tests/report/junit.xsd" junit.xml
expect 'JSON: why' says share-4.json 's["reason"] == "no-target" and s["exit"] == 3 and d["reports"] == []'
for shard in 0/2 3/2 2 a/b /2 1/; do
    run "no share: $shard" 2 '' 'shard takes K/N' check fleet "${there[@]}" --shard "$shard"
done

# ---- The template for GNU parallel; without it, for this test only, xargs in its place
if ! command -v parallel >/dev/null; then
    echo "fleet.sh: no GNU parallel (ci/setup tests); xargs stands in for it"
    mkdir bin
    cat >bin/parallel <<'SH'
#!/bin/sh
[ "$1 $2 $3" = '--quote --jobs 100%' ] || exit 99
shift 3
exec xargs -P 4 -I '{}' "$@"
SH
    chmod +x bin/parallel
    PATH=$work/bin:$PATH
fi
script() { # REASON STATUS ARGUMENT...
    local reason=$1 wanted=$2 status=0
    shift 2
    GLIDEPATH=$glidepath GLIDEPATH_REPORTS=parallel sh "$root/ci/templates/fleet-parallel.sh" "$@" >out 2>err || status=$?
    expect "$reason" test "$status" -eq "$wanted"
}
script 'two shares in parallel' 1 fleet 2 "${there[@]}"
expect 'are the whole' same parallel/report.json whole.json
script 'more shares than targets' 1 fleet 5 "${there[@]}"
expect 'are the whole, too' same parallel/report.json whole.json
mkdir ready
cp fleet/alpha.yaml ready/
script 'all well' 0 ready 1 "${there[@]}"
script 'a mistake in a target' 2 empty-folder 2 "${there[@]}"
script 'no arguments' 2
for index in 0 1; do # as Slurm and Kubernetes count
    export SLURM_ARRAY_TASK_ID=$((index + 5)) SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_COUNT=2
    ln -sf "$glidepath" glidepath
    PATH=$work:$PATH GLIDEPATH_CACERT=$ca sh "$root/ci/templates/fleet-slurm.sh" >out 2>err || true
    expect "share $index of the array" says "reports/share-$((index + 1)).json" "s['shard'] == '$((index + 1))/2'"
done

# ---- What is wrong in one of them stops all, before anything is sent
mkdir wrong
cp fleet/alpha.yaml wrong/
sed 's/svc_rad }/svc_rad, nosuch: 1 }/' fleet/bravo.yaml >wrong/bravo.yaml
sed 's/RAD_KEY/NO_SUCH_KEY/; s/^packs:/pakcs:/' fleet/charlie.yaml >wrong/charlie.yaml
before=$(sent)
run 'every mistake at once: the second' 2 '' 'wrong/bravo.yaml:3:.*nosuch' check wrong "${there[@]}" --report json
expect 'and the third' grep -q "wrong/charlie.yaml:2:1: error: unknown key 'pakcs'" err
expect 'no report' test ! -e report.json
sed 's/RAD_KEY/NO_SUCH_KEY/' fleet/charlie.yaml >wrong/charlie.yaml
cp fleet/bravo.yaml wrong/bravo.yaml
run 'a secret that is not there' 2 '' 'wrong/charlie.yaml:5:.*NO_SUCH_KEY' check wrong "${there[@]}"
cat >wrong.yaml <<'YAML'
pack: mine
title: Mine
version: 1.0.0
checks: [{ id: a, title: A, nosuch: 1 }]
YAML
run 'a pack with a mistake' 2 '' 'wrong.yaml:4' check fleet "${there[@]}" --pack ./wrong.yaml
expect 'is told once' bash -c 'test "$(grep -c "wrong.yaml:4:.*nosuch" err)" -eq 1'
run 'a file twice' 2 '' 'fleet/alpha.yaml: error: given twice' check fleet fleet/alpha.yaml "${there[@]}"
run 'a report over a target' 2 '' 'this run reads that file' check fleet "${there[@]}" --report json=fleet/alpha.yaml
expect 'leaves the target as it is' grep -q '^instance:' fleet/alpha.yaml
cd fleet
run 'also from within' 2 '' 'this run reads that file' check . --report json=alpha.yaml
cd ..
expect 'there too' grep -q '^instance:' fleet/alpha.yaml
mkdir empty
run 'a folder without a target' 2 '' 'empty: error: no target in it' check empty
run 'a file that is not there' 2 '' 'nosuch.yaml: error: ' check fleet/alpha.yaml nosuch.yaml "${there[@]}"
run 'one instance for all' 2 '' 'each names its own' check fleet "${there[@]}" --instance acme
GLIDEPATH_INSTANCE=acme run 'nor by the environment' 2 '' 'each names its own' check fleet "${there[@]}"
run 'diagnose looks at one' 2 '' 'diagnose takes one TARGET' diagnose fleet/alpha.yaml fleet/bravo.yaml
expect 'nothing was sent' test "$(sent)" -eq "$before"
run 'a plan of each' 0 '^fleet/bravo.yaml$' '' check fleet "${there[@]}" --plan
run 'a plan as JSON is of one target' 2 '' 'take them one by one' check fleet "${there[@]}" --plan --report json
expect 'and nothing sent' test "$(sent)" -eq "$before"

# ---- One instance, several targets: they take turns, and a refused password is not tried again
mkdir turns
for i in 1 2 3; do
    cat >turns/$i.yaml <<'YAML'
instance: delta.service-now.com
packs: [1stream]
set: { service_user: onestream_api }
credentials:
  integration: { kind: basic, user: onestream_api, password: { env: WRONG } }
YAML
done
WRONG=not-the-password run 'a password that is wrong in three targets' 1 '^NOT READY  3 targets' '' \
    check turns "${there[@]}" --refused-wait 0 --report json=turns.json
expect 'is tried once' says turns.json \
    'sum(e["credential"] == "integration" for r in d["reports"] for e in r["traffic"]["exchanges"]) == 1'
expect 'the others say why not' says turns.json \
    'sum(any(c["reason"] == "refused" for c in r["checks"]) for r in d["reports"]) == 2'

# ---- Ended early: what was not begun is told too
kill "$sim"
wait "$sim" 2>/dev/null || true
"$glidepath" sim --world rad-security --tls --host alpha.service-now.com --latency-ms 60000 \
    --also bravo.service-now.com=rad-security --also charlie.service-now.com=rad-security >sim.json 2>sim.err &
sim=$!
for _ in $(seq 100); do
    [ "$(wc -l <sim.json)" -eq 3 ] && break
    sleep 0.1
done
port=$(sed -n '1s/.*"port":\([0-9]*\).*/\1/p' sim.json)
ca=$(sed -n '1s/.*"ca_file":"\([^"]*\)".*/\1/p' sim.json)
there=(--cacert "$ca")
for name in alpha bravo charlie; do
    there+=(--connect-to "$name.service-now.com:443:127.0.0.1:$port")
done
for signal in INT TERM; do
    status=0
    "$glidepath" check fleet "${there[@]}" --report json --report junit --quiet >out 2>err &
    flying=$!
    sleep 1.5
    kill -$signal "$flying"
    wait "$flying" || status=$?
    expect "SIG$signal: the status" test "$status" -eq $((128 + $(kill -l $signal)))
    expect 'the reports are there' says report.json \
        "s['exit'] == $((128 + $(kill -l $signal))) and s['targets'] == 3 and s['status'] == 'inconclusive'"
    expect 'unfinished checks say so' says report.json \
        'all(any(c["reason"] == "timeout" for c in r["checks"]) for r in d["reports"])'
    expect 'JUnit is red' grep -q '<error ' junit.xml
done
cp report.json interrupted.json
run 'put together, it is what it came to' 3 '^INCONCLUSIVE' '' report merge interrupted.json --quiet
run 'each target has its own time' 3 '^INCONCLUSIVE  unreachable: 3 targets' '' check fleet "${there[@]}" --timeout 1

if [ "$n_failed" -gt 0 ]; then
    echo "fleet.sh: $n_failed of $n_rows rows failed"
    exit 1
fi
echo "fleet.sh: $n_rows rows as wanted"
