import type { Crypto } from '../contracts/crypto.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { RedactedText } from '../contracts/redactor.ts'
import { fromBase64url, hexBytes, toHex, utf8 } from '../lib/bytes.ts'
import { canonicalJson, isObject, type JsonObject, type JsonValue } from './canonical-json.ts'
import { isChangeId, type ChangeId } from './change-id.ts'
import * as json from './json-shape.ts'

/** The part of the suite that records need. */
export type RecordCrypto = Pick<Crypto, 'sha256' | 'hmacSha256'>

/** Fields whose value can be dropped from a line later without breaking the signature of the commit. */
export const droppableFields = ['prompt', 'env', 'test_report_sha256'] as const
export type DroppableField = (typeof droppableFields)[number]

/** What stands in the place of a dropped value: its salted hash, in hexadecimal. */
export interface Dropped {
  readonly sha256: string
}

/** A large file that is kept outside Git. `sha256` and `size` (bytes) are of the whole file. */
export interface ArtifactPin {
  readonly type: string
  readonly storage: string
  readonly sha256: string
  readonly size: number
  readonly bucket?: string
  readonly region?: string
  readonly key?: string
  readonly version_id?: string
  readonly cid?: string
  readonly codec?: string
  /** Further places, as URLs without credentials. */
  readonly locations?: readonly RedactedText[]
}

/** The record of one commit under the names it has on disk. docs/protocol.md says what each field holds. */
export interface AiMeta {
  readonly schema: 1
  readonly change_id: ChangeId
  readonly tool: { readonly name: string; readonly version: string }
  readonly prompt?: RedactedText | Dropped
  readonly model?: string
  readonly agent_id?: string
  readonly tests_passed?: boolean
  /** Relative to the tree of reports. */
  readonly test_report_ref?: string
  readonly test_report_sha256?: string | Dropped
  /** Percent, 0 to 100. */
  readonly coverage?: number
  readonly env?: Readonly<Record<string, RedactedText>> | Dropped
  readonly artifacts?: readonly ArtifactPin[]
  /** The tag of the room: the first 16 hexadecimal digits of H(room). */
  readonly room?: string
  /** Who wrote operations that the commit contains, and how many. */
  readonly contributors?: readonly { readonly did: string; readonly name?: string; readonly operations: number }[]
  readonly guards?: readonly { readonly name: RedactedText; readonly passed: boolean }[]
  /** Of a merge made by hand: the room's merge version, and per path the certificate of what was merged cleanly. */
  readonly merge?: {
    readonly version: number
    readonly certificates: readonly { readonly path: string; readonly certificate: string }[]
  }
  /** The states of the files that the commit changes: hash of their encoding, and the encoding as base64url, which may be left out. */
  readonly states?: { readonly sha256: string; readonly data?: string }
  /** Paths of files that were staged in part. */
  readonly partial?: readonly string[]
}

/** A record with the salts (hexadecimal) of those droppable fields whose value is still there. */
export interface CommitRecord {
  readonly ai_meta: AiMeta
  readonly salts: Readonly<Partial<Record<DroppableField, string>>>
}

/** What a commit's record is made of: nothing is dropped yet, and free text has passed the redactor. */
export type RecordFacts = Omit<AiMeta, 'schema' | DroppableField> & {
  readonly prompt?: RedactedText
  readonly env?: Readonly<Record<string, RedactedText>>
  readonly test_report_sha256?: string
}

const maxPromptLength = 1 << 18
const hash = json.matching(/^[0-9a-f]{64}$/)
const dropped = json.object({ sha256: hash }, {})
const path = relativePath(4096)

const artifactShape = json.object(
  { type: json.word(100), storage: json.word(100), sha256: hash, size: json.count },
  {
    bucket: json.word(255),
    region: json.word(100),
    key: json.word(1024),
    version_id: json.word(1024),
    cid: json.word(200),
    codec: json.word(100),
    locations: json.list(json.word(2048), 32),
  },
)

const metaShape = json.object(
  {
    schema: json.only(1),
    change_id: (value) => (typeof value === 'string' && isChangeId(value) ? value : undefined),
    tool: json.object({ name: json.word(100), version: json.word(100) }, {}),
  },
  {
    prompt: json.either(json.text(maxPromptLength), dropped),
    model: json.word(200),
    agent_id: json.word(200),
    tests_passed: json.truth,
    test_report_ref: relativePath(1024),
    test_report_sha256: json.either(hash, dropped),
    coverage: json.numberUpTo(100),
    // An environment of one variable `sha256` with a hash in it counts as dropped: `buildRecord` refuses it.
    env: json.either(dropped, json.dictionary(/^[\w.+-]{1,100}$/, json.text(4096), 64)),
    artifacts: json.list(artifactShape, 1024),
    room: json.matching(/^[0-9a-f]{16}$/),
    contributors: json.list(
      json.object(
        { did: json.matching(/^did:key:z[1-9A-HJ-NP-Za-km-z]{1,128}$/), operations: json.count },
        { name: json.word(200) },
      ),
      1024,
    ),
    guards: json.list(json.object({ name: json.word(200), passed: json.truth }, {}), 64),
    merge: json.object(
      {
        version: json.count,
        certificates: json.list(json.object({ path, certificate: json.word(1024) }, {}), 4096),
      },
      {},
    ),
    states: json.object({ sha256: hash }, { data: json.matching(/^[A-Za-z0-9_-]*$/) }),
    partial: json.list(path, 4096),
  },
)

const saltsShape = json.object({}, { prompt: hash, env: hash, test_report_sha256: hash })

/**
 * The record of these facts. The salts come from `feedSalt`, so that the same facts give the same bytes again. Throws USAGE where
 * a fact has no place in a record: too long, control characters, a path that is not relative.
 */
export function buildRecord(crypto: RecordCrypto, feedSalt: Uint8Array, facts: RecordFacts): CommitRecord {
  const salts = Object.fromEntries(
    droppableFields
      .filter((field) => facts[field] !== undefined)
      .map((field) => [field, toHex(crypto.hmacSha256(feedSalt, utf8(facts.change_id), utf8(field)))]),
  )
  const given = Object.entries(facts).filter(([, value]) => value !== undefined)
  const record = { ai_meta: { schema: 1, ...Object.fromEntries(given) }, salts } as unknown as JsonObject
  const read = readRecord(record)
  if (read) return read
  const wrong = Object.keys(facts).filter((key) => !readRecord(onlyField(record, key)))
  throw new AnvcsError('USAGE', {
    message: `The record cannot hold this: ${wrong.join(', ')}.`,
    details: { fields: wrong },
  })
}

/** The record in a JSON value with the members `ai_meta` and `salts` (others are not looked at), or undefined. */
export function readRecord(value: JsonValue): CommitRecord | undefined {
  if (!isObject(value)) return undefined
  const meta = metaShape(value['ai_meta'] ?? null)
  const salts = saltsShape(value['salts'] ?? null)
  if (!meta || !salts) return undefined
  const salted = (field: DroppableField) => meta[field] !== undefined && !isDropped(meta[field])
  if (!droppableFields.every((field) => salted(field) === (salts[field] !== undefined))) return undefined
  // What others wrote has passed their redactor or not: it is stored as it was signed.
  return { ai_meta: meta as AiMeta, salts }
}

/**
 * SHA-256, in hexadecimal, of the canonical JSON of `ai_meta` with the hash of each droppable value in its place and without
 * `states.data`: the same before and after a field is dropped.
 */
export function recordDigest(crypto: RecordCrypto, record: CommitRecord): string {
  const hashed = droppableFields.reduce((rest, field) => dropField(crypto, rest, field), record).ai_meta
  const { states, ...rest } = hashed
  const covered = states ? { ...rest, states: { sha256: states.sha256 } } : rest
  return toHex(crypto.sha256(utf8(canonicalJson(covered as unknown as JsonObject))))
}

/** The record (or note line) without the value and the salt of one field. Nobody can guess at the value any more; the digest stays. */
export function dropField<R extends CommitRecord>(crypto: RecordCrypto, record: R, field: DroppableField): R {
  const value = record.ai_meta[field]
  const { [field]: salt, ...salts } = record.salts
  if (value === undefined || salt === undefined) return record
  const sha256 = toHex(crypto.sha256(hexBytes(salt), utf8(canonicalJson(value as JsonValue))))
  return { ...record, ai_meta: { ...record.ai_meta, [field]: { sha256 } }, salts }
}

/** Does the encoding of the states, if it is there, have the hash that the digest covers? */
export function statesMatch(crypto: RecordCrypto, { ai_meta: { states } }: CommitRecord): boolean {
  if (states?.data === undefined) return true
  const bytes = fromBase64url(states.data)
  return bytes !== undefined && toHex(crypto.sha256(bytes)) === states.sha256
}

/** Was the value dropped, and only its hash left? */
export function isDropped(value: JsonValue | AiMeta[DroppableField]): value is Dropped {
  return dropped(value as JsonValue) !== undefined
}

function relativePath(maxLength: number): json.JsonShape<string> {
  const isName = (name: string) => name !== '' && name !== '.' && name !== '..'
  return (value) => {
    const path = json.text(maxLength)(value)
    return path?.split('/').every(isName) && !path.includes('\0') ? path : undefined
  }
}

/** The record with what every record has and one field more: to tell which field is at fault. */
function onlyField(record: JsonObject, field: string): JsonObject {
  const meta = record['ai_meta'] as JsonObject
  const salts = record['salts'] as JsonObject
  const base = { schema: 1, change_id: '0'.repeat(32), tool: { name: 'x', version: 'x' } }
  return {
    ai_meta: { ...base, [field]: meta[field]! },
    salts: salts[field] === undefined ? {} : { [field]: salts[field] },
  }
}
