import type { FileId, ObjectId } from '../contracts/ids.ts'
import { hexBytes, toHex } from '../lib/bytes.ts'
import type { CborValue } from '../lib/cbor.ts'
import { bytesOf, flag, listOf, objectIdBytes, type Shape, textUpTo, tuple } from '../lib/shape.ts'
import { readState, writeState, type FileState } from './file-state.ts'
import type { NamedStates } from './named-states.ts'
import { maxPathUnits } from './operations-body.ts'

export const namingKinds = { announce: 10, outside: 11, record: 12, adopt: 13, join: 14, fold: 15 } as const
export type NamingKind = keyof typeof namingKinds

/** An entry that names the state of a commit. docs/protocol.md, "Naming entries". */
export interface NamingEntry {
  readonly kind: NamingKind
  readonly commit: ObjectId
  /** The states that the committer names (announce, record, adopt); empty for the computed kinds. */
  readonly named: NamedStates
  /** The key of the state that results, for the computed kinds: who computes another finds the entry void. */
  readonly key: string | undefined
  /** Lines for the commit's note: the record (announce, record, adopt), or the announcer's attestation (fold). */
  readonly lines: readonly string[]
}

const kindOfNumber = new Map(
  Object.entries(namingKinds).map(([kind, number]) => [number as number, kind as NamingKind]),
)

/** Layout: [[file, state, partial?] | [file, state, partial?, path]...], sorted by file. Records hold the same bytes. */
export function writeNamedStates(named: NamedStates): CborValue {
  const files = [...named.states].sort(([a], [b]) => (a < b ? -1 : 1))
  return files.map(([file, state]) => {
    const path = named.paths?.get(file)
    return [hexBytes(file), writeState(state), named.partial.has(file), ...(path === undefined ? [] : [path])]
  })
}

export function writeNaming({ kind, commit, named, key, lines }: NamingEntry): CborValue {
  const keyBytes = key === undefined ? null : hexBytes(key)
  return [namingKinds[kind], hexBytes(commit), writeNamedStates(named), keyBytes, lines]
}

const stateShape: Shape<FileState> = readState
const keyShape: Shape<Uint8Array | null> = (value) => (value === null ? null : bytesOf(32)(value))
const kindShape: Shape<NamingKind> = (value) => kindOfNumber.get(value as number)
const maxNamedFiles = 100_000
const maxNoteLines = 8
const maxNoteLineUnits = 1 << 19
const unmovedShape = tuple(bytesOf(16), stateShape, flag)
const movedShape = tuple(bytesOf(16), stateShape, flag, textUpTo(maxPathUnits))
const namedFileShape = (value: CborValue) => movedShape(value) ?? unmovedShape(value)
const namedShape = listOf(namedFileShape, maxNamedFiles)
const shape = tuple(
  kindShape,
  objectIdBytes,
  readNamedStates,
  keyShape,
  listOf(textUpTo(maxNoteLineUnits), maxNoteLines),
)

/** The states, or undefined where the value is malformed or not in its one form. */
export function readNamedStates(value: CborValue): NamedStates | undefined {
  const files = namedShape(value)?.map(([file, state, isPartial, path]) => ({
    file: toHex(file) as FileId,
    state,
    isPartial,
    path,
  }))
  if (!files?.every(({ file }, i) => i === 0 || files[i - 1]!.file < file)) return undefined
  const paths = new Map(files.flatMap(({ file, path }) => (path === undefined ? [] : [[file, path] as const])))
  return {
    states: new Map(files.map(({ file, state }) => [file, state])),
    partial: new Set(files.filter(({ isPartial }) => isPartial).map(({ file }) => file)),
    ...(paths.size && { paths }),
  }
}

/** Kinds whose states the committer names; the states of the others are computed. */
const namedKinds: ReadonlySet<NamingKind> = new Set(['announce', 'record', 'adopt'])
/** Kinds that tell the key of the state that was computed. */
const keyedKinds: ReadonlySet<NamingKind> = new Set(['outside', 'adopt', 'join', 'fold'])

/** The naming entry, or undefined where the body is of another kind, malformed or not in its one form. */
export function readNaming(body: CborValue): NamingEntry | undefined {
  const read = shape(body)
  if (!read) return undefined
  const [kind, commit, named, key, lines] = read
  if (keyedKinds.has(kind) !== (key !== null)) return undefined
  if (!namedKinds.has(kind) && (named.states.size || named.partial.size)) return undefined
  return { kind, commit: toHex(commit) as ObjectId, named, key: key ? toHex(key) : undefined, lines }
}
