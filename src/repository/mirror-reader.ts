import type { DisplacedWrite, WorkTree, WorkTreeFile } from '../contracts/work-tree.ts'
import { isSafePath } from '../document/paths.ts'
import type { GitRepository } from '../git/repository.ts'
import { objectId } from '../objects/object-id.ts'
import { contentOf, type WrittenMark } from '../room/room-files.ts'
import type { Room } from '../room/room.ts'
import type { KnownFiles } from './known-files.ts'
import { contentOfFile, contentOfValue, isSameBytes, isSameContent, type MirrorContent } from './mirror-content.ts'
import { RefusedFiles } from './refused-files.ts'
import { renamesIn, type Seen } from './mirror-renames.ts'

export interface MirrorReaderOptions {
  readonly room: Room
  readonly git: GitRepository
  readonly tree: WorkTree
  readonly known: KnownFiles
  readonly onProblem: (message: string) => void
}

/** Which new files may be shared, and which may only be the other end of a rename. */
export interface FreshPaths {
  readonly shared: ReadonlySet<string>
  readonly renamed: ReadonlySet<string>
}

const readsAtOnce = 64

/** Reads files and turns what is new in them into operations of the room. */
export class MirrorReader {
  readonly #options: MirrorReaderOptions
  readonly #tooLarge = new Set<string>()
  readonly #refused: RefusedFiles

  constructor(options: MirrorReaderOptions) {
    this.#options = options
    this.#refused = new RefusedFiles('cannot be read', options.onProblem)
  }

  /** Paths at which the system refused the last look: nobody tells when that has ended. */
  get unreadable(): ReadonlySet<string> {
    return this.#refused.paths
  }

  /** What lies at these paths, where it can be read. `baseOf` tells what it is compared with, and gets what else its writer may have read. */
  async look(
    paths: readonly string[],
    baseOf: (
      path: string,
      disk: MirrorContent | undefined,
      overtaken: readonly MirrorContent[],
    ) => MirrorContent | undefined,
  ): Promise<readonly Seen[]> {
    const { tree } = this.#options
    const seen: Seen[] = []
    const safe = paths.filter((path) => isSafePath(path))
    for (let at = 0; at < safe.length; at += readsAtOnce) {
      const part = safe.slice(at, at + readsAtOnce)
      const files = await Promise.all(part.map((path) => this.#refused.attempt(path, () => tree.read(path))))
      for (const [i, file] of files.entries()) {
        const path = part[i]!
        if (file === 'refused') continue
        const disk = file && this.#contentOf(file)
        if (this.#isTooLarge(path, disk)) continue
        const overtaken = (file?.overtaken ?? [])
          .map((content) => this.#contentOf({ ...file!, content }))
          .filter((content) => content !== 'too large')
        seen.push({ path, disk, known: baseOf(path, disk, overtaken), restedMs: file?.restedMs })
      }
    }
    return seen
  }

  /** What is too large to be shared may have been committed all the same: then the room names its blob. */
  #contentOf(file: WorkTreeFile): MirrorContent | 'too large' {
    const { crypto, format } = this.#options.git
    const content = contentOfFile(crypto, format, file)
    const room = content === 'too large' ? this.#roomAt(file.path) : undefined
    if (content !== 'too large' || room?.blob === undefined) return content
    const blob = objectId(crypto, format, { type: 'blob', content: file.content })
    return blob === room.blob ? { mode: file.mode, text: undefined, blob } : content
  }

  #isTooLarge(path: string, disk: MirrorContent | 'too large' | undefined): disk is 'too large' {
    if (disk !== 'too large') {
      this.#tooLarge.delete(path)
      return false
    }
    if (!this.#tooLarge.has(path)) this.#options.onProblem(`${path} is too large to be shared`)
    this.#tooLarge.add(path)
    return true
  }

  /** Blobs of what is no text: they have to be stored before an operation names them. */
  async store(seen: readonly Seen[]): Promise<void> {
    const { git, tree } = this.#options
    for (const { path, disk, known } of seen) {
      if (disk?.blob === undefined || isSameContent(disk, known) || git.objects.has(disk.blob)) continue
      const file = await tree.read(path)
      if (file) await git.objects.write([{ type: 'blob', content: file.content }])
    }
  }

  /** Takes in what was seen; answers at which paths the room shows something else now. Nothing waits, so nothing comes between. */
  takeIn(seen: readonly Seen[], { shared, renamed }: FreshPaths): readonly string[] {
    const { known } = this.#options
    const moved = new Map<string, MirrorContent | undefined>()
    const come = new Set([...shared, ...renamed])
    for (const [from, to] of renamesIn(seen, come, (path) => known.pathNow(path) !== undefined)) {
      const now = known.pathNow(from.path)!
      if (now !== to.path) this.#options.room.files.move(now, to.path)
      known.read(from.path, undefined, this.#options.room.files.mark())
      moved.set(from.path, undefined).set(to.path, from.known)
    }
    /** With how far the own feed was written then: a kill may take back what came after. */
    const taken: (Seen & { readonly mark: WrittenMark })[] = []
    this.#options.room.files.batch(() => {
      for (const one of seen) {
        const base = moved.has(one.path) ? moved.get(one.path) : one.known
        // It has changed between reading and storing: then it is told again.
        if (!isSameContent(one.disk, base) && !this.#isStored(one.disk)) continue
        if (this.#takeInOne({ ...one, known: base }, shared.has(one.path)))
          taken.push({ ...one, mark: this.#options.room.files.mark() })
      }
    })
    for (const { path, disk, mark } of taken) known.read(path, disk, mark)
    return taken.filter(({ path, disk }) => !isSameContent(this.#roomAt(path), disk)).map(({ path }) => path)
  }

  /** Takes in what a program wrote into a file after it was replaced: as an edit of what it had been. */
  async takeInDisplaced({ path, mode, before, after }: DisplacedWrite): Promise<void> {
    const { git, room } = this.#options
    const content = (bytes: Uint8Array) => contentOfFile(git.crypto, git.format, { path, mode, content: bytes })
    const [base, disk] = [content(before), content(after)]
    if (this.#isTooLarge(path, disk) || base === 'too large' || isSameContent(disk, base)) return
    if (disk?.blob !== undefined) await git.objects.write([{ type: 'blob', content: after }])
    const current = this.#roomAt(path)
    if (current) this.#change(path, disk, base, current)
    else room.files.createUnseen(path, contentOf(disk), mode)
  }

  /** False where the path is none of ours. */
  #takeInOne({ path, disk, known }: Seen, isShared: boolean): boolean {
    const { files } = this.#options.room
    const room = this.#roomAt(path)
    if (isSameContent(disk, known)) return disk !== undefined || room !== undefined
    if (!disk) {
      // What somebody has typed that was not on disk yet is no part of what was deleted: the file comes back with it.
      if (room && isSameContent(room, known)) files.remove(path)
    } else if (room && known) this.#change(path, disk, known, room)
    else if (known || isShared) {
      if (!isSameContent(disk, room)) files.createUnseen(path, contentOf(disk), disk.mode)
    } else return isSameContent(disk, room)
    return true
  }

  #change(path: string, disk: MirrorContent, base: MirrorContent, room: MirrorContent): void {
    const { files } = this.#options.room
    if (disk.text !== undefined && room.text !== undefined && base.text !== undefined) {
      if (disk.text !== base.text) files.write(path, disk.text, base.text, this.#options.known.stateAt(path))
    } else if (!isSameBytes(disk, base)) files.setContent(path, contentOf(disk))
    if (disk.mode !== base.mode && disk.mode !== room.mode) files.setMode(path, disk.mode)
  }

  #isStored(content: MirrorContent | undefined): boolean {
    return content?.blob === undefined || this.#options.git.objects.has(content.blob)
  }

  #roomAt(path: string): MirrorContent | undefined {
    return contentOfValue(this.#options.room.files.at(path))
  }
}
