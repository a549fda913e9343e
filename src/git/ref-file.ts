import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import type { ObjectId } from '../contracts/ids.ts'
import { AnvcsError } from '../contracts/errors.ts'
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

/**
 * Reads a ref's file; a link into `refs/` is a symbolic ref (gitrepository-layout(5), HEAD). Undefined where there is none. Throws
 * OBJECT_INVALID for one that is damaged: whoever took it for none would begin a new history. Outside of `refs/` lie other files, too.
 */
export function readRefFile(path: Buffer, mustBeRef = true): RefContent | undefined {
  try {
    if (lstatSync(path).isSymbolicLink()) {
      const target = pathText(readlinkSync(path, { encoding: 'buffer' }))
      if (target.startsWith('refs/')) return { target }
    }
    const text = pathText(readFileSync(path)).replace(spaces, '')
    if (text.startsWith('ref:')) return { target: text.slice('ref:'.length).replace(spaces, '') }
    if (idPattern.test(text)) return { id: text as ObjectId }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined
    throw error
  }
  if (!mustBeRef) return undefined
  throw new AnvcsError('OBJECT_INVALID', {
    message: `${pathText(path)} names neither a commit nor a ref: the file is damaged.`,
    hint: 'What it named is in its reflog (`git reflog show`, or the files below .git/logs).',
  })
}
