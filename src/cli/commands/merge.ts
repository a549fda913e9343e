import { AnvcsError } from '../../contracts/errors.ts'
import { escapeLine } from '../../provenance/message-escape.ts'
import { shortId } from '../commit-text.ts'
import { defineCommand } from '../define-command.ts'
import { exitStatus } from '../exit-code.ts'
import { withWorkspace } from '../open-workspace.ts'
import { branchWord, optionalBranchWord, optionalWord, toggle } from '../parameters.ts'

export const mergeCommand = defineCommand<{ noVerify: boolean }, [string, string?, string?]>({
  brief: 'Merge a branch into this one or another',
  about:
    'Moves the branch forward if that does; else makes a signed merge commit with a record. The branch need not be checked out. A conflict\nmoves nothing and exits with 1; if the branch is checked out, Git has begun the merge and left markers.',
  examples: [
    ['ai-vcs merge feature', 'into the branch that is checked out'],
    ['ai-vcs merge feature into main', 'into another'],
  ],
  flags: { noVerify: toggle('Run neither pre-merge-commit nor commit-msg') },
  positional: {
    kind: 'tuple',
    parameters: [
      branchWord('What to merge', 'source'),
      optionalWord('The word "into"', 'into'),
      optionalBranchWord('The branch to merge into; the one that is checked out unless told'),
    ],
  },
  run: async (context, { noVerify }, source, into, branch) => {
    if (into !== undefined && (into !== 'into' || branch === undefined))
      throw new AnvcsError('USAGE', { message: 'That is no merge.', hint: 'Write `ai-vcs merge SOURCE into BRANCH`.' })
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
      output.warn('Mend the files, `git add` them and `git commit`; or go back by `git merge --abort`.')
    return exitStatus.conflict
  },
})
