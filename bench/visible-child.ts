import { once } from 'node:events'
import { fdatasyncSync, writeSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import wrtc from '@roamhq/wrtc'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { signalingClient } from '../signaling/client/index.ts'
import { NodeWebSocket } from '../signaling/server/index.ts'
import { nodeCrypto } from '../src/node/crypto.ts'
import { formatTicket, parseTicket } from '../src/identity/ticket.ts'
import { nodeClock } from '../src/node/clock.ts'
import { nodeRandom } from '../src/node/random.ts'
import { webrtcTransport } from '../transports/webrtc/index.ts'
import { BenchRooms } from './bench-rooms.ts'
import type { Counters } from './counters.ts'

// `visible-child.js room|y-webrtc|floor first|second URL COUNT [TICKET]`: the first of two such processes types one unit after the other,
// the second watches; each reports when it typed or saw how much.

/** A text that two processes share. */
interface Shared {
  type(): void
  /** Calls with the length of the text whenever it changes by what the other has typed. */
  onRemote(saw: (length: number) => void): void
  /** What was done since the first edit. */
  readonly counters?: Counters
  close(): Promise<void>
}

const [kind, place, url, count, ticket] = process.argv.slice(2) as [string, string, string, string, string?]
const total = Number(count)
/** A fast typist, or an agent. */
const pauseMs = 10

async function sharedRoom(): Promise<Shared> {
  const rooms = await BenchRooms.make([['text.txt', '']])
  const parsed = ticket === undefined ? undefined : parseTicket(nodeCrypto, ticket)
  const room = parsed ? await rooms.joinBy(place, parsed) : await rooms.found(place)
  if (!parsed) process.send!({ ticket: formatTicket(nodeCrypto, await room.invite()) })
  const urls = [url]
  room.meet(
    webrtcTransport({ clock: nodeClock, random: nodeRandom, wrtc }),
    signalingClient({ urls, crypto: nodeCrypto, random: nodeRandom, clock: nodeClock, WebSocket: NodeWebSocket }),
  )
  await room.ready()
  room.files.text('text.txt')
  return {
    type: () => room.files.edit('text.txt', [{ at: 0, remove: 0, insert: 'x' }]),
    onRemote: (saw) =>
      void room.events.on('changed', ({ origin }) => origin === 'remote' && saw(room.files.text('text.txt')!.length)),
    counters: rooms.counters,
    close: () => rooms[Symbol.asyncDispose](),
  }
}

async function sharedDocument(around: Around = bare): Promise<Shared> {
  // Its WebSocket client looks for the global one, which Node has from version 22 on.
  Object.assign(globalThis, { WebSocket })
  const { WebrtcProvider } = await import('y-webrtc')
  const doc = new Y.Doc()
  const text = doc.getText('t')
  const provider = new WebrtcProvider('bench', doc, { signaling: [url], peerOpts: { wrtc } })
  if (place === 'first') process.send!({ ticket: 'none' })
  return {
    type: () => around.before(() => text.insert(0, 'x')),
    onRemote: (saw) =>
      text.observe((_, { local }) => {
        if (local) return
        around.after()
        saw(text.length)
      }),
    close: () => {
      provider.destroy()
      return Promise.resolve()
    },
  }
}

/** What is done before an edit is sent, and after one has come. */
interface Around {
  before(send: () => void): void
  after(): void
}
const bare: Around = { before: (send) => send(), after: () => {} }

/** Nothing but what a room does not give up: the bytes are signed, and on disk before they are sent; one signature is verified. */
async function durableAndSigned(): Promise<Around> {
  const folder = await mkdtemp(join(tmpdir(), 'anvcs-bench-'))
  const file = await open(join(folder, 'bytes'), 'w+')
  await rm(folder, { recursive: true })
  await file.write(new Uint8Array(1 << 20), 0)
  await file.sync()
  const seed = nodeRandom.bytes(32)
  const key = nodeCrypto.signingPublicKey(seed)
  const message = nodeRandom.bytes(100)
  const signature = nodeCrypto.sign(seed, message)
  let end = 0
  return {
    before: (send) => {
      const bytes = Buffer.concat([nodeCrypto.sign(seed, message), message])
      end += writeSync(file.fd, bytes, 0, bytes.length, end)
      fdatasyncSync(file.fd)
      send()
    },
    after: () => void nodeCrypto.verify(key, message, signature),
  }
}

const shared = await (kind === 'room'
  ? sharedRoom()
  : sharedDocument(kind === 'floor' ? await durableAndSigned() : bare))
const finished = once(process, 'disconnect')
/** When the text had each length, by the clock that all processes of this machine share. */
const times: number[] = []
const now = (): number => performance.timeOrigin + performance.now()
const begins = (): void => shared.counters?.reset()
const tell = (): boolean => process.send!({ times, counts: shared.counters?.figures ?? {} })
if (place === 'second')
  shared.onRemote((length) => {
    times[length] ??= now()
    if (length === 1) begins()
    if (length === 1) process.send!('linked')
    if (length === total) tell()
  })
else {
  const type = (): void => {
    if (times.length === 2) begins()
    times[times.length] = now()
    shared.type()
    if (times.length > total) tell()
    else if (times.length > 2) setTimeout(type, pauseMs)
  }
  times.push(0)
  // The first unit shows that there is a link; the others follow once it was seen.
  process.on('message', type)
}
process.send!('ready')
await finished
await shared.close()
process.exit(0)
