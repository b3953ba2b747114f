/**
 * Completion scripts for bash and zsh. Those of the library give the line that is being typed to
 * `eval`, so that a `$(…)` in it would run at each press of TAB.
 *
 * @module
 */

/** Works with bash 3.2 and newer, and without the package bash-completion. */
export const BASH = `# bash completion for kca
_kca() {
  local word line last=-1
  local -a words=()
  COMPREPLY=()
  # --flag=value comes as three words.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ $last -ge 0 && \${words[last]} == --* && ( $word == = || \${words[last]} == *= ) ]]; then
      words[last]+=$word
    else
      last=$((last + 1))
      words[last]=$word
    fi
  done
  local current=\${COMP_WORDS[COMP_CWORD]}
  [[ $current == = ]] && current=
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    [[ $line == :* || -z $line || $line != "$current"* ]] || COMPREPLY+=("$line")
  done < <(kca complete -- "\${words[@]}" 2> /dev/null)
}
# Names of files where kca offers nothing.
complete -o default -F _kca kca
`;

/** To be sourced after compinit, or put into a folder of fpath as _kca. */
export const ZSH = `#compdef kca
_kca() {
  local line
  local -a found
  while IFS= read -r line; do
    [[ $line == :* || -z $line ]] || found+=("\${\${\${line//:/\\\\:}%$'\\t'}/$'\\t'/:}")
  done < <(kca complete -- "\${(@)words[2,CURRENT]}" 2> /dev/null)
  [[ $words[CURRENT] == --*=* ]] && compset -P '*='
  if (( $#found )); then _describe kca found; else _files; fi
}
if [[ $funcstack[1] == _kca ]]; then _kca; else compdef _kca kca; fi
`;
