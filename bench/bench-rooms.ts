import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ObjectId } from '../src/contracts/ids.ts'
import type { Transport } from '../src/contracts/transport.ts'
import { openRepository } from '../src/git/open-repository.ts'
import type { GitRepository } from '../src/git/repository.ts'
import type { Ticket } from '../src/identity/ticket.ts'
import { roomDrivers } from '../src/merge/room-drivers.ts'
import { grammarFiles } from '../src/node/grammar-files.ts'
import { nodeClock } from '../src/node/clock.ts'
import { nodeDeflate } from '../src/node/deflate.ts'
import { FeedFiles } from '../src/node/feed-files/feed-files.ts'
import { nodeRandom } from '../src/node/random.ts'
import { vaultFile } from '../src/node/vault-file.ts'
import { Room } from '../src/room/room.ts'
import type { RoomOptions } from '../src/room/room-options.ts'
import { RoomIdentity } from '../src/room/room-identity.ts'
import { MemorySignaling } from '../src/testing/memory-signaling.ts'
import { memoryTransport } from '../transports/memory/index.ts'
import { Counters, countFlushes } from './counters.ts'

/** Git with the configuration of nobody. */
export const plainGit: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.org',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.org',
}

/** A repository with these files in one commit; no work tree is checked out. */
export function makeRepository(folder: string, files: Iterable<readonly [path: string, content: string]>): ObjectId {
  const git = (args: readonly string[], input?: string): string =>
    execFileSync('git', args, { cwd: folder, env: plainGit, encoding: 'utf8', input, maxBuffer: 1 << 28 })
  git(['init', '-q', '-b', 'main'])
  const parts = ['commit refs/heads/main\ncommitter Ann <ann@example.org> 1700000000 +0000\ndata 5\nbase\n\n']
  for (const [path, content] of files)
    parts.push(`M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`)
  // Files that are alike would all be deltas of each other, as those of a real repository are not.
  git(['fast-import', '--quiet', '--depth=0'], parts.join(''))
  return git(['rev-parse', 'main']).trim() as ObjectId
}

/** Rooms on this machine's disk, over one Git repository; everything of theirs is removed with it. */
export class BenchRooms implements AsyncDisposable {
  readonly counters = new Counters()
  readonly base: ObjectId
  readonly #folder: string
  readonly #repository: GitRepository
  readonly #identities = new Map<string, RoomIdentity>()
  readonly #rooms = new Set<{ readonly room: Room; readonly store: FeedFiles }>()
  #copies = 0

  private constructor(folder: string, base: ObjectId, repository: GitRepository) {
    this.#folder = folder
    this.base = base
    this.#repository = repository
  }

  static async make(files: Iterable<readonly [path: string, content: string]>): Promise<BenchRooms> {
    const folder = await mkdtemp(join(tmpdir(), 'anvcs-bench-'))
    const path = join(folder, 'repository')
    await mkdir(path)
    const base = makeRepository(path, files)
    const rooms = new BenchRooms(
      folder,
      base,
      await openRepository({ path, crypto: new Counters().crypto, env: plainGit }),
    )
    await countFlushes(rooms.counters)
    return rooms
  }

  identity(name: string): RoomIdentity {
    let identity = this.#identities.get(name)
    if (!identity) {
      const { crypto } = this.counters
      const device = { signingSeed: nodeRandom.bytes(32), agreementSecret: nodeRandom.bytes(32), number: 0 }
      const person = { name, email: `${name}@example.org` }
      identity = RoomIdentity.ofSeed(crypto, nodeRandom.bytes(32), device, person)
      this.#identities.set(name, identity)
    }
    return identity
  }

  async #start(name: string, folder: string, begin: (options: RoomOptions) => Promise<Room>): Promise<Room> {
    const { crypto } = this.counters
    const store = await FeedFiles.open({ directory: join(folder, 'feeds'), markers: join(folder, 'markers') })
    const room = await begin({
      crypto,
      deflate: nodeDeflate,
      clock: nodeClock,
      random: nodeRandom,
      store,
      vault: vaultFile(join(folder, 'keys')),
      objects: this.#repository.objects,
      drivers: roomDrivers({ grammars: grammarFiles, crypto }),
      identity: this.identity(name),
    })
    room.events.on('problem', ({ message }) => console.error(`${name}: ${message}`))
    this.#rooms.add({ room, store })
    return room
  }

  /** A new room, founded by a member of this name. */
  async found(name: string): Promise<Room> {
    return this.#start(name, join(this.#folder, name), (options) =>
      Room.create(options, { base: this.base, branch: 'main' }),
    )
  }

  /** A member of this name, who joins the room over a link within this process. */
  async join(name: string, room: Room): Promise<Room> {
    const joined = await this.joinBy(name, await room.invite())
    connect(room, joined)
    await joined.ready()
    await joined.flush()
    return joined
  }

  /** The same by a ticket alone; the caller lets it meet somebody. */
  async joinBy(name: string, ticket: Ticket): Promise<Room> {
    return this.#start(name, join(this.#folder, name), (options) => Room.join(options, ticket))
  }

  /** Opens what a member has left. */
  async open(name: string): Promise<Room> {
    return this.#start(name, join(this.#folder, name), (options) => Room.open(options))
  }

  /** Opens a copy of what a member has left, so that a run can be repeated. */
  async openCopy(name: string): Promise<Room> {
    const copy = join(this.#folder, `copy-${this.#copies++}`)
    await cp(join(this.#folder, name), copy, { recursive: true })
    return this.#start(name, copy, (options) => Room.open(options))
  }

  /** The journal of a room that runs. */
  storeOf(room: Room): FeedFiles {
    return [...this.#rooms].find((running) => running.room === room)!.store
  }

  async close(room: Room): Promise<void> {
    const running = [...this.#rooms].find((one) => one.room === room)!
    this.#rooms.delete(running)
    await room.close()
    await running.store.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { room } of [...this.#rooms]) await this.close(room)
    await this.#repository.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Links two rooms of this process. */
export function connect(left: Room, right: Room, transport: Transport = memoryTransport()): void {
  const signaling = new MemorySignaling()
  left.meet(transport, signaling)
  right.meet(transport, signaling)
}
