#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# script.sh GLIDEPATH WORLD_JSON: what glidepath pack script prints, what that reads on an instance, and what of its output is
# taken and refused. That it is judged like the instance is the matter of ci/evidence.
command -v node >/dev/null || { echo "[SKIP] script.sh: there is no node"; exit 77; }
world_json=$(realpath "$2")
glide=$(dirname "$(realpath "$0")")/glide.js
. "$(dirname "$0")/rows.bash" "$1"

# on_instance SCRIPT SEEN WORLD [FAULT]: run where the world is. The model fails when the script is not ECMAScript 5, writes, or
# reads a secret.
on_instance() {
    n_rows=$((n_rows + 1))
    "$world_json" --world "$3" ${4:+--fault "$4"} >world.json
    node "$glide" world.json "$1" >"$2" 2>err || complain "$1 in $3 $*"
}

# ---- The script

expect "a pack" 0 '^// glidepath' pack script cloud-ex-machina
expect "says what nobody told it" 0 'do not apply.*client_id' pack script cloud-ex-machina
expect "a parameter that must be set" 2 'service_user' pack script rad-security
expect "a parameter that there is not" 2 'nonsense' pack script cloud-ex-machina --set nonsense=1
expect "a pack that there is not" 2 'nowhere' pack script nowhere
expect "a kind that the pack does not take" 2 'kind' pack script rad-security --set service_user=svc --kind basic
expect "a kind that there is not" 2 'no kind of credential' pack script cloud-ex-machina --kind nonsense
expect "no pack" 2 'needs one' pack script
expect "other verbs take no parameter" 2 'pack list takes no --set' pack list --set a=b
expect "a line separator in a value" 0 '\\u2028' pack script cloud-ex-machina --set "assignment_group=a$(printf '\xe2\x80\xa8')b"
! sed '/^var glidepath/,/^};/!d' out | grep -q "$(printf '\xe2\x80\xa8')" || complain "it ends the line in ECMAScript 5"
client=(--set client_id=5f0c1e7a9b3d4c2e8a6f1b0d7c4e9a21)
"$glidepath" pack script cloud-ex-machina "${client[@]}" >script.js 2>err
n_rows=$((n_rows + 1))
! sed '/^var glidepath/q' script.js | grep -v '^//' | grep -v '^var glidepath' || complain "what is read stands at the top, as a comment"
! grep -oE '"columns":\[[^]]*\]' script.js | grep -E '"(password|user_password|token|client_secret)"' || complain "it asks for a secret column"
! grep -nE '\.(insert|update|deleteRecord|deleteMultiple|updateMultiple|setValue|setProperty|setWorkflow)\(' script.js || complain "it writes"

# ---- What it prints

on_instance script.js seen.txt cloud-ex-machina
! grep -qE 'simulated-[a-z]+-(secret|password|key)' seen.txt || complain "a secret is in what it prints"
! LC_ALL=C grep -qP '[^\x00-\x7f]' seen.txt || complain "what it prints is not ASCII"
python3 - "$(dirname "$glide")/../../probes/recording.schema.json" 2>err <<'PY' || complain "what it prints is not as the schema has it"
import json, sys
try:
    import jsonschema
except ImportError:
    sys.exit(0)
with open("seen.txt", encoding="utf-8") as file:
    text = file.read()
with open(sys.argv[1], encoding="utf-8") as file:
    jsonschema.validate(json.loads(text[text.index("{"):text.rindex("}") + 1]), json.load(file))
PY
expect "alone" 3 "Judged from what an admin's script saw at .*, 0 h old" check --from seen.txt
expect "each finding says it" 3 '"source": "script"' check --quiet --from seen.txt --report json=-
expect "as the JSON alone" 3 - check --quiet --from <(sed -n '/^{/p' seen.txt)
expect "of its instance" 3 - check --quiet --from seen.txt --instance acme
sleep 1 # or it is as old as the second that has begun
expect "a day later" 3 'older than --max-age' check --from seen.txt --max-age 0
on_instance script.js fault.txt cloud-ex-machina policy-profile-unlinked
expect "a fault" 1 'policy-profile-unlinked' check --from fault.txt --report json=-
expect "the cause first" 1 'policy' diagnose --from fault.txt

# ---- What is refused

expect "another instance" 2 'one of .*acme.* and not of other' check --from seen.txt --instance other
sed 's/admin/amdin/' seen.txt >edited.txt
expect "edited" 2 'was changed after it was written' check --from edited.txt
head -c 20000 seen.txt >cut.txt
expect "cut" 2 'cannot be judged' check --from cut.txt
: >empty.txt
expect "empty" 2 'cannot be judged' check --from empty.txt
reseal seen.txt forged.json 'd["answers"][0]["question"]["credential"] = "integration"'
expect "an answer that is not a script's to give" 2 'for the auditor alone' check --from forged.json
reseal seen.txt forged.json 'd["source"] = "nonsense"'
expect "made by nobody knows what" 2 "'source'" check --from forged.json
reseal seen.txt forged.json 'd["source"] = "live"'
expect "made by the instance itself" 2 "'source'" check --from forged.json
reseal seen.txt forged.json 'd["pages"][0]["exchange"] = 999'
expect "a page of no exchange" 2 'exchange' check --from forged.json
reseal seen.txt secret.json '
for page in d["pages"]:
    if page.get("shape", {}).get("table") == "sys_script":
        page["columns"] += ["user_password"]
        page["rows"] = [[("curl --user svc:hunter2-not-real" if c == "name" else "hunter2-not-real" if c == "user_password" else v) for c, v in zip(page["columns"], row + [None])] for row in page["rows"]]'
expect "what looks like a secret in a text" 3 - check --quiet --from secret.json --report json=- --report html=secret.html
! grep -q 'hunter2' out secret.html || complain "it is printed"
reseal seen.txt nameless.json 'd["instance"] = ""'
expect "of no instance" 2 'of which instance' check --from nameless.json
reseal seen.txt same.json 'pass'
expect "sealed as it was" 3 - check --quiet --from same.json
printf 'instance: acme\npacks: [cloud-ex-machina]\ncredentials:\n  auditor: { kind: api-key, key: { env: SOME_KEY } }\n' >two.yaml
SOME_KEY=test-secret-not-real expect "an auditor besides" 2 'leave one of them out' check --from seen.txt two.yaml

# A name that looks like a secret is still that name.
"$glidepath" pack script cloud-ex-machina "${client[@]}" --set "assignment_group=Session: Cloud Operations" >named.js 2>err
on_instance named.js named.txt cloud-ex-machina
expect "a group that there is not" 1 '"cloud-ex-machina/assignment-group"' check --quiet --only assignment-group --fail-on recommended --from named.txt --report json=-
reseal named.txt named.json '
for page in d["pages"]:
    if page.get("shape", {}).get("table") == "sys_user_group" and page["shape"].get("key") == "name":
        page["rows"].append(["Session: Cloud Operations" if c == "name" else "true" if c == "active" else "" for c in page["columns"]])
        page["total"] = len(page["rows"])'
expect "and that there is" 3 '"id": "cloud-ex-machina/assignment-group".{0,300}"verdict": "pass"' check --quiet --only assignment-group --from named.json --report json=-

# Rows that the query did not ask for: a term was dropped, and what is missing cannot be told from what was not asked (law 3).
reseal seen.txt strays.json '
for page in d["pages"]:
    if "shape" in page and page["shape"]["table"] == "sys_user_role":
        page["rows"] = [["nobody-asked" if c == "name" else v for c, v in zip(page["columns"], row)] for row in page["rows"]]'
expect "rows that nobody asked for" 3 'filtered' check --from strays.json --report json=-

# ---- Several files

"$glidepath" pack script baseline --set service_user=cxm_integration >base.js 2>err
on_instance base.js base.txt cloud-ex-machina
expect "two scripts, of two packs" 3 '"cloud-ex-machina/app-exists"' check --quiet --from base.txt --from seen.txt --report json=-
grep -q '"baseline/instance-name"' out || complain "the packs of both files are judged"

# ---- Beside the instance

serve 1stream user-locked-out
"$glidepath" pack script 1stream --set service_user=onestream_api >locked.js 2>err
on_instance locked.js locked.txt 1stream user-locked-out
on_instance locked.js healthy.txt 1stream
python3 - >beside.sh <<'PY'
import json
with open("sim.json", encoding="utf-8") as file:
    sim = json.load(file)
given = sim["credentials"]["integration"]
print(f"port={sim['port']} ca={sim['ca_file']}")
print(f"export GLIDEPATH_USER={given['user']} GLIDEPATH_PASSWORD={given['password']}")
PY
. ./beside.sh
beside=(--pack 1stream --set service_user=onestream_api --instance acme --cacert "$ca" --connect-to "acme.service-now.com:443:127.0.0.1:$port")
expect "a password whose user the script saw locked is not tried" 1 'near-lockout' check "${beside[@]}" --from locked.txt --report json=-
expect "a file does not choose where a credential goes" 3 'nothing is asked live' check --pack 1stream --set service_user=onestream_api --cacert "$ca" --connect-to "acme.service-now.com:443:127.0.0.1:$port" --from healthy.txt
expect "beside live answers" 1 'from live answers' check "${beside[@]}" --from locked.txt

finish
