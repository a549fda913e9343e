import { join } from 'node:path'
import { readOperation } from '../git/operation.ts'
import type { GitRepository } from '../git/repository.ts'
import { readJson, writeJson } from './data-folder.ts'

/** Of one kind, in one merge; the oldest go first. */
const maxKept = 500

/** What is to be known when the merge, pick or revert that Git is in the middle of is committed; of another one it is nothing. */
export class KeptInMerge<Item extends object> {
  readonly #name: string
  readonly #isItem: (value: Partial<Item>) => boolean

  /** `name`: of its file. `isItem`: nobody but us should have written it, and yet. */
  constructor(name: string, isItem: (value: Partial<Item>) => boolean) {
    this.#name = name
    this.#isItem = isItem
  }

  async add(git: GitRepository, items: readonly Item[]): Promise<void> {
    const mark = readOperation(git)?.mark
    if (mark === undefined) return
    await writeJson(this.#fileOf(git), { mark, items: [...this.of(git, mark), ...items].slice(-maxKept) })
  }

  of(git: GitRepository, mark: string): readonly Item[] {
    const kept = readJson(this.#fileOf(git)) as { readonly mark?: unknown; readonly items?: unknown } | null | undefined
    if (kept?.mark !== mark || !Array.isArray(kept.items)) return []
    return kept.items.filter((one: Partial<Item> | null): one is Item => one !== null && this.#isItem(one))
  }

  #fileOf({ gitDir }: GitRepository): string {
    return join(gitDir, 'ai-vcs', `${this.#name}.json`)
  }
}
