import type { AuthorId, FeedId, FileId, ObjectId } from '../contracts/ids.ts'
import type { Known } from '../document/neighbours.ts'
import { TextDocument } from '../document/text-document.ts'
import { voidUpdate } from '../document/deletions.ts'
import { joinedRanges, withoutRanges } from '../document/unit-ranges.ts'
import type { UnitRange } from '../document/update-reader.ts'
import { Waypoints } from './waypoints.ts'
import { emptyState, stateKey, isWithin, withAuthor, type FileState } from './file-state.ts'
import type { FileLog, FileOperation, RegisterValue } from './file-log.ts'
import { isDeletion, isEditing, settingsOf, winner, type Setting } from './register-settings.ts'
import type { FileValue } from './file-value.ts'
import { RestoredUnits, type Restoring } from './restored-units.ts'
import { concern, pairsOf, RevivedCopies, type Twins } from './revived-copies.ts'
import type { VirtualAuthor } from './virtual-author.ts'

/** What an evaluation reads. */
export interface EvaluationSource {
  log(file: FileId): FileLog
  author(id: AuthorId): VirtualAuthor
  readonly clocks: {
    before(file: FileId): (operation: FileOperation) => Known
    lamportOf(author: AuthorId): number
    knew(operation: FileOperation, author: AuthorId): boolean
  }
  /** The text of a base blob, or undefined where it is not text (or too large). */
  textOfBlob(blob: ObjectId): string | undefined
  authorClient(author: AuthorId): number
  seedClient(file: FileId): number
}

interface Registers {
  readonly path: string | undefined
  readonly mode: number
  readonly blob: ObjectId | undefined
}

interface PlacedUpdate {
  readonly update: Uint8Array
  readonly lamport: number
  /** Orders virtual authors that the same entry names; 0 for operations. */
  readonly depth: number
  readonly number: number
  readonly author: AuthorId | undefined
  readonly operation: FileOperation | undefined
}

type Units = readonly UnitRange[]

const maxCached = 256

/** The value of a file at a state: a pure function of the state, whatever order its operations came in. */
export class Evaluator {
  readonly #source: EvaluationSource
  readonly #documents = new Map<string, TextDocument>()
  /** Texts that are known without building a document: the blobs of commits at their own states. */
  readonly #knownTexts = new Map<string, ObjectId>()
  readonly #updates = new Map<AuthorId, Uint8Array>()
  readonly #restorings = new Map<AuthorId, Restoring>()
  readonly #revived: RevivedCopies
  readonly #waypoints: Waypoints

  constructor(source: EvaluationSource, waypoints = new Waypoints()) {
    this.#source = source
    this.#revived = new RevivedCopies(source)
    this.#waypoints = waypoints
  }

  valueAt(file: FileId, state: FileState): FileValue {
    const registers = this.registersAt(file, state)
    return {
      ...registers,
      text: registers.path === undefined || registers.blob !== undefined ? '' : this.textAt(file, state),
    }
  }

  /** Remembers that the text at a state is that of a blob. */
  know(file: FileId, state: FileState, blob: ObjectId): void {
    this.#knownTexts.set(`${file}@${stateKey(state)}`, blob)
  }

  textAt(file: FileId, state: FileState): string {
    const key = `${file}@${stateKey(state)}`
    const known = this.#knownTexts.get(key)
    return (known && this.#source.textOfBlob(known)) ?? this.#cached(file, state, key).text
  }

  /** A document of its own, at the state: the caller may edit it. */
  documentAt(file: FileId, state: FileState): TextDocument {
    return this.#build(file, state)
  }

  registersAt(file: FileId, state: FileState): Registers {
    const { base } = this.#source.log(file)
    const settings = this.#settings(file, state)
    const path = winner(settings, 'path')
    const mode = winner(settings, 'mode')
    const content = winner(settings, 'content')
    const baseBlob = base && this.#source.textOfBlob(base.blob) === undefined ? base.blob : undefined
    return {
      path: path ? this.#pathOf(file, state, settings, path) : base?.path,
      mode: mode?.register === 'mode' ? mode.mode : (base?.mode ?? 0o100644),
      blob: content?.register === 'content' ? content.blob : baseBlob,
    }
  }

  /** A deletion holds only while every edit of the file lies within what some deletion had seen. */
  #pathOf(file: FileId, state: FileState, settings: readonly Setting[], value: RegisterValue): string | undefined {
    if (value.register !== 'path') return undefined
    if (value.path !== undefined) return value.path
    const edits = this.#editsOf(file, state)
    if (settings.some(({ value: { register, ...v } }) => register === 'path' && 'seen' in v && isWithin(edits, v.seen)))
      return undefined
    const restored = winner(
      settings.filter((s) => s.value.register === 'path' && s.value.path !== undefined),
      'path',
    )
    return restored?.register === 'path' ? restored.path : this.#source.log(file).base?.path
  }

  /** The state without deletions: what somebody did to the file besides deleting it. */
  #editsOf(file: FileId, state: FileState): FileState {
    const counts = new Map<FeedId, number>()
    for (const operation of this.#source.log(file).within(state))
      if (!isDeletion(operation)) counts.set(operation.feed, operation.number + 1)
    return { counts, authors: state.authors.filter((id) => isEditing(this.#source.author(id))) }
  }

  #settings(file: FileId, state: FileState): readonly Setting[] {
    const out: Setting[] = []
    for (const { lamport, feed, number, value } of this.#source.log(file).registersWithin(state))
      out.push({ lamport, author: feed, number, value })
    for (const id of state.authors) out.push(...settingsOf(this.#source.author(id)))
    return out
  }

  #cached(file: FileId, state: FileState, key: string): TextDocument {
    const cached = this.#documents.get(key)
    if (cached) {
      this.#documents.delete(key)
      this.#documents.set(key, cached)
      return cached
    }
    const document = this.#build(file, state)
    this.#documents.set(key, document)
    if (this.#documents.size > maxCached) this.#documents.delete(this.#documents.keys().next().value!)
    return document
  }

  /** From the nearest waypoint on; leaves others on a long way. */
  #build(file: FileId, state: FileState): TextDocument {
    const losers = this.losers(state)
    const restored = this.#restoredIn(state)
    const counting = { losers, restored: restored?.key ?? '' }
    let last = this.#waypoints.within(file, state, counting)
    const document = last ? TextDocument.unpack(last.packed) : this.#seeded(file)
    const updates = this.#updatesOf(file, last?.state ?? emptyState, state, losers, restored)
    const done = new GrowingState(last?.state ?? emptyState)
    let count = last?.updates ?? 0
    for (let at = 0; at < updates.length;) {
      const spacing = this.#waypoints.spacingAfter(last)
      const part = updates.slice(at, at + wholeEntries(updates, at, spacing))
      this.#apply(file, document, part)
      at += part.length
      count += part.length
      for (const placed of part) done.add(placed)
      if (part.length >= spacing) last = this.#waypoints.add(file, done.state, counting, count, document)
    }
    if (restored?.hiding) document.apply([restored.hiding])
    return document
  }

  #seeded(file: FileId): TextDocument {
    const { base } = this.#source.log(file)
    const seed = (base && this.#source.textOfBlob(base.blob)) ?? ''
    return TextDocument.seed(seed, base ? this.#source.seedClient(file) : 0)
  }

  #apply(file: FileId, document: TextDocument, updates: readonly PlacedUpdate[]): void {
    const writers = new Map(updates.map(({ update, operation }) => [update, operation]))
    const before = this.#source.clocks.before(file)
    document.apply(
      updates.map(({ update }) => update),
      (update) => {
        const operation = writers.get(update)
        return operation && before(operation)
      },
    )
  }

  /**
   * The updates of a state that are not in an earlier one, none before one that its writer had seen: by lamport. Of entries that name a virtual author
   * the least lamport lies between what it was computed from and what was typed by those who knew it.
   */
  #updatesOf(
    file: FileId,
    from: FileState,
    state: FileState,
    losers: ReadonlyMap<AuthorId, AuthorId>,
    restored: RestoredUnits | undefined,
  ): readonly PlacedUpdate[] {
    const { clocks } = this.#source
    const updates: PlacedUpdate[] = []
    for (const operation of this.#source.log(file).between(from, state)) {
      if (operation.type !== 'text') continue
      const { update, feed, number, lamport } = operation
      const counted = restored?.counted(update, ({ counts }) => (counts.get(feed) ?? 0) > number) ?? update
      updates.push({ update: counted, lamport, depth: 0, number, author: undefined, operation })
    }
    const known = new Set(from.authors)
    for (const id of state.authors) {
      if (known.has(id)) continue
      const author = this.#source.author(id)
      const update = this.updateOf(author)
      if (!update) continue
      const by = [id, losers.get(id) ?? id]
      const full = losers.has(id) ? voidUpdate(update) : update
      updates.push({
        update: restored?.counted(full, ({ authors }) => by.every((one) => authors.includes(one))) ?? full,
        lamport: clocks.lamportOf(id),
        depth: author.lamport,
        number: 0,
        author: id,
        operation: undefined,
      })
    }
    return updates.sort(inCausalOrder)
  }

  /**
   * Virtual authors of one commit, none in the other's state before, are rivals: ordered by cost, then id, one counts if
   * no rival before it counts. The others keep their place, not their content. Each of them with the one that counts in its stead.
   */
  losers(state: FileState): ReadonlyMap<AuthorId, AuthorId> {
    const out = new Map<AuthorId, AuthorId>()
    if (state.authors.length < 2) return out
    const authors = state.authors
      .map((id) => this.#source.author(id))
      .filter(({ restores }) => !restores)
      .sort((a, b) => a.cost - b.cost || (a.id < b.id ? -1 : 1))
    const counting = new Map<ObjectId, VirtualAuthor[]>()
    for (const author of authors) {
      const rivals = counting.get(author.commit)
      const winner = rivals?.find(
        (other) => !author.before.authors.includes(other.id) && !other.before.authors.includes(author.id),
      )
      if (winner) out.set(author.id, winner.id)
      else if (rivals) rivals.push(author)
      else counting.set(author.commit, [author])
    }
    return out
  }

  #restoredIn(state: FileState): RestoredUnits | undefined {
    const restoring = this.#restoringAuthors(state).map((author) => this.#restoringOf(author))
    if (!restoring.length) return undefined
    return new RestoredUnits(restoring, ({ by, twins }) => this.#revived.in(state, by, twins))
  }

  /** Are units of these, if they are deleted, the one of two copies, so that the other one may be shown? */
  concernsCopies(state: FileState, deleted: Units): boolean {
    return this.#restoringAuthors(state).some((author) => concern(this.#restoringOf(author).twins, deleted))
  }

  /** The latest last. */
  #restoringAuthors({ authors }: FileState): readonly VirtualAuthor[] {
    const restoring = authors.map((id) => this.#source.author(id)).filter(({ restores }) => restores)
    return restoring.sort((a, b) => a.lamport - b.lamport || (a.id < b.id ? -1 : 1))
  }

  #restoringOf(author: VirtualAuthor): Restoring {
    let restoring = this.#restorings.get(author.id)
    if (!restoring) {
      const { file, before, restores } = author
      const [then, twins] = [this.#build(file, restores!).shown, this.#twinsOf(author)]
      const others = [before, ...this.#rivalsOf(author)].map((state) => this.#build(file, state).shown)
      const differing = others.flatMap((other) => [...withoutRanges(then, other), ...withoutRanges(other, then)])
      const concerned = joinedRanges([...differing, ...this.#spokenOfIn(before)])
      const hidden = withoutRanges(concerned, then)
      restoring = { by: author, shown: withoutRanges(concerned, hidden), hidden, twins }
      this.#restorings.set(author.id, restoring)
    }
    return restoring
  }

  /** What was typed for its commit, and is the same text as what it restores. */
  #twinsOf({ file, commit, before, restores }: VirtualAuthor): readonly Twins[] {
    const then = this.#build(file, restores!)
    return before.authors
      .map((id) => this.#source.author(id))
      .filter((typed) => typed.commit === commit && !typed.restores)
      .map((typed) => ({ typed: typed.id, copy: this.#build(file, withAuthor(typed.before, typed.id)) }))
      .filter(({ copy }) => copy.text === then.text)
      .map(({ typed, copy }) => ({ typed, pairs: pairsOf(then.units, copy.units) }))
  }

  /** Other states of its commit that an author which restores one has seen. */
  #rivalsOf({ commit, before }: VirtualAuthor): readonly FileState[] {
    const rivals = before.authors.map((id) => this.#source.author(id)).filter((other) => other.commit === commit)
    return rivals.map((other) => withAuthor(other.before, other.id))
  }

  /**
   * The units of which those speak that restore states. Who speaks of some of these speaks of all: two who know of different copies of a
   * word would show both, or none.
   */
  #spokenOfIn(state: FileState): Units {
    return this.#restoringAuthors(state).flatMap((author) => {
      const { shown, hidden } = this.#restoringOf(author)
      return [...shown, ...hidden]
    })
  }

  /** The Yjs update of a virtual author: typed on the document exactly as of the state before. Undefined where it types nothing. */
  updateOf(author: VirtualAuthor): Uint8Array | undefined {
    if (!author.script.changes.length) return undefined
    let update = this.#updates.get(author.id)
    if (!update) {
      update = this.#build(author.file, author.before).edit(this.#source.authorClient(author.id), author.script.changes)
      this.#updates.set(author.id, update)
    }
    return update
  }

  /** Writers of a file have other clients now: what virtual authors have typed there is computed again. Texts stay what they are. */
  renumbered(file: FileId): void {
    this.#waypoints.forget(file)
    for (const computed of [this.#updates, this.#restorings, this.#revived])
      for (const id of computed.keys()) if (this.#source.author(id).file === file) computed.delete(id)
  }

  /** Greater than the lamport of every operation in a state. */
  lamportAfter(file: FileId, state: FileState): number {
    let greatest = 0
    for (const operation of this.#source.log(file).within(state)) greatest = Math.max(greatest, operation.lamport)
    for (const id of state.authors) greatest = Math.max(greatest, this.#source.author(id).lamport)
    return greatest + 1
  }
}

/** Operations of one lamport are of one entry, or of entries that do not know each other. */
function inCausalOrder(left: PlacedUpdate, right: PlacedUpdate): number {
  if (left.lamport !== right.lamport) return left.lamport < right.lamport ? -1 : 1
  return left.depth - right.depth || left.number - right.number
}

/** At least so many updates from a place on, with all that may be of the entry of the last one. */
function wholeEntries(updates: readonly PlacedUpdate[], at: number, least: number): number {
  let end = at + least
  while (end < updates.length && updates[end]!.lamport === updates[end - 1]!.lamport) end++
  return end - at
}

/** A state to which updates are added in causal order. */
class GrowingState {
  readonly #counts: Map<FeedId, number>
  readonly #authors: Set<AuthorId>

  constructor({ counts, authors }: FileState) {
    this.#counts = new Map(counts)
    this.#authors = new Set(authors)
  }

  add({ operation, author }: PlacedUpdate): void {
    if (operation) this.#counts.set(operation.feed, operation.number + 1)
    if (author !== undefined) this.#authors.add(author)
  }

  get state(): FileState {
    return { counts: new Map(this.#counts), authors: [...this.#authors].sort() }
  }
}
