#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# pages.sh GLIDEPATH: the manual page and the completions. The page is sound roff and knows every option; so does each
# completion, and each shell that is there is asked for real what it offers. A tool that is missing is passed over, loudly.
set -euo pipefail
glidepath=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 HOME=$work XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data
n_rows=0
n_failed=0
n_skipped=0
shells=()

complain() {
    n_failed=$((n_failed + 1))
    echo "FAILED: $*"
}

# has TOOL WHAT: whether the tool is there; else says what is left out.
has() {
    command -v "$1" >/dev/null && return
    echo "[SKIP] pages: $2, for there is no $1"
    n_skipped=$((n_skipped + 1))
    return 1
}

mkdir "$work/pages" "$work/files"
cd "$work/pages"
"$glidepath" --man >glidepath.1
"$glidepath" --completion bash >glidepath
"$glidepath" --completion=zsh >_glidepath
"$glidepath" --completion fish >glidepath.fish

# ---- Nothing of the templates is left, and each is sound
for page in *; do
    n_rows=$((n_rows + 1))
    ! grep -nE '(#|\\") @' "$page" || complain "$page has a slot that was not filled"
done
if has mandoc 'the look of mandoc'; then
    mandoc -Tlint -Wwarning glidepath.1 || complain 'mandoc warns of the manual page'
    mandoc -Tascii glidepath.1 | sed 's/.\x08//g' >page.txt
elif has groff 'the text of the manual page'; then
    groff -man -Tascii -P -c glidepath.1 | sed 's/.\x08//g' >page.txt
fi
if has groff 'the look of groff'; then
    groff -man -Tutf8 -ww -z glidepath.1 2>warnings
    [ ! -s warnings ] || complain "groff warns of the manual page: $(cat warnings)"
fi
bash -n glidepath || complain 'the completion of bash'
! has zsh 'zsh' || { shells+=(zsh) && zsh -n _glidepath || complain 'the completion of zsh'; }
! has fish 'fish' || { shells+=(fish) && fish --no-execute glidepath.fish || complain 'the completion of fish'; }

# ---- Every command, and every option of every command
"$glidepath" --help | sed -nE 's/^  ([a-z]+) .*/\1/p' >commands
"$glidepath" --help | sed -nE 's/^  (--[a-z]+).*/\1/p' >first-options
[ "$(wc -l <commands)" -ge 6 ] && [ "$(wc -l <first-options)" -ge 4 ] || complain 'the help lists too little'

section() {
    sed -nE "/^$1/,/^[A-Z]/p" page.txt
}
while read -r command; do
    n_rows=$((n_rows + 1))
    [ ! -e page.txt ] || section COMMANDS | grep -qE "^ {3,7}$command( |\$)" || complain "the manual page lacks $command"
    grep -q "'$command')" glidepath || complain "bash: $command"
    grep -q "^        '$command:" _glidepath || complain "zsh: $command"
    grep -q -- "-a $command -d" glidepath.fish || complain "fish: $command"
    "$glidepath" "$command" --help | sed -nE 's/^  --([a-z-]+).*/\1/p' >options
    [ -s options ] || complain "$command has no options"
    while read -r option; do
        n_rows=$((n_rows + 1))
        [ ! -e page.txt ] || grep -qE "^ +--$option( |\$)" page.txt || complain "the manual page lacks --$option"
        grep "^    '$command -')" glidepath | grep -q -e " --$option[ ']" || complain "bash: $command --$option"
        sed -n "/^    $command)/,/;;/p" _glidepath | grep -q -e "'\**--$option=*\[" || complain "zsh: $command --$option"
        grep -E -- "-n '__glidepath_command [^']*\b$command\b" glidepath.fish | grep -q -e "-l $option " ||
            complain "fish: $command --$option"
    done <options
done <commands
while read -r option; do
    n_rows=$((n_rows + 1))
    [ ! -e page.txt ] || grep -qE "^ +$option( |\$)" page.txt || complain "the manual page lacks $option"
    grep "^    '')" glidepath | grep -q -e " $option[ ']" || complain "bash: $option"
    grep -q -e "'(- \*)$option=*\[" _glidepath || complain "zsh: $option"
    grep -q -e "__glidepath_is_first' -l ${option#--} " glidepath.fish || complain "fish: $option"
done <first-options

# ---- What the shells offer. A row: the line that is typed, and the words that must be offered, among others where "..."
# stands behind them.
cd "$work/files"
touch authority.pem target.yaml
packs='1stream baseline cloud-ex-machina harness-sei rad-security strategy-overview'
worlds='1stream cloud-ex-machina harness-sei harness-sei-oauth literal rad-security strategy-overview'
files='authority.pem target.yaml'
faults_of() {
    "$glidepath" demo --world "$1" --help | sed -nE '/^Faults/,$ s/^  ([a-z][a-z0-9-]+)$/\1/p' | sort | paste -s -d ' '
}
cat >"$work/rows" <<END
glidepath che|check
glidepath |$(paste -s -d ' ' "$work/pages/commands") ...
glidepath --completion |bash fish zsh
glidepath check --rep|--report
glidepath check --quick --rep|--report
glidepath check --report j|json junit
glidepath check --report |github html json junit markdown sarif tap terminal ...
glidepath check --report json --report s|sarif
glidepath check --report html=au|authority.pem
glidepath check --cacert |$files
glidepath check |$files
glidepath check --quick tar|target.yaml
glidepath check --pack |$packs $files
glidepath check --fail-on |recommended required
glidepath check --timeout |
glidepath demo --world |$worlds $files
glidepath demo --world=h|harness-sei harness-sei-oauth
glidepath demo --fault |$(faults_of cloud-ex-machina)
glidepath demo --world rad-security --fault |$(faults_of rad-security)
glidepath sim --world=1stream --fault |$(faults_of 1stream)
glidepath demo --world ./own.yaml --fault |
glidepath demo --without |auditor integration
glidepath sim --also other=rad|rad-security
glidepath explain --kind oauth-|oauth-client oauth-password oauth-refresh
glidepath explain |$files
glidepath pack |coverage kinds lint list schema script show test
glidepath pack show |$packs $files
glidepath pack coverage rad|rad-security
glidepath pack lint tar|target.yaml
glidepath pack list |
END

# offer SHELL: "LINE<tab>WORD" for every row. Shells differ in how much of the word they repeat; what is before "=" goes.
offer() {
    local lines line
    mapfile -t lines < <(cut -d '|' -f 1 "$work/rows")
    case $1 in
        bash | fish)
            for line in "${lines[@]}"; do
                "offer_$1" "$line" | sed -E "s/^[^=]*=//; s|^|$line\t|"
            done
            ;;
        zsh) timeout 60 zsh -f "$here/complete.zsh" "$work/pages" "${lines[@]}" ;;
    esac
}
offer_bash() {
    bash "$here/complete.bash" "$work/pages/glidepath" "$1" | sed '/^$/d'
}
offer_fish() {
    fish --no-config -c 'source $argv[1]; complete -C $argv[2]' -- "$work/pages/glidepath.fish" "$1" | cut -f 1
}

for shell in bash "${shells[@]}"; do
    offer "$shell" >"$work/offered" || complain "$shell ended with status $?"
    while IFS='|' read -r line wanted; do
        n_rows=$((n_rows + 1))
        offered=$(awk -F '\t' -v line="$line" '$1 == line { print $2 }' "$work/offered" | sort -u)
        if [[ $wanted == *... ]]; then
            offered=$(grep -xF -e "$(tr ' ' '\n' <<<"${wanted% ...}")" <<<"$offered" || true)
        fi
        [ "$(paste -s -d ' ' <<<"$offered")" = "$(tr ' ' '\n' <<<"${wanted% ...}" | sort -u | paste -s -d ' ')" ] ||
            complain "$shell: '$line' offers $(paste -s -d ' ' <<<"$offered"), not $wanted"
    done <"$work/rows"
done

echo "pages.sh: $n_rows rows, $n_failed failed, $n_skipped tools missing; shells: bash ${shells[*]}"
[ "$n_failed" -eq 0 ]
