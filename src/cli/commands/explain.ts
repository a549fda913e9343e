import { acrossText } from '../across-text.ts'
import { conflictText } from '../conflict-text.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { conflictedWord } from '../parameters.ts'

export const explainCommand = defineCommand<object, string[]>({
  brief: 'Explain the conflicts of a merge',
  about:
    'Tells of each conflict in the index where it is, why it is one, and what each side did. Left is the branch that is merged into (of a\nrebase: what is built upon), right what is merged. `ai-vcs resolve` takes the numbers. Where nothing conflicts\nand the sides do not fit together, what one uses and the other renamed, moved, deleted or changed.',
  examples: [
    ['ai-vcs explain', 'all conflicts'],
    ['ai-vcs explain src/a.ts', 'those of a file'],
    ['ai-vcs explain --json', 'with the texts of the base and both sides'],
  ],
  flags: {},
  positional: { kind: 'array', parameter: conflictedWord },
  run: async (context, _, ...words) => {
    const { explainConflicts } = await import('../../repository/explain-conflicts.ts')
    const { explainUses } = await import('../../repository/explain-uses.ts')
    const { pathspecsOf } = await import('../../repository/tree-path-of.ts')
    const { output, signal, folder } = context
    await withWorkspace(context, async (workspace) => {
      const paths = await pathspecsOf(workspace.git, folder, words)
      const conflicts = await explainConflicts(workspace, paths, signal)
      const findings = words.length ? [] : await explainUses(workspace, signal)
      output.result({ files: conflicts, findings }, () =>
        conflicts.length + findings.length
          ? [...conflicts.map((conflict) => conflictText(conflict, true)), ...findings.map(acrossText)].join('\n')
          : 'There are no conflicts.',
      )
    })
  },
})
