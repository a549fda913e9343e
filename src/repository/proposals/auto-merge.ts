import { AnvcsError } from '../../contracts/errors.ts'
import type { ObjectId } from '../../contracts/ids.ts'
import type { GuardReport } from '../guards/guard-merge.ts'
import { concludeMerge, findMergeHooks } from '../hooked-merge.ts'
import { matchesPath } from '../matches-path.ts'
import { mergeBranch, mergeEnds, type MergeOptions, type MergeReport } from '../merge-branch.ts'
import { settingsOf } from '../read-settings.ts'
import { resolveConflicts } from '../resolve-conflicts.ts'
import { gitText } from '../run-git.ts'
import type { Workspace } from '../workspace.ts'
import { proposeResolutions, type ProposedConflict, type ProposeOptions } from './propose-resolutions.ts'

/** A merge, and what was proposed for its conflicts. */
export interface AutoMergeReport extends MergeReport {
  readonly proposed: readonly ProposedConflict[]
  /** Paths whose proposals were taken by the policy of the user. */
  readonly accepted: readonly string[]
}

/**
 * Merges, and asks a proposer about conflicts. Where the user's `proposals.accept` names every path with one, each has a proposal that adds no word of its own, and
 * guards have passed on the whole, it is taken and committed; otherwise the merge is left as `mergeBranch` leaves it, with the proposals kept. `proposer`
 * undefined: conflicts are left to people.
 */
export async function autoMerge(
  workspace: Workspace,
  source: string,
  options: MergeOptions,
  proposing: Omit<ProposeOptions, 'guards'> | undefined,
): Promise<AutoMergeReport> {
  const { guards = [] } = options
  const report = await mergeBranch(workspace, source, options)
  const none = { ...report, proposed: [], accepted: [] }
  if (report.outcome !== 'conflict' || !report.hasMarkers || !report.isBegun || !proposing) return none
  const asked = await proposeResolutions(workspace, [], { ...proposing, guards })
  const told = { ...none, proposed: asked.conflicts, guards: [...report.guards, ...asked.guards] }
  const { values } = await settingsOf(workspace)
  if (!mayAccept(asked.conflicts, told.guards, values['proposals.accept'])) return told
  const model = modelsOf(asked.conflicts)
  const to = await acceptAll(workspace, source, options, { ...told, tree: asked.tree, model })
  const accepted = [...new Set(asked.conflicts.map(({ path }) => path))]
  return { ...told, outcome: 'merged', to, conflicts: [], hasMarkers: false, isBegun: false, accepted }
}

/** The user's policy: every path is one that it names, nothing is of the model's own, and guards have passed, at least one. */
export function mayAccept(
  conflicts: readonly ProposedConflict[],
  guards: readonly Pick<GuardReport, 'outcome'>[],
  accept: readonly string[],
): boolean {
  const isNamed = conflicts.every(({ path }) => accept.length > 0 && matchesPath(accept, path))
  const isOwn = conflicts.every(({ proposals: [first] }) => first && !first.added.length)
  const passed = guards.filter(({ outcome }) => outcome === 'passed')
  const isPassed = passed.length > 0 && guards.every(({ outcome }) => /^(passed|not concerned)$/.test(outcome))
  return conflicts.length > 0 && isNamed && isOwn && isPassed
}

async function acceptAll(
  workspace: Workspace,
  source: string,
  options: MergeOptions,
  {
    proposed,
    guards,
    branch,
    from,
    tree,
    model,
  }: AutoMergeReport & { readonly tree: ObjectId | undefined; readonly model: string },
): Promise<ObjectId> {
  const { noVerify = false, signal } = options
  // From the last conflict of a file to its first: the numbers of the others stay.
  const order = proposed.toSorted((a, b) => b.conflict - a.conflict)
  for (const { path, conflict, proposals } of order) {
    const choice = { text: proposals[0]!.resolution }
    await resolveConflicts(workspace, { path, choice, conflict, signal })
  }
  const staged = await gitText(workspace.git.git, ['write-tree'], { signal })
  if (staged.trim() !== tree)
    throw new AnvcsError('WORK_TREE_BUSY', {
      message: 'Files have changed while guards ran.',
      hint: 'What is staged is not what they looked at. Look at it, and commit with `git commit`, or go back with `git merge --abort`.',
    })
  const { ref, theirs } = await mergeEnds(workspace, source, { ...options, into: branch })
  const isInRoom = (await workspace.data.roomOf(ref)) !== undefined
  const hooks = await findMergeHooks(workspace, noVerify)
  const message = `Merge ${source} into ${branch}\n`
  return concludeMerge(workspace, { from, theirs, message, source, isInRoom, guards, model, hooks, signal })
}

function modelsOf(conflicts: readonly ProposedConflict[]): string {
  const models = new Set(conflicts.map(({ proposals }) => proposals[0]!.model))
  return [...models].join(', ').slice(0, 200)
}
