import type { Clock } from '../contracts/clock.ts'

/** The longest delay that a timer takes: beyond it, it would run at once. */
const maxDelayMs = 2 ** 31 - 1

/** The system's time. Timers are unref'd: none keeps the process alive. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  schedule(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, maxDelayMs)).unref()
    return () => clearTimeout(timer)
  },
}
