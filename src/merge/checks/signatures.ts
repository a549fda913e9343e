import { nameOf, walkPath } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import { argumentsOf, arityOf, fits, type Arity } from './arity.ts'
import type { Finding } from './finding.ts'

/**
 * Functions of a merged text that are called with more or fewer arguments than they take, though no side does so: one side changed the
 * parameters, and the other one added a call. Functions are looked at by file and name; a call that fits one of several is right.
 */
export function misfitCalls(left: Source, right: Source, merged: Source): readonly Finding[] {
  const [inLeft, inRight, inMerged] = [left, right, merged].map(countMisfits) as [Counts, Counts, Counts]
  return [...inMerged].flatMap(([name, count]) =>
    count > (inLeft.get(name) ?? 0) + (inRight.get(name) ?? 0) ? [{ check: 'signatures' as const, name }] : [],
  )
}

type Counts = ReadonlyMap<string, number>

/** By name of a function of the text: how many calls fit none that it declares. */
function countMisfits(source: Source): Counts {
  const { signatures } = source.rules
  const misfits = new Map<string, number>()
  if (!signatures) return misfits
  const declared = new Map<string, Arity[]>()
  const calls: { readonly name: string; readonly given: number }[] = []
  for (let node = 0; node < source.tree.size; node++) {
    const kind = source.kind(node)
    const parameters = signatures.declarations[kind] && walkPath(source, node, signatures.declarations[kind])
    if (parameters !== undefined) {
      const name = nameOf(source, node)?.replace(/\(.*$/s, '')
      if (name !== undefined) declared.set(name, [...(declared.get(name) ?? []), arityOf(source, parameters)])
    }
    const call = signatures.calls.includes(kind) ? callOf(source, node) : undefined
    if (call) calls.push(call)
  }
  for (const { name, given } of calls) {
    const arities = declared.get(name)
    if (arities && !arities.some((arity) => fits(arity, given))) misfits.set(name, (misfits.get(name) ?? 0) + 1)
  }
  return misfits
}

/** A call by a name alone whose arguments can be counted. */
function callOf(source: Source, node: number): { readonly name: string; readonly given: number } | undefined {
  const [callee] = source.children(node)
  if (callee === undefined || !source.rules.identifiers.includes(source.kind(callee))) return undefined
  const given = argumentsOf(source, node)
  return given === undefined ? undefined : { name: source.textOf(callee), given }
}
