import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectStore } from '../contracts/object-store.ts'

/** Tags of tags are not endless. */
const maxDepth = 16
const signatures = /^-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SIGNED MESSAGE|SSH SIGNATURE)-----$/m

/** What is merged: a commit, and the tag that names it, where it was merged by a signed one. */
export interface MergedHead {
  readonly commit: ObjectId
  /** The content of the tag, which the merge is to hold (`mergetag`). */
  readonly tag: Uint8Array | undefined
}

/** The commit that an id of MERGE_HEAD stands for: Git writes the tag there, where one was merged. */
export function mergedHead(objects: ObjectStore, id: ObjectId): MergedHead {
  let commit = id
  for (let depth = 0; depth < maxDepth; depth++) {
    const object = objects.read(commit)
    const target = object?.type === 'tag' ? targetOf(object.content) : undefined
    if (!target) break
    commit = target
  }
  const tag = commit === id ? undefined : objects.read(id)?.content
  const isSigned = tag !== undefined && signatures.test(new TextDecoder().decode(tag))
  return { commit, tag: isSigned ? tag : undefined }
}

function targetOf(content: Uint8Array): ObjectId | undefined {
  const head = Buffer.from(content.subarray(0, 100)).toString('latin1')
  return /^object ([0-9a-f]{40}|[0-9a-f]{64})\n/.exec(head)?.[1] as ObjectId | undefined
}
