import type { Seen } from './mirror-renames.ts'

/** Time for the other half of a rename, or of an editor's save in two steps: more than the watcher joins events for. */
const settleMs = 80
/** So long a text that ends otherwise than it did is to have been left alone. */
const restMs = 50
/** The same for one that is the old text but for its end: a program that has been emptying it may have to wait for a busy machine. */
const cutRestMs = 500
/**
 * The longest that a path waits while files come and go, or one is being written. A file that is moved on and on is looked for where it has left
 * already: whoever gave it up meanwhile would put back what others have typed into it, and take it for a copy where it comes to rest.
 */
const maxSettleMs = 5000
/** What is due already, and could not pass, is looked at again so soon. */
const soonMs = 10
/** So much of the end of a text says that it was written to its end. */
const endUnits = 32

interface Deadline {
  dueMs: number
  readonly latestMs: number
}

/**
 * Holds back files that have come, gone or lost their end until it is clear what became of them: many programs empty a file before they write it,
 * and what is not written yet would be taken for deleted, and typed again. Other changes pass at once.
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

  has(path: string): boolean {
    return this.#waiting.has(path)
  }

  /** Something has happened at these paths: what waits there has not come to rest. */
  heard(paths: readonly string[]): void {
    for (const path of paths) {
      const deadline = this.#waiting.get(path)
      if (deadline) extend(deadline, Date.now())
    }
  }

  /** Those that need not wait, or have waited. All that have come or gone pass as soon as one of them may. `isWhole` knows what is no half. */
  sift(seen: readonly Seen[], isWhole: (one: Seen) => boolean = () => false): readonly Seen[] {
    const now = Date.now()
    // What came to a place and has left it again is under way still.
    if (seen.some(({ disk, known }) => !disk && !known))
      for (const deadline of this.#waiting.values()) extend(deadline, now)
    const isDue = (path: string) => (this.#waiting.get(path)?.dueMs ?? Number.POSITIVE_INFINITY) <= now
    const isLate = (path: string) => (this.#waiting.get(path)?.latestMs ?? Number.POSITIVE_INFINITY) <= now
    const isMoveDue = seen.some((one) => hasMoved(one) && isDue(one.path))
    // On a busy machine what is told comes late. A time that lies ahead was made by another clock.
    const isAtRest = ({ path, restedMs = -1 }: Seen, longMs: number) =>
      restedMs < 0 ? isDue(path) : restedMs >= longMs || isLate(path)
    const mayPass = (one: Seen) => {
      if (hasMoved(one)) return isMoveDue
      const longMs = restOf(one)
      return longMs === 0 || isWhole(one) || isAtRest(one, longMs)
    }
    const heldBack = seen.filter((one) => !mayPass(one))
    const held = new Set(heldBack.map(({ path }) => path))
    // Whoever waits is looked at: what was not seen cannot be read, or is too large to be shared.
    for (const path of this.#waiting.keys()) if (!held.has(path)) this.#waiting.delete(path)
    for (const one of heldBack) {
      const deadline = this.#waiting.get(one.path) ?? { dueMs: now + settleMs, latestMs: now + maxSettleMs }
      const { restedMs = -1 } = one
      if (!hasMoved(one) && restedMs >= 0) deadline.dueMs = now + restOf(one) - restedMs
      this.#waiting.set(one.path, deadline)
    }
    this.#schedule(now)
    return seen.filter(({ path }) => !held.has(path))
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #schedule(now: number): void {
    this.close()
    if (!this.#waiting.size) return
    const nextMs = Math.min(...[...this.#waiting.values()].map(({ dueMs }) => dueMs))
    this.#timer = setTimeout(() => this.#onDue([...this.#waiting.keys()]), Math.max(nextMs - now, soonMs)).unref()
  }
}

function extend(deadline: Deadline, now: number): void {
  deadline.dueMs = Math.min(now + settleMs, deadline.latestMs)
}

function hasMoved({ disk, known }: Seen): boolean {
  return !disk !== !known
}

/** So long it has to rest. A text that has grown at its end, or changed before it, is whole; a character that is cut in two makes it none. */
function restOf({ disk, known }: Seen): number {
  if (!disk || known?.text === undefined) return 0
  if (disk.text === undefined) return cutRestMs
  if (disk.text.startsWith(known.text) || disk.text.endsWith(known.text.slice(-endUnits))) return 0
  return known.text.includes(disk.text.slice(-endUnits)) ? cutRestMs : restMs
}
