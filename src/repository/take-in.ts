import type { ObjectId } from '../contracts/ids.ts'
import { readHead } from '../git/head.ts'
import type { RoomHost } from './room-host.ts'

/** What was taken into the journal of the room; null where the branch has none that could. */
export interface TakenIn {
  readonly commit: ObjectId | null
}

/** Takes edits, and the commit that is checked out, into the journal of the room: what git or an editor has done meanwhile. */
export async function takeIn(host: RoomHost | undefined): Promise<TakenIn> {
  if (!host?.follows) return { commit: null }
  const { gitDir, refs } = host.workspace.git
  await host.mirror?.scan()
  const { commit } = readHead(gitDir, refs)
  if (commit) await host.follower.takeHead(commit)
  await host.room.flush()
  return { commit: commit ?? null }
}
