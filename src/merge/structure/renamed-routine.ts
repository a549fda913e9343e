import type { Place, Versions } from './source.ts'

/**
 * Whether one side gave a routine another name, and the other one changed what it takes or gives: who calls it by the new name knows nothing of that. Where the
 * text itself tells who calls it, the name is replayed on the other side, and the sides agree about it.
 */
export function isOtherRoutine({ base, left, right }: Versions): boolean {
  return isRenamedAway(base, left, right) || isRenamedAway(base, right, left)
}

function isRenamedAway(base: Place, renaming: Place, changing: Place): boolean {
  if (!fieldsOf(base).includes('parameters')) return false
  const [name, newName, sameName] = [base, renaming, changing].map((place) => idsOf(place, (field) => field === 'name'))
  if (name === '' || newName === name || sameName !== name) return false
  const isHead = (field: string): boolean => field !== 'name' && field !== 'body'
  const [head, newHead, otherHead] = [base, renaming, changing].map((place) => idsOf(place, isHead))
  return otherHead !== head && otherHead !== newHead
}

function fieldsOf({ source, node }: Place): readonly string[] {
  return source.children(node).map((child) => source.fieldOf(child))
}

/** What the children in some fields say, comments of and in them aside. */
function idsOf({ source, node }: Place, isIn: (field: string) => boolean): string {
  const saying = (of: number): readonly number[] => source.children(of).filter((child) => !source.isComment(child))
  const children = saying(node).filter((child) => isIn(source.fieldOf(child)))
  return children
    .flatMap((child) => (source.isAtomic(child) ? [child] : saying(child)))
    .map((each) => source.ids[each])
    .join()
}
