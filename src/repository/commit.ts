import type { ObjectId } from '../contracts/ids.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { isSafePath } from '../document/paths.ts'
import { buildCommit } from '../git/build-commit.ts'
import { commitFiles, type CommittedFiles } from '../git/commit-files.ts'
import { hashFiles } from '../git/hash-files.ts'
import { readHead } from '../git/head.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { emptyState, type FileState } from '../history/file-state.ts'
import { stateOf } from '../history/anchor.ts'
import { writeNamedStates } from '../history/naming-entry.ts'
import type { NamedStates } from '../history/named-states.ts'
import { didKey } from '../identity/did-key.ts'
import { toBase64url, toHex } from '../lib/bytes.ts'
import { encodeCbor } from '../lib/cbor.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { secretRedactor } from '../node/redactor.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { newChangeId, type ChangeId } from '../provenance/change-id.ts'
import { noteLine } from '../provenance/note-line.ts'
import { buildRecord, recordDigest, type CommitRecord, type RecordFacts } from '../provenance/record.ts'
import { recordTrailers } from '../provenance/record-trailers.ts'
import { addTrailers } from '../provenance/trailers.ts'
import { writeMeta } from './commit-meta.ts'
import { commitSigner } from './commit-signer.ts'
import { commitEnvironment } from './commit-environment.ts'
import { notesRef } from './notes-ref.ts'
import type { TreeStates } from '../room/commit-states.ts'
import type { RoomHost } from './room-host.ts'
import { storeTestReport } from './test-report.ts'
import { packageVersion } from './package-version.ts'
import type { Workspace } from './workspace.ts'

/** What to commit, and where it comes from. Free text is redacted before it is stored. */
export interface CommitRequest {
  readonly message: string
  /** All tracked changes, as `git commit -a`. */
  readonly all?: boolean
  /** Only these paths, as they are on disk; what is staged elsewhere stays staged. */
  readonly paths?: readonly string[]
  /** Only files that this member has changed in the room. */
  readonly mine?: boolean
  readonly prompt?: string
  readonly model?: string
  readonly agent?: string
  readonly testReport?: Uint8Array
  readonly testsPassed?: boolean
  /** Percent. */
  readonly coverage?: number
  readonly allowEmpty?: boolean
  readonly signal?: AbortSignal
}

/** Whose operations a commit contains. */
export interface Contribution {
  readonly did: string
  readonly name: string
  readonly email: string
  readonly operations: number
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
}

const maxAttempts = 5

/** Makes a signed commit with its record; in a room it is announced, too. Needs no network and no running process. */
export async function commit(
  workspace: Workspace,
  host: RoomHost | undefined,
  request: CommitRequest,
): Promise<CommitResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryCommit(workspace, host, request)
    } catch (error) {
      if (!AnvcsError.is(error, 'REF_MOVED') || attempt === maxAttempts) throw error
    }
  }
}

async function tryCommit(
  workspace: Workspace,
  host: RoomHost | undefined,
  request: CommitRequest,
): Promise<CommitResult> {
  const { git } = workspace
  const { signal } = request
  await host?.mirror?.scan()
  const head = readHead(git.gitDir, git.refs)
  const room = host && head.branch === host.branch ? host.room : undefined
  const { changes, objects } = await changesOf(git, head.commit, request, host)
  const base = head.commit && readStoredCommit(git.objects, head.commit).tree
  const parents = head.commit ? [head.commit] : []
  const person = workspace.personNow()
  // The tree first: which states it stands for goes into the record, and the record's digest into the message.
  const draft = buildCommit(git, { parents, base, changes, author: person, committer: person, message: '' })
  const isEmpty = base ? base === draft.tree : !changes.length
  if (isEmpty && !request.allowEmpty) throw new AnvcsError('COMMIT_EMPTY')
  await git.objects.write([...objects, ...draft.objects.filter(({ type }) => type === 'tree')])
  const states = room && host && (await statesOf(host, draft.tree, parents))
  const named = states?.unexplained.length ? undefined : states?.named
  const contributors = named && host ? contributions(host, named, parents[0]) : []
  const changeId = newChangeId(workspace.random)
  const record = await recordOf(workspace, host, request, { changeId, named, contributors })
  const message = messageWith(request, record, changeId, named && room?.tag, contributors, host)
  const done = await commitFiles(git, {
    changes,
    author: person,
    committer: person,
    message,
    sign: await commitSigner(workspace, room !== undefined),
    expectHead: head.commit,
    notes: { ref: notesRef, lines: (id) => [noteLine({ commit_id: id, ...record })] },
    allowEmpty: true,
    ...(signal && { signal }),
  })
  host?.indexWritten()
  if (room && host && named) {
    await room.commits.announce(done.commit, named, [noteLine({ commit_id: done.commit, ...record })])
    await host.staged.forget(changes.map(({ path }) => path))
  } else if (room && host) await host.follower.takeHead(done.commit)
  await writeMeta(git.workTree, done.commit, record, request.testReport)
  const partial = named && host ? partialPaths(host, named) : []
  const unshared = states
    ? [...changes.map(({ path }) => path).filter((path) => !isSafePath(path)), ...states.unexplained]
    : []
  return { ...done, changeId, paths: changes.map(({ path }) => path), partial, unshared, contributors }
}

/** What differs from HEAD: what is staged, all tracked changes, or the given paths as they are on disk. */
async function changesOf(
  git: GitRepository,
  head: ObjectId | undefined,
  request: CommitRequest,
  host: RoomHost | undefined,
): Promise<{ readonly changes: readonly TreeChange[]; readonly objects: readonly GitObject[] }> {
  const tree = head && readStoredCommit(git.objects, head).tree
  const staged = (await git.index.stagedChanges(tree)).map(({ path, after }): TreeChange => ({ path, entry: after }))
  const paths = await diskPaths(git, request, host)
  if (!paths) return { changes: staged, objects: [] }
  const hashed = await hashFiles(git, paths)
  const fromDisk = hashed.map(({ path, entry }): TreeChange => ({ path, entry }))
  const kept = request.all ? staged.filter(({ path }) => !paths.includes(path)) : []
  return { changes: [...kept, ...fromDisk], objects: hashed.flatMap(({ object }) => object ?? []) }
}

/** Paths that are taken from disk; undefined where only what is staged counts. */
async function diskPaths(
  git: GitRepository,
  { all, paths, mine }: CommitRequest,
  host: RoomHost | undefined,
): Promise<readonly string[] | undefined> {
  if (paths) return paths
  if (!all && !mine) return undefined
  const changed = (await git.index.changedFiles()).map(({ path }) => path)
  // In a room, files that were made there are shared already: `-a` takes them as tracked.
  const shared = host ? await newSharedPaths(git, host) : []
  const everything = [...new Set([...changed, ...shared])]
  if (!mine || !host) return everything
  return everything.filter((path) => isMine(host, path))
}

async function newSharedPaths(git: GitRepository, host: RoomHost): Promise<readonly string[]> {
  const untracked = new Set(await git.index.untracked())
  return host.room.files.touchedPaths.filter((path) => untracked.has(path))
}

/** Has this member changed the file since the commit that is checked out? */
function isMine(host: RoomHost, path: string): boolean {
  const { room } = host
  const captured = room.files.capture(path)
  if (!captured) return true
  const head = readHead(host.workspace.git.gitDir, host.workspace.git.refs).commit
  const anchor = head && room.commits.anchor(head)
  const before = anchor ? stateOf(anchor, captured.file) : emptyState
  return [...captured.state.counts].some(
    ([feed, count]) =>
      count > (before.counts.get(feed) ?? 0) && room.membership.owner(feed)?.admission.member === room.self?.member,
  )
}

async function statesOf(host: RoomHost, tree: ObjectId, parents: readonly ObjectId[]): Promise<TreeStates> {
  const { room, workspace } = host
  await room.flush()
  for (const parent of parents) await host.follower.takeHead(parent)
  const unnamed = parents.find((parent) => !room.commits.isNamed(parent))
  if (unnamed !== undefined)
    throw new AnvcsError('WORK_TREE_BUSY', {
      message: `The commit ${unnamed.slice(0, 12)} waits for operations of its author.`,
      hint: 'Let `ai-vcs rejoin-room` fetch them, or go on without them by `ai-vcs adopt`.',
    })
  return room.commits.statesOf(tree, parents, await host.staged.states(workspace.git.index), true)
}

/** How many operations of each member lie between a commit and its parent. */
function contributions(host: RoomHost, named: NamedStates, parent: ObjectId | undefined): readonly Contribution[] {
  const { room } = host
  const anchor = parent && room.commits.anchor(parent)
  const counts = new Map<string, { operations: number; name: string; email: string }>()
  for (const [file, state] of named.states) {
    const before: FileState = anchor ? stateOf(anchor, file) : emptyState
    for (const operation of room.engines.history.log(file).within(state)) {
      if (operation.number < (before.counts.get(operation.feed) ?? 0)) continue
      const owner = room.membership.owner(operation.feed)
      if (!owner) continue
      const did = didKey(owner.admission.member)
      const { name, email } = owner.admission.person
      const count = counts.get(did) ?? { operations: 0, name, email }
      counts.set(did, { ...count, operations: count.operations + 1 })
    }
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([did, count]) => ({ did, ...count }))
}

async function recordOf(
  workspace: Workspace,
  host: RoomHost | undefined,
  request: CommitRequest,
  made: {
    readonly changeId: ChangeId
    readonly named: NamedStates | undefined
    readonly contributors: readonly Contribution[]
  },
): Promise<CommitRecord> {
  const redactor = secretRedactor()
  const { named, contributors, changeId } = made
  const states = named && encodeCbor(writeNamedStates(named))
  const report = request.testReport && (await storeTestReport(workspace.git, request.testReport, redactor))
  const partial = named && host ? partialPaths(host, named) : []
  const facts: RecordFacts = {
    change_id: changeId,
    tool: { name: 'anvcs', version: packageVersion() },
    ...(request.prompt !== undefined && { prompt: await redactor.redact(request.prompt) }),
    ...(request.model !== undefined && { model: request.model }),
    ...(request.agent !== undefined && { agent_id: request.agent }),
    ...(report && { test_report_ref: report.ref, test_report_sha256: report.sha256 }),
    ...testsPassed(request, report?.passed),
    ...(request.coverage !== undefined && { coverage: request.coverage }),
    env: await commitEnvironment(workspace),
    ...(host && named && { room: host.room.tag }),
    ...(contributors.length && {
      contributors: contributors.map(({ did, name, operations }) => ({ did, name, operations })),
    }),
    ...(states && { states: { sha256: toHex(nodeCrypto.sha256(states)), data: toBase64url(states) } }),
    ...(partial.length && { partial }),
  }
  const salt = host && named ? host.room.salt : workspace.random.bytes(32)
  return buildRecord(nodeCrypto, salt, facts)
}

function testsPassed(request: CommitRequest, inReport: boolean | undefined): { readonly tests_passed?: boolean } {
  const passed = request.testsPassed ?? inReport
  return passed === undefined ? {} : { tests_passed: passed }
}

function partialPaths({ room }: RoomHost, named: NamedStates): readonly string[] {
  return [...named.partial].flatMap((file) => room.engines.live.layout.pathOf(file) ?? [])
}

function messageWith(
  request: CommitRequest,
  record: CommitRecord,
  changeId: ChangeId,
  room: string | undefined,
  contributors: readonly Contribution[],
  host: RoomHost | undefined,
): string {
  const self = host?.room.self?.member
  const others = contributors.filter(({ did }) => !self || did !== didKey(self))
  const trailers = recordTrailers({
    changeId,
    ...(room !== undefined && { room }),
    ...(request.agent !== undefined && { agent: request.agent }),
    ...(request.model !== undefined && { model: request.model }),
    digest: recordDigest(nodeCrypto, record),
    ...(others.length && { coAuthors: others.map(({ name, email }) => `${name} <${email}>`) }),
  })
  return addTrailers(request.message.endsWith('\n') ? request.message : `${request.message}\n`, trailers)
}
