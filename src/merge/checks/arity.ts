import type { Source } from '../structure/source.ts'

/** How many arguments a function takes. */
export interface Arity {
  readonly least: number
  readonly most: number
}

export function fits({ least, most }: Arity, given: number): boolean {
  return given >= least && given <= most
}

/** What stands between the brackets and is neither sign nor comment. */
export function partsOf(source: Source, list: number): readonly number[] {
  return source.children(list).filter((child) => source.isNamed(child) && !source.isComment(child))
}

/** Of a list of parameters. */
export function arityOf(source: Source, parameters: number): Arity {
  const children = source.children(parameters)
  let least = 0
  let most = 0
  for (const parameter of partsOf(source, parameters)) {
    const text = source.textOf(parameter)
    // In Ruby these are given by name, or behind the brackets.
    if (/^(?:keyword_parameter|hash_splat_parameter)$/.test(source.kind(parameter))) return { least: 0, most: Infinity }
    if (source.kind(parameter) === 'block_parameter') continue
    if (!/parameter|identifier|pattern/.test(source.kind(parameter)) || text === 'void') continue
    const names = source.children(parameter).filter((child) => source.fieldOf(child) === 'name').length
    const isSign = (node: number | undefined, sign: string): boolean =>
      node !== undefined && !source.isNamed(node) && source.textOf(node) === sign
    const hasDefault =
      /optional|default/.test(source.kind(parameter)) ||
      source.children(parameter).some((child) => isSign(child, '=')) ||
      isSign(children[children.indexOf(parameter) + 1], '=')
    if (/rest|variadic|splat|spread/.test(source.kind(parameter)) || /^(\.\.\.|\*|vararg\b)|\.\.\.|: .*\*$/.test(text))
      return { least, most: Infinity }
    most += Math.max(1, names)
    if (!hasDefault) least += Math.max(1, names)
  }
  // A sign such as `params` or `...` before a parameter without a node of its own.
  const isOpen = children.some((child) => !source.isNamed(child) && /^(params|\.\.\.|\*)$/.test(source.textOf(child)))
  return isOpen ? { least: 0, most: Infinity } : { least, most }
}

/** How many arguments a call gives; undefined where they cannot be counted. */
export function argumentsOf(source: Source, call: number): number | undefined {
  const given = givenTo(source, call)
  const isOpen = (argument: number): boolean =>
    /^(\.\.\.|\*)|\.\.\.$|\*$/.test(source.textOf(argument)) || /^(?:pair|block_argument)$/.test(source.kind(argument))
  return given?.some(isOpen) ? undefined : given?.length
}

/** The names by which a call gives arguments: `force=True`, `force: true`. */
export function labelsOf(source: Source, call: number): readonly string[] {
  return (givenTo(source, call) ?? []).flatMap(
    (argument) => /^(\w+)\s*[:=](?![=:>])/.exec(source.textOf(argument))?.[1] ?? [],
  )
}

function givenTo(source: Source, call: number): readonly number[] | undefined {
  const list = source
    .children(call)
    .find((child) => /arguments$|^argument_list$/.test(source.kind(child)) && source.kind(child) !== 'type_arguments')
  return list === undefined ? undefined : partsOf(source, list)
}
