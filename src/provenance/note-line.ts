import type { ObjectId } from '../contracts/ids.ts'
import { fromUtf8 } from '../lib/bytes.ts'
import { readAttestation, type Attestation } from './attestation.ts'
import { canonicalJson, isObject, parseCanonicalJson, type JsonObject } from './canonical-json.ts'
import { readRecord, recordDigest, statesMatch, type CommitRecord, type RecordCrypto } from './record.ts'

/** One line of a note: a record and the commit that it was made for. */
export interface NoteLine extends CommitRecord {
  readonly commit_id: ObjectId
}

/** Bytes of a line, without its line feed. */
export const maxLineBytes = 1 << 19
/** Bytes and lines of a note that are looked at. */
export const maxNoteBytes = 1 << 20
export const maxNoteLines = 64

/** Of the JSON of a line. */
export const lineLimits = { maxBytes: maxLineBytes, maxDepth: 8, maxValues: 50_000 }

/** The line, canonical and without a line feed, so that a note survives being sorted and joined with others line by line. */
export function noteLine(line: NoteLine): string {
  const { commit_id, ai_meta, salts } = line
  return canonicalJson({ commit_id, ai_meta, salts } as unknown as JsonObject)
}

/** The line, or undefined for anything that `noteLine` would not have written. */
export function readNoteLine(text: string): NoteLine | undefined {
  const value = parseCanonicalJson(text, lineLimits)
  if (!isObject(value) || Object.keys(value).length !== 3) return undefined
  const commit = value['commit_id']
  if (typeof commit !== 'string' || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return undefined
  const record = readRecord(value)
  return record && { commit_id: commit as ObjectId, ...record }
}

/** What is in a note. */
export interface NoteContent {
  readonly lines: readonly NoteLine[]
  readonly attestations: readonly Attestation[]
  /** Lines that are neither, or beyond the limits. */
  readonly unread: number
}

/** The records and attestations of a note, in order. */
export function readNote(note: Uint8Array): NoteContent {
  const lines: NoteLine[] = []
  const attestations: Attestation[] = []
  let seen = 0
  let unread = 0
  for (const bytes of splitNote(note)) {
    const end = bytes.byteOffset - note.byteOffset + bytes.length
    const isWithin = ++seen <= maxNoteLines && end <= maxNoteBytes && bytes.length <= maxLineBytes
    const text = isWithin ? fromUtf8(bytes) : undefined
    const line = text === undefined ? undefined : readNoteLine(text)
    const attestation = text === undefined || line ? undefined : readAttestation(text)
    if (line) lines.push(line)
    else if (attestation) attestations.push(attestation)
    else unread++
  }
  return { lines, attestations, unread }
}

/** The lines of a note; empty ones separate what git has concatenated. */
export function splitNote(note: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = []
  for (let start = 0; start < note.length;) {
    const feed = note.indexOf(0x0a, start)
    const end = feed < 0 ? note.length : feed
    if (end > start) lines.push(note.subarray(start, end))
    start = end + 1
  }
  return lines
}

/**
 * Is this the record that a commit binds? `trailerDigest` is the hexadecimal digest of the `AI-Meta` trailer of a commit whose
 * signature the caller has verified; without such a commit a line is somebody's word.
 */
export function verifyNoteLine(crypto: RecordCrypto, line: NoteLine, trailerDigest: string): boolean {
  return recordDigest(crypto, line) === trailerDigest && statesMatch(crypto, line)
}
