import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { toHex } from '../lib/bytes.ts'
import { pathBytes } from './path-bytes.ts'

/** What a tree says about a name: Git's mode (0o100644, 0o100755, 0o120000, 0o040000, 0o160000), however it is written there, and the object. */
export interface TreeEntryValue {
  readonly mode: number
  readonly id: ObjectId
}

export interface TreeEntry extends TreeEntryValue {
  /** Raw: Git does not say that names are UTF-8. */
  readonly name: Uint8Array
}

/** The content of a tree object. What it throws for a tree that is not here passes through. */
export type ReadTree = (id: ObjectId) => Uint8Array

export const treeMode = 0o040000
/** A submodule: its commit is in another repository. */
export const gitlinkMode = 0o160000

/** Folders deeper than this are refused (Git's own limit is 2048 or 4096). */
export const maxTreeDepth = 1024

interface Span {
  readonly mode: number
  /** Is the mode written as Git writes it now? */
  readonly isPlain: boolean
  readonly nameStart: number
  /** Where the NUL lies; the id follows it. */
  readonly nameEnd: number
}

const nul = 0
const space = 0x20
const zero = 0x30

/** The entry that starts at an offset, or undefined where none does. */
export function spanAt(content: Uint8Array, start: number, idLength: number): Span | undefined {
  const usual = usualMode(content, start)
  if (usual !== 0) {
    const nameStart = start + (usual === treeMode ? 6 : 7)
    const nameEnd = content.indexOf(nul, nameStart)
    if (nameEnd <= nameStart || nameEnd + 1 + idLength > content.length) return undefined
    return { mode: usual, isPlain: true, nameStart, nameEnd }
  }
  let at = start
  let mode = 0
  for (; content[at] !== space; at++) {
    const digit = (content[at] ?? 0xff) - 0x30
    if (digit < 0 || digit > 7 || at - start >= 7) return undefined
    mode = mode * 8 + digit
  }
  const nameStart = at + 1
  const nameEnd = content.indexOf(nul, nameStart)
  if (at === start || nameEnd <= nameStart || nameEnd + 1 + idLength > content.length) return undefined
  const read = modeAsRead(mode)
  return { mode: read, isPlain: read === mode && content[start] !== zero, nameStart, nameEnd }
}

/** `100644 ` and `40000 ` are nearly all that is found, and read at once: digit by digit takes several times as long. Else 0. */
function usualMode(content: Uint8Array, at: number): number {
  if (content[at + 1] !== zero || content[at + 2] !== zero) return 0
  if (content[at] === zero + 4)
    return content[at + 3] === zero && content[at + 4] === zero && content[at + 5] === space ? treeMode : 0
  const isFile =
    content[at] === zero + 1 &&
    content[at + 3] === zero + 6 &&
    content[at + 4] === zero + 4 &&
    content[at + 5] === zero + 4 &&
    content[at + 6] === space
  return isFile ? 0o100644 : 0
}

/** Old programs wrote more bits (100664, 40755); Git reads them as those that it writes. */
function modeAsRead(mode: number): number {
  const kind = mode & 0o170000
  if (kind === 0o100000) return (mode & 0o100) === 0 ? 0o100644 : 0o100755
  return kind === 0o120000 || kind === treeMode ? kind : mode
}

/** The entries of a tree object in their order, or undefined where it is malformed. `idLength` is 20 or 32 bytes. */
export function parseTree(content: Uint8Array, idLength: number): readonly TreeEntry[] | undefined {
  const entries: TreeEntry[] = []
  for (let at = 0; at < content.length;) {
    const span = spanAt(content, at, idLength)
    if (!span) return undefined
    at = span.nameEnd + 1 + idLength
    const id = toHex(content.subarray(span.nameEnd + 1, at)) as ObjectId
    entries.push({ mode: span.mode, name: content.subarray(span.nameStart, span.nameEnd), id })
  }
  return entries
}

/** A name and what kind of thing it stands for, as far as their order goes. */
interface Named {
  readonly name: Uint8Array
  readonly value: { readonly mode: number } | undefined
}

/** Git sorts a folder as if its name ended in a slash. */
export function nameOrder(left: Named, right: Named): number {
  const shared = Math.min(left.name.length, right.name.length)
  for (let i = 0; i < shared; i++) if (left.name[i] !== right.name[i]) return left.name[i]! - right.name[i]!
  return byteAt(left, shared) - byteAt(right, shared)
}

function byteAt({ name, value }: Named, at: number): number {
  return name[at] ?? (value?.mode === treeMode ? 0x2f : 0)
}

/** The entries of a stored tree. Throws OBJECT_INVALID where it is malformed. */
export function readEntries(readTree: ReadTree, id: ObjectId): readonly TreeEntry[] {
  const entries = parseTree(readTree(id), id.length / 2)
  if (!entries) throw invalidTree(id, 'it is malformed')
  return entries
}

export function invalidTree(id: ObjectId, why: string): AnvcsError {
  return new AnvcsError('OBJECT_INVALID', { message: `The tree ${id} cannot be used: ${why}.`, details: { id } })
}

/**
 * What lies at a path (`/` between names), or undefined where nothing does. Throws OBJECT_INVALID for a malformed tree.
 */
export function findInTree(readTree: ReadTree, root: ObjectId, path: string): TreeEntryValue | undefined {
  let found: TreeEntryValue = { mode: treeMode, id: root }
  for (const name of path.split('/')) {
    const entry: TreeEntryValue | undefined =
      found.mode === treeMode ? entryOf(readTree, found.id, pathBytes(name)) : undefined
    if (!entry) return undefined
    found = entry
  }
  return found
}

/** A view of each name in turn would take longer to make than to compare. */
export function isNameAt(content: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start !== name.length) return false
  for (let i = 0; i < name.length; i++) if (content[start + i] !== name[i]) return false
  return true
}

/** Where a name stands against as much of another as they have in common: names are in order, so one that comes later ends a search, as git's. */
function prefixOrder(content: Uint8Array, { nameStart, nameEnd }: Span, name: Uint8Array): number {
  const shared = Math.min(nameEnd - nameStart, name.length)
  for (let i = 0; i < shared; i++) {
    const order = content[nameStart + i]! - name[i]!
    if (order !== 0) return order
  }
  return 0
}

function entryOf(readTree: ReadTree, id: ObjectId, name: Uint8Array): TreeEntryValue | undefined {
  const content = readTree(id)
  const idLength = id.length / 2
  for (let at = 0; at < content.length;) {
    const span = spanAt(content, at, idLength)
    if (!span) throw invalidTree(id, 'it is malformed')
    at = span.nameEnd + 1 + idLength
    const order = prefixOrder(content, span, name)
    if (order > 0) return undefined
    if (order === 0 && span.nameEnd - span.nameStart === name.length)
      return { mode: span.mode, id: toHex(content.subarray(span.nameEnd + 1, at)) as ObjectId }
  }
  return undefined
}
