import {
  buildCommand,
  type BaseArgs,
  type Command,
  type FlagParametersForType,
  type TypedCommandParameters,
  type TypedPositionalParameters,
} from '@stricli/core'
import { AnvcsError } from '../contracts/errors.ts'
import { failuresIn } from '../lib/failures.ts'
import { systemError } from '../node/system-error.ts'
import type { CliContext } from './context.ts'
import { exitStatus, exitStatusOf, interruptedStatus } from './exit-code.ts'

/** A command line and what it does. */
export type Example = readonly [commandLine: string, meaning: string]

/** What a command is, for the help and for the reader of the command line. */
export interface CommandDefinition<Flags extends object, Args extends BaseArgs> {
  /** One line for the list of commands. */
  readonly brief: string
  /** What else to know. */
  readonly about?: string
  readonly examples: readonly [Example, ...Example[]]
  /** `json` is added to these. */
  readonly flags: FlagParametersForType<Flags, CliContext>
  readonly aliases?: Readonly<Partial<Record<string, keyof Flags & string>>>
  readonly positional?: TypedPositionalParameters<Args, CliContext>
  /** Does it, and tells the exit status unless it is 0. */
  readonly run: (context: CliContext, flags: Flags, ...args: Args) => Promise<number | void>
}

const jsonFlag = { kind: 'boolean', brief: 'Print JSON', default: false } as const

/** Makes a command of the program when it is called. Whatever the command throws becomes one line and an exit status. */
export function defineCommand<Flags extends object = object, Args extends BaseArgs = []>(
  definition: CommandDefinition<Flags, Args>,
): () => Command<CliContext> {
  const { brief, about, examples, flags, aliases = {}, positional, run } = definition
  return () => {
    const parameters = {
      flags: { ...flags, json: jsonFlag },
      aliases,
      ...(positional && { positional }),
    } as unknown as TypedCommandParameters<Flags & { readonly json: boolean }, Args, CliContext>
    return buildCommand<Flags & { readonly json: boolean }, Args, CliContext>({
      func: async function (this: CliContext, flags, ...args) {
        this.process.exitCode = await finish(this, () => run(this, flags, ...args))
      },
      parameters,
      docs: { brief, fullDescription: description(brief, about, examples) },
    })
  }
}

async function finish(context: CliContext, run: () => Promise<number | void>): Promise<number> {
  try {
    return (await run()) ?? exitStatus.ok
  } catch (thrown) {
    const errors = failuresIn(thrown).map((failure) => systemError(failure) ?? failure)
    const error = context.signal.aborted ? errors.find(isUnwritten) : errors[0]
    context.output.error(error ?? new AnvcsError('ABORTED'))
    return error ? exitStatusOf(error) : interruptedStatus(context.signal.reason)
  }
}

/** A room that was ended and could not write what it had is more than an interruption. */
function isUnwritten(error: unknown): boolean {
  return AnvcsError.is(error, 'JOURNAL_UNWRITABLE') || AnvcsError.is(error, 'DISK_FULL')
}

function description(brief: string, about: string | undefined, examples: readonly Example[]): string {
  const width = Math.max(...examples.map(([line]) => line.length))
  const lines = examples.map(([line, meaning]) => `  ${line.padEnd(width)}  # ${meaning}`)
  return [brief, ...(about ? ['', about] : []), '', 'EXAMPLES', ...lines].join('\n')
}
