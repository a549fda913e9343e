import type { Crypto } from '../contracts/crypto.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { formatTicket, parseTicket, type Ticket } from '../identity/ticket.ts'
import { roomDrivers } from '../merge/room-drivers.ts'
import { grammarFiles } from '../node/grammar-files.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { nodeDeflate } from '../node/deflate.ts'
import { Room } from '../room/room.ts'
import type { RoomOptions } from '../room/room-options.ts'
import { RoomIdentity } from '../room/room-identity.ts'
import { stageFile, writeCommit } from './sim-commits.ts'
import type { FaultCounters } from './fault-counters.ts'
import type { SimClock } from './sim-clock.ts'
import { SimDisk, type DiskFaultKind, type DiskFaults } from './sim-disk.ts'
import { SimFeedStore } from './sim-feed-store.ts'
import type { SimNetwork, SimNetworkHost } from './sim-network.ts'
import { SimObjects } from './sim-objects.ts'
import { SimProcessClock } from './sim-process-clock.ts'
import type { SimRandom } from './sim-random.ts'
import { SimVault } from './sim-vault.ts'

interface Process {
  readonly room: Room
  readonly host: SimNetworkHost
  readonly clock: SimProcessClock
  readonly objects: SimObjects
}

/** The world as a machine in it sees it. */
export interface SimPlace {
  readonly crypto: Crypto
  readonly clock: SimClock
  readonly random: SimRandom
  readonly network: SimNetwork
  readonly diskCounters: FaultCounters<DiskFaultKind>
  readonly disk: DiskFaults
  readonly base: ObjectId
  readonly baseObjects: readonly GitObject[]
  /** Lets time pass until a promise settles. */
  wait<T>(promise: Promise<T>): Promise<T>
}

/** A machine of the simulated world, with a member's keys, a disk, and a process that can be started and killed. */
export class SimPeer {
  readonly name: string
  readonly disk: SimDisk
  /** Lines of notes, by commit. */
  readonly notes = new Map<ObjectId, readonly string[]>()
  /** What the processes of this machine have complained about, the newest last. */
  readonly problems: string[] = []
  readonly #world: SimPlace
  readonly #random: SimRandom
  readonly #identity: RoomIdentity
  #process: Process | undefined

  constructor(world: SimPlace, name: string) {
    this.name = name
    this.#world = world
    this.#random = world.random.fork(name)
    const { clock, diskCounters, disk } = world
    this.disk = new SimDisk({ name, clock, random: this.#random.fork('disk'), counters: diskCounters, faults: disk })
    const device = { signingSeed: this.#random.bytes(32), agreementSecret: this.#random.bytes(32), number: 0 }
    const person = { name, email: `${name}@example.org` }
    const { crypto } = world
    this.#identity = RoomIdentity.ofSeed(crypto, this.#random.bytes(32), device, person)
  }

  get room(): Room {
    return this.#running.room
  }

  get isRunning(): boolean {
    return this.#process !== undefined
  }

  get identity(): RoomIdentity {
    return this.#identity
  }

  get objects(): SimObjects {
    return this.#running.objects
  }

  /** The wall clock of the process, in ms. */
  get clock(): SimProcessClock {
    return this.#running.clock
  }

  get #running(): Process {
    if (!this.#process) throw new Error(`${this.name} is not running`)
    return this.#process
  }

  /** Starts a process that founds a room at the world's base commit. */
  async found(): Promise<void> {
    await this.#world.wait(this.#start((options) => Room.create(options, { base: this.#world.base, branch: 'main' })))
  }

  /** Starts a process that joins by a ticket. */
  async join(ticket: Ticket): Promise<void> {
    await this.#world.wait(this.#start((options) => Room.join(options, copyOf(ticket))))
  }

  /** Starts a process that goes on with what lies on the disk. */
  async open(): Promise<void> {
    await this.#world.wait(this.#start((options) => Room.open(options)))
  }

  async #start(begin: (options: RoomOptions) => Promise<Room>): Promise<void> {
    const { clock: worldClock, network, baseObjects } = this.#world
    const mount = this.disk.mount()
    const clock = new SimProcessClock(worldClock, this.#random.between(-30_000, 30_000))
    const objects = await SimObjects.open(mount)
    await objects.write(baseObjects)
    const room = await begin({
      crypto: this.#world.crypto,
      deflate: nodeDeflate,
      clock,
      random: this.#random,
      store: await SimFeedStore.open(mount),
      vault: new SimVault(mount),
      objects,
      drivers: roomDrivers({ grammars: grammarFiles, crypto: this.#world.crypto }),
      identity: this.#identity,
      notes: (commit) => this.notes.get(commit) ?? [],
    })
    room.events.on('commit', ({ commit, lines }) => this.#noted(commit, lines))
    room.events.on('problem', ({ message }) => this.problems.push(message))
    const host = network.host(this.name)
    this.#process = { room, host, clock, objects }
    room.meet(host.transport, host.signaling)
  }

  /** The process is killed: what was written and not synced is still there. */
  kill(): void {
    this.#end()
    this.disk.kill()
  }

  /** The machine loses power: what was not synced is gone. */
  cutPower(): void {
    this.#end()
    this.disk.cutPower()
  }

  #end(): void {
    const { host, clock } = this.#running
    host.vanish()
    clock.kill()
    this.#process = undefined
  }

  async stop(): Promise<void> {
    await this.#world.wait(this.room.close())
    this.#end()
    this.disk.kill()
  }

  /** Commits the files at these paths as they are in the room, on the first head. */
  async commit(paths: readonly string[], message = 'Change'): Promise<ObjectId> {
    const { room, objects, clock } = this.#running
    await room.flush()
    const made = await writeCommit({
      room,
      objects,
      identity: this.#identity,
      parents: [room.commits.heads()[0]!.commit],
      staged: new Map(paths.map((path) => [path, stageFile(room, path)])),
      timeSeconds: Math.floor(clock.now() / 1000),
      message,
    })
    if (!made) throw new Error('nothing has changed')
    await room.commits.announce(made.commit, made.named, made.lines)
    return made.commit
  }

  #noted(commit: ObjectId, lines: readonly string[]): void {
    if (lines.length) this.notes.set(commit, [...new Set([...(this.notes.get(commit) ?? []), ...lines])])
  }
}

/** A ticket travels as text. */
function copyOf(ticket: Ticket): Ticket {
  return parseTicket(nodeCrypto, formatTicket(nodeCrypto, ticket))!
}
