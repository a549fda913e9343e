/** Empties a set, and gives what was in it. */
export function takeAll<T>(set: Set<T>): readonly T[] {
  const items = [...set]
  set.clear()
  return items
}
