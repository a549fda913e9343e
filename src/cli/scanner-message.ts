import { ArgumentScannerError, formatMessageForArgumentScannerError } from '@stricli/core'
import { AnvcsError } from '../contracts/errors.ts'

/** What is wrong with the flags or words of a command line, in one sentence. */
export function scannerMessage(error: unknown): string {
  if (!(error instanceof ArgumentScannerError)) return error instanceof Error ? error.message : String(error)
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) => `There is no flag --${input}.${suggestion(input, corrections)}`,
    AliasNotFoundError: ({ input }) => `There is no flag -${input}.`,
    UnsatisfiedFlagError: ({ externalFlagName }) => `${dashed(externalFlagName)} needs a value.`,
    UnexpectedFlagError: ({ externalFlagName }) => `${dashed(externalFlagName)} is given twice.`,
    UnsatisfiedPositionalError: ({ placeholder }) => `${placeholder.toUpperCase()} is missing.`,
    UnexpectedPositionalError: ({ input }) => `The word ${input} is one too many.`,
    EnumValidationError: ({ externalFlagName, input, values }) =>
      `${dashed(externalFlagName)}: ${input} is none of ${values.join(', ')}.`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, exception }) =>
      `${name}: ${AnvcsError.is(exception) ? exception.message : String(exception)}`,
  })
}

/** Words that only happen to be as long are no help. */
function suggestion(input: string, corrections: readonly string[]): string {
  const meant = corrections.filter((name) => name.replace(/^-+/, '')[0] === input[0])
  return meant.length ? ` Did you mean ${meant.map((name) => dashed(name)).join(' or ')}?` : ''
}

function dashed(name: string): string {
  return `--${name.replace(/^-+/, '')}`
}
