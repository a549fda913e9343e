import type { Crypto } from '../contracts/crypto.ts'
import type { KeyId, ObjectId } from '../contracts/ids.ts'
import type { ObjectStore } from '../contracts/object-store.ts'
import type { CommitFacts } from '../history/judge.ts'
import { readNamedStates, writeNamedStates, type NamingEntry } from '../history/naming-entry.ts'
import type { NamedStates } from '../history/named-states.ts'
import { MissingObject } from '../history/outcome.ts'
import type { Past } from '../history/causality.ts'
import { parseSshSignature, verifySshSignature } from '../identity/sshsig.ts'
import { equalBytes, fromBase64url, toHex } from '../lib/bytes.ts'
import { decodeCbor, encodeCbor } from '../lib/cbor.ts'
import { parseCommit, type ParsedCommit } from '../objects/commit.ts'
import { readNoteLine, verifyNoteLine, type NoteLine } from '../provenance/note-line.ts'
import { readRecordTrailers } from '../provenance/record-trailers.ts'
import type { Admission, Membership } from './membership.ts'

export interface CommitReaderOptions {
  readonly crypto: Crypto
  readonly objects: ObjectStore
  readonly membership: Membership
  /** How this room is named in trailers. */
  readonly roomTag: string
}

const maxCached = 1000

/** Reads what commits say about themselves: room, signer, record. */
export class CommitReader {
  readonly #options: CommitReaderOptions
  readonly #signers = new Map<ObjectId, KeyId | undefined>()

  constructor(options: CommitReaderOptions) {
    this.#options = options
  }

  /** Throws MissingObject where the commit is not here. */
  read(commit: ObjectId): ParsedCommit {
    const object = this.#options.objects.read(commit)
    const parsed = object?.type === 'commit' ? parseCommit(object.content) : undefined
    if (!parsed) throw new MissingObject(commit)
    return parsed
  }

  isOfRoom(commit: ObjectId): boolean {
    return readRecordTrailers(this.read(commit).message).rooms.includes(this.#options.roomTag)
  }

  /** The key whose signature on the commit verifies, whoever's it is. */
  signerOf(commit: ObjectId): KeyId | undefined {
    if (!this.#signers.has(commit)) {
      this.#signers.set(commit, this.#verifiedSigner(this.read(commit)))
      if (this.#signers.size > maxCached) this.#signers.delete(this.#signers.keys().next().value!)
    }
    return this.#signers.get(commit)
  }

  #verifiedSigner({ signature, payload }: ParsedCommit): KeyId | undefined {
    const parsed = signature === undefined ? undefined : parseSshSignature(signature)
    if (!parsed || signature === undefined) return undefined
    const { publicKey } = parsed
    const { crypto } = this.#options
    const isValid =
      crypto.isSigningKey(publicKey) &&
      verifySshSignature(crypto, { publicKey, namespace: 'git', message: payload, armored: signature })
    return isValid ? (toHex(publicKey) as KeyId) : undefined
  }

  /** The first of the lines that is the record which the commit binds. */
  recordIn(commit: ObjectId, lines: readonly string[]): NoteLine | undefined {
    const { digests } = readRecordTrailers(this.read(commit).message)
    for (const text of lines) {
      const line = readNoteLine(text)
      if (line && digests.some((digest) => verifyNoteLine(this.#options.crypto, line, digest))) return line
    }
    return undefined
  }

  /** The states that a record holds. */
  statesIn(line: NoteLine): NamedStates | undefined {
    const bytes = line.ai_meta.states?.data === undefined ? undefined : fromBase64url(line.ai_meta.states.data)
    const value = bytes && decodeCbor(bytes)
    return value === undefined ? undefined : readNamedStates(value)
  }

  /** What the rules ask about commits, for an entry by this author in this causal past. */
  factsFor(author: Admission, past: Past): CommitFacts {
    return {
      isOfRoom: (commit) => this.isOfRoom(commit),
      committer: (commit) => this.#committer(commit, author, past),
      isRecorded: (entry) => this.#isRecorded(entry, past),
    }
  }

  /** By the signature of a member; where there is none, by e-mail: people sign with other keys, too. */
  #committer(commit: ObjectId, author: Admission, past: Past): 'author' | 'another' | 'nobody' {
    const { membership } = this.#options
    const signer = this.signerOf(commit)
    if (signer && membership.isMemberIn(signer, past)) return signer === author.member ? 'author' : 'another'
    const { email } = this.read(commit).committer
    if (email === author.person.email) return 'author'
    return membership.isEmailIn(email, past) ? 'another' : 'nobody'
  }

  #isRecorded(entry: NamingEntry, past: Past): boolean {
    const signer = this.signerOf(entry.commit)
    if (!signer || !this.#options.membership.isMemberIn(signer, past)) return false
    const line = this.recordIn(entry.commit, entry.lines)
    const named = line && this.statesIn(line)
    return (
      named !== undefined && equalBytes(encodeCbor(writeNamedStates(named)), encodeCbor(writeNamedStates(entry.named)))
    )
  }

  /** The member who made a commit, by signature or, where no member has signed it, by e-mail. */
  memberOf(commit: ObjectId): KeyId | undefined {
    const { membership } = this.#options
    const signer = this.signerOf(commit)
    if (signer && membership.personOf(signer)) return signer
    return membership.memberOfEmail(this.read(commit).committer.email)
  }
}
