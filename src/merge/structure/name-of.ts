import type { Source } from './source.ts'

/** The name of what a node declares, with its family, or undefined where it declares nothing or its place has a meaning. */
export function nameOf(source: Source, node: number): string | undefined {
  const { rules } = source
  const kind = source.kind(node)
  const registered = registeredName(source, node)
  if (registered !== undefined) return registered
  const inner = rules.wrappers[kind]
  if (inner) {
    for (const step of inner) {
      const child = stepTo(source, node, step)
      if (child !== undefined) return nameOf(source, child)
    }
    return undefined
  }
  const path = rules.names[kind] ?? ['name']
  if (path[0]?.startsWith('=')) return path[0]
  const at = walkPath(source, node, path)
  if (at === undefined) return undefined
  const told = rules.overloads[kind]
  const parameters = told && walkPath(source, node, told)
  return `${inDoubleQuotes(source.textOf(at))}${parameters === undefined ? '' : signatureOf(source, parameters)}`
}

/** A key in single quotes is the one in double quotes. */
function inDoubleQuotes(text: string): string {
  return text.replace(/^'([^'"\\]*)'$/, '"$1"')
}

/** What a node wraps: what stands behind `export`, or below decorators. */
export function wrappedIn(source: Source, node: number): number | undefined {
  const steps = source.rules.wrappers[source.kind(node)] ?? []
  return steps.map((step) => stepTo(source, node, step)).find((child) => child !== undefined)
}

/** The node at the end of a path of fields and kinds. */
export function walkPath(source: Source, node: number, path: readonly string[]): number | undefined {
  let at: number | undefined = node
  for (const step of path) at = at === undefined ? undefined : stepTo(source, at, step)
  return at
}

/** Whether the place of a node says nothing even where order has a meaning. */
export function isFreeNode(source: Source, node: number): boolean {
  const { rules } = source
  const kind = source.kind(node)
  if (rules.free.includes(kind)) return true
  const inner = wrappedIn(source, node)
  return inner === undefined ? registeredName(source, node) !== undefined : isFreeNode(source, inner)
}

/** The function and first argument of a call that registers something, or undefined. */
export function registeredName(source: Source, node: number): string | undefined {
  const { registrations } = source.rules
  if (registrations?.kind !== source.kind(node)) return undefined
  const call = walkPath(source, node, registrations.call)
  if (call === undefined) return undefined
  const [callee, list] = source.children(call)
  if (callee === undefined || list === undefined || !registrations.functions.includes(source.textOf(callee)))
    return undefined
  const first = source.children(list).find((child) => source.isNamed(child))
  return first !== undefined && source.isAtomic(first) && /^['"`]/.test(source.textOf(first))
    ? `${source.textOf(callee)} ${source.textOf(first)}`
    : undefined
}

/** The only child in a field or of a kind. */
function stepTo(source: Source, node: number, step: string): number | undefined {
  if (step === '.') return node
  if (step.endsWith('+')) {
    const inner = source.tree.child(node, step.slice(0, -1))
    return inner === undefined ? node : stepTo(source, inner, step)
  }
  const found = source.children(node).filter((child) => source.fieldOf(child) === step || source.kind(child) === step)
  return found.length === 1 ? found[0] : undefined
}

/** The types of parameters without their names; where the grammar gives types no field, the parameters as they are. */
function signatureOf(source: Source, parameters: number): string {
  const types = source.children(parameters).flatMap((parameter) => {
    const type =
      source.tree.child(parameter, 'type') ?? (/parameter/.test(source.kind(parameter)) ? parameter : undefined)
    return type === undefined ? [] : [source.textOf(type).replace(/\s+/g, ' ')]
  })
  return `(${types.join()})`
}
