import { fromUtf8, utf8 } from './bytes.ts'

/**
 * Deterministic CBOR (RFC 8949 section 4.2.1), the part that the formats use: integers within 2^53, byte strings, text,
 * arrays, booleans and null. No maps, floats, tags or indefinite lengths. What decodes re-encodes to the same bytes.
 */
export type CborValue = number | string | boolean | null | Uint8Array | readonly CborValue[]

/** Nesting beyond this is refused: no format of ours comes near it. */
const maxDepth = 16

export function encodeCbor(value: CborValue): Uint8Array {
  const writer = new Writer()
  writer.value(value)
  return writer.finish()
}

/** The value, or undefined for anything that `encodeCbor` would not have written. */
export function decodeCbor(bytes: Uint8Array): CborValue | undefined {
  const reader = new Reader(bytes)
  const value = reader.value(0)
  return value === undefined || reader.at !== bytes.length ? undefined : value
}

class Writer {
  #bytes = new Uint8Array(256)
  #at = 0

  value(value: CborValue): void {
    if (typeof value === 'number') this.#integer(value)
    else if (typeof value === 'string') this.#string(3, utf8(value))
    else if (value instanceof Uint8Array) this.#string(2, value)
    else if (value === null) this.#byte(0xf6)
    else if (typeof value === 'boolean') this.#byte(value ? 0xf5 : 0xf4)
    else {
      this.#head(4, value.length)
      for (const item of value) this.value(item)
    }
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at)
  }

  #integer(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError('CBOR integers lie within 2^53')
    if (value >= 0) this.#head(0, value)
    else this.#head(1, -1 - value)
  }

  #string(major: number, bytes: Uint8Array): void {
    this.#head(major, bytes.length)
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  #head(major: number, size: number): void {
    this.#reserve(9)
    const type = major << 5
    if (size < 24) this.#bytes[this.#at++] = type | size
    else if (size < 0x100) {
      this.#bytes[this.#at++] = type | 24
      this.#bytes[this.#at++] = size
    } else if (size < 0x10000) {
      this.#bytes[this.#at++] = type | 25
      this.#bytes[this.#at++] = size >> 8
      this.#bytes[this.#at++] = size & 255
    } else if (size < 0x100000000) {
      this.#bytes[this.#at++] = type | 26
      this.#word(size)
    } else {
      this.#bytes[this.#at++] = type | 27
      this.#word(Math.floor(size / 0x100000000))
      this.#word(size >>> 0)
    }
  }

  #word(word: number): void {
    this.#bytes[this.#at++] = word >>> 24
    this.#bytes[this.#at++] = (word >>> 16) & 255
    this.#bytes[this.#at++] = (word >>> 8) & 255
    this.#bytes[this.#at++] = word & 255
  }

  #byte(byte: number): void {
    this.#reserve(1)
    this.#bytes[this.#at++] = byte
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}

class Reader {
  at = 0
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  value(depth: number): CborValue | undefined {
    const first = this.#bytes[this.at++]
    if (first === undefined || depth > maxDepth) return undefined
    if (first === 0xf4) return false
    if (first === 0xf5) return true
    if (first === 0xf6) return null
    const size = this.#size(first & 31)
    if (size === undefined) return undefined
    switch (first >> 5) {
      case 0:
        return size
      case 1:
        return size < Number.MAX_SAFE_INTEGER ? -1 - size : undefined
      case 2:
        return this.#take(size)
      case 3: {
        const bytes = this.#take(size)
        return bytes && fromUtf8(bytes)
      }
      case 4:
        return this.#array(size, depth)
      default:
        return undefined
    }
  }

  #array(size: number, depth: number): CborValue | undefined {
    if (size > this.#bytes.length - this.at) return undefined
    const items: CborValue[] = []
    for (let i = 0; i < size; i++) {
      const item = this.value(depth + 1)
      if (item === undefined) return undefined
      items.push(item)
    }
    return items
  }

  #take(size: number): Uint8Array | undefined {
    if (size > this.#bytes.length - this.at) return undefined
    this.at += size
    return this.#bytes.subarray(this.at - size, this.at)
  }

  /** The argument of a head, refused where a shorter form exists. */
  #size(info: number): number | undefined {
    if (info < 24) return info
    if (info > 27) return undefined
    const width = 1 << (info - 24)
    if (width > this.#bytes.length - this.at) return undefined
    let size = 0
    for (let i = 0; i < width; i++) size = size * 256 + this.#bytes[this.at++]!
    const least = [24, 0x100, 0x10000, 0x100000000][info - 24]!
    return size >= least && size <= Number.MAX_SAFE_INTEGER ? size : undefined
  }
}
