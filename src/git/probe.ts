import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { GitConfig } from './config.ts'

/** Extensions of the repository format that change nothing for us, or are handled here. */
const knownExtensions = new Set([
  'noop',
  'objectformat',
  'partialclone',
  'preciousobjects',
  'relativeworktrees',
  'worktreeconfig',
])

/** Throws REPOSITORY_UNSUPPORTED, with the name of the feature, where the repository has one that we do not handle. */
export function refuseUnknownFormat(config: GitConfig): void {
  const version = Number(config.get('core.repositoryformatversion') ?? 0)
  if (!(version <= 1)) throw unsupported(`repository format version ${config.get('core.repositoryformatversion')}`)
  for (const name of config.names) {
    const extension = /^extensions\.(.*)$/.exec(name)?.[1]
    if (extension === undefined || (extension === 'refstorage' && config.get(name) === 'files')) continue
    if (!knownExtensions.has(extension)) throw unsupported(`the extension ${extension}=${config.get(name)}`)
  }
}

export function unsupported(feature: string): AnvcsError {
  return new AnvcsError('REPOSITORY_UNSUPPORTED', {
    message: `The repository uses ${feature}, which anvcs does not handle.`,
    details: { feature },
  })
}

const operations: readonly (readonly [string, string])[] = [
  ['MERGE_HEAD', 'a merge'],
  ['rebase-merge', 'a rebase'],
  ['rebase-apply', 'a rebase or `git am`'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
  ['sequencer', 'a cherry-pick or revert'],
  ['BISECT_LOG', 'a bisect'],
]

/** What Git is in the middle of, in words, or undefined: then HEAD and index may move. */
export function unfinishedOperation(gitDir: string): string | undefined {
  return operations.find(([file]) => existsSync(join(gitDir, file)))?.[1]
}

/** Is somebody writing the message of a `git commit`? If HEAD moved now, that commit would fail and its message be lost. */
export function isCommitEditorOpen(gitDir: string): boolean {
  const message = join(gitDir, 'COMMIT_EDITMSG')
  const written = statSync(message, { throwIfNoEntry: false })?.mtimeMs
  const moved = statSync(join(gitDir, 'logs/HEAD'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  // The reflog is written after the message: the common case needs no look at the running programs.
  if (written === undefined || written < moved) return false
  return runningCommands().some(({ folder, args }) => args.some((arg) => resolve(folder, arg) === message))
}

interface RunningCommand {
  readonly folder: string
  readonly args: readonly string[]
}

/** All programs that run here, as far as the system tells (Linux). */
function runningCommands(): readonly RunningCommand[] {
  const processes = existsSync('/proc/self/cmdline') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []
  return processes.flatMap((id) => {
    try {
      const args = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0')
      return [{ folder: readlinkSync(`/proc/${id}/cwd`), args }]
    } catch {
      return [] // It has ended meanwhile, or is somebody else's.
    }
  })
}
