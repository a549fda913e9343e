import { readStoredCommit } from '../git/stored-objects.ts'
import type { GitRepository } from '../git/repository.ts'
import type { Room } from '../room/room.ts'
import { nearest, type KnownFiles } from './known-files.ts'
import { contentOfValue, isSameContent, type MirrorContent } from './mirror-content.ts'
import type { Seen } from './mirror-renames.ts'
import type { TreeGuard } from './tree-guard.ts'

export interface EditBaseOptions {
  readonly room: Room
  readonly git: GitRepository
  readonly guard: TreeGuard
  readonly known: KnownFiles
}

/** What is on disk is an edit of something: of what we last knew there or, where Git may have written, of what HEAD has. */
export class EditBase {
  readonly #options: EditBaseOptions
  /** Paths that Git may have written when it moved HEAD or put files back. */
  readonly #rewritten = new Set<string>()

  /** What is put back, and is not taken for an edit: as it was seen, and as it was taken in. */
  readonly #seenBack = new Map<string, MirrorContent>()
  readonly #putBack = new Map<string, MirrorContent>()
  /** What waits to be taken in, as it was seen when no other program had written the index. */
  readonly #seenWaiting = new Map<string, MirrorContent | undefined>()

  constructor(options: EditBaseOptions) {
    this.#options = options
  }

  rewritten(paths: Iterable<string>): void {
    for (const path of paths) this.#rewritten.add(path)
  }

  takenIn(path: string): void {
    this.#rewritten.delete(path)
    this.#seenWaiting.delete(path)
    const back = this.#seenBack.get(path)
    if (back) this.#putBack.set(path, back)
    this.#seenBack.delete(path)
  }

  /** `overtaken`: what has lain there, and may have been read by whoever has written what is on disk now. */
  at(path: string, disk: MirrorContent | undefined, overtaken: readonly MirrorContent[]): MirrorContent | undefined {
    const { known, room } = this.#options
    const before = known.at(path, disk)
    if (!this.#rewritten.has(path)) return this.#nearestRead(path, disk, [before, ...overtaken])
    const head = this.#isHeadInRoom(path) ? [this.#headAt(path)] : []
    return nearest([...head, before, contentOfValue(room.files.at(path))], disk)
  }

  /**
   * Words of others that nobody has read are not deleted by a save in which they lack. But what is put back a second time is meant, and so is what
   * Git puts back: it reads nothing either.
   */
  #nearestRead(
    path: string,
    disk: MirrorContent | undefined,
    candidates: readonly (MirrorContent | undefined)[],
  ): MirrorContent | undefined {
    const [known] = candidates
    if (candidates.length === 1 || !disk || !known || this.#options.guard.isIndexChanged) return known
    const base = nearest(candidates, disk)
    if (base === known || !isSameContent(base, disk)) return base
    if (isSameContent(this.#putBack.get(path), disk)) return known
    this.#seenBack.set(path, disk)
    return base
  }

  /** Is what may have been written in part the whole that Git has put back? If not, it waits to be taken in. */
  isWhole(one: Seen): boolean {
    if (!this.#options.guard.isIndexChanged) this.#seenWaiting.set(one.path, one.disk)
    return this.isRestored(one)
  }

  /**
   * Has it become what HEAD has while another program wrote the index? What the room has not is no way back: it has still to be typed. Nor is what lay there
   * before: programs look at files, and write the index, all the time.
   */
  isRestored({ path, disk }: Seen): boolean {
    if (!this.#options.guard.isIndexChanged) return false
    if (this.#seenWaiting.has(path) && isSameContent(this.#seenWaiting.get(path), disk)) return false
    return isSameContent(disk, this.#headAt(path)) && this.#isHeadInRoom(path)
  }

  /**
   * The index was written by another program, and every file that has changed has become what HEAD has: that was `git stash`,
   * `git reset --hard` or `git checkout -- PATH`, and no edit.
   */
  restoredIn(seen: readonly Seen[]): readonly string[] | undefined {
    const changed = seen.filter(({ disk, known }) => !isSameContent(disk, known))
    const isWayBack = changed.some(({ disk }) => disk) && changed.every((one) => this.isRestored(one))
    this.#options.guard.acceptIndex()
    return isWayBack ? changed.map(({ path }) => path) : undefined
  }

  #headAt(path: string): MirrorContent | undefined {
    const { room, git, guard } = this.#options
    if (!guard.head) return undefined
    const { tree } = readStoredCommit(git.objects, guard.head)
    return contentOfValue(room.engines.history.valueInTree(tree, path))
  }

  /** Is what HEAD has at a path in the room's text? Not where it was committed in part. */
  #isHeadInRoom(path: string): boolean {
    const { room, guard } = this.#options
    const anchor = guard.head && room.commits.anchor(guard.head)
    if (!anchor) return false
    const layout = room.engines.history.layoutOf(anchor)
    const file = layout.fileAt(path)
    return isSameContent(file && contentOfValue(layout.valueOf(file)), this.#headAt(path))
  }
}
