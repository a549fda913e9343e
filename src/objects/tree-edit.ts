import type { Crypto } from '../contracts/crypto.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectFormat } from '../contracts/object-store.ts'
import { toHex } from '../lib/bytes.ts'
import { objectId } from './object-id.ts'
import { pathBytes } from './path-bytes.ts'
import {
  maxTreeDepth,
  readEntries,
  serializeTree,
  treeMode,
  type ReadTree,
  type TreeEntry,
  type TreeEntryValue,
} from './tree.ts'

/** What is to lie at a path; undefined removes the file that lies there. */
export interface TreeChange {
  readonly path: string
  readonly entry: TreeEntryValue | undefined
}

/** The new root, and what has to be stored for it. */
export interface TreeEdit {
  readonly root: ObjectId
  /** The content of each new tree, inner ones first. */
  readonly trees: readonly Uint8Array[]
}

/**
 * Applies changes to a tree and writes only the trees above them; folders that become empty vanish. `root` undefined is the empty tree. Undefined where a path would be a file and a folder at once, or
 * is no path that a tree may hold. Throws OBJECT_INVALID for a malformed tree.
 */
export function editTree(
  crypto: Crypto,
  format: ObjectFormat,
  readTree: ReadTree,
  root: ObjectId | undefined,
  changes: readonly TreeChange[],
): TreeEdit | undefined {
  const top = groupByFolder(changes)
  if (!top) return undefined
  const editor = new TreeEditor(crypto, format, readTree)
  const edited = editor.edit(root, top)
  return edited && { root: edited.id ?? editor.write([]), trees: editor.trees }
}

/** What changes below one name. */
interface ChangedName {
  change: TreeChange | undefined
  readonly children: Map<string, ChangedName>
}

function groupByFolder(changes: readonly TreeChange[]): ChangedName | undefined {
  const top: ChangedName = { change: undefined, children: new Map() }
  for (const change of changes) {
    const names = change.path.split('/')
    if (names.length > maxTreeDepth || !names.every(isTreeName)) return undefined
    let at = top
    for (const name of names) {
      let next = at.children.get(name)
      if (!next) at.children.set(name, (next = { change: undefined, children: new Map() }))
      at = next
    }
    at.change = change
  }
  return top
}

/** Git refuses a tree with any other name (`git fsck`: hasDot, hasDotdot, hasDotgit, emptyName). */
function isTreeName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.toLowerCase() !== '.git' && !name.includes('\0')
}

/** A folder after its changes; without an id where nothing is left in it. */
interface EditedFolder {
  readonly id: ObjectId | undefined
}

class TreeEditor {
  readonly trees: Uint8Array[] = []
  readonly #crypto: Crypto
  readonly #format: ObjectFormat
  readonly #readTree: ReadTree

  constructor(crypto: Crypto, format: ObjectFormat, readTree: ReadTree) {
    this.#crypto = crypto
    this.#format = format
    this.#readTree = readTree
  }

  /** The folder with its changes; undefined where they contradict. */
  edit(id: ObjectId | undefined, changed: ChangedName): EditedFolder | undefined {
    const before = id ? readEntries(this.#readTree, id) : []
    const entries = new Map<string, TreeEntry>()
    for (const entry of before) entries.set(toHex(entry.name), entry)
    let touched = false
    for (const [text, below] of changed.children) {
      const name = pathBytes(text)
      const key = toHex(name)
      const old = entries.get(key)
      const next = this.#entry(old, below)
      if (next === 'contradiction') return undefined
      if (next?.id === old?.id && next?.mode === old?.mode) continue
      touched = true
      if (next) entries.set(key, { mode: next.mode, id: next.id, name })
      else entries.delete(key)
    }
    if (!touched) return { id: before.length ? id : undefined }
    return { id: entries.size ? this.write([...entries.values()]) : undefined }
  }

  write(entries: readonly TreeEntry[]): ObjectId {
    const content = serializeTree(entries)
    this.trees.push(content)
    return objectId(this.#crypto, this.#format, { type: 'tree', content })
  }

  #entry(
    old: TreeEntryValue | undefined,
    { change, children }: ChangedName,
  ): TreeEntryValue | undefined | 'contradiction' {
    const oldFolder = old?.mode === treeMode ? old.id : undefined
    const edited = children.size ? this.edit(oldFolder, { change: undefined, children }) : { id: oldFolder }
    if (!edited) return 'contradiction'
    const file = change ? change.entry : old?.mode === treeMode ? undefined : old
    if (file && edited.id) return 'contradiction'
    return file ?? (edited.id && { mode: treeMode, id: edited.id })
  }
}
