import { AnvcsError } from '../contracts/errors.ts'
import type { MergeThreads } from '../merge/threaded-driver.ts'
import type { ThreadPool } from '../merge-pool.ts'

/** A room's process lives on and has other work: two files at a time leave it some. */
const threads = 2

/** The threads that merge for a room; there are none before something takes long. */
export class RoomThreads {
  #pool: Promise<ThreadPool> | undefined
  #isClosed = false

  async open(): Promise<MergeThreads> {
    if (this.#isClosed) throw new AnvcsError('ABORTED', { message: 'The room is closed.' })
    this.#pool ??= import('../merge-pool.ts').then(({ ThreadPool }) => new ThreadPool(threads))
    return this.#pool
  }

  /** Whatever is being merged is given up. */
  async close(): Promise<void> {
    this.#isClosed = true
    await (await this.#pool)?.close()
  }
}
