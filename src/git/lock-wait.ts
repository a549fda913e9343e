import { setTimeout as sleep } from 'node:timers/promises'
import { AnvcsError } from '../contracts/errors.ts'
import type { GitResult } from './git-program.ts'

/** How long a lock of somebody else is waited for. */
export const lockTimeoutMs = 5_000

/** A pause that grows from about a millisecond to about 50 with each attempt, never the same for two processes. */
export async function backOff(attempt: number, signal: AbortSignal | undefined): Promise<void> {
  const ms = Math.min(50, 2 ** Math.min(attempt, 10)) * (0.5 + Math.random())
  try {
    await sleep(ms, undefined, { signal })
  } catch {
    signal?.throwIfAborted()
  }
}

/**
 * Calls git again for as long as a lock file of another program is in its way; such a file is never removed by us. Throws
 * LOCK_TIMEOUT after five seconds.
 */
export async function whenUnlocked(
  call: () => Promise<GitResult>,
  signal: AbortSignal | undefined,
): Promise<GitResult> {
  const deadline = Date.now() + lockTimeoutMs
  for (let attempt = 0; ; attempt++) {
    const result = await call()
    const lock = lockInTheWay(result)
    if (!lock) return result
    if (Date.now() > deadline)
      throw new AnvcsError('LOCK_TIMEOUT', { message: `${lock} is held by another program.`, details: { lock } })
    await backOff(attempt, signal)
  }
}

/** `git update-index -q` says nothing of the lock of the index; every other failure of 128 has a message. */
function lockInTheWay({ exitCode, stderr }: GitResult): string | undefined {
  if (exitCode === 128 && stderr === '') return 'The index'
  return exitCode ? /Unable to create '(.*\.lock)': File exists/.exec(stderr)?.[1] : undefined
}
