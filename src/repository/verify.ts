import type { ObjectId } from '../contracts/ids.ts'
import { AnvcsError } from '../contracts/errors.ts'
import { readKnownSigners, type KnownSigners } from './allowed-signers.ts'
import { checkCommit, type CheckedCommit } from './check-commit.ts'
import { gitText, resolveCommit } from './run-git.ts'
import type { Workspace } from './workspace.ts'

/** What is shown of one commit, in sentences, and what speaks against it. */
export interface CommitProof {
  readonly commit: ObjectId
  readonly subject: string
  readonly proven: readonly string[]
  /** Not shown, and no reason for alarm by itself. */
  readonly notProven: readonly string[]
  /** What should not be: a broken signature, a record that is not what was signed. */
  readonly findings: readonly string[]
}

export interface VerifyReport {
  readonly range: string
  readonly checked: number
  readonly signed: number
  readonly recorded: number
  readonly findings: number
  /** Commits that carry a signature, a record, or a finding; the others have nothing to check. */
  readonly commits: readonly CommitProof[]
}

export interface VerifyOptions {
  /** Automatic merges that came out the same when they were recomputed in the room of this clone. */
  readonly recomputed?: ReadonlySet<ObjectId>
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, of: number) => void
}

/** Checks every commit of a range: signatures, records against what was signed, automatic merges. Throws COMMIT_UNKNOWN. */
export async function verifyRange(
  workspace: Workspace,
  range: string,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const { git } = workspace
  const { signal, onProgress, recomputed = new Set() } = options
  for (const end of range.split(/\.{2,3}/)) if (end) await resolveCommit(git.git, end, signal)
  const ids = (await gitText(git.git, ['rev-list', range, '--'], { signal })).split('\n').filter(Boolean) as ObjectId[]
  const signers = await readKnownSigners(git)
  const commits: CommitProof[] = []
  let signed = 0
  let recorded = 0
  for (const [i, id] of ids.entries()) {
    signal?.throwIfAborted()
    if (i % 100 === 0) {
      onProgress?.(i, ids.length)
      // Checks are synchronous: without a pause nobody could interrupt them.
      await new Promise((resolve) => setImmediate(resolve))
    }
    const checked = tryCheck(workspace, signers, id)
    if (!('commit' in checked)) {
      commits.push({ commit: id, subject: '', proven: [], notProven: [], findings: [checked.finding] })
      continue
    }
    if (checked.signature.status === 'good') signed++
    if (checked.record === 'bound') recorded++
    const proof = proofOf(checked, signers, recomputed)
    if (proof) commits.push(await withForeignSignature(workspace, checked, proof, signal))
  }
  const findings = commits.reduce((sum, proof) => sum + proof.findings.length, 0)
  return { range, checked: ids.length, signed, recorded, findings, commits }
}

/** A commit that cannot be read is a finding, not the end of the check. */
function tryCheck(
  { git }: Workspace,
  signers: Parameters<typeof checkCommit>[1],
  id: ObjectId,
): CheckedCommit | { readonly finding: string } {
  try {
    return checkCommit(git, signers, id)
  } catch (error) {
    if (AnvcsError.is(error)) return { finding: error.message }
    throw error
  }
}

/** Undefined where there is nothing to check: a plain commit of Git. */
function proofOf(
  checked: CheckedCommit,
  signers: KnownSigners,
  recomputed: ReadonlySet<ObjectId>,
): CommitProof | undefined {
  const { commit, parsed, signature, record, isAutomaticMerge } = checked
  const isPlain = signature.status === 'none' && record === 'none' && !isAutomaticMerge
  if (isPlain) return undefined
  const proven: string[] = []
  const notProven: string[] = []
  const findings: string[] = []
  const { email } = parsed.committer
  switch (signature.status) {
    case 'good':
      proven.push(`signed by ${signature.principal}`)
      if (!principalMatches(signature.principal, email))
        findings.push(`the committer is ${email}, the signer ${signature.principal}`)
      break
    case 'unknown key':
      // Of whom Git knows the keys, nobody else's may sign for.
      if ([...signers.values()].some((principal) => principalMatches(principal, email)))
        findings.push(`the committer is ${email}, and the key ${signature.key.slice(0, 16)} is none of theirs`)
      else notProven.push(`who signed it: the key ${signature.key.slice(0, 16)} is not among the allowed signers`)
      break
    case 'bad':
      findings.push('the signature does not match the commit')
      break
    case 'unchecked':
    case 'none':
      break
  }
  tellRecord(checked, proven, notProven, findings)
  if (isAutomaticMerge) tellMerge(checked, recomputed, proven, notProven)
  else if (signature.status === 'none') notProven.push('who made it: it is not signed')
  return { commit, subject: parsed.message.split('\n', 1)[0]!, proven, notProven, findings }
}

function tellRecord({ record }: CheckedCommit, proven: string[], notProven: string[], findings: string[]): void {
  switch (record) {
    case 'bound':
      proven.push('its record is the one that was signed')
      break
    case 'unsigned':
      notProven.push('its record: the commit names it, but no known signature covers the commit')
      break
    case 'unbound':
      notProven.push('its record: the commit does not name it')
      break
    case 'missing':
      notProven.push('its record: it is not here (`ai-vcs pull` fetches records)')
      break
    case 'mismatch':
      findings.push('its record is not the one that the commit names')
      break
    case 'none':
      break
  }
}

/** The signature of an automatic merge lies in its note: everybody computes the same commit, so nobody can sign it in the object. */
function tellMerge(
  { commit, attestedBy }: CheckedCommit,
  recomputed: ReadonlySet<ObjectId>,
  proven: string[],
  notProven: string[],
): void {
  if (attestedBy.length)
    proven.push(`${attestedBy.length} key${attestedBy.length > 1 ? 's' : ''} vouch for this automatic merge`)
  else notProven.push('that this automatic merge follows the rules: nobody vouches for it')
  if (recomputed.has(commit)) proven.push('its content is what the rules make of its parents: it was recomputed here')
  else notProven.push('that its content is what the rules make of its parents: it was not recomputed here')
}

/** Signatures of other kinds are git's to judge. */
async function withForeignSignature(
  { git }: Workspace,
  { commit, signature }: CheckedCommit,
  proof: CommitProof,
  signal: AbortSignal | undefined,
): Promise<CommitProof> {
  if (signature.status !== 'unchecked') return proof
  const { exitCode } = await git.git.call(['verify-commit', commit], { signal })
  if (exitCode === 0) return { ...proof, proven: [...proof.proven, 'git accepts its signature'] }
  return { ...proof, notProven: [...proof.notProven, 'who signed it: git does not accept the signature here'] }
}

/** Principals are patterns, comma-separated (ssh-keygen(1)). */
function principalMatches(principal: string, email: string): boolean {
  return principal.split(',').some((pattern) => {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    return new RegExp(`^${source}$`).test(email)
  })
}
