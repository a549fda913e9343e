import { AnvcsError } from '../../contracts/errors.ts'
import type { ObjectId } from '../../contracts/ids.ts'
import { diffText } from '../../document/text-diff.ts'
import type { FileState } from '../../history/file-state.ts'
import type { RoomHistory } from '../../history/room-history.ts'
import { utf8 } from '../../lib/bytes.ts'
import { diffTrees } from '../../objects/tree-diff.ts'
import { announceMs } from '../../room/room-commits.ts'
import { stageFile, stageText, writeCommit, type SimCommit, type StagedFile } from '../sim-commits.ts'
import type { SimPeer } from '../sim-peer.ts'
import type { SimRandom } from '../sim-random.ts'
import { randomEdit } from './random-edit.ts'
import type { Upstream } from './upstream.ts'
import type { WordLedger } from './word-ledger.ts'

/** What one person has read of a file, perhaps long ago. */
interface Reading {
  readonly path: string
  readonly text: string
  readonly state: FileState
}

interface CommitOptions {
  readonly isStock: boolean
  readonly isPartial: boolean
  readonly isWhole: boolean
  /** The e-mail that stock Git names, where it is not the one that the room knows. */
  readonly email?: string | undefined
}

const maxReadings = 20

/** Somebody who works at a machine: edits files, commits, pulls and pushes. One Git command at a time. */
export class Author {
  readonly peer: SimPeer
  readonly #ledger: WordLedger
  readonly #random: SimRandom
  readonly #upstream: Upstream
  readonly #readings: Reading[] = []
  /** Commits of this author that no entry announces yet, oldest first. */
  readonly #unannounced: SimCommit[] = []
  /** The checked-out commit. */
  #head: ObjectId
  /** The newest commit made by stock Git. */
  #stockHead: ObjectId | undefined
  /** Counts lives of the process: what an earlier one had begun goes nowhere. */
  #life = 0
  #busy = false
  #made = 0

  constructor(peer: SimPeer, head: ObjectId, ledger: WordLedger, upstream: Upstream, random: SimRandom) {
    this.peer = peer
    this.#head = head
    this.#ledger = ledger
    this.#upstream = upstream
    this.#random = random
  }

  get name(): string {
    return this.peer.name
  }

  /** Paths that are shown now. */
  get paths(): readonly string[] {
    return shownPaths(this.peer)
  }

  /** Is everything that was begun done? */
  get isIdle(): boolean {
    return !this.#busy && this.#unannounced.length === 0
  }

  edit(): void {
    const { files } = this.peer.room
    const path = this.#textPath()
    if (path === undefined) return
    const before = files.text(path)!
    this.#readings.push({ path, text: before, state: files.capture(path)!.state })
    if (this.#readings.length > maxReadings) this.#readings.shift()
    const after = this.#edited(before, 1)
    this.#does(before, after, () => files.edit(path, diffText(before, after)))
  }

  /** Writes a whole file over a reading that may be old. */
  writeStale(): void {
    if (!this.#readings.length) return
    const { path, text, state } = this.#random.pick(this.#readings)
    const { files } = this.peer.room
    if (files.text(path) === undefined) return
    const after = this.#edited(text, 3)
    this.#does(text, after, () => files.write(path, after, text, state))
  }

  /** Does something that changes texts; it counts as told when it is durable. */
  #does(before: string, after: string, change: () => void): void {
    if (before === after) return
    change()
    const durable = this.#ledger.edited(this.name, before, after)
    this.peer.room.flush().then(durable, () => undefined)
  }

  #edited(text: string, times: number): string {
    const from = this.#ledger.drawn
    let edited = text
    for (let i = 0; i < times; i++) edited = randomEdit(edited, this.#random, () => this.#ledger.fresh(this.name))
    this.#ledger.dropUnused(edited, from)
    return edited
  }

  #textPath(): string | undefined {
    const paths = this.paths.filter((path) => this.peer.room.files.text(path) !== undefined)
    return paths.length ? this.#random.pick(paths) : undefined
  }

  /** Makes, renames, removes or marks a file, or writes a binary one. */
  changeTree(): void {
    const { files } = this.peer.room
    const kind = this.#random.below(10)
    const path = this.#textPath()
    if (kind < 3) {
      const fresh = `new${this.#random.below(3)}.txt`
      if (this.paths.includes(fresh)) return
      // Now and then others make the same one: one of the two is an alias as long as both are equal.
      const isEqual = this.#random.chance(0.3)
      const text = isEqual ? 'equal\n' : `${this.#ledger.fresh(this.name)}\n${this.#ledger.fresh(this.name)}\n`
      this.#does('', text, () => files.create(fresh, { text }))
    } else if (kind < 5) {
      if (path !== undefined) files.move(path, this.#freePath(path))
    } else if (kind < 6) {
      if (path !== undefined && this.paths.length > 1) this.#does(files.text(path)!, '', () => files.remove(path))
    } else if (kind < 7) {
      if (path !== undefined) files.setMode(path, files.at(path).mode === 0o100755 ? 0o100644 : 0o100755)
    } else this.#task(() => this.#writeBinary())
  }

  #freePath(path: string): string {
    const moved = `moved${this.#random.below(4)}-${path
      .split('/')
      .at(-1)!
      .replace(/^moved\d-/, '')}`
    return this.paths.includes(moved) ? path : moved
  }

  async #writeBinary(): Promise<void> {
    const content = new Uint8Array([0, ...utf8(`${this.name} ${this.#random.below(1000)}`)])
    const [blob] = await this.peer.objects.write([{ type: 'blob', content }])
    const { files } = this.peer.room
    if (files.at('picture.bin').path === undefined) files.create('picture.bin', { blob: blob! })
    else if (files.at('picture.bin').blob !== undefined) files.setContent('picture.bin', { blob: blob! })
  }

  /** Commits all changes or some; perhaps by stock Git, perhaps with one file staged in part. */
  commit(options: CommitOptions): void {
    this.#task(async () => {
      await this.#announceAll()
      await this.peer.room.flush()
      this.follow()
      const paths = options.isWhole ? this.#changedPaths() : this.#someFiles(this.#changedPaths())
      const staged = new Map(paths.map((path) => [path, stageFile(this.peer.room, path)]))
      const partial = paths.find((path) => staged.get(path)!.object && this.#isWhereItWas(path))
      if (options.isPartial && partial !== undefined)
        staged.set(partial, this.#stagedInPart(partial, staged.get(partial)!))
      await this.#commit([this.#head], staged, options.isStock, options.email)
    })
  }

  /** Paths of some files. The two of a rename go together: one alone is a copy, or a loss, in the commit itself. */
  #someFiles(paths: readonly string[]): readonly string[] {
    const { commits, engines } = this.peer.room
    const anchor = commits.anchor(this.#head)
    const layout = anchor && engines.history.layoutOf(anchor)
    const chosen = new Map<string, boolean>()
    return paths.filter((path) => {
      // So do two files that claim one path: where one of them is shown depends on the other.
      const claimed = claimedPath(path)
      const file = layout?.fileAt(claimed) ?? engines.live.layout.fileAt(claimed) ?? claimed
      if (!chosen.has(file)) chosen.set(file, this.#random.chance(0.5))
      return chosen.get(file)
    })
  }

  /** Git offers parts of a file only where it was in the commit before. */
  #isWhereItWas(path: string): boolean {
    const { commits, engines } = this.peer.room
    const anchor = commits.anchor(this.#head)
    const file = anchor && engines.history.layoutOf(anchor).fileAt(path)
    return file !== undefined && file === engines.live.layout.fileAt(path)
  }

  /** Merges all heads into what the room shows now. */
  mergeByHand(): void {
    this.#task(async () => {
      await this.#announceAll()
      await this.peer.room.flush()
      const heads = [...new Set(this.peer.room.commits.heads().map(({ commit }) => commit))].sort()
      if (heads.length < 2) return
      const paths = heads.flatMap((head) => this.#changedPaths(head))
      await this.#commit(heads, new Map(paths.map((path) => [path, stageFile(this.peer.room, path)])), false)
    })
  }

  async #commit(
    parents: readonly ObjectId[],
    staged: ReadonlyMap<string, StagedFile>,
    isStock: boolean,
    email?: string,
  ): Promise<void> {
    const { room, objects, identity, clock } = this.peer
    if (this.#unannounced.length || !(await this.#areNamed(parents))) return
    const timeSeconds = Math.floor(clock.now() / 1000)
    const message = `Change ${this.#made++} of ${this.name}`
    const made = await writeCommit({
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
    if (!made) return
    if (made.lines.length) this.peer.notes.set(made.commit, made.lines)
    if (isStock) this.#stockHead = made.commit
    this.#unannounced.push(made)
    // The host sees what stock Git has done a little later.
    if (isStock) this.peer.clock.schedule(this.#random.between(0, announceMs), () => this.look())
    else await this.#announceAll()
  }

  /** Looks at HEAD: what stock Git has made is announced. */
  look(): void {
    if (this.#unannounced.length) this.#task(() => this.#announceAll())
  }

  async #announceAll(): Promise<void> {
    const { commits, engines } = this.peer.room
    for (let next = this.#unannounced[0]; next; next = this.#unannounced[0]) {
      const { commit, named, lines } = next
      if (!(await this.#areNamed(engines.history.graph.node(commit).parents))) return
      await commits.announce(commit, named, lines)
      this.#unannounced.shift()
      this.#head = commit
    }
  }

  /** A failed machine may have lost the entry that named a commit: it is told again, and nothing builds on it before it is named. */
  async #areNamed(parents: readonly ObjectId[]): Promise<boolean> {
    const { commits } = this.peer.room
    for (const parent of parents) if (!commits.isNamed(parent)) await commits.tell(parent)
    return parents.every((parent) => commits.isNamed(parent))
  }

  pull(): void {
    this.#task(async () => {
      // What lies below the new HEAD and is this author's own is announced, not told as from outside.
      await this.#announceAll()
      await this.peer.room.commits.tell(await this.#upstream.fetch(this.peer))
    })
  }

  push(): void {
    if (this.#busy) return
    const { graph } = this.peer.room.engines.history
    const tip = this.#stockHead && this.#random.chance(0.5) ? this.#stockHead : this.#head
    if (typeof graph.get(this.#upstream.tip) === 'string') return
    if (tip !== this.#upstream.tip && graph.isAncestor(this.#upstream.tip, tip)) this.#upstream.push(this.peer, tip)
  }

  /** Gives up waiting. A commit of stock Git tells nothing of its states, so it is not given up. */
  adopt(): void {
    const { commits } = this.peer.room
    const isStock = commits.waiting.some(({ commit }) => !this.peer.notes.has(commit))
    if (!isStock) this.#task(() => commits.adopt())
  }

  settle(): void {
    this.#task(() => this.peer.room.settle())
  }

  /** Moves on to the head that holds the checked-out commit. */
  follow(): void {
    const { room, objects } = this.peer
    const { graph } = room.engines.history
    // A merge that was just computed may not be stored yet: nothing can be checked out of it.
    const heads = room.commits.heads().filter(({ commit }) => objects.has(commit))
    if (heads.some(({ commit }) => commit === this.#head)) return
    const next = heads.find(({ commit }) => graph.isAncestor(this.#head, commit))
    if (next) this.#head = next.commit
  }

  /** The machine has failed. What stock Git had committed is still in its repository. */
  failed(): void {
    this.#life++
    this.#busy = false
    this.#ledger.failed(this.name)
  }

  #changedPaths(commit: ObjectId = this.#head): readonly string[] {
    const { room } = this.peer
    const { history } = room.engines
    const { tree } = history.graph.node(commit)
    const paths = new Set([...this.paths, ...treePaths(history, tree)])
    return [...paths].sort().filter((path) => {
      // Beside a file that is not here another one is not committed: that would be a copy, in the commit itself.
      if (!this.#isOnDisk(path) || !this.#isOnDisk(claimedPath(path))) return false
      const staged = stageFile(room, path).entry
      const committed = history.entryAt(tree, path)
      return staged?.id !== committed?.id || staged?.mode !== committed?.mode
    })
  }

  /** A binary file whose blob has not come is not on this disk. */
  #isOnDisk(path: string): boolean {
    const { blob } = this.peer.room.files.at(path)
    return blob === undefined || this.peer.objects.has(blob)
  }

  /** Some of the changes since the checked-out commit. */
  #stagedInPart(path: string, staged: StagedFile): StagedFile {
    const { history } = this.peer.room.engines
    const before = history.valueInTree(history.graph.node(this.#head).tree, path).text
    const after = this.peer.room.files.text(path)!
    const changes = diffText(before, after).filter(() => this.#random.chance(0.5))
    const text = changes.reduceRight(
      (sum, { at, remove, insert }) => sum.slice(0, at) + insert + sum.slice(at + remove),
      before,
    )
    const { state } = staged
    return { ...stageText(text, staged.entry!.mode), ...(state && { state }) }
  }

  /** Runs a command, unless one runs already. A full disk or a closing room ends it, as it would end a command. */
  #task(command: () => Promise<unknown>): void {
    if (!this.#busy) void this.#run(command)
  }

  async #run(command: () => Promise<unknown>): Promise<void> {
    this.#busy = true
    const life = this.#life
    try {
      await command()
    } catch (error) {
      if (!AnvcsError.is(error, 'DISK_FULL') && !AnvcsError.is(error, 'ROOM_CLOSED')) throw error
    } finally {
      if (this.#life === life) this.#busy = false
    }
  }
}

/** Every path at which a peer shows a file. */
export function shownPaths(peer: SimPeer): readonly string[] {
  const { room } = peer
  const { history } = room.engines
  const inBase = treePaths(history, history.graph.node(history.graph.base).tree)
  return [...new Set([...inBase, ...room.files.touchedPaths])]
    .filter((path) => room.files.at(path).path !== undefined)
    .sort()
}

/** The path that the file wants which is shown beside another one. */
function claimedPath(path: string): string {
  return path.replace(/~[0-9a-f]{4}/, '')
}

function treePaths(history: RoomHistory, tree: ObjectId): readonly string[] {
  return diffTrees((id) => history.readTree(id), undefined, tree).map(({ path }) => path)
}
