import type { Seen } from './mirror-renames.ts'

/** Time for the other half of a rename, or of an editor's save in two steps: more than the watcher joins events for. */
const settleMs = 80
/**
 * The longest that a path waits while files come and go. A file that is moved on and on is looked for where it has left already: whoever gave it
 * up meanwhile would put back what others have typed into it, and take it for a copy where it comes to rest.
 */
const maxSettleMs = 5000

interface Deadline {
  dueMs: number
  readonly latestMs: number
}

/**
 * Holds back files that have come, gone or become empty until it is clear what became of them: many programs empty a file before
 * they write it. Other changes pass at once.
 */
export class Settling {
  readonly #onDue: (paths: readonly string[]) => void
  readonly #waiting = new Map<string, Deadline>()
  #timer: NodeJS.Timeout | undefined

  /** `onDue` gets paths that have to be looked at again. */
  constructor(onDue: (paths: readonly string[]) => void) {
    this.#onDue = onDue
  }

  /** Paths that wait: they are looked at together with whatever else is, so that no rename is torn apart. */
  get paths(): Iterable<string> {
    return this.#waiting.keys()
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Those that need not wait, or have waited. All that wait pass as soon as one of them may. */
  sift(seen: readonly Seen[]): readonly Seen[] {
    const now = Date.now()
    const unsettled = seen.filter(isUnsettled)
    for (const one of seen) if (!isUnsettled(one)) this.#waiting.delete(one.path)
    // What came to a place and has left it again is under way still.
    if (seen.some(({ disk, known }) => !disk && !known)) this.#extend(now)
    const isDue = unsettled.some(({ path }) => (this.#waiting.get(path)?.dueMs ?? Number.POSITIVE_INFINITY) <= now)
    const held = new Set<string>()
    for (const { path } of unsettled) {
      if (isDue) this.#waiting.delete(path)
      else {
        if (!this.#waiting.has(path)) this.#waiting.set(path, { dueMs: now + settleMs, latestMs: now + maxSettleMs })
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

  #extend(now: number): void {
    for (const deadline of this.#waiting.values()) deadline.dueMs = Math.min(now + settleMs, deadline.latestMs)
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#onDue([...this.#waiting.keys()])
    }, settleMs).unref()
  }
}

function isUnsettled({ disk, known }: Seen): boolean {
  if (!disk || !known) return disk !== known
  return disk.text === '' && known.text !== ''
}
