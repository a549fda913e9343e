import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { buildCommit, signBuilt } from '../git/build-commit.ts'
import { gitFailed } from '../git/git-program.ts'
import { splitNul } from '../git/git-lists.ts'
import { readHead } from '../git/head.ts'
import { unfinishedOperation } from '../git/probe.ts'
import { isAncestor } from '../git/recover.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { newChangeId } from '../provenance/change-id.ts'
import { noteLine } from '../provenance/note-line.ts'
import { recordTrailers } from '../provenance/record-trailers.ts'
import { buildRecord, recordDigest } from '../provenance/record.ts'
import { addTrailers } from '../provenance/trailers.ts'
import { personsNow } from './commit-persons.ts'
import { commitSigner } from './commit-signer.ts'
import { writeNotes } from './notes-ref.ts'
import { packageVersion } from './package-version.ts'
import { gitText, resolveCommit } from './run-git.ts'
import type { Workspace } from './workspace.ts'

export interface MergeReport {
  readonly source: string
  /** Without `refs/heads/`. */
  readonly branch: string
  readonly outcome: 'up to date' | 'fast-forward' | 'merged' | 'conflict'
  readonly from: ObjectId
  readonly to: ObjectId
  /** Paths that both sides change in the same place. */
  readonly conflicts: readonly string[]
  /** Are markers in the files now? Only where the branch is checked out. */
  readonly hasMarkers: boolean
}

export interface MergeOptions {
  /** The branch to merge into; the one that is checked out unless told. */
  readonly into?: string
  readonly signal?: AbortSignal
}

/**
 * Merges a branch or commit into a branch, checked out or not: forward if that does, else by a signed merge commit with a record.
 * Git computes the tree. Conflicts are an outcome: nothing has moved, and where the branch is checked out Git has begun the merge
 * and left markers. Throws WORK_TREE_BUSY where changes would be overwritten.
 */
export async function mergeBranch(
  workspace: Workspace,
  source: string,
  options: MergeOptions = {},
): Promise<MergeReport> {
  const { git } = workspace
  const { signal } = options
  const head = readHead(git.gitDir, git.refs)
  const ref = options.into === undefined ? head.branch : `refs/heads/${options.into.replace(/^refs\/heads\//, '')}`
  if (!ref)
    throw new AnvcsError('USAGE', { message: 'No branch is checked out.', hint: 'Say `merge SOURCE into BRANCH`.' })
  const branch = ref.replace('refs/heads/', '')
  const from = git.refs.read(ref)
  if (!from) throw new AnvcsError('COMMIT_UNKNOWN', { message: `There is no branch ${branch} with a commit.` })
  const theirs = await resolveCommit(git.git, source, signal)
  const isCheckedOut = head.branch === ref
  const report = { source, branch, from, conflicts: [], hasMarkers: false }
  if (await isAncestor(git.git, theirs, from, signal)) return { ...report, outcome: 'up to date', to: from }
  if (isCheckedOut) await mustBeClean(workspace, signal)
  if (await isAncestor(git.git, from, theirs, signal)) {
    await moveBranch(workspace, { ref, from, to: theirs, isCheckedOut, source, signal })
    return { ...report, outcome: 'fast-forward', to: theirs }
  }
  const merged = await mergeTrees(workspace, from, theirs, signal)
  if (merged.conflicts.length) {
    // Git's own merge leaves markers and knows how to go on or back.
    if (isCheckedOut) await git.git.call(['merge', '--no-commit', '--no-ff', '--quiet', theirs], { signal })
    return { ...report, outcome: 'conflict', to: from, conflicts: merged.conflicts, hasMarkers: isCheckedOut }
  }
  const to = await commitMerge(workspace, {
    ref,
    from,
    theirs,
    tree: merged.tree,
    message: `Merge ${source} into ${branch}`,
  })
  await moveBranch(workspace, { ref, from, to, isCheckedOut, source, signal })
  return { ...report, outcome: 'merged', to }
}

async function mustBeClean({ git }: Workspace, signal: AbortSignal | undefined): Promise<void> {
  const operation = unfinishedOperation(git.gitDir)
  if (operation) throw new AnvcsError('WORK_TREE_BUSY', { message: `Git is in the middle of ${operation} here.` })
  const changed = await gitText(git.git, ['status', '--porcelain', '--untracked-files=no'], { signal })
  if (!changed) return
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: 'There are changes that are not committed.',
    hint: 'Commit them first, or put them aside with `git stash`.',
  })
}

/** The merged tree, or the paths that conflict (git-merge-tree(1), git 2.38 or newer). */
async function mergeTrees(
  { git }: Workspace,
  ours: ObjectId,
  theirs: ObjectId,
  signal: AbortSignal | undefined,
): Promise<{ readonly tree: ObjectId; readonly conflicts: readonly string[] }> {
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ours, theirs]
  const result = await git.git.call(args, { signal })
  if (/usage: git merge-tree|unknown option/.test(result.stderr))
    throw new AnvcsError('GIT_MISSING', {
      message: 'This git cannot merge without a work tree.',
      hint: 'Install git 2.38 or newer, or use `git merge`.',
    })
  if (result.exitCode > 1) throw gitFailed(args, result)
  const [tree, ...conflicts] = splitNul(result.stdout)
  return { tree: tree as ObjectId, conflicts: [...new Set(conflicts.filter(Boolean))] }
}

interface MergeDraft {
  readonly ref: string
  readonly from: ObjectId
  readonly theirs: ObjectId
  readonly tree: ObjectId
  readonly message: string
}

async function commitMerge(workspace: Workspace, draft: MergeDraft): Promise<ObjectId> {
  const { git } = workspace
  const { from, theirs, tree } = draft
  const { author, committer } = await personsNow(workspace)
  const changeId = newChangeId(workspace.random)
  const facts = { change_id: changeId, tool: { name: 'anvcs', version: packageVersion() } }
  const record = buildRecord(nodeCrypto, workspace.random.bytes(32), facts)
  const trailers = recordTrailers({ changeId, digest: recordDigest(nodeCrypto, record) })
  const unsigned = buildCommit(git, {
    parents: [from, theirs],
    base: tree,
    changes: [],
    author,
    committer,
    message: addTrailers(`${draft.message}\n`, trailers),
  })
  const isInRoom = (await workspace.data.roomOf(draft.ref)) !== undefined
  const built = await signBuilt(git, unsigned, await commitSigner(workspace, isInRoom))
  await git.objects.write(built.objects)
  await writeNotes(
    git,
    [{ commit: built.commit, lines: [noteLine({ commit_id: built.commit, ...record })] }],
    committer,
  )
  return built.commit
}

interface Move {
  readonly ref: string
  readonly from: ObjectId
  readonly to: ObjectId
  readonly isCheckedOut: boolean
  readonly source: string
  readonly signal: AbortSignal | undefined
}

/** A branch that is checked out is moved by git, which moves index and files with it and refuses to overwrite anything. */
async function moveBranch({ git }: Workspace, { ref, from, to, isCheckedOut, source, signal }: Move): Promise<void> {
  if (!isCheckedOut) {
    if (!(await git.refs.update([{ name: ref, expect: from, to }], `merge ${source}`)))
      throw new AnvcsError('REF_MOVED')
    return
  }
  const args = ['merge', '--ff-only', '--quiet', to]
  const result = await git.git.call(args, { signal })
  if (result.exitCode === 0) return
  if (!result.stderr.includes('would be overwritten')) throw gitFailed(args, result)
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: 'Files that are not committed would be overwritten.',
    hint: 'Move them away, or commit them first.',
  })
}
