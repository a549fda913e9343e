/** How often each name is there. */
export function countsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/**
 * Is each in the last of four (base, left, right, result) as often as the sides together made it? What both did may be one change
 * or two.
 */
export function areCountsKept(lists: readonly ReadonlyMap<string, number>[]): boolean {
  const names = new Set(lists.flatMap((counts) => [...counts.keys()]))
  return [...names].every((name) => {
    const [base, left, right, result] = lists.map((counts) => counts.get(name) ?? 0) as [number, number, number, number]
    if (result === left + right - base) return true
    const isSameChange = left - base > 0 === right - base > 0 && left !== base && right !== base
    return isSameChange && between(result, [left, right, left + right - base])
  })
}

/**
 * Is something in the last of four as it was, though one side changed or took away the only one? `large`: what no side puts anew by chance, so that two of it
 * are copies.
 */
export function isRevived(lists: readonly ReadonlyMap<string, number>[], large: ReadonlySet<string>): boolean {
  return [...lists[0]!].some(([name, base]) => {
    const [left, right, result] = lists.slice(1).map((counts) => counts.get(name) ?? 0) as [number, number, number]
    const kept = Math.max(left, right)
    return base === 1 && Math.min(left, right) === 0 && result > 0 && (kept === 1 || (kept > 1 && large.has(name)))
  })
}

function between(value: number, bounds: readonly number[]): boolean {
  return value >= Math.min(...bounds) && value <= Math.max(...bounds)
}
