import type { GitObject } from '../contracts/object-store.ts'
import { parseCommit } from '../objects/commit.ts'
import { parseTree, treeMode, type TreeEntry } from '../objects/tree.ts'

/** Code points that HFS+ leaves out when it compares names; the list is that of git's utf8.c. */
const ignoredByHfs = /[\u200C-\u200F\u202A-\u202E\u206A-\u206F\uFEFF]/gu
/** What Windows takes for `.git`: in any case, by its short name, with dots, spaces or a stream behind. */
const gitFolderOfWindows = /^(?:\.git|git~1)[ .]*(?:$|:)/i
const lenient = new TextDecoder()
const zero = 0x30
const tagHead = /^object [0-9a-f]{40,64}\ntype (?:blob|tree|commit|tag)\ntag [^\n]+\n/

/** What is wrong with an object in the eyes of `git fsck --strict`, in words; undefined where nothing is. */
export function objectFault({ type, content }: GitObject, idLength: number): string | undefined {
  if (type === 'blob') return undefined
  if (type === 'tree') return treeFault(content, idLength)
  if (type === 'tag') return tagHead.test(Buffer.from(content).toString('latin1')) ? undefined : 'a malformed tag'
  if (content.includes(0)) return 'a commit with a NUL byte'
  const commit = parseCommit(content)
  return commit?.tree.length === 2 * idLength ? undefined : 'a malformed commit'
}

function treeFault(content: Uint8Array, idLength: number): string | undefined {
  // A mode that begins with a zero was written by programs of the past.
  if (content[0] === zero) return 'a mode that begins with a zero'
  const entries = parseTree(content, idLength)
  if (!entries) return 'a malformed tree'
  let at = 0
  for (const [i, entry] of entries.entries()) {
    if (content[at] === zero) return 'a mode that begins with a zero'
    at += entry.mode.toString(8).length + 2 + entry.name.length + idLength
    if (isForbiddenName(lenient.decode(entry.name))) return `a tree with the name ${lenient.decode(entry.name)}`
    if (/^0+$/.test(entry.id)) return 'a tree that names no object'
    if (i && !isBefore(entries[i - 1]!, entry)) return 'a tree whose names are not in order'
  }
  return hasTwins(entries) ? 'a tree with a name twice' : undefined
}

/** May no tree have this name, as it leads out of the work tree or into a repository? */
export function isForbiddenName(name: string): boolean {
  if (name === '.' || name === '..' || name.includes('/')) return true
  if (name.replace(ignoredByHfs, '').toLowerCase() === '.git') return true
  return name.split('\\').some((part) => gitFolderOfWindows.test(part))
}

/** Git sorts a folder as if its name ended in a slash. */
function isBefore(left: TreeEntry, right: TreeEntry): boolean {
  return Buffer.compare(sortKey(left), sortKey(right)) < 0
}

function sortKey({ mode, name }: TreeEntry): Uint8Array {
  return mode === treeMode ? Buffer.concat([name, Buffer.from('/')]) : name
}

/** A file and a folder of one name need not stand beside each other. */
function hasTwins(entries: readonly TreeEntry[]): boolean {
  const folders = entries
    .filter(({ mode }) => mode === treeMode)
    .map(({ name }) => Buffer.from(name).toString('latin1'))
  if (!folders.length || folders.length === entries.length) return false
  const names = new Set(folders)
  return entries.some(({ mode, name }) => mode !== treeMode && names.has(Buffer.from(name).toString('latin1')))
}
