import type { ObjectId } from '../contracts/ids.ts'
import { concat, empty, hexBytes, toHex, utf8 } from '../lib/bytes.ts'
import { invalidTree, isNameAt, nameOrder, spanAt, treeMode, type ReadTree, type TreeEntryValue } from './tree.ts'

/** What a name is to stand for; undefined: nothing. */
export interface EditedName {
  readonly name: Uint8Array
  /** The number of the entry that has the name; below zero where none has. */
  readonly at: number
  readonly value: TreeEntryValue | undefined
}

/** Bytes that take the place of entries from `at` on. */
interface Patch {
  readonly at: number
  readonly dropped: 0 | 1
  readonly name: Uint8Array
  readonly value: TreeEntryValue | undefined
}

/** So many names are looked up by going through all of them. */
const scannedNames = 8

/**
 * A tree by the places of its entries: what does not change is copied as it lies there, and never taken apart, unless Git
 * writes its mode in another way now.
 */
export class TreeSpans {
  readonly #content: Uint8Array
  readonly #idLength: number
  readonly #modes: number[] = []
  readonly #nameStarts: number[] = []
  /** Where each entry begins, and the last one ends. */
  readonly #starts: number[] = [0]
  /** Entries whose mode Git would write in another way now. */
  readonly #odd: number[] = []
  #scans = 0
  #places: Map<string, number> | undefined

  /** Undefined where the tree is malformed. */
  static of(content: Uint8Array, idLength: number): TreeSpans | undefined {
    const spans = new TreeSpans(content, idLength)
    return spans.#scan() ? spans : undefined
  }

  private constructor(content: Uint8Array, idLength: number) {
    this.#content = content
    this.#idLength = idLength
  }

  get count(): number {
    return this.#modes.length
  }

  /** The number of the entry with this name, or -1. */
  find(name: Uint8Array): number {
    if (this.#scans++ >= scannedNames) return this.#allPlaces().get(toHex(name)) ?? -1
    return this.#nameStarts.findIndex((start, entry) => isNameAt(this.#content, start, this.#nameEnd(entry), name))
  }

  value(entry: number): TreeEntryValue {
    const end = this.#starts[entry + 1]!
    const id = toHex(this.#content.subarray(end - this.#idLength, end)) as ObjectId
    return { mode: this.#modes[entry]!, id }
  }

  /** The content of the tree after these changes, each name once. */
  edited(names: readonly EditedName[]): Uint8Array {
    const renewed = this.#odd
      .filter((entry) => !names.some(({ at }) => at === entry))
      .map((entry) => ({ name: this.#name(entry), at: entry, value: this.value(entry) }))
    const patches = [...names, ...renewed].flatMap((edited) => this.#patches(edited))
    patches.sort((a, b) => a.at - b.at || a.dropped - b.dropped || nameOrder(a, b))
    const parts: Uint8Array[] = []
    let kept = 0
    for (const { at, dropped, name, value } of patches) {
      parts.push(this.#content.subarray(this.#starts[kept], this.#starts[at]))
      if (value) parts.push(utf8(`${value.mode.toString(8)} `), name, nul, hexBytes(value.id))
      kept = at + dropped
    }
    return concat(...parts, this.#content.subarray(this.#starts[kept]))
  }

  /** A file in place of a folder stands elsewhere: Git sorts a folder as if its name ended in a slash. */
  #patches({ name, at, value }: EditedName): readonly Patch[] {
    const isFolder = (mode: number | undefined) => mode === treeMode
    const stays = at >= 0 && (!value || isFolder(value.mode) === isFolder(this.#modes[at]))
    if (stays) return [{ at, dropped: 1, name, value }]
    const dropped: readonly Patch[] = at < 0 ? [] : [{ at, dropped: 1, name, value: undefined }]
    return value ? [...dropped, { at: this.#placeFor(name, value), dropped: 0, name, value }] : dropped
  }

  /** The first entry that sorts behind. */
  #placeFor(name: Uint8Array, value: TreeEntryValue): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      const there = { name: this.#name(middle), value: { mode: this.#modes[middle]! } }
      if (nameOrder(there, { name, value }) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #scan(): boolean {
    const { length } = this.#content
    for (let at = 0; at < length;) {
      const span = spanAt(this.#content, at, this.#idLength)
      if (!span) return false
      at = span.nameEnd + 1 + this.#idLength
      if (!span.isPlain) this.#odd.push(this.count)
      this.#modes.push(span.mode)
      this.#nameStarts.push(span.nameStart)
      this.#starts.push(at)
    }
    return true
  }

  #allPlaces(): Map<string, number> {
    this.#places ??= new Map(this.#modes.map((_, entry) => [toHex(this.#name(entry)), entry]))
    return this.#places
  }

  #nameEnd(entry: number): number {
    return this.#starts[entry + 1]! - this.#idLength - 1
  }

  #name(entry: number): Uint8Array {
    return this.#content.subarray(this.#nameStarts[entry], this.#nameEnd(entry))
  }
}

const nul = Uint8Array.of(0)

/** The tree before its first file. */
export function emptySpans(): TreeSpans {
  return TreeSpans.of(empty, 0)!
}

/** A stored tree. Throws OBJECT_INVALID where it is malformed. */
export function readSpans(readTree: ReadTree, id: ObjectId): TreeSpans {
  const spans = TreeSpans.of(readTree(id), id.length / 2)
  if (!spans) throw invalidTree(id, 'it is malformed')
  return spans
}
