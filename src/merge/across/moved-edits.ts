import { fromUtf8, utf8 } from '../../lib/bytes.ts'
import type { MergeText } from '../merge-text.ts'
import type { Parsers } from '../syntax/parsers.ts'
import { isRegular, type FileTree, type ThreeTrees, type TreeFile } from '../trees/file-tree.ts'
import type { Renames } from '../trees/place-files.ts'
import type { AcrossFinding } from './across-finding.ts'
import { placeOf, sideNames } from './break.ts'
import { knowsMore, type MovedEdit, type MoveViews, type SideName } from './moved-edit.ts'
import { findStatementEdits, type StatementEdits } from './statement-edits.ts'
import type { Definition, FileSymbols } from './file-symbols.ts'
import { editedText, type TextEdit } from '../edited-text.ts'
import { rulesOf } from './rules-of.ts'
import { SymbolReader, TreeView } from './tree-view.ts'
import { changedBy, whatHappened, type Side } from './what-happened.ts'

/** A merge in which files conflict. */
export interface MovedEditsInput {
  readonly trees: ThreeTrees
  readonly merged: FileTree
  /** Paths that conflict; in all three trees they have the same path. */
  readonly open: readonly string[]
  readonly renames: Renames
  readonly parsers: Parsers
  readonly mergeText: MergeText
  readonly idOf: (content: Uint8Array) => string
  readonly signal?: AbortSignal | undefined
}

/** Files as they are with the edits, and where these were made. */
export interface MovedEdits {
  readonly files: ReadonlyMap<string, TreeFile>
  /** Of `open`: what conflicts no longer. */
  readonly settled: ReadonlySet<string>
  readonly repaired: readonly AcrossFinding[]
  /** Of what still conflicts: statements that the other side has extracted or inlined, and where these are now. */
  readonly unclear: readonly AcrossFinding[]
}

/**
 * Makes the changes of one side in the file to which the other side has certainly moved what they are in, where the conflict is gone with that. What a
 * change names for the first time must not be something that only the old file knows.
 */
export async function replayMovedEdits(input: MovedEditsInput): Promise<MovedEdits> {
  const { merged, open, mergeText, idOf, signal } = input
  const files = new Map<string, TreeFile>()
  const settled = new Set<string>()
  const repaired: AcrossFinding[] = []
  const followed = open.filter((path) => rulesOf(path) !== undefined)
  const unclear: AcrossFinding[] = []
  if (followed.length === 0) return { files, settled, repaired, unclear }
  const found = await findAll(input, followed)
  for (const [path, { edits, findings }] of found) {
    const told = unlike(edits)
    const isOfStatements = ({ reason }: AcrossFinding) => reason === 'extracted' || reason === 'inlined'
    const leave = () => unclear.push(...findings, ...told.filter(isOfStatements))
    if (edits.length === 0) {
      leave()
      continue
    }
    const versions = await Promise.all(
      (['base', ...sideNames] as const).map((side) => textOf(input.trees[side].get(path))),
    )
    const [base, left, right] = versions
    if (base === undefined || left === undefined || right === undefined) continue
    const without = (text: string, side: SideName) => editedText(text, editsOf(edits, side)) ?? text
    const sides = { base, left: without(left, 'left'), right: without(right, 'right') }
    const again = await mergeText({ path, ...sides, signal })
    const targets = again.status === 'clean' ? await withEdits(edits, new Map([...merged, ...files]), idOf) : undefined
    if (!targets) {
      leave()
      continue
    }
    const bytes = utf8(again.text)
    files.set(path, { mode: merged.get(path)!.mode, id: idOf(bytes), read: () => bytes })
    for (const [target, file] of targets) files.set(target, file)
    settled.add(path)
    repaired.push(...told)
  }
  return { files, settled, repaired, unclear }
}

function unlike(edits: readonly MovedEdit[]): readonly AcrossFinding[] {
  return [...new Set(edits.map(({ finding }) => finding))]
}

function editsOf(edits: readonly MovedEdit[], side: SideName): readonly TextEdit[] {
  return edits.filter(({ editor }) => editor === side).map(({ inOpen }) => inOpen)
}

/** Undefined where two files that conflict have moved something to one: its places are not those that were read any more. */
async function withEdits(
  edits: readonly MovedEdit[],
  merged: FileTree,
  idOf: (content: Uint8Array) => string,
): Promise<ReadonlyMap<string, TreeFile> | undefined> {
  const files = new Map<string, TreeFile>()
  for (const target of new Set(edits.map((edit) => edit.target))) {
    const parts = edits.filter((edit) => edit.target === target).map(({ inTarget }) => inTarget)
    const file = merged.get(target)
    const text = await textOf(file)
    const next = text === undefined ? undefined : editedText(text, parts)
    if (!file || next === undefined) return undefined
    const bytes = utf8(next)
    files.set(target, { mode: file.mode, id: idOf(bytes), read: () => bytes })
  }
  return files
}

async function textOf(file: TreeFile | undefined): Promise<string | undefined> {
  return file && isRegular(file) ? fromUtf8(await file.read()) : undefined
}

async function findAll(
  { trees, merged, open, renames, parsers, signal }: MovedEditsInput,
  paths: readonly string[],
): Promise<ReadonlyMap<string, StatementEdits>> {
  const reader = new SymbolReader(parsers)
  const base = new TreeView(trees.base, reader)
  const sideOf = (side: SideName): Side => ({
    base,
    view: new TreeView(trees[side], reader),
    renames: renames[side],
    changed: changedBy(trees.base, trees[side]),
  })
  const views = { left: sideOf('left'), right: sideOf('right'), merged: new TreeView(merged, reader, new Set(open)) }
  for (;;) {
    const taken = new Set<string>()
    const found = new Map(
      paths.map((path) => {
        const ofStatements = sideNames.map((mover) => findStatementEdits(views, path, mover))
        const edits = [
          ...sideNames.flatMap((mover) => findEdits(views, path, mover)),
          ...ofStatements.flatMap((each) => each.edits),
        ]
        // What two files have moved to one place is left to people.
        const isFree = edits.every(({ target }) => !taken.has(target))
        for (const { target } of edits) taken.add(target)
        return [path, { edits: isFree ? edits : [], findings: ofStatements.flatMap((each) => each.findings) }] as const
      }),
    )
    if (!reader.isWaiting) return found
    await reader.load(signal)
  }
}

function findEdits(views: MoveViews, path: string, mover: SideName): readonly MovedEdit[] {
  const editor = mover === 'left' ? 'right' : 'left'
  const [before, after, here] = [views[mover].base, views[mover].view, views[editor].view].map((view) =>
    view.symbols(path),
  )
  if (!before || !after || !here) return []
  return [...before.definitions.values()].flatMap((old) => {
    const now = here.definitions.get(old.name)
    if (after.definitions.has(old.name) || !now || now.content === old.content) return []
    const { reason, certainty, to } = whatHappened(views[mover], path, old)
    if (reason !== 'moved' || certainty !== 'certain' || !to || to.path === path || to.type !== undefined) return []
    const target = views.merged.symbols(to.path)
    const moved = target?.definitions.get(old.name)
    const [was, is] = [textIn(before, old), textIn(here, now)]
    if (!target || !moved || textIn(target, moved) !== was || knowsMore(here, was, is)) return []
    const finding: AcrossFinding = {
      check: 'across',
      reason: 'moved',
      name: old.name,
      by: mover,
      to,
      certainty: 'certain',
      declared: placeOf(before, old.at.from),
      used: placeOf(here, now.at.from),
    }
    const inOpen = { ...now.at, text: was }
    return [{ editor, inOpen, target: to.path, inTarget: { ...moved.at, text: is }, finding }]
  })
}

function textIn({ source }: FileSymbols, { at }: Definition): string {
  return source.text.slice(at.from, at.end)
}
