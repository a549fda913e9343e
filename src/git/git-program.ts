import { AnvcsError } from '../contracts/errors.ts'
import { messageOf } from '../lib/error-message.ts'
import { runProgram, streamProgram, type ProgramCall, type ProgramResult } from './run-program.ts'

/** How one call of git is made. */
export interface GitCall extends Omit<ProgramCall, 'folder' | 'environment'> {
  /** Variables besides those of the program. */
  readonly env?: Readonly<Record<string, string>>
}

export type GitResult = ProgramResult

/**
 * Variables of every call: no prompt, only transports that name their host, messages that we can read, paths that are paths
 * and not patterns, and no index written by a command that only looks.
 */
const fixedVariables = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALLOW_PROTOCOL: 'https:ssh:file',
  GIT_LITERAL_PATHSPECS: '1',
  // Git takes these and literal paths for a contradiction.
  GIT_GLOB_PATHSPECS: '0',
  GIT_NOGLOB_PATHSPECS: '0',
  GIT_ICASE_PATHSPECS: '0',
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C',
}

/** Those of them that change nothing for a hook. */
const harmlessVariables = { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }

/** Runs the git program in one repository, without a shell. */
export class GitProgram {
  readonly #folder: string
  readonly #env: NodeJS.ProcessEnv

  constructor(folder: string, env: NodeJS.ProcessEnv, fixed: Readonly<Record<string, string>> = fixedVariables) {
    this.#folder = folder
    this.#env = { ...env, ...fixed }
  }

  /** For commands whose hooks are to run as if the user had called git. */
  static forHooks(folder: string, env: NodeJS.ProcessEnv): GitProgram {
    return new GitProgram(folder, env, harmlessVariables)
  }

  /** The same with further variables in every call. */
  with(env: Readonly<Record<string, string>>): GitProgram {
    return new GitProgram(this.#folder, this.#env, env)
  }

  /** What git prints. Throws GIT_FAILED with the first line of its message where it does not exit with 0. */
  async run(args: readonly string[], call: GitCall = {}): Promise<Uint8Array> {
    const result = await this.call(args, call)
    if (result.exitCode !== 0) throw gitFailed(args, result)
    return result.stdout
  }

  /** What git prints, as it prints it. Throws GIT_MISSING, and GIT_FAILED at the end; an abort rethrows its reason. */
  async *stream(args: readonly string[], { signal }: Pick<GitCall, 'signal'> = {}): AsyncGenerator<Uint8Array> {
    const call = { folder: this.#folder, environment: this.#env, signal }
    const result = yield* streamProgram('git', args, call)
    if (!result) throw new AnvcsError('GIT_MISSING')
    if (result.exitCode !== 0) throw gitFailed(args, result)
  }

  /** Runs to the end, whatever the exit status. Throws GIT_MISSING where there is no git; an abort rethrows its reason. */
  async call(args: readonly string[], call: GitCall = {}): Promise<GitResult> {
    const { env, ...rest } = call
    const environment = { ...this.#env, ...env }
    const result = await runProgram('git', args, { ...rest, folder: this.#folder, environment }).catch((cause) => {
      throw rest.signal?.aborted || AnvcsError.is(cause) ? cause : notStarted(cause)
    })
    if (!result) throw new AnvcsError('GIT_MISSING')
    return result
  }
}

function notStarted(cause: unknown): AnvcsError {
  return new AnvcsError('GIT_FAILED', { message: `git could not be started: ${messageOf(cause)}`, cause })
}

/** The error for a call that failed. */
export function gitFailed(args: readonly string[], { exitCode, stderr }: Omit<GitResult, 'stdout'>): AnvcsError {
  return new AnvcsError('GIT_FAILED', {
    message: `git ${args[0]}: ${reasonIn(stderr) || `exit status ${exitCode}`}`,
    details: { command: args[0], exitCode },
  })
}

/** The line that tells why git failed: warnings may stand before it. */
export function reasonIn(stderr: string): string {
  const lines = stderr.split('\n')
  return (lines.find((line) => !/^(?:warning|hint): |^$/.test(line)) ?? lines[0]!).replace(/^(?:fatal|error): /, '')
}
