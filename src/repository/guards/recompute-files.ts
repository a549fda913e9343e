import { AnvcsError } from '../../contracts/errors.ts'
import type { ObjectId } from '../../contracts/ids.ts'
import type { GitObject } from '../../contracts/object-store.ts'
import { openScratchIndex } from '../../git/scratch-index.ts'
import { readStored, readStoredCommit } from '../../git/stored-objects.ts'
import { diffTrees } from '../../objects/tree-diff.ts'
import { editTree } from '../../objects/tree-edit.ts'
import type { ConflictedPath } from '../conflicted-path.ts'
import { matchesPath } from '../matches-path.ts'
import type { MergedCommits } from '../merge-commits.ts'
import type { Workspace } from '../workspace.ts'
import type { ComputedFile } from './computed-file.ts'
import type { GuardOptions, GuardReport } from './guard-merge.ts'
import type { Guard } from './guard.ts'
import { runIn, type CommandRun } from './run-guard.ts'
import { inScratchTree, scratchIndex, type ScratchContent } from './scratch-tree.ts'
import { storeWritten } from './written-files.ts'

/** A merge as git has made it. */
export interface MergeToCompute {
  /** Commits. */
  readonly ours: ObjectId
  readonly theirs: ObjectId
  readonly merged: MergedCommits
  /** Do the files of the user hold the merged tree already, so that it has to stay as it is? */
  readonly isHeld: boolean
}

/** What guards have made of it. */
export interface ComputedMerge extends Pick<MergedCommits, 'tree' | 'conflicts'> {
  /** Those in which the tree is different from what git made. */
  readonly files: readonly ComputedFile[]
  readonly reports: readonly GuardReport[]
}

const regularModes = [0o100644, 0o100755]

/**
 * Lets guards compute the files that they write, where these conflict or were merged from both sides, in scratch work trees of the merge. All or nothing: conflicts stay as
 * they are unless each has such a guard, and what it gives is the same from the file of either side. Where no line conflicts it starts from the merged lines, and has to pass.
 * Nothing of the user's is touched.
 */
export async function recomputeFiles(
  workspace: Workspace,
  guards: readonly Guard[],
  merge: MergeToCompute,
  options: GuardOptions,
): Promise<ComputedMerge> {
  const { tree, conflicts, conflicted } = merge.merged
  const none = { tree, conflicts, files: [], reports: [] }
  const writerOf = (path: string) => guards.find(({ writes }) => writes.length && matchesPath(writes, path))
  const isComputed = (file: ConflictedPath) => isPlain(file) && writerOf(file.path) !== undefined
  if (!guards.some(({ writes }) => writes.length)) return none
  // Without git it is not known what the sides have of a conflict.
  if (conflicted.length !== conflicts.length || !conflicted.every(isComputed)) return none
  const paths = [...new Set([...conflicts, ...mergedFromBoth(workspace, merge)])]
  const files = new Map<string, ComputedFile>()
  const reports: GuardReport[] = []
  for (const guard of guards) {
    if (!paths.some((path) => writerOf(path) === guard)) continue
    const isOwn = (path: string) => writerOf(path) === guard
    const computed = await computeBy(workspace, guard, { ...merge, isOwn, known: [...files.values()] }, options)
    reports.push(computed.report)
    if (computed.report.outcome !== 'passed')
      return { ...none, reports: reports.map((report) => ({ ...report, computed: [] })) }
    for (const file of computed.files) files.set(file.path, file)
  }
  const changes = [...files.values()]
  return { tree: await withChanges(workspace, tree, changes), conflicts: [], files: changes, reports }
}

/** Has each side a file that may take the place of the other's? */
function isPlain({ left, right }: ConflictedPath): boolean {
  return left !== undefined && right !== undefined && left.mode === right.mode && regularModes.includes(left.mode)
}

/** Files of the merge that are neither side's. */
function mergedFromBoth({ git }: Workspace, { ours, theirs, merged }: MergeToCompute): readonly string[] {
  const [mine, others] = [ours, theirs].map((side) => {
    const from = readStoredCommit(git.objects, side).tree
    return diffTrees((id) => readStored(git.objects, 'tree', id), from, merged.tree)
  })
  const paths = new Set(others!.map(({ path }) => path))
  return mine!.flatMap(({ path, after }) =>
    after && regularModes.includes(after.mode) && paths.has(path) ? [path] : [],
  )
}

interface Computation extends MergeToCompute {
  readonly isOwn: (path: string) => boolean
  /** What guards before this one have computed. */
  readonly known: readonly ComputedFile[]
}

async function computeBy(
  workspace: Workspace,
  guard: Guard,
  computation: Computation,
  { onRun, signal }: GuardOptions,
): Promise<{ readonly report: GuardReport; readonly files: readonly ComputedFile[] }> {
  const { merged, isOwn, known, isHeld } = computation
  const open = merged.conflicted.filter(({ path }) => !known.some((file) => file.path === path))
  // Without open conflicts the sides are no matter.
  const sides = open.length ? (['left', 'right'] as const) : (['left'] as const)
  const attempts: Attempt[] = []
  for (const side of sides) {
    onRun?.(guard.name, side === 'left' ? 'computing files' : 'computing files from the other side')
    const changes = [...known, ...open.map((file) => ({ path: file.path, entry: file[side] }))]
    const attempt = await tryOnce(workspace, guard, { tree: merged.tree, changes }, isOwn, signal)
    attempts.push(attempt)
    if (attempt.reason !== undefined) break
  }
  const last = attempts.at(-1)!
  const files = last.files
  const reason =
    last.reason ??
    disagreement(
      attempts,
      open.filter(({ path }) => isOwn(path)),
      isHeld,
    )
  const { exitStatus, isTimedOut, output } = last.run
  const durationMs = attempts.reduce((sum, { run }) => sum + run.durationMs, 0)
  const said = { name: guard.name, exitStatus, isTimedOut, output, durationMs, suspects: [] }
  if (reason !== undefined) return { report: { ...said, outcome: 'failed', computed: [], reason }, files: [] }
  return { report: { ...said, outcome: 'passed', computed: files.map(({ path }) => path) }, files }
}

/** One run on the merge, with the files of one side in the place of conflicts. */
interface Attempt {
  readonly run: CommandRun
  readonly files: readonly ComputedFile[]
  /** Why the files are not to be taken, as a clause. */
  readonly reason?: string
}

async function tryOnce(
  workspace: Workspace,
  guard: Guard,
  content: ScratchContent,
  isOwn: (path: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  const { git } = workspace
  return inScratchTree(git, content, signal, async (folder) => {
    await using scratch = await openScratchIndex(git)
    // The guard can write the one that it sees.
    await scratch.copy(scratchIndex(folder))
    const run = await runIn(workspace, guard, folder, signal)
    if (run.exitStatus !== 0) return { run, files: [], reason: failureOf(run) }
    const { tree } = content
    const { files, refused } = await storeWritten(git, { folder, indexFile: scratch.indexFile, tree, isOwn, signal })
    return { run, files, ...(refused !== undefined && { reason: refused }) }
  })
}

function failureOf({ exitStatus, isTimedOut }: CommandRun): string {
  if (isTimedOut) return 'it took too long'
  return exitStatus === null ? 'it could not be run' : `exit status ${exitStatus}`
}

/** Why files cannot be taken though each run gave some. What depends on the side that it starts from has lost what the other one did. */
function disagreement(
  attempts: readonly Attempt[],
  open: readonly ConflictedPath[],
  isHeld: boolean,
): string | undefined {
  const [first, second] = attempts.map(({ files }) => new Map(files.map(({ path, entry }) => [path, entry])))
  if (!second) {
    const [path] = first!.keys()
    return isHeld && path !== undefined
      ? `${path} comes out otherwise than it lies in the files of the room, which hold the merge already`
      : undefined
  }
  const untouched = open.find(
    ({ path, left, right }) => first!.get(path)?.id === left!.id && second.get(path)?.id === right!.id,
  )
  if (untouched) return `it did not write ${untouched.path}`
  const differs = [...new Set([...first!.keys(), ...second.keys()])].find(
    (path) => first!.get(path)?.id !== second.get(path)?.id,
  )
  return differs === undefined ? undefined : `${differs} comes out in another way from each side's file`
}

async function withChanges({ git }: Workspace, tree: ObjectId, changes: readonly ComputedFile[]): Promise<ObjectId> {
  const { objects, crypto, format } = git
  const edit = editTree(crypto, format, (id) => readStored(objects, 'tree', id), tree, changes)
  if (!edit)
    throw new AnvcsError('PATH_ESCAPES_TREE', { message: 'A guard has written a file where a folder has to be.' })
  await objects.write(edit.trees.map((content): GitObject => ({ type: 'tree', content })))
  return edit.root
}
