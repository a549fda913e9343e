import type { Crypto } from '../contracts/crypto.ts'
import type { AuthorId, FileId, ObjectId, RoomId } from '../contracts/ids.ts'
import type { TextChange } from '../document/text-diff.ts'
import { hexBytes, toHex } from '../lib/bytes.ts'
import { encodeCbor, type CborValue } from '../lib/cbor.ts'
import { writeState, type FileState } from './file-state.ts'
import type { FileValue } from './file-value.ts'

/**
 * What turns one text into another, in UTF-16 units of the text before. After a partial parent it is a pair: `own` turns
 * the parent's blob into the commit's blob, and `changes` lays that over the text.
 */
export interface Script {
  readonly changes: readonly TextChange[]
  readonly own: readonly TextChange[] | undefined
}

/** Register values that a virtual author sets; what is left out stays. */
export interface RegisterChanges {
  readonly path?: string | undefined
  readonly mode?: number
  readonly content?: ObjectId | undefined
}

/** Types what a commit holds beyond a state. Every peer computes the same one, so two that pull a commit share it. */
export interface VirtualAuthor {
  readonly id: AuthorId
  readonly file: FileId
  readonly commit: ObjectId
  readonly before: FileState
  readonly script: Script
  readonly registers: RegisterChanges
  /**
   * A state within `before` that it brings back: of what is shown before or there, exactly what is shown there is shown. Such an author
   * types nothing.
   */
  readonly restores?: FileState
  /** Units deleted and inserted: of rivals the smaller counts. */
  readonly cost: number
  /** Greater than of every operation in `before`. */
  readonly lamport: number
}

export function authorIdOf(
  crypto: Crypto,
  room: RoomId,
  author: Pick<VirtualAuthor, 'file' | 'commit' | 'before' | 'script' | 'registers' | 'restores'>,
): AuthorId {
  const { path, mode, content } = author.registers
  const registers: CborValue = [
    'path' in author.registers ? [path ?? null] : [],
    mode === undefined ? [] : [mode],
    'content' in author.registers ? [content === undefined ? null : hexBytes(content)] : [],
  ]
  const parts: CborValue = [
    'anvcs/1 author',
    hexBytes(room),
    hexBytes(author.file),
    hexBytes(author.commit),
    writeState(author.before),
    author.restores ? [writeState(author.restores)] : writeScript(author.script),
    registers,
  ]
  return toHex(crypto.sha256(encodeCbor(parts)).subarray(0, 16)) as AuthorId
}

export function scriptCost(script: Script): number {
  return script.changes.reduce((sum, change) => sum + change.remove + change.insert.length, 0)
}

function writeChanges(changes: readonly TextChange[]): CborValue {
  return changes.map(({ at, remove, insert }) => [at, remove, insert])
}

/** Layout: [changes, own changes | null], a change being [position, deleted units, inserted text]. */
export function writeScript(script: Script): CborValue {
  return [writeChanges(script.changes), script.own ? writeChanges(script.own) : null]
}

/** The registers that differ between what a file is and what it is to be. */
export function registerChanges(before: FileValue, target: FileValue): RegisterChanges {
  return {
    ...(before.path === target.path ? {} : { path: target.path }),
    ...(target.path === undefined || before.mode === target.mode ? {} : { mode: target.mode }),
    ...(target.path === undefined || before.blob === target.blob ? {} : { content: target.blob }),
  }
}
