#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# http2.sh GLIDEPATH: HTTP/2 where it is offered. The simulated instance speaks HTTP/1.1 only, so nghttpx stands before it with
# a certificate made for this run; its access log tells which protocol each request came by. Without nghttpx or openssl the test
# says so and is skipped (status 77).
set -euo pipefail
glidepath=$(realpath "$1")
for tool in nghttpx openssl python3; do
    command -v "$tool" >/dev/null || {
        echo "http2.sh: SKIPPED: no $tool (ci/setup tests installs it)"
        exit 77
    }
done
work=$(mktemp -d)
started=()
trap 'for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done; rm -rf "$work"' EXIT
cd "$work"
for name in $(compgen -e | grep -E '^(GLIDEPATH_|.*_proxy$|.*_PROXY$)' || true); do
    unset "$name"
done
export LC_ALL=C.UTF-8 XDG_STATE_HOME=$work/state

# wait_for COMMAND...: at most ten seconds.
wait_for() {
    for _ in $(seq 100); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    echo "http2.sh: gave up waiting for: $*"
    exit 1
}

"$glidepath" sim --world cloud-ex-machina >sim.json &
started+=($!)
wait_for test -s sim.json
told() {
    python3 -c "import json; print(json.load(open('sim.json'))$1)"
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -keyout key.pem -out ca.pem \
    -subj /CN=acme.service-now.com -addext subjectAltName=DNS:acme.service-now.com 2>/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
nghttpx --frontend="127.0.0.1,$port" --backend="127.0.0.1,$(told "['port']")" --workers=1 --no-ocsp --conf=/dev/null \
    --accesslog-file=access.log --accesslog-format='$alpn $request' --errorlog-file=error.log key.pem ca.pem 2>nghttpx.log &
started+=($!)
wait_for bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"

GLIDEPATH_CLIENT_ID=$(told "['credentials']['integration']['client_id']")
GLIDEPATH_CLIENT_SECRET=$(told "['credentials']['integration']['client_secret']")
GLIDEPATH_AUDITOR_API_KEY=$(told "['credentials']['auditor']['key']")
export GLIDEPATH_CLIENT_ID GLIDEPATH_CLIENT_SECRET GLIDEPATH_AUDITOR_API_KEY
"$glidepath" check --instance acme --pack cloud-ex-machina --cacert ca.pem --report json \
    --connect-to "acme.service-now.com:443:127.0.0.1:$port" >out || {
    cat out error.log
    echo "http2.sh: the run did not end ready"
    exit 1
}
requests=$(python3 -c "import json; print(json.load(open('report.json'))['traffic']['requests'])")
connections=$(python3 -c "import json; print(json.load(open('report.json'))['traffic']['connections'])")
wait_for test "$(wc -l <access.log)" -ge "$requests"
by_http2=$(grep -c '^h2 ' access.log || true)
echo "http2.sh: $by_http2 of $requests requests came by HTTP/2, over $connections connections"
[ "$by_http2" -eq "$requests" ] && [ "$connections" -lt "$requests" ]
