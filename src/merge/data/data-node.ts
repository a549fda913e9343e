import { PairTable } from './pair-table.ts'

/**
 * JSON, YAML and TOML documents as trees that keep every character: joined again, the pieces of a node are its text.
 * Two nodes with one `id` have the same value, however they are written.
 */
export type DataNode = DataScalar | DataCollection

interface Placed {
  /** Its number in the table of values that all texts of a merge share. */
  readonly id: number
  readonly text: string
  /** The place after it in the text of its file. */
  readonly end: number
}

export interface DataScalar extends Placed {
  readonly kind: 'scalar'
  /** Does it hold lines that may be merged as text: a block of YAML, a string of several lines? */
  readonly isBlock: boolean
}

export interface DataCollection extends Placed {
  readonly kind: 'map' | 'list'
  /** `flow` stands between brackets with commas; items of a `block` own whole lines. */
  readonly layout: 'flow' | 'block'
  /** White space before the items of a block; of flow it is read from the items. */
  readonly indent: string
  /** Anchor and tag of a YAML block, which stand in the gap before it. */
  readonly props: string
  readonly open: string
  readonly items: readonly DataItem[]
  /** Comments and white space after the last item, and the bracket. */
  readonly close: string
}

/** An entry of a map or an element of a list. Its text is lead + head + gap + value + tail + separator + trail. */
export interface DataItem {
  /** The key's value, alike for `a` and `"a"`; the parts of a dotted key of TOML with `keyPartSeparator` between; '' in lists. */
  readonly key: string
  /** Sections of TOML are 1, for they come after the entries of their table; all else is 0. */
  readonly rank: 0 | 1
  /** Comments and white space before it. */
  readonly lead: string
  /** The key as written, up to its separator; `-` in a block list. */
  readonly head: string
  readonly gap: string
  readonly value: DataNode
  /** Comments between the value and its comma or line break. */
  readonly tail: string
  /** Comma or line break; '' where there is none. */
  readonly separator: string
  /** A comment in the same line, after the comma. */
  readonly trail: string
}

export interface DataFile {
  readonly lead: string
  readonly root: DataNode
  readonly tail: string
  /** Keys that stand more than once in their map, in order. */
  readonly duplicates: readonly string[]
  /** What the text uses beyond the strict language, as bits: a result may use what an input uses. */
  readonly features: number
  /** Anchors of YAML, and the aliases that nothing before them binds. */
  readonly anchors: readonly string[]
  readonly unboundAliases: readonly string[]
}

export const features = { comments: 1, trailingCommas: 2, looseScalars: 4, openInlineTables: 8 } as const

export const keyPartSeparator = '\u001f'

/** What stands behind it in a key tells it from others that read alike. */
export const keyNoteSeparator = '\u0000'

/** Before a key of YAML that is no string. */
export const otherKeySign = '\u0001'

/** Collections may be nested so deep; a file that goes deeper is merged by lines. */
export const maxDataDepth = 128

/** Numbers for values: equal values get equal numbers. */
export class ValueIds {
  readonly #known = new Map<string, number>()
  readonly #pairs = new PairTable()
  #count = 0

  of(value: string): number {
    let id = this.#known.get(value)
    if (id === undefined) this.#known.set(value, (id = this.#count++))
    return id
  }

  /** Of two values, the first of which may be such a pair. */
  pair(one: number, other: number): number {
    const id = this.#pairs.find(one, other, this.#count)
    if (id === this.#count) this.#count++
    return id
  }

  list(items: readonly DataItem[]): number {
    let id = this.of('[')
    for (const { value } of items) id = this.pair(id, value.id)
    return id
  }

  /** Of a map, by the pairs of its keys and values: their order does not count. */
  map(pairs: number[]): number {
    if (pairs.length > 1) pairs.sort((one, other) => one - other)
    let id = this.of('{')
    for (const pair of pairs) id = this.pair(id, pair)
    return id
  }

  entry(key: string, value: number): number {
    return this.pair(this.of(key), value)
  }

  /** Of a node with an anchor or tag before it. */
  withProps(props: string, id: number): number {
    return props === '' ? id : this.pair(this.of(`&${props}`), id)
  }
}

export function collectionId(ids: ValueIds, kind: 'map' | 'list', props: string, items: readonly DataItem[]): number {
  const id = kind === 'list' ? ids.list(items) : ids.map(items.map(({ key, value }) => ids.entry(key, value.id)))
  return ids.withProps(props, id)
}

/** Comments without the white space around them. */
export function commentsIn(trivia: string): string {
  return trivia.replace(/\s+/g, ' ').trim()
}

/** All comments of an item, for the question whether a side changed anything but white space. */
function commentsOf({ lead, gap, tail, trail, value }: DataItem): string {
  const own = [lead, gap, tail, trail].map(commentsIn)
  return [...own, commentsInside(value)].filter((comment) => comment !== '').join('\n')
}

const inside = new WeakMap<DataCollection, string>()

export function commentsInside(node: DataNode): string {
  if (node.kind === 'scalar') return ''
  let text = inside.get(node)
  if (text === undefined) {
    const close = commentsIn(node.close.slice(0, -1))
    text = [...node.items.map(commentsOf), close].filter((comment) => comment !== '').join('\n')
    inside.set(node, text)
  }
  return text
}

/** Have two items the same value and the same comments? */
export function isSameItem(one: DataItem, other: DataItem): boolean {
  return one.value.id === other.value.id && commentsOf(one) === commentsOf(other)
}

/** In a map with fewer keys all of them are looked at. */
const fewKeys = 8

/** Keys as they are told apart: one that stands again in its map gets its number. */
export class KeysOfMap {
  readonly #keys: string[] = []
  #seen: Set<string> | undefined
  readonly #duplicates: string[]

  constructor(duplicates: string[]) {
    this.#duplicates = duplicates
  }

  next(key: string): string {
    if (this.#isNew(key)) return key
    this.#duplicates.push(key)
    for (let times = 2; ; times++) {
      const again = `${key}${keyNoteSeparator}${times}`
      if (this.#isNew(again)) return again
    }
  }

  #isNew(key: string): boolean {
    if (this.#keys.length === fewKeys) this.#seen ??= new Set(this.#keys)
    if (this.#seen) return this.#seen.size !== this.#seen.add(key).size
    const isNew = !this.#keys.includes(key)
    if (isNew) this.#keys.push(key)
    return isNew
  }
}
