import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { writeNamedStates } from '../history/naming-entry.ts'
import type { NamedStates } from '../history/named-states.ts'
import { toBase64url, toHex, utf8 } from '../lib/bytes.ts'
import { encodeCbor } from '../lib/cbor.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { serializeCommit } from '../objects/commit.ts'
import { objectId } from '../objects/object-id.ts'
import { editTree, type TreeChange } from '../objects/tree-edit.ts'
import type { TreeEntryValue } from '../objects/tree.ts'
import type { ChangeId } from '../provenance/change-id.ts'
import { noteLine } from '../provenance/note-line.ts'
import { recordTrailers } from '../provenance/record-trailers.ts'
import { buildRecord, recordDigest } from '../provenance/record.ts'
import { addTrailers } from '../provenance/trailers.ts'
import type { StagedState } from '../room/commit-states.ts'
import type { Room } from '../room/room.ts'
import type { RoomIdentity } from '../room/room-identity.ts'
import type { SimObjects } from './sim-objects.ts'

/** What lies in the index at one path. */
export interface StagedFile {
  readonly entry: TreeEntryValue | undefined
  /** The blob, where it has to be stored. */
  readonly object?: GitObject
  /** The state that the room had of the file when it was staged. */
  readonly state?: StagedState
}

export interface SimCommitOptions {
  readonly room: Room
  readonly objects: SimObjects
  readonly identity: RoomIdentity
  readonly parents: readonly ObjectId[]
  readonly staged: ReadonlyMap<string, StagedFile>
  readonly timeSeconds: number
  readonly message: string
  /** Made by stock Git: no trailers, no record, no signature. */
  readonly isStock?: boolean
  /** As whom Git knows the committer, where that is not as the room does. */
  readonly email?: string
}

/** A commit whose objects are stored, and what has to be announced of it. */
export interface SimCommit {
  readonly commit: ObjectId
  readonly named: NamedStates
  readonly lines: readonly string[]
}

/** What the room shows at a path, as `git add` would take it. */
export function stageFile(room: Room, path: string): StagedFile {
  const captured = room.files.capture(path)
  const value = room.files.at(path)
  if (!captured || value.path === undefined) return { entry: undefined }
  const state = { file: captured.file, state: captured.state }
  if (value.blob !== undefined) return { entry: { mode: value.mode, id: value.blob }, state }
  return { ...stageText(value.text, value.mode), state }
}

export function stageText(text: string, mode = 0o100644): StagedFile {
  const object: GitObject = { type: 'blob', content: utf8(text) }
  return { entry: { mode, id: objectId(nodeCrypto, 'sha1', object) }, object }
}

/** Stores a commit of what is staged; undefined where that changes nothing. It is not announced. */
export async function writeCommit(options: SimCommitOptions): Promise<SimCommit | undefined> {
  const { room, objects, identity, parents, staged, timeSeconds, message, isStock = false } = options
  const { email = identity.person.email } = options
  const { history } = room.engines
  const changes = [...staged].map(([path, { entry }]): TreeChange => ({ path, entry }))
  const before = history.graph.node(parents[0]!).tree
  const edit = editTree(nodeCrypto, 'sha1', (id) => history.readTree(id), before, changes)
  if (!edit || (parents.length === 1 && edit.root === before)) return undefined
  const trees = edit.trees.map((content): GitObject => ({ type: 'tree', content }))
  await objects.write([...[...staged.values()].flatMap(({ object }) => object ?? []), ...trees])
  const hints = new Map([...staged].flatMap(([path, { state }]) => (state ? [[path, state] as const] : [])))
  const { named, unexplained } = await room.commits.statesOf(edit.root, parents, hints, 'new files')
  const { name } = identity.person
  const person = { name, email, timeSeconds, zone: '+0000' }
  const fields = { tree: edit.root, parents, author: person, committer: person, message: `${message}\n` }
  // What no file of the room can be makes it a commit from outside.
  if (isStock || unexplained.length) {
    const [commit] = await objects.write([{ type: 'commit', content: serializeCommit(fields) }])
    return { commit: commit!, named, lines: [] }
  }
  const record = recordOf(
    room,
    named,
    toHex(utf8(`${name} ${message}`))
      .slice(-32)
      .padStart(32, '0') as ChangeId,
  )
  const { change_id: changeId } = record.ai_meta
  const digest = recordDigest(nodeCrypto, record)
  const full = { ...fields, message: addTrailers(fields.message, recordTrailers({ changeId, room: room.tag, digest })) }
  const signature = await identity.signer.sign('git', serializeCommit(full))
  const [commit] = await objects.write([{ type: 'commit', content: serializeCommit({ ...full, signature }) }])
  return { commit: commit!, named, lines: [noteLine({ commit_id: commit!, ...record })] }
}

function recordOf(room: Room, named: NamedStates, changeId: ChangeId): ReturnType<typeof buildRecord> {
  const states = encodeCbor(writeNamedStates(named))
  return buildRecord(nodeCrypto, room.salt, {
    change_id: changeId,
    tool: { name: 'simulation', version: '1' },
    room: room.tag,
    states: { sha256: toHex(nodeCrypto.sha256(states)), data: toBase64url(states) },
  })
}
