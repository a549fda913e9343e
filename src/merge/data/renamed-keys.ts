import type { DataItem, DataNode } from './data-node.ts'
import { areSimilar } from './element-keys.ts'
import type { KeyedItems } from './entry.ts'

/** Items under new keys that are compared with those that are gone; where there would be more only equal ones are found. */
const maxRenameComparisons = 1 << 12

interface Kept {
  readonly key: string
  readonly item: DataItem
}

/** An item of the base that no side has under its key, and where the sides have it, each under another key, or one of them. */
export interface RenamedItem {
  readonly key: string
  readonly base: DataItem
  readonly left: Kept | undefined
  readonly right: Kept | undefined
}

/**
 * What one side took away, or gave a key of its own, and the other one has under another key: one that is new, then as it was or much like that, or one that had
 * another value, then as it was.
 */
export function renamedItems(items: KeyedItems): readonly RenamedItem[] {
  const gone = [...items.base].filter(
    ([key, { value }]) => !items.left.has(key) && !items.right.has(key) && !isSmall(value),
  )
  if (gone.length === 0) return []
  const put = (side: 'left' | 'right') =>
    [...items[side]].flatMap(([key, item]) => (items.base.get(key)?.value.id === item.value.id ? [] : [{ key, item }]))
  const [ofLeft, ofRight] = [put('left'), put('right')]
  const isFew = gone.length * Math.max(ofLeft.length, ofRight.length) <= maxRenameComparisons
  const find = (value: DataNode, put: readonly Kept[]) =>
    put.find(({ item }) => item.value.id === value.id) ??
    (isFew ? put.find(({ key, item }) => !items.base.has(key) && areSimilar(item.value, value)) : undefined)
  return gone.flatMap(([key, base]) => {
    const [left, right] = [find(base.value, ofLeft), find(base.value, ofRight)]
    if (left?.key === right?.key) return []
    return [left, right].some((kept) => kept && isPutByBoth(items, kept.key)) ? [] : [{ key, base, left, right }]
  })
}

/** Have both sides put something under a key: what neither had there? That cannot give way to the item of one. */
function isPutByBoth({ base, left, right }: KeyedItems, key: string): boolean {
  const before = base.get(key)?.value.id
  return [left, right].every((side) => side.has(key) && side.get(key)!.value.id !== before)
}

/** Of scalars, and of what is empty, two that are alike need not be one. */
function isSmall(node: DataNode): boolean {
  return node.kind === 'scalar' || node.items.length === 0
}
