import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { AnvcsError } from '../contracts/errors.ts'
import type { GitRepository } from './repository.ts'
import { shareFolders } from './sharing.ts'

/** The hooks of `git commit` and `git merge` (githooks(5)), in the order in which they run. */
export type HookName =
  | 'pre-commit'
  | 'pre-merge-commit'
  | 'prepare-commit-msg'
  | 'commit-msg'
  | 'post-commit'
  | 'post-merge'
  // Those that git alone runs.
  | 'post-checkout'
  | 'pre-push'

/** How a hook is run. */
export interface HookCall {
  /** What is committed, as an index. */
  readonly indexFile: string
  readonly args?: readonly string[]
  /** The variables of whoever commits; those of whoever opened the repository unless told. */
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Called with what it prints, as it comes; the result holds nothing of it then. */
  readonly onOutput?: ((text: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** So much of what a hook prints is kept, from its end. */
const maxOutputBytes = 64 * 1024
const followMs = 100

/** Which of the hooks are there, and may be run. */
export async function findHooks(repository: GitRepository, names: readonly HookName[]): Promise<readonly HookName[]> {
  const folder = await hooksFolder(repository)
  return names.filter((name) => isRunnable(resolve(folder, name)))
}

async function hooksFolder({ config, git, workTree, commonDir }: GitRepository): Promise<string> {
  if (config.get('core.hookspath') === undefined) return resolve(commonDir, 'hooks')
  // Git knows whose home `~name` is, and that a relative path begins where hooks run.
  const path = new TextDecoder().decode(await git.run(['rev-parse', '--git-path', 'hooks']))
  return resolve(workTree, path.replace(/\n$/, ''))
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Runs a hook as git would: in the work tree, with the user's variables and none of ours. The end of what it printed is the result. Throws
 * HOOK_REFUSED where it does not exit with 0.
 */
export async function runHook(repository: GitRepository, name: HookName, call: HookCall): Promise<string> {
  const { indexFile, args = [], env = repository.env, onOutput, signal } = call
  signal?.throwIfAborted()
  const folder = join(repository.gitDir, 'ai-vcs')
  await mkdir(folder, { recursive: true })
  shareFolders(repository)
  const path = join(folder, `output-${randomBytes(6).toString('hex')}`)
  // A file and no pipe: a program that the hook leaves running keeps neither us nor itself waiting. It is gone by name at once.
  await using output = await open(path, 'wx+', 0o600)
  await rm(path)
  await using _followed = onOutput && follow(output, onOutput)
  const child = spawn('git', ['hook', 'run', '--ignore-missing', name, '--', ...args], {
    cwd: repository.openedAt,
    // No editor is opened, as under `git commit -m`.
    env: { ...env, GIT_INDEX_FILE: indexFile, GIT_EDITOR: ':' },
    stdio: ['ignore', output.fd, output.fd],
  })
  const exitCode = await ended(child, signal)
  const printed = onOutput ? '' : await readEnd(output)
  if (exitCode === 0) return printed
  throw new AnvcsError('HOOK_REFUSED', {
    message: `The hook ${name} refused, with exit status ${exitCode}.`,
    details: { hook: name, exitCode, output: printed },
  })
}

/** The exit status; an abort ends the program and rethrows its reason. Throws GIT_MISSING where there is no git to run a hook. */
async function ended(child: ChildProcess, signal: AbortSignal | undefined): Promise<number | null> {
  const abort = () => child.kill()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const [exitCode] = (await once(child, 'exit')) as [number | null]
    signal?.throwIfAborted()
    return exitCode
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new AnvcsError('GIT_MISSING', { message: 'There is a hook, and no git program to run it.', cause })
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

/** Tells what comes into a file, a few times a second, until it is stopped; then the rest. */
function follow(file: FileHandle, told: (text: string) => void): AsyncDisposable {
  const decoder = new StringDecoder('utf8')
  const bytes = Buffer.alloc(maxOutputBytes)
  let position = 0
  const look = async () => {
    for (;;) {
      const { bytesRead } = await file.read(bytes, 0, bytes.length, position)
      if (!bytesRead) return
      position += bytesRead
      told(decoder.write(bytes.subarray(0, bytesRead)))
    }
  }
  let looked = Promise.resolve()
  const timer = setInterval(() => {
    looked = looked.then(look)
  }, followMs)
  const close = async () => {
    clearInterval(timer)
    await looked
    await look()
  }
  return { [Symbol.asyncDispose]: close }
}

async function readEnd(file: FileHandle): Promise<string> {
  const { size } = await file.stat()
  const length = Math.min(size, maxOutputBytes)
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
  return buffer.toString()
}

/** Runs a hook that comes after the fact: whether it is content changes nothing. */
export async function runLateHook(repository: GitRepository, name: HookName, call: HookCall): Promise<string> {
  try {
    return await runHook(repository, name, call)
  } catch (error) {
    if (AnvcsError.is(error, 'HOOK_REFUSED')) return String(error.details['output'])
    throw error
  }
}
