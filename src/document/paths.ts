import { temporaryPrefix } from '../contracts/work-tree.ts'
import { utf8 } from '../lib/bytes.ts'

/** Bytes of a path and of one of its names: what Linux takes. */
const maxPathBytes = 4095
const maxNameBytes = 255

/** NUL, control characters, the separator and the stream mark of Windows, and halves of surrogate pairs. */
// oxlint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u001f\u007f-\u009f\ud800-\udfff\\:]/u
/** Code points that HFS+ leaves out when it compares names; the list is that of git's utf8.c. */
const ignoredByHfs = /[\u200C-\u200F\u202A-\u202E\u206A-\u206F\uFEFF]/gu
/** Devices of Windows, whatever extension follows. */
const device =
  /^(?:con|prn|aux|nul|com[0-9\u00B9\u00B2\u00B3]|lpt[0-9\u00B9\u00B2\u00B3]|conin\$|conout\$)[ ]*(?:\.|$)/i

/**
 * May a peer name this path? It is relative, lies in the work tree on every system, and leads neither into a repository
 * (`.git` in any disguise that a file system knows) nor into our own folder `.ai` at the top nor to a temporary file of ours.
 */
export function isSafePath(path: string): boolean {
  if (!path || path.length > maxPathBytes || utf8(path).length > maxPathBytes || forbidden.test(path)) return false
  const names = path.split('/')
  return names.every(isSafeName) && plainName(names[0]!) !== '.ai'
}

function isSafeName(name: string): boolean {
  if (utf8(name).length > maxNameBytes) return false
  const plain = plainName(name)
  // Windows drops dots and spaces at the end, so that two names would be one file; this holds `.` and `..` too.
  if (!plain || /[. ]$/.test(plain)) return false
  if (plain.startsWith(temporaryPrefix)) return false
  // `git~1` is the short name that Windows gives to `.git`.
  return plain !== '.git' && plain !== 'git~1' && !device.test(plain)
}

/** The name as a file system that ignores case and some code points compares it. */
function plainName(name: string): string {
  return name.replace(ignoredByHfs, '').toLowerCase()
}
