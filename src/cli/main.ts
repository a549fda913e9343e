#!/usr/bin/env node
import { exitStatus } from './exit-code.ts'
import { interruption } from './interruption.ts'
import { runCli } from './run-cli.ts'
import { writtenOutput } from './written-output.ts'

const signal = interruption()
const stdout = writtenOutput(
  1,
  () => process.stdout,
  // The reader of a pipe has seen enough: `ai-vcs log | head`.
  (error) => process.exit(error.code === 'EPIPE' ? exitStatus.ok : exitStatus.internal),
)
const stderr = writtenOutput(
  2,
  () => process.stderr,
  // There is nobody left to be told.
  () => {},
)

// No top-level await: the bundle is CommonJS. `runCli` never rejects.
void runCli(process.argv.slice(2), {
  stdin: () => process.stdin,
  stdout,
  stderr,
  environment: process.env,
  folder: currentFolder(),
  signal,
}).then((status) => {
  process.exitCode = status
  // All is closed, so nothing is left to wait for.
  if (stdout.isDone && stderr.isDone) process.exit()
})

/** '' where it was removed under the shell. */
function currentFolder(): string {
  try {
    return process.cwd()
  } catch {
    return ''
  }
}
