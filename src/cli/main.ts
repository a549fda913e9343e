#!/usr/bin/env node
import { AnvcsError } from '../contracts/errors.ts'
import { exitStatus, interruptedStatus } from './exit-code.ts'
import { runCli } from './run-cli.ts'

const interruption = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    const reason = new AnvcsError('ABORTED', { details: { signal: name } })
    // Whoever asks twice does not want to wait for what is being closed.
    if (interruption.signal.aborted) process.exit(interruptedStatus(reason))
    interruption.abort(reason)
  })
// The reader of a pipe has seen enough: `ai-vcs log | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? exitStatus.ok : exitStatus.internal),
)

process.exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  folder: process.cwd(),
  signal: interruption.signal,
})
