import { concat, utf8 } from '../lib/bytes.ts'
import { pathBytes } from '../objects/path-bytes.ts'

/** Where a file of the work tree lies. Bytes, as its name need not be text. */
export function absolutePath({ workTree }: { readonly workTree: string }, path: string): Buffer {
  return Buffer.from(concat(utf8(`${workTree}/`), pathBytes(path)))
}
