import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Kind } from './kind.ts'
import type { Place } from './place.ts'

/** What a repository is after a commit, as git tells it: equal for twins. */
export interface Facts {
  /** Tree and parents of HEAD; where more commits have come, the trees of the last. */
  readonly commit: string
  /** Where HEAD is. */
  readonly branch: string
  readonly index: string
  readonly status: string
  /** The tree of a commit of what is staged now. */
  readonly next: string
  /** Version and extensions of the index that say how it is kept. */
  readonly form: string
  /** Files of unfinished operations, and whatever else lies in the git folder. */
  readonly state: readonly string[]
  readonly also: readonly string[]
  readonly files: readonly string[]
}

/** Names in a git folder that come and go with how something was done. */
const passing = /^(?:ai-vcs|COMMIT_EDITMSG|ORIG_HEAD|FETCH_HEAD|objects|logs|gitk\.cache|sharedindex\..*)$/

export function factsOf(place: Place, { folder = 'work', env, also = [], files = [], after }: Kind): Facts {
  const git = (...args: readonly string[]) => place.gitWith({ folder, env: env?.(place) ?? {} }, ...args)
  const [gitDir, indexFile] = git('rev-parse', '--path-format=absolute', '--git-dir', '--git-path', 'index').split('\n')
  // Before status, which renews the index.
  const form = formOf(indexFile!)
  return {
    form,
    commit: git('log', '--graph', '-4', `--format=%T ${after ? '' : '%P'}`, ...(after ? [] : ['-1'])),
    branch: git('rev-parse', '--symbolic-full-name', 'HEAD'),
    index: git('ls-files', '--stage', '-t'),
    status: git('status', '--porcelain'),
    next: attempt(() => git('write-tree')),
    state: readdirSync(gitDir!).filter((name) => !passing.test(name)),
    also: also.map((args) => withoutTrailers(attempt(() => git(...args)))),
    files: files.map((path) => readFileSync(place.path(path), 'utf8')),
  }
}

/** A message as the user gave it. */
function withoutTrailers(text: string): string {
  return text.replace(/^AI-.*\n/gm, '').trimEnd()
}

function attempt(run: () => string): string {
  try {
    return run()
  } catch (error) {
    return `status ${(error as { status?: number }).status}`
  }
}

/** `v4 link`: only extensions without which an index cannot be read are told. */
function formOf(path: string): string {
  if (!existsSync(path)) return 'none'
  const bytes = readFileSync(path)
  const required = ['link', 'sdir'].filter((name) => bytes.includes(name, 12, 'latin1'))
  return [`v${bytes.readUInt32BE(4)}`, ...required].join(' ')
}

/** Everything that refs, index and files are: equal before and after what was refused. */
export function untouched(place: Place, { folder = 'work', env }: Kind): readonly string[] {
  const git = (...args: readonly string[]) => place.gitWith({ folder, env: env?.(place) ?? {} }, ...args)
  return [
    ['rev-parse', 'HEAD', '--all'],
    ['ls-files', '--stage', '-t'],
    ['status', '--porcelain'],
  ].map((args) => attempt(() => git(...args)))
}

/** Nothing is wrong in the eyes of git. */
export function mustBeSound(place: Place, { folder = 'work', env }: Kind): void {
  place.gitWith({ folder, env: env?.(place) ?? {} }, 'fsck', '--strict', '--no-dangling', '--no-progress')
}

/** Locks and scratch files that were left. */
export function leftIn(place: Place): string {
  const names = ['-name', '*.lock', '-o', '-path', '*/ai-vcs/intent', '-o', '-path', '*/ai-vcs/index-*']
  return execFileSync('find', [place.root, ...names], { encoding: 'latin1' })
}
