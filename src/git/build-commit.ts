import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { insertHeader, insertSignature, serializeCommit, type CommitPerson } from '../objects/commit.ts'
import { objectId } from '../objects/object-id.ts'
import { editTree, type TreeChange } from '../objects/tree-edit.ts'
import type { GitRepository } from './repository.ts'
import { readStored } from './stored-objects.ts'

/** A commit to be made of a tree and what changes in it. */
export interface CommitDraft {
  readonly parents: readonly ObjectId[]
  /** The tree to start from; undefined: the empty one. */
  readonly base: ObjectId | undefined
  readonly changes: readonly TreeChange[]
  readonly author: CommitPerson
  readonly committer: CommitPerson
  readonly message: string
  /** Of signed tags that are merged: their contents. */
  readonly tags?: readonly Uint8Array[]
}

/** Makes the armored signature of a commit object's bytes: SSH or OpenPGP. Throws SIGNING_FAILED. */
export type SignCommit = (payload: Uint8Array) => Promise<string>

/** Objects that are made and not written yet. */
export interface BuiltCommit {
  readonly commit: ObjectId
  readonly tree: ObjectId
  /** The new trees and the commit, what is pointed to first. */
  readonly objects: readonly GitObject[]
}

/** Makes the objects of a commit. Throws PATH_ESCAPES_TREE where the changes fit no tree. */
export function buildCommit(
  repository: Pick<GitRepository, 'crypto' | 'format' | 'objects'>,
  draft: CommitDraft,
): BuiltCommit {
  const { crypto, format, objects } = repository
  const readTree = (id: ObjectId) => readStored(objects, 'tree', id)
  const edit = editTree(crypto, format, readTree, draft.base, draft.changes)
  if (!edit)
    throw new AnvcsError('PATH_ESCAPES_TREE', { message: 'A path is none, or would be a file and a folder at once.' })
  const { parents, author, committer, message, tags = [] } = draft
  const untagged = serializeCommit({ tree: edit.root, parents, author, committer, message })
  const content = tags.reduce((bytes, tag) => insertHeader(bytes, 'mergetag', tag), untagged)
  const commit: GitObject = { type: 'commit', content }
  const trees = edit.trees.map((content): GitObject => ({ type: 'tree', content }))
  return { commit: objectId(crypto, format, commit), tree: edit.root, objects: [...trees, commit] }
}

/** The same commit with a signature. Throws SIGNING_FAILED. */
export async function signBuilt(
  { crypto, format }: Pick<GitRepository, 'crypto' | 'format'>,
  { tree, objects }: BuiltCommit,
  sign: SignCommit,
): Promise<BuiltCommit> {
  const unsigned = objects.at(-1)!.content
  const commit: GitObject = { type: 'commit', content: insertSignature(unsigned, format, await sign(unsigned)) }
  return { commit: objectId(crypto, format, commit), tree, objects: [...objects.slice(0, -1), commit] }
}
