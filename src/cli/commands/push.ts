import { AnvcsError } from '../../contracts/errors.ts'
import { escapeLine } from '../../provenance/message-escape.ts'
import type { PushPlan } from '../../repository/push.ts'
import { firstLine, shortId } from '../commit-text.ts'
import { count } from '../count.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { optionalBranchWord, optionalWord, toggle } from '../parameters.ts'

const shownRecords = 20

export const pushCommand = defineCommand<{ yes: boolean; noRecords: boolean }, [string?, string?]>({
  brief: 'Send a branch and its records to a Git remote',
  about:
    'Branch and records go in one step, both or none. Before records go to a remote for the first time you see them and are asked:\nprompts become readable for everybody who may read the remote. With `provenance.store: files` records are part of the commits.',
  examples: [
    ['ai-vcs push', 'this branch to its remote'],
    ['ai-vcs push origin main --yes', 'in a script'],
    ['ai-vcs push --no-records', 'the branch alone'],
  ],
  flags: {
    yes: toggle('Do not ask before records go out for the first time'),
    noRecords: toggle('Leave the records here'),
  },
  positional: {
    kind: 'tuple',
    parameters: [
      optionalWord("The remote; the branch's own unless told", 'remote'),
      optionalBranchWord('The branch; the one that is checked out unless told'),
    ],
  },
  run: async (context, { yes, noRecords }, remote, branch) => {
    const { planPush, push } = await import('../../repository/push.ts')
    const { output, signal } = context
    await withWorkspace(context, async (workspace) => {
      output.progress('asking the remote …')
      const options = { signal, ...(remote !== undefined && { remote }), ...(branch !== undefined && { branch }) }
      const plan = await planPush(workspace, options)
      for (const warning of plan.warnings) output.warn(warning)
      if (plan.isFirst && plan.records.length && !noRecords && !yes) {
        output.tell(planText(plan))
        const how = 'Say `--yes` to send records, or `--no-records` to leave them here.'
        if (!(await context.confirm('Send these records?', how))) throw new AnvcsError('ABORTED')
      }
      output.progress('sending …')
      const report = await push(workspace, plan, { withRecords: !noRecords, signal })
      const { commits, records, commit } = report
      if (!report.isAtomic && records)
        output.warn(`${report.remote} does not take several refs in one step: records went first, then the branch.`)
      output.result(
        report,
        () =>
          `${escapeLine(`${report.remote}/${report.destination.replace(/^refs\/heads\//, '')}`)} is at ${shortId(commit)}: ${count(commits, 'commit')} and ${count(records, 'record')} sent`,
      )
    })
  },
})

function planText({ remote, records }: PushPlan): string {
  const lines = records.slice(0, shownRecords).map(({ commit, agent, model, prompt }) =>
    [shortId(commit), agent, model, prompt && firstLine(prompt)]
      .filter(Boolean)
      .map((part) => escapeLine(part!))
      .join('  '),
  )
  const more = records.length > shownRecords ? [`and ${records.length - shownRecords} more`] : []
  const title = `No record has gone to ${escapeLine(remote)} yet. These would, with environment and test reports:\n`
  return title + [...lines, ...more].map((line) => `  ${line}\n`).join('')
}
