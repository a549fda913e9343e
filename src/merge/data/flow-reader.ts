import {
  collectionId,
  features,
  KeysOfMap,
  maxDataDepth,
  type DataItem,
  type DataNode,
  type DataScalar,
  type ValueIds,
} from './data-node.ts'
import type { KnownCollection, KnownItems } from './known-items.ts'

/** What a language says about collections between brackets. Places are offsets in the text; -1 and undefined: not readable. */
export interface FlowDialect {
  readonly keySeparator: ':' | '='
  /** The end of the comment that begins at a place; the place itself where none does. */
  commentEnd(text: string, at: number): number
  key(text: string, at: number): { readonly key: string; readonly end: number; readonly isLoose: boolean } | undefined
  scalar(
    text: string,
    at: number,
    ids: ValueIds,
  ): { readonly scalar: DataScalar; readonly isLoose: boolean } | undefined
  /** White space, comments and a comma at the end that the language did not always allow between these brackets. */
  isOpen?(isMap: boolean, text: string): boolean
}

/** Reads a value, with all collections between brackets inside it. */
export class FlowReader {
  readonly duplicates: string[] = []
  features = 0
  readonly #text: string
  readonly #ids: ValueIds
  readonly #dialect: FlowDialect
  readonly #known: KnownItems | undefined
  readonly #isFirst: boolean

  constructor(text: string, ids: ValueIds, dialect: FlowDialect, known?: KnownItems) {
    this.#text = text
    this.#ids = ids
    this.#dialect = dialect
    this.#known = known
    this.#isFirst = known?.begin(text) === true
  }

  /** The place after white space and comments. */
  skip(from: number): number {
    let at = from
    for (;;) {
      while (isSpace(this.#text.charCodeAt(at))) at++
      const end = this.#dialect.commentEnd(this.#text, at)
      if (end === at) return at
      if (end < 0) return -1
      this.features |= features.comments
      at = end
    }
  }

  /** `before`: the items of what it may be another version of. */
  read(at: number, depth = 0, before?: KnownItems['outermost']): DataNode | undefined {
    const char = this.#text[at]
    if (char === '{' || char === '[')
      return depth < maxDataDepth ? this.#collection(at, char === '{', depth + 1, before) : undefined
    const read = this.#dialect.scalar(this.#text, at, this.#ids)
    if (read?.isLoose) this.features |= features.looseScalars
    return read?.scalar
  }

  #collection(start: number, isMap: boolean, depth: number, before: KnownItems['outermost']): DataNode | undefined {
    const text = this.#text
    const bracket = isMap ? '}' : ']'
    const items: DataItem[] = []
    const keys = new KeysOfMap(this.duplicates)
    const context = depth * 2 + (isMap ? 1 : 0)
    const known = this.#known?.like<DataItem>(before, context)
    const places = this.#isFirst ? new PlacesOfItems(this.duplicates) : undefined
    let at = start + 1
    let isOver = false
    for (;;) {
      const found = isOver ? undefined : known?.at(text, at)
      if (found) {
        items.push(isMap ? withKey(found.item, keys) : found.item)
        this.features |= found.features
        at += found.length
        continue
      }
      const bits = this.features
      if (places) this.features = 0
      const next = this.skip(at)
      if (next < 0) return undefined
      if (text[next] === bracket) {
        this.features |= items.at(-1)?.separator === ',' ? bits | features.trailingCommas : bits
        const node = this.#closed(isMap ? 'map' : 'list', start, items, at, next)
        if (places) this.#known!.keep(items, context, places)
        return node
      }
      if (isOver) return undefined
      const read = this.#item(at, next, { keys: isMap ? keys : undefined, bracket, depth, known })
      if (!read) return undefined
      items.push(read.item)
      places?.add(at, next, this.features)
      this.features |= bits
      at = read.end
      isOver = read.item.separator === ''
    }
  }

  #closed(
    kind: 'map' | 'list',
    start: number,
    items: readonly DataItem[],
    closeFrom: number,
    bracketAt: number,
  ): DataNode {
    const text = this.#text.slice(start, bracketAt + 1)
    if (this.#dialect.isOpen?.(kind === 'map', text)) this.features |= features.openInlineTables
    return {
      kind,
      layout: 'flow',
      indent: '',
      props: '',
      open: text[0]!,
      items,
      close: this.#text.slice(closeFrom, bracketAt + 1),
      id: collectionId(this.#ids, kind, '', items),
      text,
      end: bracketAt + 1,
    }
  }

  #item(
    from: number,
    at: number,
    { keys, bracket, depth, known }: Around,
  ): { readonly item: DataItem; readonly end: number } | undefined {
    const text = this.#text
    const head = keys ? this.#head(at, keys) : { key: '', end: at }
    if (!head) return undefined
    const valueAt = keys ? this.skip(head.end) : at
    const value = valueAt < 0 ? undefined : this.read(valueAt, depth, known?.itemsBefore(head.key))
    // A key of TOML and its value begin in one line.
    if (!value || (this.#dialect.keySeparator === '=' && text.slice(at, valueAt).includes('\n'))) return undefined
    const next = this.skip(value.end)
    const hasComma = text[next] === ','
    if (!hasComma && text[next] !== bracket) return undefined
    const after = hasComma ? next + 1 : value.end
    const end = this.#trailEnd(after)
    const item: DataItem = {
      key: head.key,
      rank: 0,
      lead: text.slice(from, at),
      head: text.slice(at, head.end),
      gap: text.slice(head.end, valueAt),
      value,
      tail: hasComma ? text.slice(value.end, next) : '',
      separator: hasComma ? ',' : '',
      trail: text.slice(after, end),
    }
    return { item, end }
  }

  #head(at: number, keys: KeysOfMap): { readonly key: string; readonly end: number } | undefined {
    const read = this.#dialect.key(this.#text, at)
    if (!read) return undefined
    if (read.isLoose) this.features |= features.looseScalars
    const separatorAt = this.skip(read.end)
    if (separatorAt < 0 || this.#text[separatorAt] !== this.#dialect.keySeparator) return undefined
    return { key: keys.next(read.key), end: separatorAt + 1 }
  }

  /** A comment in the rest of the line belongs to what stands before it, if nothing else follows there. */
  #trailEnd(from: number): number {
    const text = this.#text
    let at = from
    let hasComment = false
    for (;;) {
      while (text[at] === ' ' || text[at] === '\t') at++
      if (at >= text.length || text[at] === '\n') return hasComment ? at : from
      const end = this.#dialect.commentEnd(text, at)
      if (end <= at || text.slice(at, end).includes('\n')) return from
      hasComment = true
      this.features |= features.comments
      at = end
    }
  }
}

/** What an item stands in. */
interface Around {
  /** Of a map. */
  readonly keys: KeysOfMap | undefined
  readonly bracket: string
  readonly depth: number
  readonly known: KnownCollection<DataItem> | undefined
}

/** Notes of each item of a collection where it stands, for other versions of the text. */
export class PlacesOfItems {
  readonly froms: number[] = []
  readonly starts: number[] = []
  readonly features: number[] = []
  readonly areFree: boolean[] = []
  readonly #duplicates: readonly (readonly string[])[]
  #count: number

  /** `duplicates`: lists that grow where a key stands twice. */
  constructor(...duplicates: readonly (readonly string[])[]) {
    this.#duplicates = duplicates
    this.#count = this.#countDuplicates()
  }

  /** Where what belongs to an item that was read begins, where it begins itself, and the features it uses. */
  add(from: number, start: number, features: number): void {
    this.froms.push(from)
    this.starts.push(start)
    this.features.push(features)
    const count = this.#countDuplicates()
    this.areFree.push(count === this.#count)
    this.#count = count
  }

  #countDuplicates(): number {
    return this.#duplicates.reduce((sum, { length }) => sum + length, 0)
  }
}

/** A known item in another map, where its key may stand for the second time. */
export function withKey(item: DataItem, keys: KeysOfMap): DataItem {
  const key = keys.next(item.key)
  return key === item.key ? item : { ...item, key }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09
}

export function scalarOf(ids: ValueIds, value: string, text: string, end: number, isBlock = false): DataScalar {
  return { kind: 'scalar', isBlock, id: ids.of(value), text, end }
}

/** The place after the closing quote of a string in one line with `\` escapes; -1 where it does not end. */
export function quotedEnd(text: string, at: number): number {
  const quote = text.charCodeAt(at)
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === quote) return i + 1
    if (code === 0x5c) i++
    else if (code < 0x20 && code !== 0x09) return -1
  }
  return -1
}
