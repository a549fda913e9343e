import type { WireRules } from '../languages/merge-rules.ts'
import type { Sources } from '../structure/merge-structure.ts'
import { nameOf, walkPath } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/**
 * What breaks the data of an interface though the text reads well, and is in no side: two fields of one number, or, in scopes around them, of one name;
 * a number or name that is used and reserved; a field that got another number on one side, and changed on the other. `name` of a finding: the
 * message and number, and the fields.
 */
export function wireClashes({ base, left, right }: Sources, merged: Source): readonly Finding[] {
  const wire = merged.rules.wire
  if (!wire) return []
  const [inBase, inLeft, inRight, inMerged] = [base, left, right, merged].map((source) => fieldsOf(source, wire)) as [
    Fields,
    Fields,
    Fields,
    Fields,
  ]
  const known = new Set([...clashesOf(inLeft), ...clashesOf(inRight)].map(inNoOrder))
  const clashes = clashesOf(inMerged).filter((name) => !known.has(inNoOrder(name)))
  return [...clashes, ...renumbered(inBase, inLeft, inRight)].map((name) => ({ check: 'wire' as const, name }))
}

interface Field {
  /** Names of what it is in, with dots between. */
  readonly scope: string
  /** The scope in which its name stands once. */
  readonly nameScope: string
  readonly name: string
  readonly number: number | undefined
  readonly mayShare: boolean
  /** Equal where the field says the same. */
  readonly id: number
}

interface Reserved {
  readonly scope: string
  readonly from: number
  readonly end: number
  readonly name: string
}

export interface Fields {
  readonly fields: readonly Field[]
  readonly reserved: readonly Reserved[]
}

interface Scope {
  readonly path: string
  readonly namePath: string
  readonly mayShare: boolean
}

/** The fields of an interface, and what is reserved in it. */
export function fieldsOf(source: Source, wire: WireRules): Fields {
  const fields: Field[] = []
  const reserved: Reserved[] = []
  const visit = (node: number, path: string, scope: Scope): void => {
    const kind = source.kind(node)
    const name = nameOf(source, node)?.replace(/^=/, '')
    const inner = name === undefined ? path : path === '' ? name : `${path}.${name}`
    if (wire.reserved.includes(kind)) reserved.push(...rangesOf(source, node, scope.path))
    const numberPath = wire.numbers[kind]
    if (numberPath && name !== undefined) {
      const at = walkPath(source, node, numberPath)
      const number = at === undefined ? undefined : Number.parseInt(source.textOf(at))
      const { path: own, namePath: nameScope, mayShare } = scope
      fields.push({ scope: own, nameScope, name, number, mayShare, id: source.ids[node]! })
    }
    const isScope = wire.scopes.includes(kind)
    const below = isScope
      ? {
          path: inner,
          namePath: wire.openScopes.includes(kind) ? path : inner,
          mayShare: wire.aliases?.test(source.textOf(node)) === true,
        }
      : scope
    for (const child of source.children(node)) visit(child, inner, below)
  }
  visit(0, '', { path: '', namePath: '', mayShare: false })
  return { fields, reserved }
}

/** `2, 4 to 6, 9 to max, "name", name`. */
function rangesOf(source: Source, node: number, scope: string): readonly Reserved[] {
  const ranges: Reserved[] = []
  const parts = source.textOf(node).matchAll(/["']([^"']*)["']|(-?\d\w*)(?:\s+to\s+(\w+))?|([A-Za-z_]\w*)/g)
  for (const [, quoted, from, end, name = quoted] of parts) {
    const first = Number.parseInt(from ?? '')
    const last = end === undefined ? first : end === 'max' ? Infinity : Number.parseInt(end)
    ranges.push({ scope, name: name ?? '', from: first, end: last })
  }
  return ranges
}

/** Sentences about what stands twice, or though it is reserved. */
function clashesOf({ fields, reserved }: Fields): readonly string[] {
  const byNumber = groups(fields, ({ scope, number, mayShare }) =>
    number === undefined || mayShare ? undefined : `${scope} ${number}`,
  )
  const byName = groups(fields, ({ nameScope, name }) => `${nameScope} ${name}`)
  const twice = [...byNumber, ...byName].filter(([, some]) => some.length > 1)
  const used = fields.filter(({ scope, name, number }) =>
    reserved.some(
      (each) =>
        each.scope === scope &&
        (each.name === name || (number !== undefined && each.from <= number && number <= each.end)),
    ),
  )
  return [
    ...twice.map(([key, some]) => `${key.trim()}: ${some.map(({ name, number }) => `${name} = ${number}`).join(', ')}`),
    ...used.map(({ scope, name, number }) => `${scope} ${number}: ${name} is reserved`),
  ]
}

/** A sentence about some fields, whichever of them stands first. */
function inNoOrder(clash: string): string {
  return clash.split(/: |, /).toSorted().join()
}

function groups(fields: readonly Field[], keyOf: (field: Field) => string | undefined): ReadonlyMap<string, Field[]> {
  const found = new Map<string, Field[]>()
  for (const field of fields) {
    const key = keyOf(field)
    if (key !== undefined) found.set(key, [...(found.get(key) ?? []), field])
  }
  return found
}

/** Fields that one side gave another number, and the other one changed or gave up. */
function renumbered(base: Fields, left: Fields, right: Fields): readonly string[] {
  const keyOf = ({ scope, name }: Field): string => `${scope} ${name}`
  const [inLeft, inRight] = [left, right].map(
    ({ fields }) => new Map(fields.map((field) => [keyOf(field), field])),
  ) as [Map<string, Field>, Map<string, Field>]
  return base.fields.flatMap((field) => {
    const [one, other] = [inLeft.get(keyOf(field)), inRight.get(keyOf(field))]
    if (!one || !other || one.id === other.id || one.id === field.id || other.id === field.id) return []
    if (one.number === field.number && other.number === field.number) return []
    return [`${keyOf(field)}: ${field.number} is ${one.number} and ${other.number}`]
  })
}
