import { diffLines, type LineChange } from '../line-diff.ts'
import { LineTable, textOf, type Lines } from '../lines.ts'
import type { LineRange } from '../merge-result.ts'
import type { SemanticChange } from './file-description.ts'

/** Steps of one diff; beyond them all lines count as changed. */
const maxDiffSteps = 1 << 24

/**
 * Of the lines that differ between two texts those that no change names, as changes of their own. Lines without letter or digit, and lines that
 * stand elsewhere on the other side, are told only where nothing else differs.
 */
export function unnamedLines(
  before: string,
  after: string,
  named: readonly SemanticChange[],
): readonly SemanticChange[] {
  const table = new LineTable()
  const [old, now] = [table.lines(before), table.lines(after)]
  const scratch = { counts: new Uint32Array(table.size), budget: { steps: maxDiffSteps } }
  const whole = { left: 0, leftEnd: old.ids.length, right: 0, rightEnd: now.ids.length }
  const lines = diffLines(old.ids, now.ids, scratch) ?? [whole]
  const covers = { before: coverOf(named, 'before'), after: coverOf(named, 'after') }
  const found = lines.map((change) => pieces(change, covers))
  const ids = { old: new Set(old.ids), now: new Set(now.ids) }
  const telling = found
    .flat()
    .filter(({ before: was, after: is }) => isTelling(old, was, ids.now) || isTelling(now, is, ids.old))
  const told = telling.length > 0 || named.length > 0 ? telling : found.flat()
  return told.map(({ before: was, after: is }) => ({
    change: !was ? 'added' : is ? 'changed' : 'removed',
    entity: 'lines',
    name: '',
    parts: [],
    ...(was && { before: was }),
    ...(is && { after: is }),
    isGuess: false,
  }))
}

interface Piece {
  readonly before?: LineRange
  readonly after?: LineRange
}

/** What is left of a change when what others name is taken out: one piece with both sides where each is whole, else each part alone. */
function pieces(
  { left, leftEnd, right, rightEnd }: LineChange,
  covers: { readonly before: readonly LineRange[]; readonly after: readonly LineRange[] },
): readonly Piece[] {
  const before = uncovered({ from: left, end: leftEnd }, covers.before)
  const after = uncovered({ from: right, end: rightEnd }, covers.after)
  if (before.length === 1 && after.length === 1) return [{ before: before[0]!, after: after[0]! }]
  return [...before.map((range) => ({ before: range })), ...after.map((range) => ({ after: range }))]
}

function isTelling(lines: Lines, range: LineRange | undefined, others: ReadonlySet<number>): boolean {
  for (let line = range?.from ?? 0; line < (range?.end ?? 0); line++)
    if (/[\p{L}\p{N}]/u.test(textOf(lines, line, line + 1)) && !others.has(lines.ids[line]!)) return true
  return false
}

/** The lines that changes name on a side, as ranges in order that do not touch. */
function coverOf(changes: readonly SemanticChange[], side: 'before' | 'after'): readonly LineRange[] {
  const ranges = changes.flatMap((change) => change[side] ?? []).sort((one, other) => one.from - other.from)
  const cover: LineRange[] = []
  for (const range of ranges) {
    const last = cover.at(-1)
    if (last && range.from <= last.end)
      cover[cover.length - 1] = { from: last.from, end: Math.max(last.end, range.end) }
    else cover.push(range)
  }
  return cover
}

/** The parts of a range that no other holds. */
function uncovered({ from, end }: LineRange, cover: readonly LineRange[]): readonly LineRange[] {
  const parts: LineRange[] = []
  let at = from
  for (const range of cover) {
    if (range.end <= at || range.from >= end) continue
    if (range.from > at) parts.push({ from: at, end: range.from })
    at = Math.max(at, range.end)
  }
  if (at < end) parts.push({ from: at, end })
  return parts
}
