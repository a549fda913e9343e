import type { ObjectId } from '../../src/contracts/ids.ts'
import { diffText } from '../../src/document/text-diff.ts'
import { stageFile, stageText, writeCommit, type SimCommit, type StagedFile } from '../../src/testing/sim-commits.ts'
import type { FewClients } from '../../src/testing/sim-crypto.ts'
import type { SimPeer } from '../../src/testing/sim-peer.ts'
import { SimWorld } from '../../src/testing/sim-world.ts'
import { differences, falseStates, leftovers, shownFiles } from '../../src/testing/simulation/invariants.ts'
import { Upstream } from '../../src/testing/simulation/upstream.ts'

interface CommitOptions {
  readonly parents?: readonly ObjectId[]
  /** Texts that are staged instead of what the room shows. */
  readonly staged?: Readonly<Record<string, string>>
  readonly isStock?: boolean
  /** The e-mail that stock Git names, where it is not the one that the room knows. */
  readonly email?: string
  /** Happens while the objects of the commit are written. */
  readonly meanwhile?: () => void
}

const settleLimitMs = 120_000

/** A scripted meeting in the simulated world: leads to one situation, and tells what has become of the words. */
export class Gathering {
  readonly world: SimWorld
  readonly upstream: Upstream
  readonly peers: readonly SimPeer[]
  /** What was seen to break on the way. */
  readonly seen: string[] = []
  #made = 0

  private constructor(world: SimWorld, names: readonly string[]) {
    this.world = world
    this.upstream = new Upstream(world.base, world.baseObjects)
    this.peers = names.map((name) => world.peer(name))
  }

  static async open(
    seed: number,
    names: readonly string[],
    files: Readonly<Record<string, string>>,
    clients?: FewClients,
  ): Promise<Gathering> {
    const gathering = new Gathering(new SimWorld({ seed, files, clients }), names)
    const { world, peers } = gathering
    const [founder, ...others] = peers
    await founder!.found()
    const ticket = await world.wait(founder!.room.invite({ uses: 9 }))
    for (const peer of others) {
      await peer.join(ticket)
      await world.wait(peer.room.ready())
    }
    await gathering.settle()
    return gathering
  }

  /** Cuts one peer off from all others. */
  part(peer: SimPeer): void {
    const others = this.peers.filter((other) => other !== peer).map(({ name }) => name)
    this.world.network.cut([peer.name], others)
    this.world.network.cut(others, [peer.name])
  }

  async pass(ms: number): Promise<void> {
    await this.world.clock.run(this.world.clock.now() + ms)
  }

  /** Somebody who is in no room commits, on the tip unless told. */
  commitUpstream(texts: Readonly<Record<string, string | undefined>>, parents?: readonly ObjectId[]): void {
    this.upstream.commit(new Map(Object.entries(texts)), Math.floor(this.world.clock.now() / 1000), parents)
  }

  /** Heals the network and waits until all that run hold the same. */
  async settle(): Promise<void> {
    const { world } = this
    world.network.heal()
    for (let digest = ''; ;) {
      const { room } = this.#running[0]!
      const isEqual = () => this.#running.every((peer) => peer.room.digest === room.digest)
      if (!(await world.until(isEqual, settleLimitMs))) {
        this.seen.push('settle: the peers do not come to rest')
        return
      }
      await this.pass(5000)
      if (isEqual() && room.digest === digest) return
      digest = room.digest
    }
  }

  get #running(): readonly SimPeer[] {
    return this.peers.filter(({ isRunning }) => isRunning)
  }

  /** Puts a text behind the first place of another, or at the end. */
  type(peer: SimPeer, path: string, text: string, behind = ''): void {
    const before = peer.room.files.text(path)!
    const at = behind ? before.indexOf(behind) + behind.length : before.length
    peer.room.files.edit(path, [{ at, remove: 0, insert: text }])
  }

  erase(peer: SimPeer, path: string, text: string): void {
    const before = peer.room.files.text(path)!
    peer.room.files.edit(path, diffText(before, before.replace(text, '')))
  }

  /** Commits paths as the room shows them; nobody is told yet. */
  async commit(peer: SimPeer, paths: readonly string[], options: CommitOptions = {}): Promise<SimCommit> {
    const { room, objects, identity, clock } = peer
    const { isStock = false, email, parents = [room.commits.heads()[0]!.commit] } = options
    await this.world.wait(room.flush())
    const staged = new Map<string, StagedFile>(paths.map((path) => [path, stageFile(room, path)]))
    for (const [path, text] of Object.entries(options.staged ?? {})) staged.set(path, stageText(text))
    const timeSeconds = Math.floor(clock.now() / 1000)
    const message = `Change ${this.#made++}`
    const writing = writeCommit({
      room,
      objects,
      identity,
      parents,
      staged,
      timeSeconds,
      message,
      isStock,
      ...(email && { email }),
    })
    options.meanwhile?.()
    const made = await this.world.wait(writing)
    if (!made) throw new Error('nothing has changed')
    if (made.lines.length) peer.notes.set(made.commit, made.lines)
    return made
  }

  async announce(peer: SimPeer, { commit, named, lines }: SimCommit): Promise<void> {
    await this.world.wait(peer.room.commits.announce(commit, named, lines))
  }

  async commitAndAnnounce(peer: SimPeer, paths: readonly string[], options?: CommitOptions): Promise<ObjectId> {
    const made = await this.commit(peer, paths, options)
    await this.announce(peer, made)
    return made.commit
  }

  async pull(peer: SimPeer): Promise<void> {
    const tip = await this.world.wait(this.upstream.fetch(peer))
    await this.world.wait(peer.room.commits.tell(tip))
  }

  /** Notes when a peer shows a word twice, even for a moment. */
  watch(peer: SimPeer, word: string): void {
    peer.room.events.on('changed', () => {
      if (count(shownText(peer), word) > 1) this.seen.push(`doubled: ${peer.name} shows ${word} twice for a moment`)
    })
  }

  /** What is wrong in the end: words that are not there once, words that came back, peers that differ. */
  faults(kept: readonly string[], gone: readonly string[] = []): readonly string[] {
    const peers = this.#running
    const text = shownText(peers[0]!)
    return [
      ...this.seen,
      ...kept.filter((word) => count(text, word) === 0).map((word) => `lost: ${word}`),
      ...kept.filter((word) => count(text, word) > 1).map((word) => `doubled: ${word}`),
      ...gone.filter((word) => count(text, word) > 0).map((word) => `returned: ${word}`),
      ...differences(peers),
      ...leftovers(peers),
      ...peers.flatMap(falseStates),
      ...peers.flatMap(({ room }) => room.voided.map(({ reason }) => `void: ${reason}`)),
    ]
  }
}

function shownText(peer: SimPeer): string {
  return [...shownFiles(peer).values()].join('\n')
}

function count(text: string, word: string): number {
  return text.split(word).length - 1
}
