import type { FileId, ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { serializeCommit, type CommitFields } from '../objects/commit.ts'
import { objectId } from '../objects/object-id.ts'
import { editTree, type TreeChange } from '../objects/tree-edit.ts'
import { makeAnchor, stateOf, type Anchor } from './anchor.ts'
import { emptyState, isWithin, joinStates, meetStates, type FileState } from './file-state.ts'
import { absent, isSameValue, type FileValue } from './file-value.ts'
import { Layout } from './layout.ts'
import { UnreadyMerge } from './outcome.ts'
import { fitTrees, type BuiltTree } from './fit-trees.ts'
import { isFileMode, type RoomHistory, type TreeValue } from './room-history.ts'
import { typeValue } from './typing.ts'
import { utf8 } from '../lib/bytes.ts'

/** Author and committer of automatic merges: the same everywhere, so that all peers compute the same commit. */
const mergeAuthor = { name: 'anvcs', email: 'merge@anvcs.invalid' }

/** Was the commit made by `mergeHeads`, at whichever peer? */
export function isAutomaticMerge(commit: Pick<CommitFields, 'committer' | 'parents'>): boolean {
  return commit.committer.email === mergeAuthor.email && commit.parents.length === 2
}

interface Side {
  readonly anchor: Anchor
  readonly tree: ObjectId
  readonly layout: Layout
}

interface MergedFile {
  readonly file: FileId
  readonly value: FileValue
  /** The value is the merge only if these names follow what they mean. */
  readonly names?: readonly string[]
}

/** The merge of two heads, or undefined where they conflict. Its objects are made in the history. Throws `UnreadyMerge`. */
export function mergeHeads(history: RoomHistory, left: Anchor, right: Anchor): Anchor | undefined {
  return history.mergeAt(`${left.key} ${right.key}`, () => merge(history, left, right))
}

function merge(history: RoomHistory, left: Anchor, right: Anchor): Anchor | undefined {
  const [a, b] = [left, right].map((anchor): Side => ({
    anchor,
    tree: history.graph.node(anchor.commit).tree,
    layout: history.layoutOf(anchor),
  })) as [Side, Side]
  const merged = mergeFiles(history, a, b)
  if (!merged || !sameLinks(history, a, b)) return undefined
  const fitting = fitFiles(history, a, b, merged)
  if (!fitting) return undefined
  for (const object of fitting.tree.objects) history.make(object)
  return anchorOf(history, a, b, mergeCommit(history, a, b, fitting.tree.root), fitting.files)
}

/** The files as they fit together, or undefined where they do not. */
function fitFiles(
  history: RoomHistory,
  a: Side,
  b: Side,
  files: readonly MergedFile[],
): { readonly files: readonly MergedFile[]; readonly tree: BuiltTree } | undefined {
  const merged = mergedTree(history, a, files)
  if (!merged) return undefined
  const base = history.graph.node(history.graph.commonAncestor(a.anchor.commit, b.anchor.commit)).tree
  const unbound = new Map(
    files.flatMap(({ value, names }) => (names && value.path !== undefined ? [[value.path, names] as const] : [])),
  )
  const texts = fitTrees(history, { base, left: a.tree, right: b.tree, merged, unbound })
  if (!texts?.size) return texts && { files, tree: merged }
  const fitting = files.map(({ file, value }) => ({ file, value: { ...value, text: textIn(texts, value) } }))
  const tree = mergedTree(history, a, fitting)
  return tree && { files: fitting, tree }
}

function textIn(texts: ReadonlyMap<string, string>, { path, text }: FileValue): string {
  return (path === undefined ? undefined : texts.get(path)) ?? text
}

type MergedValue = Omit<MergedFile, 'file'>

/** The merged value of every file that differs between the sides, or undefined at the first conflict. The driver is asked for all that it is unready for. */
function mergeFiles(history: RoomHistory, a: Side, b: Side): readonly MergedFile[] | undefined {
  const merged: MergedFile[] = []
  let isUnready = false
  for (const file of filesOf(history, a, b)) {
    const result = mergeFile(history, file, a, b)
    if (!result) return undefined
    if (result === 'unready') isUnready = true
    else merged.push({ file, ...result })
  }
  if (isUnready) throw new UnreadyMerge()
  return merged
}

function filesOf(history: RoomHistory, a: Side, b: Side): readonly FileId[] {
  const files = new Set<FileId>([...a.anchor.states.keys(), ...b.anchor.states.keys()])
  for (const { path } of history.differences(a.tree, b.tree))
    for (const side of [a, b]) {
      const file = side.layout.fileAt(path)
      if (file) files.add(file)
    }
  return [...files].sort()
}

function valueIn(history: RoomHistory, side: Side, file: FileId): TreeValue {
  const path = side.layout.pathOf(file)
  return path === undefined ? { ...absent, entry: undefined } : history.valueInTree(side.tree, path)
}

function mergeFile(history: RoomHistory, file: FileId, a: Side, b: Side): MergedValue | 'unready' | undefined {
  const left = valueIn(history, a, file)
  const right = valueIn(history, b, file)
  if (isSameValue(left, right)) return { value: left }
  const leftState = stateOf(a.anchor, file)
  const rightState = stateOf(b.anchor, file)
  const exact = !a.anchor.partial.has(file) && !b.anchor.partial.has(file)
  if (exact && isWithin(leftState, rightState)) return { value: right }
  if (exact && isWithin(rightState, leftState)) return { value: left }
  const base = exact ? meetValue(history, file, leftState, rightState) : ancestorValue(history, file, a, b)
  return mergeValues(history, base, left, right)
}

/** The base of a merge is the file at the meet of both states: unique, whatever the commits' ancestry. */
function meetValue(history: RoomHistory, file: FileId, left: FileState, right: FileState): FileValue {
  const meet = meetStates(left, right)
  return history.hasLog(file) ? history.evaluator.valueAt(file, meet) : absent
}

/** After a file was staged in part: its blob in the deepest common commit. */
function ancestorValue(history: RoomHistory, file: FileId, a: Side, b: Side): FileValue {
  const ancestor = history.graph.commonAncestor(a.anchor.commit, b.anchor.commit)
  const path = a.layout.pathOf(file) ?? b.layout.pathOf(file)
  return path === undefined ? absent : history.valueInTree(history.graph.node(ancestor).tree, path)
}

function mergeValues(
  history: RoomHistory,
  base: FileValue,
  left: FileValue,
  right: FileValue,
): MergedValue | 'unready' | undefined {
  if (left.path === undefined || right.path === undefined) {
    const [gone, kept] = left.path === undefined ? [left, right] : [right, left]
    if (base.path === undefined) return { value: kept }
    return isSameValue(base, kept) ? { value: gone } : undefined
  }
  const path = pick(base.path, left.path, right.path)
  const mode = pick(base.path === undefined ? undefined : base.mode, left.mode, right.mode)
  if (path === undefined || mode === undefined) return undefined
  if (left.blob === undefined && right.blob === undefined) {
    const merge = history.driver.merge({ path, base: base.text, left: left.text, right: right.text })
    if (merge.status === 'unready') return 'unready'
    const valueOf = (text: string): FileValue => ({ path, mode, blob: undefined, text })
    if (merge.status === 'clean') return { value: valueOf(merge.text) }
    return merge.unbound && { value: valueOf(merge.unbound.text), names: merge.unbound.names }
  }
  const content = pick(contentOf(base), contentOf(left), contentOf(right))
  const source = content === contentOf(left) ? left : right
  return content === undefined ? undefined : { value: { path, mode, blob: source.blob, text: source.text } }
}

function contentOf(value: FileValue): string {
  return value.blob === undefined ? `text ${value.text}` : `blob ${value.blob}`
}

/** Three-way choice of a value that cannot be mixed; undefined where both sides changed it differently. */
function pick<T>(base: T | undefined, left: T, right: T): T | undefined {
  if (left === right || right === base) return left
  return left === base ? right : undefined
}

/** Entries that are no files (submodules) are merged only where one side left them alone; a plain check keeps that rare case out. */
function sameLinks(history: RoomHistory, a: Side, b: Side): boolean {
  return history
    .differences(a.tree, b.tree)
    .every(({ before, after }) => (!before || isFileMode(before.mode)) && (!after || isFileMode(after.mode)))
}

/** Nothing of it is made yet. */
function mergedTree(history: RoomHistory, a: Side, merged: readonly MergedFile[]): BuiltTree | undefined {
  const changes = new Map<string, TreeChange>()
  const texts = new Map<ObjectId, string>()
  const taken = new Map<string, FileValue>()
  for (const { file } of merged) {
    const old = a.layout.pathOf(file)
    if (old !== undefined) changes.set(old, { path: old, entry: undefined })
  }
  for (const { value } of merged) {
    if (value.path === undefined) continue
    const other = taken.get(value.path)
    if (other && !isSameValue(other, value)) return undefined
    taken.set(value.path, value)
    const id = value.blob ?? objectId(history.crypto, history.objects.format, blobOf(value.text))
    if (value.blob === undefined) texts.set(id, value.text)
    changes.set(value.path, { path: value.path, entry: { mode: value.mode, id } })
  }
  for (const path of taken.keys()) if (isTaken(a, merged, path)) return undefined
  const edit = editTree(history.crypto, history.objects.format, (id) => history.readTree(id), a.tree, [
    ...changes.values(),
  ])
  if (!edit) return undefined
  const trees = edit.trees.map((content): GitObject => ({ type: 'tree', content }))
  const objects = [...[...texts.values()].map(blobOf), ...trees]
  return { root: edit.root, objects, from: a.tree, changes: [...changes.values()], texts }
}

function blobOf(text: string): GitObject {
  return { type: 'blob', content: utf8(text) }
}

/** Does another file of the left side, one that the merge does not touch, lie at this path? */
function isTaken(a: Side, merged: readonly MergedFile[], path: string): boolean {
  const file = a.layout.fileAt(path)
  return file !== undefined && !merged.some((m) => m.file === file)
}

function mergeCommit(history: RoomHistory, a: Side, b: Side, tree: ObjectId): ObjectId {
  const parents = [a.anchor.commit, b.anchor.commit].sort()
  const timeSeconds = Math.max(...parents.map((parent) => history.graph.node(parent).timeSeconds))
  const person = { ...mergeAuthor, timeSeconds, zone: '+0000' }
  const message = `Merge ${parents[1]!.slice(0, 12)} into ${parents[0]!.slice(0, 12)}\n\nBoth were made in one room while its peers were apart.\n`
  return history.make({
    type: 'commit',
    content: serializeCommit({ tree, parents, author: person, committer: person, message }),
  })
}

function anchorOf(history: RoomHistory, a: Side, b: Side, commit: ObjectId, merged: readonly MergedFile[]): Anchor {
  const states = new Map<FileId, FileState>()
  const partial = new Set<FileId>()
  for (const side of [a, b])
    for (const [file, state] of side.anchor.states) states.set(file, joinStates(states.get(file) ?? emptyState, state))
  const layout = new Layout(history.evaluator, { fileAt: (path) => history.baseFile(path) }, states)
  const { tree } = history.graph.node(commit)
  for (const { file, value } of merged) {
    const before = states.get(file) ?? emptyState
    if (a.anchor.partial.has(file) || b.anchor.partial.has(file)) partial.add(file)
    else {
      const target = value.path === undefined ? undefined : history.valueInTree(tree, value.path)
      states.set(file, typeValue(history, { commit, file, before, value: layout.valueOf(file), target }))
    }
  }
  return makeAnchor(history.crypto, commit, states, partial)
}
