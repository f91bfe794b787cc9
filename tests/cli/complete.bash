#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# complete.bash SCRIPT LINE: what bash offers for the word at the end of LINE, one to a line. The line is cut into words as
# bash does it: at blanks and, with the usual COMP_WORDBREAKS, around each "=" and ":".
set -euo pipefail
# shellcheck source=/dev/null
source "$1"
line=$2
spaced=$(sed -E 's/([=:])/ \1 /g' <<<"$line")
read -ra COMP_WORDS <<<"$spaced"
[[ $line == *[\ ] ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
# A shell that is not interactive has no compopt for a function that it did not call itself; the script expects that.
set +eu
COMPREPLY=()
_glidepath
printf '%s\n' "${COMPREPLY[@]}"
