/**
 * Completion scripts. None of them evaluates the typed line, so a `$(…)` in it does not run when
 * TAB is pressed.
 *
 * @module
 */

/** The supported shells. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** Does not need the package bash-completion. */
const BASH = `# bash completion for kca
_kca() {
  local word before line typed value text rest=$COMP_LINE last=-1
  local -a words=()
  COMPREPLY=()
  # bash takes words apart at : and = too: those with no blank between them are one.
  for word in "\${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    before=\${rest%%"$word"*}
    rest=\${rest#"$before$word"}
    if [[ -n $word && -z $before && $last -ge 0 ]]; then
      words[last]+=$word
    else
      last=$((last + 1))
      words[last]=$word
    fi
  done
  typed=\${words[last]}
  value=$typed
  [[ $typed == --*=* ]] && value=\${typed#*=}
  # What bash replaces: the part behind the last : or =.
  text=\${COMP_WORDS[COMP_CWORD]}
  [[ $text == [:=] ]] && text=
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    [[ -n $line && $line == "$value"* ]] || continue
    COMPREPLY+=("\${line#"\${value%"$text"}"}")
    [[ $line == *[:=] ]] && compopt -o nospace
  done < <(kca complete -- "\${words[@]:1}" 2> /dev/null)
}
# Names of files where kca offers nothing.
complete -o default -F _kca kca
`;

/** Source it after compinit, or put it into a folder of fpath as _kca. */
const ZSH = `#compdef kca
_kca() {
  local line
  local -a found open
  while IFS= read -r line; do
    [[ -n $line ]] || continue
    if [[ \${line%%$'\\t'*} == *[:=] ]]; then
      open+=("\${\${\${line//:/\\\\:}%$'\\t'}/$'\\t'/:}")
    else
      found+=("\${\${\${line//:/\\\\:}%$'\\t'}/$'\\t'/:}")
    fi
  done < <(kca complete -- "\${(@)words[2,CURRENT]}" 2> /dev/null)
  [[ $words[CURRENT] == --*=* ]] && compset -P '*='
  if (( $#found + $#open )); then
    (( $#found )) && _describe kca found
    (( $#open )) && _describe kca open -S ''
  else
    _files
  fi
}
if [[ $funcstack[1] == _kca ]]; then _kca; else compdef _kca kca; fi
`;

const FISH = `# fish completion for kca
function __kca_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -e words[1]
    # fish completes --flag=value as one word.
    set -l flag (string match -r -- '^--[^=]+=' "$typed")
    set -l found (kca complete -- $words "$typed" 2> /dev/null)
    if test (count $found) -gt 0
        for line in $found
            printf '%s%s\\n' "$flag" "$line"
        end
    else
        __fish_complete_path (string replace -r -- '^--[^=]+=' '' "$typed")
    end
end
complete -c kca -f -a '(__kca_complete)'
`;

/** The scripts by their shell. */
export const SCRIPTS: Readonly<Record<typeof SHELLS[number], string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
};
