import type { Source } from '../structure/source.ts'

/** Whether a child of a node is where a rule says: see `MergeRules.binders` and `members`. */
export function isWhere(source: Source, children: readonly number[], child: number, place: string): boolean {
  if (place === '*') return true
  if (place === 'rest') return child !== children[0]
  if (place === 'first') return child === children.find((each) => source.rules.identifiers.includes(source.kind(each)))
  const [field, kind] = place.split('/')
  if (kind !== undefined) return source.fieldOf(child) === field && source.kind(child) === kind
  const [name, other] = place.split('?')
  if (source.fieldOf(child) !== name) return false
  return other === undefined || children.some((each) => source.fieldOf(each) === other)
}

/** Whether the first child is the label of what follows. */
export function hasLabel(source: Source, [, sign]: readonly number[]): boolean {
  return sign !== undefined && !source.isNamed(sign) && [':', '='].includes(source.textOf(sign))
}
