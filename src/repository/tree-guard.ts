import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import { readHead } from '../git/head.ts'
import { unfinishedOperation } from '../git/probe.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import type { Room } from '../room/room.ts'
import { contentOfValue, isSameContent, type MirrorContent } from './mirror-content.ts'

export interface TreeGuardOptions {
  readonly git: GitRepository
  readonly room: Room
  /** The room's branch, by its full name. */
  readonly branch: string
  /** HEAD has moved, by whatever program: what it brought is taken in. Resolves when the commit has a state, or has to wait. */
  readonly onHead: (commit: ObjectId) => Promise<void>
}

/** May files be mirrored now? */
export type GuardState =
  | { readonly status: 'go' }
  | { readonly status: 'later'; readonly afterMs: number }
  | { readonly status: 'stop'; readonly reason: string }

/** Git renews files first, then the index, then HEAD: after a change of the index it is waited for as long. */
const indexQuietMs = 150

/** Recognises the doings of Git in the work tree, which are no edits: checkouts, pulls, stashes, rebases. */
export class TreeGuard {
  readonly #options: TreeGuardOptions
  #head: ObjectId | undefined
  #indexTimeMs: number

  constructor(options: TreeGuardOptions) {
    this.#options = options
    this.#head = readHead(options.git.gitDir, options.git.refs).commit
    this.#indexTimeMs = this.#readIndexTimeMs()
  }

  async look(): Promise<GuardState> {
    const { git, branch, room, onHead } = this.#options
    if (existsSync(join(git.gitDir, 'index.lock'))) return { status: 'later', afterMs: 50 }
    const operation = unfinishedOperation(git.gitDir)
    if (operation) return { status: 'stop', reason: `Git is in the middle of ${operation}` }
    const head = readHead(git.gitDir, git.refs)
    if (head.branch !== branch)
      return { status: 'stop', reason: `${head.branch?.replace('refs/heads/', '') ?? 'no branch'} is checked out` }
    const quietMs = Date.now() - this.#readIndexTimeMs()
    if (quietMs < indexQuietMs && quietMs >= 0 && this.#readIndexTimeMs() !== this.#ownIndexTimeMs)
      return { status: 'later', afterMs: indexQuietMs - quietMs + 1 }
    if (head.commit && head.commit !== this.#head) {
      await onHead(head.commit)
      this.#head = head.commit
    }
    const isWaiting = head.commit !== undefined && !room.commits.isNamed(head.commit)
    return isWaiting
      ? { status: 'stop', reason: 'the commit that is checked out waits for its author' }
      : { status: 'go' }
  }

  /** The index was written by us: that is no reason to wait. */
  indexWritten(): void {
    this.#ownIndexTimeMs = this.#readIndexTimeMs()
    this.#indexTimeMs = this.#ownIndexTimeMs
    this.#head = readHead(this.#options.git.gitDir, this.#options.git.refs).commit
  }

  #ownIndexTimeMs = 0

  /** What Git has put back is taken as it is. */
  accept(): void {
    this.#indexTimeMs = this.#readIndexTimeMs()
  }

  /**
   * Why these changes are no edits: the index was written at the same time, and every changed file has become what HEAD
   * has (`git stash`, `git reset --hard`, `git checkout -- PATH`).
   */
  async restored(
    seen: readonly {
      readonly path: string
      readonly disk: MirrorContent | undefined
      readonly known: MirrorContent | undefined
    }[],
  ): Promise<string | undefined> {
    const indexTimeMs = this.#readIndexTimeMs()
    if (indexTimeMs === this.#indexTimeMs) return undefined
    this.#indexTimeMs = indexTimeMs
    const changed = seen.filter(({ disk, known }) => !isSameContent(disk, known))
    const { room, git } = this.#options
    const head = readHead(git.gitDir, git.refs).commit
    if (!head || !changed.length) return undefined
    const { history } = room.engines
    const { tree } = readStoredCommit(git.objects, head)
    const isHeads = changed.every(({ path, disk, known }) => {
      const inHead = contentOfValue(history.valueInTree(tree, path))
      return isSameContent(disk, inHead) && known !== undefined && disk !== undefined
    })
    return isHeads ? 'Git has put files back to the last commit' : undefined
  }

  #readIndexTimeMs(): number {
    return statSync(join(this.#options.git.gitDir, 'index'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  }
}
