import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'

/** A command that gets a bounded time, in a process group of its own. */
export interface GroupRun {
  /** A line for `/bin/sh`, or a program and its arguments. */
  readonly command: string | readonly string[]
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  /** Standard input; empty unless given. */
  readonly input?: string
  readonly timeoutMs: number
  /** Takes what it prints. False: it has printed too much, and is ended. */
  readonly onOutput: (chunk: Buffer, from: 'stdout' | 'stderr') => boolean
  readonly signal?: AbortSignal | undefined
}

/** How it ended: by itself, by its time, by what it printed, or not at all, since there is no such program. */
export type GroupEnd =
  | { readonly how: 'exit'; readonly exitStatus: number }
  | { readonly how: 'timeout' | 'output' | 'missing' }

/** As a shell tells it of a program that a signal has ended. */
const killedStatus = 137
/** From the request to end to the kill. */
const graceMs = 1000
/** What left its group keeps our end of a pipe open: it is not waited for. */
const drainMs = 200

/**
 * Runs a command to its end, or to that of its time. When this resolves no process of its group is left, whatever it has started; a process
 * that made a session of its own is out of reach. An abort ends the group and rethrows its reason.
 */
export async function runInGroup(run: GroupRun): Promise<GroupEnd> {
  const { command, folder, environment, input = '', timeoutMs, onOutput, signal } = run
  signal?.throwIfAborted()
  const [program, ...args] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command
  const child = spawn(program!, args, { cwd: folder, env: environment, stdio: 'pipe', detached: true })
  // The group is there as long as its first process was not waited for, or another one is in it.
  const kill = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name)
    } catch {
      // Nobody is in it any more.
    }
  }
  let cause: 'timeout' | 'output' | undefined
  let killing: NodeJS.Timeout | undefined
  const stop = (why?: 'timeout' | 'output') => {
    cause ??= why
    kill('SIGTERM')
    killing ??= setTimeout(() => kill('SIGKILL'), graceMs)
  }
  const timer = setTimeout(() => stop('timeout'), timeoutMs)
  const abort = () => stop()
  signal?.addEventListener('abort', abort, { once: true })
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()))
  try {
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk: Buffer) => {
        if (!onOutput(chunk, name)) stop('output')
      })
    // Who has seen enough closes its end.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const ended = await new Promise<number | Error>((resolve) => {
      child.on('error', resolve)
      child.on('exit', (exitCode) => resolve(exitCode ?? killedStatus))
    })
    if (typeof ended !== 'number') {
      if ((ended as NodeJS.ErrnoException).code === 'ENOENT' || (ended as NodeJS.ErrnoException).code === 'EACCES')
        return { how: 'missing' }
      throw ended
    }
    kill('SIGKILL')
    await Promise.race([closed, wait(drainMs)])
    signal?.throwIfAborted()
    return cause ? { how: cause } : { how: 'exit', exitStatus: ended }
  } finally {
    clearTimeout(timer)
    clearTimeout(killing)
    signal?.removeEventListener('abort', abort)
    for (const stream of [child.stdout, child.stderr]) stream.destroy()
  }
}
