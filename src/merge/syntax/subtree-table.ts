/** The nodes of a tree by the addresses of their subtrees, which are even and greater than 0: a table of its own, for a `Map` is several times as slow. */
export class SubtreeTable {
  /** Address and node by turns; a power of two of both. */
  #slots = new Uint32Array(1 << 10)
  #count = 0

  set(address: number, node: number): void {
    if (this.#count * 4 >= this.#slots.length) this.#grow()
    const at = this.#find(address)
    if (this.#slots[at] === 0) this.#count++
    this.#slots[at] = address
    this.#slots[at + 1] = node
  }

  get(address: number): number | undefined {
    const at = this.#find(address)
    return this.#slots[at] === 0 ? undefined : this.#slots[at + 1]
  }

  /** The slot of the address, or the free one that it belongs into. */
  #find(address: number): number {
    const mask = this.#slots.length - 1
    let at = (Math.imul(address >>> 3, 0x9e3779b1) >>> 7) & mask & ~1
    while (this.#slots[at] !== 0 && this.#slots[at] !== address) at = (at + 2) & mask
    return at
  }

  #grow(): void {
    const slots = this.#slots
    this.#slots = new Uint32Array(slots.length * 4)
    for (let at = 0; at < slots.length; at += 2)
      if (slots[at] !== 0) {
        const to = this.#find(slots[at]!)
        this.#slots[to] = slots[at]!
        this.#slots[to + 1] = slots[at + 1]!
      }
  }
}
