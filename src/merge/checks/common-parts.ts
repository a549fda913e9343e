import type { Sources } from '../structure/merge-structure.ts'
import { nameOf } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import type { SharedNodes, SyntaxTree } from '../syntax/syntax-tree.ts'

/**
 * Subtrees that a base, both sides and what was merged of them share. What such a part holds it holds in all four, so a check may look at what is
 * outside of the parts first. Where that has nothing to tell, and each part stands at a place of the same meaning in all versions, the whole texts have nothing to
 * tell either; else the check looks at them whole. So nothing is found otherwise than without parts.
 */
export class CommonParts {
  readonly count: number
  readonly #base: Source
  readonly #nodes: Int32Array
  readonly #numbers: ReadonlyMap<Source, Int32Array>
  readonly #names: (string | undefined | null)[] = []

  private constructor(base: Source, nodes: Int32Array, numbers: ReadonlyMap<Source, Int32Array>) {
    this.count = nodes.length
    this.#base = base
    this.#nodes = nodes
    this.#numbers = numbers
  }

  /** Undefined where there are none, as where the base was not parsed first. */
  static of({ base, left, right }: Sources, merged: Source): CommonParts | undefined {
    const versions = [left, right, merged]
    if (versions.some(({ tree }) => tree.origin !== base.tree)) return undefined
    const [first, ...others] = versions.map(({ tree }) => inOrder(tree.shared))
    const common = others.reduce(overlap, first!)
    if (common.length === 0) return undefined
    const nodes = Int32Array.from(common, ({ origin }) => origin)
    const numbers = new Map([[base, numbersOf(base.tree, nodes)]])
    for (const version of versions) numbers.set(version, numbersOf(version.tree, placesIn(version.tree, nodes)))
    return new CommonParts(base, nodes, numbers)
  }

  /** By node of a text: the number of the part that it is the top of, from 1; 0 for none. */
  numbers(source: Source): Int32Array {
    return this.#numbers.get(source)!
  }

  /** What `nameOf` says of the top of a part. */
  nameOf(number: number): string | undefined {
    let name = this.#names[number]
    if (name === undefined) this.#names[number] = name = nameOf(this.#base, this.#nodes[number - 1]!) ?? null
    return name ?? undefined
  }
}

/** Without what would not come in the order of both texts. */
function inOrder(shared: readonly SharedNodes[]): readonly SharedNodes[] {
  let end = 0
  return shared.filter(({ origin, count }) => {
    const isBehind = origin >= end
    if (isBehind) end = origin + count
    return isBehind
  })
}

/** Subtrees hold each other or have nothing in common: of two that overlap the smaller one is in both. */
function overlap(some: readonly SharedNodes[], others: readonly SharedNodes[]): readonly SharedNodes[] {
  const common: SharedNodes[] = []
  for (let i = 0, j = 0; i < some.length && j < others.length;) {
    const [one, other] = [some[i]!, others[j]!]
    const [end, otherEnd] = [one.origin + one.count, other.origin + other.count]
    if (one.origin < otherEnd && other.origin < end) common.push(one.count < other.count ? one : other)
    if (end <= otherEnd) i++
    if (otherEnd <= end) j++
  }
  return common
}

/** Where nodes of the first version lie in another one that shares them. */
function placesIn({ shared }: SyntaxTree, nodes: Int32Array): Int32Array {
  const ranges = inOrder(shared)
  let at = 0
  return nodes.map((origin) => {
    while (ranges[at]!.origin + ranges[at]!.count <= origin) at++
    return ranges[at]!.node + origin - ranges[at]!.origin
  })
}

function numbersOf({ size }: SyntaxTree, nodes: Int32Array): Int32Array {
  const numbers = new Int32Array(size)
  for (const [at, node] of nodes.entries()) numbers[node] = at + 1
  return numbers
}

/** What was noted of each version by number of part, with gaps: is it the same in all? */
export function areAlike([first, ...others]: readonly (readonly unknown[])[]): boolean {
  const isAlike = (notes: readonly unknown[]): boolean => {
    for (let at = 0; at < notes.length; at++) if (notes[at] !== first![at]) return false
    return notes.length === first!.length
  }
  return others.every(isAlike)
}
