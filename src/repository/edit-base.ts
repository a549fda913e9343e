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

  constructor(options: EditBaseOptions) {
    this.#options = options
  }

  rewritten(paths: Iterable<string>): void {
    for (const path of paths) this.#rewritten.add(path)
  }

  takenIn(path: string): void {
    this.#rewritten.delete(path)
  }

  at(path: string, disk: MirrorContent | undefined): MirrorContent | undefined {
    const { known, room } = this.#options
    const before = known.at(path, disk)
    if (!this.#rewritten.has(path)) return before
    const head = this.#isHeadInRoom(path) ? [this.#headAt(path)] : []
    return nearest([...head, before, contentOfValue(room.files.at(path))], disk)
  }

  /** Has it become what HEAD has while another program wrote the index? What the room has not is no way back: it has still to be typed. */
  isRestored({ path, disk }: Seen): boolean {
    return this.#options.guard.isIndexChanged && isSameContent(disk, this.#headAt(path)) && this.#isHeadInRoom(path)
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
