import type { Crypto } from '../contracts/crypto.ts'
import type { FileId, ObjectId } from '../contracts/ids.ts'
import { hexBytes, toHex } from '../lib/bytes.ts'
import { encodeCbor } from '../lib/cbor.ts'
import { emptyState, isEmptyState, joinStates, writeState, type FileState } from './file-state.ts'

/** A commit with a state of each file. Files that are as in the base commit are left out. */
export interface Anchor {
  /** SHA-256 over everything else, in hexadecimal. */
  readonly key: string
  readonly commit: ObjectId
  readonly states: ReadonlyMap<FileId, FileState>
  /** Files whose blob in the commit is no state's text: staged in part. */
  readonly partial: ReadonlySet<FileId>
}

export function makeAnchor(
  crypto: Crypto,
  commit: ObjectId,
  states: ReadonlyMap<FileId, FileState>,
  partial: ReadonlySet<FileId>,
): Anchor {
  const kept = new Map([...states].filter(([file, state]) => !isEmptyState(state) || partial.has(file)))
  const rows = [...kept]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, state]) => [hexBytes(file), writeState(state), partial.has(file)] as const)
  const key = toHex(crypto.sha256(encodeCbor(['anvcs/1 anchor', hexBytes(commit), rows])))
  return { key, commit, states: kept, partial }
}

export function stateOf(anchor: Anchor, file: FileId): FileState {
  return anchor.states.get(file) ?? emptyState
}

/** The states of all files, joined. */
export function joinAll(anchors: readonly Anchor[]): Map<FileId, FileState> {
  const states = new Map<FileId, FileState>()
  for (const anchor of anchors)
    for (const [file, state] of anchor.states) states.set(file, joinStates(states.get(file) ?? emptyState, state))
  return states
}
