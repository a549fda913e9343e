import { defineCommand } from '../define-command.ts'
import { completionScript, shells, type Shell } from '../completion-script.ts'
import { AnvcsError } from '../../contracts/errors.ts'

export const completionCommand = defineCommand<object, [Shell]>({
  brief: 'Print a completion script for a shell',
  examples: [
    ['source <(ai-vcs completion bash)', 'in ~/.bashrc'],
    ['ai-vcs completion zsh > ~/.zfunc/_ai-vcs', 'in a folder of $fpath'],
    ['ai-vcs completion fish > ~/.config/fish/completions/ai-vcs.fish', 'for fish'],
  ],
  flags: {},
  positional: {
    kind: 'tuple',
    parameters: [
      {
        brief: 'bash, zsh or fish',
        placeholder: 'shell',
        parse: (text: string): Shell => {
          const shell = shells.find((name) => name === text)
          if (shell) return shell
          throw new AnvcsError('USAGE', { message: `${text} is none of ${shells.join(', ')}.` })
        },
        proposeCompletions: () => shells,
      },
    ],
  },
  run: async (context, _, shell) => {
    const script = completionScript(shell)
    context.output.result({ shell, script }, () => script)
    return Promise.resolve()
  },
})
