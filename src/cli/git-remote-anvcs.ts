#!/usr/bin/env node
import { interruption } from './interruption.ts'
import { runRemoteHelper } from './remote-helper.ts'

// Git calls it as `git-remote-anvcs NAME TICKET`, in the repository or, while it clones, with GIT_DIR.
const [, , name = '', url = name] = process.argv

// No top-level await: the bundle is CommonJS. `runRemoteHelper` never rejects.
void runRemoteHelper(url, {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  folder: process.cwd(),
  signal: interruption(),
}).then((status) => (process.exitCode = status))
