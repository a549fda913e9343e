import { existsSync, linkSync, lstatSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import { findInTree } from '../objects/tree.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { GitLock } from './git-lock.ts'
import { readHead } from './head.ts'
import { isSameEntry } from './index-file.ts'
import { removeFile } from './remove-file.ts'
import type { GitRepository } from './repository.ts'
import { readStored, readStoredCommit } from './stored-objects.ts'

function backupPath(gitDir: string): string {
  return join(gitDir, 'ai-vcs', 'index-before')
}

/**
 * The index as it was before a commit staged its files, for the case that the commit cannot be made. It is a second name of the old file:
 * whoever changes an index puts another file into its place. The lock of the repository is held.
 */
export class IndexBackup {
  readonly #repository: GitRepository
  readonly #changes: readonly TreeChange[]
  readonly #head: ObjectId | undefined
  readonly #hadIndex: boolean
  #ours = ''

  private constructor(repository: GitRepository, changes: readonly TreeChange[], hadIndex: boolean) {
    this.#repository = repository
    this.#changes = changes
    this.#hadIndex = hadIndex
    this.#head = readHead(repository.gitDir, repository.refs).commit
  }

  /** Undefined where the index cannot have a second name: then its files stay staged. */
  static take(repository: GitRepository, changes: readonly TreeChange[]): IndexBackup | undefined {
    const { gitDir, indexFile } = repository
    const path = backupPath(gitDir)
    const info = lstatSync(indexFile, { throwIfNoEntry: false })
    if (info && !info.isFile()) return undefined
    dropBackup(gitDir)
    try {
      if (!info) return new IndexBackup(repository, changes, false)
      mkdirSync(dirname(path), { recursive: true })
      linkSync(indexFile, path)
    } catch {
      return undefined
    }
    return new IndexBackup(repository, changes, true)
  }

  /** The index holds the changes from now on. */
  staged(): void {
    this.#ours = this.#mark()
  }

  /** Puts back what the changes replaced. What others have staged or committed since then stays as it is. */
  async restore(): Promise<void> {
    const { indexFile, dataDir, gitDir, index } = this.#repository
    if (!this.#ours) return
    const left = this.#changes.filter((change) => !this.#isCommitted(change))
    if (left.length === this.#changes.length) {
      using lock = await GitLock.take(indexFile, { dataDir })
      if (lock && this.#mark() === this.#ours) {
        if (this.#hadIndex) renameSync(backupPath(gitDir), indexFile)
        else removeFile(indexFile)
        return
      }
    }
    const lacking = new Set((await index.lacks(left)).map(({ path }) => path))
    const ours = left.filter(({ path }) => !lacking.has(path)).map(({ path }) => path)
    const before = this.#hadIndex ? await index.at(backupPath(gitDir)).entries(ours) : new Map()
    // What was in conflict has several entries: it stays staged.
    await index.update(ours.map((path) => ({ path, entry: before.get(path) })).filter(({ entry }) => entry?.mode !== 0))
  }

  /** Has somebody else committed it meanwhile? */
  #isCommitted({ path, entry }: TreeChange): boolean {
    const { gitDir, refs } = this.#repository
    const now = readHead(gitDir, refs).commit
    const at = (commit: ObjectId | undefined) => commit && this.#entryIn(commit, path)
    return now !== this.#head && isSameEntry(at(now), entry) && !isSameEntry(at(this.#head), entry)
  }

  #entryIn(commit: ObjectId, path: string): ReturnType<typeof findInTree> {
    const { objects } = this.#repository
    return findInTree((id) => readStored(objects, 'tree', id), readStoredCommit(objects, commit).tree, path)
  }

  #mark(): string {
    const info = statSync(this.#repository.indexFile, { bigint: true, throwIfNoEntry: false })
    return info ? [info.ino, info.size, info.mtimeNs].join(' ') : 'none'
  }
}

/** Forgets it, be it of a run that was killed. */
export function dropBackup(gitDir: string): void {
  const path = backupPath(gitDir)
  if (existsSync(path)) removeFile(path)
}
