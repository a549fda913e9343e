import { messageOf } from '../lib/error-message.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { WorkTree } from '../contracts/work-tree.ts'
import { scriptCost } from '../history/virtual-author.ts'
import { diffText } from '../document/text-diff.ts'
import { isSafePath } from '../document/paths.ts'
import type { GitRepository } from '../git/repository.ts'
import { utf8 } from '../lib/bytes.ts'
import type { Room } from '../room/room.ts'
import { contentOfFile, contentOfValue, isSameBytes, isSameContent, type MirrorContent } from './mirror-content.ts'
import { renamesIn, type Seen } from './mirror-renames.ts'
import { readMirrorState, writeMirrorState, type MirroredFile } from './mirror-state.ts'
import type { TreeGuard } from './tree-guard.ts'

export interface MirrorOptions {
  readonly room: Room
  readonly git: GitRepository
  readonly tree: WorkTree
  /** Tells when Git itself is at work, so that its doings are not taken for edits. */
  readonly guard: TreeGuard
  readonly statePath: string
  /** May a new file at this path be shared, by name? */
  readonly isShared: (path: string) => boolean
  readonly onProblem: (message: string) => void
  readonly onPaused: (reason: string | undefined) => void
}

/** Time for the other half of a rename, or of an editor's save in two steps. */
const settleMs = 60
const saveMs = 500
const readsAtOnce = 64

/** Keeps the files on disk and those of the room alike, both ways. */
export class Mirror {
  readonly #options: MirrorOptions
  /** What each path holds on disk as far as is known; paths that are not in it hold what the origin tree has. */
  readonly #known = new Map<string, MirrorContent | undefined>()
  readonly #mirrored = new Map<string, MirroredFile | undefined>()
  readonly #held = new Set<string>()
  readonly #imports = new Set<string>()
  readonly #exports = new Set<string>()
  readonly #tooLarge = new Set<string>()
  readonly #stops: (() => void)[] = []
  #origin: ObjectId
  #working: Promise<void> | undefined
  #importing = false
  #pausedByHand = false
  #pausedBy: string | undefined
  /** Git has put files back: until it is told to go on, nothing is mirrored. */
  #restored: string | undefined
  #saveTimer: NodeJS.Timeout | undefined
  #saving: Promise<void> = Promise.resolve()
  #retryTimer: NodeJS.Timeout | undefined
  #closed = false

  private constructor(options: MirrorOptions, origin: ObjectId) {
    this.#options = options
    this.#origin = origin
  }

  /** Brings disk and room together once, then follows both. */
  static async start(options: MirrorOptions, origin: ObjectId): Promise<Mirror> {
    const mirror = new Mirror(options, origin)
    await mirror.#load()
    const { room, tree } = options
    mirror.#stops.push(
      room.events.on('changed', ({ paths, origin: by }) => mirror.#roomChanged(paths, by)),
      room.events.on('objects', () => mirror.#wake()),
      tree.onChange((paths) => (paths ? mirror.#diskChanged(paths) : undefined)),
    )
    await mirror.scan()
    return mirror
  }

  /** Why the work tree stands still; undefined while it is mirrored. */
  get paused(): string | undefined {
    return this.#pausedByHand ? 'paused by hand' : (this.#restored ?? this.#pausedBy)
  }

  /** The files stand still until `resume`; journal and links go on. */
  pause(): void {
    this.#pausedByHand = true
    this.#options.onPaused(this.paused)
  }

  /** Goes on. What Git has put back meanwhile gives way to the room's texts. */
  async resume(): Promise<void> {
    this.#pausedByHand = false
    this.#restored = undefined
    this.#options.guard.accept()
    this.#options.onPaused(undefined)
    await this.scan()
  }

  /** Shares a file that was untracked when mirroring began. */
  async add(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      this.#held.delete(path)
      this.#imports.add(path)
    }
    await this.#settled()
  }

  /** Takes in everything that has changed on disk, and writes what has changed in the room. */
  async scan(): Promise<void> {
    const { git, room } = this.#options
    for (const { path } of await git.index.changedFiles()) this.#imports.add(path)
    for (const path of [...room.files.touchedPaths, ...this.#known.keys(), ...this.#mirrored.keys()])
      this.#imports.add(path)
    await this.#settled()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    for (const stop of this.#stops) stop()
    await this.#working
    this.#closed = true
    clearTimeout(this.#saveTimer)
    clearTimeout(this.#retryTimer)
    await this.#save()
  }

  async #load(): Promise<void> {
    const state = await readMirrorState(this.#options.statePath)
    if (!state) {
      for (const path of await this.#options.git.index.untracked()) this.#held.add(path)
      return
    }
    this.#origin = state.origin
    for (const path of state.held) this.#held.add(path)
    for (const [path, mirrored] of state.files) this.#mirrored.set(path, mirrored)
  }

  /** Resolves when nothing waits any more, or the mirror is paused. */
  async #settled(): Promise<void> {
    this.#wake()
    while (this.#working) await this.#working
    await this.#options.room.flush()
  }

  #diskChanged(paths: readonly string[]): void {
    for (const path of paths) this.#imports.add(path)
    this.#wake()
  }

  #roomChanged(paths: readonly string[], by: 'local' | 'remote'): void {
    if (by === 'local' && this.#importing) return
    for (const path of paths) this.#exports.add(path)
    this.#wake()
  }

  #wake(): void {
    if (this.#closed || this.#working) return
    if (!this.#imports.size && !this.#exports.size) return
    this.#working = this.#work()
      .catch((error: unknown) => this.#options.onProblem(`the work tree: ${messageOf(error)}`))
      .finally(() => (this.#working = undefined))
  }

  async #work(): Promise<void> {
    while ((this.#imports.size || this.#exports.size) && !this.#closed) {
      const state = await this.#options.guard.look()
      if (state.status === 'later') {
        this.#retry(state.afterMs)
        return
      }
      if (this.#restored !== undefined) return
      if (state.status === 'stop' || this.#pausedByHand) {
        this.#stop(state.status === 'stop' ? state.reason : undefined)
        if (state.status === 'stop') this.#retry(1000)
        return
      }
      if (this.#pausedBy !== undefined) this.#stop(undefined)
      if (this.#imports.size) await this.#import(take(this.#imports))
      if (this.#exports.size) await this.#export(take(this.#exports))
    }
  }

  #retry(afterMs: number): void {
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.#wake(), afterMs)
    this.#retryTimer.unref()
  }

  #stop(reason: string | undefined): void {
    if (this.#pausedBy === reason) return
    this.#pausedBy = reason
    this.#options.onPaused(this.paused)
  }

  /** What is known to lie at a path. */
  #knownAt(path: string): MirrorContent | undefined {
    if (this.#known.has(path)) return this.#known.get(path)
    const { history } = this.#options.room.engines
    return contentOfValue(history.valueInTree(this.#origin, path))
  }

  /** A first look after a start: which of the states that may lie on disk is closest to what does. */
  #rememberedAt(path: string, disk: MirrorContent | undefined): MirrorContent | undefined {
    if (!this.#mirrored.has(path) || this.#known.has(path)) return this.#knownAt(path)
    const mirrored = this.#mirrored.get(path)
    const { history } = this.#options.room.engines
    if (!mirrored || !history.hasLog(mirrored.file) || !history.log(mirrored.file).hasState(mirrored.state))
      return mirrored ? this.#roomAt(path) : undefined
    const value = history.evaluator.valueAt(mirrored.file, mirrored.state)
    const candidates = [contentOfValue(value), this.#roomAt(path)]
    if (disk?.text === undefined) return candidates[0]
    const cost = (content: MirrorContent | undefined) =>
      content?.text === undefined
        ? Number.POSITIVE_INFINITY
        : scriptCost({ changes: diffText(content.text, disk.text!), own: undefined })
    return candidates.sort((a, b) => cost(a) - cost(b))[0]
  }

  #roomAt(path: string): MirrorContent | undefined {
    return contentOfValue(this.#options.room.files.at(path))
  }

  async #import(paths: readonly string[]): Promise<void> {
    let seen = await this.#look(paths)
    const isUnsettled = seen.some(({ disk, known }) => (disk === undefined) !== (known === undefined))
    if (isUnsettled) {
      await new Promise((resolve) => setTimeout(resolve, settleMs))
      seen = await this.#look([...new Set([...paths, ...take(this.#imports)])])
    }
    const restored = await this.#options.guard.restored(seen)
    if (restored) {
      for (const { path, disk } of seen) this.#known.set(path, disk)
      for (const { path } of seen) this.#exports.add(path)
      this.#restored = restored
      this.#options.onPaused(restored)
      return
    }
    const fresh = await this.#shareable(seen.filter((s) => s.disk && !s.known && !this.#roomAt(s.path)))
    this.#importing = true
    try {
      for (const [from, to] of renamesIn(seen, fresh, (path) => this.#roomAt(path) !== undefined)) this.#move(from, to)
      for (const one of seen) await this.#importOne(one, fresh.has(one.path))
    } finally {
      this.#importing = false
    }
    this.#scheduleSave()
  }

  async #look(paths: readonly string[]): Promise<readonly Seen[]> {
    const { tree, git, onProblem } = this.#options
    const seen: Seen[] = []
    for (let at = 0; at < paths.length; at += readsAtOnce) {
      const part = paths.slice(at, at + readsAtOnce).filter((path) => isSafePath(path))
      const files = await Promise.all(part.map((path) => tree.read(path)))
      for (const [i, file] of files.entries()) {
        const path = part[i]!
        const disk = file && contentOfFile(git.crypto, git.format, file)
        if (disk === 'too large') {
          if (!this.#tooLarge.has(path)) onProblem(`${path} is too large to be shared`)
          this.#tooLarge.add(path)
          continue
        }
        this.#tooLarge.delete(path)
        seen.push({ path, disk, known: this.#rememberedAt(path, disk) })
      }
    }
    return seen
  }

  /** New files that may be shared: not held back, not ignored, not secret by name. */
  async #shareable(seen: readonly Seen[]): Promise<ReadonlySet<string>> {
    const { git, isShared } = this.#options
    const paths = seen.map(({ path }) => path).filter((path) => !this.#held.has(path) && isShared(path))
    const ignored = await git.index.ignored(paths)
    return new Set(paths.filter((path) => !ignored.has(path)))
  }

  #move(from: Seen, to: Seen): void {
    const { files } = this.#options.room
    files.move(from.path, to.path)
    this.#known.set(from.path, undefined)
    this.#known.set(to.path, from.known)
  }

  async #importOne({ path, disk, known: before }: Seen, isFresh: boolean): Promise<void> {
    const known = this.#known.has(path) ? this.#known.get(path) : before
    const room = this.#roomAt(path)
    if (isSameContent(disk, known)) {
      if (this.#known.has(path) || !isSameContent(known, this.#knownAt(path))) this.#known.set(path, disk)
    } else if (!disk) {
      if (room) this.#options.room.files.remove(path)
    } else if (room) await this.#change(path, disk, known ?? room)
    else if (known || isFresh) await this.#create(path, disk)
    else return
    if (!isSameContent(disk, known)) this.#known.set(path, disk)
    if (!isSameContent(this.#roomAt(path), disk)) this.#exports.add(path)
    this.#remember(path)
  }

  async #create(path: string, disk: MirrorContent): Promise<void> {
    const content = disk.text === undefined ? { blob: await this.#store(path, disk) } : { text: disk.text }
    if (this.#roomAt(path)) return
    this.#options.room.files.create(path, content, disk.mode)
  }

  async #change(path: string, disk: MirrorContent, base: MirrorContent): Promise<void> {
    const { files } = this.#options.room
    const blob = disk.text === undefined ? await this.#store(path, disk) : undefined
    const room = this.#roomAt(path)
    if (!room) return
    if (disk.text !== undefined && room.text !== undefined && base.text !== undefined) {
      if (disk.text !== base.text) files.write(path, disk.text, base.text)
    } else if (!isSameBytes(disk, base)) files.setContent(path, blob ? { blob } : { text: disk.text! })
    if (disk.mode !== base.mode && disk.mode !== room.mode) files.setMode(path, disk.mode)
  }

  async #store(path: string, disk: MirrorContent): Promise<ObjectId> {
    const { git, tree } = this.#options
    if (!git.objects.has(disk.blob!)) {
      const file = await tree.read(path)
      if (file) await git.objects.write([{ type: 'blob', content: file.content }])
    }
    return disk.blob!
  }

  async #export(paths: readonly string[]): Promise<void> {
    for (const path of paths) await this.#exportOne(path)
    this.#scheduleSave()
  }

  async #exportOne(path: string): Promise<void> {
    const { tree, room, git } = this.#options
    const known = this.#knownAt(path)
    const next = this.#roomAt(path)
    if (isSameContent(known, next)) {
      this.#remember(path)
      return
    }
    const bytes = next && this.#bytesOf(next)
    if (next && !bytes) {
      room.fetch([next.blob!])
      this.#exports.add(path)
      await new Promise((resolve) => setTimeout(resolve, settleMs))
      if (!git.objects.has(next.blob!)) this.#retry(saveMs)
      return
    }
    const expect = known && this.#bytesOf(known)
    if (!(await tree.write(path, expect, next && { mode: next.mode, content: bytes! }))) {
      this.#imports.add(path)
      if (this.#held.has(path)) this.#options.onProblem(`${path} is in the room, and another file lies there`)
      return
    }
    this.#known.set(path, next)
    this.#remember(path)
  }

  #bytesOf({ text, blob }: MirrorContent): Uint8Array | undefined {
    return text === undefined ? this.#options.git.objects.read(blob!)?.content : utf8(text)
  }

  /** The state that lies on disk now, for the next start. */
  #remember(path: string): void {
    const captured = this.#options.room.files.capture(path)
    const isMirrored = captured && isSameContent(contentOfValue(captured.value), this.#knownAt(path))
    if (isMirrored) this.#mirrored.set(path, { file: captured.file, state: captured.state })
    else if (!captured && this.#known.get(path) === undefined) this.#mirrored.set(path, undefined)
  }

  #scheduleSave(): void {
    if (this.#saveTimer || this.#closed) return
    this.#saveTimer = setTimeout(() => {
      this.#saveTimer = undefined
      this.#save().catch((error: unknown) => this.#options.onProblem(String(error)))
    }, saveMs)
    this.#saveTimer.unref()
  }

  /** States are remembered only when their operations are durable; on a slow disk one save may last until the next is due. */
  #save(): Promise<void> {
    const saved = this.#saving.then(() => this.#saveNow())
    this.#saving = saved.catch(() => undefined)
    return saved
  }

  async #saveNow(): Promise<void> {
    const files = new Map(this.#mirrored)
    await this.#options.room.flush()
    await writeMirrorState(this.#options.statePath, { origin: this.#origin, held: [...this.#held], files })
  }
}

function take(set: Set<string>): readonly string[] {
  const items = [...set]
  set.clear()
  return items
}
