const maxCodeBits = 15
const maxLengthCodes = 286
const maxDistanceCodes = 30

/** RFC 1951 section 3.2.5: base and extra bits of the length codes 257-285 and the distance codes 0-29. */
const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
]
const distanceExtra = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13]
/** The order in which the lengths of the code length code are sent. */
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** A canonical Huffman code: how many codes there are of each length, and their symbols in order. */
interface Code {
  readonly counts: Uint16Array
  readonly symbols: Uint16Array
  /** Code space that is left over; negative where there are more codes than fit. */
  readonly left: number
}

/**
 * The content of one raw deflate stream, or undefined where it is broken, goes on after its end or grows beyond `maxBytes`.
 * It takes exactly what zlib takes: whether an entry can be read must not depend on where it is read, and common
 * JavaScript libraries are more forgiving.
 */
export function inflate(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined {
  const stream = inflateFirst(bytes, maxBytes)
  return stream?.end === bytes.length ? stream.content : undefined
}

/** The content of the raw deflate stream that the bytes begin with, and where it ends; as `inflate` otherwise. */
export function inflateFirst(
  bytes: Uint8Array,
  maxBytes: number,
): { readonly content: Uint8Array; readonly end: number } | undefined {
  const inflater = new Inflater(bytes, maxBytes)
  return inflater.run() ? { content: inflater.output, end: inflater.at } : undefined
}

/** Methods answer false, or -1, where the stream breaks off or breaks a rule. */
class Inflater {
  readonly #input: Uint8Array
  readonly #maxBytes: number
  #at = 0
  #bits = 0
  #bitCount = 0
  #output: Uint8Array
  #length = 0

  constructor(input: Uint8Array, maxBytes: number) {
    this.#input = input
    this.#maxBytes = maxBytes
    this.#output = new Uint8Array(Math.min(maxBytes, input.length * 4))
  }

  get output(): Uint8Array {
    return this.#output.slice(0, this.#length)
  }

  /** How much of the input is used up. */
  get at(): number {
    return this.#at
  }

  run(): boolean {
    for (;;) {
      const last = this.#take(1)
      const type = this.#take(2)
      if (last < 0 || type < 0) return false
      if (!(type === 0 ? this.#stored() : type === 1 ? this.#fixed() : type === 2 && this.#dynamic())) return false
      if (last) return true
    }
  }

  /** The next bits, the first one lowest; at most 13. */
  #take(count: number): number {
    while (this.#bitCount < count) {
      if (this.#at === this.#input.length) return -1
      this.#bits |= this.#input[this.#at++]! << this.#bitCount
      this.#bitCount += 8
    }
    const value = this.#bits & ((1 << count) - 1)
    this.#bits >>>= count
    this.#bitCount -= count
    return value
  }

  #symbol(code: Code): number {
    let value = 0
    let first = 0
    let index = 0
    for (let length = 1; length <= maxCodeBits; length++) {
      const bit = this.#take(1)
      if (bit < 0) return -1
      value |= bit
      const count = code.counts[length]!
      if (value - count < first) return code.symbols[index + value - first]!
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    return -1
  }

  #reserve(more: number): boolean {
    const needed = this.#length + more
    if (needed > this.#maxBytes) return false
    if (needed > this.#output.length) {
      const grown = new Uint8Array(Math.min(this.#maxBytes, Math.max(needed, this.#output.length * 2)))
      grown.set(this.#output)
      this.#output = grown
    }
    return true
  }

  #stored(): boolean {
    this.#bits = 0
    this.#bitCount = 0
    if (this.#at + 4 > this.#input.length) return false
    const view = new DataView(this.#input.buffer, this.#input.byteOffset + this.#at, 4)
    const length = view.getUint16(0, true)
    if (view.getUint16(2, true) !== (~length & 0xffff)) return false
    this.#at += 4
    if (this.#at + length > this.#input.length || !this.#reserve(length)) return false
    this.#output.set(this.#input.subarray(this.#at, this.#at + length), this.#length)
    this.#at += length
    this.#length += length
    return true
  }

  #fixed(): boolean {
    const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280)
    return this.#codes(codeOf(lengths), codeOf(new Uint8Array(maxDistanceCodes).fill(5)))
  }

  #dynamic(): boolean {
    const lengthCodes = this.#take(5) + 257
    const distanceCodes = this.#take(5) + 1
    const codeLengthCodes = this.#take(4) + 4
    if (codeLengthCodes < 4 || lengthCodes > maxLengthCodes || distanceCodes > maxDistanceCodes) return false
    const codeLengths = new Uint8Array(19)
    for (const symbol of codeLengthOrder.slice(0, codeLengthCodes)) {
      const length = this.#take(3)
      if (length < 0) return false
      codeLengths[symbol] = length
    }
    const codeLengthCode = codeOf(codeLengths)
    if (codeLengthCode.left !== 0) return false
    const lengths = this.#lengths(codeLengthCode, lengthCodes + distanceCodes)
    if (!lengths) return false
    const literal = codeOf(lengths.subarray(0, lengthCodes))
    const distance = codeOf(lengths.subarray(lengthCodes))
    return isUsable(literal) && isUsable(distance) && this.#codes(literal, distance)
  }

  #lengths(code: Code, total: number): Uint8Array | undefined {
    const lengths = new Uint8Array(total)
    for (let at = 0; at < total;) {
      const symbol = this.#symbol(code)
      if (symbol < 0) return undefined
      if (symbol < 16) {
        lengths[at++] = symbol
        continue
      }
      if (symbol === 16 && at === 0) return undefined
      const extra = this.#take(symbol === 16 ? 2 : symbol === 17 ? 3 : 7)
      const repeat = extra + (symbol === 18 ? 11 : 3)
      if (extra < 0 || at + repeat > total) return undefined
      lengths.fill(symbol === 16 ? lengths[at - 1]! : 0, at, at + repeat)
      at += repeat
    }
    return lengths
  }

  #codes(literal: Code, distance: Code): boolean {
    for (;;) {
      const symbol = this.#symbol(literal)
      if (symbol === 256) return true
      if (symbol < 0) return false
      if (symbol < 256) {
        if (!this.#reserve(1)) return false
        this.#output[this.#length++] = symbol
      } else if (!this.#copy(symbol - 257, distance)) return false
    }
  }

  #copy(lengthSymbol: number, code: Code): boolean {
    if (lengthSymbol >= lengthBase.length) return false
    const lengthBits = this.#take(lengthExtra[lengthSymbol]!)
    const symbol = lengthBits < 0 ? -1 : this.#symbol(code)
    if (symbol < 0) return false
    const distanceBits = this.#take(distanceExtra[symbol]!)
    const distance = distanceBase[symbol]! + distanceBits
    const length = lengthBase[lengthSymbol]! + lengthBits
    if (distanceBits < 0 || distance > this.#length || !this.#reserve(length)) return false
    // Byte by byte: the source may run into what is being written.
    for (let i = 0; i < length; i++, this.#length++) this.#output[this.#length] = this.#output[this.#length - distance]!
    return true
  }
}

function codeOf(lengths: Uint8Array): Code {
  const counts = new Uint16Array(maxCodeBits + 1)
  for (const length of lengths) counts[length]!++
  let left = 1
  const next = new Uint16Array(maxCodeBits + 2)
  for (let length = 1; length <= maxCodeBits; length++) {
    left = left * 2 - counts[length]!
    if (left < 0) break
    next[length + 1] = next[length]! + counts[length]!
  }
  const symbols = new Uint16Array(lengths.length)
  lengths.forEach((length, symbol) => {
    if (length) symbols[next[length]!++] = symbol
  })
  return { counts, symbols, left }
}

/** zlib takes an incomplete code only where it has no symbol, or a single one of one bit. */
function isUsable(code: Code): boolean {
  const used = code.counts.subarray(1).reduce((sum, count) => sum + count, 0)
  return code.left === 0 || used === 0 || (code.left > 0 && used === 1 && code.counts[1] === 1)
}
