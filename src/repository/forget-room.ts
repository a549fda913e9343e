import { AnvcsError } from '../contracts/errors.ts'
import type { RoomId } from '../contracts/ids.ts'
import type { Workspace } from './workspace.ts'

/** A room that was left, and the branch (without `refs/heads/`) that had it. */
export interface LeftRoom {
  readonly room: RoomId
  readonly branch: string
}

/** Forgets which room a branch (its full name) has; the journal stays. Throws ROOM_MISSING. */
export async function forgetRoom({ data }: Pick<Workspace, 'data'>, branch: string): Promise<LeftRoom> {
  const room = await data.roomOf(branch)
  if (!room) throw new AnvcsError('ROOM_MISSING')
  await data.setRoom(branch, undefined)
  return { room, branch: branch.replace('refs/heads/', '') }
}
