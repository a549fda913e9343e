import { AnvcsError } from '../../contracts/errors.ts'
import { escapeLine } from '../../provenance/message-escape.ts'
import { shortId } from '../commit-text.ts'
import { conflictText } from '../conflict-text.ts'
import type { CliContext } from '../context.ts'
import { count } from '../count.ts'
import { defineCommand } from '../define-command.ts'
import { exitStatus } from '../exit-code.ts'
import { withWorkspace } from '../open-workspace.ts'
import { branchWord, optionalBranchWord, optionalWord, toggle } from '../parameters.ts'

export const mergeCommand = defineCommand<{ noVerify: boolean; preview: boolean }, [string, string?, string?]>({
  brief: 'Merge a branch into this one or another',
  about:
    'Moves the branch forward if that does; else makes a signed merge commit with a record. The branch need not be checked out. A conflict\nmoves nothing and exits with 1; if the branch is checked out, Git has begun the merge and left markers. With --preview nothing is changed at all.',
  examples: [
    ['ai-vcs merge feature', 'into the branch that is checked out'],
    ['ai-vcs merge feature into main', 'into another'],
    ['ai-vcs merge feature into main --preview', 'what would be merged, and what conflicts'],
  ],
  flags: {
    noVerify: toggle('Run neither pre-merge-commit nor commit-msg'),
    preview: toggle('Only tell what would come of it; nothing is changed'),
  },
  positional: {
    kind: 'tuple',
    parameters: [
      branchWord('What to merge', 'source'),
      optionalWord('The word "into"', 'into'),
      optionalBranchWord('The branch to merge into; the one that is checked out unless told'),
    ],
  },
  run: async (context, { noVerify, preview }, source, into, branch) => {
    if (into !== undefined && (into !== 'into' || branch === undefined))
      throw new AnvcsError('USAGE', { message: 'That is no merge.', hint: 'Write `ai-vcs merge SOURCE into BRANCH`.' })
    if (preview) return printPreview(context, source, branch)
    const { mergeBranch } = await import('../../repository/merge-branch.ts')
    const { output, signal } = context
    const report = await withWorkspace(context, (workspace) =>
      mergeBranch(workspace, source, {
        noVerify,
        signal,
        ...(branch !== undefined && { into: branch }),
      }),
    )
    output.result(report, () => {
      const name = escapeLine(report.branch)
      if (report.outcome === 'up to date') return `${name} holds ${escapeLine(source)} already`
      if (report.outcome === 'fast-forward') return `Moved ${name} forward to ${shortId(report.to)}`
      if (report.outcome === 'merged') return `Merged ${escapeLine(source)} into ${name}: ${shortId(report.to)}`
      return [
        `${escapeLine(source)} and ${name} conflict in:`,
        ...report.conflicts.map((path) => `  ${escapeLine(path)}`),
      ].join('\n')
    })
    if (report.outcome !== 'conflict') return exitStatus.ok
    if (report.hasMarkers)
      output.warn(
        'Mend the files (`ai-vcs explain` tells of each conflict), `git add` them and `git commit`; or go back by `git merge --abort`.',
      )
    return exitStatus.conflict
  },
})

async function printPreview(context: CliContext, source: string, into: string | undefined): Promise<number> {
  const { previewMerge } = await import('../../repository/preview-merge.ts')
  const { output, signal } = context
  const preview = await withWorkspace(context, (workspace) =>
    previewMerge(workspace, source, { signal, ...(into !== undefined && { into }) }),
  )
  const { outcome, files, conflicts } = preview
  output.result(preview, () => {
    const [name, other] = [escapeLine(preview.branch), escapeLine(source)]
    const heads = {
      'up to date': `${name} holds ${other} already`,
      'fast-forward': `${name} would move forward to ${shortId(preview.theirs)}`,
      merged: `${other} would be merged into ${name}`,
      conflict: `${other} and ${name} would conflict in ${count(conflicts.length, 'file')}`,
    }
    return [
      heads[outcome],
      ...files.map(({ path, change, status }) => `  ${status.padEnd(6)}  ${change.padEnd(7)}  ${escapeLine(path)}`),
      ...conflicts.map((conflict) => conflictText(conflict, false)),
    ].join('\n')
  })
  return outcome === 'conflict' ? exitStatus.conflict : exitStatus.ok
}
