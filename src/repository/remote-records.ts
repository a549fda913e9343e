import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { buildCommit } from '../git/build-commit.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { gitFailed } from '../git/git-program.ts'
import { mergeNotes } from '../git/merge-notes.ts'
import { isCommit } from '../git/notes.ts'
import { isAncestor, mergeBases } from '../git/ancestry.ts'
import { readStored, readStoredCommit } from '../git/stored-objects.ts'
import { diffTrees } from '../objects/tree-diff.ts'
import { callRemote } from './call-remote.ts'
import { fetchDirectly, trackingRef } from './direct-remote.ts'
import { notesFetch, remoteNames } from './init.ts'
import { notesRef } from './notes-ref.ts'
import { checkName, resolveCommit } from './run-git.ts'
import { metaRef } from './test-report.ts'
import type { Workspace } from './workspace.ts'

const maxAttempts = 10

/** Where the remote's records lie here after they were fetched. */
export function remoteNotesRef(remote: string): string {
  return `refs/notes/remotes/${remote}/ai-vcs`
}

function remoteMetaRef(remote: string): string {
  return `refs/ai-vcs/remotes/${remote}/meta`
}

/**
 * The remote that a branch belongs to: its upstream's, else the only one, else origin; to push to, what Git is told for that
 * (`branch.NAME.pushRemote`, `remote.pushDefault`). Throws USAGE where that is none.
 */
export function remoteOf(
  { git }: Workspace,
  branch: string,
  given: string | undefined,
  direction: 'fetch' | 'push',
): string {
  const names = remoteNames(git)
  if (given !== undefined) {
    checkName(given, 'remote')
    if (names.includes(given)) return given
    throw new AnvcsError('USAGE', {
      message: `There is no remote ${given}.`,
      hint: names.length ? `There are: ${names.join(', ')}.` : 'Add one: `git remote add origin URL`.',
    })
  }
  const pushed = git.config.get(`branch.${branch}.pushremote`) ?? git.config.get('remote.pushdefault')
  const configured = (direction === 'push' ? pushed : undefined) ?? git.config.get(`branch.${branch}.remote`)
  const found = configured ?? (names.length === 1 ? names[0] : names.find((name) => name === 'origin'))
  if (found !== undefined) {
    checkName(found, 'remote')
    return found
  }
  throw new AnvcsError('USAGE', {
    message: names.length ? 'It is not clear which remote is meant.' : 'This repository has no remote.',
    hint: names.length ? `Name one of ${names.join(', ')}.` : 'Add one: `git remote add origin URL`.',
  })
}

/** What a remote has of records. */
export interface FetchedRecords {
  readonly hasNotes: boolean
  /** Where the branch is there that was asked for. */
  readonly head: ObjectId | undefined
  readonly warnings: readonly string[]
}

/**
 * Fetches notes and test reports of a remote, and a branch if one is named, over one connection; joins the records with
 * ours. What is no records at all is left alone, and told. Throws REMOTE_UNREACHABLE, REMOTE_REFUSED, REMOTE_UNSUPPORTED, and
 * USAGE where there is no such branch.
 */
export async function fetchRecords(
  workspace: Workspace,
  remote: string,
  { branch, signal }: { readonly branch?: string; readonly signal?: AbortSignal | undefined } = {},
): Promise<FetchedRecords> {
  const { git } = workspace
  const head = await fetchHead(workspace, remote, branch, signal)
  const theirs = git.refs.read(remoteNotesRef(remote))
  const strays = strayRecords(workspace, remote)
  if (theirs && !strays.includes(notesRef)) await joinNotes(workspace, theirs, signal)
  const reports = git.refs.read(remoteMetaRef(remote))
  if (reports && !strays.includes(metaRef)) await mergeReports(workspace, reports, signal)
  const warnings = strays.map((name) => `${name} of ${remote} is no commit, and no records are exchanged by it.`)
  return { hasNotes: theirs !== undefined, head, warnings }
}

/** Brings the refs here. Tells where the branch is, if one is named. */
async function fetchHead(
  workspace: Workspace,
  remote: string,
  branch: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ObjectId | undefined> {
  const ref = branch === undefined ? undefined : `refs/heads/${branch}`
  const unknown = () =>
    new AnvcsError('USAGE', { message: `${remote} has no branch ${branch}.`, hint: 'Push it first, or name another.' })
  // Patterns, as a plain name that the remote does not have is an error.
  const records = [notesFetch(remote), `+${metaRef}*:${remoteMetaRef(remote)}*`]
  const args = ['fetch', ...(ref ? [] : ['--no-tags']), '--quiet', '--', remote, ...(ref ? [ref] : []), ...records]
  const result = await callRemote(workspace, args, signal).catch(unlessMissing)
  if (result?.stderr.includes("couldn't find remote ref") && result.exitCode !== 0) throw unknown()
  if (result && result.exitCode !== 0) throw gitFailed(args, result)
  // The first that was asked for is the branch.
  if (result) return ref === undefined ? undefined : resolveCommit(workspace.git, 'FETCH_HEAD', signal)
  const wanted = [
    ...(ref ? [{ name: ref, here: trackingRef(workspace.git, remote, ref) }] : []),
    { name: notesRef, here: remoteNotesRef(remote) },
    { name: metaRef, here: remoteMetaRef(remote) },
  ]
  const found = await fetchDirectly(workspace, remote, wanted, signal)
  if (ref && !found.has(ref)) throw unknown()
  return ref === undefined ? undefined : found.get(ref)
}

/** The refs for records that are something else at the remote: anybody who may push can have put it there. */
export function strayRecords({ git }: Workspace, remote: string): readonly string[] {
  const refs = { [notesRef]: remoteNotesRef(remote), [metaRef]: remoteMetaRef(remote) }
  return Object.entries(refs).flatMap(([name, there]) => {
    const id = git.refs.read(there)
    return id && !isCommit(git, id) ? [name] : []
  })
}

/** Takes notes of others into ours. Nothing of ours is lost, whoever writes notes meanwhile. */
async function joinNotes({ git }: Workspace, theirs: ObjectId, signal: AbortSignal | undefined): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const ours = git.refs.read(notesRef)
    if (ours && (await isAncestor(git, theirs, ours, signal))) return
    let to = theirs
    if (ours && !(await isAncestor(git, ours, theirs, signal))) {
      const [base] = await mergeBases(git, ours, theirs, signal)
      const built = mergeNotes(git, { base, left: ours, right: theirs })
      await git.objects.write(built.objects)
      to = built.commit
    }
    if (await git.refs.update([{ name: notesRef, expect: ours, to }], 'ai-vcs: notes of a remote')) return
  }
  throw new AnvcsError('REF_MOVED', { message: 'The notes moved again and again.' })
}

/** Reports are named by their hash, so two trees of them join without conflict. */
async function mergeReports({ git }: Workspace, theirs: ObjectId, signal: AbortSignal | undefined): Promise<void> {
  const ours = git.refs.read(metaRef)
  if (ours === theirs || (ours && (await isAncestor(git, theirs, ours, signal)))) return
  let to = theirs
  if (ours && !(await isAncestor(git, ours, theirs, signal))) {
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
