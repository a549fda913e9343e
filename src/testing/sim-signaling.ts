import type { EndpointId } from '../contracts/ids.ts'
import type { Signaling, SignalingSession, SignalTopic } from '../contracts/signaling.ts'
import { Emitter } from '../lib/emitter.ts'
import { toHex } from '../lib/bytes.ts'
import { drawDelayMs, type NetworkConditions } from './network-conditions.ts'
import { rendezvous } from './sim-topology.ts'

/** All sessions of a network's rendezvous, by topic and key: who has another key understands nothing. */
export type SignalingRooms = Map<string, Set<SimSignalingSession>>

/** How many mean delays a detour takes. */
const detourFactor = 10

type Signal =
  | { readonly type: 'announce'; readonly answered: boolean }
  | { readonly type: 'data'; readonly data: unknown }

interface SignalingEvents {
  peer: EndpointId
  connected: boolean
  signal: { readonly from: EndpointId; readonly data: unknown }
}

/** Signaling of one machine over the network's rendezvous: signals may be lost, come twice or overtake each other. */
export class SimSignaling implements Signaling {
  readonly name = 'simulated'
  readonly #conditions: NetworkConditions
  readonly #rooms: SignalingRooms
  readonly #host: string
  readonly #sessions = new Set<SimSignalingSession>()

  constructor(conditions: NetworkConditions, rooms: SignalingRooms, host: string) {
    this.#conditions = conditions
    this.#rooms = rooms
    this.#host = host
  }

  open(topic: SignalTopic, self: EndpointId): SignalingSession {
    const name = `${toHex(topic.topic)} ${toHex(topic.key)}`
    let members = this.#rooms.get(name)
    if (!members) this.#rooms.set(name, (members = new Set()))
    const session = new SimSignalingSession(this.#conditions, members, this.#host, self)
    this.#sessions.add(session)
    session.start()
    return session
  }

  /** The machine is gone, without a word. */
  vanish(): void {
    for (const session of this.#sessions) session.stop()
    this.#sessions.clear()
  }
}

class SimSignalingSession implements SignalingSession {
  readonly #conditions: NetworkConditions
  readonly #members: Set<SimSignalingSession>
  readonly #host: string
  readonly #self: EndpointId
  readonly #events = new Emitter<SignalingEvents>()
  /** Per sender: signals sent to us, and the number of the newest that came. */
  readonly #sent = new Map<EndpointId, number>()
  readonly #newest = new Map<EndpointId, number>()
  #connected: boolean
  #stopWatching: (() => void) | undefined

  constructor(conditions: NetworkConditions, members: Set<SimSignalingSession>, host: string, self: EndpointId) {
    this.#conditions = conditions
    this.#members = members
    this.#host = host
    this.#self = self
    this.#connected = conditions.topology.connects(host, rendezvous)
  }

  start(): void {
    this.#members.add(this)
    this.#stopWatching = this.#conditions.topology.onChange(() => this.#pathChanged())
    this.announce()
  }

  get connected(): boolean {
    return this.#connected
  }

  onConnected(change: (connected: boolean) => void): () => void {
    return this.#events.on('connected', change)
  }

  onPeer(found: (peer: EndpointId) => void): () => void {
    return this.#events.on('peer', found)
  }

  onSignal(receive: (from: EndpointId, data: unknown) => void): () => void {
    return this.#events.on('signal', ({ from, data }) => receive(from, data))
  }

  announce(): void {
    this.#publish(undefined, { type: 'announce', answered: false })
  }

  send(to: EndpointId | undefined, data: unknown): void {
    // Signals are JSON on the way: nothing is shared between the two sides.
    this.#publish(to, { type: 'data', data: JSON.parse(JSON.stringify(data ?? null)) as unknown })
  }

  stop(): void {
    this.#members.delete(this)
    this.#stopWatching?.()
  }

  close(): Promise<void> {
    this.stop()
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #publish(to: EndpointId | undefined, signal: Signal): void {
    if (!this.#members.has(this)) return
    for (const member of this.#members)
      if (member !== this && (to === undefined || member.#self === to)) this.#sendTo(member, signal)
  }

  #sendTo(member: SimSignalingSession, signal: Signal): void {
    const { clock, random, counters, faults } = this.#conditions
    const where = `${this.#host}>${member.#host}`
    const number = (member.#sent.get(this.#self) ?? 0) + 1
    member.#sent.set(this.#self, number)
    if (random.chance(faults.signalLoss)) return counters.add('signal lost', where)
    const copies = random.chance(faults.signalDuplicate) ? 2 : 1
    if (copies === 2) counters.add('signal duplicated', where)
    for (let copy = 0; copy < copies; copy++) {
      // Two ways: to the rendezvous, and on from there.
      let delayMs = drawDelayMs(this.#conditions) + drawDelayMs(this.#conditions)
      if (random.chance(faults.signalDetour)) delayMs *= detourFactor
      clock.schedule(delayMs, () => member.#take(this.#self, this.#host, number, signal))
    }
  }

  #take(from: EndpointId, fromHost: string, number: number, signal: Signal): void {
    const { topology, counters, trace } = this.#conditions
    if (!this.#members.has(this)) return
    const where = `${fromHost}>${this.#host}`
    if (!topology.reaches(fromHost, rendezvous) || !topology.reaches(rendezvous, this.#host))
      return counters.add('signal lost', where)
    trace.add(`signal ${where} ${JSON.stringify(signal)}`)
    const newest = this.#newest.get(from) ?? 0
    if (number < newest) counters.add('signal reordered', where)
    this.#newest.set(from, Math.max(newest, number))
    if (signal.type === 'data') return this.#events.emit('signal', { from, data: signal.data })
    if (!signal.answered) this.#publish(from, { type: 'announce', answered: true })
    this.#events.emit('peer', from)
  }

  #pathChanged(): void {
    const connected = this.#conditions.topology.connects(this.#host, rendezvous)
    if (connected === this.#connected) return
    this.#connected = connected
    this.#events.emit('connected', connected)
    if (connected) this.announce()
  }
}
