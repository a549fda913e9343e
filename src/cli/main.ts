#!/usr/bin/env node
import { run } from '@stricli/core'
import { AnvcsError } from '../contracts/errors.ts'
import { createApp } from './app.ts'
import { completeWord, printCompletions } from './completion.ts'
import { createContext } from './context.ts'
import { exitStatus, exitStatusOfParser } from './exit-code.ts'

const words = spread(process.argv.slice(2))
const interruption = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    // Whoever asks twice does not want to wait for what is being closed.
    if (interruption.signal.aborted) process.exit(exitStatus.interrupted)
    interruption.abort(new AnvcsError('ABORTED'))
  })
// The reader of a pipe has seen enough: `ai-vcs log | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : exitStatus.internal),
)

const end = words.indexOf('--')
const context = createContext({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  folder: process.cwd(),
  signal: interruption.signal,
  isJson: words.slice(0, end < 0 ? words.length : end).includes('--json'),
})
const app = createApp()

if (words[0] === completeWord) await printCompletions(app, words.slice(1), context)
else {
  // What the reader of the command line complains about is an error like all others.
  const complaints: string[] = []
  const reading = {
    ...context,
    process: { ...context.process, stderr: { write: (text: string) => void complaints.push(text) } },
  }
  await run(app, words, reading)
  const code = exitStatusOfParser(reading.process.exitCode)
  const message = complaints.join('').trim()
  if (message && code === exitStatus.usage)
    context.output.error(new AnvcsError('USAGE', { message, hint: helpFor(words) }))
  else if (message) context.output.error(new AnvcsError('INTERNAL', { message }))
  process.exitCode = code
}

/** `-am TEXT` is `-a -m TEXT`, as for git; a text that looks like that is left alone. */
function spread(line: readonly string[]): readonly string[] {
  return line.flatMap((word, i) =>
    /^-[A-Za-z]{2,}$/.test(word) && !/^(?:-m|--message|--prompt)$/.test(line[i - 1] ?? '')
      ? word
          .slice(1)
          .split('')
          .map((letter) => `-${letter}`)
      : [word],
  )
}

/** The help of the command that was meant, as far as it can be told. */
function helpFor(line: readonly string[]): string {
  const [command] = line
  return `See \`ai-vcs ${command && /^[a-z-]+$/.test(command) && !command.startsWith('-') ? `${command} ` : ''}--help\`.`
}
