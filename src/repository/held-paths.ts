import { existsSync, lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isSafePath } from '../document/paths.ts'
import type { GitRepository } from '../git/repository.ts'
import type { MirrorLog } from './mirror-log.ts'
import type { FreshPaths } from './mirror-reader.ts'
import type { Seen } from './mirror-renames.ts'

export interface HeldPathsOptions {
  readonly git: GitRepository
  readonly log: MirrorLog
  /** May a new file at this path be shared, by name? */
  readonly isShared: (path: string) => boolean
}

/** Files that Git does not track and that nobody has added: they are not shared. */
export class HeldPaths {
  readonly #options: HeldPathsOptions
  readonly #held: Set<string>
  /** Held only since this start: a file that was renamed while nobody looked is among them. */
  readonly #news = new Set<string>()

  constructor(options: HeldPathsOptions) {
    this.#options = options
    this.#held = new Set(options.log.held)
  }

  /** All paths that are held back. */
  get paths(): Iterable<string> {
    return this.#held
  }

  /** Those of the paths that were looked at that are held back, and at which the room has another file. */
  inTheWay(seen: readonly Seen[], isInRoom: (path: string) => boolean): readonly string[] {
    return seen.filter(({ path, known }) => !known && this.#held.has(path) && isInRoom(path)).map(({ path }) => path)
  }

  isHeld(path: string): boolean {
    return this.#held.has(path)
  }

  get news(): Iterable<string> {
    return this.#news
  }

  /**
   * New files that came while nobody looked: they may be somebody's notes, so they wait for `add` like those before them. Answers
   * those that were there already when the last run was killed: they are shared.
   */
  holdUntracked(untracked: readonly string[], ours: ReadonlySet<string>): readonly string[] {
    const { git, log } = this.#options
    const shared: string[] = []
    for (const path of untracked) {
      if (ours.has(path) || this.#held.has(path) || !isSafePath(path)) continue
      const stat = lstatSync(join(git.workTree, path), { throwIfNoEntry: false })
      if (stat && stat.ctimeMs > (log.killedAtMs ?? 0)) this.#news.add(path)
      else shared.push(path)
    }
    for (const path of this.#news) this.#held.add(path)
    if (this.#news.size) log.setHeld([...this.#held])
    return shared
  }

  release(paths: readonly string[]): void {
    const released = paths.filter((path) => this.#held.delete(path))
    if (released.length) this.#options.log.setHeld([...this.#held])
  }

  /** Releases those that Git tracks by now, and answers which. */
  async releaseTracked(): Promise<readonly string[]> {
    if (!this.#held.size) return []
    const tracked = (await this.#options.git.index.staged([...this.#held])).map(({ path }) => path)
    this.release(tracked)
    return tracked
  }

  /** Which new files may be shared: not held back, not ignored, not secret by name, not of another repository. */
  async fresh(seen: readonly Seen[]): Promise<FreshPaths> {
    const { git, isShared } = this.#options
    const paths = seen.filter(({ disk, known }) => disk && !known).map(({ path }) => path)
    const isForeign = foreignPaths(git.workTree)
    const open = paths.filter((path) => !this.#held.has(path) && isShared(path) && !isForeign(path))
    const ignored = await git.index.ignored(open)
    return {
      shared: new Set(open.filter((path) => !ignored.has(path))),
      renamed: new Set(paths.filter((path) => this.#news.has(path))),
    }
  }

  /** Paths were looked at: a rename that was found has made its target one of ours. */
  looked(seen: readonly Seen[], isOurs: (path: string) => boolean): void {
    for (const { path } of seen) if (this.#news.delete(path) && isOurs(path)) this.release([path])
  }
}

/** Which paths lie in a repository of their own within the work tree? Git would never commit their files here. */
function foreignPaths(workTree: string): (path: string) => boolean {
  const known = new Map<string, boolean>()
  const isIn = (folder: string): boolean => {
    let isForeign = known.get(folder)
    if (isForeign === undefined)
      known.set(folder, (isForeign = existsSync(join(workTree, folder, '.git')) || isBelow(folder)))
    return isForeign
  }
  const isBelow = (path: string): boolean => {
    const folder = dirname(path)
    return folder !== '.' && isIn(folder)
  }
  return isBelow
}
