import { existsSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import { readHead } from '../git/head.ts'
import { headMovesBetween } from '../git/head-log.ts'
import { unfinishedOperation } from '../git/probe.ts'
import { isAncestor } from '../git/ancestry.ts'
import type { GitRepository } from '../git/repository.ts'
import type { Room } from '../room/room.ts'

export interface TreeGuardOptions {
  readonly git: GitRepository
  readonly room: Room
  /** The room's branch, by its full name. */
  readonly branch: string
  /** Where HEAD was when it was last looked at, in an earlier run; undefined where there was none. */
  readonly head: ObjectId | undefined
  /** HEAD has moved, by whatever program. Resolves when the commit has a state, or has to wait. */
  readonly onHead: (commit: ObjectId) => Promise<void>
}

/** HEAD is at another commit than at the last look. */
export interface HeadChange {
  readonly from: ObjectId | undefined
  readonly to: ObjectId
  /** `commit`: commits of what is on disk, so no file has changed by it. `back`: to an ancestor. `other`: files may have changed. */
  readonly kind: 'commit' | 'back' | 'other'
}

/** May files be mirrored now? */
export type GuardState =
  | { readonly status: 'go'; readonly change?: HeadChange }
  | { readonly status: 'later'; readonly afterMs: number }
  | { readonly status: 'stop'; readonly reason: string }

/** Git renews files first, then the index, then HEAD: after a change of the index it is waited for as long. */
const indexQuietMs = 150
const lockedMs = 50
/** What Git writes beside HEAD and index does not matter. */
const watchedNames = /^(?:HEAD|index|[A-Z_]+_HEAD|rebase-(?:merge|apply))(?:\.lock)?$/

/** Recognises the doings of Git in the work tree, which are no edits: checkouts, pulls, stashes, rebases. */
export class TreeGuard {
  readonly #options: TreeGuardOptions
  #head: ObjectId | undefined
  #ownIndexTimeMs = 0
  /** The index as it was when files were last compared. */
  #comparedIndexTimeMs: number
  #seenIndexTimeMs = 0

  constructor(options: TreeGuardOptions) {
    this.#options = options
    this.#head = options.head
    this.#comparedIndexTimeMs = this.#readIndexTimeMs()
  }

  /** The commit at which HEAD was when it was last taken in. */
  get head(): ObjectId | undefined {
    return this.#head
  }

  /** Calls when Git has been at work; returns the way to stop. */
  watch(onGit: () => void): () => void {
    const watcher = watch(this.#options.git.gitDir, { persistent: false }, (_, name) => {
      if (name === null || watchedNames.test(name)) onGit()
    })
    watcher.on('error', () => undefined)
    return () => watcher.close()
  }

  async look(): Promise<GuardState> {
    const { git, branch, room } = this.#options
    if (this.#isLocked()) return { status: 'later', afterMs: lockedMs }
    const operation = unfinishedOperation(git.gitDir)
    if (operation) return { status: 'stop', reason: `Git is in the middle of ${operation}` }
    const head = readHead(git.gitDir, git.refs)
    if (head.branch !== branch)
      return { status: 'stop', reason: `${head.branch?.replace('refs/heads/', '') ?? 'no branch'} is checked out` }
    this.#seenIndexTimeMs = this.#readIndexTimeMs()
    const quietMs = Date.now() - this.#seenIndexTimeMs
    if (quietMs < indexQuietMs && quietMs >= 0 && this.#seenIndexTimeMs !== this.#ownIndexTimeMs)
      return { status: 'later', afterMs: indexQuietMs - quietMs + 1 }
    if (head.commit && head.commit !== this.#head)
      return { status: 'go', change: { from: this.#head, to: head.commit, kind: await this.#kindOf(head.commit) } }
    const isWaiting = head.commit !== undefined && !room.commits.isNamed(head.commit)
    return isWaiting
      ? { status: 'stop', reason: 'the commit that is checked out waits for its author' }
      : { status: 'go' }
  }

  /** Has Git left everything alone since `look` said go? Then what was read from files since was not written by it. */
  isStill(): boolean {
    return this.#head !== undefined && this.isStillAt(this.#head)
  }

  /** The same, with HEAD at a commit that has not been taken in yet. */
  isStillAt(commit: ObjectId): boolean {
    const { git, branch } = this.#options
    if (this.#isLocked() || unfinishedOperation(git.gitDir)) return false
    const head = readHead(git.gitDir, git.refs)
    const isSame = head.branch === branch && head.commit === commit
    const indexTimeMs = this.#readIndexTimeMs()
    return isSame && (indexTimeMs === this.#seenIndexTimeMs || indexTimeMs === this.#ownIndexTimeMs)
  }

  /** Takes a change of HEAD in. */
  async take({ to }: HeadChange): Promise<void> {
    await this.#options.onHead(to)
    this.#head = to
  }

  /** The index was written by us, and our branch perhaps moved: that is no reason to wait. */
  indexWritten(): void {
    const { git, branch } = this.#options
    this.#ownIndexTimeMs = this.#readIndexTimeMs()
    this.#comparedIndexTimeMs = this.#ownIndexTimeMs
    const head = readHead(git.gitDir, git.refs)
    if (head.branch === branch) this.#head = head.commit
  }

  /** Has another program written the index since files were last compared? */
  get isIndexChanged(): boolean {
    const indexTimeMs = this.#readIndexTimeMs()
    return indexTimeMs !== this.#comparedIndexTimeMs && indexTimeMs !== this.#ownIndexTimeMs
  }

  /** Files have been compared. */
  acceptIndex(): void {
    this.#comparedIndexTimeMs = this.#readIndexTimeMs()
  }

  async #kindOf(to: ObjectId): Promise<HeadChange['kind']> {
    const { git } = this.#options
    const from = this.#head
    if (!from) return 'other'
    const moves = headMovesBetween(git.gitDir, from, to)
    // Who ends a merge has typed what the other side has typed, too: the files are Git's.
    if (moves?.every(({ message }) => /^commit(?! \(merge\))/.test(message))) return 'commit'
    return (await isAncestor(git, to, from)) ? 'back' : 'other'
  }

  #isLocked(): boolean {
    return existsSync(join(this.#options.git.gitDir, 'index.lock'))
  }

  #readIndexTimeMs(): number {
    return statSync(join(this.#options.git.gitDir, 'index'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  }
}
