# Completions of BIN for bash. They look at what is plugged in now, and never log in.
_NAME_complete() {
    local rest="${COMP_LINE:0:COMP_POINT}" words=() i word trimmed last
    # The words as they were typed: bash has also broken them at : and =.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word="${COMP_WORDS[i]}"
        trimmed="${rest#"${rest%%[![:space:]]*}"}"
        ((i == COMP_CWORD)) && word="$trimmed"
        if ((i > 0)) && [[ "$trimmed" == "$rest" ]]; then
            last=$((${#words[@]} - 1))
            words[last]="${words[last]}$word"
        else
            words+=("$word")
        fi
        rest="${trimmed#"$word"}"
    done
    last=$((${#words[@]} - 1))
    local quote='' typed="${words[last]}"
    [[ "$typed" == [\'\"]* ]] && quote="${typed:0:1}"
    for ((i = 0; i <= last; i++)); do
        word="${words[i]//[\'\"]/}"
        words[i]="${word//\\/}"
    done
    local current="${words[last]}" found=() said candidate before='' break
    said="$(_CLAP_IFS=$'\v' _CLAP_COMPLETE_INDEX=$last VAR=bash BIN -- "${words[@]}" 2>/dev/null)" || return
    [[ -z "$said" ]] && return
    IFS=$'\v' read -r -d '' -a found < <(printf '%s\0' "$said")
    # What stands in front of the last : or = is not bash's to replace.
    if [[ -z "$quote" ]]; then
        for break in : =; do
            if [[ "$COMP_WORDBREAKS" == *"$break"* && "$current" == *"$break"* ]]; then
                candidate="${current%"${current##*"$break"}"}"
                ((${#candidate} > ${#before})) && before="$candidate"
            fi
        done
    fi
    COMPREPLY=()
    for candidate in "${found[@]}"; do
        candidate="${candidate#"$before"}"
        [[ -z "$quote" ]] && printf -v candidate '%q' "$candidate"
        COMPREPLY+=("$candidate")
    done
    [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[=/:] ]] && compopt -o nospace 2>/dev/null
}
if [[ "${BASH_VERSINFO[0]}" -gt 4 || ("${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4) ]]; then
    complete -o bashdefault -o nosort -F _NAME_complete BIN
else
    complete -o bashdefault -F _NAME_complete BIN
fi
