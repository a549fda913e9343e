import type { Clock } from '../contracts/clock.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { RoomCommits } from './room-commits.ts'

export interface SettlerOptions {
  readonly clock: Clock
  readonly commits: () => RoomCommits | undefined
  /** Do all linked peers hold what we hold, as far as is known? */
  readonly isQuiet: () => boolean
  readonly merges: boolean
  readonly onSettled: () => void
  readonly onProblem: (error: unknown) => void
}

const pauseMs = 50
const mergeAnywayMs = 3000
const maxMergeAnywayMs = 60_000
const retryMs = 1000

/** Mends states and merges heads when an exchange has ended: waiting for that saves merges, and nothing depends on it. */
export class Settler {
  readonly #options: SettlerOptions
  #cancel: (() => void) | undefined
  #running: Promise<void> = Promise.resolve()
  #dueSinceMs: number | undefined
  /** Grows while there is no quiet: two that always merge what the other has merged further already would never end. */
  #patienceMs = mergeAnywayMs
  #closed = false

  constructor(options: SettlerOptions) {
    this.#options = options
  }

  /** Something has come that may have to be mended or merged. */
  plan(delayMs = pauseMs): void {
    if (this.#cancel || this.#closed || !this.#options.commits()) return
    const { clock } = this.#options
    this.#dueSinceMs ??= clock.now()
    this.#cancel = clock.schedule(delayMs, () => {
      this.#cancel = undefined
      void this.#run(false)
    })
  }

  /** Does it now, whatever is under way. */
  now(): Promise<void> {
    return this.#run(true)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancel?.()
    await this.#running
  }

  #run(now: boolean): Promise<void> {
    this.#running = this.#running
      .then(() => this.#settle(now))
      .catch((error: unknown) => {
        if (!AnvcsError.is(error, 'ABORTED')) this.#options.onProblem(error)
        this.plan(retryMs)
      })
    return this.#running
  }

  async #settle(now: boolean): Promise<void> {
    const { clock, isQuiet, merges, onSettled } = this.#options
    const commits = this.#options.commits()
    if (!commits || this.#closed) return
    await commits.storeMerges()
    await commits.takeIn()
    await commits.repair()
    const quiet = isQuiet()
    if (!now && !quiet && clock.now() - (this.#dueSinceMs ?? 0) < this.#patienceMs) {
      this.plan()
      return
    }
    this.#patienceMs = quiet ? mergeAnywayMs : Math.min(2 * this.#patienceMs, maxMergeAnywayMs)
    this.#dueSinceMs = undefined
    if (merges) await commits.merge()
    onSettled()
  }
}
