import type { ListOrder } from '../languages/merge-rules.ts'
import { type Chunk, saysSame } from './chunk.ts'
import { type Item, textOf } from './item-list.ts'

/**
 * Joins chunks in which one side put something directly beside what the other one changed: whether it belongs before or behind the change, or
 * at all, cannot be told. Two neighbours that were changed, each by one side, do not touch, nor does a change that is not on the line beside. `twins` both sides put.
 */
export function joinTouching(
  chunks: readonly Chunk[],
  twins: ReadonlyMap<Item, Item>,
  order: ListOrder,
): readonly Chunk[] {
  if (order === 'unordered') return chunks
  const joined: Chunk[] = []
  let before: Change | undefined
  for (const chunk of chunks) {
    const isOfBoth = chunk.left.some((item) => twins.has(item))
    const change = isOfBoth ? ({ chunk, side: 'both', what: 'put' } as const) : changeOf(chunk)
    const last = joined.at(-1)
    if (last && before && change && touch(before, change, order)) joined[joined.length - 1] = join(last, chunk)
    else joined.push(chunk)
    before = change
  }
  return joined
}

/** What one side alone did in a chunk, or put there as the other one did. */
interface Change {
  readonly chunk: Chunk
  readonly side: 'left' | 'right' | 'both'
  readonly what: 'changed' | 'deleted' | 'put'
}

function changeOf(chunk: Chunk): Change | undefined {
  const { rows, left, right } = chunk
  const base = rows.map((row) => row.base)
  const side = saysSame(right, base) ? 'left' : saysSame(left, base) ? 'right' : undefined
  if (!side) return undefined
  if (saysSame(chunk[side], base)) return undefined
  const isRow = rows[0]?.left !== undefined && rows[0].right !== undefined
  return { chunk, side, what: isRow ? 'changed' : chunk[side].length > 0 ? 'put' : 'deleted' }
}

function touch(first: Change, second: Change, order: ListOrder): boolean {
  if (first.side === second.side && first.side !== 'both') return false
  if (order === 'prose') return true
  if (first.what === 'deleted' || second.what === 'deleted') return false
  if (first.what === 'changed' && second.what === 'changed') return false
  return isAtEdge(first, -1) && isAtEdge(second, 0)
}

/** Whether a change is on the first (0) or last (-1) line of its item. */
function isAtEdge({ chunk, side, what }: Change, edge: 0 | -1): boolean {
  if (what !== 'changed' || side === 'both') return true
  const [base, item] = [chunk.rows[0]!.base, chunk[side][0]!].map((each) => textOf(each) + each.trail)
  return base!.split('\n').at(edge)!.trim() !== item!.split('\n').at(edge)!.trim()
}

function join(first: Chunk, second: Chunk): Chunk {
  return {
    rows: [...first.rows, ...second.rows],
    left: [...first.left, ...second.left],
    right: [...first.right, ...second.right],
    isJoined: true,
  }
}
