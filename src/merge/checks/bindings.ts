import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/**
 * Names that a merged text uses and does not bind, though each side that uses them binds them: one side took away a declaration or an
 * import, or gave it another name, and the other one added a use. Names are looked at by file, without their scopes.
 */
export function danglingNames(left: Source, right: Source, merged: Source): readonly Finding[] {
  const inMerged = namesOf(merged)
  const sides = [namesOf(left), namesOf(right)]
  return [...inMerged.used].flatMap((name) => {
    if (inMerged.bound.has(name)) return []
    const isBound = sides.some(({ bound }) => bound.has(name))
    const isFree = sides.some(({ used, bound }) => used.has(name) && !bound.has(name))
    return isBound && !isFree ? [{ check: 'bindings' as const, name }] : []
  })
}

interface Names {
  readonly bound: ReadonlySet<string>
  readonly used: ReadonlySet<string>
}

function namesOf(source: Source): Names {
  const bound = new Set<string>()
  const used = new Set<string>()
  const { rules } = source
  const visit = (node: number, isBinding: boolean): void => {
    const kind = source.kind(node)
    if (rules.identifiers.includes(kind)) (isBinding ? bound : used).add(source.textOf(node))
    const binds = rules.binders[kind]
    const ignored = rules.members[kind]
    const all = source.children(node)
    const inField = (child: number, fields: readonly string[] | undefined): boolean =>
      fields?.some((field) => field === '*' || field === source.fieldOf(child)) ?? false
    // Of an import with another name only the other name is bound.
    const field = binds?.find((each) => all.some((child) => inField(child, [each])))
    for (const child of all) {
      if (inField(child, ignored)) continue
      if (binds?.[0]?.startsWith('last:')) continue
      visit(
        child,
        (isBinding && !rules.defaults.includes(`${kind}.${source.fieldOf(child)}`)) ||
          (field !== undefined && inField(child, [field])),
      )
    }
    if (binds?.[0] === 'last:') {
      const name = /([\p{L}\p{N}_$]+)\W*$/u.exec(source.textOf(node))?.[1]
      if (name !== undefined) bound.add(name)
    }
  }
  visit(0, false)
  return { bound, used }
}
