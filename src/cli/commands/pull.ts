import { escapeLine } from '../../provenance/message-escape.ts'
import { acrossText } from '../across-text.ts'
import { shortId } from '../commit-text.ts'
import { defineCommand } from '../define-command.ts'
import { exitStatus } from '../exit-code.ts'
import { committedText, openText, warnOfMerge } from '../merge-text.ts'
import { withWorkspace } from '../open-workspace.ts'
import { optionalBranchWord, optionalWord, toggle } from '../parameters.ts'

const words = { merged: 'Merged', rebased: 'Brought on top of', 'fast-forward': 'Moved forward to' }

export const pullCommand = defineCommand<{ readonly testCheck: boolean }, [string?, string?]>({
  brief: 'Fetch a branch and its records from a Git remote, and merge them',
  about:
    'The branch moves forward, or is merged by a commit that you sign (rebased, where pull.rebase says so); records are joined line by line. A conflict leaves markers and exits\nwith 1. With --test-check the guards of the settings look at a merge before it is committed, as in `ai-vcs merge`: what fails in it alone exits with 5.',
  examples: [
    ['ai-vcs pull', 'the branch that this one follows'],
    ['ai-vcs pull origin main', 'another one into this'],
    ['ai-vcs pull --test-check', 'only if type checks and tests pass as before'],
  ],
  flags: { testCheck: toggle('Commit only a merge that the guards of the settings let pass') },
  positional: {
    kind: 'tuple',
    parameters: [
      optionalWord("The remote; the branch's own unless told", 'remote'),
      optionalBranchWord('The branch there; the one that this follows unless told'),
    ],
  },
  run: async (context, { testCheck }, remote, branch) => {
    const { pull } = await import('../../repository/pull.ts')
    const { output, signal } = context
    output.progress('fetching …')
    const report = await withWorkspace(context, async (workspace) => {
      const { guardsToRun } = await import('../../repository/guards/configured-guards.ts')
      const onGuard = (name: string, on: string) => output.progress(`guard ${name}: ${on}`)
      const guarded = testCheck ? { guards: await guardsToRun(workspace), onGuard } : {}
      const place = { ...(remote !== undefined && { remote }), ...(branch !== undefined && { branch }) }
      return pull(workspace, { signal, ...guarded, ...place })
    })
    for (const warning of report.warnings) output.warn(warning)
    // A rebase ends in another way than a merge.
    const hasMarkers = report.outcome === 'conflict' && !report.isRebase && !report.findings.length
    const told = { ...report, hasMarkers }
    output.result(report, () => {
      const name = escapeLine(`${report.remote}/${report.branch}`)
      if (report.outcome === 'up to date') return `Up to date with ${name}`
      if (report.outcome === 'conflict' || report.outcome === 'refused') return openText(name, 'this branch', told)
      const findings = report.findings.map(acrossText)
      return [`${words[report.outcome]} ${name}: ${shortId(report.to!)}`, ...findings, ...committedText(told)].join(
        '\n',
      )
    })
    const status = warnOfMerge(output, told)
    if (report.outcome === 'rebased' && report.findings.length) {
      // What was put aside for the rebase lies in the files again, and has to stay.
      const before = `\`git reset --keep ${shortId(report.from!)}\``
      output.warn(
        `Your commits and ${report.remote}/${report.branch} do not fit together. Mend that in a commit, or go back by ${before}.`,
      )
      return exitStatus.conflict
    }
    if (report.outcome === 'conflict' && report.isRebase)
      output.warn('Mend the files, `git add` them and `git rebase --continue`; or go back by `git rebase --abort`.')
    return status
  },
})
