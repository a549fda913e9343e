import { AnvcsError } from '../../contracts/errors.ts'
import { resolveConflicts, type ResolveReport } from '../resolve-conflicts.ts'
import type { Workspace } from '../workspace.ts'
import { openConflicts } from './open-conflicts.ts'
import { rememberAccepted } from './accepted-proposals.ts'
import { conflictKey } from './conflict-key.ts'
import { ProposalStore, type Proposal } from './proposal-store.ts'

/** A proposal that a person has chosen. */
export interface AcceptRequest {
  /** From the root of the work tree. */
  readonly path: string
  /** Which one, from 1. */
  readonly proposal: number
  /** For which of the places with markers, from 1; the only one unless told. */
  readonly conflict?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes a proposal in the place of its conflict, as `resolveConflicts` writes a side, and stages the file when none is left. The commit that ends the merge
 * names its model, unless it is told another. Throws USAGE where there is no
 * such proposal, and MERGE_CONFLICT where the file would not parse with it.
 */
export async function acceptProposal(
  workspace: Workspace,
  { path, proposal, conflict, signal }: AcceptRequest,
): Promise<ResolveReport & { readonly proposal: Proposal }> {
  const { open } = await openConflicts(workspace, [path], signal)
  const ofFile = open.filter(({ conflicted }) => conflicted.path === path)
  if (conflict === undefined && ofFile.length > 1)
    throw new AnvcsError('USAGE', {
      message: `${path} has ${ofFile.length} conflicts.`,
      hint: 'Say which one is meant: `--conflict NUMBER`.',
    })
  const meant = ofFile[(conflict ?? 1) - 1]
  const found = meant && new ProposalStore(workspace.git.dataDir).read(conflictKey(path, meant.marked))[proposal - 1]
  if (!found)
    throw new AnvcsError('USAGE', {
      message: `There is no proposal ${proposal} for that.`,
      hint: '`ai-vcs explain` lists those that there are; `ai-vcs resolve PATH --propose` asks for some.',
    })
  const choice = { text: found.resolution }
  const report = await resolveConflicts(workspace, { path, choice, conflict: meant.number, signal })
  await rememberAccepted(workspace.git, path, found)
  return { ...report, proposal: found }
}
