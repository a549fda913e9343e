import type { DataItem, DataNode } from './data-node.ts'
import { areSimilar } from './element-keys.ts'
import type { KeyedItems } from './entry.ts'

/** Items under new keys that are compared with those that are gone; where there would be more only equal ones are found. */
const maxRenameComparisons = 1 << 12

/** An item of the base that no side has under its key, and the one side that has it under another. */
export interface RenamedItem {
  readonly base: DataItem
  readonly side: 'left' | 'right'
  readonly kept: { readonly key: string; readonly item: DataItem }
}

/** What one side took away and the other one, as it was or much like that, has under a key that neither the base nor the first side has. */
export function keptUnderOtherKeys(items: KeyedItems): readonly RenamedItem[] {
  const gone = [...items.base].flatMap(([key, base]) =>
    items.left.has(key) || items.right.has(key) || isSmall(base.value) ? [] : [base],
  )
  if (gone.length === 0) return []
  const [ofLeft, ofRight] = (['left', 'right'] as const).map((side) =>
    [...items[side]].flatMap(([key, item]) => (items.base.has(key) ? [] : [{ key, item }])),
  )
  const isFew = gone.length * Math.max(ofLeft!.length, ofRight!.length) <= maxRenameComparisons
  const find = (value: DataNode, added: readonly RenamedItem['kept'][]) =>
    added.find(({ item }) => item.value.id === value.id) ??
    (isFew ? added.find(({ item }) => areSimilar(item.value, value)) : undefined)
  return gone.flatMap((base) => {
    const [left, right] = [find(base.value, ofLeft!), find(base.value, ofRight!)]
    const kept = left ?? right
    const isInBoth = kept && items.left.has(kept.key) && items.right.has(kept.key)
    return kept && !(left && right) && !isInBoth ? [{ base, side: left ? 'left' : 'right', kept }] : []
  })
}

/** Of scalars, and of what is empty, two that are alike need not be one. */
function isSmall(node: DataNode): boolean {
  return node.kind === 'scalar' || node.items.length === 0
}
