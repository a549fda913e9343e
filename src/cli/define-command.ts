import {
  buildCommand,
  buildRouteMap,
  type BaseArgs,
  type Command,
  type FlagParametersForType,
  type RouteMap,
  type TypedCommandParameters,
  type TypedPositionalParameters,
} from '@stricli/core'
import { AnvcsError, errorTable } from '../contracts/errors.ts'
import { failuresIn } from '../lib/failures.ts'
import { systemError } from '../node/system-error.ts'
import type { CliContext } from './context.ts'
import { exitStatus, exitStatusOf, interruptedStatus } from './exit-code.ts'
import { commandHelp, groupHelp, type Example, type HelpFlag, type HelpWords } from './help-text.ts'

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
  /** How the words stand in the line, where `positional` does not tell. */
  readonly usage?: string
  /** Does it, and tells the exit status unless it is 0. */
  readonly run: (context: CliContext, flags: Flags, ...args: Args) => Promise<number | void>
}

const jsonFlag = { kind: 'boolean', brief: 'Print JSON', default: false } as const

/** Makes a command of the program when it is called. Whatever the command throws becomes one line and an exit status. */
export function defineCommand<Flags extends object = object, Args extends BaseArgs = []>(
  definition: CommandDefinition<Flags, Args>,
): () => Command<CliContext> {
  const { brief, about, examples, flags, aliases = {}, positional, usage, run } = definition
  return () => {
    const parameters = {
      flags: { ...flags, json: jsonFlag },
      aliases,
      ...(positional && { positional }),
    } as unknown as TypedCommandParameters<Flags & { readonly json: boolean }, Args, CliContext>
    const command = buildCommand<Flags & { readonly json: boolean }, Args, CliContext>({
      func: async function (this: CliContext, flags, ...args) {
        this.process.exitCode = await finish(this, () => run(this, flags, ...args))
      },
      parameters,
      docs: { brief },
    })
    const help = {
      brief,
      about,
      examples,
      aliases,
      usage,
      flags: parameters.flags as unknown as Readonly<Record<string, HelpFlag>>,
      words: positional as unknown as HelpWords | undefined,
    }
    return { ...command, formatHelp: ({ prefix }) => commandHelp(prefix.join(' '), help) }
  }
}

export interface GroupDefinition {
  readonly brief: string
  readonly about?: string
  readonly examples: readonly [Example, ...Example[]]
  readonly commands: Readonly<Record<string, () => Command<CliContext>>>
  /** What runs where no command is named. */
  readonly preset?: string
}

/** Makes commands that belong together: `ai-vcs NAME COMMAND`. */
export function defineGroup(definition: GroupDefinition): () => RouteMap<CliContext> {
  const { brief, about, examples, commands, preset } = definition
  return () => {
    const routes = Object.fromEntries(Object.entries(commands).map(([name, make]) => [name, make()]))
    const map = buildRouteMap<string, CliContext>({
      routes,
      ...(preset !== undefined && { defaultCommand: preset }),
      docs: { brief },
    })
    const list = Object.entries(routes).map(([name, command]) => [name, command.brief] as const)
    const help = { brief, about, examples, commands: list, preset }
    return { ...map, formatHelp: ({ prefix }) => groupHelp(prefix.join(' '), help) }
  }
}

async function finish(context: CliContext, run: () => Promise<number | void>): Promise<number> {
  try {
    return (await run()) ?? exitStatus.ok
  } catch (thrown) {
    const errors = failuresIn(thrown).map((failure) => systemError(failure) ?? failure)
    const error = context.signal.aborted ? errors.find(isUnwritten) : errors[0]
    context.output.error(error ? withHelp(error, context.help) : new AnvcsError('ABORTED'))
    return error ? exitStatusOf(error) : interruptedStatus(context.signal.reason)
  }
}

/** Where no better hint is known, the help of this very command is one. */
function withHelp(error: unknown, hint: string): unknown {
  if (!AnvcsError.is(error, 'USAGE') || error.hint !== errorTable.USAGE.hint) return error
  const { message, cause, details } = error
  return new AnvcsError('USAGE', { message, hint, cause, details })
}

/** A room that was ended and could not write what it had is more than an interruption. */
function isUnwritten(error: unknown): boolean {
  return AnvcsError.is(error, 'JOURNAL_UNWRITABLE') || AnvcsError.is(error, 'DISK_FULL')
}
