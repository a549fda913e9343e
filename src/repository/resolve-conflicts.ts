import { lstat, readlink, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { filtersMayApply } from '../git/filters-may-apply.ts'
import { gitFailed } from '../git/git-program.ts'
import { whenUnlocked } from '../git/lock-wait.ts'
import { literally } from '../git/pathspec.ts'
import { chosenText, settledText, type ConflictChoice, type MarkedConflict } from '../merge/read-markers.ts'
import type { TreeEntryValue } from '../objects/tree.ts'
import { add } from './add.ts'
import { faultOfAll } from './choice-faults.ts'
import type { ConflictedPath } from './conflicted-path.ts'
import { conflictedPaths } from './explain-conflicts.ts'
import { inRoom } from './in-room.ts'
import { readMarkedFile } from './marked-file.ts'
import { gitText } from './run-git.ts'
import { isReachedDirectly } from './view-folder.ts'
import type { Workspace } from './workspace.ts'

export interface ResolveRequest {
  /** From the root of the work tree. */
  readonly path: string
  /** A side, both, or another text, which takes the place of one conflict. */
  readonly choice: ConflictChoice | { readonly text: string }
  /** Which of the places with markers, from 1; all of them unless told. */
  readonly conflict?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ResolveReport {
  readonly path: string
  /** `text`: what was given in the place of a side. */
  readonly choice: ConflictChoice | 'text'
  readonly resolved: number
  /** Places that still have markers. */
  readonly left: number
  /** A file is staged when no place is left. */
  readonly isStaged: boolean
}

const regularModes = [0o100644, 0o100755]
const isLink = ({ mode }: TreeEntryValue): boolean => mode === 0o120000

/**
 * Writes a choice for one conflict of a file, or all of them, and stages the file when none is left. A file without markers is taken whole from a side, if
 * nobody has edited it. Throws USAGE where there is no such conflict or somebody did, and MERGE_CONFLICT, with nothing changed, where what was chosen cannot
 * be right.
 */
export async function resolveConflicts(workspace: Workspace, request: ResolveRequest): Promise<ResolveReport> {
  const { path, choice, conflict, signal } = request
  const conflicted = (await conflictedPaths(workspace, [literally(path)], signal)).find((other) => other.path === path)
  if (!conflicted) throw new AnvcsError('USAGE', { message: `${path} is a folder.`, hint: 'Name one file.' })
  // Of a file that a side has deleted no part is in question.
  const isMerged = conflicted.left && conflicted.right
  const file = isMerged && (await readMarkedFile(workspace, path, signal))
  if (file && !file.pieces)
    throw new AnvcsError('USAGE', {
      message: `The markers in ${path} are damaged.`,
      hint: `Mend it by hand and \`git add\` it, or write them anew with \`git checkout -m -- PATH\`.`,
    })
  const marked = file?.pieces?.filter((piece) => typeof piece !== 'string') ?? []
  if (!file?.pieces || !marked.length) return takeWhole(workspace, conflicted, request)
  const meant = conflict === undefined ? marked : marked.slice(conflict - 1, conflict)
  if (!meant.length || conflict === 0)
    throw new AnvcsError('USAGE', { message: `${path} has conflicts 1 to ${marked.length}, and no ${conflict}.` })
  const { pieces } = file
  const textWith = (rest: (open: MarkedConflict) => string): string =>
    settledText(pieces, (piece) => (meant.includes(piece) ? textOf(piece, choice) : rest(piece)))
  // What is open yet may be chosen this way or that.
  const whole = [textWith(({ left }) => left), textWith(({ right }) => right)]
  await refuseFaults(workspace, conflicted, whole, signal)
  const place = join(workspace.git.workTree, path)
  await writeFile(
    place,
    Buffer.from(
      textWith((open) => open.whole),
      file.encoding,
    ),
    { signal },
  )
  const left = marked.length - meant.length
  if (!left) await stageResolved(workspace, path, signal)
  return {
    path,
    choice: typeof choice === 'string' ? choice : 'text',
    resolved: meant.length,
    left,
    isStaged: left === 0,
  }
}

function textOf(piece: MarkedConflict, choice: ResolveRequest['choice']): string {
  return typeof choice === 'string' ? chosenText(piece, choice) : choice.text
}

async function refuseFaults(
  workspace: Workspace,
  conflicted: ConflictedPath,
  chosen: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { path } = conflicted
  const fault = await faultOfAll(workspace, conflicted, chosen, signal)
  if (fault === undefined) return
  throw new AnvcsError('MERGE_CONFLICT', {
    message: `That is not written to ${path}: ${fault}.`,
    hint: 'Choose otherwise, or edit the file and `git add` it.',
  })
}

async function takeWhole(
  workspace: Workspace,
  conflicted: ConflictedPath,
  { path, choice, conflict, signal }: ResolveRequest,
): Promise<ResolveReport> {
  const { git } = workspace
  const { base, left, right } = conflicted
  const entries = [base, left, right].filter((entry) => entry !== undefined)
  const isPlain = entries.every(({ mode }) => regularModes.includes(mode)) || entries.every(isLink)
  if (!isPlain)
    throw new AnvcsError('USAGE', {
      message: `${path} is a submodule, or not the same kind of file on both sides.`,
      hint: 'Check out the right commit in a submodule and `git add` it, or say by `git add` and `git rm` which paths are to be there.',
    })
  if (typeof choice !== 'string' || choice === 'union' || conflict !== undefined)
    throw new AnvcsError('USAGE', {
      message: `${path} has no markers: only a whole side of it can be taken.`,
      hint: 'Say `--left` or `--right` alone.',
    })
  const place = join(git.workTree, path)
  const info = await lstat(place).catch(() => undefined)
  if (
    info &&
    !(
      (info.isFile() || info.isSymbolicLink()) &&
      (await isReachedDirectly(git.workTree, path)) &&
      (await isUntouched(workspace, path, entries, signal))
    )
  )
    throw new AnvcsError('USAGE', {
      message: `${path} was edited, and has no markers any more.`,
      hint: '`git add` it as it is, or write the markers anew with `git checkout -m -- PATH`.',
    })
  if (conflicted[choice])
    await git.git.run(['checkout', choice === 'left' ? '--ours' : '--theirs', '--', path], { signal })
  else await rm(place, { force: true })
  await stageResolved(workspace, path, signal)
  return { path, choice, resolved: 1, left: 0, isStaged: true }
}

/** Does a file hold just what one of the sides has? */
async function isUntouched(
  { git }: Workspace,
  path: string,
  entries: readonly TreeEntryValue[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const place = join(git.workTree, path)
  const target = (await lstat(place)).isSymbolicLink() ? await readlink(place, 'buffer') : undefined
  const args = target ? ['hash-object', '--stdin'] : ['hash-object', '--', path]
  const id = await gitText(git.git, args, { signal, ...(target && { input: target }) })
  return entries.some((entry) => entry.id === id.trim())
}

/** As `ai-vcs add`: in a room the staged state is remembered. */
export async function stageResolved(
  workspace: Workspace,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const paths = [literally(path)]
  const here = (host: Parameters<typeof add>[1]) => add(workspace, host, paths)
  await inRoom(workspace, { method: 'add', params: { paths }, here, ...(signal && { signal }) })
  await restoreForm(workspace, path, signal)
}

/**
 * Git writes a conflict as it is stored where a filter makes nothing of markers: a file of Git LFS is its pointer then. What was staged of it is put in its place
 * as the work tree has it.
 */
async function restoreForm({ git }: Workspace, path: string, signal: AbortSignal | undefined): Promise<void> {
  const staged = (await git.index.entries([path])).get(path)
  const info = await lstat(join(git.workTree, path)).catch(() => undefined)
  if (!staged || !info?.isFile() || !filtersMayApply(git, [path])) return
  const onDisk = await gitText(git.git, ['hash-object', '--no-filters', '--', path], { signal })
  if (onDisk.trim() !== staged.id) return
  // Git writes no file that it takes for unchanged.
  await utimes(join(git.workTree, path), 0, 0)
  const args = ['checkout-index', '--force', '--index', '--', path]
  const result = await whenUnlocked(() => git.git.call(args, { signal }), signal)
  if (result.exitCode !== 0) throw gitFailed(args, result)
}
