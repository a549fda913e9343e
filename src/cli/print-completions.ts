import { proposeCompletions } from '@stricli/core'
import type { App } from './app.ts'
import type { CliContext } from './context.ts'
import { routeOf } from './route-of.ts'

/** Prints proposals for an unfinished line, one a line: the word, a tab, what it means. */
export async function printCompletions(app: App, words: readonly string[], context: CliContext): Promise<void> {
  const isHelp = words[0] === 'help' && words.length > 1
  const line = isHelp ? words.slice(1) : words
  const partial = line.at(-1) ?? ''
  const { path, group } = routeOf(app, line.slice(0, -1))
  const isFirst = path.length === line.length - 1
  const commands = (isFirst && group?.getAllEntries()) || []
  const named = [
    ...commands.map(({ name, target }) => ({ completion: name['convert-camel-to-kebab'], brief: target.brief })),
    ...(isFirst && !path.length && !isHelp ? [{ completion: 'help', brief: 'Print the help of a command' }] : []),
  ].filter(({ completion }) => completion.startsWith(partial))
  const others = isHelp ? [] : await proposeCompletions(app, line, context)
  // Who has typed nothing wants files, branches and the like; flags are for who has begun one.
  const wanted = others.filter(
    ({ completion }) => completion !== '--' && (partial !== '' || !completion.startsWith('-')),
  )
  const proposals = new Map([...named, ...wanted].map(({ completion, brief }) => [completion, brief]))
  const lines = [...proposals].map(([word, brief]) => `${word}\t${brief.split('\n', 1)[0]}\n`)
  context.process.stdout.write(lines.join(''))
}
