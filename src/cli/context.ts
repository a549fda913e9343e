import { addAbortSignal, type Readable } from 'node:stream'
import type { CommandContext, StricliProcess } from '@stricli/core'
import { AnvcsError } from '../contracts/errors.ts'
import type { Environment } from '../node/config-folder.ts'
import { Output } from './output.ts'
import { wantsColor } from './style.ts'

/** Everything a command knows of the world: no command looks at `process` itself. */
export interface CliContext extends CommandContext {
  readonly process: StricliProcess
  readonly output: Output
  readonly environment: Environment
  readonly folder: string
  /** Where the help of this command is. */
  readonly help: string
  /** Aborted by Ctrl-C or SIGTERM: everything closes, and the reason decides the exit status. */
  readonly signal: AbortSignal
  /** Is somebody at the terminal who may be asked? */
  readonly isAttended: boolean
  /** All of standard input, for `-m -` and the like. */
  readInput(): Promise<string>
  /** A yes or no from the person at the terminal. Throws USAGE where there is none: `how` says what a script does instead. */
  confirm(question: string, how: string): Promise<boolean>
}

/** A terminal or pipe. */
export type Stream<T> = T & { readonly isTTY?: boolean }

/** Where words go. */
export interface Place {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export interface ContextOptions {
  /** Opened when it is asked for, which takes a while. */
  readonly stdin: () => Stream<Readable>
  readonly stdout: Place
  readonly stderr: Place
  readonly environment: Environment
  readonly folder: string
  readonly signal: AbortSignal
  readonly isJson: boolean
  readonly help: string
  /** What the reader of the command line complains about goes here. */
  readonly complaints: { write(text: string): void }
}

const maxInputBytes = 1 << 20

export function createContext(options: ContextOptions): CliContext {
  const { stdout, stderr, environment, folder, signal, isJson, help, complaints } = options
  const output = new Output({
    streams: { stdout, stderr },
    isJson,
    color: wantsColor(environment, stdout.isTTY === true),
    isWatched: stderr.isTTY === true && !environment['CI'] && environment['TERM'] !== 'dumb',
  })
  return {
    process: { stdout, stderr: complaints, env: { STRICLI_NO_COLOR: '1', STRICLI_SKIP_VERSION_CHECK: '1' } },
    output,
    environment,
    folder,
    help,
    signal,
    get isAttended() {
      return !isJson && options.stdin().isTTY === true
    },
    readInput: () => readAll(addAbortSignal(signal, options.stdin())),
    async confirm(question, how) {
      if (!this.isAttended)
        throw new AnvcsError('USAGE', { message: 'This needs a yes, and nobody is at the terminal.', hint: how })
      const { createInterface } = await import('node:readline/promises')
      const lines = createInterface({ input: options.stdin() })
      try {
        stderr.write(`${question} [y/N] `)
        return /^y(es)?$/i.test((await lines.question('', { signal })).trim())
      } finally {
        lines.close()
      }
    },
  }
}

async function readAll(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk as Uint8Array)
    size += bytes.length
    if (size > maxInputBytes)
      throw new AnvcsError('USAGE', { message: 'Standard input is larger than 1 MiB.', hint: 'Give less.' })
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}
