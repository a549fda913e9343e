import { AnvcsError } from '../../contracts/errors.ts'
import { shortId } from '../commit-text.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'

export const adoptCommand = defineCommand({
  brief: 'Go on without authors that a commit waits for',
  about:
    'A commit that came by Git before its operations waits for them; `status` says for whom. Adopting takes what is known, and the rest\nas if it were typed by nobody in particular. It cannot be taken back.',
  examples: [['ai-vcs adopt', 'adopt every commit that waits']],
  flags: {},
  run: async (context) => {
    const { adopt } = await import('../../repository/adopt.ts')
    const { inRoom } = await import('../../repository/in-room.ts')
    const { output, signal } = context
    await withWorkspace(context, async (workspace) => {
      const here = async (host: Parameters<typeof adopt>[0] | undefined) => {
        if (!host) throw new AnvcsError('ROOM_MISSING')
        return adopt(host)
      }
      const report = await inRoom(workspace, { method: 'adopt', here, signal })
      output.result(report, () =>
        report.adopted.length
          ? report.adopted.map((commit) => `adopted  ${shortId(commit)}`).join('\n')
          : 'No commit waits.',
      )
    })
  },
})
