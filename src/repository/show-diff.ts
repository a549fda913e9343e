import type { ObjectId } from '../contracts/ids.ts'
import { gitText } from './run-git.ts'
import type { Workspace } from './workspace.ts'

/** A file that differs. */
export interface FileDifference {
  readonly path: string
  /** Where it was before, if it was renamed or copied. */
  readonly from: string | null
  readonly status: 'added' | 'deleted' | 'modified' | 'renamed' | 'copied' | 'type changed' | 'unmerged'
  /** Lines; null for binary files. */
  readonly added: number | null
  readonly removed: number | null
}

const statuses: Readonly<Record<string, FileDifference['status']>> = {
  A: 'added',
  C: 'copied',
  D: 'deleted',
  M: 'modified',
  R: 'renamed',
  T: 'type changed',
  U: 'unmerged',
}

/** What to compare, as arguments for `git diff`. */
export interface DiffTarget {
  readonly args: readonly string[]
  readonly paths: readonly string[]
}

/** The files that differ, and by how much. */
export async function diffFiles(
  { git }: Workspace,
  { args, paths }: DiffTarget,
  signal?: AbortSignal,
): Promise<readonly FileDifference[]> {
  return parseFiles(
    await gitText(git.git, ['diff', '--raw', '--numstat', '-z', '-M', ...args, '--', ...paths], { signal }),
  )
}

/** The same against a commit's first parent. */
export async function commitFileDifferences(
  { git }: Workspace,
  commit: ObjectId,
  signal?: AbortSignal,
): Promise<readonly FileDifference[]> {
  const args = ['show', '--format=', '--raw', '--numstat', '-z', '-M', '--first-parent', '-m', commit, '--']
  return parseFiles(await gitText(git.git, args, { signal }))
}

/** The patch, as git prints it. */
export function diffText({ git }: Workspace, { args, paths }: DiffTarget, options: PatchOptions): Promise<string> {
  return gitText(git.git, ['diff', ...patchArguments(options), ...args, '--', ...paths], { signal: options.signal })
}

/** The patch of a commit against its first parent. */
export function commitPatch({ git }: Workspace, commit: ObjectId, options: PatchOptions): Promise<string> {
  const args = ['show', '--format=', '--first-parent', '-m', ...patchArguments(options), commit, '--']
  return gitText(git.git, args, { signal: options.signal })
}

export interface PatchOptions {
  readonly isColored: boolean
  readonly isStat: boolean
  readonly signal?: AbortSignal | undefined
}

function patchArguments({ isColored, isStat }: PatchOptions): readonly string[] {
  return [`--color=${isColored ? 'always' : 'never'}`, isStat ? '--stat' : '--patch', '--no-ext-diff']
}

/** `--raw --numstat -z`: first a record `:modes ids status`, path and, for renames, new path; then numbers, laid out alike. */
function parseFiles(output: string): readonly FileDifference[] {
  const items = output.split('\0')
  const files = new Map<string, FileDifference>()
  for (let at = 0; at < items.length; at++) {
    const item = items[at]!.replace(/^\n/, '')
    if (item.startsWith(':')) {
      const status = item.split(' ')[4]!
      const isMoved = /^[RC]/.test(status)
      const from = items[++at]!
      const path = isMoved ? items[++at]! : from
      const known = statuses[status[0]!] ?? 'modified'
      files.set(path, { path, from: isMoved ? from : null, status: known, added: null, removed: null })
      continue
    }
    const [, added, removed, name] = /^(\d+|-)\t(\d+|-)\t([^]*)$/.exec(item) ?? []
    if (added === undefined) continue
    // A rename leaves the name empty; both names follow.
    if (!name) at += 2
    const path = name || items[at]!
    const file = files.get(path)
    if (file) files.set(path, { ...file, added: count(added), removed: count(removed!) })
  }
  return [...files.values()]
}

function count(text: string): number | null {
  return text === '-' ? null : Number(text)
}
