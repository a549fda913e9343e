import { nameOf, walkPath } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
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

interface Arity {
  readonly least: number
  readonly most: number
}

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
    if (arities && !arities.some(({ least, most }) => given >= least && given <= most))
      misfits.set(name, (misfits.get(name) ?? 0) + 1)
  }
  return misfits
}

/** What stands between the brackets and is neither sign nor comment. */
function partsOf(source: Source, list: number): readonly number[] {
  return source.children(list).filter((child) => source.isNamed(child) && !source.isComment(child))
}

function arityOf(source: Source, parameters: number): Arity {
  const children = source.children(parameters)
  let least = 0
  let most = 0
  for (const parameter of partsOf(source, parameters)) {
    const text = source.textOf(parameter)
    if (!/parameter|identifier|pattern/.test(source.kind(parameter)) || text === 'void') continue
    const names = source.children(parameter).filter((child) => source.fieldOf(child) === 'name').length
    const isSign = (node: number | undefined, sign: string): boolean =>
      node !== undefined && !source.isNamed(node) && source.textOf(node) === sign
    const hasDefault =
      /optional|default/.test(source.kind(parameter)) ||
      source.children(parameter).some((child) => isSign(child, '=')) ||
      isSign(children[children.indexOf(parameter) + 1], '=')
    most += Math.max(1, names)
    if (!hasDefault) least += Math.max(1, names)
    if (/rest|variadic|splat|spread/.test(source.kind(parameter)) || /^(\.\.\.|\*|vararg\b)|\.\.\./.test(text))
      return { least: Math.min(least, most - 1), most: Infinity }
  }
  // A sign such as `params` or `...` before a parameter without a node of its own.
  const isOpen = children.some((child) => !source.isNamed(child) && /^(params|\.\.\.|\*)$/.test(source.textOf(child)))
  return isOpen ? { least: 0, most: Infinity } : { least, most }
}

/** A call by a name alone whose arguments can be counted. */
function callOf(source: Source, node: number): { readonly name: string; readonly given: number } | undefined {
  const [callee] = source.children(node)
  const list = source
    .children(node)
    .find((child) => /arguments$|^argument_list$/.test(source.kind(child)) && source.kind(child) !== 'type_arguments')
  if (callee === undefined || list === undefined || !source.rules.identifiers.includes(source.kind(callee)))
    return undefined
  const given = partsOf(source, list)
  if (given.some((argument) => /^(\.\.\.|\*)|\.\.\.$/.test(source.textOf(argument)))) return undefined
  return { name: source.textOf(callee), given: given.length }
}
