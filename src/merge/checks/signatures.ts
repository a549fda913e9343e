import { nameOf, walkPath } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import { countsOf } from '../data/counts.ts'
import { argumentsOf, arityOf, fits, labelsOf, type Arity } from './arity.ts'
import type { CommonParts } from './common-parts.ts'
import type { Finding } from './finding.ts'
import { isShifted, parameterNames } from './parameter-names.ts'

/**
 * Functions of a merged text that are called otherwise than they take it, though no side does so: with more or fewer arguments, by the name of a parameter that
 * is gone, in an order that is another one now, or without waiting for what is asynchronous now. One side changed the parameters, and the other one added a call. Functions are looked at by file and name; a call that
 * fits one of several is right.
 */
export function misfitCalls(left: Source, right: Source, merged: Source, common?: CommonParts): readonly Finding[] {
  if (common && !mayMisfit(left, right, merged, common)) return []
  const [ofLeft, ofRight, ofMerged] = [left, right, merged].map((source) => readCalls(source)) as [Calls, Calls, Calls]
  const [inLeft, inRight, inMerged] = [ofLeft, ofRight, ofMerged].map(countMisfits) as [Counts, Counts, Counts]
  const misfits = [...inMerged].flatMap(([name, count]) =>
    count > (inLeft.get(name) ?? 0) + (inRight.get(name) ?? 0) ? [name] : [],
  )
  const names = new Set([
    ...misfits,
    ...misreadCalls(ofLeft, ofRight, ofMerged),
    ...misreadCalls(ofRight, ofLeft, ofMerged),
  ])
  return [...names].map((name) => ({ check: 'signatures' as const, name }))
}

/** Functions that `changed` made asynchronous, or whose parameters it names or orders otherwise than `other`, where calls of `other` are still as they were for it. */
function misreadCalls(changed: Calls, other: Calls, merged: Calls): readonly string[] {
  return [...merged.declared].flatMap(([name, found]) => {
    const [now, ofChanged, before] = [found, changed.declared.get(name), other.declared.get(name)].map((all) =>
      all?.length === 1 ? all[0] : undefined,
    )
    if (!now || !ofChanged || !before || now.text !== ofChanged.text) return []
    const isAwaitable = now.isAsync && ofChanged.isAsync && !before.isAsync
    if (now.text === before.text && !isAwaitable) return []
    const [names, namesBefore] = [now.names(), before.names()]
    const known = new Map(countsOf(callsOf(changed, name).map(({ text }) => text)))
    const isAmiss = ({ given, labels, text, isAwaited }: Call): boolean => {
      const left = known.get(text) ?? 0
      known.set(text, left - 1)
      if (left > 0) return false
      if (isAwaitable && !isAwaited) return true
      const isGone = (label: string): boolean => namesBefore.includes(label) && !names.includes(label)
      return (
        now.most !== Infinity && (labels.some(isGone) || isShifted(namesBefore, names, (given ?? 0) - labels.length))
      )
    }
    return callsOf(merged, name).some(isAmiss) ? [name] : []
  })
}

function callsOf({ calls }: Calls, name: string): readonly Call[] {
  return calls.filter((call) => call.name === name)
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
function countMisfits({ declared, calls }: Calls): Counts {
  const misfits = new Map<string, number>()
  for (const { name, given } of calls) {
    const arities = declared.get(name)
    if (arities && given !== undefined && !arities.some((arity) => fits(arity, given)))
      misfits.set(name, (misfits.get(name) ?? 0) + 1)
  }
  return misfits
}

interface Call {
  readonly name: string
  /** Undefined where they cannot be counted. */
  readonly given: number | undefined
  /** Of arguments that are given by name. */
  readonly labels: readonly string[]
  readonly text: string
  readonly isAwaited: boolean
}

interface Declared extends Arity {
  readonly isAsync: boolean
  readonly text: string
  readonly names: () => readonly (string | undefined)[]
}

interface Calls {
  readonly declared: ReadonlyMap<string, readonly Declared[]>
  readonly calls: readonly Call[]
}

/** The functions of a text, and the calls of functions. `parts` are not read. */
function readCalls(source: Source, parts?: Int32Array): Calls {
  const { signatures } = source.rules
  const declared = new Map<string, Declared[]>()
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
      if (name !== undefined)
        declared.set(name, [
          ...(declared.get(name) ?? []),
          {
            ...arityOf(source, parameters),
            isAsync: source
              .children(node)
              .some((child) => /^(?:pub\b.*\s)?async\b/.test(source.textOf(child)) && child < parameters),
            text: source.textOf(parameters),
            names: () => parameterNames(source, parameters),
          },
        ])
    }
    const call = signatures.calls.includes(kind) ? callOf(source, node) : undefined
    if (call) calls.push(call)
  }
  return { declared, calls }
}

/** A call by a name alone. */
function callOf(source: Source, node: number): Call | undefined {
  const [callee] = source.children(node)
  if (callee === undefined || !isFunctionName(source, callee)) return undefined
  const labels = labelsOf(source, node)
  return {
    name: source.textOf(callee),
    given: argumentsOf(source, node),
    labels,
    text: source.textOf(node),
    isAwaited: /await/.test(source.kind(source.tree.parent[node]!)),
  }
}

function isFunctionName(source: Source, callee: number): boolean {
  return source.rules.identifiers.includes(source.kind(callee)) && !/^(?:receiver|object)$/.test(source.fieldOf(callee))
}
