import assert from 'node:assert/strict'
import type { EntryId, FeedId, KeyId } from '../../../src/contracts/ids.ts'
import type { FeedPosition } from '../../../src/sync/messages.ts'
import { PeerSession, type Replica } from '../../../src/sync/session.ts'

const feeds = 45_000
const head = '00'.repeat(32) as EntryId
const feedNumber = (i: number) => i.toString(16).padStart(32, '0') as FeedId

function replica(digest: number, lengthOf: (i: number) => number): Replica {
  const positions: readonly FeedPosition[] = Array.from({ length: feeds }, (_, i) => i)
    .filter((i) => lengthOf(i) > 0)
    .map((i) => ({ feed: feedNumber(i), length: lengthOf(i), head }))
  const lengths = new Map(positions.map(({ feed, length }) => [feed, length]))
  return {
    positions: () => positions,
    digest: () => new Uint8Array(32).fill(digest),
    length: (feed) => lengths.get(feed) ?? 0,
    deviceOf: () => undefined,
  }
}

/** Hands frames over until nothing is said any more. */
function talk(a: PeerSession, b: PeerSession): void {
  for (let isTalking = true; isTalking;) {
    isTalking = false
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const)
      // prettier-ignore
      for (let frame = from.nextFrame(); frame; frame = from.nextFrame()) {
        assert.ok(to.receive(frame), 'the message is no protocol')
        isTalking = true
      }
  }
}

describe('two sessions of a room with more feeds than one message takes', () => {
  it('learn of each other which entries are lacking, and of nothing else', () => {
    const alice = new PeerSession(replica(1, (i) => (i === 3 ? 2 : 1)))
    const bob = new PeerSession(replica(2, (i) => (i === feeds - 1 ? 0 : 1)))
    alice.start([])
    bob.start([])
    talk(alice, bob)
    assert.deepEqual(alice.ranges(), [
      { feed: feedNumber(3), from: 1, to: 2 },
      { feed: feedNumber(feeds - 1), from: 0, to: 1 },
    ])
    assert.deepEqual(bob.ranges(), [])
  })
})

describe('a session in which both sides know of each other', () => {
  const other = '11'.repeat(32) as KeyId
  const lengths = new Map([[feedNumber(0), 1]])
  const room = (author: KeyId | undefined): Replica => ({
    positions: () => [...lengths].map(([feed, length]) => ({ feed, length, head })),
    digest: () => new Uint8Array(32),
    length: (feed) => lengths.get(feed) ?? 0,
    deviceOf: () => author,
  })
  const toldBy = (author: KeyId | undefined): readonly string[] => {
    lengths.set(feedNumber(0), 1)
    const [alice, bob] = [new PeerSession(room(author)), new PeerSession(room(author))]
    alice.start([])
    bob.start(author ? [author] : [])
    talk(alice, bob)
    lengths.set(feedNumber(0), 2)
    alice.advanced(feedNumber(0))
    alice.tellPositions(room(author).positions())
    const told: string[] = []
    for (let frame = alice.nextFrame(); frame; frame = alice.nextFrame())
      told.push(...bob.receive(frame)!.map(({ type }) => type))
    return told
  }

  it('lets no entry wait behind the news that there is one', () => {
    assert.deepEqual(toldBy(undefined), [])
  })

  it('tells of it all the same where the peer got it from elsewhere before it went', () => {
    const own = [1, 1].map((length) => new Map([[feedNumber(0), length]]))
    const [alice, bob] = own.map(
      (lengths) =>
        new PeerSession({
          positions: () => [...lengths].map(([feed, length]) => ({ feed, length, head })),
          digest: () => new Uint8Array(32),
          length: (feed) => lengths.get(feed) ?? 0,
          deviceOf: () => undefined,
        }),
    ) as [PeerSession, PeerSession]
    alice.start([])
    bob.start([])
    talk(alice, bob)
    for (const [at, session] of [alice, bob].entries()) {
      own[at]!.set(feedNumber(0), 2)
      session.advanced(feedNumber(0))
    }
    alice.tellPositions([{ feed: feedNumber(0), length: 2, head }])
    bob.sendEntries(feedNumber(0), 1, [new Uint8Array(200)])
    alice.receivedUpTo(feedNumber(0), 2)
    talk(alice, bob)
    assert.deepEqual(alice.ranges(), [])
    assert.equal(bob.isEqual(), false)
    alice.tellUntold()
    talk(alice, bob)
    assert.ok(alice.isEqual() && bob.isEqual())
  })

  it('tells of an entry that it leaves to its author to send', () => {
    assert.deepEqual(toldBy(other), ['positions'])
  })
})
