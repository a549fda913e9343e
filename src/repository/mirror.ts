import { messageOf } from '../lib/error-message.ts'
import { takeAll } from '../lib/take-all.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { WorkTree } from '../contracts/work-tree.ts'
import type { GitRepository } from '../git/repository.ts'
import { changedBetween } from '../git/changed-between.ts'
import type { Room } from '../room/room.ts'
import { Collisions } from './collisions.ts'
import { EditBase } from './edit-base.ts'
import { HeldPaths } from './held-paths.ts'
import { KnownFiles } from './known-files.ts'
import { removeLeftovers } from './leftovers.ts'
import { isSameContent } from './mirror-content.ts'
import type { MirrorLog } from './mirror-log.ts'
import { MirrorReader, type FreshPaths } from './mirror-reader.ts'
import type { Seen } from './mirror-renames.ts'
import { MirrorWriter } from './mirror-writer.ts'
import { Settling } from './settling.ts'
import type { HeadChange, TreeGuard } from './tree-guard.ts'

export interface MirrorOptions {
  readonly room: Room
  readonly git: GitRepository
  readonly tree: WorkTree
  /** Tells when Git itself is at work, so that its doings are not taken for edits. */
  readonly guard: TreeGuard
  readonly log: MirrorLog
  /** A part of the journal was damaged and set aside, and with it what was known of the disk. */
  readonly hasLost: boolean
  /** May a new file at this path be shared, by name? */
  readonly isShared: (path: string) => boolean
  readonly onProblem: (message: string) => void
  readonly onPaused: (reason: string | undefined) => void
}

/** Git came between: it has done soon. */
const againMs = 50
const retryMs = 500
const failedMs = 1000
/** So long a caller waits for Git or an editor to leave the files alone. */
const settledMs = 10_000

/** Keeps the files on disk and those of the room alike, both ways. */
export class Mirror {
  readonly #options: MirrorOptions
  readonly #known: KnownFiles
  readonly #reader: MirrorReader
  readonly #writer: MirrorWriter
  readonly #held: HeldPaths
  readonly #base: EditBase
  readonly #imports = new Set<string>()
  readonly #exports = new Set<string>()
  /** Paths that could not be written yet: their blobs have been asked for, the system refused, or Git ignores and does not track them. */
  readonly #unwritten = new Set<string>()
  readonly #collisions: Collisions
  readonly #settling = new Settling((paths) => this.#lookAt(paths))
  readonly #stops: (() => void)[] = []
  #working: Promise<void> | undefined
  /** Git has been at work: it has to be looked at, whether files have changed or not. */
  #isGitDue = true
  #takingIn: ReadonlySet<string> = new Set()
  #isFailing = false
  #pausedByHand = false
  #pausedBy: string | undefined
  /** Git has put these files back: nothing is mirrored until they are as they were, or somebody says so. */
  #restored: { readonly reason: string; readonly paths: readonly string[] } | undefined
  #retryTimer: NodeJS.Timeout | undefined
  #closed = false

  private constructor(options: MirrorOptions, origin: ObjectId) {
    const { room, git, tree, guard, log, isShared, onProblem } = options
    this.#options = options
    this.#held = new HeldPaths({ git, log, isShared })
    this.#collisions = new Collisions({ isHeld: (path) => this.#held.isHeld(path), onProblem })
    this.#known = new KnownFiles(room, log, origin)
    this.#base = new EditBase({ room, git, guard, known: this.#known })
    this.#reader = new MirrorReader({ room, git, tree, known: this.#known, onProblem })
    this.#writer = new MirrorWriter({ room, git, tree, known: this.#known, onProblem })
  }

  /** Brings disk and room together once, then follows both. `tree` is what is checked out: untouched files are as in it. */
  static async start(options: MirrorOptions, checkedOut: ObjectId): Promise<Mirror> {
    const { room, git, tree, guard, log } = options
    const isFirst = log.origin === undefined
    log.start()
    const untracked = await git.index.untracked()
    removeLeftovers(git.workTree, untracked)
    if (isFirst) log.begin(checkedOut, untracked)
    const mirror = new Mirror(options, log.origin!)
    if (!isFirst) {
      const ours = new Set([...room.files.touchedPaths, ...mirror.#known.paths])
      for (const path of mirror.#held.holdUntracked(untracked, ours)) mirror.#imports.add(path)
    }
    if (options.hasLost) mirror.#base.rewritten([...room.files.touchedPaths, ...mirror.#known.paths])
    mirror.#stops.push(
      room.events.on('changed', ({ paths, origin: by }) => mirror.#roomChanged(paths, by)),
      room.events.on('objects', () => mirror.#tryAgain()),
      tree.onChange((paths) => (paths ? mirror.#diskChanged(paths) : mirror.#inBackground(mirror.scan()))),
      // The room says that it has changed, and so the file gets what was written into its predecessor.
      tree.onDisplaced((write) => mirror.#inBackground(mirror.#reader.takeInDisplaced(write))),
      guard.watch(() => mirror.#gitChanged()),
    )
    await mirror.scan()
    return mirror
  }

  /** Paths that lie here and are not shared until they are added. */
  get held(): readonly string[] {
    return [...this.#held.paths].sort()
  }

  /** Why the work tree stands still; undefined while it is mirrored. */
  get paused(): string | undefined {
    return this.#pausedByHand ? 'paused by hand' : (this.#restored?.reason ?? this.#pausedBy)
  }

  /** Do the files stand still because somebody wants it so? */
  get isStanding(): boolean {
    return this.#pausedByHand || this.#restored !== undefined
  }

  /** May the branch move? Not while the files stand still, or lack what the room has. */
  get isReady(): boolean {
    return !this.isStanding && (this.paused !== undefined || this.#exports.size + this.#settling.size === 0)
  }

  /** The files stand still until `resume`; journal and links go on. */
  pause(): void {
    this.#pausedByHand = true
    this.#options.onPaused(this.paused)
  }

  /** Goes on. What Git has put back meanwhile gives way to the room's texts. */
  async resume(): Promise<void> {
    this.#pausedByHand = false
    this.#base.rewritten(this.#restored?.paths ?? [])
    this.#restored = undefined
    this.#options.onPaused(this.paused)
    await this.scan()
  }

  /** Shares files that were untracked when mirroring began. */
  async add(paths: readonly string[]): Promise<void> {
    this.#held.release(paths)
    for (const path of paths) this.#imports.add(path)
    await this.settled()
  }

  /** Takes in everything that has changed on disk, and writes what has changed in the room. */
  async scan(): Promise<void> {
    const { git, room } = this.#options
    for (const { path } of await git.index.changedFiles()) this.#imports.add(path)
    for (const path of [...room.files.touchedPaths, ...this.#known.paths, ...this.#held.news]) this.#imports.add(path)
    this.#isGitDue = true
    await this.settled()
  }

  /** Resolves when nothing waits any more, or the mirror stands still. */
  async settled(): Promise<void> {
    for (const endMs = Date.now() + settledMs; ;) {
      this.#wake()
      while (this.#working) await this.#working
      if (!this.#hasWork || this.paused !== undefined || this.#isFailing || Date.now() > endMs) break
      await new Promise((resolve) => setTimeout(resolve, againMs))
    }
    await this.#options.room.flush()
  }

  get #hasWork(): boolean {
    const { size } = this.#settling
    return !this.#closed && (this.#imports.size > 0 || this.#exports.size > 0 || this.#isGitDue || size > 0)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    for (const stop of this.#stops) stop()
    await this.#working
    this.#closed = true
    clearTimeout(this.#retryTimer)
    this.#settling.close()
    await this.#options.room.flush().finally(() => this.#options.log.close())
  }

  #diskChanged(paths: readonly string[]): void {
    this.#settling.heard(paths)
    this.#lookAt(paths)
  }

  #lookAt(paths: readonly string[]): void {
    for (const path of paths) this.#imports.add(path)
    this.#wake()
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.#failed(error))
  }

  #tryAgain(): void {
    for (const path of takeAll(this.#unwritten)) this.#exports.add(path)
    this.#wake()
  }

  #gitChanged(): void {
    this.#isGitDue = true
    this.#wake()
  }

  #roomChanged(paths: readonly string[], by: 'local' | 'remote'): void {
    // A file that was taken in where the room has another is shown beside it: at a path that nobody has read.
    for (const path of paths) if (by === 'remote' || !this.#takingIn.has(path)) this.#exports.add(path)
    this.#wake()
  }

  #wake(): void {
    if (this.#closed || this.#working || !(this.#imports.size || this.#exports.size || this.#isGitDue)) return
    this.#working = this.#work().catch((error: unknown) => this.#failed(error))
  }

  #failed(error: unknown): void {
    if (this.#closed) return
    this.#isFailing = true
    this.#options.onProblem(`the work tree: ${messageOf(error)}`)
    this.#retry(failedMs)
  }

  async #work(): Promise<void> {
    const { guard } = this.#options
    try {
      while ((this.#imports.size || this.#exports.size || this.#isGitDue) && !this.#closed) {
        const state = await guard.look()
        if (state.status === 'later') return this.#retry(state.afterMs)
        if (state.status === 'stop') {
          this.#stop(state.reason)
          return this.#retry(failedMs)
        }
        this.#stop(undefined)
        if (state.change) {
          await this.#headMoved(state.change)
          continue
        }
        this.#isGitDue = false
        if (this.#pausedByHand || (this.#restored && !(await this.#isAsBefore()))) return
        if (guard.isIndexChanged) await this.#releaseTracked()
        if (this.#imports.size && !(await this.#import())) return this.#retry(againMs)
        if (this.#exports.size && !(await this.#export())) return this.#retry(againMs)
        this.#isFailing = false
      }
    } finally {
      // With the last look at what waits: what came before the promise is settled would wake nobody.
      this.#working = undefined
    }
  }

  /** What lies there was nobody's edit of what HEAD has, but a file of its own. */
  async #releaseTracked(): Promise<void> {
    this.#tryAgain()
    for (const path of await this.#held.releaseTracked()) {
      this.#base.takenIn(path)
      this.#imports.add(path)
    }
  }

  #retry(afterMs: number): void {
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => {
      this.#isGitDue = true
      for (const path of this.#reader.unreadable) this.#imports.add(path)
      this.#tryAgain()
    }, afterMs)
    this.#retryTimer.unref()
  }

  #stop(reason: string | undefined): void {
    if (this.#pausedBy === reason) return
    this.#pausedBy = reason
    this.#options.onPaused(this.paused)
  }

  /** A commit takes what is on disk, so that is taken in first: the commit is made of it. All else may have written files. */
  async #headMoved(change: HeadChange): Promise<void> {
    const { guard, log } = this.#options
    const paths = this.#pathsBetween(change).filter((path) => !this.#held.isHeld(path))
    if (change.kind === 'commit' && !this.isStanding) {
      for (const path of paths) this.#imports.add(path)
      if (!(await this.#importFor(change))) return
    } else {
      this.#base.rewritten(paths)
      for (const path of paths) this.#imports.add(path)
    }
    await guard.take(change)
    log.setHead(change.to)
    if (change.kind === 'back') this.#standStill('Git has gone back to an earlier commit', paths)
    else if (change.kind === 'other' && this.#restored) {
      this.#base.rewritten(this.#restored.paths)
      this.#restored = undefined
      this.#options.onPaused(this.paused)
    }
  }

  #pathsBetween({ from, to }: HeadChange): readonly string[] {
    const { objects } = this.#options.git
    return from && objects.has(from) ? changedBetween(objects, from, to) : []
  }

  #standStill(reason: string, paths: readonly string[]): void {
    this.#restored = { reason, paths }
    this.#options.onPaused(this.paused)
  }

  /** Are the files that Git had put back as they were before (`git stash pop`)? Then everything goes on. */
  async #isAsBefore(): Promise<boolean> {
    const seen = await this.#reader.look(this.#restored!.paths, (path, disk) => this.#known.at(path, disk))
    if (!seen.every(({ disk, known }) => isSameContent(disk, known))) return false
    this.#options.guard.acceptIndex()
    this.#restored = undefined
    this.#options.onPaused(this.paused)
    return true
  }

  /** Takes in what waits. False where Git came between: nothing was done. */
  async #import(): Promise<boolean> {
    const paths = [...new Set([...takeAll(this.#imports), ...this.#settling.paths])]
    let isDone = false
    try {
      const seen = this.#settling.sift(await this.#look(paths), (one) => this.#base.isWhole(one))
      const fresh = await this.#prepare(seen)
      if (!this.#options.guard.isStill()) return false
      isDone = true
      const restored = this.#base.restoredIn(seen)
      if (restored) this.#standStill('Git has put files back to the last commit', restored)
      else this.#takeIn(seen, fresh)
      if (this.#reader.unreadable.size) this.#retry(failedMs)
      return true
    } finally {
      if (!isDone) for (const path of paths) this.#imports.add(path)
    }
  }

  /** For a commit that was made: what is on disk is taken in, though HEAD has moved. False where Git went on meanwhile. */
  async #importFor({ to }: HeadChange): Promise<boolean> {
    const paths = takeAll(this.#imports)
    const seen = await this.#look(paths)
    const fresh = await this.#prepare(seen)
    const isStill = this.#options.guard.isStillAt(to)
    if (isStill) this.#takeIn(seen, fresh)
    else for (const path of paths) this.#imports.add(path)
    return isStill
  }

  #look(paths: readonly string[]): Promise<readonly Seen[]> {
    return this.#reader.look(paths, (...seen) => this.#base.at(...seen))
  }

  #takeIn(seen: readonly Seen[], fresh: FreshPaths): void {
    this.#takingIn = new Set(seen.map(({ path }) => path))
    try {
      for (const path of this.#reader.takeIn(seen, fresh)) this.#exports.add(path)
    } finally {
      this.#takingIn = new Set()
    }
    for (const { path } of seen) this.#base.takenIn(path)
    for (const path of this.#held.inTheWay(seen, (path) => this.#options.room.files.at(path).path !== undefined))
      this.#collisions.again(path)
    if (seen.some(({ path }) => path.endsWith('.gitignore'))) this.#tryAgain()
    this.#held.looked(seen, (path) => this.#known.at(path, undefined) !== undefined)
  }

  /** What has to be waited for before it is taken in: blobs stored, new files judged. */
  async #prepare(seen: readonly Seen[]): Promise<FreshPaths> {
    await this.#reader.store(seen)
    return this.#held.fresh(seen)
  }

  async #export(): Promise<boolean> {
    // What is being changed on disk is written when that has been taken in.
    const paths = takeAll(this.#exports).filter((path) => !this.#settling.has(path))
    let isDone = false
    try {
      const left = await this.#writer.write(paths, () => this.#options.guard.isStill())
      const { lacking, newer, refused, ignored, between } = left
      isDone = true
      for (const path of paths) if (!newer.includes(path)) this.#collisions.over(path)
      for (const path of between) this.#exports.add(path)
      for (const path of newer) if (this.#collisions.again(path)) this.#imports.add(path)
      for (const path of [...lacking, ...refused, ...ignored]) this.#unwritten.add(path)
      if (lacking.length || refused.length) this.#retry(lacking.length ? retryMs : failedMs)
      return between.length === 0
    } finally {
      if (!isDone) for (const path of paths) this.#exports.add(path)
    }
  }
}
