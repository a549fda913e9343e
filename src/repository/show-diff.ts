import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { nulItems } from '../git/git-lists.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { pathArguments } from '../git/pathspec.ts'
import type { DiffTarget, FileDifference, PatchOptions } from './file-difference.ts'
import { describeFiles, filesOfCommit, filesOfDiff, printFiles } from './diff-directly.ts'
import { gitText, resolveRanges } from './run-git.ts'
import type { Workspace } from './workspace.ts'

const statuses: Readonly<Record<string, FileDifference['status']>> = {
  A: 'added',
  C: 'copied',
  D: 'deleted',
  M: 'modified',
  R: 'renamed',
  T: 'type changed',
  U: 'unmerged',
}

/** Throws WORK_TREE_MISSING where files or an index are to be compared and there are none. */
export async function refuseWithoutFiles({ git }: Workspace, { args }: DiffTarget, signal: AbortSignal): Promise<void> {
  if (git.hasFiles) return
  const { starts, excluded } = await resolveRanges(
    git,
    args.filter((word) => word !== '--cached'),
    signal,
  )
  if (args.includes('--cached') || starts.length + excluded.length < 2) throw new AnvcsError('WORK_TREE_MISSING')
}

/** The files that differ, and by how much. */
export async function diffFiles(
  workspace: Workspace,
  target: DiffTarget,
  signal?: AbortSignal,
): Promise<readonly FileDifference[]> {
  const { program, words } = pathArguments(workspace.git.git, target.paths)
  const args = ['diff', '--raw', '--numstat', '-z', '-M', ...target.args, '--', ...words]
  const output = await program.run(args, { signal }).catch(unlessMissing)
  return output === undefined ? describeFiles(await filesOfDiff(workspace, target, signal)) : parseFiles(output)
}

/** Nothing but what a commit changes against its first parent, whatever the user likes to see with it. */
const firstParent = ['--format=', '--no-show-signature', '--first-parent', '-m']

/** The same against a commit's first parent. */
export async function commitFileDifferences(
  workspace: Workspace,
  commit: ObjectId,
  signal?: AbortSignal,
): Promise<readonly FileDifference[]> {
  const args = ['show', ...firstParent, '--raw', '--numstat', '-z', '-M', commit, '--']
  const output = await workspace.git.git.run(args, { signal }).catch(unlessMissing)
  return output === undefined ? describeFiles(filesOfCommit(workspace, commit)) : parseFiles(output)
}

/** The patch, as git prints it. */
export async function diffText(workspace: Workspace, target: DiffTarget, options: PatchOptions): Promise<string> {
  const { signal } = options
  const { program, words } = pathArguments(workspace.git.git, target.paths)
  const args = ['diff', ...patchArguments(options), ...target.args, '--', ...words]
  const text = await gitText(program, args, { signal }).catch(unlessMissing)
  return text ?? printFiles(await filesOfDiff(workspace, target, signal), options)
}

/** The patch of a commit against its first parent. */
export async function commitPatch(workspace: Workspace, commit: ObjectId, options: PatchOptions): Promise<string> {
  const args = ['show', ...firstParent, ...patchArguments(options), commit, '--']
  const text = await gitText(workspace.git.git, args, { signal: options.signal }).catch(unlessMissing)
  return text ?? printFiles(filesOfCommit(workspace, commit), options)
}

function patchArguments({ isColored, isStat }: PatchOptions): readonly string[] {
  return [`--color=${isColored ? 'always' : 'never'}`, isStat ? '--stat' : '--patch', '--no-ext-diff']
}

/** `--raw --numstat -z`: first a record `:modes ids status`, path and, for renames, new path; then numbers, laid out alike. */
function parseFiles(output: Uint8Array): readonly FileDifference[] {
  const items = nulItems(output)
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
