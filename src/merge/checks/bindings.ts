import { groupBy } from '../../lib/group-by.ts'
import type { Source } from '../structure/source.ts'
import { typeMembers } from '../structure/type-members.ts'
import { areAlike, type CommonParts } from './common-parts.ts'
import type { Finding } from './finding.ts'
import { hasLabel, isWhere } from './word-places.ts'

/**
 * Names that a merged text uses and does not bind, though each side that uses them binds them: one side took away a declaration or an
 * import, or gave it another name, and the other one added a use. Names are looked at by file, without their scopes (for those see `lostScopes`); members
 * where they stand behind a receiver that is of the file - `this`, or a type that it declares - or where one side took away all that is called so.
 */
export function danglingNames(left: Source, right: Source, merged: Source, common?: CommonParts): readonly Finding[] {
  if (common && !mayDangle(left, right, merged, common)) return []
  const inMerged = namesOf(merged)
  const sides = [namesOf(left), namesOf(right)]
  const dangling = [...inMerged.used].filter((name) => {
    if (inMerged.bound.has(name)) return false
    const isBound = sides.some(({ bound }) => bound.has(name))
    const isFree = sides.some(({ used, bound }) => used.has(name) && !bound.has(name))
    return isBound && !isFree
  })
  // Behind other values: where the side that took a member away has it nowhere any more.
  const behind = [...inMerged.behind].filter((name) => {
    const has = (source: Source): boolean => typeMembers(source).has(name.slice(1))
    const holder = [left, right].findIndex(has)
    const [own, other] = [sides[holder], sides[1 - holder]]
    const isGone = own && other && !has(merged) && ![other.bound, other.used, other.behind].some((all) => all.has(name))
    return isGone && own.behind.has(name) && !inMerged.bound.has(name)
  })
  return [...new Set([...dangling, ...behind])].map((name) => ({ check: 'bindings' as const, name }))
}

/**
 * Outside of common parts: does a side bind a name that stands in the merged text, and is not bound there? Not to be told where names of receivers are
 * learned from what stands before.
 */
function mayDangle(left: Source, right: Source, merged: Source, common: CommonParts): boolean {
  const readers = [merged, left, right].map((source) => new NameReader(source, common.numbers(source)))
  if (readers[0]!.learnsReceivers) return true
  for (const reader of readers) reader.visit(0, false)
  if (!areAlike(readers.map(({ partsBinding }) => partsBinding))) return true
  const [inMerged, ...sides] = readers.map((reader) => reader.names())
  const isAmiss = (name: string): boolean =>
    !inMerged!.bound.has(name) && merged.text.includes(name.startsWith('.') ? name.slice(1) : name)
  return sides.some(({ bound }) => [...bound].some(isAmiss))
}

/** How often names that are no members stand in a text, and where they are bound there: what stands before each of these places. */
export interface NameCounts {
  readonly placed: ReadonlyMap<string, number>
  readonly bound: ReadonlyMap<string, readonly (string | number)[]>
}

/** Of each text; where common parts stand alike, outside of these. */
export function nameCounts(sources: readonly Source[], common?: CommonParts): readonly NameCounts[] {
  const read = (parts: readonly (Int32Array | undefined)[]) => {
    const counts = sources.map(() => ({
      placed: new Map<string, number>(),
      bound: new Map<string, (string | number)[]>(),
    }))
    const readers = sources.map((source, at) => {
      const { placed, bound } = counts[at]!
      const count = (name: string, _: unknown, isBinding: boolean) => {
        placed.set(name, (placed.get(name) ?? 0) + 1)
        if (!isBinding) return
        const known = bound.get(name)
        if (known) known.push(reader.before)
        else bound.set(name, [reader.before])
      }
      const reader: NameReader = new NameReader(source, parts[at], count)
      return reader
    })
    for (const reader of readers) reader.visit(0, false)
    return { counts, readers }
  }
  const { counts, readers } = read(sources.map((source) => common?.numbers(source)))
  return !common || areAlike(readers.map(({ partsBinding }) => partsBinding)) ? counts : read([]).counts
}

/** Members are written with a dot in front. */
interface Names {
  readonly bound: ReadonlySet<string>
  readonly used: ReadonlySet<string>
  /** Members behind values of which nothing is known. */
  readonly behind: ReadonlySet<string>
}

function namesOf(source: Source, node = 0): Names {
  const reader = new NameReader(source)
  reader.visit(node, false)
  return reader.names()
}

/** The names that a part of a text binds; members are not among them. */
export function boundIn(source: Source, node: number): readonly string[] {
  return [...namesOf(source, node).bound].filter((name) => !name.startsWith('.'))
}

/** Where names stand that are no members, by name. */
export interface PlainNames {
  readonly places: ReadonlyMap<string, readonly number[]>
  /** Those of the places that bind the name. */
  readonly declared: ReadonlyMap<string, readonly number[]>
  /** How often a name is bound, by imports of paths, too. */
  readonly bound: ReadonlyMap<string, number>
}

/** `wanted`: of these names only. */
export function plainNames(source: Source, wanted?: ReadonlySet<string>): PlainNames {
  const seen: { readonly name: string; readonly node: number | undefined; readonly isBinding: boolean }[] = []
  const see = (name: string, node: number | undefined, isBinding: boolean) =>
    (!wanted || wanted.has(name)) && seen.push({ name, node, isBinding })
  const reader = new NameReader(source, undefined, see)
  reader.visit(0, false)
  const byName = (isWanted: (one: (typeof seen)[number]) => boolean): ReadonlyMap<string, readonly number[]> => {
    const groups = groupBy(seen.filter(isWanted), ({ name }) => name)
    return new Map([...groups].map(([name, all]) => [name, all.flatMap(({ node }) => node ?? [])]))
  }
  const bindings = groupBy(
    seen.filter(({ isBinding }) => isBinding),
    ({ name }) => name,
  )
  return {
    places: byName(() => true),
    declared: byName(({ isBinding }) => isBinding),
    bound: new Map([...bindings].map(([name, all]) => [name, all.length])),
  }
}

class NameReader {
  readonly #source: Source
  readonly #bound = new Set<string>()
  readonly #used = new Set<string>()
  readonly #behind = new Set<string>()
  /** Members of something that is a type of this file if a name is bound. */
  readonly #ofTypes: { readonly type: string; readonly member: string }[] = []

  readonly #receivers: Set<string>
  /** Kinds of nodes that name one. */
  readonly #receiverKinds: ReadonlySet<string>

  /** Common parts, which are not read, and by their number whether they stand where names are bound; undefined where nothing reads names. */
  readonly #parts: Int32Array | undefined
  readonly partsBinding: boolean[] = []
  /** The name, or the number of the common part, that was read before. */
  before: string | number = 0

  readonly #onName: ((name: string, node: number | undefined, isBinding: boolean) => unknown) | undefined

  constructor(
    source: Source,
    parts?: Int32Array,
    onName?: (name: string, node: number | undefined, isBinding: boolean) => unknown,
  ) {
    this.#onName = onName
    this.#source = source
    this.#parts = parts
    this.#receivers = new Set(source.rules.receivers)
    this.#receiverKinds = new Set(
      source.rules.receivers.flatMap((place) => (place.includes('.') ? place.split('.', 1) : [])),
    )
  }

  get learnsReceivers(): boolean {
    return this.#receiverKinds.size > 0
  }

  names(): Names {
    for (const { type, member } of this.#ofTypes) if (this.#bound.has(type)) this.#used.add(member)
    return { bound: this.#bound, used: this.#used, behind: this.#behind }
  }

  visit(node: number, isBinding: boolean): void {
    const part = this.#parts?.[node]
    if (part) {
      this.partsBinding[part] = isBinding
      this.before = part
      return
    }
    const source = this.#source
    const { rules } = source
    const kind = source.kind(node)
    if (rules.identifiers.includes(kind)) return this.#see(node, isBinding)
    const places = rules.binders[kind]
    if (places === undefined && source.tree.isLeaf(node)) return
    const children = source.children(node)
    if (this.#receiverKinds.has(kind)) this.#learnReceiver(kind, children)
    for (const child of this.#first(children, rules.memberBinders[kind])) this.#declareMember(child)
    const binding = this.#first(children, places)
    if (binding.length === 0 && places?.at(-1) === 'last:') return this.#bindLast(node)
    const members = rules.members[kind]
    for (const child of children) {
      if (members && this.#isMember(children, child, members)) this.#seeMember(children, child, isBinding)
      else {
        const isBound = isBinding && !rules.defaults.includes(`${kind}.${source.fieldOf(child)}`)
        this.visit(child, isBound || binding.includes(child))
      }
    }
  }

  /** The children at the first of some places where there are any: of an import with another name only the other name is bound. */
  #first(children: readonly number[], places: readonly string[] = []): readonly number[] {
    for (const place of places) {
      const found = children.filter((child) => isWhere(this.#source, children, child, place))
      if (found.length > 0) return found
    }
    return []
  }

  #isMember(children: readonly number[], child: number, places: readonly string[]): boolean {
    return places.some((place) =>
      place === 'label'
        ? child === children[0] && hasLabel(this.#source, children)
        : isWhere(this.#source, children, child, place),
    )
  }

  /** Of the path of an import the last word is the name. */
  #bindLast(node: number): void {
    const name = /([\p{L}\p{N}_$]+)\W*$/u.exec(this.#source.textOf(node))?.[1]
    if (name === undefined) return
    this.#onName?.(name, undefined, true)
    this.#bind(name)
  }

  #see(node: number, isBinding: boolean): void {
    const name = this.#source.textOf(node)
    this.#onName?.(name, node, isBinding)
    this.before = name
    if (isBinding) this.#bind(name)
    else this.#used.add(name)
  }

  #bind(name: string): void {
    this.#bound.add(name)
    this.#bound.add(`.${name}`)
  }

  /** Some languages let each method name what stands before its members. */
  #learnReceiver(kind: string, children: readonly number[]): void {
    for (const child of children) {
      if (!this.#source.rules.receivers.includes(`${kind}.${this.#source.fieldOf(child)}`)) continue
      const name = /\w+/.exec(this.#source.textOf(child))?.[0]
      if (name !== undefined) this.#receivers.add(name)
    }
  }

  /** A member that is declared by its name, or by an assignment to it behind a receiver. */
  #declareMember(node: number): void {
    const [, receiver, name] = /^(?:(\S+)\s*\.\s*)?([\w#$\p{L}]+)$/u.exec(this.#source.textOf(node)) ?? []
    if (name !== undefined && (receiver === undefined || this.#receivers.has(receiver)))
      this.#bound.add(memberName(name))
  }

  #seeMember(children: readonly number[], child: number, isBinding: boolean): void {
    const source = this.#source
    if (!source.isAtomic(child) && !source.rules.identifiers.includes(source.kind(child)))
      child = source.children(child).at(-1) ?? child
    const member = memberName(source.textOf(child))
    const receiver = source.textOf(children[0]!)
    if (this.#receivers.has(receiver)) {
      if (isBinding) this.#bound.add(member)
      else this.#used.add(member)
    } else if (isBinding) return
    else if (/^\p{Lu}\w*$/u.test(receiver)) this.#ofTypes.push({ type: receiver, member })
    else this.#behind.add(member)
  }
}

function memberName(text: string): string {
  return `.${text.replace(/^\W+/, '')}`
}
