#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# exports.sh GLIDEPATH WORLD_JSON: what --from takes of XML exports, and what of hostile ones it refuses. Rows and questions are
# the matter of tests/probes/test_exports.c.
here=$(cd "$(dirname "$0")" && pwd)
world_json=$(realpath "$2")
. "$(dirname "$0")/rows.bash" "$1"

# never WHY PATTERN: nothing of the last run says that.
never() {
    n_rows=$((n_rows + 1))
    ! grep -qE -- "$2" out err || complain "$1"
}

# export_world FOLDER FAULTS ARGUMENT...: what an admin would export of the world.
export_world() {
    local folder=$1 faults=$2
    # shellcheck disable=SC2086  # several options
    "$world_json" --world cloud-ex-machina $faults >world.json
    python3 "$here/exports_write.py" "${@:3}" world.json "$folder"
}

judge=(check --quiet --instance acme --pack cloud-ex-machina --set client_id=5f0c1e7a9b3d4c2e8a6f1b0d7c4e9a21)

# A healthy world, and a broken one.
export_world healthy ''
expect "all tables" 3 'Judged from XML exports of .*, 0 h old' "${judge[@]}" --from healthy --whole-exports
never "nothing fails in a healthy world" '✗'
never "a secret column is dropped" 'test-secret-not-real'
export_world broken '--fault role-missing'
expect "a role is missing" 1 'cxm_integration does not hold' "${judge[@]}" --from broken --whole-exports
expect "diagnosed" 1 'role-missing' diagnose "${judge[@]:1}" --from broken --whole-exports
for format in json junit html markdown sarif tap github; do
    expect "every format names the source: $format" 1 '[Ee]xport' "${judge[@]}" --from broken --whole-exports --report $format=-
    never "no secret in $format" 'test-secret-not-real'
    never "nothing is told as a request that was none, in $format" 'curl.*\.xml'
done
expect "without the user's word nothing is absent" 3 'nothing shows that all rows were exported; --whole-exports' \
    "${judge[@]}" --from broken --set service_user=nobody --only user-exists
never "and nothing fails for it" '✗'
expect "what was told is no request" 3 '0 requests' "${judge[@]}" --verbose --from healthy --whole-exports
for form in unload list; do
    export_world "$form" '' --form "$form"
    expect "all files as $form" 3 - "${judge[@]}" --from "$form" --whole-exports
    n_rows=$((n_rows + 1))
    grep -qE '[1-9][0-9] passed' out || complain "nothing passed of $form"
done

# One table, and which export would tell the rest.
export_world users '' --tables sys_user
expect "one table" 3 '1 h old|0 h old' "${judge[@]}" --from users
expect "the export that is missing is named with its link" 3 \
    'no export of sys_user_has_role tells this.* https://acme.service-now.com/sys_user_has_role_list.do\?XML&sysparm_query=user.user_name%3Dcxm_integration' \
    "${judge[@]}" --from users
expect "a file by its name" 3 - "${judge[@]}" --from users/sys_user.xml
expect "several at once" 3 - "${judge[@]}" --from users/sys_user.xml --from healthy/sys_user_role.xml --from healthy
export_world old '' --taken '2020-01-01 00:00:00' --form unload
expect "old ones" 3 'older than --max-age' "${judge[@]}" --from old
expect "old ones, insisted on" 3 'passed' "${judge[@]}" --from old --max-age 1000000

# The digest, as anybody can reckon it.
# Ages are judged by the youngest file: one of long ago, which shows nothing, changes none.
export_world aged '--fault credential-too-old'
aged=("${judge[@]}" --only app-edited --report json=- --from aged --whole-exports --max-age 1000000)
expect "what is too old" 3 '"credential-too-old"' "${aged[@]}"
echo '<xml></xml>' >aged/sys_zone.xml
touch -d 2020-01-01 aged/sys_zone.xml
expect "beside a file of long ago" 3 '"credential-too-old"' "${aged[@]}"

expect "a report" 3 - "${judge[@]}" --from healthy --report json=report.json
n_rows=$((n_rows + 1))
digest=$(cd healthy && sha256sum -- *.xml | sha256sum | cut -d ' ' -f 1)
grep -q "sha256:$digest" report.json || complain "the digest is another one than sha256sum's"

# Nothing is sent, nor is the network so much as prepared, nor a file read that a document names.
entity='<!DOCTYPE xml [<!ENTITY e SYSTEM "file://'$work'/bait"><!ENTITY f SYSTEM "http://127.0.0.1:9/x">]>'
mkdir hostile
echo bait >bait
echo "$entity<xml><t><sys_id>&e;&f;</sys_id></t></xml>" >hostile/external.xml
if command -v strace >/dev/null; then
    n_rows=$((n_rows + 1))
    strace -f -e trace=network,openat -o calls "$glidepath" "${judge[@]}" --from hostile >out 2>err || true
    ! grep -qE 'socket\(|connect\(|bait' calls || complain "a document made something happen"
    strace -f -e trace=network -o calls "$glidepath" "${judge[@]}" --from healthy >out 2>err || true
    ! grep -qE 'socket\(|connect\(' calls || complain "exports are judged with the network in use"
else
    echo "[SKIP] exports: what is called, for there is no strace"
fi

# What does not go together.
expect "whose they are must be said" 2 'do not say of which' check --quiet --from healthy --pack cloud-ex-machina
printf 'instance: acme\npacks: [cloud-ex-machina]\n' >acme.yaml
printf 'instance: other\npacks: [cloud-ex-machina]\n' >other.yaml
expect "a target says it" 3 - check --quiet --from healthy acme.yaml
expect "two instances have no exports in common" 2 'one target' check --from healthy acme.yaml other.yaml
expect "whole, but of what" 2 '--whole-exports' check --instance acme --pack baseline --whole-exports
expect "a plan of nothing" 2 'does not go with --plan' "${judge[@]}" --from healthy --plan
expect "recorded" 2 'does not go with --record' "${judge[@]}" --from healthy --record seen.json
expect "reported into" 2 'this run reads that file' "${judge[@]}" --from healthy --report junit=healthy/sys_user.xml
n_rows=$((n_rows + 1))
[ -s healthy/sys_user.xml ] || complain "a report went over an export"
mkdir nothing
expect "an empty folder" 2 'without an .xml file' "${judge[@]}" --from nothing
cp healthy/sys_user.xml nothing/sys_user.csv
expect "another form" 2 'without an .xml file' "${judge[@]}" --from nothing
cp healthy/sys_user.xml nothing/
expect "another form beside" 3 'left out what is no .xml file: sys_user.csv' "${judge[@]}" --from nothing
expect "nothing there" 2 'No such file' "${judge[@]}" --from nowhere.xml

# Two files that contradict each other.
mkdir twice
for name in one two; do
    echo "<unload unload_date='2026-11-20 10:00:00'><sys_user><active>$name</active><sys_id>1</sys_id></sys_user></unload>" \
        >"twice/$name.xml"
done
expect "contradiction" 2 'twice/two.xml: error: line 1: .* is in twice/one.xml too' "${judge[@]}" --from twice

# An update set is no evidence of anything.
mkdir set
cat >set/guide.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<unload unload_date="2026-11-20 10:00:00">
<sys_remote_update_set action="INSERT_OR_UPDATE"><name>Guide</name><state>loaded</state><sys_id>s1</sys_id></sys_remote_update_set>
<sys_update_xml action="INSERT_OR_UPDATE"><name>sys_properties_1</name><payload><![CDATA[<?xml version="1.0" encoding="UTF-8"?><record_update table="sys_properties"><sys_properties action="INSERT_OR_UPDATE"><name>x</name></sys_properties></record_update>]]></payload><remote_update_set display_value="Guide">s1</remote_update_set><sys_id>x1</sys_id></sys_update_xml>
</unload>
XML
expect "an update set" 3 'left out: an update set to be loaded' "${judge[@]}" --from set --max-age 1000000
never "and nothing rests on it" '✓.*[Uu]pdate'

# Hostile files, each in a folder of its own: refused with the file's name and a sentence, at once.
rm -r hostile
python3 - <<'PY'
import os
ROW = "<t><sys_id>1</sys_id></t>"
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
FILES = {
    "external": '<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><t><sys_id>&e;</sys_id></t></xml>',
    "parameter": '<!DOCTYPE xml [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]><xml/>',
    "subset": '<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd"><xml/>',
    "laughs": f'<!DOCTYPE xml [<!ENTITY l0 "ha">{LAUGHS}]><xml><t><sys_id>&l11;</sys_id></t></xml>',
    "blowup": f'<!DOCTYPE xml [<!ENTITY a "{"x" * 100000}">]><xml><t><sys_id>{"&a;" * 50000}</sys_id></t></xml>',
    "cut": "<xml>" + ROW,
    "cut-in-a-tag": "<xml><t><sys_id",
    "nul": "<xml><t><sys_id>1\0</sys_id></t></xml>",
    "utf16": ("<xml>" + ROW + "</xml>").encode("utf-16"),
    "utf16-unmarked": ("<xml>" + ROW + "</xml>").encode("utf-16-le"),
    "latin1": "<xml><t><sys_id>ä</sys_id></t></xml>".encode("latin-1"),
    "declared": '<?xml version="1.0" encoding="UTF-16"?><xml>' + ROW + "</xml>",
    "utf7": '<?xml version="1.0" encoding="UTF-7"?><xml>+ADw-t/+AD4-</xml>',
    "deep": "<xml>" + "<t>" * 1000000,
    "siblings": "<xml>" + "<t/>" * 1000000 + "</xml>",
    "columns": "<xml><t>" + "".join(f"<c{i}/>" for i in range(2000)) + "</t></xml>",
    "attribute": f'<xml><t a="{"x" * 20000000}"><sys_id>1</sys_id></t></xml>',
    "attributes": "<xml><t " + "".join(f'a{i}="" ' for i in range(200000)) + "/></xml>",
    "text": f"<xml><t><a>{'x' * 20000000}</a><sys_id>1</sys_id></t></xml>",
    "instruction": f"<?p {'x' * 20000000}?><xml/>",
    "name": f"<{'x' * 1000000}/>",
    "inclusion": '<xml><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/></xml>',
    "another": "<html><body>Log in</body></html>",
    "payload": '<record_update table="t">' + ROW + "</record_update>",
    "json": '{"schema": "glidepath-recording/1"}',
    "empty": "",
    "binary": bytes(range(256)) * 100,
}
HARMLESS = {
    "instructions": "<?p x?>" * 500000 + "<xml>" + ROW + "</xml>",
    "comments": "<xml>" + "<!-- x -->" * 500000 + ROW + "</xml>",
    "stylesheet": '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?><xml>' + ROW + "</xml>",
    "rows": "<xml>" + "".join(f"<t><sys_id>{i}</sys_id></t>" for i in range(100000)) + "</xml>",
    "mark": "\ufeff<xml>" + ROW + "</xml>",
}
for kind, files in (("hostile", FILES), ("harmless", HARMLESS)):
    for name, text in files.items():
        os.makedirs(f"{kind}/{name}")
        with open(f"{kind}/{name}/x.xml", "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
PY
for folder in hostile/*; do
    expect "hostile: ${folder#*/}" 2 "$folder/x.xml: error: cannot be judged: " "${judge[@]}" --from "$folder"
    never "nothing is told of other files: $folder" 'root:'
done
for folder in harmless/*; do
    expect "harmless: ${folder#*/}" 3 - "${judge[@]}" --from "$folder"
done
mkdir hostile/pipe hostile/huge hostile/many
mkfifo hostile/pipe/x.xml
expect "a pipe" 2 'no regular file' "${judge[@]}" --from hostile/pipe
truncate -s 200M hostile/huge/x.xml
expect "huge" 2 'larger than' "${judge[@]}" --from hostile/huge
for i in $(seq 501); do echo '<xml/>' >"hostile/many/$i.xml"; done
expect "many" 2 'more than 500 files' "${judge[@]}" --from hostile/many

finish
