import type { Clock } from '../contracts/clock.ts'
import type { Crypto } from '../contracts/crypto.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectStore } from '../contracts/object-store.ts'
import { AnvcsError } from '../contracts/errors.ts'
import { utf8 } from '../lib/bytes.ts'
import { serializeCommit } from '../objects/commit.ts'
import { objectId } from '../objects/object-id.ts'
import { editTree } from '../objects/tree-edit.ts'
import type { Person } from './control-body.ts'

/** What the first commit holds, and with whose name. */
export interface FirstCommit {
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>
  readonly person: Person
  readonly message?: string
}

/** Writes a commit without parents, for a room that needs no repository. Throws PATH_ESCAPES_TREE for paths that no tree can hold. */
export async function writeFirstCommit(
  { crypto, clock, objects }: { readonly crypto: Crypto; readonly clock: Clock; readonly objects: ObjectStore },
  { files, person, message = 'Begin' }: FirstCommit,
): Promise<ObjectId> {
  const blobs = Object.entries(files).map(([path, text]) => ({
    path,
    blob: { type: 'blob', content: utf8(text) } satisfies GitObject,
  }))
  const changes = blobs.map(({ path, blob }) => ({
    path,
    entry: { mode: 0o100644, id: objectId(crypto, objects.format, blob) },
  }))
  const edit = editTree(crypto, objects.format, () => new Uint8Array(0), undefined, changes)
  if (!edit) throw new AnvcsError('PATH_ESCAPES_TREE', { details: { paths: Object.keys(files) } })
  const author = { ...person, timeSeconds: Math.floor(clock.now() / 1000), zone: '+0000' }
  const commit = { tree: edit.root, parents: [], author, committer: author, message: `${message}\n` }
  const content = serializeCommit(commit)
  const trees = edit.trees.map((tree) => ({ type: 'tree', content: tree }) satisfies GitObject)
  await objects.write([...blobs.map(({ blob }) => blob), ...trees, { type: 'commit', content }])
  return objectId(crypto, objects.format, { type: 'commit', content })
}
