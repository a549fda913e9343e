import { escapeLine } from '../../provenance/message-escape.ts'
import { shortId } from '../commit-text.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'

export const undoCommand = defineCommand({
  brief: 'Take back the last commit, merge or pull, or the last step that followed the room',
  about:
    'Of a commit only the branch moves: what it held is staged again, and no file changes; a merge that it ended goes on. Files of a merge or pull are as before\nit, and changes that are not committed stay. Again, it takes back the step before.',
  examples: [['ai-vcs undo', 'take back the last step']],
  flags: {},
  run: async (context) => {
    const { undo } = await import('../../repository/undo.ts')
    const { output, signal } = context
    const report = await withWorkspace(context, (workspace) => undo(workspace, signal))
    for (const warning of report.warnings) output.warn(warning)
    const { branch, step, from, to, files } = report
    const name = escapeLine(branch)
    const again = files === 'taken back' ? 'git merge --ff-only' : 'git reset --soft'
    const ends =
      files === 'merging'
        ? 'Git is in the middle of the merge again: `git merge --abort` goes back before it, `ai-vcs commit` ends it'
        : `\`${again} ${shortId(from)}\` brings it back`
    output.result(report, () =>
      [
        `Took back on ${name}: ${escapeLine(step)}`,
        `${to ? `${name} is at ${shortId(to)}` : `${name} has no commit now`}; ${ends}`,
      ].join('\n'),
    )
  },
})
