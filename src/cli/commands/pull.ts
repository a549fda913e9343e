import { escapeLine } from '../../provenance/message-escape.ts'
import { shortId } from '../commit-text.ts'
import { defineCommand } from '../define-command.ts'
import { exitStatus } from '../exit-code.ts'
import { withWorkspace } from '../open-workspace.ts'
import { optionalBranchWord, optionalWord } from '../parameters.ts'

const words = { merged: 'Merged', rebased: 'Brought on top of', 'fast-forward': 'Moved forward to' }

export const pullCommand = defineCommand<object, [string?, string?]>({
  brief: 'Fetch a branch and its records from a Git remote, and merge them',
  about:
    'The branch moves forward, or is merged by a commit that you sign (rebased, where pull.rebase says so); records are joined line by line. A conflict leaves markers and exits\nwith 1.',
  examples: [
    ['ai-vcs pull', 'the branch that this one follows'],
    ['ai-vcs pull origin main', 'another one into this'],
  ],
  flags: {},
  positional: {
    kind: 'tuple',
    parameters: [
      optionalWord("The remote; the branch's own unless told", 'remote'),
      optionalBranchWord('The branch there; the one that this follows unless told'),
    ],
  },
  run: async (context, _, remote, branch) => {
    const { pull } = await import('../../repository/pull.ts')
    const { output, signal } = context
    output.progress('fetching …')
    const options = { signal, ...(remote !== undefined && { remote }), ...(branch !== undefined && { branch }) }
    const report = await withWorkspace(context, (workspace) => pull(workspace, options))
    for (const warning of report.warnings) output.warn(warning)
    output.result(report, () => {
      const name = escapeLine(`${report.remote}/${report.branch}`)
      if (report.outcome === 'up to date') return `Up to date with ${name}`
      if (report.outcome !== 'conflict') return `${words[report.outcome]} ${name}: ${shortId(report.to!)}`
      return [
        `${name} conflicts with this branch in:`,
        ...report.conflicts.map((path) => `  ${escapeLine(path)}`),
      ].join('\n')
    })
    if (report.outcome !== 'conflict') return exitStatus.ok
    output.warn(
      report.isRebase
        ? 'Mend the files, `git add` them and `git rebase --continue`; or go back by `git rebase --abort`.'
        : 'Mend the files (`ai-vcs explain` tells of each conflict), `git add` them and `git commit`; or go back by `git merge --abort`.',
    )
    return exitStatus.conflict
  },
})
