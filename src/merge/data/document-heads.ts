import type { DataItem } from './data-node.ts'
import type { Entry } from './entry.ts'

/** Documents of YAML in a merged order: the first one may do without `---`, and needs it where it is not the first one any more. */
export function withDocumentHeads(entries: readonly Entry[], isFirstBare: boolean): readonly Entry[] {
  return entries.map((entry, i) => {
    if (i === 0 && !isFirstBare) return entry
    const placed = i === 0 ? bare : headed
    if (!entry.reason) {
      const { base, left, right } = entry
      return { ...entry, base: base && placed(base), left: left && placed(left), right: right && placed(right) }
    }
    const all = (items: readonly DataItem[]) => items.map((item, at) => (at === 0 ? placed : headed)(item))
    return { ...entry, base: all(entry.base), left: all(entry.left), right: all(entry.right) }
  })
}

function headed(item: DataItem): DataItem {
  return item.head === '' ? { ...item, head: '---', gap: `\n${item.gap}` } : item
}

/** A comment behind `---` has no other place. */
function bare(item: DataItem): DataItem {
  return item.head === '---' && item.gap === '\n' ? { ...item, head: '', gap: '' } : item
}
