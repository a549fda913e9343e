import type { ObjectId } from '../contracts/ids.ts'
import { commitsBetween } from '../git/ancestry.ts'
import { readHead } from '../git/head.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { upstreamRef } from './upstream-ref.ts'
import type { WorkTreeStatus } from './changed-path.ts'
import { withRenames } from './with-renames.ts'
import type { Workspace } from './workspace.ts'

type DirectStatus = Pick<WorkTreeStatus, 'upstream' | 'staged' | 'unstaged' | 'untracked' | 'conflicts'>

/**
 * What `git status` tells, without git; of renames only those that left the content as it was. Throws GIT_MISSING where only git can
 * tell: filters, submodules, conflicts, unusual indexes.
 */
export async function statusDirectly(workspace: Workspace, signal: AbortSignal | undefined): Promise<DirectStatus> {
  const { git } = workspace
  const { branch, commit } = readHead(git.gitDir, git.refs)
  const tree = commit && readStoredCommit(git.objects, commit).tree
  const { changes, unmerged } = await git.index.stagedChanges(tree, { signal })
  const onDisk = await git.index.changesOnDisk({ signal })
  const shown = git.config.get('status.showuntrackedfiles')?.toLowerCase()
  const isShown = shown === undefined || !['no', 'false', 'off', '0'].includes(shown)
  return {
    upstream: branch && commit ? await upstreamOf(workspace, branch, commit, signal) : null,
    staged: withRenames(changes),
    unstaged: onDisk.map(({ path, state }) => ({
      path,
      from: null,
      status: state === 'D' ? 'deleted' : state === 'T' ? 'type changed' : 'modified',
    })),
    untracked: isShown ? await git.index.untracked({ signal }) : [],
    conflicts: unmerged,
  }
}

async function upstreamOf(
  workspace: Workspace,
  branch: string,
  commit: ObjectId,
  signal: AbortSignal | undefined,
): Promise<WorkTreeStatus['upstream']> {
  const { git } = workspace
  const ref = upstreamRef(workspace.git, branch)
  const tip = ref === undefined ? undefined : git.refs.read(ref)
  if (ref === undefined || !tip) return null
  const ahead = await commitsBetween(git, [tip], [commit], signal)
  const behind = await commitsBetween(git, [commit], [tip], signal)
  return { name: ref.replace(/^refs\/(?:remotes|heads)\//, ''), ahead: ahead.length, behind: behind.length }
}
