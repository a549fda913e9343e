import type { ObjectId } from '../contracts/ids.ts'
import { AnvcsError } from '../contracts/errors.ts'
import { isSafePath } from '../document/paths.ts'
import { isAncestor } from '../git/ancestry.ts'
import { buildCommit } from '../git/build-commit.ts'
import { commitFiles, type CommittedFiles } from '../git/commit-files.ts'
import { prepareCandidate, type Candidate } from '../git/candidate.ts'
import { finishMessage } from '../git/commit-message.ts'
import { readHead } from '../git/head.ts'
import { findHooks, runHook, runLateHook, type HookCall, type HookName } from '../git/hooks.ts'
import { backOff, lockTimeoutMs } from '../git/lock-wait.ts'
import { readOperation, type Operation } from '../git/operation.ts'
import { unfinishedOperation } from '../git/probe.ts'
import { shownTree } from '../git/replacements.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import type { NamedStates } from '../history/named-states.ts'
import type { Environment } from '../node/config-folder.ts'
import type { CommitPerson } from '../objects/commit.ts'
import { newChangeId, type ChangeId } from '../provenance/change-id.ts'
import { noteLine } from '../provenance/note-line.ts'
import type { CommitRecord } from '../provenance/record.ts'
import { writeMeta } from './commit-meta.ts'
import {
  contributions,
  messageWith,
  partialPaths,
  recordOf,
  type Contribution,
  type RecordRequest,
} from './commit-record.ts'
import { commitSigner } from './commit-signer.ts'
import { choosePaths, type ChosenPaths } from './commit-paths.ts'
import { personsNow, refuseUnreadable, type CommitPersons } from './commit-persons.ts'
import { committingVariable } from './git-hooks.ts'
import { notesRef } from './notes-ref.ts'
import { computedInMerge } from './guards/computed-in-merge.ts'
import { acceptedModels } from './proposals/accepted-proposals.ts'
import { chosenFiles, withFiles } from './record-files.ts'
import type { TreeStates } from '../room/commit-states.ts'
import type { RoomHost } from './room-host.ts'
import type { Workspace } from './workspace.ts'

/** What to commit, and where it comes from. Free text is redacted before it is stored. */
export interface CommitRequest extends RecordRequest {
  /** Left out: as Git has prepared it for a merge, a squash, a cherry-pick or a revert. */
  readonly message?: string
  /** All tracked changes, as `git commit -a`. */
  readonly all?: boolean
  /** Only these paths, as they are on disk; what is staged elsewhere stays staged. */
  readonly paths?: readonly string[]
  /** Only files that this member has changed in the room. */
  readonly mine?: boolean
  readonly allowEmpty?: boolean
  /** Runs neither pre-commit nor commit-msg, as `git commit --no-verify`. */
  readonly noVerify?: boolean
  /** The variables of whoever commits, for hooks and names; those of the workspace unless told. */
  readonly environment?: Environment
  /** Called with what hooks print, as it comes; the result holds it unless this is given. */
  readonly onHookOutput?: (text: string) => void
  readonly signal?: AbortSignal
}

/** A commit that was made, and what is in it. */
export interface CommitResult extends CommittedFiles {
  readonly changeId: ChangeId
  readonly paths: readonly string[]
  /** Paths that were staged in part. */
  readonly partial: readonly string[]
  /** Paths that are in the commit and not in the room: their names are not allowed there, or no file can be what they are. */
  readonly unshared: readonly string[]
  readonly contributors: readonly Contribution[]
  /** Kinds of secrets that were left out of prompt and test report. */
  readonly redacted: readonly string[]
  /** The first line of the message. */
  readonly subject: string
  /** What hooks have printed. */
  readonly hookOutput: string
}

const unskippedHooks: readonly HookName[] = ['prepare-commit-msg', 'post-commit']
const commitHooks: readonly HookName[] = ['pre-commit', 'commit-msg', ...unskippedHooks]

/** Makes a signed commit with its record; in a room it is announced, too. Needs no network and no running process. */
export async function commit(
  workspace: Workspace,
  host: RoomHost | undefined,
  request: CommitRequest,
): Promise<CommitResult> {
  const deadline = Date.now() + lockTimeoutMs
  for (let attempt = 0; ; attempt++) {
    try {
      return await tryCommit(workspace, host, request)
    } catch (error) {
      if (!AnvcsError.is(error, 'REF_MOVED') || Date.now() > deadline) throw error
      await backOff(attempt, request.signal)
    }
  }
}

async function tryCommit(
  workspace: Workspace,
  host: RoomHost | undefined,
  request: CommitRequest,
): Promise<CommitResult> {
  const { git } = workspace
  const { signal, environment: env = workspace.environment, noVerify = false } = request
  await host?.mirror?.scan()
  const head = readHead(git.gitDir, git.refs)
  const operation = readOperation(git)
  const given = textOf(request, operation)
  // What Git is in the middle of is not what was typed in the room: its commit is told there as one by stock git.
  const isRooms = host && head.branch === host.branch && !unfinishedOperation(git.gitDir)
  const room = isRooms ? host.room : undefined
  const base = head.commit && readStoredCommit(git.objects, head.commit).tree
  const chosen = await choosePaths(git, base, request, host)
  refuseParts(operation, chosen)
  const hooks = await findHooks(git, noVerify ? unskippedHooks : commitHooks)
  const needsIndex = hooks.some((name) => name !== 'post-commit')
  await using candidate = await prepareCandidate(git, {
    ...chosen,
    commit: head.commit,
    tree: base,
    needsIndex,
    signal,
  })
  const { author, committer } = await personsOf(workspace, env, operation)
  const variables = hookVariables(git, env, author)
  const call = { indexFile: candidate.indexFile, env: variables, onOutput: request.onHookOutput, signal }
  const parents = head.commit ? [head.commit] : []
  const { changes, unstaged, isPartlyStaged, objects, draft, printed } = await hookedContent(git, candidate, {
    commit: { parents, base, author, committer, message: '' },
    mayBeEmpty: Boolean(operation?.parents.length || request.allowEmpty),
    preCommit: hooks.includes('pre-commit') ? () => runPreCommit(git, host, call) : undefined,
  })
  const built = [...objects, ...draft.objects.filter(({ type }) => type === 'tree')]
  const isLookedAt = host || hooks.length // Else they are written, and flushed, with the commit.
  if (isLookedAt) await git.objects.write(built)
  const finished = await finishMessage(git, { ...given, hooks, call })
  let hookOutput = printed + finished.output
  const model = request.model ?? (await acceptedModels(git, operation))
  const told = { ...request, ...(model !== undefined && { model }) }
  const made = await describe(workspace, host, told, { room, draft, parents, text: finished.message, operation })
  const { states, named, record, message } = made
  const isOfRoom = host !== undefined && head.branch === host.branch
  const files = await chosenFiles(workspace, record, isOfRoom)
  const sign = await commitSigner(workspace, isOfRoom)
  const notes = { ref: notesRef, lines: (id: ObjectId) => [noteLine({ commit_id: id, ...record })] }
  const done = await withFiles(git, files, (more) =>
    commitFiles(git, {
      changes: [...changes, ...more],
      unstaged: [...unstaged, ...more],
      isPartlyStaged,
      objects: isLookedAt ? [] : built,
      author,
      committer,
      message,
      sign,
      expectHead: head.commit,
      // The states that a record names are those of one tree.
      mayFollow: !named,
      operation,
      ...(!files && { notes }),
      allowEmpty: true,
      ...(signal && { signal }),
    }),
  )
  const paths = changes.map(({ path }) => path)
  if (host) await tellRoom(host, done, { named: room && named, record, paths, isOfRoom })
  // A view that cannot be written is no reason to tell that the commit failed: it can be made anew.
  await writeMeta(git, done.commit, [record.ai_meta]).catch(() => undefined)
  if (hooks.includes('post-commit')) hookOutput += await runPostCommit(git, call)
  return {
    ...done,
    ...made.told,
    subject: message.split('\n', 1)[0]!,
    paths,
    partial: named && host ? partialPaths(host, named) : [],
    unshared: states ? [...paths.filter((path) => !isSafePath(path)), ...states.unexplained] : [],
    hookOutput,
  }
}

interface Undescribed {
  /** The room that the commit is told in as its own. */
  readonly room: RoomHost['room'] | undefined
  readonly draft: { readonly tree: ObjectId }
  readonly parents: readonly ObjectId[]
  readonly text: string
  readonly operation: Operation | undefined
}

/** What the commit stands for in the room, its record, and the message that binds that. */
async function describe(
  workspace: Workspace,
  host: RoomHost | undefined,
  request: CommitRequest,
  { room, draft: { tree }, parents, text, operation }: Undescribed,
) {
  const states = room && host && (await statesOf(host, tree, parents))
  const named = states?.unexplained.length ? undefined : states?.named
  const contributors = named && host ? contributions(host, named, parents[0]) : []
  const changeId = newChangeId(workspace.random)
  const computed = await computedInMerge(workspace.git, operation)
  const { record, redacted } = await recordOf(workspace, host, request, { changeId, named, contributors, computed })
  const message = messageWith(text, request, record, changeId, named && room?.tag, contributors, host)
  return { states, named, record, message, told: { changeId, contributors, redacted } }
}

interface Drafted {
  readonly commit: Omit<Parameters<typeof buildCommit>[1], 'changes'>
  readonly mayBeEmpty: boolean
  readonly preCommit: (() => Promise<string>) | undefined
}

/**
 * What is committed, as pre-commit leaves it, and its tree: which states that stands for goes into the record, and the record's digest into the
 * message. Throws COMMIT_EMPTY; as under git, whether there is something to commit is seen before the hook changes it.
 */
async function hookedContent(git: GitRepository, candidate: Candidate, { commit, mayBeEmpty, preCommit }: Drafted) {
  const read = async () => {
    const content = await candidate.read()
    return { ...content, draft: buildCommit(git, { ...commit, changes: content.changes }) }
  }
  const found = await read()
  const isEmpty = !mayBeEmpty && (await changesNothing(git, commit, found))
  const printed = preCommit ? await preCommit() : ''
  if (isEmpty) throw new AnvcsError('COMMIT_EMPTY')
  return { ...(preCommit ? await read() : found), printed }
}

/** Has HEAD, as git shows it, the tree already, or is there none and nothing to be in it? */
async function changesNothing(
  git: GitRepository,
  { parents: [head], base }: Drafted['commit'],
  { changes, draft }: { readonly changes: readonly unknown[]; readonly draft: { readonly tree: ObjectId } },
): Promise<boolean> {
  if (!head || !base) return changes.length === 0
  return draft.tree === (await shownTree(git, head, base))
}

interface ForRoom {
  /** The states that the commit stands for, where it is the room's own. */
  readonly named: NamedStates | undefined
  readonly record: CommitRecord
  readonly paths: readonly string[]
  /** Does the room of the host belong to the branch? */
  readonly isOfRoom: boolean
}

async function tellRoom(
  host: RoomHost,
  { commit, parents }: CommittedFiles,
  { named, record, paths, isOfRoom }: ForRoom,
): Promise<void> {
  const isMerge = parents.length > 1
  if (!isMerge) host.indexWritten()
  if (named) {
    await host.room.commits.announce(commit, named, [noteLine({ commit_id: commit, ...record })])
    await host.staged.forget(paths)
  } else if (isMerge) await host.mirror?.scan()
  else if (isOfRoom) await host.follower.takeHead(commit)
}

/** Who wrote what is picked stays its author. */
async function personsOf(workspace: Workspace, env: Environment, operation?: Operation): Promise<CommitPersons> {
  const { author, committer } = await personsNow(workspace, env)
  if (operation?.author) refuseUnreadable(operation.author.name, operation.author.email)
  return { author: operation?.author ?? author, committer }
}

/** As git tells its hooks who the author is. */
function hookVariables(
  { gitDir }: GitRepository,
  env: Environment,
  { name, email, timeSeconds, zone }: CommitPerson,
): Environment {
  const date = `@${timeSeconds} ${zone}`
  const author = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: date }
  return { ...env, ...author, [committingVariable]: gitDir }
}

/** What it stages is for the next commit. */
function runPostCommit(git: GitRepository, call: HookCall): Promise<string> {
  const env = { ...call.env, [committingVariable]: '1' }
  return runLateHook(git, 'post-commit', { ...call, env, indexFile: git.indexFile })
}

async function runPreCommit(git: GitRepository, host: RoomHost | undefined, call: HookCall): Promise<string> {
  const output = await runHook(git, 'pre-commit', call)
  // It may have formatted files: what it typed belongs to the states that are committed.
  await host?.mirror?.scan()
  return output
}

/** As git: what is merged or picked is committed whole. */
function refuseParts(operation: Operation | undefined, { isOnly }: ChosenPaths): void {
  if (!isOnly || operation?.wholeBecause === undefined) return
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: `Git is in the middle of ${operation.wholeBecause} here: it cannot be committed in part.`,
    hint: 'Stage what belongs to it with `ai-vcs add`, and commit without naming paths.',
  })
}

function textOf(
  { message }: CommitRequest,
  operation: Operation | undefined,
): { readonly text: string; readonly source: 'message' | 'merge' } {
  if (message !== undefined) return { text: message, source: 'message' }
  if (operation?.message !== undefined) return { text: operation.message, source: 'merge' }
  throw new AnvcsError('USAGE', {
    message: 'A commit needs a message.',
    hint: 'Give it with `-m TEXT`, or `-m -` for standard input.',
  })
}

async function statesOf(host: RoomHost, tree: ObjectId, parents: readonly ObjectId[]): Promise<TreeStates> {
  const { room, workspace } = host
  await room.flush()
  for (const parent of parents) await host.follower.takeHead(parent)
  const unnamed = parents.find((parent) => !room.commits.isNamed(parent))
  if (unnamed === undefined)
    return room.commits.statesOf(tree, parents, await host.staged.states(workspace.git.index), 'new files')
  const { base } = room.genesis
  if (!(await isAncestor(workspace.git, base, unnamed)))
    throw new AnvcsError('WORK_TREE_BUSY', {
      message: `The branch does not hold ${base.slice(0, 12)}, at which its room began: the room cannot have commits on ${unnamed.slice(0, 12)}.`,
      hint: `Go back by \`git reset --soft ${base.slice(0, 12)}\`, or leave the room by \`ai-vcs collab leave\`.`,
    })
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: `The commit ${unnamed.slice(0, 12)} waits for operations of its author.`,
    hint: 'Let `ai-vcs rejoin-room` fetch them, or go on without them by `ai-vcs adopt`.',
  })
}
