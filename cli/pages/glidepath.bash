# SPDX-License-Identifier: Apache-2.0
# Completion of glidepath for bash. "glidepath --completion bash" prints it, from the program's own table of options.

# _glidepath_table PLACE: what may stand there, and the words that are known. PLACE is "" (behind the program's name), a
# command, a command and "-" (its options), a command and its first word, an option, or "world" and a world's name.
_glidepath_table() {
    case $1 in
    # @table@
    *) echo 'free' ;;
    esac
}

# The world that the line chooses.
_glidepath_world() {
    local i
    for ((i = 1; i < ${#COMP_WORDS[@]}; i++)); do
        [[ ${COMP_WORDS[i]} == --world ]] || continue
        [[ ${COMP_WORDS[i + 1]-} == = ]] && ((i++))
        echo "${COMP_WORDS[i + 1]-}"
        return
    done
    # @default-world@
}

# _glidepath_offer WORD BEHIND PLACE: fills COMPREPLY. BEHIND is "=" when WORD stands behind one in a value.
_glidepath_offer() {
    local kind words
    read -r kind words <<<"$(_glidepath_table "$3")"
    if [[ $kind == faults ]]; then
        read -r kind words <<<"$(_glidepath_table "world $(_glidepath_world)")"
    fi
    case $kind$2 in
        words | words-or-files | formats | hosts=)
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "$1")
            ;;
    esac
    case $kind$2 in
        files | files= | words-or-files | words-or-files= | formats=)
            compopt -o filenames 2>/dev/null
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$1")
            ;;
    esac
}

_glidepath() {
    local word=${COMP_WORDS[COMP_CWORD]} before=$((COMP_CWORD - 1)) behind='' command=${COMP_WORDS[1]-}
    COMPREPLY=()
    # bash makes a word of its own of each "=": --world = NAME, --report html = PATH, --report = html = PATH.
    if [[ $word == = ]]; then
        word='' before=$COMP_CWORD
    fi
    if [[ ${COMP_WORDS[before]} == = ]]; then
        ((before--))
        if [[ ${COMP_WORDS[before]} != --* ]]; then
            behind='=' before=$((before - 1))
            [[ ${COMP_WORDS[before]} != = ]] || ((before--))
        fi
    fi
    if [[ ${COMP_WORDS[before]} == --* && $(_glidepath_table "${COMP_WORDS[before]}") != none ]]; then
        _glidepath_offer "$word" "$behind" "${COMP_WORDS[before]}"
    elif ((COMP_CWORD == 1)); then
        _glidepath_offer "$word" '' ''
    elif [[ $word == -* ]]; then
        _glidepath_offer "$word" '' "$command -"
    elif [[ $command == pack ]] && ((COMP_CWORD > 2)); then
        _glidepath_offer "$word" '' "$command ${COMP_WORDS[2]}"
    else
        _glidepath_offer "$word" "$behind" "$command"
    fi
}

complete -F _glidepath glidepath
