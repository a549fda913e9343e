import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { commitsMadeHere } from '../git/head-log.ts'
import { exchange } from './exchange.ts'
import type { RoomHost } from './room-host.ts'

/**
 * Takes a commit that is stored here into the room, and those below it, and exchanges them. Throws PEER_UNREACHABLE where nobody
 * is there (nothing was done then), ROOM_MISMATCH where the commit does not descend from the room's base, COMMIT_UNKNOWN where it
 * is not here, or has to wait for its author.
 */
export async function takeCommit(host: RoomHost, commit: string, signal: AbortSignal | undefined): Promise<void> {
  const { room } = host
  const { graph } = room.engines.history
  const id = commit as ObjectId
  if (graph.get(id) === 'missing') throw new AnvcsError('COMMIT_UNKNOWN')
  if (graph.get(id) === 'foreign')
    throw new AnvcsError('ROOM_MISMATCH', {
      message: `${commit.slice(0, 12)} does not descend from the commit that the room began at.`,
      hint: 'Merge or rebase onto the branch of the room first.',
    })
  await exchange(room, signal)
  if (!room.peers.length) throw new AnvcsError('PEER_UNREACHABLE')
  if (host.follows) await host.follower.takeHead(id)
  else await room.commits.tell(id, commitsMadeHere(host.workspace.git.gitDir))
  await exchange(room, signal)
  if (room.commits.isNamed(id)) return
  const reason = room.commits.waiting[0]?.reason ?? 'it is not taken in yet'
  throw new AnvcsError('COMMIT_UNKNOWN', {
    message: `The room waits: ${reason}.`,
    hint: 'It goes on when the author of the commit is met; `ai-vcs adopt` ends the wait.',
  })
}
