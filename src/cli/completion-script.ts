export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** What the scripts call: the words of the line up to the cursor, the last of them unfinished. */
export const completeWord = '__complete'

/** A script for a shell. All of them ask the program itself; where it proposes nothing, files are completed. */
export function completionScript(shell: Shell): string {
  return scripts[shell]
}

const scripts: Readonly<Record<Shell, string>> = {
  bash: `# bash completion for ai-vcs
_ai_vcs() {
  local line words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  while IFS=$'\\t' read -r line _; do
    [[ "$line" == "\${COMP_WORDS[COMP_CWORD]}"* ]] && COMPREPLY+=("$line")
  done < <("\${COMP_WORDS[0]}" ${completeWord} "\${words[@]}" 2>/dev/null)
}
complete -o default -F _ai_vcs ai-vcs anvcs
`,
  zsh: `#compdef ai-vcs anvcs
# zsh completion for ai-vcs
_ai_vcs() {
  local line word
  local -a proposals
  while IFS= read -r line; do
    word=\${line%%$'\\t'*}
    proposals+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" ${completeWord} "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#proposals )); then _describe 'ai-vcs' proposals; else _files; fi
}
if [ "$funcstack[1]" = _ai_vcs ]; then _ai_vcs "$@"; else compdef _ai_vcs ai-vcs anvcs; fi
`,
  fish: `# fish completion for ai-vcs
function __ai_vcs_complete
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)
    set -l proposals ($words[1] ${completeWord} $words[2..-1] "$current" 2>/dev/null)
    if test (count $proposals) -gt 0
        printf '%s\\n' $proposals
    else
        __fish_complete_path "$current"
    end
end
complete --command ai-vcs --no-files --arguments '(__ai_vcs_complete)'
complete --command anvcs --no-files --arguments '(__ai_vcs_complete)'
`,
}
