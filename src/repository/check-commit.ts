import type { KeyId, ObjectId } from '../contracts/ids.ts'
import type { Crypto } from '../contracts/crypto.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { isAutomaticMerge } from '../history/merge-heads.ts'
import { fingerprintOf, formatSshPublicKey, readSshKeyBlob, type SshPublicKey } from '../identity/ssh-key.ts'
import { verifySshSignature } from '../identity/sshsig.ts'
import { hexBytes, toHex } from '../lib/bytes.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { checkSshSignature } from '../node/ssh-signature.ts'
import type { ParsedCommit } from '../objects/commit.ts'
import { attestedMessage, type Attestation } from '../provenance/attestation.ts'
import { readNote, type NoteLine } from '../provenance/note-line.ts'
import { recordDigest, statesMatch, type RecordCrypto } from '../provenance/record.ts'
import { readSquashedTrailers, type FoundTrailers } from '../provenance/record-trailers.ts'
import type { KnownSigners } from './allowed-signers.ts'
import type { NoteReader } from './notes-ref.ts'
import { readRecordFiles } from './record-files.ts'

/** An Ed25519 key in hexadecimal, as members are called; else a fingerprint. */
export type SignerKey = string

/** What the signature of a commit shows. */
export type SignatureVerdict =
  /** A key that Git is told to know (`gpg.ssh.allowedSignersFile`) has signed it; `principal` is whose it is. */
  | { readonly status: 'good'; readonly key: SignerKey; readonly principal: string }
  /** It verifies, and nobody here knows the key. */
  | { readonly status: 'unknown key'; readonly key: SignerKey }
  | { readonly status: 'bad' }
  /** Only git can tell: OpenPGP, X.509, SSH keys on tokens; or, with `key`, whether this key counts, whose signature verifies. `verify` asks. */
  | { readonly status: 'unchecked'; readonly key?: SignerKey }
  | { readonly status: 'none' }

/** How a record hangs together with its commit. */
export type RecordStatus =
  /** The commit names the record's digest, and a good signature covers that. */
  | 'bound'
  /** The commit names the digest, and no good signature covers it. */
  | 'unsigned'
  /** Lines are there, and none has the digest that the commit names. */
  | 'mismatch'
  /** The commit names a digest, and no line is here. */
  | 'missing'
  /** A line is here, and the commit names none: somebody's word. */
  | 'unbound'
  | 'none'

/** The records that a commit has, in its note and among its files. */
export interface FoundRecords {
  readonly trailers: FoundTrailers
  /** Those whose digests the commit names. */
  readonly fitting: readonly NoteLine[]
  /** Digests that the commit names, and no record is here. A squash may name several. */
  readonly missing: number
  /** Records that the commit does not name, and lines of its note that cannot be read. */
  readonly others: number
  readonly unread: number
  /** The record that belongs to the commit, or else the best there is. */
  readonly line: NoteLine | undefined
  readonly attestations: readonly Attestation[]
}

/** A commit with all that was found out about it. */
export interface CheckedCommit extends Omit<FoundRecords, 'attestations'> {
  readonly commit: ObjectId
  readonly parsed: ParsedCommit
  readonly signature: SignatureVerdict
  readonly record: RecordStatus
  readonly isAutomaticMerge: boolean
  /** Members who have recomputed this automatic merge: signatures that verify, whoever they are. */
  readonly attestedBy: readonly KeyId[]
}

/** Checks signature and record of a commit that is here. */
export function checkCommit(
  repository: GitRepository,
  signers: KnownSigners,
  commit: ObjectId,
  noteOf: NoteReader,
): CheckedCommit {
  const parsed = readStoredCommit(repository.objects, commit)
  const { attestations, ...found } = findRecords(repository, commit, parsed, noteOf)
  const signature = checkSignature(signers, parsed)
  const attested = attestations.filter(
    (attestation) => attestation.commit_id === commit && verifyAttestation(repository.crypto, attestation),
  )
  return {
    commit,
    parsed,
    ...found,
    signature,
    record: recordStatus(found, signature),
    isAutomaticMerge: isAutomaticMerge(parsed),
    attestedBy: attested.map(({ member }) => member as KeyId),
  }
}

/** The records of a commit. Files are looked at only where its note does not have it all. */
export function findRecords(
  { crypto, objects }: Pick<GitRepository, 'crypto' | 'objects'>,
  commit: ObjectId,
  { message, tree }: Pick<ParsedCommit, 'message' | 'tree'>,
  noteOf: NoteReader,
): FoundRecords {
  const trailers = readSquashedTrailers(message)
  const { lines: noted, attestations, unread } = readNote(noteOf(commit))
  const inNote = fitRecords(crypto, noted, trailers.digests)
  const files = inNote.missing ? readRecordFiles(objects, tree, trailers.changeIds) : []
  const lines = [...noted, ...files.map((record) => ({ commit_id: commit, ...record }))]
  const { fitting, missing } = files.length ? fitRecords(crypto, lines, trailers.digests) : inNote
  return {
    trailers,
    fitting,
    missing,
    others: lines.length - fitting.length,
    unread,
    line: fitting[0] ?? lines.find((line) => line.commit_id === commit) ?? lines[0],
    attestations,
  }
}

/** The lines that have a digest of a commit's trailers, and how many digests are left without. */
export function fitRecords(
  crypto: RecordCrypto,
  lines: readonly NoteLine[],
  digests: readonly string[],
): { readonly fitting: readonly NoteLine[]; readonly missing: number } {
  const wanted = new Set(digests)
  const fitting = wanted.size
    ? lines
        .map((line) => ({ line, digest: recordDigest(crypto, line) }))
        .filter(({ line, digest }) => wanted.has(digest) && statesMatch(crypto, line))
    : []
  const found = new Set(fitting.map(({ digest }) => digest))
  return { fitting: fitting.map(({ line }) => line), missing: wanted.size - found.size }
}

function checkSignature(signers: KnownSigners, commit: ParsedCommit): SignatureVerdict {
  const armored = commit.signature
  if (armored === undefined) return { status: 'none' }
  const verdict = checkSshSignature(armored, 'git', commit.payload)
  if (!verdict) return { status: 'unchecked' }
  if (!verdict.isValid) return { status: 'bad' }
  const key = signerKeyOf(verdict.key)
  const signer = signers.get(formatSshPublicKey(verdict.key))
  if (signer?.isConditional) return { status: 'unchecked', key }
  return signer ? { status: 'good', key, principal: signer.principals } : { status: 'unknown key', key }
}

/** What a key is called. */
export function signerKeyOf(publicKey: SshPublicKey): SignerKey {
  const member = readSshKeyBlob(publicKey.blob)
  return member ? toHex(member) : fingerprintOf(nodeCrypto, publicKey)
}

/** The status of a record whose commit has this signature. */
export function recordStatus(
  { trailers: { digests }, fitting, others }: Pick<FoundRecords, 'trailers' | 'fitting' | 'others'>,
  signature: SignatureVerdict,
): RecordStatus {
  if (fitting.length) return signature.status === 'good' ? 'bound' : 'unsigned'
  if (digests.length) return others ? 'mismatch' : 'missing'
  return others ? 'unbound' : 'none'
}

/** Is it signed by the member that it names? Whether that is a member of the room, the journal knows. */
export function verifyAttestation(crypto: Crypto, { room, commit_id, member, signature }: Attestation): boolean {
  const message = attestedMessage(room, commit_id)
  return verifySshSignature(crypto, { publicKey: hexBytes(member), namespace: 'anvcs', message, armored: signature })
}
