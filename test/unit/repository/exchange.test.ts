import assert from 'node:assert/strict'
import { exchange, readyForExchange, type ExchangingRoom, type WaitingRoom } from '../../../src/repository/exchange.ts'

/** A room whose links come and go as a script says: how equal each peer is, look by look; `dialing` where a link is being made. */
function roomOf(looks: readonly { readonly equal: readonly boolean[]; readonly isDialing?: true }[]) {
  const done: string[] = []
  let at = 0
  const room: ExchangingRoom = {
    announce: () => void done.push('announce'),
    get peers() {
      const { equal } = looks[Math.min(at++, looks.length - 1)]!
      return equal.map((isEqual) => ({ session: { isEqual: () => isEqual } }))
    },
    get meeting() {
      return { connected: true, isDialing: looks[Math.min(at++, looks.length - 1)]!.isDialing ?? false }
    },
    settle: async () => void done.push(`settle at ${at}`),
    flush: () => Promise.resolve(),
  }
  return { room, done, looks: () => at }
}

describe('an exchange', () => {
  it('goes on over a link that breaks and comes back: to hold as much as nobody says nothing', async () => {
    const { room, done, looks } = roomOf([
      { equal: [false] },
      { equal: [false] },
      { equal: [] },
      { equal: [] },
      { equal: [] },
      { equal: [false] },
      { equal: [false] },
      { equal: [true] },
    ])
    await exchange(room, undefined)
    assert.equal(done[0], 'announce')
    assert.ok(Number(done[1]!.slice('settle at '.length)) >= 8, done.join())
    assert.ok(looks() > 8)
  })

  it('waits for those whose links are being made: whoever answers first need not have what is lacking', async () => {
    const dialing = { equal: [true], isDialing: true } as const
    const { room, done } = roomOf([
      dialing,
      dialing,
      dialing,
      dialing,
      dialing,
      { equal: [true, false] },
      { equal: [true, true] },
    ])
    await exchange(room, undefined)
    assert.ok(Number(done[1]!.slice('settle at '.length)) >= 7, done.join())
  })
})

describe('a room that lacks what only others have', () => {
  const waiting = (peers: readonly unknown[], ready: (signal: AbortSignal) => Promise<void>): WaitingRoom => ({
    room: { announce: () => {}, peers },
    ready: ({ signal }) => ready(signal),
  })
  const never = (signal: AbortSignal) =>
    new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

  it('is given up where nobody is there', async () => {
    await assert.rejects(readyForExchange(waiting([], never), undefined, 100), { code: 'PEER_UNREACHABLE' })
  })

  it('waits for whoever is there, until it is ready or interrupted', async () => {
    const later = () => new Promise<void>((resolve) => setTimeout(resolve, 300))
    await readyForExchange(waiting(['bob'], later), undefined, 100)
    const signal = AbortSignal.timeout(300)
    await assert.rejects(readyForExchange(waiting(['bob'], never), signal, 100), { name: 'TimeoutError' })
  })
})
