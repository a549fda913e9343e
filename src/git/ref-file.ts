import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import type { ObjectId } from '../contracts/ids.ts'
import { concat, utf8 } from '../lib/bytes.ts'
import { pathBytes, pathText } from '../objects/path-bytes.ts'

/** What the file of a ref says. Names are text as `pathText` gives it: a branch may have a name that is not UTF-8. */
export type RefContent = { readonly target: string } | { readonly target?: undefined; readonly id: ObjectId }

const idPattern = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/
/** What Git trims: a space of Unicode may be part of a name. */
const spaces = /^[ \t\n\r]+|[ \t\n\r]+$/g

/** Where a ref lies. Bytes, as its name need not be text. */
export function refPath(folder: string, name: string): Buffer {
  return Buffer.from(concat(utf8(`${folder}/`), pathBytes(name)))
}

/** Reads a ref's file; a link into `refs/` is a symbolic ref (gitrepository-layout(5), HEAD). Undefined where there is none. */
export function readRefFile(path: Buffer): RefContent | undefined {
  try {
    if (lstatSync(path).isSymbolicLink()) {
      const target = pathText(readlinkSync(path, { encoding: 'buffer' }))
      if (target.startsWith('refs/')) return { target }
    }
    const text = pathText(readFileSync(path)).replace(spaces, '')
    if (text.startsWith('ref:')) return { target: text.slice('ref:'.length).replace(spaces, '') }
    return idPattern.test(text) ? { id: text as ObjectId } : undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined
    throw error
  }
}
