import type { FileId, ObjectId } from '../../contracts/ids.ts'
import { makeAnchor } from '../../history/anchor.ts'
import { withAuthor, type FileState } from '../../history/file-state.ts'
import { writeNaming, type NamingEntry, type NamingKind } from '../../history/naming-entry.ts'
import type { NamedStates } from '../../history/named-states.ts'
import { authorIdOf } from '../../history/virtual-author.ts'
import type { Ticket } from '../../identity/ticket.ts'
import { nodeCrypto } from '../../node/crypto.ts'
import type { Room } from '../../room/room.ts'
import { Mallory } from '../mallory.ts'
import type { SimPeer } from '../sim-peer.ts'
import type { SimRandom } from '../sim-random.ts'
import type { SimWorld } from '../sim-world.ts'

const nothing: NamedStates = { states: new Map(), partial: new Set() }

/** A member whose program says of commits what is not so. Everything it seals has to be void at every honest peer. */
export class Liar {
  /** Ids of the entries in which it lies. */
  readonly lies = new Set<string>()
  readonly #mallory: Mallory
  readonly #random: SimRandom
  readonly #met = new WeakSet<Room>()

  private constructor(mallory: Mallory, random: SimRandom) {
    this.#mallory = mallory
    this.#random = random
  }

  static async join(world: SimWorld, peer: SimPeer, ticket: Ticket, random: SimRandom): Promise<Liar> {
    return new Liar(await Mallory.join(world, peer, ticket), random)
  }

  /** Lies to one honest peer, with what that peer shows before its eyes. */
  async lie(peer: SimPeer): Promise<void> {
    const { room } = peer
    if (!this.#met.has(room)) {
      this.#met.add(room)
      await this.#mallory.meet(room)
      return
    }
    const entry = this.#mallory.seal(writeNaming(this.#naming(room)))
    this.lies.add(entry.id)
    this.#mallory.send(entry)
  }

  #naming(room: Room): NamingEntry {
    const { history, views, live } = room.engines
    const commit = this.#random.pick(
      [...views.live().commits].filter((id) => id !== history.graph.base).concat(history.graph.base),
    )
    const newest = new Map([...history.files].map((file) => [file, live.stateOf(file)] as const))
    const { key } = makeAnchor(nodeCrypto, commit, newest, new Set())
    const kinds: readonly NamingKind[] = ['announce', 'record', 'outside', 'adopt', 'join', 'fold']
    const kind = this.#random.pick(kinds)
    if (kind === 'outside' && this.#random.chance(0.5)) return this.#byAnotherDiff(room, commit)
    const isNamed = kind === 'announce' || kind === 'record' || kind === 'adopt'
    return {
      kind,
      commit,
      named: isNamed
        ? { states: this.#torn(newest), partial: this.#random.chance(0.3) ? new Set(newest.keys()) : nothing.partial }
        : nothing,
      key: kind === 'announce' || kind === 'record' ? undefined : this.#falseKey(commit, key),
      lines: [],
    }
  }

  /** The state of a commit from outside, its texts typed as another diff would: whole. */
  #byAnotherDiff({ commits, engines: { history } }: Room, commit: ObjectId): NamingEntry {
    const anchor = commits.anchor(commit)!
    const states = new Map<FileId, FileState>()
    for (const [file, state] of anchor.states) {
      const [typed, ...others] = state.authors.map((id) => history.author(id)).filter((by) => by.commit === commit)
      if (!typed || others.length) continue
      const text = history.evaluator.textAt(file, typed.before)
      const insert = history.evaluator.textAt(file, withAuthor(typed.before, typed.id))
      const script = { changes: [{ at: 0, remove: text.length, insert }], own: undefined }
      const id = authorIdOf(nodeCrypto, history.room, { ...typed, script })
      states.set(file, withAuthor(typed.before, id))
    }
    const { key } = makeAnchor(nodeCrypto, commit, new Map([...anchor.states, ...states]), anchor.partial)
    const isFalse = key !== anchor.key
    return { kind: 'outside', commit, named: nothing, key: isFalse ? key : commit.padEnd(64, '0'), lines: [] }
  }

  /** The newest states, or something of them, or more than there is. */
  #torn(newest: ReadonlyMap<FileId, FileState>): ReadonlyMap<FileId, FileState> {
    const kind = this.#random.below(3)
    if (kind === 0) return newest
    return new Map(
      [...newest].map(([file, { counts, authors }]) => [
        file,
        {
          counts: new Map(
            [...counts].map(([feed, count]) => [feed, kind === 1 ? 1 + this.#random.below(count) : count + 1000]),
          ),
          authors: kind === 1 ? [] : authors,
        },
      ]),
    )
  }

  /** The key of the newest states; of the true state it would be no lie. */
  #falseKey(commit: ObjectId, key: string): string {
    return this.#random.chance(0.5) ? key : commit.padEnd(64, '0')
  }
}
