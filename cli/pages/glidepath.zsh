#compdef glidepath
# SPDX-License-Identifier: Apache-2.0
# Completion of glidepath for zsh. "glidepath --completion zsh" prints it, from the program's own table of options.

# The world that the line chooses.
_glidepath_world() {
    local i
    for ((i = 1; i <= $#words; i++)); do
        case $words[i] in
        --world) print -r -- "$words[i+1]"; return ;;
        --world=*) print -r -- "${words[i]#--world=}"; return ;;
        esac
    done
    # @default-world@
}

_glidepath_faults() {
    case $(_glidepath_world) in
    # @faults@
    esac
}

# _glidepath_value KIND WORD...
_glidepath_value() {
    local kind=$1
    shift
    case $kind in
    words) compadd -- "$@" ;;
    words-or-files) compadd -- "$@"; _files ;;
    files) _files ;;
    formats) if compset -P '*='; then _files; else compadd -- "$@"; fi ;;
    hosts) if compset -P '*='; then compadd -- "$@"; fi ;;
    faults) compadd -- $(_glidepath_faults) ;;
    esac
}

_glidepath_first() {
    local -a commands
    commands=(
    # @commands@
    )
    _describe -t commands command commands
}

_glidepath_pack_word() {
    local -a verbs
    verbs=(
    # @pack-words@
    )
    _describe -t verbs word verbs
}

_glidepath_pack_operand() {
    case $words[2] in
    # @pack-operands@
    esac
}

_glidepath() {
    local curcontext=$curcontext state line
    typeset -A opt_args
    _arguments -C \
    # @program-options@
        '1: :_glidepath_first' \
        '*:: :->behind'
    [[ $state == behind ]] || return 0
    case $words[1] in
    # @command-options@
    esac
}

_glidepath "$@"
