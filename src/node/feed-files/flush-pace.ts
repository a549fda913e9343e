import { fdatasyncSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

/** A flush that took longer is one to get out of the way of. */
const quickMs = 1
/** Who writes again this soon after a flush writes a lot. */
const burstMs = 2

/**
 * Makes what was written durable. The way to another thread and back takes as long as a quick disk takes to flush, and whoever
 * types waits for both: while the disk is quick, a flush that comes alone is made here. Several that come close together go to
 * threads, where what is written meanwhile gathers for the next one; so does the flush after a slow one, and the first, of which nobody knows
 * how long it takes.
 */
export class FlushPace {
  readonly #now: () => number
  #isQuick = false
  #endedMs = Number.NEGATIVE_INFINITY

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  async flush(file: Pick<FileHandle, 'fd' | 'datasync'>): Promise<void> {
    const beganMs = this.#now()
    const isAlone = beganMs - this.#endedMs > burstMs
    if (this.#isQuick && isAlone) fdatasyncSync(file.fd)
    else await file.datasync()
    this.#endedMs = this.#now()
    this.#isQuick = this.#endedMs - beganMs < quickMs
  }
}
