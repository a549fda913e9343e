/** Bytes that arrived, by sending and receiving machine. */
export class PairBytes {
  readonly #bytes = new Map<string, number>()

  add(from: string, to: string, bytes: number): void {
    const pair = `${from}>${to}`
    this.#bytes.set(pair, (this.#bytes.get(pair) ?? 0) + bytes)
  }

  /** In this direction. */
  of(from: string, to: string): number {
    return this.#bytes.get(`${from}>${to}`) ?? 0
  }

  get total(): number {
    let total = 0
    for (const bytes of this.#bytes.values()) total += bytes
    return total
  }
}
