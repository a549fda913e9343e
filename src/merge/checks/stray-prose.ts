import type { Sources } from '../structure/merge-structure.ts'
import { nameOf } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/**
 * Sentences that a merge by blocks has put together, and no text has: two paragraphs that became one, or a sentence of two halves. And lists whose
 * numbers no longer count, though they do on both sides.
 */
export function strayProse({ base, left, right }: Sources, merged: Source): readonly Finding[] {
  const { prose } = merged.rules
  if (!prose) return []
  const known = new Set([base, left, right].flatMap((source) => [...pairsOf(source)].map(([pair]) => pair)))
  const stray = [...pairsOf(merged)].flatMap(([pair, name]) => (known.has(pair) ? [] : [name]))
  const most = Math.max(miscounts(left), miscounts(right))
  if (miscounts(merged) > most) stray.push('1.')
  return stray.map((name) => ({ check: 'prose' as const, name: name.slice(0, 80) }))
}

/** Each sentence with the one before it in its paragraph, and its text. */
function* pairsOf(source: Source): Generator<readonly [pair: string, name: string]> {
  for (let node = 0; node < source.tree.size; node++) {
    if (source.kind(node) !== source.rules.prose!.paragraph) continue
    let before = 0
    for (const sentence of source.children(node)) {
      const id = source.ids[sentence]!
      yield [`${before} ${id}`, source.textOf(sentence)]
      before = id
    }
  }
}

/** Items whose number is neither the one behind the number before, nor the same. */
function miscounts(source: Source): number {
  const { list, marker } = source.rules.prose!
  let count = 0
  for (let node = 0; node < source.tree.size; node++) {
    if (source.kind(node) !== list) continue
    const marks = source
      .children(node)
      .map((item) => source.children(item).find((child) => source.kind(child) === marker))
    const numbers = marks.map((mark) => Number.parseInt(mark === undefined ? '' : source.textOf(mark)))
    const isAllSame = numbers.every((number) => number === numbers[0])
    if (!isAllSame) count += numbers.filter((number, i) => i > 0 && number !== numbers[i - 1]! + 1).length
  }
  return count
}

/** Labels of links that a merged text binds more often than each side. */
export function doubledLabels(left: Source, right: Source, merged: Source): readonly Finding[] {
  const [inLeft, inRight, inMerged] = [left, right, merged].map(labelsOf) as [Counts, Counts, Counts]
  return [...inMerged].flatMap(([name, count]) => {
    const most = Math.max(inLeft.get(name) ?? 0, inRight.get(name) ?? 0, 1)
    return count > most ? [{ check: 'duplicates' as const, name }] : []
  })
}

type Counts = ReadonlyMap<string, number>

/** Labels are the same in lower and upper case. */
function labelsOf(source: Source): Counts {
  const counts = new Map<string, number>()
  const label = source.rules.prose?.label
  if (label === undefined) return counts
  for (let node = 0; node < source.tree.size; node++) {
    const name = source.kind(node) === label ? nameOf(source, node)?.toLowerCase() : undefined
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}
