import assert from 'node:assert/strict'
import { AnvcsError } from '../contracts/errors.ts'
import type { EndpointId } from '../contracts/ids.ts'
import type { Link } from '../contracts/transport.ts'
import {
  collect,
  numbered,
  openEnd,
  pause,
  sendAll,
  within,
  type OpenEnd,
  type TransportEnd,
} from './transport-ends.ts'

/** Three endpoints with ascending ids, able to reach each other. */
export type TransportEnds = readonly [TransportEnd, TransportEnd, TransportEnd]

/** One sentence that holds for every transport, and the program that tries it: it rejects where the sentence is false. */
export interface TransportCheck {
  readonly name: string
  /** `boundMs` is what any single step may take. */
  run(ends: TransportEnds, boundMs: number): Promise<void>
}

interface Meeting {
  readonly left: OpenEnd
  readonly right: OpenEnd
  readonly ends: TransportEnds
  readonly boundMs: number
}

interface Pair extends Meeting {
  /** The ends of one link: that of `left`, that of `right`. */
  readonly ours: Link
  readonly theirs: Link
}

/** A check with two endpoints that listen; both are closed afterwards, come what may. */
function meeting(name: string, run: (meeting: Meeting) => Promise<void>): TransportCheck {
  return {
    name,
    async run(ends, boundMs) {
      const left = await openEnd(ends[0], boundMs)
      const right = await openEnd(ends[1], boundMs)
      try {
        await run({ left, right, ends, boundMs })
      } finally {
        await within(boundMs, 'closing', Promise.all([left.listener.close(), right.listener.close()]))
      }
    },
  }
}

/** A check over one open link. */
function linked(name: string, run: (pair: Pair) => Promise<void>): TransportCheck {
  return meeting(name, async (both) => {
    await within(both.boundMs, 'dial', both.left.listener.dial(both.right.self))
    await run({ ...both, ours: await both.left.link(), theirs: await both.right.link() })
  })
}

async function crosses(from: Link, to: Link, boundMs: number): Promise<void> {
  const inbox = collect(to)
  from.send(numbered(1, 20))
  assert.deepEqual(plain(await inbox.all(1, boundMs)), [numbered(1, 20)])
}

function plain(messages: readonly Uint8Array[]): Uint8Array[] {
  return messages.map((message) => new Uint8Array(message))
}

function isClosed(error: unknown): boolean {
  return AnvcsError.is(error, 'LINK_CLOSED')
}

const nobody = 'f'.repeat(32) as EndpointId

const connecting: readonly TransportCheck[] = [
  meeting('the end with the lower id can dial', async ({ left, right, boundMs }) => {
    await within(boundMs, 'dial', left.listener.dial(right.self))
    await crosses(await left.link(), await right.link(), boundMs)
  }),
  meeting('the end with the higher id can dial', async ({ left, right, boundMs }) => {
    await within(boundMs, 'dial', right.listener.dial(left.self))
    await crosses(await right.link(), await left.link(), boundMs)
  }),
  meeting('the link is handed over before dial resolves', async ({ left, right, boundMs }) => {
    await within(boundMs, 'dial', left.listener.dial(right.self))
    assert.equal(left.links.length, 1)
  }),
  meeting('two ends that dial each other at once get one link', async ({ left, right, boundMs }) => {
    const dials = Promise.all([left.listener.dial(right.self), right.listener.dial(left.self)])
    await within(boundMs, 'dial', dials)
    await crosses(await left.link(), await right.link(), boundMs)
    await pause(50)
    assert.deepEqual([left.links.length, right.links.length], [1, 1])
  }),
  linked('a dial to a peer that is linked makes no second link', async ({ left, right, ours, theirs, boundMs }) => {
    await within(boundMs, 'dial', left.listener.dial(right.self))
    await within(boundMs, 'dial', right.listener.dial(left.self))
    await crosses(ours, theirs, boundMs)
    assert.deepEqual([left.links.length, right.links.length], [1, 1])
  }),
  linked('the sides of a link have opposite roles, one binding and each the name of the other', async (pair) => {
    const { left, right, ours, theirs } = pair
    assert.deepEqual([ours.role, theirs.role].sort(), ['initiator', 'responder'])
    assert.deepEqual(new Uint8Array(ours.binding), new Uint8Array(theirs.binding))
    assert.ok(ours.binding.length >= 8, 'a binding of at least 8 bytes')
    assert.deepEqual([ours.peer, theirs.peer], [right.self, left.self])
    assert.equal(ours.maxMessageBytes, theirs.maxMessageBytes)
    assert.ok(ours.path.length > 0)
  }),
  linked('no two links have the same binding', async ({ left, right, ends, ours, boundMs }) => {
    const third = await openEnd(ends[2], boundMs)
    try {
      await within(boundMs, 'dial', third.listener.dial(left.self))
      await within(boundMs, 'close', ours.close())
      await within(boundMs, 'dial', left.listener.dial(right.self))
      const bindings = [ours, await third.link(), await right.link(1)].map(({ binding }) => binding.join(' '))
      assert.equal(new Set(bindings).size, 3)
    } finally {
      await third.listener.close()
    }
  }),
  linked('a lost link can be dialed again, from either side', async ({ left, right, ours, theirs, boundMs }) => {
    await within(boundMs, 'close', ours.close())
    await within(boundMs, 'dial', left.listener.dial(right.self))
    await crosses(await left.link(1), await right.link(1), boundMs)
    await within(boundMs, 'closed at the other side', theirs.closed)
    await within(boundMs, 'close', (await left.link(1)).close())
    await within(boundMs, 'closed at the other side', (await right.link(1)).closed)
    await within(boundMs, 'dial', right.listener.dial(left.self))
    await crosses(await left.link(2), await right.link(2), boundMs)
  }),
  meeting('an aborted dial rejects with the reason, and no link comes of it', async ({ left, right, boundMs }) => {
    const reason = new Error('no longer wanted')
    const aborter = new AbortController()
    const dial = left.listener.dial(right.self, { signal: aborter.signal })
    aborter.abort(reason)
    await assert.rejects(within(boundMs, 'aborted dial', dial), reason)
    const late = left.listener.dial(right.self, { signal: AbortSignal.abort(reason) })
    await assert.rejects(within(boundMs, 'aborted dial', late), reason)
    await pause(100)
    assert.deepEqual([left.links.length, right.links.length], [0, 0])
  }),
  meeting('a dial to nobody ends by its signal, if not by itself', async ({ left, boundMs }) => {
    const reason = new Error('enough')
    const aborter = new AbortController()
    const dial = left.listener.dial(nobody, { signal: aborter.signal })
    setTimeout(() => aborter.abort(reason), 20)
    await assert.rejects(
      within(boundMs, 'dial to nobody', dial),
      (error) => error === reason || AnvcsError.is(error, 'PEER_UNREACHABLE'),
    )
  }),
]

const messages: readonly TransportCheck[] = [
  linked('10,000 small messages arrive once and in order, both ways at the same time', async (pair) => {
    const { ours, theirs, boundMs } = pair
    const count = 10_000
    const inboxes = [collect(ours), collect(theirs)]
    const sent = Array.from({ length: count }, (_, index) => numbered(index, 4 + (index % 60)))
    await Promise.all([sendAll(ours, sent, boundMs), sendAll(theirs, sent, boundMs)])
    for (const inbox of inboxes) {
      const got = await inbox.all(count, boundMs)
      assert.deepEqual(got.length, count)
      got.forEach((message, index) => assert.ok(same(message, sent[index]!), `message ${index} differs`))
    }
  }),
  linked('200 messages of the greatest size arrive whole', async ({ ours, theirs, boundMs }) => {
    const inbox = collect(theirs)
    const sent = Array.from({ length: 200 }, (_, index) => numbered(index, ours.maxMessageBytes))
    await sendAll(ours, sent, boundMs)
    const got = await inbox.all(sent.length, boundMs)
    assert.equal(got.length, sent.length)
    got.forEach((message, index) => assert.ok(same(message, sent[index]!), `message ${index} differs`))
  }),
  linked('an empty message is a message', async ({ ours, theirs, boundMs }) => {
    const inbox = collect(theirs)
    ours.send(new Uint8Array(0))
    ours.send(numbered(1, 8))
    assert.deepEqual(plain(await inbox.all(2, boundMs)), [new Uint8Array(0), numbered(1, 8)])
  }),
  linked('a message above the limit is refused, and the link lives on', async ({ ours, theirs, boundMs }) => {
    assert.throws(
      () => ours.send(new Uint8Array(ours.maxMessageBytes + 1)),
      (error) => AnvcsError.is(error, 'MESSAGE_TOO_LARGE'),
    )
    await crosses(ours, theirs, boundMs)
  }),
  linked('messages that come before the receiver is set are kept for it', async ({ ours, theirs, boundMs }) => {
    const sent = Array.from({ length: 40 }, (_, index) => numbered(index, ours.maxMessageBytes))
    await sendAll(ours, sent, boundMs)
    await pause(100)
    assert.deepEqual(plain(await collect(theirs).all(sent.length, boundMs)), sent)
  }),
  meeting('what is sent as soon as a link is handed over arrives', async ({ ends, left, right, boundMs }) => {
    await left.listener.close()
    const greeting = await openEnd(ends[0], boundMs, (link) => void link.send(numbered(7, 12)))
    try {
      await within(boundMs, 'dial', greeting.listener.dial(right.self))
      const inbox = collect(await right.link())
      assert.deepEqual(plain(await inbox.all(1, boundMs)), [numbered(7, 12)])
    } finally {
      await greeting.listener.close()
    }
  }),
  linked('the sender may use its buffer again', async ({ ours, theirs, boundMs }) => {
    const inbox = collect(theirs)
    const buffer = numbered(3, 100)
    ours.send(buffer)
    buffer.fill(0)
    assert.deepEqual(plain(await inbox.all(1, boundMs)), [numbered(3, 100)])
  }),
  linked('64 MiB flow under backpressure: nothing is lost, and little is under way at any time', async (pair) => {
    const { ours, theirs, boundMs } = pair
    const size = ours.maxMessageBytes
    const count = Math.ceil((64 << 20) / size)
    const inbox = { received: 0, broken: -1, grew: () => {} }
    theirs.onMessage((message) => {
      if (inbox.broken < 0 && !same(message, numbered(inbox.received, size))) inbox.broken = inbox.received
      inbox.received++
      inbox.grew()
    })
    let mostUnderWay = 0
    let waits = 0
    for (let index = 0; index < count; index++) {
      const goOn = ours.send(numbered(index, size))
      mostUnderWay = Math.max(mostUnderWay, index + 1 - inbox.received)
      if (goOn) continue
      waits++
      await within(boundMs, 'drained', ours.drained())
    }
    while (inbox.received < count) {
      const more = new Promise<void>((resolve) => (inbox.grew = resolve))
      await within(boundMs, `message ${inbox.received} of ${count}`, more)
    }
    await pause(20)
    assert.deepEqual([inbox.received, inbox.broken], [count, -1])
    assert.ok(waits > 0, 'send has asked for a pause')
    assert.ok(mostUnderWay * size <= 16 << 20, `${mostUnderWay * size} bytes were under way`)
  }),
]

const closing: readonly TransportCheck[] = [
  linked('a close at the side that dialed settles both ends', ({ ours, theirs, boundMs }) =>
    settles(ours, theirs, boundMs),
  ),
  linked('a close at the side that was dialed settles both ends', ({ ours, theirs, boundMs }) =>
    settles(theirs, ours, boundMs),
  ),
  linked('after closing, send and drained fail with LINK_CLOSED at both ends', async ({ ours, theirs, boundMs }) => {
    await within(boundMs, 'close', ours.close())
    await within(boundMs, 'closed at the other side', theirs.closed)
    for (const link of [ours, theirs]) {
      assert.throws(() => link.send(numbered(1, 8)), isClosed)
      await assert.rejects(within(boundMs, 'drained', link.drained()), isClosed)
    }
  }),
  linked('drained rejects when the link closes', async ({ ours, boundMs }) => {
    const waiting = fill(ours)
    await Promise.all([assert.rejects(within(boundMs, 'drained', waiting), isClosed), ours.close()])
  }),
  linked('drained rejects with the reason of its signal, and the link lives on', async ({ ours, theirs, boundMs }) => {
    const reason = new Error('not waiting any more')
    const aborter = new AbortController()
    const waiting = fill(ours, aborter.signal)
    aborter.abort(reason)
    await assert.rejects(within(boundMs, 'drained', waiting), reason)
    collect(theirs)
    await within(boundMs, 'drained', ours.drained())
    await assert.rejects(within(boundMs, 'drained', ours.drained({ signal: AbortSignal.abort(reason) })), reason)
    assert.doesNotThrow(() => ours.send(numbered(0, 8)))
  }),
  linked('close may be called again', async ({ ours, left, boundMs }) => {
    await within(boundMs, 'close', Promise.all([ours.close(), ours.close('again')]))
    await within(boundMs, 'close', Promise.resolve(ours[Symbol.asyncDispose]()))
    await within(boundMs, 'close of the listener', Promise.all([left.listener.close(), left.listener.close()]))
    await within(boundMs, 'close of the listener', Promise.resolve(left.listener[Symbol.asyncDispose]()))
  }),
  linked('closing a listener closes its links, at both ends', async ({ left, ours, theirs, boundMs }) => {
    await within(boundMs, 'close of the listener', left.listener.close())
    await within(boundMs, 'closed here', ours.closed)
    await within(boundMs, 'closed at the other side', theirs.closed)
  }),
  meeting('a closed listener dials nobody and is not reached', async ({ left, right, boundMs }) => {
    const pending = left.listener.dial(right.self)
    await Promise.all([
      assert.rejects(within(boundMs, 'pending dial', pending), isClosed),
      within(boundMs, 'close', left.listener.close()),
    ])
    await assert.rejects(within(boundMs, 'dial', left.listener.dial(right.self)), isClosed)
    const aborter = new AbortController()
    const toClosed = right.listener.dial(left.self, { signal: aborter.signal })
    setTimeout(() => aborter.abort(), 100)
    await assert.rejects(within(boundMs, 'dial', toClosed))
    assert.deepEqual([left.links.length, right.links.length], [0, 0])
  }),
  {
    name: 'what is closed keeps no timer',
    async run(ends, boundMs) {
      const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
      const before = timers()
      const both = [await openEnd(ends[0], boundMs), await openEnd(ends[1], boundMs)] as const
      await within(boundMs, 'dial', both[0].listener.dial(both[1].self))
      await both[1].link()
      await Promise.all(both.map((end) => within(boundMs, 'close', end.listener.close())))
      await pause(0)
      assert.ok(timers() <= before, 'a timer is left that keeps the process alive')
    },
  },
]

/** What every transport has to do, as the contract says it. */
export const transportChecks: readonly TransportCheck[] = [...connecting, ...messages, ...closing]

async function settles(closer: Link, other: Link, boundMs: number): Promise<void> {
  await within(boundMs, 'close', closer.close('done'))
  assert.equal((await within(boundMs, 'closed', closer.closed)).reason, 'done')
  assert.ok((await within(boundMs, 'closed at the other side', other.closed)).reason.length > 0)
}

/** Sends until the link asks to wait, and waits. */
async function fill(link: Link, signal?: AbortSignal): Promise<void> {
  while (link.send(new Uint8Array(link.maxMessageBytes)));
  await link.drained(signal ? { signal } : {})
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0
}
