import { utf8 } from '../../lib/bytes.ts'
import type { Language } from '../languages/language.ts'
import type { Parsers } from '../syntax/parsers.ts'
import type { FileTree, ThreeTrees, TreeFile } from '../trees/file-tree.ts'
import type { PlacedFile, Renames } from '../trees/place-files.ts'
import type { AcrossFinding } from './across-finding.ts'
import type { Break, Views } from './break.ts'
import { findBreaks } from './find-breaks.ts'
import { editedText, type TextEdit } from '../edited-text.ts'
import { repair } from './repair.ts'
import { SymbolReader, TreeView } from './tree-view.ts'
import { changedBy, type Side } from './what-happened.ts'

/** A merge of trees, file by file. */
export interface AcrossInput {
  readonly trees: ThreeTrees
  readonly merged: FileTree
  readonly placed: readonly PlacedFile[]
  /** Paths that conflict. */
  readonly unsettled: ReadonlySet<string>
  readonly renames: Renames
  readonly parsers: Parsers
  readonly idOf: (content: Uint8Array) => string
  readonly signal?: AbortSignal | undefined
}

/** What files use of each other, in a merge. */
export interface AcrossResult {
  /** What does not fit. */
  readonly findings: readonly AcrossFinding[]
  /** What was made to fit. */
  readonly repaired: readonly AcrossFinding[]
  /** The files in which that was done. */
  readonly files: ReadonlyMap<string, TreeFile>
  /** Whether everything was looked at. */
  readonly isWhole: boolean
}

/**
 * Looks in a merge for uses that fit on the side that has them and not in the merge, because the other side renamed, moved or deleted what is used, and
 * repairs those where that is certain. What breaks in the merge alone stands in a file that one side changed and is declared in one that the
 * other side changed: only those are read, and what lies between them.
 */
export async function mergeAcross(input: AcrossInput): Promise<AcrossResult> {
  const reader = new SymbolReader(input.parsers)
  const look = new AcrossLook(input, reader)
  for (;;) {
    const result = look.result()
    if (!reader.isWaiting) return result
    await reader.load(input.signal)
  }
}

/** The same at once, of files that need not be waited for; or the grammars that have to be loaded before. */
export function mergeAcrossNow(input: AcrossInput): AcrossResult | Set<Language['grammar']> {
  const reader = new SymbolReader(input.parsers)
  const result = new AcrossLook(input, reader).result()
  return reader.isWaiting ? new Set(reader.wantedGrammars) : result
}

interface Seen {
  readonly views: Views
  readonly breaks: readonly Break[]
}

/** A look at a merge, which may be taken again when more of it can be read. */
class AcrossLook {
  readonly #input: AcrossInput
  readonly #reader: SymbolReader
  readonly #left: Side
  readonly #right: Side

  constructor(input: AcrossInput, reader: SymbolReader) {
    this.#input = input
    this.#reader = reader
    const { trees, renames } = input
    const base = new TreeView(trees.base, reader)
    const sideOf = (side: 'left' | 'right'): Side => ({
      base,
      view: new TreeView(trees[side], reader),
      renames: renames[side],
      changed: changedBy(trees.base, trees[side]),
    })
    this.#left = sideOf('left')
    this.#right = sideOf('right')
  }

  /** Of what can be read: whole only if the reader waits for nothing. */
  result(): AcrossResult {
    const { trees, merged, idOf } = this.#input
    const isAsBase = ({ changed, view }: Side) => changed.length === 0 && view.tree.size === trees.base.size
    if (isAsBase(this.#left) || isAsBase(this.#right)) return nothing
    const first = this.#look(merged)
    const isWhole = () => !this.#reader.isFull
    if (first.breaks.length === 0 || this.#reader.isWaiting) return { ...nothing, isWhole: isWhole() }
    const files = repairFiles(first.views, first.breaks, merged, idOf)
    const second = files.size === 0 ? first : this.#look(new Map([...merged, ...files]))
    // A repair that makes something else break is none.
    if (second.breaks.length > first.breaks.length)
      return { ...nothing, findings: first.breaks.map(({ finding }) => finding), isWhole: isWhole() }
    const findings = unlike(second.breaks.map(({ finding }) => finding))
    const open = new Set(findings.map(keyOf))
    const repaired = unlike(first.breaks.map(({ finding }) => finding)).filter((finding) => !open.has(keyOf(finding)))
    return { findings, repaired, files, isWhole: isWhole() }
  }

  #look(tree: FileTree): Seen {
    const { placed, unsettled, signal } = this.#input
    const views = { merged: new TreeView(tree, this.#reader, unsettled), left: this.#left, right: this.#right }
    const breaks: Break[] = []
    for (const file of placed) {
      signal?.throwIfAborted()
      if (unsettled.has(file.path) || isOfBoth(file, tree.get(file.path))) continue
      breaks.push(...findBreaks(views, file))
    }
    return { views, breaks }
  }
}
const nothing: AcrossResult = { findings: [], repaired: [], files: new Map(), isWhole: true }

/** Whether a file is as both sides have it: then what it uses is no matter of the merge. */
function isOfBoth({ path, paths, left, right }: PlacedFile, file: TreeFile | undefined): boolean {
  if (!file) return true
  return left?.id === file.id && right?.id === file.id && paths.left === path && paths.right === path
}

function repairFiles(
  views: Views,
  breaks: readonly Break[],
  merged: FileTree,
  idOf: (content: Uint8Array) => string,
): ReadonlyMap<string, TreeFile> {
  const edits = new Map<string, TextEdit[]>()
  const texts = new Map(breaks.map(({ symbols }) => [symbols.path, symbols.source.text]))
  for (const broken of breaks) {
    const found = repair(views, broken) ?? []
    edits.set(broken.symbols.path, [...(edits.get(broken.symbols.path) ?? []), ...found])
  }
  const files = new Map<string, TreeFile>()
  for (const [path, parts] of edits) {
    const text = parts.length === 0 ? undefined : editedText(texts.get(path)!, parts)
    if (text === undefined) continue
    const bytes = utf8(text)
    files.set(path, { mode: merged.get(path)!.mode, id: idOf(bytes), read: () => bytes })
  }
  return files
}

function keyOf({ name, used, reason }: AcrossFinding): string {
  return [used.path, name, reason].join('\0')
}

/** One for each name in a file. */
function unlike(findings: readonly AcrossFinding[]): readonly AcrossFinding[] {
  return [...new Map(findings.map((finding) => [keyOf(finding), finding])).values()]
}
