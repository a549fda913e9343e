/** Where an item was typed: directly right of one unit and left of another, both named by client and clock. */
export interface ItemPlace {
  /** -1 for the start of the text. */
  readonly leftClient: number
  readonly leftClock: number
  /** -1 for the end of the text. */
  readonly rightClient: number
  readonly rightClock: number
}

/** A piece of text that was typed there, as UTF-8 from one offset of the update to another. */
export interface TypedItem extends ItemPlace {
  readonly textAt: number
  readonly textEnd: number
}

/** Units `clock` to `clock + length` of a client. */
export interface UnitRange {
  readonly client: number
  readonly clock: number
  readonly length: number
}

/** A Yjs update (encoding V1) that types text and deletes units, and nothing else. */
export interface TextUpdate {
  /** The units that it types, or undefined where it only deletes. */
  readonly typed: UnitRange | undefined
  /** What `typed` is made of, in order of their clocks. */
  readonly items: readonly TypedItem[]
  /** Clients descending, clocks ascending, as far apart as possible. */
  readonly deleted: readonly UnitRange[]
  /** Offset of the delete set. */
  readonly deletedAt: number
}

/** Above what an entry can carry; what a virtual author types into a large file can be more. */
const maxUpdateBytes = 8 << 20
/** Items and ranges that one update may hold: a limit of the format. */
const maxItems = 100_000

const contentString = 4
const hasLeft = 0x80
const hasRight = 0x40
const rootName = 0x74 // 't'

/**
 * The update, or undefined for anything that Yjs would not have written for an edit of the root text `t`: other
 * content or parents, several authors, gaps, integers or UTF-8 that are not in their shortest form, NUL, bytes left over.
 */
export function readTextUpdate(bytes: Uint8Array): TextUpdate | undefined {
  return new Reader(bytes, Number.POSITIVE_INFINITY).update()
}

/** The same for an update that a peer has sent: undefined, too, where it is larger than the format takes. */
export function readSentUpdate(bytes: Uint8Array): TextUpdate | undefined {
  return bytes.length > maxUpdateBytes ? undefined : new Reader(bytes, maxItems).update()
}

/** Integers are -1 where they are malformed. */
class Reader {
  readonly #bytes: Uint8Array
  readonly #most: number
  #at = 0

  /** `most`: items and ranges that it takes. */
  constructor(bytes: Uint8Array, most: number) {
    this.#bytes = bytes
    this.#most = most
  }

  update(): TextUpdate | undefined {
    const clients = this.#uint()
    const items: TypedItem[] = []
    let typed: UnitRange | undefined
    if (clients === 1) {
      typed = this.#items(items)
      if (!typed) return undefined
    } else if (clients !== 0) return undefined
    const deletedAt = this.#at
    const deleted = this.#deleted()
    if (!deleted || this.#at !== this.#bytes.length) return undefined
    return { typed, items, deleted, deletedAt }
  }

  #items(items: TypedItem[]): UnitRange | undefined {
    const count = this.#uint()
    const client = this.#uint()
    const clock = this.#uint()
    if (count < 1 || count > this.#most || client < 0 || clock < 0) return undefined
    let length = 0
    for (let i = 0; i < count; i++) {
      const units = this.#item(items)
      if (units < 1) return undefined
      length += units
    }
    return { client, clock, length }
  }

  /** How many units it types; -1 where it is malformed. */
  #item(items: TypedItem[]): number {
    const info = this.#bytes[this.#at++]
    if (info === undefined || (info & ~(hasLeft | hasRight)) !== contentString) return -1
    const leftClient = info & hasLeft ? this.#uint() : -1
    const leftClock = info & hasLeft ? this.#uint() : -1
    const rightClient = info & hasRight ? this.#uint() : -1
    const rightClock = info & hasRight ? this.#uint() : -1
    if (info & hasLeft && (leftClient < 0 || leftClock < 0)) return -1
    if (info & hasRight && (rightClient < 0 || rightClock < 0)) return -1
    if (leftClient < 0 && rightClient < 0) {
      // Only an item without neighbours names its parent: a root type (1) by a name of one byte.
      if (this.#uint() !== 1 || this.#uint() !== 1 || this.#bytes[this.#at++] !== rootName) return -1
    }
    const size = this.#uint()
    const textAt = this.#at
    const textEnd = textAt + size
    if (size < 0 || textEnd > this.#bytes.length) return -1
    items.push({ leftClient, leftClock, rightClient, rightClock, textAt, textEnd })
    return this.#text(textEnd)
  }

  #deleted(): UnitRange[] | undefined {
    const clients = this.#uint()
    if (clients < 0 || clients > this.#most) return undefined
    const deleted: UnitRange[] = []
    let before = Number.MAX_SAFE_INTEGER + 1
    for (let i = 0; i < clients; i++) {
      const client = this.#uint()
      if (client < 0 || client >= before || !this.#ranges(client, deleted)) return undefined
      before = client
    }
    return deleted
  }

  #ranges(client: number, deleted: UnitRange[]): boolean {
    const count = this.#uint()
    if (count < 1 || count > this.#most - deleted.length) return false
    let end = -1
    for (let i = 0; i < count; i++) {
      const clock = this.#uint()
      const length = this.#uint()
      // A range that touched the one before would have been joined with it.
      if (clock <= end || length < 1) return false
      end = clock + length
      deleted.push({ client, clock, length })
    }
    return true
  }

  /** Skips text up to an offset and counts its UTF-16 units; -1 where it is not well-formed UTF-8 without NUL. */
  #text(end: number): number {
    const bytes = this.#bytes
    let units = 0
    let at = this.#at
    while (at < end) {
      const first = bytes[at]!
      if (first === 0) return -1
      const width = first < 0x80 ? 1 : sequenceWidth(bytes, at, end)
      if (width === 0) return -1
      at += width
      units += width === 4 ? 2 : 1
    }
    this.#at = end
    return units
  }

  /** An integer in groups of 7 bits, the lowest first; -1 where it is cut off, too large or not in its shortest form. */
  #uint(): number {
    const bytes = this.#bytes
    let value = 0
    let scale = 1
    for (;;) {
      const byte = bytes[this.#at++]
      if (byte === undefined) return -1
      if (byte < 0x80) {
        if (byte === 0 && scale > 1) return -1
        value += byte * scale
        return value <= Number.MAX_SAFE_INTEGER ? value : -1
      }
      value += (byte & 0x7f) * scale
      scale *= 128
      if (scale > Number.MAX_SAFE_INTEGER) return -1
    }
  }
}

/** Bytes of the sequence that begins here (RFC 3629: shortest form, no surrogates, at most U+10FFFF); 0 where it is malformed. */
function sequenceWidth(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!
  const second = at + 1 < end ? bytes[at + 1]! : 0
  if (first < 0xc2 || first > 0xf4 || !isContinuation(second)) return 0
  if (first < 0xe0) return 2
  if (at + 2 >= end || !isContinuation(bytes[at + 2]!)) return 0
  if (first < 0xf0) return (first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f) ? 0 : 3
  if (at + 3 >= end || !isContinuation(bytes[at + 3]!)) return 0
  return (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f) ? 0 : 4
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}
