import { concat, utf8 } from '../lib/bytes.ts'
import { pathBytes } from '../objects/path-bytes.ts'
import type { GitRepository } from './repository.ts'

/** Where a file of the work tree lies. Bytes, as its name need not be text. */
export function absolutePath({ workTree }: Pick<GitRepository, 'workTree'>, path: string): Buffer {
  return Buffer.from(concat(utf8(`${workTree}/`), pathBytes(path)))
}
