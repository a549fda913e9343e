import type { Room } from '../room/room.ts'

const firstPeerMs = 10_000
const equalMs = 60_000
const pollMs = 50

/** Exchanges until equal with every member that can be reached, and merges heads. Nobody may be reached: `room.peers` tells. */
export async function exchange(room: Room, signal: AbortSignal | undefined): Promise<void> {
  const areEqual = (): boolean => room.peers.every(({ session }) => session.isEqual())
  room.announce()
  await until(() => room.peers.length > 0, firstPeerMs, signal)
  await until(areEqual, equalMs, signal)
  await room.settle()
  await room.flush()
  // A merge that was made here or there is exchanged, too.
  await until(areEqual, equalMs, signal)
}

/** Resolves when the condition holds or the time is over. */
async function until(condition: () => boolean, limitMs: number, signal: AbortSignal | undefined): Promise<void> {
  for (const endMs = Date.now() + limitMs; !condition() && Date.now() < endMs;) {
    signal?.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}
