import { accessSync, constants } from 'node:fs'
import { resolve } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { GitRepository } from './repository.ts'
import { runProgram } from './run-program.ts'

/** The hooks of `git commit` and `git merge` (githooks(5)), in the order in which they run. */
export type HookName =
  | 'pre-commit'
  | 'pre-merge-commit'
  | 'prepare-commit-msg'
  | 'commit-msg'
  | 'post-commit'
  | 'post-merge'

/** How a hook is run. */
export interface HookCall {
  /** What is committed, as an index. */
  readonly indexFile: string
  readonly args?: readonly string[]
  /** The variables of whoever commits; those of whoever opened the repository unless told. */
  readonly env?: NodeJS.ProcessEnv | undefined
  readonly signal?: AbortSignal | undefined
}

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
 * Runs a hook as git would: in the work tree, with the user's variables and none of ours. What it printed is the result. Throws HOOK_REFUSED
 * where it does not exit with 0.
 */
export async function runHook(repository: GitRepository, name: HookName, call: HookCall): Promise<string> {
  const { indexFile, args = [], env = repository.env, signal } = call
  const result = await runProgram('git', ['hook', 'run', '--ignore-missing', name, '--', ...args], {
    folder: repository.openedAt,
    // No editor is opened, as under `git commit -m`.
    environment: { ...env, GIT_INDEX_FILE: indexFile, GIT_EDITOR: ':' },
    signal,
  })
  if (!result) throw new AnvcsError('GIT_MISSING')
  // Git sends what hooks print there.
  const output = result.stderr
  if (result.exitCode === 0) return output
  throw new AnvcsError('HOOK_REFUSED', {
    message: `The hook ${name} refused, with exit status ${result.exitCode}.`,
    details: { hook: name, exitCode: result.exitCode, output },
  })
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
