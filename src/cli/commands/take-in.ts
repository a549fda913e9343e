import { shortId } from '../commit-text.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'

export const takeInCommand = defineCommand({
  brief: 'Take what git and editors have done into the room of the branch',
  about:
    'Without a running room, edits and commits are taken in by the next command that needs the room. This does it now; the hooks of\n`ai-vcs init --hooks` call it after each commit, merge and rebase. In a branch without a room it does nothing.',
  examples: [['ai-vcs take-in', 'after `git commit`, say']],
  flags: {},
  run: async (context) => {
    const { inRoom } = await import('../../repository/in-room.ts')
    const { takeIn } = await import('../../repository/take-in.ts')
    const { output, signal } = context
    await withWorkspace(context, async (workspace) => {
      const taken = await inRoom(workspace, { method: 'take-in', here: takeIn, signal })
      output.result(taken, () =>
        taken.commit ? `The room knows ${shortId(taken.commit)}.` : 'This branch has no room.',
      )
    })
  },
})
