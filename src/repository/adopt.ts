import type { ObjectId } from '../contracts/ids.ts'
import type { RoomHost } from './room-host.ts'
import { takeIn } from './take-in.ts'

/** Ends the wait for authors that do not come; answers which commits were adopted. */
export async function adopt(host: RoomHost): Promise<{ readonly adopted: readonly ObjectId[] }> {
  // A room that was just opened does not know yet what is checked out.
  await takeIn(host)
  const adopted = await host.room.commits.adopt()
  await host.room.settle()
  await host.follower.step()
  return { adopted }
}
