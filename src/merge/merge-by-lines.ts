import { diff3, type Chunk } from './diff3.ts'
import { diffLines } from './line-diff.ts'
import { LineTable, textOf, uncomparedLines, type Lines } from './lines.ts'
import type {
  ConflictReason,
  ConflictSide,
  ConflictStyle,
  LineRange,
  MergeTextInput,
  MergeTextResult,
} from './merge-result.ts'
import { mergeVersion } from './merge-version.ts'
import { usualMarkerSize, writeMerged, type MergedLines } from './merged-text.ts'
import { refineConflicts } from './refine-conflicts.ts'

/** Steps of all diffs of one merge; beyond them the texts conflict whole. */
const maxSteps = 1 << 26
/** UTF-16 units of the three texts together; beyond them they conflict whole. So a table of lines can hold them all. */
const maxUnits = 1 << 25

/**
 * Three-way merge by lines: clean where `git merge-file` is, with the same text, and with the same conflicts in all three styles. Only
 * texts that are very large, or differ in so many lines that the budget of steps is used up, conflict whole.
 */
export function mergeByLines(input: MergeTextInput): MergeTextResult {
  const cut = cutTexts(input)
  return written(cut.chunks() ?? [wholeOf(cut.texts, 'too-large')], cut.texts, input)
}

/** A conflict wherever the sides differ, though lines would merge. */
export function conflictByLines(input: MergeTextInput, reason: ConflictReason): MergeTextResult {
  const { texts, refined } = cutTexts(input)
  const whole = wholeOf(texts, reason)
  return written(refined([whole]) ?? [whole], texts, input)
}

function cutTexts({ base, left, right, style = 'merge' }: MergeTextInput) {
  const table = new LineTable()
  const isLarge = base.length + left.length + right.length > maxUnits
  const cut = (text: string) => (isLarge ? uncomparedLines(text) : table.lines(text))
  const texts = { base: cut(base), left: cut(left), right: cut(right) }
  const scratch = () => ({ counts: new Uint32Array(table.size), budget: { steps: maxSteps } })
  return {
    texts,
    chunks: () => (isLarge ? undefined : chunksOf(texts, style, table.size)),
    refined: (chunks: readonly Chunk[]) =>
      isLarge
        ? undefined
        : refineConflicts(chunks, style, { left: texts.left, right: texts.right, scratch: scratch() }),
  }
}

function written(chunks: readonly Chunk[], texts: MergedLines, input: MergeTextInput): MergeTextResult {
  const { style = 'merge', labels, markerSize } = input
  const form = {
    style,
    labels: { left: 'left', base: 'base', right: 'right', ...labels },
    markerSize: markerSize ?? usualMarkerSize,
  }
  const { text, conflicts } = writeMerged(chunks, texts, form)
  if (conflicts.length === 0)
    return { status: 'clean', text, conflicts: [], certificate: { version: mergeVersion, checks: ['lines'] } }
  return {
    status: 'conflict',
    text,
    conflicts: conflicts.map(({ chunk, lines }) => ({
      lines,
      reason: chunk.reason!,
      base: sideOf(texts.base, chunk.base),
      left: sideOf(texts.left, chunk.left),
      right: sideOf(texts.right, chunk.right),
    })),
  }
}

/** Undefined when the budget is used up. */
function chunksOf({ base, left, right }: MergedLines, style: ConflictStyle, ids: number): readonly Chunk[] | undefined {
  const scratch = { counts: new Uint32Array(ids), budget: { steps: maxSteps } }
  const ofLeft = diffLines(base.ids, left.ids, scratch)
  const ofRight = ofLeft && diffLines(base.ids, right.ids, scratch)
  if (!ofRight) return undefined
  const chunks = diff3(ofLeft, ofRight, { left: left.ids, right: right.ids })
  return refineConflicts(chunks, style, { left, right, scratch })
}

function wholeOf({ base, left, right }: MergedLines, reason: ConflictReason): Chunk {
  const all = ({ ids }: Lines): LineRange => ({ from: 0, end: ids.length })
  return { changed: 'both', reason, base: all(base), left: all(left), right: all(right) }
}

function sideOf(lines: Lines, range: LineRange): ConflictSide {
  return { lines: range, text: textOf(lines, range.from, range.end) }
}
