import type { ObjectId } from '../../contracts/ids.ts'
import { readStored, readStoredCommit } from '../../git/stored-objects.ts'
import { diffTrees } from '../../objects/tree-diff.ts'
import { matchesPath } from '../matches-path.ts'
import type { Workspace } from '../workspace.ts'
import { findSuspects } from './find-suspects.ts'
import type { Guard } from './guard.ts'
import { newLines } from './new-lines.ts'
import { runGuard, type GuardRun } from './run-guard.ts'

/** What a guard can say of a merge. */
export const guardOutcomes = ['passed', 'failed', 'failed before', 'not concerned'] as const

/**
 * What a guard said of a merge. `passed`; `failed` where both sides pass, or it complains of something that it does not complain of
 * on either. `failed before`: it fails on a side, and the merge adds nothing to that.
 * `not concerned`: the merge changes no path that it looks at.
 */
export interface GuardReport {
  readonly name: string
  readonly outcome: (typeof guardOutcomes)[number]
  readonly exitStatus: number | null
  readonly isTimedOut: boolean
  /** The end of what it printed. */
  readonly output: string
  readonly durationMs: number
  /** Where it failed: files without whose change it does not fail so. One, if there was time to find it. */
  readonly suspects: readonly string[]
  /** Files that it has computed and that the merge takes. */
  readonly computed: readonly string[]
  /** Why none of the files that it was to compute was taken, as a clause. */
  readonly reason?: string
}

/** A merge whose tree is made, and not committed. */
export interface GuardedMerge {
  /** Commits. */
  readonly ours: ObjectId
  readonly theirs: ObjectId
  readonly tree: ObjectId
}

/** How guards are run. */
export interface GuardOptions {
  /** Told before each run. */
  readonly onRun?: ((guard: string, on: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Runs guards on both sides of a merge and on its result, each in scratch work trees; not those that compute files. Nothing of the user's is touched. */
export async function guardMerge(
  workspace: Workspace,
  guards: readonly Guard[],
  merge: GuardedMerge,
  options: GuardOptions = {},
): Promise<readonly GuardReport[]> {
  const reports: GuardReport[] = []
  for (const guard of guards) if (!guard.writes.length) reports.push(await guardOnce(workspace, guard, merge, options))
  return reports
}

/** Did a guard find something that neither side has? */
export function isRefused(reports: readonly GuardReport[]): boolean {
  return reports.some(({ outcome }) => outcome === 'failed')
}

async function guardOnce(
  workspace: Workspace,
  guard: Guard,
  { ours, theirs, tree }: GuardedMerge,
  { onRun, signal }: GuardOptions,
): Promise<GuardReport> {
  const { name } = guard
  const { objects } = workspace.git
  const sides = [ours, theirs].map((commit) => readStoredCommit(objects, commit).tree)
  const changes = sides.map((side) => diffTrees((id) => readStored(objects, 'tree', id), side, tree))
  if (!concerns(guard, changes.flat())) return { ...nothing, name, outcome: 'not concerned', exitStatus: null }
  const parents: GuardRun[] = []
  for (const [at, side] of sides.entries()) {
    onRun?.(name, at === 0 ? 'this branch' : 'what is merged')
    parents.push(await runGuard(workspace, guard, { tree: side }, signal))
  }
  onRun?.(name, 'the merge')
  const run = await runGuard(workspace, guard, { tree }, signal)
  const { exitStatus, isTimedOut, output, durationMs } = run
  const report = { name, exitStatus, isTimedOut, output, durationMs, suspects: [], computed: [] }
  if (run.isPassed) return { ...report, outcome: 'passed' }
  const printed = parents.map((parent) => parent.output)
  const complaints = newLines(output, printed)
  if (!isNewFailure(run, parents, complaints)) return { ...report, outcome: 'failed before' }
  const suspects = await findSuspects(changes[0]!, async (some) => {
    onRun?.(name, 'parts of the merge')
    const part = await runGuard(workspace, guard, { tree: sides[0]!, changes: some }, signal)
    return isSame(part, run, complaints, printed)
  })
  return { ...report, outcome: 'failed', suspects }
}

const nothing = { isTimedOut: false, output: '', durationMs: 0, suspects: [], computed: [] }

function concerns({ when }: Guard, changes: readonly { readonly path: string }[]): boolean {
  return !when.length || changes.some(({ path }) => matchesPath(when, path))
}

/** A side that fails, too, was wrong before, as long as the merge adds nothing to what sides complain of. */
function isNewFailure(run: GuardRun, parents: readonly GuardRun[], complaints: ReadonlySet<string>): boolean {
  const failed = parents.filter(({ isPassed, isTimedOut }) => !isPassed && isTimedOut === run.isTimedOut)
  if (!failed.length) return true
  if (run.isTimedOut) return false
  // Of an output that was cut nobody can say what is new in it; of none at all neither.
  const isTelling = run.output.trim() !== '' && ![run, ...parents].some(({ isCut }) => isCut)
  return isTelling ? complaints.size > 0 : !failed.some(({ exitStatus }) => exitStatus === run.exitStatus)
}

/** Does a guard fail on a part of a merge as it fails on the whole? */
function isSame(part: GuardRun, whole: GuardRun, complaints: ReadonlySet<string>, parents: readonly string[]): boolean {
  if (part.isPassed || part.isTimedOut !== whole.isTimedOut) return false
  if (!complaints.size) return part.exitStatus === whole.exitStatus
  return [...newLines(part.output, parents)].some((line) => complaints.has(line))
}
