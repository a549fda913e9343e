import type { ObjectId } from '../contracts/ids.ts'
import type { KnownSigners } from './allowed-signers.ts'
import type { CheckedCommit, RecordStatus, SignatureVerdict } from './check-commit.ts'

/** What is shown of one commit, in sentences, and what speaks against it. */
export interface CommitProof {
  readonly commit: ObjectId
  readonly subject: string
  readonly signature: SignatureVerdict
  readonly recordStatus: RecordStatus
  readonly proven: readonly string[]
  /** Not shown, and no reason for alarm by itself. */
  readonly notProven: readonly string[]
  /** What should not be: a broken signature, a record that is not what was signed. */
  readonly findings: readonly string[]
}

/** What is known beside the commit itself. */
export interface ProofContext {
  readonly signers: KnownSigners
  /** Automatic merges that came out the same when they were recomputed in the room of this clone. */
  readonly recomputed: ReadonlySet<ObjectId>
  /** What git says in words of a signature that it judged. */
  readonly foreign: { readonly reason: string | undefined } | undefined
  /** Another commit stands in for it here, which git shows instead (git-replace(1)). */
  readonly isReplaced: boolean
}

/** Undefined where there is nothing to check: a plain commit of Git. */
export function proofOf(checked: CheckedCommit, context: ProofContext): CommitProof | undefined {
  const { commit, parsed, signature, record, isAutomaticMerge } = checked
  if (signature.status === 'none' && record === 'none' && !isAutomaticMerge) return undefined
  const told: Told = { proven: [], notProven: [], findings: [] }
  tellSignature(checked, context, told)
  tellRecord(checked, told)
  tellNote(checked, told)
  if (context.isReplaced)
    told.notProven.push('what git shows here instead of it: the commit is replaced (git-replace(1))')
  if (isAutomaticMerge) tellMerge(checked, context, told)
  else if (signature.status === 'none') told.notProven.push('who made it: it is not signed')
  return { commit, subject: parsed.message.split('\n', 1)[0]!, signature, recordStatus: record, ...told }
}

interface Told {
  readonly proven: string[]
  readonly notProven: string[]
  readonly findings: string[]
}

function tellSignature({ parsed, signature }: CheckedCommit, { signers, foreign }: ProofContext, told: Told): void {
  const { email } = parsed.committer
  switch (signature.status) {
    case 'good':
      if (foreign) {
        told.proven.push(`signed by ${signature.principal} with the key ${signature.key}, as git says`)
        break
      }
      if (principalMatches(signature.principal, email)) {
        told.proven.push(`signed by ${ownName(signature.principal, email)}`)
        break
      }
      told.proven.push(`signed by ${signature.principal}`)
      told.findings.push(`the committer is ${email}, the signer ${signature.principal}`)
      break
    case 'unknown key':
      // Of whom Git knows the keys, nobody else's may sign for.
      if (!foreign && [...signers.values()].some(({ principals }) => principalMatches(principals, email)))
        told.findings.push(`the committer is ${email}, and the key ${shortKey(signature.key)} is none of theirs`)
      else
        told.notProven.push(
          `who signed it: ${foreign?.reason ?? `the key ${shortKey(signature.key)} is not among the allowed signers`}`,
        )
      break
    case 'bad':
      told.findings.push(foreign?.reason ?? 'the signature does not match the commit')
      break
    case 'unchecked':
      told.notProven.push(`who signed it: ${foreign?.reason ?? 'only git can tell, and there is none'}`)
      break
    case 'none':
      break
  }
}

function tellRecord({ commit, record, fitting, missing }: CheckedCommit, told: Told): void {
  const others = [...new Set(fitting.map((line) => line.commit_id))].filter((id) => id !== commit)
  const origin = others.length ? `; made for ${others.map((id) => id.slice(0, 12)).join(', ')}, rewritten since` : ''
  switch (record) {
    case 'bound':
      told.proven.push(
        fitting.length > 1
          ? `its ${fitting.length} records are those that were signed${origin}`
          : `its record is the one that was signed${origin}`,
      )
      break
    case 'unsigned':
      told.notProven.push(`its record: the commit names it, but no known signature covers the commit${origin}`)
      break
    case 'unbound':
      told.notProven.push('its record: the commit does not name it')
      break
    case 'missing':
      told.notProven.push('its record: it is not here (`ai-vcs pull` fetches records)')
      break
    case 'mismatch':
      told.findings.push('its record is not the one that the commit names')
      break
    case 'none':
      break
  }
  if (fitting.length && missing) told.notProven.push(`${missing} more of the records that it names: they are not here`)
}

/** What else lies in the note is somebody's word. */
function tellNote({ fitting, others, unread }: CheckedCommit, told: Told): void {
  if (fitting.length && others)
    told.notProven.push(`${others} other record${others > 1 ? 's' : ''} in its note: the commit does not name them`)
  if (unread)
    told.notProven.push(`${unread} line${unread > 1 ? 's' : ''} of its note: no record, and nobody's signature`)
}

/** The signature of an automatic merge lies in its note: everybody computes the same commit, so nobody can sign it in the object. */
function tellMerge({ commit, attestedBy }: CheckedCommit, { recomputed }: ProofContext, told: Told): void {
  if (attestedBy.length)
    told.proven.push(
      `${attestedBy.length === 1 ? '1 key vouches' : `${attestedBy.length} keys vouch`} for this automatic merge`,
    )
  else told.notProven.push('that this automatic merge follows the rules: nobody vouches for it')
  if (recomputed.has(commit))
    told.proven.push('its content is what the rules make of its parents: it was recomputed here')
  else told.notProven.push('that its content is what the rules make of its parents: it was not recomputed here')
}

/** An Ed25519 key is long in hexadecimal; a fingerprint is what people compare. */
export function shortKey(key: string): string {
  return /^[0-9a-f]{64}$/.test(key) ? key.slice(0, 16) : key
}

/** Of several names of a key that of the committer, where it is there word for word. */
function ownName(principals: string, email: string): string {
  return principals.split(',').includes(email) ? email : principals
}

/** Principals are patterns, comma-separated; one with `!` that fits excludes (ssh-keygen(1), PATTERNS). */
function principalMatches(principals: string, email: string): boolean {
  const fitting = principals.split(',').filter((pattern) => fits(pattern.replace(/^!/, ''), email))
  return fitting.length > 0 && !fitting.some((pattern) => pattern.startsWith('!'))
}

function fits(pattern: string, email: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(email)
}
