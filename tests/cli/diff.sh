#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# diff.sh GLIDEPATH: what glidepath diff and --baseline take, say and refuse. What they say of every world and fault is the
# matter of diff.py.
. "$(dirname "$0")/rows.bash" "$1"

# The same on an instance of another name, whose records have other sys_ids.
elsewhere='
import re
secrets = {c.get("client_id") for c in d["credentials"]}
def other(m):
    return m[0] if m[0] in secrets else hashlib.md5(m[0].encode()).hexdigest()
d = json.loads(re.sub(r"(?<=\")[0-9a-f]{32}(?=\")", other, json.dumps(d)).replace("acme.service-now", "prod.service-now"))'

expect "a good run" 0 - demo --quiet --record good.json
expect "and another" 0 - demo --quiet --record good-2.json
expect "a row that is gone" 1 - demo --quiet --fault policy-profile-unlinked --record unlinked.json
expect "a field that was changed" 1 - demo --quiet --fault user-inactive --record inactive.json

expect "nothing changed" 0 'From A to B no verdict changed. exit 0' diff good.json good-2.json
expect "a file with itself" 0 'no verdict changed' diff unlinked.json unlinked.json
expect "the row that did it" 1 \
    'the row of sys_auth_profile_mapping with api_access_policy = .Table API for integrations.*was returned then, and is not now' \
    diff good.json unlinked.json
expect "a call that is refused by now" 1 \
    'credential integration: then accepted; now refused: status 401, "User is not authenticated"' diff good.json unlinked.json
expect "the other way round nothing is worse" 0 'Better .*is returned now, and was not then' diff unlinked.json good.json
expect "the field, and who changed it" 1 \
    "active of sys_user 'cxm_integration' went from true to false, edited by j.doe at 20[0-9: -]+ UTC" diff good.json inactive.json
expect "one check alone" 1 'From A to B 1 check got worse' diff good.json inactive.json --only user-active
expect "without it" 1 '!user-active' diff good.json inactive.json --skip user-active
expect "another pack" 1 'baseline/.*went from true to false' \
    diff good.json inactive.json --pack baseline --set service_user=cxm_integration
expect "older than any answer may be" 0 'no verdict changed' diff good.json good-2.json --only release
expect "JSON on standard output" 1 '"schema": "glidepath-diff/1"' diff good.json inactive.json --report json=-
expect "JSON in diff.json" 1 - diff good.json inactive.json --report json
[ -s diff.json ] || complain "no diff.json"
expect "equal input" 1 - diff good.json inactive.json --report json=again.json
cmp -s diff.json again.json || complain "equal input gives other bytes"

reseal good.json elsewhere.json "$elsewhere"
reseal inactive.json elsewhere-inactive.json "$elsewhere"
expect "two instances alike but for their names" 1 '! (sys_user|oauth_entity|Differs besides)' diff good.json elsewhere.json
expect "works on one, fails on the other" 1 "active of sys_user 'cxm_integration' is true in A and false in B" \
    diff good.json elsewhere-inactive.json
expect "the heads name both" 1 'A https://acme.service-now.com/ of .* B https://prod.service-now.com/ of' \
    diff good.json elsewhere-inactive.json
reseal good.json unasked.json 'd["answers"] = [a for a in d["answers"] if a["question"].get("table") != "sys_user_group"]'
expect "what was not asked any more cannot be told any more" 1 'pass -> unknown \(not-recorded\).*not asked: not-recorded' \
    diff good.json unasked.json
expect "another parameter" 0 - demo --quiet --set assignment_group=Network --record network.json
expect "is told" 0 'parameter assignment_group of cloud-ex-machina: Cloud Operations in A, Network in B' diff good.json network.json
reseal good.json older.json 'd["packs"][0]["version"] = "0.9.0"'
expect "an older pack is told" 0 'pack cloud-ex-machina: 0.9.0 in A' diff older.json good.json

expect "one file" 2 'takes two recordings' diff good.json
expect "three files" 2 'takes two recordings' diff good.json good.json good.json
expect "no such file" 2 'nowhere.json' diff good.json nowhere.json
expect "a folder" 2 'a folder' diff good.json .
sed 's/"cxm_integration"/"cxm_integratiom"/' good.json >edited.json
expect "an edited file" 2 'edited.json.*digest' diff good.json edited.json
head -c 5000 good.json >cut.json
expect "a cut file" 2 'cut.json' diff good.json cut.json
echo '{"schema": "glidepath-report/1"}' >foreign.json
expect "another kind of file" 2 'foreign.json' diff foreign.json good.json
expect "both mistakes in one go" 2 'foreign.json.*cut.json' diff foreign.json cut.json
expect "a format that is none of its own" 2 'text or as JSON' diff good.json good-2.json --report html
expect "a report in the place of a recording" 2 'would be replaced' diff good.json good-2.json --report json=good.json
expect "an unknown check" 2 "no check 'user-activ'" diff good.json good-2.json --only user-activ
expect "an option of check" 2 'unknown option --record' diff good.json good-2.json --record x.json
expect "anonymised" 1 - demo --quiet --anonymise --fault user-inactive --record hidden.json
expect "an anonymised file with another" 2 'anonymised' diff good.json hidden.json
expect "an anonymised good one" 0 - demo --quiet --anonymise --record hidden-good.json
expect "two anonymised files" 1 "active of sys_user .*(is true in A and false in B|went from true to false)" diff hidden-good.json hidden.json
! grep -q 'j\.doe' hidden.json || complain "an anonymised recording names who edited a row"
expect "help" 0 'A and B are what --record wrote' diff --help

# --baseline: the same in the report of a run, and in its diagnosis.
expect "since the good run" 1 'It worked on 20[0-9: -]+ UTC: since then active of sys_user .cxm_integration. went from true to false' \
    demo --quiet --fault user-inactive --baseline good.json
expect "the section" 1 'Since 20[0-9: -]+ UTC [0-9]+ checks got worse' demo --quiet --fault user-inactive --baseline good.json
expect "a good run since" 0 'no verdict changed' demo --quiet --baseline good.json
expect "a recording since" 1 'It worked on' check --quiet --from inactive.json --baseline good.json
expect "a diagnosis since" 1 'It worked on' diagnose --quiet --from inactive.json --baseline good.json
for format in json html markdown; do
    expect "every report for people tells it: $format" 1 'It worked on' \
        check --quiet --from inactive.json --baseline good.json --report $format=-
done
expect "nobody is named" 1 '!j\.doe' demo --quiet --fault user-inactive --baseline good.json --anonymise
expect "but the rest is told" 1 'edited by user-[0-9]+' demo --quiet --fault user-inactive --baseline good.json --anonymise
"$glidepath" demo --quiet --world rad-security --record rad.json >out 2>err
reseal good.json earlier.json 'd["started"] = d["ended"] = in_days(-1)'
expect "swapped" 1 'A is younger than B' diff good.json earlier.json
expect "in order" 0 '!younger' diff earlier.json good.json
expect "nothing in common" 2 'no pack in common' diff good.json rad.json
expect "a baseline of another pack" 2 'one of the pack rad-security' check --from good.json --baseline rad.json
expect "a baseline of another instance" 2 'one of prod.service-now.com and not of acme' check --from good.json --baseline elsewhere.json
expect "an anonymised baseline" 2 'anonymised' check --from good.json --baseline hidden-good.json
expect "an edited baseline" 2 'edited.json.*digest' check --from good.json --baseline edited.json
expect "no baseline" 2 'nowhere.json' demo --quiet --baseline nowhere.json
mkdir targets && for name in a b; do echo "instance: $name" >targets/$name.yaml; done
expect "of several targets" 2 'several targets' check targets --pack baseline --baseline good.json
expect "who edited a row is asked along" 0 'sys_updated_by' demo --plan --record new.json
expect "… for a baseline too" 0 'sys_updated_by' demo --plan --baseline good.json
grep -q '"sys_updated_by"' good.json || complain "a recording does not say who edited a row"

finish
