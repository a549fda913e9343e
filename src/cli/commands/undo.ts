import { escapeLine } from '../../provenance/message-escape.ts'
import { shortId } from '../commit-text.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'

export const undoCommand = defineCommand({
  brief: 'Take back the last commit, or the last step that followed the room',
  about:
    'Only the branch moves: what the commit held is staged again, and no file changes. Again, it takes back the step before.',
  examples: [['ai-vcs undo', 'take back the last step']],
  flags: {},
  run: async (context) => {
    const { undo } = await import('../../repository/undo.ts')
    const { output, signal } = context
    const report = await withWorkspace(context, (workspace) => undo(workspace, signal))
    for (const warning of report.warnings) output.warn(warning)
    const { branch, step, from, to } = report
    output.result(report, () =>
      [
        `Took back on ${escapeLine(branch)}: ${escapeLine(step)}`,
        `${to ? `${branch} is at ${shortId(to)}` : `${branch} has no commit now`}; \`git reset --soft ${shortId(from)}\` brings it back`,
      ].join('\n'),
    )
  },
})
