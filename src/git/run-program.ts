import { spawn, spawnSync, type StdioOptions } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { AnvcsError } from '../contracts/errors.ts'

/** How a program is run. */
export interface ProgramCall {
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly input?: Uint8Array | string | undefined
  readonly signal?: AbortSignal | undefined
  /** More output than this ends the program: MESSAGE_TOO_LARGE. */
  readonly maxOutputBytes?: number
  /** This process has nothing else to do, and stands still until the program ends. */
  readonly standsStill?: boolean
  /** Without a terminal it cannot ask anybody anything: neither it nor a program that it starts. */
  readonly hasNoTerminal?: boolean
  /** Answers what the program, or one that it starts, writes to descriptor 3, where it reads the answers, too. */
  readonly onAsked?: (asked: Duplex) => void
}

export interface ProgramResult {
  readonly exitCode: number
  readonly stdout: Uint8Array
  readonly stderr: string
}

const defaultMaxOutputBytes = 256 * 1024 * 1024
/** As a shell tells it of a program that a signal has ended. */
const killedStatus = 137
const maxErrorBytes = 64 * 1024

/**
 * Runs a program to its end, without a shell, whatever its exit status. Undefined where there is no such program; an abort
 * rethrows its reason.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  call: ProgramCall,
): Promise<ProgramResult | undefined> {
  const { folder, environment, input, signal, maxOutputBytes = defaultMaxOutputBytes, hasNoTerminal = false } = call
  const { onAsked } = call
  signal?.throwIfAborted()
  if (call.standsStill) return runStanding(program, args, call)
  return new Promise((resolve, reject) => {
    // A session of its own has no terminal.
    const stdio = ['pipe', 'pipe', 'pipe', ...(onAsked ? (['pipe'] as const) : [])] satisfies StdioOptions
    const options = { cwd: folder, env: environment, stdio, detached: hasNoTerminal }
    const child = spawn(program, args, options)
    const asked = child.stdio[3] as Duplex | undefined
    if (asked) onAsked?.(asked)
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let outBytes = 0
    let errorBytes = 0
    const abort = () => child.kill()
    signal?.addEventListener('abort', abort, { once: true })
    child.stdout.on('data', (chunk: Buffer) => {
      outBytes += chunk.length
      if (outBytes > maxOutputBytes) child.kill()
      else stdout.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      errorBytes += chunk.length
      if (errorBytes <= maxErrorBytes) stderr.push(chunk)
    })
    // A program that has seen enough closes its end; its exit status tells the rest.
    child.stdin.on('error', () => {})
    child.on('error', (cause) => {
      signal?.removeEventListener('abort', abort)
      if (isMissing(cause) && existsSync(folder)) resolve(undefined)
      else reject(cause)
    })
    // What it left running in the background may hold the descriptor open.
    child.on('exit', () => asked?.destroy())
    child.on('close', (exitCode) => {
      signal?.removeEventListener('abort', abort)
      if (signal?.aborted) reject(signal.reason as Error)
      else if (outBytes > maxOutputBytes) reject(tooMuchOutput(program, args, maxOutputBytes))
      else
        resolve({
          exitCode: exitCode ?? killedStatus,
          stdout: Buffer.concat(stdout),
          stderr: Buffer.concat(stderr).toString(),
        })
    })
    child.stdin.end(input)
  })
}

/** Without Node's streams: a short command would wait longer for them to be ready than for the program. */
async function runStanding(
  program: string,
  args: readonly string[],
  { folder, environment, signal, maxOutputBytes = defaultMaxOutputBytes }: ProgramCall,
): Promise<ProgramResult | undefined> {
  const ended = spawnSync(program, args, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: maxOutputBytes,
  })
  // Ctrl-C ends the program, too, and is heard of here only now.
  if (ended.signal) await new Promise(setImmediate)
  signal?.throwIfAborted()
  const cause: NodeJS.ErrnoException | undefined = ended.error
  if (cause?.code === 'ENOBUFS') throw tooMuchOutput(program, args, maxOutputBytes)
  if (cause && isMissing(cause) && existsSync(folder)) return undefined
  if (cause) throw cause
  return { exitCode: ended.status ?? killedStatus, stdout: ended.stdout, stderr: ended.stderr.toString() }
}

function tooMuchOutput(program: string, args: readonly string[], maxOutputBytes: number): AnvcsError {
  return new AnvcsError('MESSAGE_TOO_LARGE', {
    message: `${program} ${args[0]} printed more than ${maxOutputBytes} bytes.`,
  })
}

/**
 * What a program prints, as it prints it; who stops reading ends the program. Undefined where there is no such program; an abort
 * rethrows its reason. The exit status comes last, as the value that the generator returns.
 */
export async function* streamProgram(
  program: string,
  args: readonly string[],
  { folder, environment, signal }: Pick<ProgramCall, 'folder' | 'environment' | 'signal'>,
): AsyncGenerator<Buffer, Omit<ProgramResult, 'stdout'> | undefined> {
  signal?.throwIfAborted()
  const child = spawn(program, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  const end = new Promise<number | Error>((resolve) => {
    child.on('error', resolve)
    child.on('close', (exitCode) => resolve(exitCode ?? killedStatus))
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < maxErrorBytes) stderr += chunk.toString()
  })
  const abort = () => child.kill()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer
    const exitCode = await end
    signal?.throwIfAborted()
    if (typeof exitCode === 'number') return { exitCode, stderr }
    if (isMissing(exitCode) && existsSync(folder)) return undefined
    throw exitCode
  } finally {
    signal?.removeEventListener('abort', abort)
    child.kill()
  }
}

function isMissing(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
