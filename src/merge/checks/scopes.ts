import type { Source } from '../structure/source.ts'
import { plainNames, type PlainNames } from './bindings.ts'

/** What binds a name at a place. */
export interface Binding {
  /** How many scopes around the place bind the name; 0 where it is free. */
  readonly count: number
  /** Of the scopes around the place the number of the innermost one that binds it. */
  readonly depth: number
  /** Does it stand behind a declaration of that scope? */
  readonly isBehind: boolean
}

/** The scopes of a text, as far as they bind some names. */
export class Scopes {
  readonly #source: Source
  readonly #names: PlainNames
  readonly #kinds = new Map<string, 'declaration' | 'function' | 'block'>()
  /** By name and scope: its first declaration there. */
  readonly #declared = new Map<string, ReadonlyMap<number, number>>()

  constructor(source: Source, names: ReadonlySet<string>) {
    this.#source = source
    this.#names = plainNames(source, names)
    const { declarations = [], functions = [], blocks = [] } = source.rules.scopes
    for (const kind of declarations) this.#kinds.set(kind, 'declaration')
    for (const kind of functions) this.#kinds.set(kind, 'function')
    for (const kind of blocks) this.#kinds.set(kind, 'block')
  }

  /** Anywhere in the text. */
  isBound(name: string): boolean {
    return this.#names.bound.has(name)
  }

  /** Where a name is used, and not declared. */
  uses(name: string): readonly number[] {
    const declared = new Set(this.#names.declared.get(name))
    return (this.#names.places.get(name) ?? []).filter((place) => !declared.has(place))
  }

  /** How often a name is used outside of whatever binds it. */
  freeUses(name: string): number {
    return this.uses(name).filter((place) => this.bindingAt(name, place).count === 0).length
  }

  bindingAt(name: string, place: number): Binding {
    const { parent } = this.#source.tree
    const declared = this.#declaredIn(name)
    let [count, depth, scopes] = [0, 0, 0]
    let isBehind = false
    for (let node = parent[place]!; node >= 0; node = parent[node]!) {
      if (node > 0 && !this.#kinds.has(this.#source.kind(node))) continue
      scopes++
      const first = declared.get(node)
      if (first === undefined || count++ > 0) continue
      depth = scopes
      isBehind = first < place
    }
    return { count, depth, isBehind }
  }

  #declaredIn(name: string): ReadonlyMap<number, number> {
    const known = this.#declared.get(name)
    if (known) return known
    const declared = new Map<number, number>()
    const places = this.#names.declared.get(name) ?? []
    const outward = new Set((this.#names.places.get(name) ?? []).flatMap((place) => this.#outwardScope(place) ?? []))
    for (const place of places) {
      const scope = this.#scopeOf(place)
      const around = outward.has(scope) ? 0 : scope
      if (!declared.has(around)) declared.set(around, place)
    }
    // An import of a path binds its last name, which has no place of its own.
    if (places.length < (this.#names.bound.get(name) ?? 0)) declared.set(0, 0)
    this.#declared.set(name, declared)
    return declared
  }

  /** The scope in which a declaration binds its name; 0 for the whole text. */
  #scopeOf(place: number): number {
    const source = this.#source
    const { binders, scopes } = source.rules
    let isOwn = true
    let isHoisted = false
    for (let node = source.tree.parent[place]!; node > 0; node = source.tree.parent[node]!) {
      const kind = source.kind(node)
      isHoisted ||= scopes.hoisted?.includes(kind) ?? false
      const scope = this.#kinds.get(kind)
      const isBinder = Object.hasOwn(binders, kind)
      const isOutside = (scope === 'declaration' && isBinder && isOwn) || (scope === 'block' && isHoisted)
      if (scope && !isOutside) return node
      if (isBinder) isOwn = false
    }
    return 0
  }

  /** The scope that does not bind a name since this place says so. */
  #outwardScope(place: number): number | undefined {
    const source = this.#source
    const { outward } = source.rules.scopes
    if (!outward) return undefined
    let isOutward = false
    for (let node = source.tree.parent[place]!; node > 0; node = source.tree.parent[node]!) {
      const kind = source.kind(node)
      isOutward ||= outward.includes(kind)
      if (this.#kinds.has(kind)) return isOutward ? node : undefined
    }
    return undefined
  }
}
