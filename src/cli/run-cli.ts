import { run } from '@stricli/core'
import { AnvcsError } from '../contracts/errors.ts'
import { createApp, namesIn, readVersion, unknownCommand } from './app.ts'
import { completeWord } from './completion-script.ts'
import { createContext, type ContextOptions } from './context.ts'
import { exitStatus, exitStatusOfParser } from './exit-code.ts'
import { printCompletions } from './print-completions.ts'
import { routeOf } from './route-of.ts'

/**
 * Runs one command line (without the program's name) and tells the exit status. It never rejects. A folder of '' is one that was removed.
 */
export async function runCli(
  line: readonly string[],
  options: Omit<ContextOptions, 'isJson' | 'help' | 'complaints'>,
): Promise<number> {
  const words = helped(spread(line))
  const end = words.indexOf('--')
  const isJson = words.slice(0, end < 0 ? words.length : end).includes('--json')
  const app = createApp(words.includes('--help') ? undefined : words[0])
  const { path, group } = routeOf(app, words)
  // What the reader of the command line complains about is an error like all others.
  const complaints: string[] = []
  const context = createContext({
    ...options,
    isJson,
    help: `See \`${['ai-vcs', ...path].join(' ')} --help\`.`,
    complaints: { write: (text) => void complaints.push(text) },
  })
  if (!options.folder) {
    context.output.error(new AnvcsError('NOT_A_REPOSITORY', { message: 'The folder that this runs in was removed.' }))
    return exitStatus.usage
  }
  if (words[0] === completeWord) {
    await printCompletions(app, words.slice(1), context)
    return exitStatus.ok
  }
  if (words[0] === '--version' || words[0] === '-v') {
    const version = await readVersion()
    context.output.result({ version }, () => version)
    return exitStatus.ok
  }
  const [next] = words.slice(path.length)
  // A group that has a command for the case that none is named would take this for a word of that.
  if (group?.getDefaultCommand() && next && !next.startsWith('-'))
    complaints.push(unknownCommand(next, { known: namesIn(group), before: `${path.join(' ')} ` }))
  else await run(app, words, context)
  const message = complaints.join('').trim().replaceAll('\n', ' ')
  const code = message && !context.process.exitCode ? exitStatus.usage : exitStatusOfParser(context.process.exitCode)
  if (message && code === exitStatus.usage)
    context.output.error(new AnvcsError('USAGE', { message, hint: hintOn(message) ?? context.help }))
  else if (message) context.output.error(new AnvcsError('INTERNAL', { message }))
  return code
}

/** `diff --cached` is `diff --staged`, `-am TEXT` and `-amTEXT` are `-a -m TEXT`, `-n5` and `-5` are `-n 5`, as for git; a text that looks like that is left alone. */
function spread(line: readonly string[]): readonly string[] {
  const [command = ''] = line
  const end = line.indexOf('--')
  return line.flatMap((word, i) => {
    if (end >= 0 && i > end) return [word]
    // The reader of the command line takes one for itself.
    if (i === end && ['diff', 'log'].includes(command)) return ['--', '--']
    if (command === 'diff' && word === '--cached') return ['--staged']
    if (/^(?:-[A-Za-z]*m|--message|--prompt)$/.test(line[i - 1] ?? '')) return [word]
    const count = ['log', 'graph'].includes(command) && /^-n?(\d+)$/.exec(word)
    if (count) return ['-n', count[1]!]
    const [, letters = '', text] = (command === 'commit' && /^-([anq]*)m([^=][^]*)$/.exec(word)) || []
    if (text !== undefined) return [...apart(letters), '-m', text]
    return /^-[A-Za-z]{2,}$/.test(word) ? apart(word.slice(1)) : [word]
  })
}

function apart(letters: string): readonly string[] {
  return letters.split('').map((letter) => `-${letter}`)
}

/** `help COMMAND` is `COMMAND --help`. */
function helped(words: readonly string[]): readonly string[] {
  return words[0] === 'help' ? [...words.slice(1).filter((word) => !['--', '--json'].includes(word)), '--help'] : words
}

/** What does the work of what git or others have, and we do not. */
const otherWays: readonly (readonly [RegExp, string])[] = [
  [
    /^There is no flag --amend/,
    'Amend by `git commit --amend`: the record stays with the commit. Or take it back by `ai-vcs undo`, and commit again.',
  ],
  [
    /^There is no command config (?:set|unset|edit|add)/,
    'Edit ai-vcs.config.yaml in the repository, or your own config.yaml: `ai-vcs config list` tells what counts.',
  ],
  [/^There is no flag --(?:ours|theirs)/, '`--left` takes ours, `--right` takes theirs.'],
]

function hintOn(message: string): string | undefined {
  return otherWays.find(([pattern]) => pattern.test(message))?.[1]
}
