/** So many places are looked at for a pair. Only pairs that were made to collide need more. */
const probeLimit = 128

/**
 * Finds the number of a pair of numbers, in flat arrays: a Map would need an object for each of them. Pairs beyond the limit of probes
 * are not remembered, and so are equal to none: values then seem to differ, and are left to people.
 */
export class PairTable {
  #mask = 1023
  /** At each place one, other and the number of the pair plus 1; 0 is free. */
  #places = new Int32Array((this.#mask + 1) * 3)
  #count = 0

  /** The number of a pair of integers below 2^31, which is `next` if the pair is new. */
  find(one: number, other: number, next: number): number {
    const at = this.#place(this.#places, this.#mask, one, other)
    if (at < 0) return next
    if (this.#places[at + 2] !== 0) return this.#places[at + 2]! - 1
    this.#places[at] = one
    this.#places[at + 1] = other
    this.#places[at + 2] = next + 1
    this.#count++
    if (this.#count * 2 > this.#mask) this.#grow()
    return next
  }

  /** Where a pair is or may be put; -1 if it would take too long to say. */
  #place(places: Int32Array, mask: number, one: number, other: number): number {
    let hash = Math.imul(one ^ Math.imul(other, 0x85ebca6b), 0xc2b2ae35)
    hash ^= hash >>> 15
    for (let probe = 0; probe < probeLimit; probe++) {
      const at = ((hash + probe) & mask) * 3
      if (places[at + 2] === 0 || (places[at] === one && places[at + 1] === other)) return at
    }
    return -1
  }

  #grow(): void {
    const mask = this.#mask * 2 + 1
    const places = new Int32Array((mask + 1) * 3)
    for (let from = 0; from < this.#places.length; from += 3) {
      if (this.#places[from + 2] === 0) continue
      const at = this.#place(places, mask, this.#places[from]!, this.#places[from + 1]!)
      if (at >= 0) places.set(this.#places.subarray(from, from + 3), at)
    }
    this.#mask = mask
    this.#places = places
  }
}
