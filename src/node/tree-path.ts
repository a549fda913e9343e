import { temporaryPrefix } from '../contracts/work-tree.ts'

/** Bytes of a path and of one of its names: the limits of Linux. */
const maxPathBytes = 4095
const maxNameBytes = 255

/** Characters that HFS+ leaves out when it compares names. */
const ignorable = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

/** May a file of the work tree have this path? Relative with `/`, inside the tree, in no protected place, the same on every system. */
export function isTreePath(path: string): boolean {
  if (path === '' || Buffer.byteLength(path) > maxPathBytes || /[\0\ud800-\udfff]/u.test(path)) return false
  const names = path.split('/')
  return names.every(isTreeName) && !isProtected(path)
}

/** Is this, or does it lie in, `.git` (anywhere), `.ai` (at the top) or a temporary file of ours? */
export function isProtected(path: string): boolean {
  return path.split('/').some((name, at) => {
    const plain = name
      .replace(ignorable, '')
      .replace(/[. ]+$/, '')
      .toLowerCase()
    // NTFS knows `.git` by a short name too, and a stream of a file by what follows a colon.
    return /^(\.git|git~1)(:|$)/.test(plain) || (at === 0 && plain === '.ai') || name.startsWith(temporaryPrefix)
  })
}

function isTreeName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && Buffer.byteLength(name) <= maxNameBytes
}
