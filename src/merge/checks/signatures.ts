import { nameOf, walkPath } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import { argumentsOf, arityOf, fits, type Arity } from './arity.ts'
import type { CommonParts } from './common-parts.ts'
import type { Finding } from './finding.ts'

/**
 * Functions of a merged text that are called with more or fewer arguments than they take, though no side does so: one side changed the
 * parameters, and the other one added a call. Functions are looked at by file and name; a call that fits one of several is right.
 */
export function misfitCalls(left: Source, right: Source, merged: Source, common?: CommonParts): readonly Finding[] {
  if (common && !mayMisfit(left, right, merged, common)) return []
  const [inLeft, inRight, inMerged] = [left, right, merged].map(countMisfits) as [Counts, Counts, Counts]
  return [...inMerged].flatMap(([name, count]) =>
    count > (inLeft.get(name) ?? 0) + (inRight.get(name) ?? 0) ? [{ check: 'signatures' as const, name }] : [],
  )
}

type Counts = ReadonlyMap<string, number>

/** Outside of common parts: are functions declared otherwise, or is one called more often with so many arguments than on both sides? */
function mayMisfit(left: Source, right: Source, merged: Source, common: CommonParts): boolean {
  const [inLeft, inRight, inMerged] = [left, right, merged].map((source) => readCalls(source, common.numbers(source)))
  const declaredIn = ({ declared }: Calls): string => JSON.stringify([...declared].sort(([a], [b]) => (a < b ? -1 : 1)))
  const declared = declaredIn(inMerged!)
  if (declaredIn(inLeft!) !== declared || declaredIn(inRight!) !== declared) return true
  const more = new Map<string, number>()
  const count = (calls: readonly Call[], by: number): void => {
    for (const { name, given } of calls) more.set(`${name} ${given}`, (more.get(`${name} ${given}`) ?? 0) + by)
  }
  count(inMerged!.calls, 1)
  count([...inLeft!.calls, ...inRight!.calls], -1)
  return [...more.values()].some((number) => number > 0)
}

/** By name of a function of the text: how many calls fit none that it declares. */
function countMisfits(source: Source): Counts {
  const { declared, calls } = readCalls(source)
  const misfits = new Map<string, number>()
  for (const { name, given } of calls) {
    const arities = declared.get(name)
    if (arities && !arities.some((arity) => fits(arity, given))) misfits.set(name, (misfits.get(name) ?? 0) + 1)
  }
  return misfits
}

interface Call {
  readonly name: string
  readonly given: number
}

interface Calls {
  readonly declared: ReadonlyMap<string, readonly Arity[]>
  readonly calls: readonly Call[]
}

/** The functions of a text, and the calls of functions. `parts` are not read. */
function readCalls(source: Source, parts?: Int32Array): Calls {
  const { signatures } = source.rules
  const declared = new Map<string, Arity[]>()
  const calls: Call[] = []
  if (!signatures) return { declared, calls }
  for (let node = 0; node < source.tree.size; node++) {
    if (parts?.[node]) {
      node = source.tree.next[node]! - 1
      continue
    }
    const kind = source.kind(node)
    const parameters = signatures.declarations[kind] && walkPath(source, node, signatures.declarations[kind])
    if (parameters !== undefined) {
      const name = nameOf(source, node)?.replace(/\(.*$/s, '')
      if (name !== undefined) declared.set(name, [...(declared.get(name) ?? []), arityOf(source, parameters)])
    }
    const call = signatures.calls.includes(kind) ? callOf(source, node) : undefined
    if (call) calls.push(call)
  }
  return { declared, calls }
}

/** A call by a name alone whose arguments can be counted. */
function callOf(source: Source, node: number): Call | undefined {
  const [callee] = source.children(node)
  if (callee === undefined || !isFunctionName(source, callee)) return undefined
  const given = argumentsOf(source, node)
  return given === undefined ? undefined : { name: source.textOf(callee), given }
}

function isFunctionName(source: Source, callee: number): boolean {
  return source.rules.identifiers.includes(source.kind(callee)) && !/^(?:receiver|object)$/.test(source.fieldOf(callee))
}
