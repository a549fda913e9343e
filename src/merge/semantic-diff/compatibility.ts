import { fieldsOf } from '../checks/wire-numbers.ts'
import { walkPath } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import type { Entity } from './entity.ts'

/** Why programs and data of before do not fit an entity of an interface any more, as far as numbers, names and types tell. */
export function breaksOfChange(before: Entity, after: Entity): readonly string[] {
  if (!isInterface(before)) return []
  const breaks: string[] = []
  const [number, newNumber] = [numberOf(before), numberOf(after)]
  if (number !== newNumber) breaks.push(`its number was ${number ?? 'none'} and is ${newNumber ?? 'none'}`)
  const [type, newType] = [typeOf(before), typeOf(after)]
  if (type !== newType) breaks.push(`its type was ${type ?? 'none'} and is ${newType ?? 'none'}`)
  // What has a number is known by it.
  if (before.name !== after.name && number === undefined) breaks.push(`it was called ${before.name}`)
  return breaks
}

/** The same of one that is gone. `after`: the file as it is now. */
export function breaksOfRemoval(entity: Entity, after: Source | undefined): readonly string[] {
  if (!isInterface(entity)) return []
  const number = numberOf(entity)
  const { wire } = entity.source.rules
  if (number === undefined || !wire) return ['it is gone']
  const scope = entity.path.slice(0, -entity.name.length - 1)
  const isReserved =
    after !== undefined &&
    fieldsOf(after, wire).reserved.some(
      (each) => each.scope === scope && each.from <= Number(number) && Number(number) <= each.end,
    )
  return isReserved ? [] : [`its number ${number} is not reserved`]
}

const interfaceLanguages = new Set(['protobuf', 'thrift', 'graphql'])

function isInterface({ source }: Entity): boolean {
  return interfaceLanguages.has(source.tree.grammar.name)
}

function numberOf({ source, node }: Entity): string | undefined {
  const path = source.rules.wire?.numbers[source.kind(node)]
  const at = path && walkPath(source, node, path)
  return at === undefined ? undefined : source.textOf(at)
}

function typeOf({ source, node }: Entity): string | undefined {
  const at = source.tree.child(node, 'type')
  return at === undefined ? undefined : source.textOf(at).replace(/\s+/g, ' ')
}
