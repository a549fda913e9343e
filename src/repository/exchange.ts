import { AnvcsError } from '../contracts/errors.ts'
import type { Room } from '../room/room.ts'

const firstPeerMs = 10_000
/** Others that announce themselves get so long to be linked. */
const othersMs = 2000
const equalMs = 60_000
const pollMs = 50

/** What an exchange needs of a room. */
export type ExchangingRoom = Pick<Room, 'announce' | 'meeting' | 'settle' | 'flush'> & {
  readonly peers: readonly { readonly session: Pick<Room['peers'][number]['session'], 'isEqual'> }[]
}

/** What becomes ready when others send what is lacking here. */
export interface WaitingRoom {
  readonly room: Pick<Room, 'announce'> & { readonly peers: readonly unknown[] }
  readonly ready: (options: { readonly signal: AbortSignal }) => Promise<void>
}

/** Resolves when the room is ready. Throws PEER_UNREACHABLE where it lacks what only others have, and nobody is there for so long. */
export async function readyForExchange(
  host: WaitingRoom,
  signal: AbortSignal | undefined,
  limitMs = firstPeerMs,
): Promise<void> {
  const alone = new AbortController()
  let lastMetMs = Date.now()
  const timer = setInterval(() => {
    if (host.room.peers.length) lastMetMs = Date.now()
    else if (Date.now() - lastMetMs > limitMs) alone.abort(nobodyReached())
  }, pollMs)
  try {
    host.room.announce()
    await host.ready({ signal: signal ? AbortSignal.any([signal, alone.signal]) : alone.signal })
  } finally {
    clearInterval(timer)
  }
}

export function nobodyReached(): AnvcsError {
  return new AnvcsError('PEER_UNREACHABLE', { message: 'Nobody else in the room could be reached.' })
}

/** Exchanges until equal with every member that can be reached, and merges heads. Nobody may be reached: `room.peers` tells. */
export async function exchange(room: ExchangingRoom, signal: AbortSignal | undefined): Promise<void> {
  room.announce()
  await until(() => room.peers.length > 0, firstPeerMs, signal)
  const isAlone = !room.peers.length
  // Whoever answers first need not have what we lack.
  if (!isAlone) await until(() => !room.meeting?.isDialing, othersMs, signal)
  if (!isAlone) await equal(room, signal)
  await room.settle()
  await room.flush()
  // A merge that was made here or there is exchanged, too.
  if (!isAlone) await equal(room, signal)
}

/** A link may break and come back: to hold as much as nobody says nothing, until it is clear that nobody comes. */
async function equal(room: ExchangingRoom, signal: AbortSignal | undefined): Promise<void> {
  let lastMetMs = Date.now()
  const areEqual = (): boolean => {
    if (!room.peers.length) return Date.now() - lastMetMs > firstPeerMs
    lastMetMs = Date.now()
    return room.peers.every(({ session }) => session.isEqual())
  }
  await until(areEqual, equalMs, signal)
}

/** Resolves when the condition holds or the time is over. */
async function until(condition: () => boolean, limitMs: number, signal: AbortSignal | undefined): Promise<void> {
  for (const endMs = Date.now() + limitMs; !condition() && Date.now() < endMs;) {
    signal?.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}
