import { argumentsOf, arityOf } from '../checks/arity.ts'
import { parameterNames } from '../checks/parameter-names.ts'
import { hasLabel, isWhere } from '../checks/word-places.ts'
import type { ModuleRules } from './module-rules.ts'
import { walkPath } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import type { Definition, FileSymbols, NameUse, Span } from './file-symbols.ts'

/** What a file declares, imports and uses. */
export function readSymbols(path: string, source: Source, rules: ModuleRules): FileSymbols {
  const reader = new UseReader(source, rules)
  reader.visit(0, false)
  return {
    path,
    source,
    ...rules.exchanged(source),
    definitions: definitionsOf(source, rules),
    bound: reader.bound,
    uses: reader.uses,
  }
}

export function spanOf({ tree }: Source, node: number): Span {
  return { from: tree.start[node]!, end: tree.end[node]! }
}

function definitionsOf(source: Source, rules: ModuleRules): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>()
  const visit = (node: number): void => {
    for (const child of source.children(node)) {
      const kind = source.kind(child)
      const path = rules.definitions[kind]
      const at = path && walkPath(source, child, path)
      if (at !== undefined && source.rules.identifiers.includes(source.kind(at)))
        found.set(source.textOf(at), definitionAt(source, child, at, rules))
      if (rules.through.includes(kind)) visit(child)
    }
  }
  visit(0)
  return found
}

function definitionAt(source: Source, node: number, nameAt: number, rules: ModuleRules): Definition {
  const name = source.textOf(nameAt)
  const kind = source.kind(node)
  const parametersAt = source.rules.signatures?.declarations[kind] ?? rules.called?.[kind]
  const parameters = parametersAt && walkPath(source, node, parametersAt)
  const members = new Map<string, Definition>()
  const body = source.tree.child(node, 'body')
  if (body !== undefined)
    for (const child of source.children(body)) {
      const path = rules.members[source.kind(child)]
      const at = path && walkPath(source, child, path)
      // Of methods with one name nobody knows here which one is meant.
      const member = at === undefined ? undefined : definitionAt(source, child, at, rules)
      if (member) members.set(member.name, members.has(member.name) ? { ...member, arity: undefined } : member)
    }
  return {
    name,
    at: spanOf(source, node),
    content: contentOf(source, node, name),
    arity: parameters === undefined ? undefined : arityOf(source, parameters),
    parameters: parameters === undefined ? undefined : () => parameterNames(source, parameters),
    members,
    inherits: source.children(node).some((child) => /^(superclass|super_interfaces)$/.test(source.kind(child))),
  }
}

function contentOf(source: Source, node: number, name: string): string {
  const tokens: string[] = [source.kind(node)]
  const visit = (at: number): void => {
    if (source.isComment(at)) return
    const text = source.isAtomic(at) ? source.textOf(at) : undefined
    if (text !== undefined) tokens.push(text === name ? '\0' : text)
    else for (const child of source.children(at)) visit(child)
  }
  visit(node)
  return tokens.join(' ')
}

class UseReader {
  readonly #source: Source
  readonly #rules: ModuleRules
  readonly bound = new Set<string>()
  readonly uses: NameUse[] = []

  constructor(source: Source, rules: ModuleRules) {
    this.#source = source
    this.#rules = rules
  }

  visit(node: number, isBinding: boolean): void {
    const source = this.#source
    const { rules } = source
    const kind = source.kind(node)
    if (this.#isImporting(node, kind)) return
    if (rules.identifiers.includes(kind)) {
      if (isBinding) this.bound.add(source.textOf(node))
      else this.#use(node, node)
      return
    }
    const children = source.children(node)
    this.#seeQualified(node, kind)
    const binding = first(source, children, rules.binders[kind])
    for (const child of children) {
      if (isMember(source, children, child, rules.members[kind])) continue
      const isDefault = rules.defaults.includes(`${kind}.${source.fieldOf(child)}`)
      this.visit(child, (isBinding && !isDefault) || binding.includes(child))
    }
  }

  #isImporting(node: number, kind: string): boolean {
    if (!this.#rules.importing.includes(kind)) return this.#rules.isImport?.(this.#source, node) ?? false
    return kind !== 'export_statement' || this.#source.tree.child(node, 'source') !== undefined
  }

  #seeQualified(node: number, kind: string): void {
    const fields = this.#rules.qualified[kind]
    if (!fields) return
    const { tree } = this.#source
    const [receiver, name] = fields.map((field) =>
      /^\d$/.test(field) ? this.#source.children(node)[Number(field)] : tree.child(node, field),
    )
    if (receiver !== undefined && name !== undefined) this.#use(name, node, receiver)
  }

  /** `whole` is what is called: the name, or it with its receiver. */
  #use(name: number, whole: number, receiver?: number): void {
    const source = this.#source
    const parent = source.tree.parent[whole]!
    const calls = source.rules.signatures?.calls ?? []
    const call =
      parent >= 0 && calls.includes(source.kind(parent)) && source.children(parent)[0] === whole
        ? parent
        : calls.includes(source.kind(whole))
          ? whole
          : undefined
    this.uses.push({
      name: source.textOf(name),
      at: spanOf(source, name),
      ...(receiver !== undefined && { receiver: source.textOf(receiver), receiverAt: spanOf(source, receiver) }),
      given: call === undefined ? undefined : argumentsOf(source, call),
      isShorthand:
        this.#rules.shorthands.includes(source.kind(name)) ||
        (parent >= 0 && this.#rules.shorthands.includes(source.kind(parent))),
    })
  }
}

function first(source: Source, children: readonly number[], places: readonly string[] = []): readonly number[] {
  for (const place of places) {
    const found = children.filter((child) => isWhere(source, children, child, place))
    if (found.length > 0) return found
  }
  return []
}

function isMember(source: Source, children: readonly number[], child: number, places: readonly string[] = []): boolean {
  return places.some((place) =>
    place === 'label' ? child === children[0] && hasLabel(source, children) : isWhere(source, children, child, place),
  )
}
