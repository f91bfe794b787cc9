#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs tests/cli/glide_test.js where there is node.
set -euo pipefail

if ! command -v node >/dev/null; then
    echo '[SKIP] glide: node is missing'
    exit 77
fi
node "$(dirname "$0")/glide_test.js"
