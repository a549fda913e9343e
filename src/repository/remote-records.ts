import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { buildCommit } from '../git/build-commit.ts'
import { gitFailed, type GitResult } from '../git/git-program.ts'
import { isAncestor } from '../git/recover.ts'
import { readStored, readStoredCommit } from '../git/stored-objects.ts'
import { diffTrees } from '../objects/tree-diff.ts'
import { notesFetch, remoteNames } from './init.ts'
import { notesRef } from './notes-ref.ts'
import { checkName } from './run-git.ts'
import { metaRef } from './test-report.ts'
import type { Workspace } from './workspace.ts'

/** Where the remote's records lie here after they were fetched. */
export function remoteNotesRef(remote: string): string {
  return `refs/notes/remotes/${remote}/ai-vcs`
}

function remoteMetaRef(remote: string): string {
  return `refs/ai-vcs/remotes/${remote}/meta`
}

/** The remote that a branch belongs to: its upstream's, else the only one, else origin. Throws USAGE where that is none. */
export function remoteOf({ git }: Workspace, branch: string, given: string | undefined): string {
  const names = remoteNames(git)
  if (given !== undefined) {
    checkName(given, 'remote')
    if (names.includes(given)) return given
    throw new AnvcsError('USAGE', {
      message: `There is no remote ${given}.`,
      hint: names.length ? `There are: ${names.join(', ')}.` : 'Add one: `git remote add origin URL`.',
    })
  }
  const configured = git.config.get(`branch.${branch}.remote`)
  const found = configured ?? (names.length === 1 ? names[0] : names.find((name) => name === 'origin'))
  if (found !== undefined) return found
  throw new AnvcsError('USAGE', {
    message: names.length ? 'It is not clear which remote is meant.' : 'This repository has no remote.',
    hint: names.length ? `Name one of ${names.join(', ')}.` : 'Add one: `git remote add origin URL`.',
  })
}

/** Runs a command of git that talks to a remote. Throws REMOTE_UNREACHABLE where nobody answers. */
export async function callRemote(
  { git }: Workspace,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<GitResult> {
  const result = await git.git.call(args, { signal })
  // A push that was refused ends the connection, too; what it prints says that somebody was there.
  if (result.exitCode !== 0 && !result.stdout.length && isUnreachable(result.stderr))
    throw new AnvcsError('REMOTE_UNREACHABLE', { message: gitFailed(args, result).message })
  return result
}

/** Messages of git and ssh for what lies at the other side or on the way. */
function isUnreachable(stderr: string): boolean {
  return /unable to access|Could not read from remote|Could not resolve|Connection (?:refused|timed out|reset)|does not appear to be a git repository|unable to look up|hung up unexpectedly/i.test(
    stderr,
  )
}

/** Fetches notes and test reports of a remote, and joins them with ours. Returns whether the remote has notes. */
export async function fetchRecords(workspace: Workspace, remote: string, signal?: AbortSignal): Promise<boolean> {
  const { git } = workspace
  // Patterns, as a plain name that the remote does not have is an error.
  const refspecs = [notesFetch(remote), `+${metaRef}*:${remoteMetaRef(remote)}*`]
  const args = ['fetch', '--no-tags', '--quiet', remote, ...refspecs]
  const result = await callRemote(workspace, args, signal)
  if (result.exitCode !== 0) throw gitFailed(args, result)
  const theirs = git.refs.read(remoteNotesRef(remote))
  if (theirs && theirs !== git.refs.read(notesRef))
    await git.git.run(['notes', '--ref=ai-vcs', 'merge', '--quiet', '-s', 'cat_sort_uniq', remoteNotesRef(remote)], {
      signal,
    })
  const reports = git.refs.read(remoteMetaRef(remote))
  if (reports) await mergeReports(workspace, reports, signal)
  return theirs !== undefined
}

/** Reports are named by their hash, so two trees of them join without conflict. */
async function mergeReports({ git }: Workspace, theirs: ObjectId, signal: AbortSignal | undefined): Promise<void> {
  const ours = git.refs.read(metaRef)
  if (ours === theirs || (ours && (await isAncestor(git.git, theirs, ours, signal)))) return
  let to = theirs
  if (ours && !(await isAncestor(git.git, ours, theirs, signal))) {
    const { tree: base, author } = readStoredCommit(git.objects, ours)
    const other = readStoredCommit(git.objects, theirs).tree
    const differences = diffTrees((id) => readStored(git.objects, 'tree', id), base, other)
    const changes = differences.flatMap(({ path, before, after }) => (after && !before ? [{ path, entry: after }] : []))
    const parents = [ours, theirs].sort()
    const built = buildCommit(git, { parents, base, changes, author, committer: author, message: 'Test reports\n' })
    await git.objects.write(built.objects)
    to = built.commit
  }
  if (!(await git.refs.update([{ name: metaRef, expect: ours, to }], 'ai-vcs: test reports')))
    throw new AnvcsError('REF_MOVED')
}
