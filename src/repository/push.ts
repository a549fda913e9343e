import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { commitsBetween } from '../git/ancestry.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { gitFailed, type GitResult } from '../git/git-program.ts'
import { readHead } from '../git/head.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { isAutomaticMerge } from '../history/merge-heads.ts'
import { callRemote, isStoppedHere, lacksAtomic } from './call-remote.ts'
import { pushDirectly, trackingRef } from './direct-remote.ts'
import { notesRef } from './notes-ref.ts'
import { filedRecords, hasRecordFiles, notedRecords, type OutgoingRecord } from './outgoing-records.ts'
import { pushDestination } from './push-destination.ts'
import { settingsOf } from './read-settings.ts'
import { fetchRecords, remoteNotesRef, remoteOf, strayRecords } from './remote-records.ts'
import { checkName, firstCommitHint } from './run-git.ts'
import { metaRef } from './test-report.ts'
import type { Workspace } from './workspace.ts'

/** What a push is about to send. */
export interface PushPlan {
  readonly remote: string
  /** Without `refs/heads/`. */
  readonly branch: string
  /** Where it goes, by its full name there. */
  readonly destination: string
  /** May it overwrite commits there? Only where the user has set that. */
  readonly isForced: boolean
  readonly commit: ObjectId
  /** Commits that the remote branch lacked when it was last fetched. */
  readonly commits: number
  /** Records that the remote lacks. */
  readonly records: readonly OutgoingRecord[]
  /** Where the records lie that go out (`provenance.store`). */
  readonly store: 'notes' | 'files'
  /** No record of this repository has ever gone to this remote: whoever pushes should see what goes out. */
  readonly isFirst: boolean
  readonly warnings: readonly string[]
}

export interface PushReport {
  readonly remote: string
  readonly branch: string
  /** The full name there. */
  readonly destination: string
  readonly commit: ObjectId
  readonly commits: number
  readonly records: number
  /** Did branch and records go in one step? */
  readonly isAtomic: boolean
}

export interface PushOptions {
  readonly remote?: string
  /** The branch that is checked out unless told. */
  readonly branch?: string
  readonly signal?: AbortSignal
}

const maxAttempts = 5
const maxWords = 500

/** Why nothing of this name can be pushed. */
function notPushed({ git }: Workspace, name: string): AnvcsError {
  if (readHead(git.gitDir, git.refs).branch === `refs/heads/${name}`)
    return new AnvcsError('COMMIT_UNKNOWN', {
      message: `The branch ${name} has no commit yet.`,
      hint: firstCommitHint,
    })
  return git.refs.read(`refs/tags/${name}`)
    ? new AnvcsError('USAGE', {
        message: `${name} is a tag, and records go with branches.`,
        hint: `Push it by \`git push REMOTE tag ${name}\`.`,
      })
    : new AnvcsError('COMMIT_UNKNOWN', {
        message: `There is no branch ${name}.`,
        hint: 'List branches with `ai-vcs branch`.',
      })
}

/** Fetches the remote's records, joins them with ours, and tells what a push would send. Throws USAGE, and what `fetchRecords` throws. */
export async function planPush(workspace: Workspace, options: PushOptions = {}): Promise<PushPlan> {
  const { git } = workspace
  const { signal } = options
  const branch = branchOf(workspace, options.branch)
  const commit = git.refs.read(`refs/heads/${branch}`)
  if (!commit) throw notPushed(workspace, branch)
  const remote = remoteOf(workspace, branch, options.remote, 'push')
  const isCheckedOut = readHead(git.gitDir, git.refs).branch === `refs/heads/${branch}`
  const isNamed = options.branch !== undefined
  const { ref, isForced } = pushDestination(git.config, { remote, branch, isNamed, isCheckedOut })
  const { hasNotes, warnings } = await fetchRecords(workspace, remote, { signal })
  const theirs = git.refs.read(ref.replace(/^refs\/heads\//, `refs/remotes/${remote}/`))
  const list = await commitsBetween(git, theirs ? [theirs] : [], [commit], signal)
  const store = (await settingsOf(workspace)).values['provenance.store']
  const noted = notedRecords(workspace, remote)
  const left = store === 'files' && noted.length ? [leftWarning(noted.length)] : []
  return {
    remote,
    branch,
    destination: ref,
    isForced,
    commit,
    commits: list.length,
    records: store === 'files' ? filedRecords(workspace, list) : noted,
    store,
    isFirst: store === 'files' ? !hasRecordFiles(workspace, theirs) : !hasNotes,
    warnings: [...mergeWarnings(workspace, list), ...left, ...warnings],
  }
}

function leftWarning(records: number): string {
  return `${records} record${records > 1 ? 's lie' : ' lies'} in notes and stay${records > 1 ? '' : 's'} here: \`provenance.store\` is files.`
}

/**
 * Sends branch and records in one step, both or none. When others have sent records meanwhile, they are joined and it is tried
 * again. Throws REF_MOVED where the remote branch has commits that are not here, REMOTE_REFUSED where the remote refuses the
 * branch, REMOTE_UNSUPPORTED where it takes no records.
 */
export async function push(
  workspace: Workspace,
  plan: PushPlan,
  { withRecords = true, signal }: { readonly withRecords?: boolean; readonly signal?: AbortSignal } = {},
): Promise<PushReport> {
  const { git } = workspace
  const { remote, branch, destination, isForced, commit, commits, store } = plan
  if (store === 'files' && !withRecords && plan.records.length)
    throw new AnvcsError('USAGE', {
      message: 'Records are files of the commits here: one does not go without the other.',
      hint: 'Push with the records, or set `provenance.store: notes` before you commit.',
    })
  const strays = strayRecords(workspace, remote)
  const withNotes = withRecords && store === 'notes' && !strays.includes(notesRef)
  for (let attempt = 1; ; attempt++) {
    const files = store === 'files' ? plan.records.length : 0
    const records = withNotes ? notedRecords(workspace, remote).length : files
    const refs = withNotes ? [notesRef, metaRef].filter((name) => git.refs.read(name) && !strays.includes(name)) : []
    const sent = await send(workspace, remote, { destination, isForced, commit, records: refs, signal })
    if (sent.isDone) {
      await followRemote(workspace, remote, withNotes)
      return {
        remote,
        branch,
        destination,
        commit,
        commits,
        records: withRecords ? records : 0,
        isAtomic: sent.isAtomic,
      }
    }
    tellRefusal(sent.refusals, remote, destination, sent.words)
    if (!sent.refusals.length || attempt === maxAttempts) throw sent.failure
    await fetchRecords(workspace, remote, { signal })
  }
}

interface Shipment {
  /** The full name of the branch there. */
  readonly destination: string
  /** It need not move forward. */
  readonly isForced: boolean
  readonly commit: ObjectId
  /** The refs that hold records. */
  readonly records: readonly string[]
  readonly signal: AbortSignal | undefined
}

/** What came of it. */
interface Sent {
  readonly isDone: boolean
  readonly isAtomic: boolean
  readonly refusals: readonly Refusal[]
  /** Of the remote, as part of a sentence. */
  readonly words: string
  /** What to throw where it makes no sense to try again. */
  readonly failure: AnvcsError
}

/**
 * All at once. Where the remote cannot do that, records go first: a record whose commit never arrives does no harm, and a commit
 * whose record got lost on the way would.
 */
async function send(workspace: Workspace, remote: string, shipment: Shipment): Promise<Sent> {
  const { destination, isForced, commit, records, signal } = shipment
  const call = (options: readonly string[], refspecs: readonly string[]) =>
    callRemote(workspace, ['push', ...options, '--porcelain', '--', remote, ...refspecs], signal)
  const refspec = `${isForced ? '+' : ''}${commit}:${destination}`
  const notes = records.map((name) => `${name}:${name}`)
  const atOnce = await call(['--atomic'], [refspec, ...notes]).catch(unlessMissing)
  if (!atOnce) return sendDirectly(workspace, remote, shipment)
  if (!lacksAtomic(atOnce)) return sentBy(atOnce, true)
  const first = notes.length ? await call([], notes) : undefined
  return sentBy(first && first.exitCode !== 0 ? first : await call([], [refspec]), false)
}

function sentBy(result: GitResult, isAtomic: boolean): Sent {
  const isDone = result.exitCode === 0
  if (!isDone) tellHook(result)
  const refusals = isDone ? [] : parseRefusals(new TextDecoder().decode(result.stdout))
  const lines = result.stderr
    .split('\n')
    .flatMap((line) => /^remote: (?!error: hook declined)(.*\S)/.exec(line)?.[1] ?? [])
  return { isDone, isAtomic, refusals, words: remoteWords(lines), failure: gitFailed(['push'], result) }
}

/** The same without git. */
async function sendDirectly(workspace: Workspace, remote: string, shipment: Shipment): Promise<Sent> {
  const { git } = workspace
  const { destination, isForced, commit, records, signal } = shipment
  const refs = records.map((name) => ({ name, id: git.refs.read(name)!, isForced: false }))
  const all = [{ name: destination, id: commit, isForced }, ...refs]
  const sent = await pushDirectly(workspace, remote, { refs: all, first: records, signal })
  const isDone = !sent.refusals.length
  const tracking = isDone ? trackingRef(workspace.git, remote, destination) : undefined
  if (tracking !== undefined && git.refs.read(tracking) !== commit)
    await git.refs.update([{ name: tracking, to: commit }], 'update by push')
  const lines = sent.words.split('\n').map((line) => line.trim())
  const refused = sent.refusals.map(({ ref, reason }) => `${ref}: ${reason}`).join(', ')
  const failure = new AnvcsError('REMOTE_REFUSED', { message: `${remote} refused ${refused}.` })
  return { ...sent, isDone, words: remoteWords(lines.filter(Boolean)), failure }
}

/** Throws HOOK_REFUSED where the pre-push hook has ended the push. */
function tellHook(result: GitResult): void {
  if (!isStoppedHere(result)) return
  throw new AnvcsError('HOOK_REFUSED', {
    message: 'The hook pre-push refused the push.',
    hint: 'Nothing was sent. Mend what it printed, and push again.',
    details: { output: result.stderr },
  })
}

/** Throws where it makes no sense to try again. */
function tellRefusal(refusals: readonly Refusal[], remote: string, destination: string, words: string): void {
  const isRace =
    /atomic|fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref|incorrect old value/
  const refused = refusals.filter(({ reason }) => !isRace.test(reason))
  const ofBranch = refused.find(({ ref }) => ref === destination)
  if (ofBranch)
    throw new AnvcsError('REMOTE_REFUSED', {
      message: `${remote} refused ${ofBranch.ref}: ${ofBranch.reason}${words}.`,
      hint: 'Ask whoever runs the remote. Nothing was changed there.',
    })
  if (refused[0]) {
    // A ref that the remote hides (transfer.hideRefs) is left out of what git calls atomic: the branch may be there.
    const isThere = !refusals.some(({ ref }) => ref === destination)
    const where = isThere ? ' The branch itself is there now.' : ''
    throw new AnvcsError('REMOTE_UNSUPPORTED', {
      message: `${remote} takes no records (${refused[0].ref}): ${refused[0].reason}${words}.${where}`,
      hint: 'Push the branch alone with `--no-records`; or let records lie in files that travel with it, by `provenance.store: files`.',
    })
  }
  if (refusals.some(({ ref, reason }) => ref === destination && /fetch first|non-fast-forward/.test(reason)))
    throw new AnvcsError('REF_MOVED', {
      message: `${remote}/${destination.replace(/^refs\/heads\//, '')} has commits that are not here.`,
      hint: 'Run `ai-vcs pull` first.',
    })
}

function branchOf({ git }: Workspace, given: string | undefined): string {
  if (given !== undefined && !['HEAD', '@'].includes(given)) {
    checkName(given, 'branch')
    return given.replace(/^refs\/heads\//, '')
  }
  const { branch } = readHead(git.gitDir, git.refs)
  if (branch) {
    checkName(branch, 'branch')
    return branch.replace('refs/heads/', '')
  }
  throw new AnvcsError('USAGE', {
    message: 'No branch is checked out.',
    hint: 'Name the branch: `ai-vcs push REMOTE BRANCH`.',
  })
}

function mergeWarnings({ git }: Workspace, commits: readonly ObjectId[]): readonly string[] {
  const merges = commits.filter((id) => isAutomaticMerge(readStoredCommit(git.objects, id))).length
  return merges
    ? [
        `${merges} automatic merge${merges > 1 ? 's carry' : ' carries'} no signature of its own; members vouch for it in its note.`,
      ]
    : []
}

/** Git updates what it tracks by configuration; notes may not be configured here. */
async function followRemote({ git }: Workspace, remote: string, withNotes: boolean): Promise<void> {
  const tip = git.refs.read(notesRef)
  if (withNotes && tip) await git.refs.update([{ name: remoteNotesRef(remote), to: tip }], 'ai-vcs: push')
}

/** What the remote's own hooks say, shortened: it is often the reason. */
function remoteWords(lines: readonly string[]): string {
  return lines.length ? ` (${lines.join(' ').slice(0, maxWords)})` : ''
}

interface Refusal {
  readonly ref: string
  readonly reason: string
}

/** `!\tfrom:to\t[rejected] (reason)` (git-push(1), OUTPUT). */
function parseRefusals(output: string): readonly Refusal[] {
  return output.split('\n').flatMap((line) => {
    const [flag, refs, reason] = line.split('\t')
    return flag === '!'
      ? [{ ref: refs!.slice(refs!.indexOf(':') + 1), reason: /\((.*)\)$/.exec(reason!)?.[1] ?? reason! }]
      : []
  })
}
