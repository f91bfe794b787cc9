#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# install.sh CMAKE BUILD: installs a build into an empty folder and uses it from another one. Needs no more of the build
# than the program, because that is all ci/demo builds.
set -euo pipefail
cmake=$1 build=$2

prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
"$cmake" --install "$build" --prefix "$prefix" >"$prefix/log"
cd /
for file in bin/glidepath share/glidepath/packs/baseline.yaml share/glidepath/packs/cloud-ex-machina.yaml \
    share/glidepath/pack.schema.json share/glidepath/report.schema.json share/glidepath/plan.schema.json share/glidepath/diff.schema.json \
    share/doc/glidepath/LICENSE \
    share/man/man1/glidepath.1 share/bash-completion/completions/glidepath share/zsh/site-functions/_glidepath \
    share/fish/vendor_completions.d/glidepath.fish share/glidepath/templates/Jenkinsfile; do
    [ -s "$prefix/$file" ] || {
        echo "install.sh: $file is missing"
        exit 1
    }
done
"$prefix/bin/glidepath" pack schema | cmp - "$prefix/share/glidepath/pack.schema.json"
"$prefix/bin/glidepath" pack kinds | cmp - "$prefix/share/doc/glidepath/docs/kinds.md"
"$prefix/bin/glidepath" explain --causes | cmp - "$prefix/share/doc/glidepath/docs/causes.md"
"$prefix/bin/glidepath" --man | cmp - "$prefix/share/man/man1/glidepath.1"
"$prefix/bin/glidepath" --completion zsh | cmp - "$prefix/share/zsh/site-functions/_glidepath"
"$prefix/bin/glidepath" pack lint "$prefix/share/glidepath/packs/cloud-ex-machina.yaml"
"$prefix/bin/glidepath" demo --quiet
