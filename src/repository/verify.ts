import type { ObjectId } from '../contracts/ids.ts'
import { AnvcsError } from '../contracts/errors.ts'
import { readKnownSigners } from './allowed-signers.ts'
import { checkCommit, recordStatus, type CheckedCommit } from './check-commit.ts'
import { proofOf, shortKey, type CommitProof, type ProofContext } from './commit-proof.ts'
import { judgeForeign, type ForeignVerdict } from './foreign-signatures.ts'
import { walkArguments } from './list-commits.ts'
import { notesRef } from './notes-ref.ts'
import { gitText } from './run-git.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { readNote } from '../git/notes.ts'
import { replacedObjects } from '../git/replacements.ts'
import { graftedCommits, shallowCommits } from '../git/shallow-commits.ts'
import { walkDirectly } from './walk-directly.ts'
import type { Workspace } from './workspace.ts'

export interface VerifyReport {
  /** What was asked for. */
  readonly range: string
  readonly checked: number
  readonly signed: number
  readonly recorded: number
  readonly findings: number
  /** Commits that carry a signature, a record, or a finding, newest first; the others have nothing to check. */
  readonly commits: readonly CommitProof[]
  /** Commits whose parents this clone does not have, or does not show: what came before was not looked at. */
  readonly cutOff: readonly ObjectId[]
}

export interface VerifyOptions {
  /** Automatic merges that came out the same when they were recomputed in the room of this clone. */
  readonly recomputed?: ReadonlySet<ObjectId>
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, of: number) => void
}

/** A commit that cannot be read is a finding, not the end of the check. */
type Checked = CheckedCommit | { readonly unreadable: ObjectId; readonly finding: string }

/** Checks every commit of the ranges: signatures, records against what was signed, automatic merges. Throws COMMIT_UNKNOWN. */
export async function verifyRange(
  workspace: Workspace,
  ranges: readonly string[],
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const { git } = workspace
  const { signal, recomputed = new Set() } = options
  const { args: walk } = await walkArguments(workspace, { revisions: ranges, ...(signal && { signal }) })
  const listed = await gitText(git.git, ['rev-list', ...walk], { signal }).catch(unlessMissing)
  const ids =
    listed === undefined
      ? [...(await walkDirectly(workspace, { revisions: ranges }))]
      : (listed.split('\n').filter(Boolean) as ObjectId[])
  const signers = await readKnownSigners(git)
  const cuts = new Set<string>([...shallowCommits(git.commonDir), ...graftedCommits(git.commonDir)])
  const replaced = replacedObjects(git)
  const checks = await checkAll(workspace, signers, ids, options)
  const open = checks.flatMap((checked) =>
    'commit' in checked && checked.signature.status === 'unchecked' ? [checked.commit] : [],
  )
  const foreign = await judgeForeign(workspace, open, {
    ...(signal && { signal }),
    onProgress: (done) => options.onProgress?.(ids.length - open.length + done, ids.length),
  }).catch(unlessMissing)
  const commits: CommitProof[] = []
  let signed = 0
  let recorded = 0
  for (const found of checks) {
    if (!('commit' in found)) {
      commits.push(unreadable(found.unreadable, found.finding))
      continue
    }
    const told = foreign?.get(found.commit)
    const verdict = told && reasonOf(found, told)
    const checked = verdict ? withVerdict(found, verdict) : found
    if (checked.signature.status === 'good') signed++
    if (checked.record === 'bound') recorded++
    const proof = proofOf(checked, { signers, recomputed, foreign: verdict, isReplaced: replaced.has(found.commit) })
    if (proof) commits.push(proof)
  }
  const findings = commits.reduce((sum, proof) => sum + proof.findings.length, 0)
  return {
    range: ranges.join(' '),
    checked: ids.length,
    signed,
    recorded,
    findings,
    commits,
    cutOff: ids.filter((id) => cuts.has(id)),
  }
}

async function checkAll(
  { git }: Workspace,
  signers: ProofContext['signers'],
  ids: readonly ObjectId[],
  { signal, onProgress }: VerifyOptions,
): Promise<readonly Checked[]> {
  // What is no note is told here, and only here.
  const tip = git.refs.read(notesRef)
  const noteOf = (commit: ObjectId) => readNote(git, tip, commit)
  const checks: Checked[] = []
  for (const [i, id] of ids.entries()) {
    signal?.throwIfAborted()
    if (i % 100 === 0) {
      onProgress?.(i, ids.length)
      // Checks are synchronous: without a pause nobody could interrupt them.
      await new Promise((resolve) => setImmediate(resolve))
    }
    try {
      checks.push(checkCommit(git, signers, id, noteOf))
    } catch (error) {
      if (!AnvcsError.is(error)) throw error
      checks.push({ unreadable: id, finding: error.message })
    }
  }
  return checks
}

/** Where git knows the signature, what it covers is proven by that. */
function withVerdict(checked: CheckedCommit, { signature }: ForeignVerdict): CheckedCommit {
  return { ...checked, signature, record: recordStatus(checked, signature) }
}

/** Of a signature that verifies git says no more than that it is bad, where its key has been revoked. */
function reasonOf({ signature }: CheckedCommit, verdict: ForeignVerdict): ForeignVerdict {
  if (signature.status !== 'unchecked' || !signature.key || verdict.signature.status !== 'bad') return verdict
  return { ...verdict, reason: `git does not let the key ${shortKey(signature.key)} sign: it has been revoked` }
}

function unreadable(commit: ObjectId, finding: string): CommitProof {
  const nothing = { signature: { status: 'unchecked' }, recordStatus: 'none', proven: [], notProven: [] } as const
  return { commit, subject: '', ...nothing, findings: [finding] }
}
