import { AnvcsError } from '../../contracts/errors.ts'
import type { RoomId } from '../../contracts/ids.ts'
import type { LocalConnection } from '../../node/local-connection.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import type { Output } from '../output.ts'
import { escapeLine } from '../../provenance/message-escape.ts'
import type { RoomStatus } from '../../repository/room-status.ts'
import type { ChangedPath, WorkTreeStatus } from '../../repository/changed-path.ts'
import { roomText } from '../room-text.ts'

/** The room of the branch; `running` is what its host says, null where none runs. */
interface RoomPart {
  readonly room: string
  readonly running: RoomStatus | null
}

export const statusCommand = defineCommand({
  brief: 'Show what is changed, staged, and going on in the room',
  examples: [
    ['ai-vcs status', 'the work tree and the room of the branch'],
    ['ai-vcs status --json', 'the same for a program'],
  ],
  flags: {},
  run: async (context) => {
    const { readWorkTreeStatus } = await import('../../repository/work-tree-status.ts')
    const { runningRoom } = await import('../../repository/in-room.ts')
    const { output, signal } = context
    const { checkChanges } = await import('../../repository/journal-damage.ts')
    await withWorkspace(context, async (workspace) => {
      const status = await readWorkTreeStatus(workspace, signal)
      const id = status.branch === null ? undefined : await workspace.data.roomOf(`refs/heads/${status.branch}`)
      await using connection = id ? await runningRoom(workspace, signal) : undefined
      const running = connection ? await statusOf(connection, signal) : null
      const room: RoomPart | null = id ? { room: id, running: running?.room === id ? running : null } : null
      output.result({ ...status, room }, () => statusText(output, status, room))
      if (room && !running) await checkChanges(workspace.data, room.room as RoomId)
    })
  },
})

/** Null while the room is being opened or joined. */
async function statusOf(connection: LocalConnection, signal: AbortSignal): Promise<RoomStatus | null> {
  try {
    return (await connection.request('status', null, { signal })) as RoomStatus
  } catch (error) {
    if (AnvcsError.is(error)) return null
    throw error
  }
}

function statusText({ style }: Output, status: WorkTreeStatus, room: RoomPart | null): string {
  const { branch, commit, upstream, operation, staged, unstaged, untracked, conflicts } = status
  const where = branch === null ? `HEAD is detached at ${commit?.slice(0, 10)}` : `On branch ${escapeLine(branch)}`
  const lines = [where + (commit ? '' : ', which has no commit yet')]
  if (upstream) lines.push(`${escapeLine(upstream.name)}: ${upstream.ahead} ahead, ${upstream.behind} behind`)
  if (operation) lines.push(style.notable(`Git is in the middle of ${operation}`))
  if (room)
    lines.push(
      ...(room.running
        ? roomText(room.running, style)
        : [`Room ${room.room.slice(0, 12)} does not run (\`ai-vcs collab start\`)`]),
    )
  lines.push(
    ...section('Staged:', staged.map(changeText), style.good),
    ...section('Not staged:', unstaged.map(changeText), style.bad),
    ...section('Conflicts:', conflicts.map(escapeLine), style.bad),
    ...section('Untracked:', untracked.map(escapeLine), style.bad),
  )
  const isClean = !staged.length && !unstaged.length && !untracked.length && !conflicts.length
  return [...lines, ...(isClean ? ['Nothing to commit, the work tree is clean'] : [])].join('\n')
}

function changeText({ path, from, status }: ChangedPath): string {
  return `${status.padEnd(12)} ${from ? `${escapeLine(from)} -> ` : ''}${escapeLine(path)}`
}

function section(title: string, lines: readonly string[], mark: (text: string) => string): readonly string[] {
  return lines.length ? [title, ...lines.map((line) => `  ${mark(line)}`)] : []
}
