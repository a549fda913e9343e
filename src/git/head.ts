import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import type { Refs } from '../contracts/refs.ts'

/** What is checked out. */
export interface Head {
  /** The full name of the branch; undefined where HEAD is detached. */
  readonly branch: string | undefined
  /** Undefined on a branch without commits. */
  readonly commit: ObjectId | undefined
}

/** Reads HEAD of a work tree: a few microseconds, so it is never cached. */
export function readHead(gitDir: string, refs: Refs): Head {
  const text = readFileSync(join(gitDir, 'HEAD'), 'utf8').trim()
  const branch = /^ref:\s*(\S+)$/.exec(text)?.[1]
  return branch ? { branch, commit: refs.read(branch) } : { branch: undefined, commit: refs.read('HEAD') }
}
