#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# lint.sh ROOT: the searches of ci/lint-arrows and ci/lint-text find each mistake they are there for, and nothing in a
# tree without one.
set -euo pipefail
root=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
n_failed=0

# fresh: a tree in which nothing is wrong.
fresh() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree"/{base,model,rules,probes,checks,diagnosis,report,sim,cli,tests/base,ci,.ci,cmake}
    cp "$root"/ci/lint-arrows "$root"/ci/lint-text "$tree/ci/"
    echo '# SPDX-License-Identifier: Apache-2.0' | tee "$tree/CMakeLists.txt" >"$tree/tests/CMakeLists.txt"
    local file
    for file in checks/a.c cli/main.c base/memory.c probes/live.c tests/base/test_a.c; do
        printf '%s\n' '/* SPDX-License-Identifier: Apache-2.0 */' '#include "base/str.h"' '#include <string.h>' \
            'static const int n = 1;' >"$tree/$file"
    done
}

# expect SCRIPT FILE LINE MESSAGE: with LINE added to FILE, the script fails and says MESSAGE; "" means it passes.
expect() {
    local script=$1 file=$2 line=$3 message=$4 said status=0
    fresh
    printf '%b\n' "$line" >>"$tree/$file"
    said=$("$tree/ci/$script" 2>&1) || status=$?
    if [ -z "$message" ] && [ "$status" -eq 0 ]; then
        return
    fi
    if [ -n "$message" ] && [ "$status" -eq 1 ] && grep -qF "$file:" <<<"$said" && grep -qF "$message" <<<"$said"; then
        return
    fi
    echo "$script, $file, $line: wanted '${message:-no fault}', status $status: $said"
    n_failed=$((n_failed + 1))
}

expect lint-arrows checks/a.c '#include "rules/schema.h"' ''
expect lint-arrows checks/a.c '#include "probes/probe.h"' 'checks/ may not include "probes/probe.h"'
expect lint-arrows checks/a.c '#  include "sim/sim.h"' 'checks/ may not include "sim/sim.h"'
expect lint-arrows base/memory.c '#include "model/run.h"' 'base/ may not include "model/run.h"'
expect lint-arrows probes/live.c '#include "sim/sim.h"' 'probes/ may not include "sim/sim.h"'
expect lint-arrows cli/main.c '#include "sim/sim.h"' ''
expect lint-arrows probes/live.c '#include <curl/curl.h>' ''
expect lint-arrows checks/a.c '#include <curl/curl.h>' '<curl/curl.h> belongs behind its door'
expect lint-arrows probes/live.c '#include <jansson.h>' '<jansson.h> belongs behind its door'
expect lint-arrows cli/main.c '#include <libxml/tree.h>' '<libxml/tree.h> belongs behind its door'

expect lint-text checks/a.c '    return judge(free_form);' ''
expect lint-text checks/a.c '    exit(1);' 'only main ends the process'
expect lint-text checks/a.c '    _exit(1);' 'only main ends the process'
expect lint-text checks/a.c ' * exit(1) in a comment' ''
expect lint-text cli/main.c '    exit(1);' ''
expect lint-text base/memory.c '    _exit(4);' ''
expect lint-text checks/a.c '    free(row);' 'memory comes from an arena'
expect lint-text checks/a.c '    pattern_free(row);' ''
expect lint-text checks/a.c '    printf("x");' 'only cli/ prints'
expect lint-text checks/a.c '    fputs("x", stderr);' 'only cli/ prints'
expect lint-text checks/a.c '    fputs("x", out);' ''
expect lint-text cli/main.c '    fputs("x", stderr);' ''
expect lint-text checks/a.c 'static int calls;' 'no mutable variable'
expect lint-text checks/a.c '    static int calls = 0;' 'no mutable variable'
expect lint-text checks/a.c 'static int judge(void);' ''
expect lint-text checks/a.c 'static volatile sig_atomic_t is_interrupted;' ''
expect lint-text cli/main.c 'static int calls;' ''
expect lint-text checks/a.c "$(printf 'x%.0s' {1..101})" 'more than 100 columns'
expect lint-text checks/a.c "$(printf 'ä%.0s' {1..100})" ''
expect lint-text checks/a.c '\treturn;' 'a tab'
expect lint-text checks/a.c 'return; ' 'blanks at the end'
expect lint-text checks/a.c '/* FIXME: later */' 'finish it'
expect lint-text checks/a.c "{\n$(printf 'x;\\n%.0s' {1..60})}" ''
expect lint-text checks/a.c "{\n$(printf 'x;\\n%.0s' {1..61})}" 'a function of 61 lines'
expect lint-text tests/base/test_a.c "{\n$(printf 'x;\\n%.0s' {1..61})}" ''
expect lint-text model/new.h 'struct run;' 'no SPDX line'

if [ "$n_failed" -gt 0 ]; then
    echo "lint.sh: $n_failed rows failed"
    exit 1
fi
echo "lint.sh: every row as wanted"
