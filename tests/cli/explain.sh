#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# explain.sh GLIDEPATH: glidepath explain as support staff use it: a text from a file or a pipe, the exit status, what is
# recognised, the first cause, and that no secret of the text comes out again.
set -euo pipefail
glidepath=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8 NO_COLOR=1
n_rows=0
n_failed=0

# A secret for each place one may stand in; none of them may be printed.
secret=test-secret-not-real-7
basic=$(printf 'svc:%s' "$secret" | base64)

fail() {
    n_failed=$((n_failed + 1))
    echo "FAILED: $*"
    sed 's/^/  out: /' out
    sed 's/^/  err: /' err
}

# explain REASON STATUS PATTERN ARGUMENT...: the text comes on standard input. PATTERN is an extended regular expression that
# some line of standard output must match; with status 2, one of standard error, and nothing is on standard output.
explain() {
    local reason=$1 wanted=$2 pattern=$3 status=0 stream=out
    shift 3
    n_rows=$((n_rows + 1))
    "$glidepath" explain "$@" >out 2>err || status=$?
    [ "$wanted" = 2 ] && stream=err
    [ "$status" = "$wanted" ] || fail "$reason: status $status, wanted $wanted"
    grep -qE -- "$pattern" "$stream" || fail "$reason: no line matches $pattern"
    [ "$wanted" != 2 ] || [ ! -s out ] || fail "$reason: a mistake prints nothing else"
    [ "$wanted" = 2 ] || [ ! -s err ] || fail "$reason: something on standard error"
    if grep -qF -e "$secret" -e "$basic" out err; then
        fail "$reason: a secret was printed"
    fi
    if awk 'length > 80 && !/https?:/' out | grep -q .; then
        fail "$reason: a line of more than 80 columns"
    fi
}

refused='{"error":{"message":"User Not Authenticated","detail":"Required to provide Auth information"},"status":"failure"}'
cat >call.txt <<END
* Connected to acme.service-now.com (192.0.2.10) port 443
> GET /api/now/table/incident?sysparm_limit=1 HTTP/1.1
> Host: svc:$secret@acme.service-now.com
> x-sn-apikey: $secret
> Authorization: Basic $basic
> Cookie: glide_session_store=$secret
>
< HTTP/1.1 401 Unauthorized
< X-Transaction-ID: 4f1c2b8a1b2c
< X-Is-Logged-In: false
< Set-Cookie: glide_user_route=$secret; Path=/
<
$refused
* Connection #0 to host acme.service-now.com left intact
END

# ---- Forms
explain 'a body on standard input' 0 '^RECOGNISED  .*first cause credential-refused' <<<"$refused"
explain 'the same with a dash' 0 '^  not-authenticated:' - <<<"$refused"
explain 'curl -v in a file' 0 '^  node-answered:' call.txt </dev/null
explain 'curl -v: the transaction for the admin' 0 'transaction 4f1c2b8a1b2c' call.txt </dev/null
explain 'a page' 0 'first cause instance-hibernating' <<<'<html><title>Instance Hibernating page</title></html>'
explain 'a line of a log' 0 'first cause dns-failure' <<<'java.net.UnknownHostException: acme.example.test'
explain 'a line of syslog' 0 'first cause client-secret-refused' \
    <<<'Exception on token flow - client_secret: The secret is not right'
explain 'a line of the node log' 0 'first cause ip-restricted' \
    <<<'Security restricted: Access restricted (192.0.2.7 not authorized)'
explain 'what only narrows names no cause' 0 'No cause can be named from this alone' <<<'got HTTP 403'
explain 'the token endpoint' 0 'first cause token-refused' \
    <<<'{"error_description":"access_denied","error":"server_error"}'

explain 'a quota that ended the transaction is no full queue alone' 0 'A quota ended the transaction' \
    <<<'Transaction cancelled: maximum execution time exceeded'

# ---- Options
explain 'a kind rules out what others suffer' 0 'not with a credential of kind api-key: password-refused' \
    --kind api-key <<<"$refused"
explain 'without a kind: it would shorten the list' 0 'kind of the credential rules some of these out' <<<"$refused"
explain 'a token of a grant may be old: the vendor keeps it' 0 '^  or   access-token-expired' \
    --kind oauth-client <<<"$refused"
explain 'a kind ranks' 0 '^  or   password-refused' --kind basic <<<"$refused"
explain 'a call that was said' 0 'POST /oauth_token.do: status not told' --call 'POST /oauth_token.do' \
    <<<'{"error_description":"access_denied","error":"server_error"}'
explain 'a secret in the call' 0 'GET /api/x\?password=\[secret\]' --call "GET /api/x?password=$secret" <<<"$refused"

# ---- Not recognised: never a guess
explain 'prose' 3 '^NOT RECOGNISED  exit 3' <<<'authentication failed'
explain 'prose: what would help' 3 'curl -v -H "x-sn-apikey: \$SECRET"' <<<'authentication failed'
explain 'nothing at all' 3 'NOT RECOGNISED' </dev/null
explain 'a secret and nothing else' 3 'NOT RECOGNISED' <<<"password=$secret"
explain 'another service' 3 'NOT RECOGNISED' <<<'{"error":"quota","status":"error"}'

# ---- The reference
n_rows=$((n_rows + 1))
"$glidepath" explain --causes >out 2>err </dev/null || fail 'the reference of causes'
grep -qxF '### `policy-profile-unlinked`' out || fail 'the reference has every cause'

# ---- Mistakes
explain 'the reference of causes, and a text' 2 'causes stands alone' --causes call.txt </dev/null
explain 'the reference of causes, and a kind' 2 'causes stands alone' --causes --kind basic </dev/null
explain 'no such file' 2 'nowhere.txt: No such file' nowhere.txt </dev/null
explain 'a folder' 2 'is a directory|Is a directory' . </dev/null
explain 'two files' 2 'one FILE' call.txt call.txt </dev/null
explain 'no such kind' 2 "did you mean 'basic'" --kind basik call.txt </dev/null
explain 'a call without a method' 2 "METHOD PATH" --call '/api/now/table/incident' call.txt </dev/null
explain 'a call without a path' 2 "METHOD PATH" --call 'GET incident' call.txt </dev/null
explain 'an unknown option' 2 'unknown option --kid.*--kind' --kid basic call.txt </dev/null
head -c 3000000 /dev/zero | tr '\0' 'a' >large.txt
explain 'too large' 2 'larger than' large.txt </dev/null

# ---- Secrets: each place by itself, in a text that is recognised and in one that is not
while IFS= read -r line; do
    explain "hidden: ${line//$secret/…}" 0 '^RECOGNISED' < <(printf '%s\n%s\n' "$line" "$refused")
    explain "hidden, unknown text: ${line//$secret/…}" 3 'NOT RECOGNISED' <<<"$line"
done <<END
curl -u svc:$secret https://acme.example.test
curl -H 'x-sn-apikey: $secret' https://acme.example.test
Authorization: Basic $basic
{"password": "$secret"}
{'api_key': '$secret'}
grant_type=password&client_secret=$secret&x=1
https://svc:$secret@acme.example.test/
<password>$secret</password>
Bearer $secret
password=$secret and again $secret
END

echo "explain.sh: $((n_rows - n_failed)) of $n_rows rows as expected"
[ "$n_failed" = 0 ]
