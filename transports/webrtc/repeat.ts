import type { Clock } from '../../src/contracts/clock.ts'

/** Runs after `firstMs`, and again after pauses that double, until the function that it returns is called. */
export function repeat(clock: Clock, firstMs: number, run: () => void): () => void {
  let cancel: () => void
  const wait = (ms: number): void => {
    cancel = clock.schedule(ms, () => {
      wait(ms * 2)
      run()
    })
  }
  wait(firstMs)
  return () => cancel()
}
