import assert from 'node:assert/strict'
import type { EndpointId } from '../contracts/ids.ts'
import type { Signaling, SignalingSession, SignalTopic } from '../contracts/signaling.ts'

/** What the checks run on: a fresh medium, and clients of it. */
export interface SignalingBench extends AsyncDisposable {
  /** A client as another process would have it; one that shares nothing with others but the medium. */
  client(): Signaling
  /** Makes the medium unreachable until `restore`. */
  interrupt(): Promise<void>
  restore(): Promise<void>
}

/** One sentence of the contract and the way to see whether it holds. */
export interface SignalingCheck {
  readonly name: string
  readonly run: () => Promise<void>
}

const [ann, bob, cyd] = ['a1', 'b2', 'c3'].map((byte) => byte.repeat(16) as EndpointId) as [
  EndpointId,
  EndpointId,
  EndpointId,
]

interface Scene {
  readonly bench: SignalingBench
  readonly waitMs: number
}

type Body = (scene: Scene) => Promise<void>

/** What every implementation of the contract `Signaling` keeps, as data: run each with any test runner. */
export function signalingChecks(
  setup: () => Promise<SignalingBench>,
  /** How long to wait for what should happen. */
  { waitMs = 8000 }: { readonly waitMs?: number } = {},
): readonly SignalingCheck[] {
  return Object.entries(bodies).map(([name, body]) => ({
    name,
    run: async () => {
      await using bench = await setup()
      await body({ bench, waitMs })
    },
  }))
}

const bodies: Readonly<Record<string, Body>> = {
  'two endpoints find each other, whoever comes first': async (scene) => {
    await using first = join(scene, ann)
    await first.until(() => first.session.connected)
    await using second = join(scene, bob)
    await first.until(() => first.peers.includes(bob))
    await second.until(() => second.peers.includes(ann))
  },

  'a signal reaches the endpoint it is for, once, and no other': async (scene) => {
    await using room = await meet(scene)
    const [a, b, c] = room.members
    a.session.send(bob, { type: 'offer', sdp: 'v=0\r\n' })
    await settle(room.members)
    assert.deepEqual(b.payloads(), [{ from: ann, data: { type: 'offer', sdp: 'v=0\r\n' } }])
    assert.deepEqual([a.payloads(), c.payloads()], [[], []])
  },

  'a signal to all reaches all others, once, and not the sender': async (scene) => {
    await using room = await meet(scene)
    const [a, b, c] = room.members
    a.session.send(undefined, ['hello', 1, null])
    await settle(room.members)
    const expected = [{ from: ann, data: ['hello', 1, null] }]
    assert.deepEqual([a.payloads(), b.payloads(), c.payloads()], [[], expected, expected])
  },

  'signals of one endpoint arrive in order': async (scene) => {
    await using room = await meet(scene)
    const [a, b] = room.members
    for (let i = 0; i < 100; i++) a.session.send(bob, i)
    await settle(room.members)
    assert.deepEqual(
      b.payloads().map(({ data }) => data),
      Array.from({ length: 100 }, (_, i) => i),
    )
  },

  'an announcement is told again when it is made again, and never to its maker': async (scene) => {
    await using room = await meet(scene)
    const [a, b, c] = room.members
    await settle(room.members)
    const before = [b, c].map(({ peers }) => peers.filter((peer) => peer === ann).length)
    a.session.announce()
    await settle(room.members)
    assert.deepEqual(
      [b, c].map(({ peers }) => peers.filter((peer) => peer === ann).length),
      before.map((count) => count + 1),
    )
    assert.ok(!a.peers.includes(ann))
  },

  'who has another key, or is on another topic, hears nothing and is not heard': async (scene) => {
    await using room = await meet(scene)
    const stranger = 'd4'.repeat(16) as EndpointId
    await using wrongKey = join(scene, stranger, { ...topicOf(1), key: topicOf(2).key })
    await using wrongTopic = join(scene, stranger, { ...topicOf(1), topic: topicOf(2).topic })
    await Promise.all([wrongKey, wrongTopic].map((other) => other.until(() => other.session.connected)))
    room.members[0].session.send(undefined, 'secret')
    room.members[0].session.announce()
    wrongKey.session.send(undefined, 'noise')
    wrongTopic.session.send(ann, 'noise')
    await settle(room.members)
    for (const { peers, signals } of [wrongKey, wrongTopic]) assert.deepEqual([peers, signals], [[], []])
    for (const member of room.members) {
      assert.ok(!member.peers.includes(stranger))
      assert.ok(!member.payloads().some(({ data }) => data === 'noise'))
    }
  },

  'what cannot be sent is lost, without an error': async (scene) => {
    await using room = await meet(scene)
    const [a, b] = room.members
    const ring: unknown[] = []
    ring.push(ring)
    for (const data of [undefined, ring, 1n, () => {}]) a.session.send(bob, data)
    a.session.send('ee'.repeat(16) as EndpointId, 'to nobody')
    a.session.send(bob, 'good')
    await settle(room.members)
    assert.deepEqual(b.payloads(), [{ from: ann, data: 'good' }])
  },

  'who has stopped listening is not called': async (scene) => {
    await using room = await meet(scene)
    const [a, b] = room.members
    let calls = 0
    b.session.onSignal(() => calls++)()
    a.session.send(bob, 1)
    await settle(room.members)
    assert.deepEqual([calls, b.payloads().length], [0, 1])
  },

  'a closed session hears and says nothing more, and closing again does nothing': async (scene) => {
    await using room = await meet(scene)
    const [a, b, c] = room.members
    await b.session.close()
    await b.session.close()
    assert.equal(b.session.connected, false)
    b.session.send(ann, 'from the grave')
    b.session.announce()
    a.session.send(undefined, 'to the living')
    await settle([a, c])
    assert.deepEqual([a.payloads(), b.payloads()], [[], []])
    assert.deepEqual(c.payloads(), [{ from: ann, data: 'to the living' }])
  },

  'an interruption is told, and afterwards endpoints find each other and speak again': async (scene) => {
    await using room = await meet(scene)
    const [a, b] = room.members
    await scene.bench.interrupt()
    await Promise.all(room.members.map((member) => member.until(() => !member.session.connected)))
    a.session.send(bob, 'lost')
    for (const { peers } of room.members) peers.length = 0
    await scene.bench.restore()
    await meeting(room.members)
    a.session.send(bob, 'heard')
    await settle(room.members)
    assert.deepEqual(b.payloads(), [{ from: ann, data: 'heard' }])
    assert.deepEqual(a.connected, [true, false, true])
  },
}

interface Heard {
  readonly from: EndpointId
  readonly data: unknown
}

interface Member extends AsyncDisposable {
  readonly id: EndpointId
  readonly session: SignalingSession
  readonly peers: EndpointId[]
  readonly signals: readonly Heard[]
  readonly connected: readonly boolean[]
  /** The signals but those of `settle`. */
  payloads(): readonly Heard[]
  until(condition: () => boolean): Promise<void>
}

function topicOf(fill: number): SignalTopic {
  return { topic: new Uint8Array(32).fill(fill), key: new Uint8Array(32).fill(fill + 100) }
}

function join({ bench, waitMs }: Scene, id: EndpointId, topic = topicOf(1)): Member {
  const session = bench.client().open(topic, id)
  const peers: EndpointId[] = []
  const signals: Heard[] = []
  const connected: boolean[] = []
  const wakers = new Set<() => void>()
  const wake = (): void => {
    for (const waker of wakers) waker()
  }
  session.onPeer((peer) => {
    peers.push(peer)
    wake()
  })
  session.onSignal((from, data) => {
    signals.push({ from, data })
    wake()
  })
  session.onConnected((now) => {
    connected.push(now)
    wake()
  })
  return {
    id,
    session,
    peers,
    signals,
    connected,
    payloads: () => signals.filter(({ data }) => !isMark(data)),
    until: (condition) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => finish(() => reject(new Error(`waited in vain: ${String(condition)}`))), waitMs)
        const finish = (settle: () => void): void => {
          clearTimeout(timer)
          wakers.delete(check)
          settle()
        }
        const check = (): void => {
          if (condition()) finish(resolve)
        }
        wakers.add(check)
        check()
      }),
    [Symbol.asyncDispose]: () => session.close(),
  }
}

type Three = readonly [Member, Member, Member]

/** Three endpoints that know each other. */
async function meet(scene: Scene): Promise<{ readonly members: Three } & AsyncDisposable> {
  const members: Three = [join(scene, ann), join(scene, bob), join(scene, cyd)]
  await meeting(members)
  return {
    members,
    async [Symbol.asyncDispose]() {
      for (const { session } of members) await session.close()
    },
  }
}

async function meeting(members: readonly Member[]): Promise<void> {
  await Promise.all(
    members.map((member) =>
      member.until(() => members.every(({ id }) => id === member.id || member.peers.includes(id))),
    ),
  )
}

let marks = 0

/** Until all that was sent before has arrived: each sends a mark to all, twice, for answers to what came before the first. */
async function settle(members: readonly Member[]): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const mark = `mark ${++marks}`
    for (const { session } of members) session.send(undefined, mark)
    const others = members.length - 1
    await Promise.all(
      members.map((member) => member.until(() => member.signals.filter(({ data }) => data === mark).length >= others)),
    )
  }
}

function isMark(data: unknown): boolean {
  return typeof data === 'string' && data.startsWith('mark ')
}
