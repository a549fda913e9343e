import { commonRuns } from '../../lib/myers.ts'
import type { Item } from './item-list.ts'
import type { Place, Source } from './source.ts'

/** From this share of common tokens on, two items may be one that was changed. */
const minSimilarity = 0.5

/** By so much two items have to be more alike than each is to any other. */
const minLead = 0.2

/** Pairs of items that are compared in one place. */
const maxComparisons = 400

/** Tokens that a comparison of two items may look at. */
const maxTokens = 20_000

/**
 * For each item of the base its place in a side, or -1. Items are the same for certain if they are equal and stand in the same order,
 * if they declare the same name, or if between such items they are of one kind and more alike than any others.
 */
export function matchItems(base: readonly Item[], side: readonly Item[]): Int32Array {
  const match = new Matching(base, side)
  match.equalInOrder()
  match.freeByName()
  match.freeByContent()
  match.between()
  return match.places
}

interface Pair {
  readonly at: number
  readonly place: number
  readonly alike: number
}

class Matching {
  readonly places: Int32Array
  readonly #base: readonly Item[]
  readonly #side: readonly Item[]
  readonly #taken: Uint8Array

  constructor(base: readonly Item[], side: readonly Item[]) {
    this.#base = base
    this.#side = side
    this.places = new Int32Array(base.length).fill(-1)
    this.#taken = new Uint8Array(side.length)
  }

  equalInOrder(): void {
    const ids = (items: readonly Item[]): Uint32Array => Uint32Array.from(items, (item) => item.id)
    const runs = commonRuns(ids(this.#base), ids(this.#side), { steps: 1 << 22 }) ?? []
    for (const { left, right, length } of runs) for (let i = 0; i < length; i++) this.#pair(left + i, right + i)
  }

  /** Names that stand once on both sides, wherever they stand. */
  freeByName(): void {
    this.#pairUnique((item) => (item.isFree ? item.name : undefined))
  }

  freeByContent(): void {
    this.#pairUnique((item) => (item.isFree ? String(item.id) : undefined))
  }

  /** What is left between items that are matched in order: by name, then by likeness. */
  between(): void {
    let from = 0
    let sideFrom = 0
    for (let at = 0; at <= this.#base.length; at++) {
      const place = at === this.#base.length ? this.#side.length : this.places[at]!
      if (place < sideFrom) continue
      this.#region(from, at, sideFrom, place)
      from = at + 1
      sideFrom = place + 1
    }
  }

  #region(from: number, to: number, sideFrom: number, sideTo: number): void {
    const base = range(from, to).filter((at) => this.places[at]! < 0)
    const side = range(sideFrom, sideTo).filter((at) => !this.#taken[at])
    if (base.length === 0 || side.length === 0) return
    let last = -1
    for (const at of base) {
      const name = this.#base[at]!.name
      if (name === undefined) continue
      const places = side.filter((place) => this.#side[place]!.name === name)
      if (places.length !== 1 || places[0]! <= last) continue
      this.#pair(at, places[0]!)
      last = places[0]!
    }
    this.#mostAlike(
      base.filter((at) => this.places[at]! < 0),
      side.filter((at) => !this.#taken[at]),
    )
  }

  /** Items that are more alike to each other than to anything else that is left. */
  #mostAlike(base: readonly number[], side: readonly number[]): void {
    if (base.length * side.length > maxComparisons) return
    const pairs = base.flatMap((at) =>
      side.flatMap((place) => {
        const [item, other] = [this.#base[at]!, this.#side[place]!]
        return kindOf(item) === kindOf(other) ? [{ at, place, alike: similarity(item, other) }] : []
      }),
    )
    for (const { at, place, alike } of pairs) {
      const isRival = (other: Pair): boolean =>
        (other.at === at) !== (other.place === place) && other.alike > alike - minLead
      if (alike < minSimilarity || pairs.some(isRival) || this.#crosses(at, place)) continue
      this.#pair(at, place)
    }
  }

  /** Whether a pair would stand in another order than its neighbours. */
  #crosses(at: number, place: number): boolean {
    for (let before = at - 1; before >= 0; before--)
      if (this.places[before]! >= 0) {
        if (this.places[before]! > place) return true
        break
      }
    for (let after = at + 1; after < this.places.length; after++)
      if (this.places[after]! >= 0) return this.places[after]! < place
    return false
  }

  #pairUnique(keyOf: (item: Item) => string | undefined): void {
    const places = uniquePlaces(this.#side, keyOf)
    for (const [key, at] of uniquePlaces(this.#base, keyOf)) {
      const place = places.get(key)
      if (at < 0 || place === undefined || place < 0) continue
      if (this.places[at]! < 0 && !this.#taken[place]) this.#pair(at, place)
    }
  }

  #pair(at: number, place: number): void {
    this.places[at] = place
    this.#taken[place] = 1
  }
}

/** The place of each key; -1 for keys that stand several times. */
function uniquePlaces(items: readonly Item[], keyOf: (item: Item) => string | undefined): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  for (const [at, item] of items.entries()) {
    const key = keyOf(item)
    if (key !== undefined) places.set(key, places.has(key) ? -1 : at)
  }
  return places
}

function kindOf(item: Item): string {
  return item.source.kind(item.node)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
}

/** The share of names and literals that two items have in common (Dice), 0 to 1. Keywords and signs are alike everywhere. */
export function similarity(left: Place, right: Place): number {
  const { common, all } = tokensOf(left, right)
  return all === 0 ? 1 : (2 * common) / all
}

/** So many names and literals in common are no chance. */
const manyTokens = 10

/** Whether two items have many names and literals in common, and no fewer than half of theirs. */
export function isMuchAlike(left: Place, right: Place): boolean {
  const { common, all } = tokensOf(left, right)
  return common >= manyTokens && common * 4 >= all
}

/** The names and literals of two items: how many both have, and how many there are in both together. */
function tokensOf(left: Place, right: Place): { readonly common: number; readonly all: number } {
  const counts = new Map<number, number>()
  const ofLeft = countTokens(left.source, left.node, (id) => counts.set(id, (counts.get(id) ?? 0) + 1))
  let common = 0
  const ofRight = countTokens(right.source, right.node, (id) => {
    const count = counts.get(id) ?? 0
    if (count > 0) common++
    counts.set(id, count - 1)
  })
  return { common, all: ofLeft + ofRight }
}

function countTokens(source: Source, root: number, see: (id: number) => unknown): number {
  const end = Math.min(source.tree.next[root]!, root + maxTokens)
  let count = 0
  for (let node = root; node < end; node++) {
    if (!source.isAtomic(node) || !source.isNamed(node)) continue
    see(source.ids[node]!)
    count++
  }
  return count
}
