import { isSameContent } from './mirror-content.ts'
import type { Seen } from './mirror-renames.ts'

/** Time for the other half of a rename, or of an editor's save in two steps. */
const settleMs = 60

/** Holds back files that have come or gone until it is clear what became of them. Other changes pass at once. */
export class Settling {
  readonly #onDue: (paths: readonly string[]) => void
  readonly #dueMs = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined

  /** `onDue` gets paths that have to be looked at again. */
  constructor(onDue: (paths: readonly string[]) => void) {
    this.#onDue = onDue
  }

  get size(): number {
    return this.#dueMs.size
  }

  /** Those that need not wait, or have waited. All that wait are passed together, so that no rename is torn apart. */
  sift(seen: readonly Seen[]): readonly Seen[] {
    const now = Date.now()
    const unsettled = seen.filter(({ disk, known }) => (disk === undefined) !== (known === undefined))
    for (const { path, disk, known } of seen) if (isSameContent(disk, known)) this.#dueMs.delete(path)
    const isDue = unsettled.some(({ path }) => (this.#dueMs.get(path) ?? Number.POSITIVE_INFINITY) <= now)
    const held = new Set<string>()
    for (const { path } of unsettled) {
      if (isDue) this.#dueMs.delete(path)
      else {
        if (!this.#dueMs.has(path)) this.#dueMs.set(path, now + settleMs)
        held.add(path)
      }
    }
    if (held.size) this.#schedule()
    return seen.filter(({ path }) => !held.has(path))
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#onDue([...this.#dueMs.keys()])
    }, settleMs).unref()
  }
}
