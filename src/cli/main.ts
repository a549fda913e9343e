#!/usr/bin/env node
import { exitStatus } from './exit-code.ts'
import { interruption } from './interruption.ts'
import { runCli } from './run-cli.ts'

const signal = interruption()
// The reader of a pipe has seen enough: `ai-vcs log | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? exitStatus.ok : exitStatus.internal),
)

// No top-level await: the bundle is CommonJS. `runCli` never rejects.
void runCli(process.argv.slice(2), {
  stdin: () => process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  folder: process.cwd(),
  signal,
}).then((status) => {
  process.exitCode = status
  // All is closed. Pipes and terminals are written to at once on Linux (process I/O of Node), so nothing is left to wait for.
  if (process.platform === 'linux' && !process.stdout.writableLength) process.exit()
})
