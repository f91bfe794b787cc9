#!/usr/bin/env zsh
# SPDX-License-Identifier: Apache-2.0
#
# complete.zsh FOLDER LINE...: what zsh offers at the end of each LINE, as "LINE<tab>WORD". An interactive zsh runs on a
# terminal of its own, is typed the line and a tab, and its compadd prints what it is given.
emulate zsh
zmodload zsh/zpty
local folder=$1 line reply
shift

zpty shell zsh -f -i
say() { zpty -w shell "$1" }
await() { zpty -r -m shell reply "*$1*" }
say "PS1= PS2= RPS1=; stty -echo columns 500; unsetopt zle_bracketed_paste prompt_cr; zstyle ':completion:*' menu no"
say "fpath=($folder \$fpath); autoload -Uz compinit; compinit -u -D"
say 'compadd () {
    local -a hits=()
    if (( ${@[(I)-[a-zA-Z]#[OAD]]} )); then builtin compadd "$@"; return; fi
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- "<hit>"${^hits}"</hit>" >&2
    builtin compadd "$@"
}'
say 'report () { zle complete-word; BUFFER= ; print -r -- "<en""d>" >&2 }; zle -N report; bindkey "^I" report'
say 'print rea""dy'
await ready
for line in "$@"; do
    zpty -w -n shell "$line"$'\t'
    await '<end>'
    print -r -- "$reply" | tr -d '\r' | sed -nE 's|.*<hit>(.*)</hit>.*|\1|p' | sed "s|^|$line\t|"
    zpty -w shell ''
done
zpty -d shell
