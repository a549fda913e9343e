import type { ObjectId } from '../contracts/ids.ts'
import { formatTicket, parseTicket, type Ticket } from '../identity/ticket.ts'
import { memberSigner } from '../identity/member-signer.ts'
import { utf8 } from '../lib/bytes.ts'
import { lineMerge } from '../merge/line-merge.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { nodeDeflate } from '../node/deflate.ts'
import { serializeCommit } from '../objects/commit.ts'
import { editTree, type TreeChange } from '../objects/tree-edit.ts'
import { Room, type RoomOptions } from '../room/room.ts'
import { RoomIdentity } from '../room/room-identity.ts'
import { SimDisk } from './sim-disk.ts'
import { SimFeedStore } from './sim-feed-store.ts'
import type { SimNetworkHost } from './sim-network.ts'
import { SimObjects } from './sim-objects.ts'
import { SimProcessClock } from './sim-process-clock.ts'
import type { SimRandom } from './sim-random.ts'
import { SimVault } from './sim-vault.ts'
import type { SimWorld } from './sim-world.ts'

interface Process {
  readonly room: Room
  readonly host: SimNetworkHost
  readonly clock: SimProcessClock
  readonly objects: SimObjects
}

/** A machine of the simulated world, with a member's keys, a disk, and a process that can be started and killed. */
export class SimPeer {
  readonly name: string
  readonly disk: SimDisk
  readonly #world: SimWorld
  readonly #random: SimRandom
  readonly #identity: RoomIdentity
  #process: Process | undefined

  constructor(world: SimWorld, name: string) {
    this.name = name
    this.#world = world
    this.#random = world.random.fork(name)
    const { clock, diskCounters, disk } = world
    this.disk = new SimDisk({ name, clock, random: this.#random.fork('disk'), counters: diskCounters, faults: disk })
    const device = { signingSeed: this.#random.bytes(32), agreementSecret: this.#random.bytes(32), number: 0 }
    const person = { name, email: `${name}@example.org` }
    this.#identity = new RoomIdentity(nodeCrypto, memberSigner(nodeCrypto, this.#random.bytes(32)), device, person)
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
      crypto: nodeCrypto,
      deflate: nodeDeflate,
      clock,
      random: this.#random,
      store: await SimFeedStore.open(mount),
      vault: new SimVault(mount),
      objects,
      driver: lineMerge,
      identity: this.#identity,
    })
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
    const { room, objects } = this.#running
    await room.flush()
    const { history } = room.engines
    const head = room.commits.heads()[0]!.commit
    const blobs = paths.flatMap((path) => {
      const text = room.files.text(path)
      return text === undefined ? [] : [{ path, object: { type: 'blob' as const, content: utf8(text) } }]
    })
    const ids = await objects.write(blobs.map(({ object }) => object))
    const changes = paths.map((path): TreeChange => {
      const at = blobs.findIndex((blob) => blob.path === path)
      return { path, entry: at < 0 ? undefined : { mode: 0o100644, id: ids[at]! } }
    })
    const { tree: before } = history.graph.node(head)
    const edit = editTree(nodeCrypto, 'sha1', (id) => history.readTree(id), before, changes)!
    const { name, email } = this.#identity.person
    const person = { name, email, timeSeconds: Math.floor(this.#running.clock.now() / 1000), zone: '+0000' }
    const fields = { tree: edit.root, parents: [head], author: person, committer: person }
    const full = `${message}\n\nAI-VCS-Room: ${room.tag}\n`
    const content = serializeCommit({ ...fields, message: full })
    const signature = this.#identity.signer.sign('git', content)
    const [commit] = (
      await objects.write([
        { type: 'commit', content: serializeCommit({ ...fields, message: full, signature }) },
        ...edit.trees.map((tree) => ({ type: 'tree' as const, content: tree })),
      ])
    ).slice(0, 1)
    const named = room.commits.statesFor(edit.root, [head], new Map())
    await room.commits.announce(commit!, named, [])
    return commit!
  }
}

/** A ticket travels as text. */
function copyOf(ticket: Ticket): Ticket {
  return parseTicket(nodeCrypto, formatTicket(nodeCrypto, ticket))!
}
