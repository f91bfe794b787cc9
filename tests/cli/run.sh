#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh GLIDEPATH: the program as its users see it: exit status, standard output and standard error, each by itself.
set -euo pipefail
glidepath=$(realpath "$1")
root=$(dirname "$(realpath "$0")")/../..
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

# run REASON STATUS OUT ERR ARGUMENT...: OUT and ERR are extended regular expressions that some line must match; "" means
# that nothing at all may be printed there, "*" that anything may.
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

# ---- Help and usage
run 'help is asked for' 0 'usage: glidepath COMMAND' '' --help
run 'version' 0 '^glidepath [0-9]+\.[0-9]+\.[0-9]+' '' --version
for command in check demo diagnose explain pack sim; do
    run "help of $command" 0 "usage: glidepath $command" '' "$command" --help
    expect "help of $command fits 80 columns" sh -c '! "$1" "$2" --help | grep -E ".{81}"' sh "$glidepath" "$command"
done
expect 'help fits 80 columns' sh -c '! "$1" --help | grep -E ".{81}"' sh "$glidepath"
run 'help of diagnose: where a target comes from without a file' 0 'GLIDEPATH_API_KEY' '' diagnose --help
run 'help of diagnose: without a credential' 0 'looks only at who answers there' '' diagnose --help
run 'help of explain: the kinds' 0 'oauth-password, oauth-refresh or token' '' explain --help
run 'the manual page' 0 '^[.]SH NAME' '' --man
run 'the completion of a shell' 0 '^complete -F _glidepath' '' --completion bash
run 'the same, joined' 0 '^#compdef glidepath' '' --completion=zsh
run 'the completion of an unknown shell' 2 '' 'bash, zsh or fish, not .tcsh' --completion tcsh
run 'the completion of no shell' 2 '' 'bash, zsh or fish, not' --completion
run 'no command' 2 '' 'usage: glidepath'
run 'an unknown command' 2 '' "unknown command 'chekc'" chekc
run 'an unknown option' 2 '' 'did you mean --report' check --raport json
run 'an option without its value' 2 '' 'report' check --report
run 'an unknown format' 2 '' 'nosuch' check --instance acme --pack baseline --report nosuch
run 'no target' 2 '' 'instance' check
run 'a file that is not there' 2 '' 'nosuch.yaml: error: ' check nosuch.yaml
run 'a pack that is not there' 2 '' 'nosuch' check --instance acme --pack nosuch
run 'an unknown world' 2 '' ', or the path of a file' demo --world nosuch
cp "$root/tests/sim/own-world.yaml" .
run 'a world without a built-in pack' 2 '' 'give one with --pack FILE' demo --world ./own-world.yaml
run 'also to serve' 2 '' ', or the path of a file' sim --world nosuch
run 'a number below the least one' 2 '' '--in-flight takes a whole number from 1 ' demo --in-flight 0
run 'no time at all' 2 '' '--timeout takes a whole number from 1 ' demo --timeout 0
run 'no request at all' 2 '' '--max-requests takes a whole number from 1 ' demo --max-requests 0
run 'a wait longer than refusals are remembered' 2 '' '--refused-wait takes .* to 1440, not' check --refused-wait 1441
run 'a value where none belongs' 2 '' '--help takes no value' check --help=3
run 'a command that needs a word behind it' 2 '' 'pack needs one of list, show NAME, lint FILE' pack

# ---- Mistakes bring no others
run 'a missing file may name instance and packs' 2 '' 'nosuch.yaml' check nosuch.yaml
expect 'nothing else is said' test "$(wc -l <err)" -eq 1
printf 'instance: [a\npacks: [baseline]\n' >broken.yaml
run 'so may one that is no YAML' 2 '' '^broken.yaml:1:' check broken.yaml
expect 'nothing else is said' bash -c '! grep -q -e "no instance" -e "no pack" err'
printf 'instance: acme\npacks: baseline\n' >broken.yaml
run 'packs that are no sequence' 2 '' 'must be a sequence' check broken.yaml
expect 'are not missing besides' bash -c '! grep -q "no pack" err'
printf 'set: {}\n' >empty.yaml
run 'a file that says neither' 2 '' 'no instance given' check empty.yaml
expect 'is told of both' grep -q 'no pack is chosen' err

# ---- No caret line shows a secret
printf 'credentails: {integration: {kind: api-key, key: test-secret-not-real}}\n' >misspelt.yaml
run 'credentials under a misspelt name' 2 '' "did you mean 'credentials'" check misspelt.yaml
expect 'are not shown' bash -c '! grep -q not-real err'
sed 's/credentails/credentials/; s/^/pack: x\n/' misspelt.yaml >both.yaml
for file in misspelt.yaml both.yaml; do
    run "a target that is read as a pack ($file)" 2 '' "$file:" pack lint "$file"
    expect 'shows no secret' bash -c '! grep -q not-real err'
done

# ---- Older reports go, whatever becomes of this run
for arguments in 'check --instance acme --pack nosuch' 'check nosuch.yaml' 'demo --timeout x' 'demo --world nosuch' \
    'demo --fault nosuch' 'demo operand'; do
    echo old | tee report.json >other.xml
    # shellcheck disable=SC2086
    run "an older report is not taken for that of: $arguments" 2 '' '*' $arguments --report json --report junit=other.xml
    expect 'they are gone' test ! -e report.json -a ! -e other.xml
done
echo old >report.json
run 'a plan writes none' 0 '*' '*' demo --plan --report json
expect 'and removes none' grep -q old report.json
rm report.json
run 'a report in place of what is read' 2 '' 'this run reads that file' check empty.yaml --report json=empty.yaml
expect 'which stays' grep -q set empty.yaml
run 'a further host without a world' 2 '' '--also takes HOST=WORLD' sim --world cloud-ex-machina --also acme
run 'a clock set forward is an option like others' 2 '' ', or the path of a file' sim --world nosuch --clock-offset 3600
run 'but not set back' 2 '' '--clock-offset takes a whole number from 0 to' sim --world nosuch --clock-offset -1
run 'an address of IPv6 to listen on' 2 '' '--also takes' sim --world literal --listen '[::1]:0' --also acme
for address in '[::1' '[]:0' '[::1]0' ::1 127.0.0.1:x; do
    run 'which stands in brackets' 2 '' '--listen takes ADDR:PORT or [[]ADDR[]]:PORT' sim --world literal --listen "$address"
done
run 'an unknown fault' 2 '' 'nosuch' demo --fault nosuch

# ---- What each finding tells: where, whose, how, and where to click. What is judged of a text or of the way there has no page.
cat >told.py <<'PY'
import json, sys
off = {"url", "secret_shape", "network"}
report = json.load(open("told.json"))
for check in report["checks"]:
    wanted = ["title", "step", "owner", "fix"]
    if check["verdict"] != "not-applicable" and check["kind"] not in off:
        wanted.append("link")
    if check["verdict"] in ("fail", "unknown"):
        wanted.append("wanted")
    for key in wanted:
        if not check[key]:
            sys.exit(check["id"] + " has no " + key)
PY
for world in 1stream cloud-ex-machina harness-sei harness-sei-oauth rad-security strategy-overview; do
    run "what $world tells" 0 '*' '*' demo --world "$world" --quiet --report json=told.json
    expect "every check of $world" python3 told.py
done
run 'what a customer is told who followed the guide to the letter' 1 '*' '*' demo --world literal --quiet --report json=told.json
expect 'every check of literal' python3 told.py

# ---- Packs
run 'the built-in packs' 0 '^cloud-ex-machina ' '' pack list
printf 'pack: mine\ntitle: Mine\nversion: 1.0.0\nseverty: x\n' >mine.yaml
run 'every mistake of a pack' 2 '' '^mine.yaml:4:1: error: .*severty' pack lint mine.yaml
"$glidepath" pack schema >schema.json
expect 'the schema is JSON' python3 -m json.tool schema.json

# ---- A pack's own tests
pack_with() {
    printf 'pack: mine\ntitle: Mine\nversion: 1.0.0\nextends: baseline\nfirst_call: { table: incident }\nchecks:\n'
    printf '  - { id: itil, title: Itil, step: One, roles: { user: $service_user, all: [itil] } }\n%s\n' "$1"
}
pack_with 'tests: [ { world: cloud-ex-machina, status: ready, cause: none, verdicts: { itil: pass } } ]' >good.yaml
run 'a pack that does what its tests say' 0 '^1 case, 0 failed. Law 1: looked again [1-9][0-9]* times' '' pack test good.yaml
pack_with 'tests: [ { world: cloud-ex-machina, status: not-ready, cause: user-locked-out, verdicts: { itil: fail } } ]' >bad.yaml
run 'a pack that does not' 1 'itil is pass, not fail' '' pack test bad.yaml
expect 'the status is told' grep -q 'the run is ready, not not-ready' out
expect 'the cause is told' grep -q 'the first cause is none, not user-locked-out' out
pack_with '  - { id: tokens, title: Tokens, step: One, plugin: { id: com.glide.tokenbased_auth } }
  - { id: domain, title: Domain, step: One, domain: { user: $service_user, in: global } }
tests:
  - { world: cloud-ex-machina, status: ready, verdicts: { tokens: pass, domain: pass } }
  - { world: cloud-ex-machina, switches: { plugin-view: slow }, status: inconclusive, verdicts: { tokens: unknown, domain: unknown } }' \
    >slow.yaml
run 'a pack on an instance with a slow v_plugin' 0 '^2 cases, 0 failed. Law 1: looked again [1-9][0-9]* times' '' \
    pack test slow.yaml
pack_with 'tests: [ { world: cloud-ex-machina, without: [auditor], status: inconclusive } ]' >alone.yaml
run 'without the auditor' 0 'ok .*without auditor' '' pack test alone.yaml
pack_with '' >none.yaml
run 'a pack without tests' 2 '' 'no `tests:`' pack test none.yaml
pack_with 'tests: [ { world: cloud-ex-machina, status: ready }, { world: nowhere, status: ready } ]' >nowhere.yaml
run 'a test in a world that is not there: none is tried' 2 '' \
    "^nowhere.yaml:8:[0-9]+: error: there is no built-in world 'nowhere'" pack test nowhere.yaml
pack_with 'tests: [ { world: cloud-ex-machina, faults: [role-mising], status: ready } ]' >slip.yaml
run 'a misspelt fault' 2 '' \
    "^slip.yaml:8:10: error: world .* has no fault 'role-mising' .did you mean 'role-missing'" pack test slip.yaml
pack_with 'tests: [ { world: cloud-ex-machina, switches: { plugin-table: admin }, status: ready } ]' >slip.yaml
run 'a misspelt switch' 2 '' "error: unknown switch 'plugin-table' .did you mean 'plugin-tables'" pack test slip.yaml
pack_with 'tests: [ { world: cloud-ex-machina, switches: { plugin-tables: amin }, status: ready } ]' >slip.yaml
run 'a setting there is not' 2 '' "error: switch 'plugin-tables' has no setting 'amin'" pack test slip.yaml
pack_with 'tests: [ { world: ../../etc/passwd } ]' >slip.yaml
run 'a test that expects nothing' 2 '' '8:10: error: a test needs status, cause or verdicts' pack test slip.yaml
lint_of() {
    printf 'pack: mine\ntitle: Mine\nversion: 1.0.0\nchecks:\n  - { id: a, title: A, step: One, %s }\n' "$1" >kind.yaml
}
lint_of 'roles: { user: x }'
run 'roles without a list' 2 '' "'roles' needs all, any or none" pack lint kind.yaml
for kind in age record; do
    lint_of "$kind: { table: incident, where: {}, column: opened_at, at_most_days: 3 }"
    run "$kind without a condition" 2 '' "'where' is an empty mapping" pack lint kind.yaml
done
lint_of 'age: { table: incident, where: { number: x }, column: opened_at, at_most_days: -3 }'
run 'days before today' 2 '' "'at_most_days' must be a whole number from 1 on, not '-3'" pack lint kind.yaml
lint_of 'api: { path: "" }'
run 'no path' 2 '' "'path' must|'path' is empty" pack lint kind.yaml
lint_of 'plugin: { id: com.x, cause: plugin-mising }'
run 'a cause there is not' 2 '' "did you mean 'plugin-missing'" pack lint kind.yaml
pack_with 'tests: [ { world: cloud-ex-machina, set: { service_user: nobody }, verdicts: { user-active: fail, caller: fail } } ]' >set.yaml
run 'the parameters of a test count, not those of its world' 0 'ok      mine: cloud-ex-machina, service_user=nobody' '' pack test set.yaml
mkdir beside
pack_with 'tests: [ { world: ./own-world.yaml, verdicts: { awake: pass } } ]' >beside/pack.yaml
sed 's/{ pack: none }/{ parameters: { service_user: me } }/' own-world.yaml >beside/own-world.yaml
run 'a world of its own lies beside the pack' 0 'ok      mine: beside/own-world.yaml' '' pack test beside/pack.yaml
run 'the demo with a pack of its own' 0 '^READY' '*' demo --pack good.yaml
run 'in a world without a built-in pack' 3 '^INCONCLUSIVE' '*' demo --world beside/own-world.yaml --pack good.yaml
run 'one pack' 2 '' 'demo takes one --pack' demo --pack good.yaml --pack bad.yaml
run 'a file without its ending' 2 '' 'did you mean the file good.yaml' pack lint good
run 'pack test wants a file' 2 '' 'at least one FILE' pack test

# ---- What a pack asks for, and what becomes of its guide
run 'a pack is explained' 0 '^cloud-ex-machina [0-9.]+: ' '' pack show cloud-ex-machina
expect 'its guide' grep -q '^Guide: .*, 80 rows$' out
expect 'with every check' grep -q '^  grant-enabled: The client credentials grant is enabled$' out
expect 'what it reads and by whom' grep -qE '^ +auditor reads sys_properties: name, type, value$' out
expect 'what is asked only after some answers' grep -qE '^ +auditor reads sys_plugins, if need be: .*source' out
expect 'the effect it serves' grep -qE '^ +serves credential$' out
expect 'the calls without a credential' grep -qE '^ +without a credential: GET /api/now/table/incident$' out
sed '1,/^What is asked, and the rights/d' out >rights
expect 'the rights of the integration' grep -qE '^  integration: ' rights
expect 'its token' grep -qE '^    POST /oauth_token.do$' rights
expect 'the tables of the auditor' grep -qE '^    GET /api/now/table/oauth_entity$' rights
expect 'where references lead' grep -qE '^    along references: sys_authentication_policy$' rights
expect 'who reads them as the platform comes' grep -qE '^      itil reads it as the platform comes \(' rights
expect 'no secret column' bash -c '! grep -qE "(secret|password|token|hash)(,|$)" rights'
for pack in $("$glidepath" pack list | cut -d' ' -f1); do
    run "$pack is explained" 0 '^What is asked, and the rights that needs' '' pack show "$pack"
    expect 'in 100 columns but for sentences' bash -c '! grep -E "^ +(auditor|integration).* reads " out | grep -vE "(reads|writes) [a-z_, -]+: [^ ]+,?$" | grep -qE "^.{101}"'
    run "every row of $pack is covered or has its reason" 0 "missing 0$" '' pack coverage "$pack"
done
run 'a line for each row' 0 $'^CXM-3\tcovered\tcloud-ex-machina/release\tauditor, script, export$' '' pack coverage cloud-ex-machina
expect 'in guide order' bash -c 'cut -f1 out | sed "\$d" | sort -c -t- -k2n'
expect 'the reason' grep -qE $'^CXM-80\treason\tlinks to further pages\t-$' out
expect 'last the totals' grep -qE $'^total\tcovered [0-9]+\treason [0-9]+\tmissing 0$' <(tail -n 1 out)
cat >short.yaml <<YAML
pack: short
title: A pack that forgot a row
version: 1.0.0
guide: { title: Guide, rows: A-1..A-3 }
first_call: { table: incident }
reasons: { A-3: nobody can tell }
checks:
  - { id: one, title: One, step: One, covers: [A-1], network: {} }
YAML
run 'a row that was forgotten' 1 $'^A-2\tmissing' '' pack coverage ./short.yaml
expect 'is counted' grep -qE $'^total\tcovered 1\treason 1\tmissing 1$' out
run 'a row, not rows' 0 '^Guide: Guide, 1 row$' '' pack show <(sed 's/A-1..A-3/A-1/; /^reasons/d' short.yaml)
run 'one check' 0 ': sound, 1 check$' '' pack lint short.yaml
run 'what a run cannot do without' 0 '^  service_user .required.: ' '' pack show harness-sei
expect 'and what it may be: the first of them is no default' grep -q '^  auth .required, basic or oauth.: ' out
expect 'a default' grep -q '^  deployment = cloud .cloud or on-prem.: ' out
run 'coverage of a pack that is not there' 2 '' 'nosuch' pack coverage nosuch
run 'coverage of nothing' 2 '' 'pack coverage needs one NAME' pack coverage
run 'show of two' 2 '' 'pack show needs one NAME' pack show baseline cloud-ex-machina
run 'a list takes no name' 2 '' 'pack list takes nothing' pack list baseline
run 'the reference of kinds' 0 '^# The kinds of checks$' '' pack kinds
run 'a verb there is not' 2 '' "pack takes list, .* or kinds, not 'lst'" pack lst

# ---- The demo
run 'a healthy instance is ready' 0 '^READY .*exit 0' 'simulated instance' demo
run 'a broken one is not' 1 'oauth-app-user-unset' '*' demo --fault oauth-app-user-unset
run 'the last line says the status' 1 'exit 1$' '*' demo --fault oauth-app-user-unset
run 'a plan sends nothing' 0 '^wave 0 .*GET .*https://acme.service-now.com/' '*' demo --plan
run 'a report on standard output replaces the terminal one' 0 '"schema": "glidepath-report/1"' '^READY' \
    demo --report json=-
expect 'and is nothing but JSON' python3 -m json.tool out
run 'also when it is asked for' 0 '"schema": "glidepath-report/1"' '^READY' \
    demo --report terminal --report json=-
run 'two reports on standard output' 2 '' 'two reports' demo --report json=- --report junit=-
run 'reports in files' 0 '*' '*' demo --report html --report junit --report json --report markdown --report terminal
expect 'report.md' grep -q '^## Ready: acme.service-now.com, ' report.md
expect 'report.html' grep -q '<!DOCTYPE html>' report.html
expect 'junit.xml' xmllint --noout --schema "$root/tests/report/junit.xsd" junit.xml
run 'a clock that is wrong' 0 '*' '*' demo --fault clock-skew --report html=clock.html
expect 'the page says by how much' grep -qE "the instance's is 60[012] s ahead of it" clock.html
cp junit.xml once.xml
SOURCE_DATE_EPOCH=1795168800 run 'a JUnit file over an older one' 0 '*' '*' demo --report junit --report junit=twice.xml
expect 'the two are not merged' test "$(grep -c '<testsuites' junit.xml)" -eq 1
expect 'equal input gives equal bytes' cmp junit.xml twice.xml
SOURCE_DATE_EPOCH=1795168800 run 'in another run' 0 '*' '*' demo --report junit
expect 'equal bytes too' cmp junit.xml twice.xml
cp once.xml junit.xml
"$glidepath" demo --latency-ms 3000 --report junit >killed.out 2>killed.err &
unlucky=$!
for _ in $(seq 100); do
    [ -e junit.xml ] || break
    sleep 0.05
done
kill -9 "$unlucky"
wait "$unlucky" 2>killed.err || true
expect 'a run that is killed leaves no report, its own or an older one' test ! -e junit.xml
expect 'and no half one beside it' bash -c '! compgen -G "*junit.xml*"'
expect 'report.json' python3 -m json.tool report.json
run 'reports for other programs' 1 '*' '*' demo --fault oauth-app-user-unset --report sarif --report tap
expect 'report.sarif' python3 -m json.tool report.sarif
expect 'report.tap' grep -q '^TAP version 14$' report.tap
expect 'help tells the formats' bash -c "'$glidepath' demo --help | grep -q '^  sarif=report.sarif$'"

# ---- GitHub Actions
github=(demo --fault oauth-app-user-unset --report github)
run 'annotations on standard output' 1 '^::error title=glidepath%3A Not ready::' '^NOT READY' "${github[@]}"
expect 'and nothing else there' bash -c '! grep -qvE "^::(error|warning|notice) .*::" out'
run 'without a fault nothing is an error' 0 '^::notice title=glidepath%3A Ready::' '*' demo --report github
expect 'of no line' bash -c '! grep -q "^::error" out'
echo 'of another command' >summary.md
GITHUB_STEP_SUMMARY=summary.md run 'the step summary' 1 '^::error ' '*' "${github[@]}"
expect 'stands behind what others wrote' bash -c 'head -n 1 summary.md | grep -qx "of another command"'
expect 'and is ours' grep -q '^## Not ready: acme.service-now.com, ' summary.md
head -c $((1024 * 1024 - 10)) /dev/zero | tr '\0' x >summary.md
GITHUB_STEP_SUMMARY=summary.md run 'a summary without room' 1 '^::error ' '*' "${github[@]}"
expect 'is left as it is' test "$(wc -c <summary.md)" -eq $((1024 * 1024 - 10))
rm summary.md
GITHUB_STEP_SUMMARY=nosuch/summary.md run 'a summary that cannot be written' 4 '*' 'nosuch/summary.md' "${github[@]}"
ln -s /dev/full full.md
GITHUB_STEP_SUMMARY=full.md run 'or only begun' 4 '*' 'full.md' "${github[@]}"
GITHUB_STEP_SUMMARY=summary.md run 'another format writes none' 1 '*' '*' demo --fault oauth-app-user-unset
expect 'there is none' test ! -e summary.md
GITHUB_ACTIONS=true run 'no text of others is a command' 1 '*' '*' demo --fault oauth-app-user-unset
expect 'commands are stopped' grep -qxE '::stop-commands::[0-9a-f]{32}' out
expect 'until the end of the report' bash -c 'test "$(tail -n 1 out)" = "::$(sed -n "s/^::stop-commands:://p" out)::"'
GITHUB_ACTIONS=true run 'nor on standard error' 1 '^::error ' '^::stop-commands::' "${github[@]}"
expect 'our own are none of those' bash -c '! grep -q stop-commands out'

SOURCE_DATE_EPOCH=1795168800 run 'the time printed' 0 '"started": "2026-11-20T10:00:00Z"' '*' demo --report json=-
run 'a report that cannot be written' 4 'exit 4$' 'nosuch/report.json' demo --report json=nosuch/report.json
run 'also when another has standard output' 4 '"exit": 4' 'exit 4$' \
    demo --report json=- --report html=nosuch/report.html
run 'the demo says in short lines what it plays' 1 '*' '^  with the fault role-missing' \
    demo --fault oauth-app-user-unset --fault role-missing
expect 'in 80 columns' bash -c '! grep -qE "^.{81}" err'
run 'the demo leaves out the auditor' 3 '^INCONCLUSIVE' '^  without the credential auditor' demo --without auditor
expect 'and sends nothing as it' bash -c '! grep -q "auditor: api-key" out'
run 'the demo leaves out the integration' 3 '^INCONCLUSIVE' '*' demo --without integration
run 'and both' 3 '^INCONCLUSIVE' '*' demo --without integration --without auditor
run 'a credential the world has not' 2 '' "takes integration or auditor, not 'nosuch'" demo --without nosuch
ln -s /dev/full full.json # a link: a program that replaced the file itself would do no harm to the machine
run 'a report onto a full disk' 4 '*' 'full.json' demo --report json=full.json
mkfifo pipe.json
exec 3<>pipe.json
cat <&3 >/dev/null & # a report is larger than what a pipe holds
run 'a report into a pipe' 0 '*' '*' demo --report json=pipe.json
expect 'the pipe is still one' test -p pipe.json
exec 3<&-
kill $!
run 'no colour codes outside a terminal' 0 '*' '*' demo
expect 'none' bash -c '! grep -q "$(printf "\033")" out'

# ---- Two reasons inside one access policy are both told, whichever came first
# both WORLD ONE OTHER: the world with both faults names both causes.
both() {
    run "$1 with $2 and $3" 1 "^CAUSE  $2 " '*' demo --quiet --world "$1" --fault "$2" --fault "$3"
    expect "… and $3" grep -q "^CAUSE  $3 " out
}
for world in rad-security strategy-overview; do
    both "$world" policy-inactive policy-profile-unlinked
    both "$world" policy-profile-unlinked policy-inactive
    both "$world" policy-inactive profile-inactive
    both "$world" profile-inactive policy-inactive
    both "$world" profile-inactive policy-profile-unlinked
    both "$world" policy-profile-unlinked profile-inactive
    both "$world" profile-inactive policy-outranked
    both "$world" policy-outranked profile-inactive
    both "$world" policy-inactive policy-outranked # the other order switches the shipped policy off again
done

# v_plugin is made up for every query, and on some instances nobody waits for its end. On standard error stands a line for
# every answer, as they come.
run 'a slow v_plugin' 0 '^READY .*exit 0' '/v_plugin.* -> 0 timeout' \
    demo --world cloud-ex-machina --switch plugin-view=slow --allow-writes --verbose
expect 'holds up neither follow-up questions nor writes' bash -c 'grep "^\[" err | tail -n 1 | grep -q /v_plugin && grep -q DELETE err'
run 'a slow v_plugin that has a second source' 0 '^READY .*exit 0' '*' demo --world 1stream --switch plugin-view=slow --verbose
grep '^\[' err | sed -E 's|.*/table/([a-z_]*).*|\1|' | paste -sd ' ' >order # on a busy machine others may be as slow
# The last two are in flight together.
expect 'it is asked in the end, and nothing else' grep -qE \
    '^[^/]* v_plugin( [a-z_]+)* (sys_plugins sn_customerservice_case|sn_customerservice_case sys_plugins)$' order
expect 'it is not asked before' bash -c '! grep -qE "sys_plugins.* v_plugin" order'

# ---- A target of one's own, played by the simulated instance
write_faults=(write-denied field-write-ignored mandatory-field business-rule-abort)
also=()
for fault in "${write_faults[@]}"; do
    also+=(--also "$fault.service-now.com=cloud-ex-machina+$fault")
done
"$glidepath" sim --world cloud-ex-machina --tls --host acme.service-now.com --listen 127.0.0.1:0 --log sim.log "${also[@]}" \
    >sim.json &
sim=$!
for _ in $(seq 100); do
    [ -s sim.json ] && break
    sleep 0.1
done
expect 'no core file is written: memory holds secrets' grep -qE '^Max core file size +0 +0 ' "/proc/$sim/limits"
if [ "$(id -u)" -ne 0 ]; then # the files of a process that may not be looked into are root's
    expect 'and no other process looks in' test "$(stat -c %u "/proc/$sim/environ")" -eq 0
fi
told() {
    python3 -c "import json; print(json.loads(open('sim.json').readline())$1)"
}
reach=(--connect-to "acme.service-now.com:443:127.0.0.1:$(told "['port']")" --cacert "$(told "['ca_file']")")
cat >target.yaml <<YAML
instance: https://acme.service-now.com/
packs: [cloud-ex-machina]
set: { assignment_group: Cloud Operations }
credentials:
  integration:
    kind: oauth-client
    client_id: $(told "['credentials']['integration']['client_id']")
    client_secret: { env: CXM_CLIENT_SECRET }
  auditor: { kind: api-key, key: { file: auditor.key } }
YAML
told "['credentials']['auditor']['key']" >auditor.key
CXM_CLIENT_SECRET=$(told "['credentials']['integration']['client_secret']")
run 'a secret that is not there' 2 '' 'CXM_CLIENT_SECRET' check target.yaml "${reach[@]}"
sed 's/{ env: CXM_CLIENT_SECRET }/literal-not-a-real-secret/' target.yaml >literal.yaml
run 'a credential the pack is not written for' 2 '' "kind oauth-client; 'auditor2' is of kind api-key" \
    check <(sed 's/ auditor:/ auditor2:/; s/\[cloud-ex-machina\]/[{ pack: cloud-ex-machina, credential: auditor2 }]/' target.yaml)
run 'a literal secret' 2 '' '^literal.yaml:[0-9]+:[0-9]+: error: a literal secret' check literal.yaml "${reach[@]}"
expect 'which is not shown' bash -c '! grep -q not-a-real-secret err'
sed 's/Cloud Operations/x\n  colour: blue/; s/set: {/set:\n  x: {/' target.yaml >broken.yaml
run 'a file that is no YAML' 2 '' '^broken.yaml:[0-9]+' check broken.yaml "${reach[@]}"
run 'an unknown parameter' 2 '' 'assignment_grup' check target.yaml "${reach[@]}" --set assignment_grup=x
run 'an unknown check' 2 '' 'app-actve' check target.yaml "${reach[@]}" --only app-actve
export CXM_CLIENT_SECRET
run 'a plan' 0 '^wave 3 .*integration .*GET ' '' check target.yaml "${reach[@]}" --plan
expect 'none of these sent anything' test ! -s sim.log
run 'both credentials' 0 '^READY .*exit 0' '*' check target.yaml "${reach[@]}" --report html
digest=$(sha256sum <"$root/rules/packs/cloud-ex-machina.yaml")
expect 'the page names the pack by its digest' grep -q "cloud-ex-machina.yaml, SHA-256 ${digest%% *}" report.html
expect 'where the credential came from' grep -q '<dd>oauth-client from env CXM_CLIENT_SECRET</dd>' report.html
expect 'how far the clocks are apart' grep -q "<dd>the system's; the instance's agrees with it</dd>" report.html
expect 'and how to repeat a request' grep -q -e '--data-urlencode "client_secret=$INTEGRATION_CLIENT_SECRET"' \
    -e '--data-urlencode &quot;client_secret=$INTEGRATION_CLIENT_SECRET&quot;' report.html
expect 'without a secret' bash -c '! grep -q -e "$CXM_CLIENT_SECRET" -e "$(cat auditor.key)" report.html'

# ---- Waivers: until their day, and told before it comes
wrong=(--set 'assignment_group=Retired Team')
run 'a check that fails' 1 'NOT READY' '*' check target.yaml "${reach[@]}" "${wrong[@]}" --report json=failing.json
failing=$(python3 -c "
import json
print(' '.join(c['id'] for c in json.load(open('failing.json'))['checks'] if c['verdict'] == 'fail' and c['gates']))")
waive() { # waive DAY: all that fails there, until that day; and one that passes
    cat target.yaml
    echo 'waivers:'
    for id in $failing cloud-ex-machina/credential; do
        echo "  - { check: $id, until: $1, by: j.doe, because: the group is made in autumn }"
    done
}
waive 2999-01-31 >waived.yaml
run 'is waived until its day' 0 'waived by j.doe until 2999-01-31: the group is made' '*' \
    check waived.yaml "${reach[@]}" "${wrong[@]}" --report junit --report markdown
expect 'the last line counts it' grep -qE '^READY .*waived' out
expect 'a waiver of what passes is reported' grep -q 'waives nothing: the check passes' out
expect 'the JUnit file is green' bash -c '! grep -qE "<(failure|error) " junit.xml'
expect 'and says who signed' grep -q '<skipped message="waived by j.doe until 2999-01-31' junit.xml
expect 'so does the ticket' grep -q '^\*\*Waived\*\*: .*j[.]doe' report.md
waive 2020-01-31 >waived.yaml
run 'counts again after it' 1 'the waiver of j.doe ended on 2020-01-31' '*' check waived.yaml "${reach[@]}" "${wrong[@]}"
waive "$(date -u -d '+5 days' +%F)" >waived.yaml
run 'and warns before it' 0 'ends in 5 days' '*' check waived.yaml "${reach[@]}" "${wrong[@]}"
sed '/integration:/,/client_secret/d' target.yaml >auditor.yaml
run 'the auditor alone' 3 'blocked  Client ID and Client Secret are accepted' '*' check auditor.yaml "${reach[@]}" \
    --set "client_id=$(told "['credentials']['integration']['client_id']")"
run 'no credential at all: one request' 3 ' 1 request, 1 wave' '*' \
    check --instance acme --pack cloud-ex-machina "${reach[@]}"
run 'one check and what it needs' 0 'The application is active' '*' check target.yaml "${reach[@]}" --only app-active
run 'no secret in the loudest report' 0 '*' '*' check target.yaml "${reach[@]}" --verbose --report json=-
expect 'none' bash -c '! grep -q -e simulated-client-secret -e simulated-auditor-key out err'
run 'the certificate is not trusted without its authority' 1 'tls-untrusted' '*' check target.yaml "${reach[@]:0:2}"
run 'nobody there, which may pass' 3 'unreachable' '*' check target.yaml --connect-to acme.service-now.com:443:127.0.0.1:1

# ---- Writes: with consent only
cat >writes.yaml <<YAML
pack: writes
title: Writes
version: 1.0.0
extends: baseline
first_call: { table: incident }
checks:
  - id: create
    title: An incident can be created
    step: Writes
    needs: [credential]
    fix: Look at the access controls of incident.
    table_write: { table: incident, values: { short_description: A test of glidepath }, update: { description: Changed } }
YAML
sed 's/\[cloud-ex-machina\]/[.\/writes.yaml]/; /assignment_group/d' target.yaml >writer.yaml
n_posts() {
    grep -cE '"method":"(POST|PATCH|DELETE)","url":"/api/' sim.log || true
}
run 'without consent a write is not applicable, and counted' 0 '; 1 write check not$' '' \
    check writer.yaml "${reach[@]}"
expect 'its reason is in the report' bash -c "\"$glidepath\" check writer.yaml ${reach[*]} --report json=- 2>/dev/null |
    grep -q '\"reason\": \"no-consent\"'"
run 'a plan without consent shows none' 0 '^wave ' '' check writer.yaml "${reach[@]}" --plan
expect 'none' bash -c '! grep -qE "POST .*/api/|WRITES" out'
run 'a plan with consent shows them, marked' 0 'WRITES \{.*"short_description":"A test of glidepath"' '' \
    check writer.yaml "${reach[@]}" --plan --allow-writes
expect 'and counts them' grep -q '^3 of them write to the instance' out
expect 'so far nothing was written' test "$(n_posts)" -eq 0
run 'with consent it is done' 0 '^READY .*exit 0' 'warning: the record INC[0-9]+ of incident .sys_id [0-9a-f]{32}. is still there' \
    check writer.yaml "${reach[@]}" --allow-writes --quiet
expect 'in three requests that write' test "$(n_posts)" -eq 3
run 'the next run says what is still there, and how to find it' 0 '^READY ' \
    'incident_list.do.sysparm_query=correlation_id%3Dglidepath-[0-9a-f]{12}-1 ' check writer.yaml "${reach[@]}" --quiet
rm -r state/glidepath/writes
run 'until its note is deleted' 0 '^READY ' '' check writer.yaml "${reach[@]}" --quiet
"$glidepath" sim --world cloud-ex-machina --tls --host acme.service-now.com --listen 127.0.0.1:0 --latency-ms 500 \
    >slow.json &
slow=$!
for _ in $(seq 100); do
    [ -s slow.json ] && break
    sleep 0.1
done
slow_told() {
    python3 -c "import json; print(json.loads(open('slow.json').readline())$1)"
}
"$glidepath" check writer.yaml --connect-to "acme.service-now.com:443:127.0.0.1:$(slow_told "['port']")" \
    --cacert "$(slow_told "['ca_file']")" --allow-writes --quiet >out 2>err &
killed=$!
for _ in $(seq 400); do
    compgen -G 'state/glidepath/writes/glidepath-*-1' >/dev/null && break
    sleep 0.05
done
kill -9 "$killed"
wait "$killed" 2>err || true
kill "$slow"
wait "$slow" || true
run 'a run that was killed left a trace before its record' 0 '^READY ' \
    'incident_list.do.sysparm_query=correlation_id%3Dglidepath-[0-9a-f]{12}-1 ' check writer.yaml "${reach[@]}" --quiet
expect 'and nothing secret' bash -c '! grep -rq -e simulated-client-secret -e simulated-auditor-key state'
rm -r state/glidepath/writes
XDG_STATE_HOME=/dev/null run 'quiet keeps warnings' 0 '^READY ' 'warning: that a record is made could not be written down' \
    check writer.yaml "${reach[@]}" --allow-writes --quiet
run 'the demo takes the consent too' 0 '^READY .*exit 0' '*' demo --allow-writes
for fault in "${write_faults[@]}"; do
    run "what refuses a write is named: $fault" 1 "^CAUSE +$fault " '*' check writer.yaml --instance "$fault" \
        --connect-to "$fault.service-now.com:443:127.0.0.1:$(told "['port']")" "${reach[@]:2}" --allow-writes
done

export GLIDEPATH_INSTANCE=acme GLIDEPATH_CLIENT_SECRET=$CXM_CLIENT_SECRET
GLIDEPATH_CLIENT_ID=$(told "['credentials']['integration']['client_id']")
export GLIDEPATH_CLIENT_ID
run 'the environment alone, without an auditor' 3 'no-auditor|denied|filtered|hidden' '*' \
    check --pack cloud-ex-machina "${reach[@]}"
GLIDEPATH_API_KEY=x run 'two kinds of credential' 2 '' 'GLIDEPATH_API_KEY' check --pack cloud-ex-machina

# ---- Interrupted
for signal in INT:130 TERM:143; do
    status=0
    timeout --preserve-status -s "${signal%:*}" 1 "$glidepath" demo --latency-ms 3000 --report json >out 2>err || status=$?
    expect "SIG${signal%:*} ends with ${signal#*:}" test "$status" -eq "${signal#*:}"
    expect 'the report is written' grep -q '"reason": "timeout"' report.json
    expect 'the last line agrees' grep -q "exit ${signal#*:}\$" out
done

# ---- The examples of the documentation: packs of their own, without a line of C
for example in "$root"/docs/examples/*.yaml; do
    case $example in *-world.yaml) continue ;; esac
    run 'an example is sound' 0 ': sound, [1-9][0-9]* checks?$' '' pack lint "$example"
    run 'every row of its guide is covered or has its reason' 0 'missing 0$' '' pack coverage "$example"
    run 'it does what its tests say' 0 '^[1-9][0-9]* cases?, 0 failed[.]' '' pack test "$example"
done

# ---- Reports that name nobody
run 'a report without names' 0 'cloud-ex-machina .* -> host-1[.]service-now[.]com' '*' \
    demo --anonymise --report "json=$work/masked.json"
expect 'the folder of a file may have a name, too' bash -c '! grep -q "$PWD" out && grep -q masked.json out'
python3 "$root/tests/cli/anonymised.py" "$glidepath" >anonymised.out 2>&1 || true
expect 'nobody is named in any format' grep -qE '^[0-9]+ flights in [0-9]+ formats name nobody$' anonymised.out
grep -v 'name nobody$' anonymised.out || true

# ---- The page for authors of packs: its tutorial, typed by somebody with an empty folder
python3 "$root/tests/cli/page.py" "$root/docs/packs.md" "$glidepath" >page.out 2>&1 || true
expect 'the page shows what is printed' grep -qE '[1-9][0-9]* commands, 0 print something else' page.out
grep -vE ' 0 print something else' page.out || true

# ---- The README
python3 "$root/ci/pictures" --check "$glidepath" >pictures.out 2>&1 || true
expect 'the README shows what is printed' grep -qE '^ci/pictures: 3 captures and 2 pictures, 0 captures taken anew$' pictures.out
grep -v ' 0 captures taken anew$' pictures.out || true

if [ "$n_failed" -gt 0 ]; then
    echo "run.sh: $n_failed of $n_rows rows failed"
    exit 1
fi
echo "run.sh: $n_rows rows as wanted"
