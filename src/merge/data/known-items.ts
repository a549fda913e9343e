import type { DataNode } from './data-node.ts'

/** What is looked at behind the start of the next item before it is known where one ends: whether `-` begins a list, or `---` a document. */
const unitsAhead = 4

/** Items behind the expected one that are tried. */
const itemsAhead = 4

/** Smaller collections are read again. */
const fewItems = 3

/** What has a key and may have a value: an item, or a section of TOML. */
interface Keyed {
  readonly key: string
  readonly value?: DataNode
}

/** Where the items of a collection stand in the first text. */
interface Places {
  /** By item, where what belongs to it begins, where it begins itself, and the features it uses. */
  readonly froms: readonly number[]
  readonly starts: readonly number[]
  readonly features: readonly number[]
  /** Items that say the same wherever they stand: those with keys that stood twice do not. */
  readonly areFree: readonly boolean[]
}

/**
 * The items of the text that was read first, for other versions of it: an item that stands there again, with what begins behind it, is taken
 * as it was read. But for `end`, which is told of the first text, it is the same as if it were read.
 */
export class KnownItems {
  #text: string | undefined
  #outermost: readonly Keyed[] | undefined
  readonly #places = new Map<readonly Keyed[], { readonly context: number; readonly places: Places }>()

  /** To be called before a text is read: is it the first? */
  begin(text: string): boolean {
    const isFirst = this.#text === undefined
    this.#text ??= text
    return isFirst
  }

  /** The items of the outermost collection of the first text, once that has been read. */
  get outermost(): readonly Keyed[] | undefined {
    return this.#outermost
  }

  /** To be called when a text has been read. */
  end(outermost: readonly Keyed[] | undefined): void {
    this.#outermost ??= outermost
  }

  /** `context` says with what around it a collection was read. */
  keep(items: readonly Keyed[], context: number, places: Places): void {
    if (items.length >= fewItems) this.#places.set(items, { context, places })
  }

  /** Finds items of a collection of the first text, which are of the same kind as those that are asked for; `context` has to be that of both. */
  like<Item extends Keyed>(items: readonly Keyed[] | undefined, context: number): KnownCollection<Item> | undefined {
    const kept = items && this.#places.get(items)
    return kept?.context === context
      ? new KnownCollection(this.#text!, items as readonly Item[], kept.places)
      : undefined
  }
}

/** An item that was found, and the length of what belongs to it. */
export interface KnownItem<Item> {
  readonly item: Item
  readonly length: number
  readonly features: number
}

/** A collection of the first text beside one of another. */
export class KnownCollection<Item extends Keyed> {
  readonly #text: string
  readonly #items: readonly Item[]
  readonly #places: Places
  #byKey: ReadonlyMap<string, number> | undefined
  /** The first item is read again: comments before it may have been counted where its collection began. */
  #next = 1

  constructor(text: string, items: readonly Item[], places: Places) {
    this.#text = text
    this.#items = items
    this.#places = places
  }

  /** The item that stands at a place of another text. Behind the last one nothing tells that it ends there. */
  at(text: string, at: number): KnownItem<Item> | undefined {
    const items = this.#items
    const { froms, starts, features, areFree } = this.#places
    for (let i = this.#next; i < Math.min(this.#next + itemsAhead, items.length - 1); i++) {
      const from = froms[i]!
      const end = starts[i + 1]! + unitsAhead
      if (!areFree[i] || end > this.#text.length || !text.startsWith(this.#text.slice(from, end), at)) continue
      this.#next = i + 1
      return { item: items[i]!, length: froms[i + 1]! - from, features: features[i]! }
    }
    return undefined
  }

  /** The items of what may be the earlier version of a value that has to be read; the next item is expected behind it. */
  itemsBefore(key: string): readonly Keyed[] | undefined {
    this.#byKey ??= new Map(this.#items.map((item, i) => [item.key, i]))
    const at = key === '' ? this.#next : this.#byKey.get(key)
    if (at === undefined) return undefined
    if (key !== '') this.#next = at + 1
    const value = this.#items[at]?.value
    return value && value.kind !== 'scalar' ? value.items : undefined
  }
}
