#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# recordings.sh GLIDEPATH: what --record and --from take and refuse. That a recording is judged like the instance it was made of
# is the matter of recordings.py.
. "$(dirname "$0")/rows.bash" "$1"

expect "a run that is recorded" 1 - demo --quiet --fault role-missing --record seen.json --report json=live.json
expect "and judged again" 1 '^Judged from a recording of .*, 0 h old' check --from seen.json
expect "with its name as the instance's" 1 - check --from seen.json --instance acme
expect "diagnosed" 1 'role-missing' diagnose --from seen.json
for format in json junit html markdown sarif tap github; do
    expect "every format names the source: $format" 1 'ecording' check --quiet --from seen.json --report $format=-
done
expect "an older file goes first" 2 - demo --world nowhere --record old.json

# Nothing is sent, nor is the network so much as prepared.
if command -v strace >/dev/null; then
    n_rows=$((n_rows + 1))
    strace -f -e trace=network -o calls "$glidepath" check --quiet --from seen.json >out 2>err || true
    ! grep -qE 'socket\(|connect\(' calls || complain "a recording is judged with the network in use"
else
    echo "[SKIP] recordings: what is called, for there is no strace"
fi
expect "no way out" 1 - check --quiet --from seen.json --connect-to acme.service-now.com:443:127.0.0.1:1

# What nobody asked then.
cat >more.yaml <<'YAML'
pack: more
title: A table that nobody read
version: 1.0.0
checks:
  - id: nobody-asked
    title: A table that the recorded packs do not read can be read
    step: Any
    table_read: { table: cmdb_rel_ci }
    owner: ServiceNow admin
    fix: Let it be read.
YAML
expect "a pack that asks for more" 3 'holds no answer' check --from seen.json --pack more.yaml
expect "a pack that asks for less" 3 - check --quiet --from seen.json --pack baseline
expect "a second look at the same pack" 1 - check --quiet --from seen.json --pack cloud-ex-machina
cat >narrow.yaml <<'YAML'
pack: narrow
title: A question that nobody asked, about rows that came
version: 1.0.0
checks:
  - id: one-plugin
    title: The plugin for client credentials is active
    step: Any
    property: { name: glide.oauth.inbound.client.credential.grant_type.enabled, value: "true" }
    owner: ServiceNow admin
    fix: Turn it on.
YAML
expect "rows that came answer other packs" 0 - check --quiet --from seen.json --pack narrow.yaml

# Age.
expect "none too old" 1 - check --quiet --from seen.json --max-age 1
reseal seen.json week.json 'import re
shift = lambda t: re.sub("^20..", "2020", t)
d["started"], d["ended"] = shift(d["started"]), shift(d["ended"])
for a in d["answers"]: a["taken"] = shift(a["taken"])'
expect "an old one" 3 'older than --max-age' check --from week.json
expect "an old one, insisted on" 1 'h old' check --quiet --from week.json --max-age 1000000
expect "an age that is none" 2 'max-age' check --from seen.json --max-age soon

# Whose.
expect "another instance" 2 'the recording is one of acme.* and not of other' check --from seen.json --instance other
printf 'instance: https://other.service-now.com/\npacks: [cloud-ex-machina]\n' >other.yaml
expect "a target of another instance" 2 'and not of' check --from seen.json other.yaml
printf 'instance: acme\npacks: [cloud-ex-machina]\nset: { service_user: cxm_integration }\ncredentials:\n  integration: { kind: api-key, key: { env: NO_SUCH_VARIABLE } }\n' >acme.yaml
expect "a target of the same one; its secrets are not read" 1 - check --quiet --from seen.json acme.yaml

# A target that names packs by their names alone.
serve rad-security
port=$(python3 -c 'import json; print(json.load(open("sim.json"))["port"])')
ca=$(python3 -c 'import json; print(json.load(open("sim.json"))["ca_file"])')
RAD_KEY=$(python3 -c 'import json; print(json.load(open("sim.json"))["credentials"]["integration"]["key"])')
export RAD_KEY
printf 'instance: acme\npacks: [rad-security]\nset: { service_user: svc_rad }\ncredentials:\n  integration: { kind: api-key, key: { env: RAD_KEY } }\n' >plain.yaml
expect "a plain target" 3 - check --quiet plain.yaml --cacert "$ca" --connect-to "acme.service-now.com:443:127.0.0.1:$port" --record plain.json
expect "is judged again" 3 - check --quiet --from plain.json
expect "with itself" 3 - check --quiet --from plain.json plain.yaml
expect "and compared" 0 'no verdict changed' diff plain.json plain.json

# What only says that there is code.
"$glidepath" demo --quiet --fault write-denied --record code.json >out 2>err || true
grep -q '\[script\]' code.json || complain "that a rule has a script is not recorded"
! grep -q 'ChangeFreeze' code.json || complain "the code of a rule is recorded"

# What does not go together.
expect "two runs at once" 2 'judged alone' check --from seen.json --from seen.json
reseal seen.json future.json 'd["started"] = d["ended"] = in_days(30)'
reseal seen.json wrong.json 'd["exchanges"][-1]["n"] = 2147483647'
expect "a number that would overflow" 2 'cannot be judged' check --from wrong.json
expect "of the future" 2 'of the future' check --from future.json
expect "a folder" 2 'a folder' check --from .
expect "nothing there" 2 'No such file' check --from nowhere.json
expect "recorded again" 2 'does not go with --record' check --from seen.json --record again.json
expect "written over" 2 'this run reads that file' check --from seen.json --record seen.json
expect "reported into" 2 'this run reads that file' check --from seen.json --report json=seen.json
expect "a plan of nothing" 2 'does not go with --plan' check --from seen.json --plan
expect "several targets into one file" 2 'several targets' check acme.yaml other.yaml --record all.json
expect "no place to write to" 4 'record' demo --quiet --record nowhere/seen.json

# Files that are none, or are not what was written.
sed 's/"verdict"/"verdict"/; s/Zurich/Yokohama/g; s/zurich/yokohama/g' seen.json >edited.json
expect "edited" 2 'changed after it was written' check --from edited.json
python3 -c 'import json; json.dump(json.load(open("seen.json")), open("laid-out.json", "w"), indent=4)'
expect "laid out otherwise" 1 - check --quiet --from laid-out.json
head -c 20000 seen.json >cut.json
expect "cut" 2 'cannot be judged' check --from cut.json
: >empty.json
expect "empty" 2 'cannot be judged' check --from empty.json
truncate -s 100M huge.json
expect "huge" 2 'larger than' check --from huge.json
cp live.json report.json
expect "a report" 2 'no recording' check --from report.json
sed 's|glidepath-recording/1|glidepath-recording/2|' seen.json >next.json
expect "another schema" 2 'glidepath-recording/1' check --from next.json
sed '0,/"run_id":/s//"run_id":"twice",\n"run_id":/' seen.json >doubled.json
expect "a key twice" 2 'uplicate' check --from doubled.json
python3 -c 'print("[" * 100000)' >deep.json
expect "deep" 2 'nested deeper' check --from deep.json
while IFS='|' read -r why statement; do
    reseal seen.json wrong.json "$statement"
    expect "sealed, and $why" 2 'cannot be judged' check --from wrong.json
done <<'ROWS'
a text for a list|d["answers"] = "none"
a number for an answer|d["answers"][0] = 7
an answer without its question|del d["answers"][0]["question"]
a kind nobody knows|d["answers"][0]["question"]["kind"] = "guess"
a question about no table|d["answers"] = [a for a in d["answers"] if a["question"]["kind"] == "rows"]; del d["answers"][0]["question"]["table"]
a reason nobody knows|d["answers"][0]["reason"] = "because"
an exchange that is not there|d["answers"][0]["exchange"] = 4711
a page that is not there|d["answers"][0]["page"] = 4711
a row that is not there|a = [a for a in d["answers"] if "rows" in a][0]; a["rows"] = [4711]
a row of another length|[p for p in d["pages"] if p["rows"]][0]["rows"][0].append("more")
a row of numbers|p = [p for p in d["pages"] if p["rows"]][0]; p["rows"][0] = [1] * len(p["rows"][0])
a time that is none|d["started"] = "yesterday"
a number beyond all|d["exchanges"][0]["ms"] = 10**18
a number below nothing|d["exchanges"][0]["status"] = -1
an outcome nobody knows|d["exchanges"][0]["outcome"] = "fine"
a credential of no kind|d["credentials"][0]["kind"] = "wish"
half an oddity|d["credentials"][0]["odd_part"] = "API key"
ROWS
reseal seen.json nothing.json 'd["answers"], d["pages"], d["exchanges"] = [], [], []'
expect "sealed, and nothing in it" 3 'not-recorded|holds no answer' check --from nothing.json
reseal seen.json broken-secret.json 'd["credentials"][0].update({"odd_part": "Client Secret", "odd_cause": "secret-whitespace", "oddity": "has a blank before or behind it"})'
expect "what was odd about a secret is told" 1 'the Client Secret has a blank' check --from broken-secret.json

# Hidden values: one value, one token, of this recording alone; reports say that a secret stood there.
expect "recorded without names" 1 - demo --quiet --fault role-missing --anonymise --record anonymous.json
n_rows=$((n_rows + 1))
! grep -qE 'acme|cxm_integration|127\.0\.0\.1' anonymous.json || complain "the anonymised recording names somebody"
expect "judged without names" 1 'user-[0-9]' check --from anonymous.json
expect "whose it is cannot be told" 2 'anonymised' check --from anonymous.json --instance acme

finish
