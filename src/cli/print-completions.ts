import { proposeCompletions } from '@stricli/core'
import type { App } from './app.ts'
import type { CliContext } from './context.ts'

/** Prints proposals for an unfinished line, one a line: the word, a tab, what it means. */
export async function printCompletions(app: App, words: readonly string[], context: CliContext): Promise<void> {
  const proposals = await proposeCompletions(app, words, context)
  const lines = proposals.map(({ completion, brief }) => `${completion}\t${brief.split('\n', 1)[0]}\n`)
  context.process.stdout.write(lines.join(''))
}
