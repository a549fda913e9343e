import type { ObjectId } from '../contracts/ids.ts'
import type { Refs } from '../contracts/refs.ts'
import { unsupported } from './probe.ts'
import { readRefFile, refPath } from './ref-file.ts'

/** What is checked out. */
export interface Head {
  /** The full name of the branch; undefined where HEAD is detached. */
  readonly branch: string | undefined
  /** Undefined on a branch without commits. */
  readonly commit: ObjectId | undefined
}

/** Reads HEAD of a work tree: a few microseconds, so it is never cached. Throws REPOSITORY_UNSUPPORTED where it says nothing known. */
export function readHead(gitDir: string, refs: Refs): Head {
  const head = readRefFile(refPath(gitDir, 'HEAD'))
  if (!head) throw unsupported('a HEAD that names neither a ref nor a commit')
  if (head.target === undefined) return { branch: undefined, commit: head.id }
  return { branch: head.target, commit: refs.read(head.target) }
}
