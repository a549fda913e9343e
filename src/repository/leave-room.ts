import { checkedOut } from './collaboration.ts'
import { forgetRoom, type LeftRoom } from './forget-room.ts'
import { runningRoom } from './in-room.ts'
import type { Workspace } from './workspace.ts'

/** Ends the running room, if one runs, and forgets it; else forgets the room of the branch. Throws ROOM_MISSING. */
export async function leaveRoom(workspace: Workspace, signal?: AbortSignal): Promise<LeftRoom> {
  await using running = await runningRoom(workspace, signal)
  if (running) return (await running.request('leave', null, signal ? { signal } : {})) as LeftRoom
  return forgetRoom(workspace, checkedOut(workspace))
}
