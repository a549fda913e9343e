import type { Crypto } from '../contracts/crypto.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectFormat } from '../contracts/object-store.ts'
import { empty } from '../lib/bytes.ts'
import { objectId } from './object-id.ts'
import { pathBytes } from './path-bytes.ts'
import { emptySpans, readSpans, type EditedName } from './tree-spans.ts'
import { maxTreeDepth, treeMode, type ReadTree, type TreeEntryValue } from './tree.ts'

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
  return edited && { root: edited.id ?? editor.write(empty), trees: editor.trees }
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
    const before = id ? readSpans(this.#readTree, id) : emptySpans()
    const edited: EditedName[] = []
    for (const [text, below] of changed.children) {
      const name = pathBytes(text)
      const at = before.find(name)
      const old = at < 0 ? undefined : before.value(at)
      const next = this.#entry(old, below)
      if (next === 'contradiction') return undefined
      if (next?.id !== old?.id || next?.mode !== old?.mode) edited.push({ name, at, value: next })
    }
    if (!edited.length) return { id: before.count ? id : undefined }
    const content = before.edited(edited)
    return { id: content.length ? this.write(content) : undefined }
  }

  write(content: Uint8Array): ObjectId {
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
