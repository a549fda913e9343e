import type { Source } from '../structure/source.ts'
import { partsOf } from './arity.ts'
import { boundIn } from './bindings.ts'

/** The names of parameters in their order, as calls write them; undefined for a parameter of no single name. */
export function parameterNames(source: Source, parameters: number): readonly (string | undefined)[] {
  return partsOf(source, parameters).flatMap((parameter) => namesOf(source, parameter))
}

function namesOf(source: Source, parameter: number): readonly (string | undefined)[] {
  if (source.rules.identifiers.includes(source.kind(parameter))) return [source.textOf(parameter)]
  // In Go several share a type.
  const told = source.children(parameter).filter((child) => source.fieldOf(child) === 'name')
  if (told.length > 0) return told.map((name) => source.textOf(name).replace(/^\$/, ''))
  const bound = boundIn(source, parameter)
  if (bound.length > 0) return [bound.length === 1 ? bound[0] : undefined]
  const first = source.children(parameter)[0]
  const isName = first !== undefined && source.rules.identifiers.includes(source.kind(first))
  return [isName ? source.textOf(first) : undefined]
}

/** Is one of so many arguments for another parameter in `now` than it was in `before`? One under a new name is the same one. */
export function isShifted(
  before: readonly (string | undefined)[],
  now: readonly (string | undefined)[],
  given: number,
): boolean {
  return before.slice(0, given).some((name, at) => name !== undefined && now[at] !== name && now.includes(name))
}
