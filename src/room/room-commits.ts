import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectStore } from '../contracts/object-store.ts'
import type { Anchor } from '../history/anchor.ts'
import { foldHeads, headsOf } from '../history/fold.ts'
import { isWithin } from '../history/file-state.ts'
import type { NamingEntry, NamingKind } from '../history/naming-entry.ts'
import type { NamedStates } from '../history/named-states.ts'
import { outcomeOf, UnreadyMerge } from '../history/outcome.ts'
import { adoptedAnchor, outsideAnchor } from '../history/outside.ts'
import { isAutomaticMerge } from '../history/merge-heads.ts'
import type { RoomHistory } from '../history/room-history.ts'
import type { Views } from '../history/views.ts'
import { noteLine } from '../provenance/note-line.ts'
import type { CommitReader } from './commit-reader.ts'
import type { CommitStates, StagedState, TreeStates, Typeable } from './commit-states.ts'
import type { LiveFiles } from './live-files.ts'
import type { ToldCommits } from './told-commits.ts'

export interface RoomCommitsOptions {
  readonly history: RoomHistory
  readonly views: Views
  readonly live: LiveFiles
  readonly commits: CommitReader
  readonly objects: ObjectStore
  readonly states: CommitStates
  readonly told: ToldCommits
  /** Resolves when everything that was done here is durable. */
  readonly flush: () => Promise<void>
  /** Seals and takes over a naming entry; resolves when it is durable. */
  readonly name: (entry: NamingEntry) => Promise<unknown>
  /** Lines of a commit's note, where this device has one. */
  readonly notes: (commit: ObjectId) => readonly string[]
  /** The line by which this member vouches for an automatic merge in its note. Throws SIGNING_FAILED. */
  readonly attest: (merge: Anchor) => Promise<string>
  /** For how long the devices of the member that committed have written on since a time, in ms; undefined where that is no other member. */
  readonly heardSinceMs: (commit: ObjectId, sinceMs: number) => number | undefined
}

/** A commit that cannot be taken in yet, and why. */
export interface WaitingCommit {
  readonly commit: ObjectId
  readonly reason: string
}

const maxNewest = 64
/**
 * A device that lives announces a commit of stock Git within this time, one that comes back within this time after its first entry.
 * Who has entries of it over so long, all younger than the commit, has the announcement, too, if there is one.
 */
export const announceMs = 10_000
const nothingNamed: NamedStates = { states: new Map(), partial: new Set() }

/** Commits and what they mean for the texts: announcing, taking in what came by Git, mending, merging heads. */
export class RoomCommits {
  readonly #options: RoomCommitsOptions
  /** Commits that came by Git: each is looked at again until its state is named. */
  readonly #told = new Set<ObjectId>()
  readonly #adopted = new Set<ObjectId>()
  /** By merge commit: the lines that this member adds to its note. */
  readonly #attested = new Map<ObjectId, readonly string[]>()
  #waiting: readonly WaitingCommit[] = []
  #merging: Promise<void> | undefined

  constructor(options: RoomCommitsOptions) {
    this.#options = options
  }

  /** Commits that came by Git and wait for entries of their authors. */
  get waiting(): readonly WaitingCommit[] {
    return this.#waiting
  }

  isNamed(commit: ObjectId): boolean {
    return this.#options.views.live().anchorsOf(commit).length > 0
  }

  /** The one state of a commit, where it has one. */
  anchor(commit: ObjectId): Anchor | undefined {
    return this.#options.views.live().joined(commit)
  }

  /**
   * The newest commits that are stored here, and the base: what a peer may build a pack upon. Heads alone would not do: the
   * peer may lack them.
   */
  newest(): readonly ObjectId[] {
    const { history, objects, views } = this.#options
    const { graph } = history
    const newest = [...views.live().commits].sort((a, b) => graph.node(b).depth - graph.node(a).depth)
    // A merge that another has announced is known before its objects are stored.
    const stored = newest.slice(0, maxNewest).filter((commit) => objects.has(commit))
    return [...new Set([...stored, graph.base])]
  }

  heads(): readonly Anchor[] {
    return headsOf(this.#options.views.live())
  }

  /** What a tree stands for that is to be committed. All of it is durable when this resolves: the commit may be written. */
  async statesOf(
    tree: ObjectId,
    parents: readonly ObjectId[],
    staged: ReadonlyMap<string, StagedState>,
    mayType: Typeable,
  ): Promise<TreeStates> {
    const anchors = parents.flatMap((commit) => this.anchor(commit) ?? [])
    const states = this.#options.states.of(tree, parents, anchors, staged, mayType)
    await this.#options.flush()
    return states
  }

  /** Announces a commit of this member. `lines` are those of its note. */
  async announce(commit: ObjectId, named: NamedStates, lines: readonly string[]): Promise<void> {
    this.#told.delete(commit)
    await this.#name('announce', { commit, named, lines })
  }

  /**
   * A commit has come by Git: it and its ancestors get their states, or wait for the entries of their authors. Those of `madeHere`
   * wait for nobody: no other device will announce them.
   */
  async tell(commit: ObjectId, madeHere: ReadonlySet<ObjectId> = new Set()): Promise<void> {
    this.#told.add(commit)
    for (const made of this.unnamedBelow(commit)) if (madeHere.has(made)) this.#adopted.add(made)
    await this.takeIn()
  }

  /** Ends the wait for authors that do not come: what of their states is known counts, the rest is typed. */
  async adopt(): Promise<readonly ObjectId[]> {
    const adopted: ObjectId[] = []
    // Behind each that is adopted there may be one that waited for it.
    for (let next = this.#toAdopt(); next.length; next = this.#toAdopt()) {
      for (const commit of next) this.#adopted.add(commit)
      adopted.push(...next)
      await this.takeIn()
    }
    return adopted
  }

  #toAdopt(): readonly ObjectId[] {
    const waiting = new Set(this.#waiting.map(({ commit }) => commit))
    return [...waiting].filter((commit) => !this.#adopted.has(commit))
  }

  /** Names what can be named by now of the commits that came by Git. */
  async takeIn(): Promise<void> {
    const durable: Promise<unknown>[] = []
    const waiting: WaitingCommit[] = []
    for (const told of this.#told) {
      for (const commit of this.unnamedBelow(told)) {
        const reason = this.#tryTakeIn(commit, durable)
        if (reason === undefined) continue
        waiting.push({ commit, reason })
        break
      }
      if (this.isNamed(told)) this.#told.delete(told)
    }
    this.#waiting = waiting
    await Promise.all(durable)
  }

  /** Commits without a state from the named ones up to this one, parents first. */
  unnamedBelow(tip: ObjectId): readonly ObjectId[] {
    const { graph } = this.#options.history
    if (typeof graph.get(tip) === 'string') return [tip]
    const out = new Set<ObjectId>()
    const stack = [tip]
    while (stack.length) {
      const commit = stack.pop()!
      if (out.has(commit) || this.isNamed(commit)) continue
      out.add(commit)
      stack.push(...graph.node(commit).parents)
    }
    return [...out].sort((a, b) => graph.node(a).depth - graph.node(b).depth || (a < b ? -1 : 1))
  }

  #tryTakeIn(commit: ObjectId, durable: Promise<unknown>[]): string | undefined {
    try {
      return this.#takeInOne(commit, durable)
    } catch (error) {
      if (AnvcsError.is(error, 'MESSAGE_TOO_LARGE')) return 'it changes too much at once'
      throw error
    }
  }

  /** Why the commit has to wait, or undefined where it is named now. */
  #takeInOne(commit: ObjectId, durable: Promise<unknown>[]): string | undefined {
    const { commits, history, views, heardSinceMs } = this.#options
    const node = history.graph.get(commit)
    if (node === 'missing') return 'its Git objects are not here'
    if (node === 'foreign') return 'it does not descend from the base of the room'
    const isAdopted = this.#adopted.has(commit)
    if (isAutomaticMerge(commits.read(commit)) && !isAdopted) return 'its merge has not been announced'
    if (commits.isOfRoom(commit)) return this.#takeInRecorded(commit, isAdopted, durable)
    const heardMs = heardSinceMs(commit, node.timeSeconds * 1000)
    if (heardMs !== undefined && heardMs < announceMs && !isAdopted) return 'its author has not been heard from since'
    if (this.#explain(commit, durable)) return undefined
    const outcome = outcomeOf(() => outsideAnchor(views.live(), commit))
    if (outcome.status !== 'ok') return outcome.status === 'void' ? outcome.reason : 'its Git objects are not here'
    durable.push(this.#name('outside', { commit, key: outcome.value.key }))
    return undefined
  }

  #takeInRecorded(commit: ObjectId, isAdopted: boolean, durable: Promise<unknown>[]): string | undefined {
    const { commits, views, notes } = this.#options
    const record = commits.recordIn(commit, notes(commit))
    const named = record && commits.statesIn(record)
    if (!named) return 'its record is not here'
    // Others may have added any number of lines to the note: peers need this one.
    const lines = [noteLine(record)]
    const view = views.live()
    const isKnown = [...named.states].every(([file, state]) => isWithin(state, view.currentState(file)))
    if (isKnown) {
      durable.push(this.#name('record', { commit, named, lines }))
      return undefined
    }
    if (!isAdopted) return 'operations that it commits are not here'
    const outcome = outcomeOf(() => adoptedAnchor(view, commit, named))
    if (outcome.status !== 'ok') return outcome.status === 'void' ? outcome.reason : 'its Git objects are not here'
    durable.push(this.#name('adopt', { commit, named, lines, key: outcome.value.key }))
    return undefined
  }

  /** Names the states of a commit of stock Git that operations here explain: told as from outside, its words would stand twice. */
  #explain(commit: ObjectId, durable: Promise<unknown>[]): boolean {
    const parents = this.#options.history.graph.node(commit).parents.flatMap((parent) => this.anchor(parent) ?? [])
    const outcome = outcomeOf(() => this.#options.states.explaining(commit, parents))
    const named = outcome.status === 'ok' ? outcome.value : undefined
    if (named) durable.push(this.#name('announce', { commit, named }))
    return named !== undefined
  }

  /** Where several states of one commit are known, their join is named, so that all peers go on from the same. */
  async repair(): Promise<void> {
    const { commits, told, views } = this.#options
    const durable: Promise<unknown>[] = []
    for (const commit of told.takeDue()) {
      const isOnlyTold = views
        .live()
        .anchorsOf(commit)
        .every((anchor) => told.isTyped(anchor))
      if (isOnlyTold && !commits.isOfRoom(commit)) this.#explain(commit, durable)
    }
    for (const commit of Array.from(views.live().commits)) {
      if (views.live().anchorsOf(commit).length === 0) continue
      const joined = views.live().joined(commit)
      if (!joined || views.live().hasAnchor(joined.key, commit)) continue
      durable.push(this.#name('join', { commit, key: joined.key }))
    }
    await Promise.all(durable)
  }

  /** Merges heads that merge cleanly, and announces the merges. Calls that come meanwhile share the run. */
  merge(): Promise<void> {
    this.#merging ??= this.#merge().finally(() => (this.#merging = undefined))
    return this.#merging
  }

  /**
   * Stores the objects of automatic merges, those that others have announced too: every peer computes them anew. False
   * where there are none.
   */
  async storeMerges(): Promise<boolean> {
    const { history, objects } = this.#options
    const made = history.takeMade()
    if (made.length) history.stored(await objects.write(made))
    return made.length > 0
  }

  /** One merge at a time: what is named changes the heads, and with them what the next one is. */
  async #merge(): Promise<void> {
    const { history, views } = this.#options
    const durable: Promise<unknown>[] = []
    while (headsOf(views.live()).length > 1) {
      // Nothing is awaited between this and the naming, or others could change the heads meanwhile.
      const merges = this.#foldIfReady()
      if (!merges) {
        await history.driver.prepare()
        continue
      }
      const next = merges.find(({ key, commit }) => !views.live().hasAnchor(key, commit))
      if (!next) break
      // Objects come first; what has arrived while they were written may change the fold.
      if (await this.storeMerges()) continue
      const lines = this.#attested.get(next.commit)
      if (lines) durable.push(this.#name('fold', { commit: next.commit, key: next.key, lines }))
      // It is looked at anew after that, for the same reason.
      else this.#attested.set(next.commit, await this.#attest(next))
    }
    this.#attested.clear()
    await Promise.all(durable)
  }

  /** The merges of the heads; undefined where the merge driver has to load something first. */
  #foldIfReady(): readonly Anchor[] | undefined {
    try {
      return foldHeads(this.#options.views.live()).merges
    } catch (error) {
      if (error instanceof UnreadyMerge) return undefined
      throw error
    }
  }

  /** A merge is what the rules make of its parents, vouched for or not: an agent that does not sign holds up nobody. */
  async #attest(merge: Anchor): Promise<readonly string[]> {
    try {
      return [await this.#options.attest(merge)]
    } catch (error) {
      if (AnvcsError.is(error, 'SIGNING_FAILED')) return []
      throw error
    }
  }

  #name(
    kind: NamingKind,
    entry: Pick<NamingEntry, 'commit'> & {
      readonly named?: NamedStates
      readonly key?: string
      readonly lines?: readonly string[]
    },
  ): Promise<unknown> {
    const { commit, named = nothingNamed, key, lines = [] } = entry
    return this.#options.name({ kind, commit, named, key, lines })
  }
}
