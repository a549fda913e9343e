import SimplePeer from 'simple-peer'
import type { EndpointId } from '../src/contracts/ids.ts'
import type { Link } from '../src/contracts/transport.ts'
import { nodeClock } from '../src/node/clock.ts'
import { nodeRandom } from '../src/node/random.ts'
import { MemorySignals } from '../src/testing/memory-signals.ts'
import { loadNodeWebrtc, webrtcTransport } from '../transports/webrtc/index.ts'

// A link over WebRTC against bare simple-peer, both ends in this process, by turns in one run: setup, round trip, throughput.

/** One way between two ends. */
interface Channel {
  send(message: Uint8Array): Promise<void> | undefined
  onMessage(receive: (message: Uint8Array) => void): void
  close(): void
}
type Connect = () => Promise<readonly [Channel, Channel]>

const setups = 15
const roundTrips = 1_000
const bulkBytes = 48 << 20
const frameBytes = 16 * 1024
const rounds = 3

const wrtc = await loadNodeWebrtc()
async function connectLink(): Promise<readonly [Channel, Channel]> {
  const transport = webrtcTransport({ clock: nodeClock, random: nodeRandom, wrtc })
  const signals = new MemorySignals()
  const ends = ['1', '2'].map(async (digit) => {
    const self = digit.repeat(32) as EndpointId
    let take: (link: Link) => void
    const link = new Promise<Link>((resolve) => (take = resolve))
    return { self, link, listener: await transport.listen({ self, signals: signals.port(self), onLink: take! }) }
  })
  const [left, right] = (await Promise.all(ends)) as [Awaited<(typeof ends)[0]>, Awaited<(typeof ends)[0]>]
  await left.listener.dial(right.self)
  const channel = async ({ link, listener }: typeof left): Promise<Channel> => {
    const open = await link
    return {
      send: (message) => (open.send(message) ? undefined : open.drained()),
      onMessage: (receive) => open.onMessage(receive),
      close: () => void listener.close(),
    }
  }
  return [await channel(left), await channel(right)]
}

async function connectBare(): Promise<readonly [Channel, Channel]> {
  const peers = [true, false].map(
    (initiator) => new SimplePeer({ initiator, wrtc: wrtc as never, config: { iceServers: [] }, objectMode: true }),
  ) as [SimplePeer.Instance, SimplePeer.Instance]
  peers[0].on('signal', (data) => peers[1].signal(JSON.parse(JSON.stringify(data)) as SimplePeer.SignalData))
  peers[1].on('signal', (data) => peers[0].signal(JSON.parse(JSON.stringify(data)) as SimplePeer.SignalData))
  await Promise.all(peers.map((peer) => new Promise<void>((resolve) => peer.once('connect', resolve))))
  const channel = (peer: SimplePeer.Instance): Channel => ({
    send: (message) => {
      peer.send(message)
      return peer.bufferSize < 1 << 20 ? undefined : low(peer)
    },
    onMessage: (receive) => void peer.on('data', receive),
    close: () => void peer.destroy(),
  })
  return [channel(peers[0]), channel(peers[1])]
}

async function low(peer: SimplePeer.Instance): Promise<void> {
  while (peer.bufferSize > 256 * 1024) await new Promise((resolve) => setTimeout(resolve, 2))
}

function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))]!
}

interface Figures {
  readonly setupsMs: number[]
  readonly roundTripsMs: number[]
  readonly mebibytesPerSecond: number[]
}

async function measure(connect: Connect, into: Figures): Promise<void> {
  for (let i = 0; i < setups; i++) {
    const began = performance.now()
    const ends = await connect()
    into.setupsMs.push(performance.now() - began)
    for (const end of ends) end.close()
  }
  const [left, right] = await connect()
  let back: () => void
  left.onMessage(() => back())
  let received = 0
  let all: () => void
  let echo = true
  right.onMessage((message) => {
    received += message.length
    if (echo) void right.send(message)
    else if (received >= bulkBytes) all()
  })
  for (let i = 0; i < roundTrips; i++) {
    const began = performance.now()
    const answer = new Promise<void>((resolve) => (back = resolve))
    void left.send(new Uint8Array(200))
    await answer
    into.roundTripsMs.push(performance.now() - began)
  }
  echo = false
  received = 0
  const done = new Promise<void>((resolve) => (all = resolve))
  const began = performance.now()
  for (let sent = 0; sent < bulkBytes; sent += frameBytes) await left.send(new Uint8Array(frameBytes))
  await done
  into.mebibytesPerSecond.push(bulkBytes / 2 ** 20 / ((performance.now() - began) / 1000))
  left.close()
  right.close()
}

const cases = [
  { name: 'link', connect: connectLink, figures: { setupsMs: [], roundTripsMs: [], mebibytesPerSecond: [] } },
  {
    name: 'bare simple-peer',
    connect: connectBare,
    figures: { setupsMs: [], roundTripsMs: [], mebibytesPerSecond: [] },
  },
]
for (let round = 0; round < rounds; round++) for (const { connect, figures } of cases) await measure(connect, figures)
for (const { name, figures } of cases) {
  const { setupsMs, roundTripsMs, mebibytesPerSecond } = figures as Figures
  const parts = [
    `setup median ${quantile(setupsMs, 0.5).toFixed(1)} ms`,
    `200 B round trip p50 ${quantile(roundTripsMs, 0.5).toFixed(3)} ms, p99 ${quantile(roundTripsMs, 0.99).toFixed(2)} ms`,
    `16 KiB messages ${quantile(mebibytesPerSecond, 0.5).toFixed(0)} MiB/s`,
  ]
  console.log(`${name}: ${parts.join('; ')}`)
}
