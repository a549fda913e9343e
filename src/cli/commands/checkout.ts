import { escapeLine } from '../../provenance/message-escape.ts'
import { shortId } from '../commit-text.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { branchWord, optionalBranchWord, toggle } from '../parameters.ts'

export const checkoutCommand = defineCommand<{ create: boolean }, [string, string?]>({
  brief: 'Check out a branch or commit',
  about: "Git's own checkout. A checkout is never spread to a room as an edit.",
  examples: [
    ['ai-vcs checkout main', 'a branch'],
    ['ai-vcs checkout -b feature', 'a new one, at HEAD'],
  ],
  flags: { create: toggle('Make the branch first') },
  aliases: { b: 'create' },
  positional: {
    kind: 'tuple',
    parameters: [
      branchWord('The branch or commit', 'target'),
      optionalBranchWord('Where a new branch begins', 'start'),
    ],
  },
  run: async (context, { create }, target, start) => {
    const { checkout } = await import('../../repository/branches.ts')
    const { output, signal } = context
    const options = { isNew: create, signal, ...(start !== undefined && { start }) }
    const report = await withWorkspace(context, (workspace) => checkout(workspace, target, options))
    for (const warning of report.warnings) output.warn(warning)
    const { branch, commit } = report.to
    const at = commit ? ` at ${shortId(commit)}` : ''
    output.result(report, () => (branch === null ? `HEAD is detached${at}` : `On ${escapeLine(branch)}${at}`))
  },
})
