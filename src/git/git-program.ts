import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { AnvcsError } from '../contracts/errors.ts'

/** How one call of git is made. */
export interface GitCall {
  readonly input?: Uint8Array | string
  readonly signal?: AbortSignal | undefined
  /** Variables besides those of the program. */
  readonly env?: Readonly<Record<string, string>>
  /** More output than this ends the program: MESSAGE_TOO_LARGE. */
  readonly maxOutputBytes?: number
}

export interface GitResult {
  readonly exitCode: number
  readonly stdout: Uint8Array
  readonly stderr: string
}

const defaultMaxOutputBytes = 256 * 1024 * 1024
/** As a shell tells it of a program that a signal has ended. */
const killedStatus = 137
const maxErrorBytes = 64 * 1024

/**
 * Variables of every call: no prompt, only transports that name their host, messages that we can read, paths that are paths
 * and not patterns, and no index written by a command that only looks.
 */
const fixedVariables = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALLOW_PROTOCOL: 'https:ssh:file',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C',
}

/** Runs the git program in one repository, without a shell. */
export class GitProgram {
  readonly #folder: string
  readonly #env: NodeJS.ProcessEnv

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder
    this.#env = { ...env, ...fixedVariables }
  }

  /** What git prints. Throws GIT_FAILED with the first line of its message where it does not exit with 0. */
  async run(args: readonly string[], call: GitCall = {}): Promise<Uint8Array> {
    const result = await this.call(args, call)
    if (result.exitCode !== 0) throw gitFailed(args, result)
    return result.stdout
  }

  /** Runs to the end, whatever the exit status. Throws GIT_MISSING where there is no git; an abort rethrows its reason. */
  call(args: readonly string[], call: GitCall = {}): Promise<GitResult> {
    const { input, signal, env, maxOutputBytes = defaultMaxOutputBytes } = call
    signal?.throwIfAborted()
    return new Promise((resolve, reject) => {
      const child = spawn('git', args, { cwd: this.#folder, env: { ...this.#env, ...env }, stdio: 'pipe' })
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
        reject(
          isMissing(cause) && existsSync(this.#folder)
            ? new AnvcsError('GIT_MISSING', { cause })
            : new AnvcsError('GIT_FAILED', { cause }),
        )
      })
      child.on('close', (exitCode) => {
        signal?.removeEventListener('abort', abort)
        if (signal?.aborted) reject(signal.reason as Error)
        else if (outBytes > maxOutputBytes)
          reject(
            new AnvcsError('MESSAGE_TOO_LARGE', {
              message: `git ${args[0]} printed more than ${maxOutputBytes} bytes.`,
            }),
          )
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
}

/** The error for a call that failed. */
export function gitFailed(args: readonly string[], { exitCode, stderr }: GitResult): AnvcsError {
  const line = stderr.split('\n', 1)[0]!.replace(/^(fatal|error): /, '')
  return new AnvcsError('GIT_FAILED', {
    message: `git ${args[0]}: ${line || `exit status ${exitCode}`}`,
    details: { command: args[0], exitCode },
  })
}

function isMissing(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
