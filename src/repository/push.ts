import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { gitFailed } from '../git/git-program.ts'
import { readHead } from '../git/head.ts'
import { listNotes } from '../git/notes.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { isAutomaticMerge } from '../history/merge-heads.ts'
import { readNoteLine } from '../provenance/note-line.ts'
import { isDropped } from '../provenance/record.ts'
import { noteLines, notesRef } from './notes-ref.ts'
import { callRemote, fetchRecords, remoteNotesRef, remoteOf } from './remote-records.ts'
import { checkName, gitText } from './run-git.ts'
import { metaRef } from './test-report.ts'
import type { Workspace } from './workspace.ts'

/** What a push is about to send. */
export interface PushPlan {
  readonly remote: string
  /** Without `refs/heads/`. */
  readonly branch: string
  readonly commit: ObjectId
  /** Commits that the remote branch lacked when it was last fetched. */
  readonly commits: number
  /** Records that the remote lacks. */
  readonly records: readonly OutgoingRecord[]
  /** No record of this repository has ever gone to this remote: whoever pushes should see what goes out. */
  readonly isFirst: boolean
  readonly warnings: readonly string[]
}

/** What a record tells those who can read the remote. */
export interface OutgoingRecord {
  readonly commit: ObjectId
  readonly agent: string | null
  readonly model: string | null
  /** The prompt, redacted as it is stored. */
  readonly prompt: string | null
}

export interface PushReport {
  readonly remote: string
  readonly branch: string
  readonly commit: ObjectId
  readonly commits: number
  readonly records: number
}

export interface PushOptions {
  readonly remote?: string
  /** The branch that is checked out unless told. */
  readonly branch?: string
  readonly signal?: AbortSignal
}

const maxAttempts = 3

/** Fetches the remote's records, joins them with ours, and tells what a push would send. Throws USAGE, REMOTE_UNREACHABLE. */
export async function planPush(workspace: Workspace, options: PushOptions = {}): Promise<PushPlan> {
  const { git } = workspace
  const { signal } = options
  const branch = branchOf(workspace, options.branch)
  const commit = git.refs.read(`refs/heads/${branch}`)
  if (!commit) throw new AnvcsError('COMMIT_UNKNOWN', { message: `The branch ${branch} has no commit yet.` })
  const remote = remoteOf(workspace, branch, options.remote)
  const isFirst = !(await fetchRecords(workspace, remote, signal))
  const theirs = git.refs.read(`refs/remotes/${remote}/${branch}`)
  const range = theirs ? `${theirs}..${commit}` : commit
  const list = (await gitText(git.git, ['rev-list', range, '--'], { signal })).split('\n').filter(Boolean) as ObjectId[]
  return {
    remote,
    branch,
    commit,
    commits: list.length,
    records: outgoingRecords(workspace, remote),
    isFirst,
    warnings: mergeWarnings(workspace, list),
  }
}

/**
 * Sends branch and records in one step, both or none. When others have sent records meanwhile, they are joined and it is tried
 * again. Throws REF_MOVED where the remote branch has commits that are not here, SCOPE_DENIED where the remote refuses.
 */
export async function push(
  workspace: Workspace,
  plan: PushPlan,
  { withRecords = true, signal }: { readonly withRecords?: boolean; readonly signal?: AbortSignal } = {},
): Promise<PushReport> {
  const { git } = workspace
  const { remote, branch, commit, commits } = plan
  for (let attempt = 1; ; attempt++) {
    const records = withRecords ? outgoingRecords(workspace, remote).length : 0
    const refs = withRecords ? [notesRef, metaRef].filter((name) => git.refs.read(name)) : []
    const refspecs = [`${commit}:refs/heads/${branch}`, ...refs.map((name) => `${name}:${name}`)]
    const args = ['push', '--atomic', '--porcelain', remote, ...refspecs]
    const result = await callRemote(workspace, args, signal)
    if (result.exitCode === 0) {
      await followRemote(workspace, remote, withRecords)
      return { remote, branch, commit, commits, records }
    }
    const refusals = parseRefusals(new TextDecoder().decode(result.stdout))
    const refused = refusals.find(({ reason }) => !/atomic|fetch first|non-fast-forward|stale info/.test(reason))
    if (refused)
      throw new AnvcsError('SCOPE_DENIED', {
        message: `The remote refused ${refused.ref}: ${refused.reason}`,
        hint: 'Ask whoever runs the remote.',
      })
    if (refusals.some(({ ref, reason }) => ref === `refs/heads/${branch}` && !reason.includes('atomic')))
      throw new AnvcsError('REF_MOVED', {
        message: `${remote}/${branch} has commits that are not here.`,
        hint: 'Run `ai-vcs pull` first.',
      })
    if (!refusals.length || attempt === maxAttempts) throw gitFailed(args, result)
    await fetchRecords(workspace, remote, signal)
  }
}

function branchOf({ git }: Workspace, given: string | undefined): string {
  if (given !== undefined) {
    checkName(given, 'branch')
    return given.replace(/^refs\/heads\//, '')
  }
  const { branch } = readHead(git.gitDir, git.refs)
  if (branch) return branch.replace('refs/heads/', '')
  throw new AnvcsError('USAGE', {
    message: 'No branch is checked out.',
    hint: 'Name the branch: `ai-vcs push REMOTE BRANCH`.',
  })
}

function outgoingRecords({ git }: Workspace, remote: string): readonly OutgoingRecord[] {
  const theirs = new Map(
    listNotes(git, git.refs.read(remoteNotesRef(remote))).map(({ commit, note }) => [commit, note]),
  )
  return listNotes(git, git.refs.read(notesRef))
    .filter(({ commit, note }) => theirs.get(commit) !== note)
    .map(({ commit }) => {
      const meta = noteLines(git, commit).flatMap((line) => readNoteLine(line)?.ai_meta ?? [])[0]
      const prompt = meta?.prompt
      return {
        commit,
        agent: meta?.agent_id ?? null,
        model: meta?.model ?? null,
        prompt: prompt === undefined || isDropped(prompt) ? null : prompt,
      }
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
async function followRemote({ git }: Workspace, remote: string, withRecords: boolean): Promise<void> {
  const tip = git.refs.read(notesRef)
  if (withRecords && tip) await git.refs.update([{ name: remoteNotesRef(remote), to: tip }], 'ai-vcs: push')
}

/** `!\tfrom:to\t[rejected] (reason)` (git-push(1), OUTPUT). */
function parseRefusals(output: string): readonly { readonly ref: string; readonly reason: string }[] {
  return output.split('\n').flatMap((line) => {
    const [flag, refs, reason] = line.split('\t')
    return flag === '!'
      ? [{ ref: refs!.slice(refs!.indexOf(':') + 1), reason: /\((.*)\)$/.exec(reason!)?.[1] ?? reason! }]
      : []
  })
}
