import { spawnSync } from 'node:child_process'
import { AnvcsError } from '../src/contracts/errors.ts'

/** CPU time of a program that runs to its end, with all its threads, user and system, in ms. Only the shell tells it of one process that it waited for. */
export function childCpuMs(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): number {
  const script = 'TIMEFORMAT="%3U %3S"; time "$@" > /dev/null 2> /dev/null'
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', command, ...args], options)
  const [user, system] = stderr.toString().trim().split(' ').map(Number)
  if (status !== 0 || user === undefined || system === undefined)
    throw new AnvcsError('INTERNAL', { message: `${command} ended with ${status}.` })
  return (user + system) * 1000
}
