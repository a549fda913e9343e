import { parseArgs, type ParseArgsConfig } from 'node:util'

/** The options of a command of this project; what it does not know ends it with 2 and how it is written. */
export function commandOptions<Config extends ParseArgsConfig>(
  config: Config,
  usage: string,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config)
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error), usage)
  }
}

/** A whole number of an option, at least `min`. */
export function wholeNumber(text: string, min: number, usage: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  return number >= min ? number : refuse(`${text} is no whole number from ${min} on.`, usage)
}

/** Ends the process: the command cannot be carried out as it was written. */
export function refuse(message: string, usage: string): never {
  process.stderr.write(`error: ${message.split('\n', 1)[0]}\nhint: ${usage}\n`)
  process.exit(2)
}
