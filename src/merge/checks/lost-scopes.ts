import type { Source } from '../structure/source.ts'
import { bindingCounts, plainNames } from './bindings.ts'
import type { CommonParts } from './common-parts.ts'
import type { Finding } from './finding.ts'

/**
 * Names that a merged text uses where nothing binds them, though something does elsewhere in it: a parameter of another function has the name of a declaration that one side took away. A name is
 * bound within the function that binds it, else in the whole file, so that it is rather taken for bound. What is so on a side is no matter of the merge.
 */
export function lostScopes(left: Source, right: Source, merged: Source, common?: CommonParts): readonly Finding[] {
  const [now, ...before] = bindingCounts([merged, left, right], common)
  const isLess = (name: string, count: number) => count > (now!.get(name) ?? 0) && merged.text.includes(name)
  const lost = before.flatMap((counts) => [...counts].flatMap(([name, count]) => (isLess(name, count) ? [name] : [])))
  const suspects = [...new Set(lost)]
  if (suspects.length === 0) return []
  const [inMerged, ...sides] = [merged, left, right].map((source) => new Scopes(source))
  const isLost = (name: string) =>
    inMerged!.isBound(name) && inMerged!.hasFree(name) && sides.every((side) => !side.hasFree(name))
  return suspects.filter(isLost).map((name) => ({ check: 'bindings', name }))
}

class Scopes {
  readonly #source: Source
  readonly #names: ReturnType<typeof plainNames>

  constructor(source: Source) {
    this.#source = source
    this.#names = plainNames(source)
  }

  /** Anywhere in the text. Else the name is one of those that `danglingNames` finds. */
  isBound(name: string): boolean {
    return this.#names.bound.has(name)
  }

  /** Is a name used outside of whatever binds it? */
  hasFree(name: string): boolean {
    const places = this.#names.places.get(name) ?? []
    const declared = this.#names.declared.get(name) ?? []
    // An import of a path binds its last name, which has no place of its own.
    if (declared.length < (this.#names.bound.get(name) ?? 0)) return false
    const { next } = this.#source.tree
    const scopes = declared.map((place) => this.#scopeOf(place))
    return places.some((place) => !scopes.some((scope) => scope <= place && place < next[scope]!))
  }

  /** The innermost function that has a place in its parameters or its body; 0 for the file. */
  #scopeOf(place: number): number {
    const source = this.#source
    const { next } = source.tree
    let scope = 0
    let above: number | undefined
    for (let node = 0; node <= place;) {
      if (next[node]! <= place) {
        node = next[node]!
        continue
      }
      if (above !== undefined && isFunction(source, above) && source.fieldOf(node) !== 'name') scope = above
      above = node++
    }
    return scope
  }
}

function isFunction(source: Source, node: number): boolean {
  const fields = source.children(node).map((child) => source.fieldOf(child))
  return fields.includes('body') && fields.some((field) => field === 'parameters' || field === 'parameter')
}
