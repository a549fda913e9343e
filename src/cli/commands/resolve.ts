import { AnvcsError } from '../../contracts/errors.ts'
import { escapeLine } from '../../provenance/message-escape.ts'
import { count } from '../count.ts'
import { proposedText } from '../conflict-text.ts'
import type { CliContext } from '../context.ts'
import { defineCommand } from '../define-command.ts'
import { exitStatus } from '../exit-code.ts'
import { guardText } from '../guard-text.ts'
import { withWorkspace } from '../open-workspace.ts'
import { conflictedWord, optionalNumber, toggle } from '../parameters.ts'

const maxConflict = 1_000_000

interface ResolveFlags {
  readonly left: boolean
  readonly right: boolean
  readonly union: boolean
  readonly compute: boolean
  readonly conflict?: number
  readonly propose: boolean
  readonly proposal?: number
}

export const resolveCommand = defineCommand<ResolveFlags, [string]>({
  brief: 'Settle a conflict by one side, by both, or by a proposal',
  about:
    'Writes the choice in the place of the markers. What does not parse then, or declares a name twice, is not written: edit such a file\nyourself and `git add` it. The file is staged when none of its conflicts is left. A file without markers, as one that a side has\ndeleted, is taken whole. With --propose the proposer of your settings is asked about the conflicts; what passes the checks is kept and shown, and\nnothing is written before you take one by --proposal. docs/guides/proposals.md.\nWith --compute the guard that writes the file computes it, once all other conflicts are settled. docs/guides/guards.md.',
  examples: [
    ['ai-vcs resolve src/a.ts --left', 'all conflicts of a file as this branch has them'],
    ['ai-vcs resolve src/a.ts --union --conflict 2', 'both sides of the second that `ai-vcs explain` tells of'],
    ['ai-vcs resolve package-lock.json --compute', 'as the guard that writes it computes it'],
    ['ai-vcs resolve src/a.ts --propose', 'ask for proposals'],
    ['ai-vcs resolve src/a.ts --proposal 1 --conflict 2', 'take the first of those for the second conflict'],
  ],
  flags: {
    left: toggle('As the branch has it that is merged into'),
    right: toggle('As what is merged has it'),
    union: toggle('Both, the left first'),
    compute: toggle('As the guard that writes the file computes it'),
    conflict: optionalNumber('Which conflict; all unless told', 'number', { max: maxConflict }),
    propose: toggle('Ask for proposals'),
    proposal: optionalNumber('Which proposal, as `ai-vcs explain` counts them', 'number', { max: maxConflict }),
  },
  positional: { kind: 'tuple', parameters: [conflictedWord] },
  run: async (context, { left, right, union, compute, conflict, propose, proposal }, word) => {
    const flags = { left, right, union, compute, propose, proposal: proposal !== undefined }
    const [choice, ...others] = (['left', 'right', 'union', 'compute', 'propose', 'proposal'] as const).filter(
      (name) => flags[name],
    )
    if (!choice || others.length)
      throw new AnvcsError('USAGE', {
        message: 'Say what to take: `--left`, `--right`, `--union`, `--compute` or `--proposal`; or `--propose`.',
        hint: '`--left` is ours, `--right` theirs. See `ai-vcs resolve --help`.',
      })
    if (choice === 'propose') return printProposals(context, word)
    if (choice === 'compute') return printComputed(context, word)
    const { resolveConflicts } = await import('../../repository/resolve-conflicts.ts')
    const { acceptProposal } = await import('../../repository/proposals/accept-proposal.ts')
    const { treePathOf } = await import('../../repository/tree-path-of.ts')
    const { output, signal, folder } = context
    await withWorkspace(context, async (workspace) => {
      const path = await treePathOf(workspace.git.workTree, folder, word)
      const report =
        choice === 'proposal'
          ? await acceptProposal(workspace, { path, proposal: proposal!, conflict, signal })
          : await resolveConflicts(workspace, { path, choice, conflict, signal })
      output.result(report, () => {
        const named =
          choice === 'proposal' ? '; `ai-vcs commit` names the model in the record, `git commit` makes none' : ''
        const open = report.left ? `${count(report.left, 'conflict')} left` : `staged${named}`
        return `${escapeLine(path)}: ${count(report.resolved, 'conflict')} resolved, ${open}`
      })
    })
  },
})

async function printComputed(context: CliContext, word: string): Promise<number> {
  const { guardsToRun } = await import('../../repository/guards/configured-guards.ts')
  const { computeConflicts } = await import('../../repository/guards/compute-conflicts.ts')
  const { treePathOf } = await import('../../repository/tree-path-of.ts')
  const { output, signal, folder } = context
  return await withWorkspace(context, async (workspace) => {
    const path = await treePathOf(workspace.git.workTree, folder, word)
    const onRun = (name: string, on: string) => output.progress(`guard ${name}: ${on}`)
    const report = await computeConflicts(workspace, path, await guardsToRun(workspace), { onRun, signal })
    output.result(report, () => report.guards.map(guardText).join('\n'))
    return report.staged.length ? exitStatus.ok : exitStatus.conflict
  })
}

async function printProposals(context: CliContext, word: string): Promise<number> {
  const { configuredGuards } = await import('../../repository/guards/configured-guards.ts')
  const { proposerOf } = await import('../../repository/proposals/configured-proposer.ts')
  const { proposeResolutions } = await import('../../repository/proposals/propose-resolutions.ts')
  const { treePathOf } = await import('../../repository/tree-path-of.ts')
  const { output, signal, folder } = context
  return await withWorkspace(context, async (workspace) => {
    const path = await treePathOf(workspace.git.workTree, folder, word)
    const proposer = await proposerOf(workspace)
    const guards = await configuredGuards(workspace)
    const onStep = (step: string) => output.progress(step)
    const report = await proposeResolutions(workspace, [path], { proposer, guards, onStep, signal })
    output.result(report, () => [...report.conflicts.map(proposedText), ...report.guards.map(guardText)].join('\n'))
    return report.conflicts.every(({ proposals }) => proposals.length) ? exitStatus.ok : exitStatus.conflict
  })
}
