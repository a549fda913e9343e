import type { SeededRandom } from '../../../src/lib/seeded-random.ts'

/** The order in which the lengths of the code length code are sent (RFC 1951 section 3.2.7). */
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

class BitWriter {
  readonly #bits: number[] = []

  /** A number, lowest bit first. */
  number(value: number, count: number): void {
    for (let i = 0; i < count; i++) this.#bits.push((value >> i) & 1)
  }

  /** A Huffman code, highest bit first. */
  code(value: number, length: number): void {
    for (let i = length - 1; i >= 0; i--) this.#bits.push((value >> i) & 1)
  }

  bytes(): Uint8Array {
    const out = new Uint8Array(Math.ceil(this.#bits.length / 8))
    for (const [at, bit] of this.#bits.entries()) out[at >> 3]! |= bit << (at & 7)
    return out
  }
}

/** One last block of deflate with codes of its own: mostly valid, with every field now and then beyond what it may be. */
export function blockOfRandomCodes(random: SeededRandom): Uint8Array {
  const writer = new BitWriter()
  writer.number(5, 3)
  const lengthCodes = random.chance(0.1) ? 285 + random.below(4) : 257 + random.below(8)
  const distanceCodes = random.chance(0.1) ? 29 + random.below(4) : 1 + random.below(6)
  const codeLengths = codeLengthLengths(random)
  writer.number(lengthCodes - 257, 5)
  writer.number(distanceCodes - 1, 5)
  writer.number(order.length - 4, 4)
  for (const symbol of order) writer.number(codeLengths[symbol]!, 3)
  const codes = canonicalCodes(codeLengths)
  const ends = random.chance(0.9) ? [256] : []
  const lengths = [...symbolLengths(random, lengthCodes, ends), ...symbolLengths(random, distanceCodes, [])]
  if (random.chance(0.05)) writer.code(codes[16]!, codeLengths[16]!)
  for (const length of lengths) writer.code(codes[length]!, codeLengths[length]!)
  for (let i = random.below(4); i >= 0; i--) writer.number(random.below(256), 8)
  return writer.bytes()
}

/** A complete code over all 19 symbols; rarely one that is not. */
function codeLengthLengths(random: SeededRandom): number[] {
  const lengths: number[] = Array.from({ length: 19 }, (_, symbol) => (symbol < 13 ? 4 : 5))
  if (random.chance(0.1)) lengths[random.below(19)] = random.below(8)
  return lengths
}

/** Lengths of some symbols' codes: complete, or a single symbol, or none, or one too many or too few. */
function symbolLengths(random: SeededRandom, size: number, needed: readonly number[]): number[] {
  const lengths = Array.from({ length: size }, () => 0)
  const count = random.pick([0, 1, 1, 2, 3, 5, 8])
  const symbols = [...new Set([...needed, ...Array.from({ length: count }, () => random.below(size))])]
  let leaves = symbols.length > 1 ? [1, 1] : [random.pick([1, 1, 1, 2])]
  while (leaves.length < symbols.length) {
    const [split, ...rest] = leaves.toSorted(() => random.next() - 0.5)
    leaves = [...rest, split! + 1, split! + 1]
  }
  for (const [i, symbol] of symbols.entries()) lengths[symbol] = leaves[i]!
  if (random.chance(0.1)) lengths[random.below(size)] = 1 + random.below(4)
  return lengths
}

function canonicalCodes(lengths: readonly number[]): number[] {
  const codes = lengths.map(() => 0)
  let code = 0
  for (let length = 1; length <= 7; length++, code <<= 1)
    for (const [symbol, own] of lengths.entries()) if (own === length) codes[symbol] = code++
  return codes
}
