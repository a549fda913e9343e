import { AnvcsError } from '../../contracts/errors.ts'
import { escapeLine } from '../../provenance/message-escape.ts'
import { count } from '../count.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { conflictedWord, optionalNumber, toggle } from '../parameters.ts'

const maxConflict = 1_000_000

interface ResolveFlags {
  readonly left: boolean
  readonly right: boolean
  readonly union: boolean
  readonly conflict?: number
}

export const resolveCommand = defineCommand<ResolveFlags, [string]>({
  brief: 'Settle a conflict by one side, or by both',
  about:
    'Writes the choice in the place of the markers. What does not parse then, or declares a name twice, is not written: edit such a file\nyourself and `git add` it. The file is staged when none of its conflicts is left. A file without markers, as one that a side has\ndeleted, is taken whole.',
  examples: [
    ['ai-vcs resolve src/a.ts --left', 'all conflicts of a file as this branch has them'],
    ['ai-vcs resolve src/a.ts --union --conflict 2', 'both sides of the second that `ai-vcs explain` tells of'],
  ],
  flags: {
    left: toggle('As the branch has it that is merged into'),
    right: toggle('As what is merged has it'),
    union: toggle('Both, the left first'),
    conflict: optionalNumber('Which conflict; all unless told', 'number', maxConflict),
  },
  positional: { kind: 'tuple', parameters: [conflictedWord] },
  run: async (context, { left, right, union, conflict }, word) => {
    const flags = { left, right, union }
    const [choice, ...others] = (['left', 'right', 'union'] as const).filter((name) => flags[name])
    if (!choice || others.length)
      throw new AnvcsError('USAGE', { message: 'Say what to take: `--left`, `--right` or `--union`.' })
    const { resolveConflicts } = await import('../../repository/resolve-conflicts.ts')
    const { treePathOf } = await import('../../repository/tree-path-of.ts')
    const { output, signal, folder } = context
    await withWorkspace(context, async (workspace) => {
      const path = await treePathOf(workspace.git.workTree, folder, word)
      const report = await resolveConflicts(workspace, { path, choice, conflict, signal })
      output.result(report, () => {
        const open = report.left ? `${count(report.left, 'conflict')} left` : 'staged'
        return `${escapeLine(path)}: ${count(report.resolved, 'conflict')} resolved, ${open}`
      })
    })
  },
})
