# SPDX-License-Identifier: Apache-2.0
#
# What the suites of evidence share: a folder to work in, rows that expect an exit status and a sentence, and files that are
# sealed anew. To be sourced with the path of glidepath as the first argument; `finish` ends the suite.
set -euo pipefail
glidepath=$(realpath "$1")
work=$(mktemp -d)
sim= # a simulated instance that is to end with the suite
trap '[ -z "$sim" ] || kill "$sim"; rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8 NO_COLOR=1 XDG_STATE_HOME=$work/state
unset GLIDEPATH_INSTANCE GLIDEPATH_API_KEY
n_rows=0
n_failed=0

complain() {
    n_failed=$((n_failed + 1))
    echo "FAILED: $*"
    sed 's/^/    /' out err 2>/dev/null | tail -n 12
}

# says PATTERN: a line of the last run has it, or its lines joined.
says() {
    cat out err | tr -s ' \n' '  ' >said
    grep -qE -- "$1" out err said
}

# expect WHY STATUS PATTERN ARGUMENT...: the exit status, and what is said (- for nothing in particular, ! before what must not
# be said).
expect() {
    local why=$1 wanted=$2 pattern=$3 status=0
    n_rows=$((n_rows + 1))
    timeout 120 "$glidepath" "${@:4}" >out 2>err || status=$?
    [ "$status" = "$wanted" ] || complain "$why: exit $status, wanted $wanted"
    case $pattern in
    -) ;;
    !*) ! says "${pattern#!}" || complain "$why: it says '${pattern#!}'" ;;
    *) says "$pattern" || complain "$why: nothing says '$pattern'" ;;
    esac
    ! grep -qE 'Sanitizer|runtime error' err || complain "$why: a sanitizer reports"
}

# reseal FROM TO PYTHON: the recording, or what a script printed, changed by a statement about `d`, with a digest that fits: as
# docs/recording.md describes it.
reseal() {
    python3 - "$@" <<'PY'
import datetime, hashlib, json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
d = json.loads(text[text.index("{"):text.rindex("}") + 1])
del d["digest"]

def in_days(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")

exec(sys.argv[3])
body = json.dumps(d, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
d["digest"] = "sha256:" + hashlib.sha256(body.encode()).hexdigest()
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump(d, file, ensure_ascii=False, indent=1)
PY
}

# serve WORLD [FAULT]: a simulated instance plays acme.service-now.com; sim.json says how to reach it.
serve() {
    rm -f sim.json
    "$glidepath" sim --world "$1" ${2:+--fault "$2"} --listen 127.0.0.1:0 --tls --host acme.service-now.com >sim.json 2>sim.err &
    sim=$!
    for _ in $(seq 100); do [ -s sim.json ] && break; sleep 0.1; done
}

finish() {
    if [ "$n_failed" -gt 0 ]; then
        echo "$(basename "$0"): $n_failed complaints about $n_rows rows"
        exit 1
    fi
    echo "$(basename "$0"): $n_rows rows"
}
