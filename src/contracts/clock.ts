/** Wall time and timers. Only adapters and the simulator implement it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls `run` once after `delayMs`; the returned function cancels it. Timers never keep a process alive by themselves. */
  schedule(delayMs: number, run: () => void): () => void
}
